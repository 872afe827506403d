//! Security groups, subnets and routes.

use crate::document::source::Span;
use crate::net::Cidr;
use crate::resolve::{Cx, Res, Val};

/// The port of MySQL.
pub(in crate::rules) const MYSQL_PORT: f64 = 3306.0;

/// One rule of a security group, inline or of its own.
#[derive(Debug)]
pub(in crate::rules) struct Opening<'c> {
    /// The rule's map.
    pub value: Val<'c>,
    /// The group it belongs to, when this template declares it.
    pub group: Option<String>,
}

impl<'c> Opening<'c> {
    /// The addresses it is for, IPv4 or IPv6.
    pub fn range(&self) -> Val<'c> {
        let range = self.value.get("CidrIp");
        if range.is_set() { range } else { self.value.get("CidrIpv6") }
    }

    /// Whether it is for everyone: `0.0.0.0/0`, `::/0`, or a public range of /8 or wider.
    pub fn is_world(&self) -> bool {
        let range = self.range();
        range.text().is_some_and(is_world)
    }

    /// Whether its ports include the given one, or are not known.
    pub fn covers(&self, port: f64) -> bool {
        if self.is_every_protocol() {
            return true;
        }
        let (from, to) = (self.value.get("FromPort"), self.value.get("ToPort"));
        if from.is_unknown() || to.is_unknown() {
            return true;
        }
        match (from.number(), to.number().or(from.number())) {
            (Some(from), Some(to)) => (from <= port && port <= to) || from < 0.0,
            _ => true,
        }
    }

    /// Whether its ports are exactly the given one, or not known.
    pub fn is_only(&self, port: f64) -> bool {
        let (from, to) = (self.value.get("FromPort"), self.value.get("ToPort"));
        let fits = |value: &Val<'_>| value.is_unknown() || value.number() == Some(port);
        !self.is_every_protocol() && fits(&from) && fits(&to)
    }

    /// Whether it opens all protocols.
    pub fn is_every_protocol(&self) -> bool {
        self.value.get("IpProtocol").is("-1")
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.value.span
    }
}

/// Whether a range is everyone, or a public range so wide that it might as well be.
pub(in crate::rules) fn is_world(range: &str) -> bool {
    let wide = Cidr::parse(range).is_some_and(|cidr| cidr.prefix <= 8 && !cidr.is_private());
    wide || matches!(range.trim(), "::/0" | "0::/0" | "0:0:0:0:0:0:0:0/0")
}

/// All ingress rules of this run.
pub(in crate::rules) fn ingress<'c>(cx: &'c Cx<'c>) -> Vec<Opening<'c>> {
    let mut all = openings(cx, "SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress");
    for group in cx.resources("AWS::RDS::DBSecurityGroup") {
        let rules = group.get("DBSecurityGroupIngress").each();
        all.extend(rules.into_iter().map(|value| Opening { value, group: Some(group.id().to_owned()) }));
    }
    all
}

/// All egress rules of this run.
pub(in crate::rules) fn egress<'c>(cx: &'c Cx<'c>) -> Vec<Opening<'c>> {
    openings(cx, "SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress")
}

fn openings<'c>(cx: &'c Cx<'c>, inline: &str, own: &str) -> Vec<Opening<'c>> {
    let mut all = Vec::new();
    for group in cx.resources("AWS::EC2::SecurityGroup") {
        let rules = group.get(inline).each();
        all.extend(rules.into_iter().map(|value| Opening { value, group: Some(group.id().to_owned()) }));
    }
    for rule in cx.resources(own) {
        let group = rule.get("GroupId").target().map(str::to_owned);
        let mut value = rule.attribute("Properties");
        value.span = rule.span();
        all.push(Opening { value, group });
    }
    all
}

/// Logical ids of the security groups of clusters, database instances and proxies.
pub(in crate::rules) fn database_groups(cx: &Cx<'_>) -> Vec<String> {
    let holders = [
        ("AWS::RDS::DBCluster", "VpcSecurityGroupIds"),
        ("AWS::RDS::DBInstance", "VPCSecurityGroups"),
        ("AWS::RDS::DBInstance", "DBSecurityGroups"),
        ("AWS::RDS::DBProxy", "VpcSecurityGroupIds"),
    ];
    let mut groups = Vec::new();
    for (kind, property) in holders {
        for resource in cx.resources(kind) {
            let ids = resource.get(property).each();
            groups.extend(ids.iter().filter_map(Val::target).map(str::to_owned));
        }
    }
    groups
}

/// The Availability Zone of a subnet, as a word that is equal for equal zones; none when AWS picks it.
pub(in crate::rules) fn zone(subnet: &Res<'_>) -> Option<String> {
    let zones = [subnet.get("AvailabilityZone"), subnet.get("AvailabilityZoneId")];
    zones.into_iter().find(Val::is_set).map(|zone| zone.show())
}

/// The subnets of a list that this template declares.
pub(in crate::rules) fn subnets<'c>(cx: &'c Cx<'c>, list: &Val<'_>) -> Vec<Res<'c>> {
    let known = list.each();
    known.iter().filter_map(|item| cx.resource(item.target()?)).collect()
}

/// Whether every item of a list is a subnet that this template declares.
pub(in crate::rules) fn all_declared(cx: &Cx<'_>, list: &Val<'_>) -> bool {
    let items = list.each();
    !items.is_empty() && items.iter().all(|item| item.target().is_some_and(|id| cx.resource(id).is_some()))
}
