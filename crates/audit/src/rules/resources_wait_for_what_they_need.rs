//! Resources that need another one which they do not refer to.

use std::collections::BTreeSet;

use super::prelude::*;
use crate::document::node::Node;

pub(super) static RULE: Rule = Rule {
    name: "resources-wait-for-what-they-need",
    former: None,
    title: "What a resource needs without referring to it is in its DependsOn",
    covers: &[],
    levels: [WARNING, WARNING, WARNING],
    why: "CloudFormation makes both at once; whether the stack succeeds depends on which is ready first.",
    source: "CloudFormation user guide, DependsOn; S3 notifications; Secrets Manager user guide, rotation",
    fix: "Add DependsOn with the logical id of the resource that must be there first.",
    check: Check::Resources(
        &["AWS::EC2::Route", "AWS::S3::Bucket", "AWS::SecretsManager::RotationSchedule"],
        check,
    ),
    good: r"
Resources:
  V: {Type: AWS::EC2::VPC}
  G: {Type: AWS::EC2::InternetGateway}
  A: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref V, InternetGatewayId: !Ref G}}
  R: {Type: AWS::EC2::Route, DependsOn: A, Properties: {GatewayId: !Ref G}}
",
    bad: r"
Resources:
  V: {Type: AWS::EC2::VPC}
  G: {Type: AWS::EC2::InternetGateway}
  A: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref V, InternetGatewayId: !Ref G}}
  R: {Type: AWS::EC2::Route, Properties: {GatewayId: !Ref G}}
",
};

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    match resource.kind() {
        "AWS::EC2::Route" => {
            let gateway = resource.get("GatewayId");
            let Some(gateway) = gateway.target() else { return };
            let attachments = cx.resources("AWS::EC2::VPCGatewayAttachment");
            let own = attachments.iter().find(|one| points_at(one, "InternetGatewayId", gateway));
            report(&resource, own, "the gateway is not attached before that");
        }
        "AWS::S3::Bucket" => {
            for note in resource.get("NotificationConfiguration.LambdaConfigurations").each() {
                let function = note.get("Function");
                let Some(function) = function.target() else { continue };
                let permissions = cx.resources("AWS::Lambda::Permission");
                let own = permissions.iter().find(|one| {
                    points_at(one, "FunctionName", function) && one.get("Principal").show().starts_with("s3.")
                });
                report(&resource, own, "S3 asks whether it may send before it takes the notification");
            }
        }
        _ => {
            let secret = resource.get("SecretId");
            let Some(secret) = secret.target() else { return };
            let attachments = cx.resources("AWS::SecretsManager::SecretTargetAttachment");
            let own = attachments.iter().find(|one| points_at(one, "SecretId", secret));
            report(&resource, own, "the secret does not name the database before that, and rotation fails");
        }
    }
}

fn report(resource: &Res<'_>, needed: Option<&Res<'_>>, why: &str) {
    let Some(needed) = needed.filter(|one| one.id() != resource.id()) else { return };
    if !waits(resource, needed.id()) {
        let message = format!("{} does not wait for {}: {why}", resource.id(), needed.id());
        resource.cx().warning(resource.span(), message);
    }
}

/// Whether a resource is made after another one, through whatever it refers to.
fn waits(resource: &Res<'_>, needed: &str) -> bool {
    let template = resource.cx().template();
    let (mut todo, mut seen) = (vec![resource.id()], BTreeSet::new());
    while let Some(id) = todo.pop() {
        if id == needed {
            return true;
        }
        let Some(one) = template.resource(id).filter(|_| seen.insert(id)) else { continue };
        let depends = one.node.get("DependsOn");
        let names = depends.into_iter().flat_map(|node| std::iter::once(node).chain(node.items()));
        todo.extend(names.filter_map(Node::as_str));
        todo.extend(references(one.node, &|_| None).iter().map(|one| one.id));
    }
    false
}
