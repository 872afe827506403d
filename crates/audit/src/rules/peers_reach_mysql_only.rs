//! R, constraint 3: peering for port 3306 only.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "peers-reach-mysql-only",
    former: Some("R-C3"),
    title: "A peer reaches port 3306 and nothing else",
    covers: &["R-X1"],
    levels: [ERROR, ERROR, OFF],
    why: "A peering has no filter of its own: what security groups and network ACLs open, the whole peer network gets.",
    source: "R constraint 3; Amazon VPC peering guide, security",
    fix: "For ranges outside the VPC open tcp 3306 only (FromPort and ToPort 3306); in a network ACL also the ephemeral ports 1024-65535.",
    check: Check::Template(&[PEERING, "AWS::EC2::Route"], check),
    good: r"
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
  P:
    Type: AWS::EC2::VPCPeeringConnection
    Properties: {VpcId: !Ref V, PeerVpcId: vpc-2}
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, CidrIp: 10.2.10.0/24}]
",
    bad: r"
Resources:
  V:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.1.0.0/16}
  P:
    Type: AWS::EC2::VPCPeeringConnection
    Properties: {VpcId: !Ref V, PeerVpcId: vpc-2}
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 0, ToPort: 65535, CidrIp: 10.2.10.0/24}]
",
};

/// First of the ports that answers come to (Lambda and Linux use ports from 1024 on).
const EPHEMERAL: f64 = 1024.0;

const PEERING: &str = "AWS::EC2::VPCPeeringConnection";

/// Where the peers are. A private range outside the VPC may as well be an office behind a VPN.
enum Peers {
    /// The VPC has none in this run.
    None,
    /// Routes say where.
    Ranges(Vec<Cidr>),
    /// There is a peering, and no route says where it leads.
    Anywhere,
}

fn peers(cx: &Cx<'_>) -> Peers {
    let routes = cx.resources("AWS::EC2::Route");
    let routed: Vec<_> = routes.iter().filter(|one| one.get("VpcPeeringConnectionId").is_set()).collect();
    let ranges: Option<Vec<Cidr>> =
        routed.iter().map(|one| Cidr::parse(one.get("DestinationCidrBlock").text()?)).collect();
    match ranges {
        Some(ranges) if !ranges.is_empty() => Peers::Ranges(ranges),
        Some(_) if cx.resources(PEERING).is_empty() => Peers::None,
        _ => Peers::Anywhere,
    }
}

fn check(cx: &Cx<'_>) {
    let own: Vec<Cidr> = cx
        .resources("AWS::EC2::VPC")
        .iter()
        .filter_map(|vpc| Cidr::parse(vpc.get("CidrBlock").text()?))
        .collect();
    let peers = peers(cx);
    if own.is_empty() || matches!(peers, Peers::None) {
        return;
    }
    let is_peer = |range: &Val<'_>| {
        let range = range.text().and_then(Cidr::parse);
        range.is_some_and(|range| {
            let routed = match &peers {
                Peers::Ranges(ranges) => ranges.iter().any(|one| one.overlaps(range)),
                _ => true,
            };
            routed && range.is_private() && range.prefix > 8 && !own.iter().any(|vpc| vpc.overlaps(range))
        })
    };
    for opening in ingress(cx).into_iter().chain(egress(cx)) {
        let range = opening.range();
        let nothing = range.is("127.0.0.1/32");
        if is_peer(&range) && !nothing && !opening.is_only(MYSQL_PORT) {
            cx.error(opening.span(), format!("more than port 3306 is open to the peer {}", range.show()));
        }
    }
    for entry in cx.resources("AWS::EC2::NetworkAclEntry") {
        let range = entry.get("CidrBlock");
        if !entry.get("RuleAction").is("allow") || !is_peer(&range) {
            continue;
        }
        let (from, to) = (entry.get("PortRange.From").number(), entry.get("PortRange.To").number());
        let only_mysql = from == Some(MYSQL_PORT) && to == Some(MYSQL_PORT);
        let only_answers = from.is_some_and(|from| from >= EPHEMERAL);
        if !only_mysql && !only_answers {
            cx.error(
                entry.span(),
                format!("{} opens more than port 3306 and answers to the peer {}", entry.id(), range.show()),
            );
        }
    }
}
