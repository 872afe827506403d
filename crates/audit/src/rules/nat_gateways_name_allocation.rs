//! Mistake 10: a NAT gateway without `AllocationId`.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "nat-gateways-name-allocation",
    former: Some("mistake-10"),
    title: "A public NAT gateway names its AllocationId",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "The property is required for a public gateway; the stack fails while it is created.",
    source: "catalogue of mistakes, 10; CloudFormation, AWS::EC2::NatGateway",
    fix: "Add `AllocationId: !GetAtt Eip.AllocationId`, or ConnectivityType: private.",
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
  Ip:
    Type: AWS::EC2::EIP
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: s}
",
};

fn check(nat: Res<'_>) {
    let public = !nat.get("ConnectivityType").is("private") && !nat.get("AvailabilityMode").is("regional");
    if public && nat.get("AllocationId").is_absent() {
        nat.cx().error(nat.span(), format!("{} is public and has no AllocationId", nat.id()));
    }
}
