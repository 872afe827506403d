//! Mistake 3: functions in a VPC without NAT and without the endpoints they need.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-reach-aws-services",
    former: Some("mistake-03"),
    title: "Functions in a VPC without NAT reach AWS through VPC endpoints",
    covers: &[],
    levels: [ERROR, ERROR, WARNING],
    why: "Without NAT and endpoint every call to the service hangs until the function times out; with NAT the traffic leaves the VPC.",
    source: "catalogue of mistakes, 3; AWS Lambda developer guide, VPC endpoints",
    fix: "Add an AWS::EC2::VPCEndpoint: Gateway for s3 and dynamodb (with RouteTableIds), Interface for the others (with PrivateDnsEnabled and a security group).",
    check: Check::Template(&["AWS::Lambda::Function"], check),
    good: r"
Resources:
  Vpc:
    Type: AWS::EC2::VPC
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt R.Arn, VpcConfig: {SubnetIds: [a]}}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement: [{Action: 's3:GetObject'}]
  E:
    Type: AWS::EC2::VPCEndpoint
    Properties: {ServiceName: !Sub 'com.amazonaws.${AWS::Region}.s3'}
",
    bad: r"
Resources:
  Vpc:
    Type: AWS::EC2::VPC
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt R.Arn, VpcConfig: {SubnetIds: [a]}}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement: [{Action: 's3:GetObject'}]
",
};

/// Services that a function calls over the network, and so needs a way to. Logs and X-Ray data of a function do not
/// go through its VPC.
const SERVICES: [&str; 10] =
    ["s3", "dynamodb", "secretsmanager", "ssm", "sts", "sns", "sqs", "states", "rds", "events"];

fn check(cx: &Cx<'_>) {
    let declares_network = cx.has("AWS::EC2::VPC");
    if !declares_network || may_be_elsewhere(cx) {
        return;
    }
    let has_nat = cx.has("AWS::EC2::NatGateway");
    let endpoints = cx.resources("AWS::EC2::VPCEndpoint");
    let names: Vec<String> = endpoints.iter().map(|endpoint| endpoint.get("ServiceName").show()).collect();
    let served = |service: &str| {
        names.iter().any(|name| name.rsplit('.').next() == Some(service) || name == "${ServiceName}")
    };
    for function in functions_in_vpc(cx) {
        if leaves_the_vpc(cx, &function, has_nat) {
            continue;
        }
        let Some(role) = role_of(&function) else { continue };
        let allowed: Vec<_> = role_permissions(cx, &role).into_iter().filter(Statement::allows).collect();
        let actions: Vec<Val<'_>> = allowed.iter().flat_map(Statement::actions).collect();
        let needs = |service: &&&str| {
            // Publishing to a failure destination is done by the service, not by the function.
            let mut own = actions
                .iter()
                .filter(|action| !["sns:Publish", "sqs:SendMessage"].iter().any(|one| action.is(one)));
            own.any(|action| is_of_service(action, service))
        };
        let missing: Vec<&str> =
            SERVICES.iter().filter(needs).copied().filter(|service| !served(service)).collect();
        if !missing.is_empty() {
            let message = format!(
                "{} runs in the VPC and may call {}, but there is no endpoint for it and no way out of its subnets",
                function.id(),
                missing.join(", ")
            );
            cx.error(function.span(), message);
        }
    }
}

/// Whether some way leads out of the function's subnets: a default route, or a table that this template does not show.
/// An internet gateway is none: a function has no public address.
fn leaves_the_vpc(cx: &Cx<'_>, function: &Res<'_>, has_nat: bool) -> bool {
    let list = function.get("VpcConfig.SubnetIds");
    let subnets = subnets(cx, &list);
    if !all_declared(cx, &list) {
        return has_nat;
    }
    subnets.iter().any(|subnet| match ways_out(cx, subnet) {
        Some(routes) => routes.iter().any(|one| matches!(lead(one), Lead::Nat | Lead::Elsewhere)),
        None => has_nat && cx.resources("AWS::EC2::SubnetRouteTableAssociation").is_empty(),
    })
}
