//! Decision 13: no peering past a neighbour.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "peers-are-neighbours",
    former: Some("D-13"),
    title: "Peering joins neighbours only: dev with staging, staging with prod",
    covers: &["R-M5", "R-X1"],
    levels: [ERROR, OFF, OFF],
    why: "Nothing travels from dev to prod directly; a route between them serves no flow.",
    source: "R expected output: strict environment isolation",
    fix: "Remove the routes between dev and prod.",
    check: Check::Deployments(check),
    good: r"
Parameters:
  Environment:
    Type: String
    Default: dev
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
---
Parameters:
  Environment:
    Type: String
    Default: prod
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.3.0.0/16}
",
    bad: r"
Parameters:
  Environment:
    Type: String
    Default: dev
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
---
Parameters:
  Environment:
    Type: String
    Default: prod
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.3.0.0/16}
  R:
    Type: AWS::EC2::Route
    Properties: {VpcPeeringConnectionId: p, DestinationCidrBlock: 10.1.0.0/24}
",
};

fn check(deployed: &[Deployed<'_, '_>]) -> Vec<(usize, Draft)> {
    let name = |one: &Deployed<'_, '_>| environment(one.cx).and_then(|name| name.text().map(str::to_owned));
    let of = |wanted: &str| {
        deployed
            .iter()
            .enumerate()
            .filter(|(_, one)| name(one).as_deref() == Some(wanted))
            .collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for (from, to) in [("dev", "prod"), ("prod", "dev")] {
        let targets: Vec<Cidr> = of(to)
            .iter()
            .flat_map(|(_, one)| one.cx.resources("AWS::EC2::VPC"))
            .filter_map(|vpc| Cidr::parse(vpc.get("CidrBlock").text()?))
            .collect();
        for (index, one) in of(from) {
            for route in one.cx.resources("AWS::EC2::Route") {
                let destination = route.get("DestinationCidrBlock");
                let peered = route.get("VpcPeeringConnectionId").is_set();
                let Some(range) = destination.text().and_then(Cidr::parse).filter(|_| peered) else {
                    continue;
                };
                if targets.iter().any(|target| target.overlaps(range)) {
                    let message = format!("{} routes from {from} to {to}", route.id());
                    found.push((index, Draft { span: route.span(), message, severity: Severity::Error }));
                }
            }
        }
    }
    found
}
