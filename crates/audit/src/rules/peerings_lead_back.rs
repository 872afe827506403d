//! R, mandatory 5, over several deployments: both ends of a peering.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "peerings-lead-back",
    former: Some("R-M5-return"),
    title: "Both ends of a peering have routes, and their ranges do not overlap",
    covers: &["R-M5"],
    levels: [ERROR, WARNING, WARNING],
    why: "Answers need a way back: with a route on one side only every connection times out.",
    source: "R requirement 5; Amazon VPC peering guide, update your route tables",
    fix: "Add the return route (the peer's function subnets, VpcPeeringConnectionId) to the other environment; give every VPC its own range.",
    check: Check::Deployments(check),
    good: r"
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
  R:
    Type: AWS::EC2::Route
    Properties: {VpcPeeringConnectionId: p, DestinationCidrBlock: 10.2.0.0/24}
---
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.2.0.0/16}
  R:
    Type: AWS::EC2::Route
    Properties: {VpcPeeringConnectionId: p, DestinationCidrBlock: 10.1.0.0/24}
",
    bad: r"
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
  R:
    Type: AWS::EC2::Route
    Properties: {VpcPeeringConnectionId: p, DestinationCidrBlock: 10.2.0.0/24}
---
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.2.0.0/16}
",
};

/// A deployment's own ranges, and the ranges its peering routes lead to.
struct Side {
    own: Vec<Cidr>,
    routes: Vec<(Span, Cidr)>,
}

fn side(cx: &Cx<'_>) -> Side {
    let own = cx
        .resources("AWS::EC2::VPC")
        .iter()
        .filter_map(|vpc| Cidr::parse(vpc.get("CidrBlock").text()?))
        .collect();
    let routes = cx
        .resources("AWS::EC2::Route")
        .into_iter()
        .filter(|route| route.get("VpcPeeringConnectionId").is_set());
    let routes = routes.filter_map(|route| {
        let destination = route.get("DestinationCidrBlock");
        Some((route.span(), Cidr::parse(destination.text()?)?))
    });
    Side { own, routes: routes.collect() }
}

fn check(deployed: &[Deployed<'_, '_>]) -> Vec<(usize, Draft)> {
    let sides: Vec<Side> = deployed.iter().map(|one| side(one.cx)).collect();
    let mut found = Vec::new();
    for (here, one) in sides.iter().enumerate() {
        for (span, destination) in &one.routes {
            let peer = sides.iter().position(|other| other.own.iter().any(|range| range.holds(*destination)));
            let Some(there) = peer.filter(|there| *there != here) else { continue };
            let leads_back =
                sides[there].routes.iter().any(|(_, back)| one.own.iter().any(|own| own.holds(*back)));
            if !leads_back {
                let message =
                    format!("the route to {destination} in {} has no way back", deployed[there].name);
                found.push((here, Draft { span: *span, message, severity: Severity::Error }));
            }
        }
        for (there, other) in sides.iter().enumerate().skip(here + 1) {
            let peered = !one.routes.is_empty() && !other.routes.is_empty();
            let overlap = one.own.iter().find(|own| other.own.iter().any(|range| range.overlaps(**own)));
            if let Some(range) = overlap.filter(|_| peered) {
                let message = format!("{range} overlaps the VPC of {}", deployed[there].name);
                let span = deployed[here].cx.top();
                found.push((here, Draft { span, message, severity: Severity::Error }));
            }
        }
    }
    found
}
