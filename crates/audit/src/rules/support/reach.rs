//! What can reach what: route tables, network ACLs and security groups of a template, as packets meet them.
//!
//! Everything answers with [`Answer`]: what the template leaves open is unknown, and nothing is said about it.

use super::{Answer, Opening, egress, ingress, subnets};
use crate::net::Cidr;
use crate::resolve::{Cx, Res, Val};

/// What a route leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Lead {
    /// An internet gateway.
    Internet,
    /// A NAT gateway or instance.
    Nat,
    /// A peering, a transit gateway, a VPN, an appliance, or what a parameter names.
    Elsewhere,
    /// Nothing: the route names no target.
    Nowhere,
}

/// The route table that a subnet is associated with by this template.
pub(in crate::rules) fn table_of<'c>(cx: &'c Cx<'c>, subnet: &Res<'_>) -> Option<Res<'c>> {
    let associations = cx.resources("AWS::EC2::SubnetRouteTableAssociation");
    let own = associations.iter().find(|one| one.get("SubnetId").target() == Some(subnet.id()))?;
    cx.resource(own.get("RouteTableId").target()?)
}

/// The routes of a table.
pub(in crate::rules) fn routes_of<'c>(cx: &'c Cx<'c>, table: &Res<'_>) -> Vec<Res<'c>> {
    let all = cx.resources("AWS::EC2::Route").into_iter();
    all.filter(|one| one.get("RouteTableId").target() == Some(table.id())).collect()
}

/// What a route leads to.
pub(in crate::rules) fn lead(route: &Res<'_>) -> Lead {
    const OTHERS: [&str; 9] = [
        "VpcPeeringConnectionId",
        "TransitGatewayId",
        "VpcEndpointId",
        "NetworkInterfaceId",
        "EgressOnlyInternetGatewayId",
        "LocalGatewayId",
        "CarrierGatewayId",
        "CoreNetworkArn",
        "VpnGatewayId",
    ];
    let gateway = route.get("GatewayId");
    if gateway.is_set() {
        let declared = gateway.target().and_then(|id| route.cx().resource(id));
        let named = gateway.text().is_some_and(|text| text.starts_with("igw-"));
        let internet = named || declared.is_some_and(|one| one.kind() == "AWS::EC2::InternetGateway");
        return if internet { Lead::Internet } else { Lead::Elsewhere };
    }
    match () {
        () if ["NatGatewayId", "InstanceId"].iter().any(|name| route.get(name).is_set()) => Lead::Nat,
        () if OTHERS.iter().any(|name| route.get(name).is_set()) => Lead::Elsewhere,
        () => Lead::Nowhere,
    }
}

/// The routes of a subnet for every address; none when the subnet's table is not known.
pub(in crate::rules) fn ways_out<'c>(cx: &'c Cx<'c>, subnet: &Res<'_>) -> Option<Vec<Res<'c>>> {
    let table = table_of(cx, subnet)?;
    let all = routes_of(cx, &table).into_iter();
    Some(
        all.filter(|one| one.get("DestinationCidrBlock").text().is_none_or(|to| to == "0.0.0.0/0")).collect(),
    )
}

/// One end of a connection.
#[derive(Debug)]
pub(in crate::rules) struct End<'c> {
    /// Its logical id.
    pub id: &'c str,
    /// Its security groups, as they are written.
    pub groups: Vec<Val<'c>>,
    /// The subnets that it may be in, of this template.
    pub subnets: Vec<Res<'c>>,
    /// Whether all of both is declared here.
    pub is_known: bool,
}

/// A function, cluster, instance, proxy or endpoint as an end; none when it is in no VPC.
pub(in crate::rules) fn end_of<'c>(cx: &'c Cx<'c>, resource: &Res<'c>) -> Option<End<'c>> {
    let (groups, list) = match resource.kind() {
        "AWS::Lambda::Function" => {
            (resource.get("VpcConfig.SecurityGroupIds"), resource.get("VpcConfig.SubnetIds"))
        }
        "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance" => {
            let name = resource.get("DBSubnetGroupName");
            let group = cx.resource(name.target()?)?;
            let groups = ["VpcSecurityGroupIds", "VPCSecurityGroups"].map(|name| resource.get(name));
            (groups.into_iter().find(Val::is_set)?, group.get("SubnetIds"))
        }
        "AWS::RDS::DBProxy" => (resource.get("VpcSecurityGroupIds"), resource.get("VpcSubnetIds")),
        "AWS::EC2::VPCEndpoint" => (resource.get("SecurityGroupIds"), resource.get("SubnetIds")),
        _ => return None,
    };
    if list.is_absent() {
        return None;
    }
    let declared = |list: &Val<'_>| {
        let items = list.each();
        !items.is_empty() && items.iter().all(|one| one.target().is_some_and(|id| cx.resource(id).is_some()))
    };
    let is_known = declared(&groups) && declared(&list);
    let subnets = subnets(cx, &list);
    Some(End { id: resource.id(), groups: groups.each(), subnets, is_known })
}

impl End<'_> {
    fn ranges(&self) -> Option<Vec<Cidr>> {
        self.subnets.iter().map(|subnet| Cidr::parse(subnet.get("CidrBlock").text()?)).collect()
    }

    fn is_in(&self, group: &Val<'_>) -> bool {
        let same = |own: &Val<'_>| own.target().is_some() && own.target() == group.target();
        self.groups.iter().any(|own| same(own) || (own.text().is_some() && own.text() == group.text()))
    }
}

/// Whether the security groups of both ends let a connection to a port come about.
pub(in crate::rules) fn groups_allow<'c>(cx: &'c Cx<'c>, from: &End<'c>, to: &End<'c>, port: f64) -> Answer {
    let (inward, outward) = (ingress(cx), egress(cx));
    let into = one_side(&inward, to, from, port, "SourceSecurityGroupId", "SourcePrefixListId");
    // A group without a rule outwards lets everything out.
    let free = from.groups.iter().any(|group| {
        group.target().is_none_or(|id| !outward.iter().any(|one| one.group.as_deref() == Some(id)))
    });
    let out = if free {
        Answer::Yes
    } else {
        one_side(&outward, from, to, port, "DestinationSecurityGroupId", "DestinationPrefixListId")
    };
    match (into, out) {
        (Answer::No, _) | (_, Answer::No) => Answer::No,
        (Answer::Yes, Answer::Yes) => Answer::Yes,
        _ => Answer::Unknown,
    }
}

/// Whether the rules of one end's groups are about the other end.
fn one_side<'c>(
    openings: &[Opening<'c>],
    here: &End<'c>,
    there: &End<'c>,
    port: f64,
    group: &str,
    prefixes: &str,
) -> Answer {
    if !here.is_known {
        return Answer::Unknown;
    }
    let mut answer = Answer::No;
    let own = |one: &&Opening<'_>| {
        one.group
            .as_ref()
            .is_none_or(|id| here.groups.iter().any(|group| group.target() == Some(id.as_str())))
    };
    for opening in openings.iter().filter(own).filter(|one| one.covers(port) && is_tcp(one)) {
        if opening.group.is_none() {
            answer = Answer::Unknown;
            continue;
        }
        let peer = opening.value.get(group);
        let found = if peer.is_set() {
            match there.is_in(&peer) {
                true => Answer::Yes,
                false if there.is_known && peer.target().is_some() => Answer::No,
                false => Answer::Unknown,
            }
        } else if opening.value.get(prefixes).is_set() {
            Answer::Unknown
        } else {
            in_range(&opening.range(), there)
        };
        match found {
            Answer::Yes => return Answer::Yes,
            Answer::Unknown => answer = Answer::Unknown,
            Answer::No => {}
        }
    }
    answer
}

fn is_tcp(opening: &Opening<'_>) -> bool {
    let protocol = opening.value.get("IpProtocol");
    protocol.text().is_none_or(|text| ["tcp", "6", "-1"].contains(&text.to_ascii_lowercase().as_str()))
}

/// Whether a range of a rule holds the subnets of an end.
fn in_range(range: &Val<'_>, end: &End<'_>) -> Answer {
    if let Some(vpc) = range.target() {
        // `!GetAtt Vpc.CidrBlock`, or a subnet's own.
        let holds = |subnet: &Res<'_>| subnet.id() == vpc || subnet.get("VpcId").target() == Some(vpc);
        return if end.subnets.iter().any(holds) { Answer::Yes } else { Answer::Unknown };
    }
    let Some(range) = range.text().and_then(Cidr::parse) else { return Answer::Unknown };
    match end.ranges().filter(|_| end.is_known) {
        Some(own) if own.iter().any(|one| one.overlaps(range)) => Answer::Yes,
        Some(own) if !own.is_empty() => Answer::No,
        _ => Answer::Unknown,
    }
}

/// One entry of a network ACL.
#[derive(Debug)]
pub(in crate::rules) struct AclEntry<'c> {
    /// The resource.
    pub resource: Res<'c>,
    /// Whether it is about what leaves.
    pub egress: bool,
    /// Whether it allows.
    pub allows: bool,
    /// Its addresses, when they are known.
    pub range: Option<Cidr>,
    /// Its ports; all of them for a protocol without ports.
    pub ports: (f64, f64),
    number: f64,
    is_tcp: bool,
}

/// The network ACL that a subnet is associated with by this template.
pub(in crate::rules) fn acl_of<'c>(cx: &'c Cx<'c>, subnet: &Res<'_>) -> Option<Res<'c>> {
    let associations = cx.resources("AWS::EC2::SubnetNetworkAclAssociation");
    let own = associations.iter().find(|one| one.get("SubnetId").target() == Some(subnet.id()))?;
    cx.resource(own.get("NetworkAclId").target()?)
}

/// The entries of an ACL that are about TCP, in the order in which they decide.
pub(in crate::rules) fn entries_of<'c>(cx: &'c Cx<'c>, acl: &Res<'_>) -> Vec<AclEntry<'c>> {
    let all = cx.resources("AWS::EC2::NetworkAclEntry").into_iter();
    let own = all.filter(|one| one.get("NetworkAclId").target() == Some(acl.id()));
    let read = own.map(|resource| {
        let protocol = resource.get("Protocol");
        let every = protocol.is("-1");
        let end =
            |name: &str, open: f64| if every { open } else { resource.get(name).number().unwrap_or(open) };
        AclEntry {
            egress: resource.get("Egress").flag() == Some(true),
            allows: resource.get("RuleAction").is("allow"),
            range: resource.get("CidrBlock").text().and_then(Cidr::parse),
            ports: (end("PortRange.From", 0.0), end("PortRange.To", 65535.0)),
            number: resource.get("RuleNumber").number().unwrap_or(0.0),
            is_tcp: every
                || protocol.text().is_none_or(|text| text == "6" || text.eq_ignore_ascii_case("tcp")),
            resource,
        }
    });
    let mut entries: Vec<_> = read.filter(|one| one.is_tcp).collect();
    entries.sort_by(|one, other| one.number.total_cmp(&other.number));
    entries
}

/// What the entries of a direction say of a port and addresses: the first that is about them decides, and without one
/// the answer is no.
pub(in crate::rules) fn acl_allows(entries: &[AclEntry<'_>], egress: bool, port: f64, range: Cidr) -> Answer {
    let about = |one: &&AclEntry<'_>| one.egress == egress && one.ports.0 <= port && port <= one.ports.1;
    for entry in entries.iter().filter(about) {
        match entry.range {
            None => return Answer::Unknown,
            Some(own) if own.holds(range) => return if entry.allows { Answer::Yes } else { Answer::No },
            Some(own) if own.overlaps(range) => return Answer::Unknown,
            Some(_) => {}
        }
    }
    Answer::No
}
