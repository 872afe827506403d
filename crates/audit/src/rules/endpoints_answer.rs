//! VPC endpoints that nobody can use.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "endpoints-answer",
    former: None,
    title: "A VPC endpoint is used under the service's own name, from where it is needed",
    covers: &["mistake-03", "R-M2"],
    levels: [ERROR, ERROR, WARNING],
    why: "Without private DNS, group or route, calls go to the public address and hang until they time out.",
    source: "AWS PrivateLink guide, interface endpoints, DNS; Amazon VPC user guide, gateway endpoints",
    fix: "Interface: PrivateDnsEnabled true, DNS support and host names on in the VPC, a group that lets 443 in. Gateway: the RouteTableIds of every subnet that needs it.",
    check: Check::Resources(&["AWS::EC2::VPCEndpoint"], check),
    good: r"
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16, EnableDnsSupport: true, EnableDnsHostnames: true}}
  E:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcEndpointType: Interface, VpcId: !Ref V, ServiceName: com.amazonaws.us-east-1.sts, PrivateDnsEnabled: true, SubnetIds: [subnet-1]}
",
    bad: r"
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16, EnableDnsSupport: true, EnableDnsHostnames: true}}
  E:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcEndpointType: Interface, VpcId: !Ref V, ServiceName: com.amazonaws.us-east-1.sts, SubnetIds: [subnet-1]}
",
};

fn check(endpoint: Res<'_>) {
    let kind = endpoint.get("VpcEndpointType");
    match kind.text() {
        Some("Interface") => interface(&endpoint),
        Some("Gateway") | None => gateway(&endpoint),
        Some(_) => {}
    }
}

fn interface(endpoint: &Res<'_>) {
    let cx = endpoint.cx();
    let name = endpoint.get("ServiceName").show();
    // Endpoint services of others have no name of their own unless their owner gave them one.
    let of_aws = name.contains("com.amazonaws.") && !name.contains(".vpce.");
    let private = endpoint.get("PrivateDnsEnabled");
    let vpc = endpoint.get("VpcId");
    let vpc = vpc.target().and_then(|id| cx.resource(id));
    if of_aws && (private.is_absent() || private.flag() == Some(false)) && !name.ends_with(".s3") {
        cx.error(
            private.span,
            format!("{}: PrivateDnsEnabled is not true, so nobody finds it", endpoint.id()),
        );
    }
    if let Some(vpc) = vpc.filter(|_| private.flag() == Some(true)) {
        let support = vpc.get("EnableDnsSupport");
        let names = vpc.get("EnableDnsHostnames");
        if support.flag() == Some(false) || (names.is_absent() || names.flag() == Some(false)) {
            let wrong = if support.flag() == Some(false) { support } else { names };
            let message =
                format!("{} needs EnableDnsSupport and EnableDnsHostnames of {}", endpoint.id(), vpc.id());
            cx.error(wrong.span, message);
        }
    }
    if endpoint.get("SubnetIds").is_absent() {
        cx.error(endpoint.span(), format!("{} is in no subnet", endpoint.id()));
    }
    groups(endpoint);
}

/// Every function of the template that may use the endpoint gets through its groups.
fn groups(endpoint: &Res<'_>) {
    let cx = endpoint.cx();
    let Some(to) = end_of(cx, endpoint).filter(|end| end.is_known) else { return };
    let vpc = endpoint.get("VpcId").show();
    let opens = ingress(cx).iter().any(|one| {
        let own =
            one.group.as_ref().is_none_or(|id| to.groups.iter().any(|group| group.target() == Some(id)));
        own && one.covers(443.0)
    });
    if !opens && !may_be_elsewhere(cx) {
        let span = endpoint.get("SecurityGroupIds").span;
        return cx.error(span, format!("{}: no rule of its security groups lets port 443 in", endpoint.id()));
    }
    for function in functions_in_vpc(cx) {
        let Some(from) = end_of(cx, &function).filter(|end| end.is_known) else { continue };
        let near = from.subnets.iter().any(|subnet| subnet.get("VpcId").show() == vpc);
        if near && groups_allow(cx, &from, &to, 443.0) == Answer::No && needs(cx, &function, endpoint) {
            let message =
                format!("{} → {}, on 443: their security groups do not let it pass", from.id, to.id);
            cx.error(endpoint.span(), message);
        }
    }
}

/// Whether the function's role has a right of the endpoint's service.
fn needs(cx: &Cx<'_>, function: &Res<'_>, endpoint: &Res<'_>) -> bool {
    let name = endpoint.get("ServiceName").show();
    let service = name.rsplit('.').next().unwrap_or_default();
    let Some(role) = function.get("Role").target().and_then(|id| cx.resource(id)) else { return false };
    let all = role_permissions(cx, &role);
    all.iter().any(|one| one.allows() && one.actions().iter().any(|action| is_of_service(action, service)))
}

/// A gateway endpoint works for the route tables that it names.
fn gateway(endpoint: &Res<'_>) {
    let cx = endpoint.cx();
    let name = endpoint.get("ServiceName").show();
    if !name.ends_with(".s3") && !name.ends_with(".dynamodb") {
        if endpoint.get("VpcEndpointType").is_absent() && name.contains("com.amazonaws.") {
            let message = format!(
                "{}: {name} is no gateway service, and VpcEndpointType is not Interface",
                endpoint.id()
            );
            cx.error(endpoint.span(), message);
        }
        return;
    }
    let tables = endpoint.get("RouteTableIds");
    if tables.is_absent() || (!tables.is_unknown() && tables.each().is_empty()) {
        return cx.error(tables.span, format!("{} is in no route table", endpoint.id()));
    }
    let service = name.rsplit('.').next().unwrap_or_default().to_owned();
    for function in functions_in_vpc(cx) {
        let list = function.get("VpcConfig.SubnetIds");
        let uses = needs(cx, &function, endpoint);
        for subnet in subnets(cx, &list).iter().filter(|_| uses && !tables.is_unknown()) {
            let Some(table) = table_of(cx, subnet) else { continue };
            let out = ways_out(cx, subnet).is_some_and(|routes| !routes.is_empty());
            if !tables.mentions(table.id()) && !out {
                let message = format!(
                    "{} → {service}, from {}: its route table {} is not among those of {}",
                    function.id(),
                    subnet.id(),
                    table.id(),
                    endpoint.id()
                );
                cx.error(tables.span, message);
            }
        }
    }
}
