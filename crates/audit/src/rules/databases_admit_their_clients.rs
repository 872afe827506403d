//! Functions that are given a database and cannot reach it.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "databases-admit-their-clients",
    former: None,
    title: "Whoever is given a database can reach it",
    covers: &["R-M2", "H-P8"],
    levels: [ERROR, ERROR, ERROR],
    why: "The connection times out: a security group, a network ACL or the lack of a VPC stands in its way.",
    source: "Amazon Aurora user guide, controlling access with security groups",
    fix: "Let the client's security group in on the database's port, and out of its own; let network ACLs pass both directions.",
    check: Check::Template(&[FUNCTION, "AWS::RDS::DBProxy", CLUSTER, INSTANCE], check),
    good: r"
Resources:
  S: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: 10.1.1.0/24}}
  Sn: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref S]}}
  C: {Type: AWS::EC2::SecurityGroup}
  D: {Type: AWS::EC2::SecurityGroup, Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, SourceSecurityGroupId: !Ref C}]}}
  Db: {Type: AWS::RDS::DBCluster, Properties: {DBSubnetGroupName: !Ref Sn, VpcSecurityGroupIds: [!Ref D]}}
  F:
    Type: AWS::Lambda::Function
    Properties:
      VpcConfig: {SubnetIds: [!Ref S], SecurityGroupIds: [!Ref C]}
      Environment: {Variables: {HOST: !GetAtt Db.Endpoint.Address}}
",
    bad: r"
Resources:
  S: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: 10.1.1.0/24}}
  Sn: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref S]}}
  C: {Type: AWS::EC2::SecurityGroup}
  D: {Type: AWS::EC2::SecurityGroup, Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref C}]}}
  Db: {Type: AWS::RDS::DBCluster, Properties: {DBSubnetGroupName: !Ref Sn, VpcSecurityGroupIds: [!Ref D]}}
  F:
    Type: AWS::Lambda::Function
    Properties:
      VpcConfig: {SubnetIds: [!Ref S], SecurityGroupIds: [!Ref C]}
      Environment: {Variables: {HOST: !GetAtt Db.Endpoint.Address}}
",
};

fn check(cx: &Cx<'_>) {
    if may_be_elsewhere(cx) {
        return;
    }
    for function in cx.resources(FUNCTION) {
        for (database, through) in given(cx, &function) {
            let Some(to) = end_of(cx, &database) else { continue };
            match end_of(cx, &function) {
                Some(from) => connection(cx, &from, &to, port(&database), function.span(), &through),
                None if function.get("VpcConfig").is_absent() && !is_public(cx, &database) => {
                    let message = format!(
                        "{} → {}, through {through}: the function is in no VPC",
                        function.id(),
                        to.id
                    );
                    cx.error(function.span(), message);
                }
                None => {}
            }
        }
    }
    for group in cx.resources("AWS::RDS::DBProxyTargetGroup") {
        let proxy = group.get("DBProxyName");
        let Some(proxy) = proxy.target().and_then(|id| cx.resource(id)) else { continue };
        let lists = ["DBClusterIdentifiers", "DBInstanceIdentifiers"].map(|name| group.get(name));
        let targets = lists.iter().flat_map(Val::each);
        for database in targets.filter_map(|one| one.target().and_then(|id| cx.resource(id))) {
            if let (Some(from), Some(to)) = (end_of(cx, &proxy), end_of(cx, &database)) {
                connection(cx, &from, &to, port(&database), proxy.span(), group.id());
            }
        }
    }
}

/// The databases and proxies that a function's variables name, each with what names it.
fn given<'c>(cx: &'c Cx<'c>, function: &Res<'c>) -> Vec<(Res<'c>, String)> {
    let mut found: Vec<(Res<'c>, String)> = Vec::new();
    for (name, _, value) in function.get("Environment.Variables").entries() {
        let holes = value.pieces().into_iter().flat_map(|text| text.holes()).chain(value.only_hole());
        for hole in holes {
            let Hole::Attribute(id, attribute) = hole else { continue };
            let Some(resource) = cx.resource(id) else { continue };
            let is_host = attribute.contains("Endpoint") && !attribute.contains("Port");
            let is_database = [CLUSTER, INSTANCE, "AWS::RDS::DBProxy"].contains(&resource.kind());
            if is_host && is_database && !found.iter().any(|(one, _)| one.id() == resource.id()) {
                found.push((resource, name.to_owned()));
            }
        }
    }
    found
}

fn port(database: &Res<'_>) -> f64 {
    let written = database.get("Port");
    let engine = database.get("Engine").text().unwrap_or_default().to_owned();
    let usual = if engine.contains("postgres") { 5432.0 } else { MYSQL_PORT };
    written.number().unwrap_or(usual)
}

fn is_public(cx: &Cx<'_>, database: &Res<'_>) -> bool {
    let own = database.get("PubliclyAccessible");
    let member = members(cx, database).iter().any(|one| one.get("PubliclyAccessible").flag() == Some(true));
    own.flag() == Some(true) || own.is_unknown() || member
}

fn connection<'c>(cx: &'c Cx<'c>, from: &End<'c>, to: &End<'c>, port: f64, span: Span, through: &str) {
    let path = format!("{} → {} on tcp {port}, through {through}", from.id, to.id);
    match groups_allow(cx, from, to, port) {
        Answer::No => return cx.error(span, format!("{path}: their security groups do not let it pass")),
        Answer::Unknown => cx.undecided(),
        Answer::Yes => {}
    }
    for (here, there) in from.subnets.iter().flat_map(|one| to.subnets.iter().map(move |other| (one, other)))
    {
        let range = |subnet: &Res<'_>| Cidr::parse(subnet.get("CidrBlock").text()?);
        let (Some(near), Some(far)) = (range(here), range(there)) else { continue };
        // Request and answer, each past the ACLs of both subnets: subnet, direction, port, other side.
        let client = 45_000.0;
        let steps = [
            (here, true, port, far),
            (there, false, port, near),
            (there, true, client, near),
            (here, false, client, far),
        ];
        for (subnet, egress, port, range) in steps {
            let Some(acl) = acl_of(cx, subnet).filter(|_| here.id() != there.id()) else { continue };
            if acl_allows(&entries_of(cx, &acl), egress, port, range) == Answer::No {
                let way = if egress { "out of" } else { "into" };
                return cx.error(
                    acl.span(),
                    format!("{path}: {} lets nothing {way} {} on port {port}", acl.id(), subnet.id()),
                );
            }
        }
    }
}
