//! Mistake 11: one NAT gateway for several Availability Zones.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "nat-gateway-in-each-zone",
    former: Some("mistake-11"),
    title: "Each Availability Zone has its own NAT gateway",
    covers: &[],
    levels: [WARNING, WARNING, INFO],
    why: "When the zone of the only gateway fails, the other zones lose their way out too, and every byte across zones is paid for.",
    source: "catalogue of mistakes, 11; Amazon VPC user guide, NAT gateway basics",
    fix: "Make one NAT gateway (and route table) for each zone, or none at all and VPC endpoints.",
    check: Check::Template(&["AWS::EC2::NatGateway"], check),
    good: r"
Resources:
  A:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: a}
  B:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: b}
  N:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: !Ref A}
  M:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: !Ref B}
",
    bad: r"
Resources:
  A:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: a}
  B:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: b}
  N:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: !Ref A}
",
};

fn check(cx: &Cx<'_>) {
    let gateways = cx.resources("AWS::EC2::NatGateway");
    let Some(gateway) = gateways.first().filter(|one| !one.get("AvailabilityMode").is("regional")) else {
        return;
    };
    let zones: std::collections::BTreeSet<String> =
        cx.resources("AWS::EC2::Subnet").iter().filter_map(zone).collect();
    if gateways.len() < zones.len() {
        cx.warning(
            gateway.span(),
            format!("{} NAT gateway(s) for {} Availability Zones", gateways.len(), zones.len()),
        );
    }
}
