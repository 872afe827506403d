//! Mistake 8: too few Availability Zones.

use super::prelude::*;
use crate::rules::Profile;

pub(super) static RULE: Rule = Rule {
    name: "subnets-in-distinct-zones",
    former: Some("mistake-08"),
    title: "Subnets and instances are spread over Availability Zones",
    covers: &["H-P1", "H-P9", "R-E2"],
    levels: [ERROR, ERROR, WARNING],
    why: "Everything in one zone stops with that zone; Aurora refuses a subnet group with fewer than two.",
    source: "catalogue of mistakes, 8; Amazon Aurora user guide, DB subnet groups",
    fix: "Give each subnet its own AvailabilityZone or AvailabilityZoneId: two zones for synchronised environments, three for the highly available cluster.",
    check: Check::Template(&["AWS::RDS::DBSubnetGroup", "AWS::RDS::DBCluster"], check),
    good: r"
Resources:
  A:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: !Select [0, !GetAZs '']}
  B:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: !Select [1, !GetAZs '']}
  C:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: !Select [2, !GetAZs '']}
  G:
    Type: AWS::RDS::DBSubnetGroup
    Properties:
      SubnetIds: [!Ref A, !Ref B, !Ref C]
",
    bad: r"
Resources:
  A:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: us-east-1a}
  B:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZone: us-east-1a}
  G:
    Type: AWS::RDS::DBSubnetGroup
    Properties:
      SubnetIds: [!Ref A, !Ref B]
",
};

fn check(cx: &Cx<'_>) {
    let wanted = if cx.scope.profile == Profile::HighAvailability { 3 } else { 2 };
    for group in cx.resources("AWS::RDS::DBSubnetGroup") {
        let list = group.get("SubnetIds");
        if !all_declared(cx, &list) {
            let literal = !list.is_unknown() && list.each().iter().all(|item| item.text().is_some());
            if literal && list.each().len() < wanted {
                cx.error(list.span, format!("{} has fewer than {wanted} subnets", group.id()));
            }
            continue;
        }
        let subnets = subnets(cx, &list);
        let zones: Vec<Option<String>> = subnets.iter().map(zone).collect();
        if zones.contains(&None) {
            cx.warning(
                list.span,
                format!(
                    "a subnet of {} names no Availability Zone: AWS may put all of them in one",
                    group.id()
                ),
            );
        }
        let distinct = distinct(&zones);
        if distinct < wanted {
            cx.error(
                list.span,
                format!(
                    "the subnets of {} are in {distinct} Availability Zone(s), {wanted} are asked for",
                    group.id()
                ),
            );
        }
    }
    for cluster in cx.resources(CLUSTER) {
        let zones: Vec<String> = members(cx, &cluster)
            .iter()
            .map(|instance| instance.get("AvailabilityZone"))
            .filter(Val::is_set)
            .map(|zone| zone.show())
            .collect();
        if zones.len() > 1
            && zones.iter().all(|zone| zone == &zones[0])
            && zones.len() == members(cx, &cluster).len()
        {
            cx.error(
                cluster.span(),
                format!("all instances of {} are in the same Availability Zone", cluster.id()),
            );
        }
    }
}

/// A subnet without a zone counts as one more.
fn distinct(zones: &[Option<String>]) -> usize {
    let named: std::collections::BTreeSet<&String> = zones.iter().flatten().collect();
    named.len() + zones.iter().filter(|zone| zone.is_none()).count()
}
