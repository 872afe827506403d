//! R, mandatory 5: peering that is accepted and routed.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "peerings-are-accepted-and-routed",
    former: Some("R-M5"),
    title: "A peering names its accepting role and has routes to the peer's subnets only",
    covers: &["R-C3"],
    levels: [ERROR, ERROR, WARNING],
    why: "Without PeerRoleArn a request to another account waits for a person until the stack fails; without a route nothing flows; a default route sends everything to the peer.",
    source: "R requirement 5; CloudFormation, peering with a VPC in another account",
    fix: "Give PeerRoleArn with PeerOwnerId, and an AWS::EC2::Route with VpcPeeringConnectionId and the peer's database subnets as DestinationCidrBlock.",
    check: Check::Template(&["AWS::EC2::VPCPeeringConnection", "AWS::EC2::Route"], check),
    good: r"
Resources:
  P:
    Type: AWS::EC2::VPCPeeringConnection
    Properties: {PeerOwnerId: '222222222222', PeerRoleArn: r}
  R:
    Type: AWS::EC2::Route
    Properties: {VpcPeeringConnectionId: !Ref P, DestinationCidrBlock: 10.1.0.0/24}
",
    bad: r"
Resources:
  P:
    Type: AWS::EC2::VPCPeeringConnection
    Properties: {PeerOwnerId: '222222222222'}
  R:
    Type: AWS::EC2::Route
    Properties: {VpcPeeringConnectionId: !Ref P, DestinationCidrBlock: 0.0.0.0/0}
",
};

fn check(cx: &Cx<'_>) {
    let routes = cx.resources("AWS::EC2::Route");
    for peering in cx.resources("AWS::EC2::VPCPeeringConnection") {
        let owner = peering.get("PeerOwnerId");
        let foreign = owner.is_set() && !owner.is("") && !owner.show().contains("${AWS::AccountId}");
        let role = peering.get("PeerRoleArn");
        if foreign && (role.is_absent() || role.is("")) {
            cx.error(
                peering.span(),
                format!("{} asks another account and gives no PeerRoleArn", peering.id()),
            );
        }
        if !routes.iter().any(|route| points_at(route, "VpcPeeringConnectionId", peering.id()))
            && !may_be_elsewhere(cx)
        {
            cx.error(peering.span(), format!("no route uses {}", peering.id()));
        }
    }
    for peering in cx.resources("AWS::EC2::VPCPeeringConnection") {
        both_ends(cx, &peering, &routes);
    }
    for route in routes.iter().filter(|route| route.get("VpcPeeringConnectionId").is_set()) {
        let destination = route.get("DestinationCidrBlock");
        let Some(range) = destination.text().and_then(Cidr::parse) else { continue };
        if range.prefix == 0 {
            cx.error(destination.span, format!("{} sends everything to the peer", route.id()));
        } else if own_range(cx, route).is_some_and(|own| own.overlaps(range)) {
            cx.error(destination.span, format!("{} is for {range}, which is in the VPC itself", route.id()));
        }
    }
}

/// The range of the VPC that a route's table is in; a template may have several VPCs.
fn own_range(cx: &Cx<'_>, route: &Res<'_>) -> Option<Cidr> {
    let table = route.get("RouteTableId");
    let vpcs = cx.resources("AWS::EC2::VPC");
    let vpc = match table.target().and_then(|id| cx.resource(id)) {
        Some(table) => cx.resource(table.get("VpcId").target()?)?,
        None => *vpcs.first().filter(|_| vpcs.len() == 1)?,
    };
    Cidr::parse(vpc.get("CidrBlock").text()?)
}

/// Where both VPCs are of this template, each needs a route to the other.
fn both_ends(cx: &Cx<'_>, peering: &Res<'_>, routes: &[Res<'_>]) {
    let ends = ["VpcId", "PeerVpcId"].map(|name| peering.get(name));
    let declared = ends.iter().all(|end| end.target().is_some_and(|id| cx.resource(id).is_some()));
    let used = |one: &&Res<'_>| points_at(one, "VpcPeeringConnectionId", peering.id());
    if !declared || may_be_elsewhere(cx) || !routes.iter().any(|one| used(&one)) {
        return;
    }
    for end in ends.iter().filter_map(Val::target) {
        let leads = routes.iter().filter(used).any(|route| {
            let table = route.get("RouteTableId");
            let home = table.target().and_then(|id| cx.resource(id)).map(|table| table.get("VpcId").show());
            home.is_none_or(|home| home == format!("${{{end}}}"))
        });
        if !leads {
            cx.error(
                peering.span(),
                format!("{}: no route of {end} uses it, so no answer comes back", peering.id()),
            );
        }
    }
}
