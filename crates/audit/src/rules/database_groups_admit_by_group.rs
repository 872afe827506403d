//! H, requirement 8: security groups with least privilege.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "database-groups-admit-by-group",
    former: Some("H-P8"),
    title: "The database's security group admits clients by group and opens nothing outwards",
    covers: &["R-C3"],
    levels: [ERROR, ERROR, INFO],
    why: "A whole VPC as source admits every machine in it; no egress rule at all means that CloudFormation leaves everything open outwards.",
    source: "H requirement 8; CloudFormation, AWS::EC2::SecurityGroup",
    fix: "Use SourceSecurityGroupId (or exact subnets), and give one egress rule that leads nowhere: tcp 1 to 127.0.0.1/32.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::RDS::DBProxy"], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties:
      VpcSecurityGroupIds: [!Ref G]
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{SourceSecurityGroupId: a, IpProtocol: tcp, FromPort: 3306, ToPort: 3306}]
      SecurityGroupEgress: [{CidrIp: 127.0.0.1/32, IpProtocol: tcp, FromPort: 1, ToPort: 1}]
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties:
      VpcSecurityGroupIds: [!Ref G]
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{SourceSecurityGroupId: a, IpProtocol: tcp, FromPort: 3306, ToPort: 3306}]
",
};

fn check(cx: &Cx<'_>) {
    let guards = database_groups(cx);
    let of_database = |opening: &Opening<'_>| opening.group.as_ref().is_some_and(|id| guards.contains(id));
    let networks: Vec<String> =
        cx.resources("AWS::EC2::VPC").iter().map(|vpc| vpc.get("CidrBlock").show()).collect();
    for opening in ingress(cx).into_iter().filter(of_database) {
        let range = opening.range();
        let shown = range.show();
        let whole_vpc = networks.contains(&shown) || shown.ends_with(".CidrBlock}");
        let wide = range.text().and_then(Cidr::parse).is_some_and(|cidr| cidr.prefix <= 16);
        if range.is_set() && (whole_vpc || wide) && !opening.is_world() {
            cx.error(range.span, format!("the whole range {shown} may reach the database"));
        }
        if !opening.is_only(MYSQL_PORT) && !opening.is_world() && !port_is_open(&opening) {
            cx.error(opening.span(), "more than the database's port is open");
        }
    }
    let outwards = egress(cx);
    for id in guards.iter().filter_map(|id| cx.resource(id)) {
        let mut own = outwards.iter().filter(|one| one.group.as_deref() == Some(id.id())).peekable();
        if own.peek().is_none() {
            cx.error(id.span(), format!("{} has no egress rule, so everything is open outwards", id.id()));
        }
        for opening in own.filter(|one| one.is_world()) {
            cx.error(opening.span(), format!("{} lets the database reach everyone", id.id()));
        }
    }
}

/// Whether a single port is opened that a parameter or the cluster's own Port property decides.
fn port_is_open(opening: &Opening<'_>) -> bool {
    let (from, to) = (opening.value.get("FromPort"), opening.value.get("ToPort"));
    from.show() == to.show() && !opening.is_every_protocol()
}
