//! Route tables whose routes lead nowhere, or not where their subnets' names say.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "routes-lead-somewhere",
    former: None,
    title: "Each subnet's routes lead where its name says",
    covers: &["R-M5", "H-P7"],
    levels: [ERROR, ERROR, WARNING],
    why: "A packet without a route is dropped without a word; a private subnet with a route to the internet is public.",
    source: "Amazon VPC user guide, route tables, NAT gateways, internet gateways",
    fix: "Attach the internet gateway, put the NAT gateway into a public subnet, and associate each subnet with its own table.",
    check: Check::Template(
        &["AWS::EC2::Route", "AWS::EC2::RouteTable", "AWS::EC2::NatGateway", "AWS::EC2::Subnet"],
        check,
    ),
    good: r"
Resources:
  V: {Type: AWS::EC2::VPC}
  G: {Type: AWS::EC2::InternetGateway}
  A: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref V, InternetGatewayId: !Ref G}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  R:
    Type: AWS::EC2::Route
    DependsOn: A
    Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref G}
",
    bad: r"
Resources:
  V: {Type: AWS::EC2::VPC}
  G: {Type: AWS::EC2::InternetGateway}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  R:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref G}
",
};

fn check(cx: &Cx<'_>) {
    if may_be_elsewhere(cx) {
        return;
    }
    cx.resources("AWS::EC2::Route").iter().for_each(|one| route(cx, one));
    cx.resources("AWS::EC2::NatGateway").iter().for_each(|one| nat(cx, one));
    cx.resources("AWS::EC2::Subnet").iter().for_each(|one| subnet(cx, one));
    associations(cx);
}

fn route(cx: &Cx<'_>, route: &Res<'_>) {
    if lead(route) == Lead::Nowhere {
        return cx.error(route.span(), format!("{} has no target", route.id()));
    }
    let gateway = route.get("GatewayId");
    let Some(declared) = gateway.target().and_then(|id| cx.resource(id)) else { return };
    if declared.kind() != "AWS::EC2::InternetGateway" {
        return;
    }
    let attachments = cx.resources("AWS::EC2::VPCGatewayAttachment");
    let own: Vec<_> =
        attachments.iter().filter(|one| points_at(one, "InternetGatewayId", declared.id())).collect();
    let table = route.get("RouteTableId");
    let vpc = table.target().and_then(|id| cx.resource(id)).map(|table| table.get("VpcId").show());
    if own.is_empty() {
        cx.error(
            gateway.span,
            format!("{} → {}: the gateway is attached to no VPC", route.id(), declared.id()),
        );
    } else if vpc.is_some_and(|vpc| own.iter().all(|one| one.get("VpcId").show() != vpc)) {
        cx.error(
            gateway.span,
            format!("{} → {}: the gateway is attached to another VPC", route.id(), declared.id()),
        );
    }
}

/// A public NAT gateway needs a route to the internet from its own subnet.
fn nat(cx: &Cx<'_>, nat: &Res<'_>) {
    if nat.get("ConnectivityType").is("private") {
        return;
    }
    let subnet = nat.get("SubnetId");
    let Some(home) = subnet.target().and_then(|id| cx.resource(id)) else { return };
    let Some(routes) = ways_out(cx, &home) else { return };
    let leads: Vec<Lead> = routes.iter().map(lead).collect();
    if leads.is_empty() {
        cx.error(subnet.span, format!("{} is in {}, from which no route leads out", nat.id(), home.id()));
    } else if leads.iter().all(|one| *one == Lead::Nat) {
        cx.error(
            subnet.span,
            format!("{} is in {}, whose own route leads to a NAT gateway", nat.id(), home.id()),
        );
    }
}

fn subnet(cx: &Cx<'_>, subnet: &Res<'_>) {
    let name = name_of(subnet);
    let says = |word: &str| name.contains(word);
    let public = says("public") && !says("private");
    let private = (says("private") || says("isolated")) && !says("public");
    let tables = !cx.resources("AWS::EC2::SubnetRouteTableAssociation").is_empty();
    let Some(routes) = ways_out(cx, subnet) else {
        if public && tables && table_of(cx, subnet).is_none() && !cx.resources("AWS::EC2::Route").is_empty() {
            let message = format!(
                "{} is public by its name, and no route table of this template is its own",
                subnet.id()
            );
            cx.warning(subnet.span(), message);
        }
        return;
    };
    let internet = routes.iter().find(|one| lead(one) == Lead::Internet);
    if let Some(route) = internet.filter(|_| private) {
        let message = format!(
            "{} → the internet, through {}: the subnet is private by its name",
            subnet.id(),
            route.id()
        );
        cx.error(route.span(), message);
    }
    if public && routes.is_empty() {
        cx.error(
            subnet.span(),
            format!("{} is public by its name, and no route leads out of it", subnet.id()),
        );
    } else if public && routes.iter().all(|one| lead(one) == Lead::Nat) {
        cx.error(
            subnet.span(),
            format!("{} is public by its name, and leads to a NAT gateway only", subnet.id()),
        );
    }
}

/// The logical id and the Name tag, in lower case.
fn name_of(subnet: &Res<'_>) -> String {
    let tags = subnet.get("Tags").each();
    let tag = tags.iter().find(|one| one.get("Key").is("Name")).map(|one| one.get("Value").show());
    format!("{} {}", subnet.id(), tag.unwrap_or_default()).to_ascii_lowercase()
}

/// A subnet has one table, of its own VPC.
fn associations(cx: &Cx<'_>) {
    let all = cx.resources("AWS::EC2::SubnetRouteTableAssociation");
    for (index, one) in all.iter().enumerate() {
        let (subnet, table) = (one.get("SubnetId"), one.get("RouteTableId"));
        let twice = all[..index]
            .iter()
            .any(|other| subnet.target().is_some() && other.get("SubnetId").target() == subnet.target());
        if twice {
            cx.error(one.span(), format!("{} has a second route table", subnet.target().unwrap_or_default()));
        }
        let vpc = |value: &Val<'_>| {
            let resource = value.target().and_then(|id| cx.resource(id))?;
            Some(resource.get("VpcId").show())
        };
        if let (Some(here), Some(there)) = (vpc(&subnet), vpc(&table))
            && here != there
        {
            cx.error(one.span(), format!("{} is in {here}, its route table in {there}", subnet.show()));
        }
    }
}
