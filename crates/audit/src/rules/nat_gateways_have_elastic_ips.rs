//! Mistake 9: a NAT gateway without an Elastic IP.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "nat-gateways-have-elastic-ips",
    former: Some("mistake-09"),
    title: "A NAT gateway has an Elastic IP of this template",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "A public NAT gateway cannot be made without an address; the stack fails while it is created.",
    source: "catalogue of mistakes, 9; CloudFormation, AWS::EC2::NatGateway",
    fix: "Add an AWS::EC2::EIP (Domain: vpc) for the gateway and give `!GetAtt Eip.AllocationId`, not `!Ref Eip`, which is the address itself.",
    check: Check::Resources(&["AWS::EC2::NatGateway"], check),
    good: r"
Resources:
  Ip:
    Type: AWS::EC2::EIP
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: s, AllocationId: !GetAtt Ip.AllocationId}
",
    bad: r"
Resources:
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: s}
",
};

fn check(nat: Res<'_>) {
    let cx = nat.cx();
    let allocation = nat.get("AllocationId");
    if nat.get("ConnectivityType").is("private") || nat.get("AvailabilityMode").is("regional") {
        return;
    }
    match allocation.only_hole() {
        Some(Hole::Resource(id)) => {
            cx.error(allocation.span, format!("AllocationId is the Ref of {id}, which is its address; it takes `!GetAtt {id}.AllocationId`"));
        }
        Some(Hole::Attribute(id, _)) if cx.resource(id).is_none_or(|eip| eip.kind() != "AWS::EC2::EIP") => {
            cx.error(allocation.span, format!("{id} is no Elastic IP of this template"));
        }
        None if allocation.is_absent() && cx.resources("AWS::EC2::EIP").is_empty() => {
            cx.error(
                nat.span(),
                format!("{} is a public NAT gateway and the template has no Elastic IP", nat.id()),
            );
        }
        _ => {}
    }
}
