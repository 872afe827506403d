//! R, environment: private subnets.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "database-subnets-are-private",
    former: Some("R-E2"),
    title: "The database's subnets have no way from or to the internet",
    covers: &["H-P7", "H-PC5"],
    levels: [ERROR, ERROR, ERROR],
    why: "In a subnet with a route to an internet gateway a public address is all it takes to be reached.",
    source: "R environment; Amazon Aurora user guide, working with a DB instance in a VPC",
    fix: "Put the database in subnets whose route table has no route to an internet gateway, with MapPublicIpOnLaunch false.",
    check: Check::Template(&["AWS::RDS::DBSubnetGroup"], check),
    good: r"
Resources:
  S:
    Type: AWS::EC2::Subnet
  G:
    Type: AWS::RDS::DBSubnetGroup
    Properties:
      SubnetIds: [!Ref S]
",
    bad: r"
Resources:
  S:
    Type: AWS::EC2::Subnet
  G:
    Type: AWS::RDS::DBSubnetGroup
    Properties:
      SubnetIds: [!Ref S]
  T:
    Type: AWS::EC2::RouteTable
  A:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref S, RouteTableId: !Ref T}
  I:
    Type: AWS::EC2::InternetGateway
  R:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref I}
",
};

fn check(cx: &Cx<'_>) {
    for group in cx.resources("AWS::RDS::DBSubnetGroup") {
        for subnet in subnets(cx, &group.get("SubnetIds")) {
            let public = subnet.get("MapPublicIpOnLaunch");
            if public.flag() == Some(true) {
                strict_error(
                    cx,
                    public.span,
                    format!("{} of the database gives out public addresses", subnet.id()),
                );
            }
            if let Some(route) = route_to_internet(cx, &subnet) {
                let message = format!("{} of the database has a route to an internet gateway", subnet.id());
                strict_error(cx, route.span(), message);
            }
        }
    }
    if is_strict(cx) && !stores(cx).is_empty() {
        for gateway in cx.resources("AWS::EC2::InternetGateway") {
            cx.error(
                gateway.span(),
                format!("{}: an isolated environment has no internet gateway", gateway.id()),
            );
        }
    }
}

fn route_to_internet<'c>(cx: &'c Cx<'c>, subnet: &Res<'_>) -> Option<Res<'c>> {
    let associations = cx.resources("AWS::EC2::SubnetRouteTableAssociation");
    let association = associations.iter().find(|one| points_at(one, "SubnetId", subnet.id()))?;
    let table = association.get("RouteTableId");
    let table = table.target()?;
    cx.resources("AWS::EC2::Route").into_iter().find(|route| {
        let gateway = route.get("GatewayId");
        let to_internet = gateway
            .target()
            .and_then(|id| cx.resource(id))
            .is_some_and(|one| one.kind() == "AWS::EC2::InternetGateway");
        points_at(route, "RouteTableId", table) && to_internet
    })
}
