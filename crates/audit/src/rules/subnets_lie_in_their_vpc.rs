//! Ranges of subnets.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "subnets-lie-in-their-vpc",
    former: None,
    title: "Subnets lie in the range of their VPC and do not overlap",
    covers: &["R-E6"],
    levels: [ERROR, ERROR, ERROR],
    why: "EC2 refuses the subnet, and the stack rolls back.",
    source: "Amazon VPC user guide, subnet CIDR blocks",
    fix: "Give each subnet a range of its own inside the VPC's, /16 to /28.",
    check: Check::Template(&["AWS::EC2::Subnet"], check),
    good: r"
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.1.1.0/24}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.1.2.0/24}}
",
    bad: r"
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.2.1.0/24}}
",
};

fn check(cx: &Cx<'_>) {
    let more = cx.resources("AWS::EC2::VPCCidrBlock");
    let mut seen: Vec<(String, &str, Cidr)> = Vec::new();
    for subnet in cx.resources("AWS::EC2::Subnet") {
        let written = subnet.get("CidrBlock");
        let Some(range) = written.text().and_then(Cidr::parse) else { continue };
        let id = subnet.get("VpcId");
        if !(16..=28).contains(&range.prefix) {
            cx.error(
                written.span,
                format!("{} is a /{}; /16 to /28 are possible", subnet.id(), range.prefix),
            );
        }
        if let Some(vpc) = id.target().and_then(|id| cx.resource(id)) {
            let whole = vpc.get("CidrBlock").text().and_then(Cidr::parse);
            let extended = more.iter().any(|one| points_at(one, "VpcId", vpc.id()));
            if whole.is_some_and(|whole| !whole.holds(range)) && !extended {
                cx.error(
                    written.span,
                    format!("{range} of {} is not in the range of {}", subnet.id(), vpc.id()),
                );
            }
        }
        let home = id.show();
        let other = seen.iter().find(|(vpc, _, other)| *vpc == home && other.overlaps(range));
        if let Some((_, other, _)) = other.filter(|_| id.target().is_some()) {
            cx.error(written.span, format!("{range} of {} overlaps {other}", subnet.id()));
        }
        seen.push((home, subnet.id(), range));
    }
}
