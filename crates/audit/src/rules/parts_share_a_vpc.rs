//! Security groups and subnets of different VPCs on one resource.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "parts-share-a-vpc",
    former: None,
    title: "A resource's security groups and subnets are of one VPC",
    covers: &["R-M1"],
    levels: [ERROR, ERROR, ERROR],
    why: "The service refuses a security group of another VPC than the subnets'; a group without VpcId is of the default VPC.",
    source: "Amazon VPC user guide, security groups",
    fix: "Give the group the VpcId of the subnets that it is used in.",
    check: Check::Resources(
        &[FUNCTION, CLUSTER, INSTANCE, "AWS::RDS::DBProxy", "AWS::EC2::VPCEndpoint", SUBNET_GROUP],
        check,
    ),
    good: r"
Resources:
  V: {Type: AWS::EC2::VPC}
  S: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref V}}
  F: {Type: AWS::Lambda::Function, Properties: {VpcConfig: {SubnetIds: [!Ref S], SecurityGroupIds: [!Ref G]}}}
",
    bad: r"
Resources:
  V: {Type: AWS::EC2::VPC}
  S: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d}}
  F: {Type: AWS::Lambda::Function, Properties: {VpcConfig: {SubnetIds: [!Ref S], SecurityGroupIds: [!Ref G]}}}
",
};

const SUBNET_GROUP: &str = "AWS::RDS::DBSubnetGroup";

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    let home = |one: &Res<'_>| one.get("VpcId").show();
    if resource.kind() == SUBNET_GROUP {
        let subnets = subnets(cx, &resource.get("SubnetIds"));
        let other = subnets.iter().find(|one| home(one) != home(&subnets[0]));
        if let Some(other) = other {
            let message =
                format!("{} and {} of {} are in different VPCs", subnets[0].id(), other.id(), resource.id());
            cx.error(resource.get("SubnetIds").span, message);
        }
        return;
    }
    let Some(end) = end_of(cx, &resource) else { return };
    let Some(subnet) = end.subnets.first() else { return };
    for written in &end.groups {
        let Some(group) = written.target().and_then(|id| cx.resource(id)) else { continue };
        let declared = group.kind() == "AWS::EC2::SecurityGroup";
        if declared && home(&group) != home(subnet) {
            let message = format!(
                "{}: the group {} is in {}, the subnet {} in {}",
                resource.id(),
                group.id(),
                if group.get("VpcId").is_absent() { "the default VPC".to_owned() } else { home(&group) },
                subnet.id(),
                home(subnet)
            );
            cx.error(written.span, message);
        }
    }
}
