//! Mistake 14: a security group that is open to everyone.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "databases-closed-to-the-world",
    former: Some("mistake-14"),
    title: "No security group opens a database to everyone",
    covers: &["H-P8", "H-PC5"],
    levels: [ERROR, ERROR, ERROR],
    why: "The security group is the only thing between a leaked route and the database; anyone on the internet may try passwords.",
    source: "catalogue of mistakes, 14; Amazon Aurora user guide, controlling access with security groups",
    fix: "Name the security groups of the clients (SourceSecurityGroupId), or the exact subnets' ranges; never 0.0.0.0/0 or ::/0.",
    check: Check::Template(
        &[
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::SecurityGroupIngress",
            "AWS::RDS::DBSecurityGroup",
            "AWS::EC2::NetworkAclEntry",
        ],
        check,
    ),
    good: r"
Resources:
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, CidrIp: 10.1.10.0/24}]
",
    bad: r"
Resources:
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, CidrIp: 0.0.0.0/0}]
",
};

fn check(cx: &Cx<'_>) {
    let of_databases = database_groups(cx);
    for opening in ingress(cx).into_iter().filter(Opening::is_world) {
        let guards_database = opening.group.as_ref().is_some_and(|group| of_databases.contains(group));
        let range = opening.range();
        let to = range.show();
        if guards_database {
            cx.error(range.span, format!("the database's security group is open to {to}"));
        } else if opening.covers(MYSQL_PORT) && !opening.is_every_protocol() {
            cx.error(range.span, format!("port 3306 is open to {to}"));
        } else if opening.is_every_protocol() {
            cx.error(range.span, format!("all ports are open to {to}"));
        }
    }
    for entry in cx.resources("AWS::EC2::NetworkAclEntry") {
        let inbound = entry.get("Egress").flag() != Some(true) && entry.get("RuleAction").is("allow");
        let ranges = ["CidrBlock", "Ipv6CidrBlock"].map(|name| entry.get(name));
        let world = ranges.iter().any(|range| range.text().is_some_and(is_world));
        let every = entry.get("Protocol").is("-1");
        let end = |name: &str, open: f64| entry.get(name).number().unwrap_or(open);
        let mysql = end("PortRange.From", 0.0) <= MYSQL_PORT && MYSQL_PORT <= end("PortRange.To", 65535.0);
        let tcp = entry.get("Protocol").text().is_some_and(|text| text == "6");
        // A wide range of high ports lets answers in; that 3306 is among them cannot be helped.
        let answers = end("PortRange.From", 0.0) >= 1024.0 && end("PortRange.To", 0.0) > MYSQL_PORT + 1000.0;
        if inbound && world && (every || (tcp && mysql && !answers)) && guards_database_subnets(cx, &entry) {
            let what = if every { "everything" } else { "port 3306" };
            cx.error(
                entry.span(),
                format!("{} lets {what} from everyone into the database's subnets", entry.id()),
            );
        }
    }
}

/// Whether a network ACL entry belongs to an ACL of a subnet in a database's subnet group.
fn guards_database_subnets(cx: &Cx<'_>, entry: &Res<'_>) -> bool {
    let acl = entry.get("NetworkAclId");
    let Some(acl) = acl.target() else { return false };
    let groups = cx.resources("AWS::RDS::DBSubnetGroup");
    cx.resources("AWS::EC2::SubnetNetworkAclAssociation").iter().any(|association| {
        let subnet = association.get("SubnetId");
        let in_group = |group: &Res<'_>| subnet.target().is_some_and(|id| points_at(group, "SubnetIds", id));
        points_at(association, "NetworkAclId", acl) && groups.iter().any(in_group)
    })
}
