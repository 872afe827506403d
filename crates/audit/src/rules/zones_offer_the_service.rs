//! R, environment: zones that lack what is put there.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "zones-offer-the-service",
    former: Some("R-E2-zones"),
    title: "Functions and proxies are in zones that have them",
    covers: &["R-E2"],
    levels: [ERROR, ERROR, ERROR],
    why: "use1-az3 has neither functions in a VPC nor RDS proxies: the stack fails, or the proxy silently does without that zone.",
    source: "R environment; AWS Lambda developer guide, VPC access; Amazon RDS user guide, limitations of RDS Proxy",
    fix: "Name zones by AvailabilityZoneId, and keep use1-az3 out by the parameter's AllowedPattern.",
    check: Check::Template(&["AWS::EC2::Subnet"], check),
    good: r"
Parameters:
  Zone:
    Type: String
    Default: use1-az1
    AllowedPattern: '^use1-az[12456]$'
Resources:
  S:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZoneId: !Ref Zone}
  F:
    Type: AWS::Lambda::Function
    Properties:
      VpcConfig:
        SubnetIds: [!Ref S]
",
    bad: r"
Parameters:
  Zone:
    Type: String
    Default: use1-az1
    AllowedPattern: '^use1-az[1-6]$'
Resources:
  S:
    Type: AWS::EC2::Subnet
    Properties: {AvailabilityZoneId: !Ref Zone}
  F:
    Type: AWS::Lambda::Function
    Properties:
      VpcConfig:
        SubnetIds: [!Ref S]
",
};

const LACKING: &str = "use1-az3";

fn check(cx: &Cx<'_>) {
    for (kind, property) in [(FUNCTION, "VpcConfig.SubnetIds"), ("AWS::RDS::DBProxy", "VpcSubnetIds")] {
        for user in cx.resources(kind) {
            for subnet in subnets(cx, &user.get(property)) {
                in_lacking_zone(cx, &user, &subnet);
            }
        }
    }
}

fn in_lacking_zone(cx: &Cx<'_>, user: &Res<'_>, subnet: &Res<'_>) {
    let zone = subnet.get("AvailabilityZoneId");
    if zone.is(LACKING) {
        cx.error(zone.span, format!("{} cannot be in {LACKING}, where {} is", user.id(), subnet.id()));
        return;
    }
    let name = subnet.written("AvailabilityZoneId").and_then(referenced);
    let parameter = cx.template().parameters.iter().find(|one| Some(one.name) == name);
    let Some(parameter) = parameter else { return };
    let pattern = parameter.node.get("AllowedPattern").and_then(|node| node.as_str());
    let pattern = pattern.and_then(|text| regex_lite::Regex::new(text).ok());
    if pattern.is_some_and(|pattern| pattern.is_match(LACKING)) {
        cx.warning(
            parameter.key_span,
            format!("{} permits {LACKING}, where {} cannot be", parameter.name, user.id()),
        );
    }
}
