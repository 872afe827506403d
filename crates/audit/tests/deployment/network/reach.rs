//! Whether a connection comes about: the first packet there, and the answer back.

use std::collections::BTreeSet;

use super::model::{Entry, Group, Network, Peer, Range, Rule, Subnet};

/// TCP, by its number.
pub const TCP: &str = "6";
/// UDP, by its number.
pub const UDP: &str = "17";

/// Ports that a client may speak from: Lambda uses 1024 to 65535 (its network ACL documentation).
const CLIENT_PORTS: (u32, u32) = (1024, 65535);
/// The one client port that may go unanswered: the functions' network ACL keeps MySQL connections out by it.
const MYSQL: u32 = 3306;

/// One end of a connection: an address in a subnet, with a security group.
#[derive(Debug, Clone)]
pub struct End<'n> {
    pub subnet: &'n Subnet,
    pub address: u32,
    /// The id of its group, for rules that name it.
    pub group_id: &'n str,
    pub group: &'n Group,
}

/// Something outside of the three VPCs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// S3, by a gateway endpoint and the Region's prefix list.
    S3,
    /// Any public address.
    Internet(u32),
}

/// Whether a connection comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connects {
    Never,
    /// Only from certain client ports: no use to us, but who chooses his port gets through.
    FromSomePorts,
    /// From each port that a client may speak from.
    Always,
}

impl Network {
    /// Whether a connection to a port comes about, and what it takes.
    pub fn connects(&self, from: &End<'_>, to: &End<'_>, protocol: &str, port: u32) -> Connects {
        let leaves = allows(&from.group.egress, protocol, port, to, from);
        let enters = allows(&to.group.ingress, protocol, port, from, to);
        if !leaves || !enters || !self.is_carried(from, to, protocol, port) {
            return Connects::Never;
        }
        let (mut any, mut all) = (false, true);
        for client in self.interesting_ports() {
            let is_answered = self.is_carried(to, from, protocol, client);
            any |= is_answered;
            let matters = (CLIENT_PORTS.0..=CLIENT_PORTS.1).contains(&client) && client != MYSQL;
            all &= is_answered || !matters;
        }
        match (any, all) {
            (false, _) => Connects::Never,
            (true, false) => Connects::FromSomePorts,
            (true, true) => Connects::Always,
        }
    }

    /// Whether a packet to a port passes the network ACLs, and a route leads there.
    fn is_carried(&self, from: &End<'_>, to: &End<'_>, protocol: &str, port: u32) -> bool {
        let passes =
            |subnet: &Subnet, egress, other| decide(&self.acls[&subnet.acl], egress, protocol, port, other);
        let same_subnet =
            from.subnet.name == to.subnet.name && from.subnet.environment == to.subnet.environment;
        let filtered = passes(from.subnet, true, to.address) && passes(to.subnet, false, from.address);
        (same_subnet || filtered) && self.leads(from, to)
    }

    fn leads(&self, from: &End<'_>, to: &End<'_>) -> bool {
        let (here, there) = (from.subnet.environment, to.subnet.environment);
        if self.vpcs[&here].contains(to.address) {
            return here == there;
        }
        let target = self.target(from.subnet, to.address);
        let sides = target.and_then(|target| self.peerings.get(target));
        sides.is_some_and(|sides| sides.contains(&here) && sides.contains(&there))
    }

    /// The target of the longest route that holds an address.
    fn target(&self, subnet: &Subnet, address: u32) -> Option<&str> {
        let routes = self.routes[&subnet.routes].iter().filter(|(range, _)| range.contains(address));
        routes.max_by_key(|(range, _)| range.prefix_length()).map(|(_, target)| target.as_str())
    }

    /// Whether a packet can leave for something outside of the VPCs: a group, an ACL and a route let it.
    pub fn leaves(&self, from: &End<'_>, to: Outside, port: u32) -> bool {
        let acl = |address| decide(&self.acls[&from.subnet.acl], true, TCP, port, address);
        let group = |peer: &dyn Fn(&Peer) -> bool| {
            from.group.egress.iter().any(|rule| is_about(rule, TCP, port) && peer(&rule.peer))
        };
        match to {
            Outside::S3 => {
                let any = Range::parse("0.0.0.0/0");
                let named = |peer: &Peer| matches!(peer, Peer::PrefixList(_)) || *peer == Peer::Range(any);
                self.gateways.contains(&from.subnet.routes) && group(&named) && acl(any.address(0))
            }
            Outside::Internet(address) => {
                let named = |peer: &Peer| matches!(peer, Peer::Range(range) if range.contains(address));
                self.target(from.subnet, address).is_some() && group(&named) && acl(address)
            }
        }
    }

    /// The ports at which a network ACL could change its mind: both ends of every entry, and what is beside them.
    fn interesting_ports(&self) -> BTreeSet<u32> {
        let ends = self.acls.values().flatten().flat_map(|one| [one.ports.0, one.ports.1]);
        let ends = ends.chain([CLIENT_PORTS.0, CLIENT_PORTS.1, MYSQL]);
        let near = ends.flat_map(|end| [end.saturating_sub(1), end, end + 1]);
        near.filter(|port| (1..=65535).contains(port)).collect()
    }
}

fn is_about(rule: &Rule, protocol: &str, port: u32) -> bool {
    (rule.protocol == "-1" || rule.protocol == protocol) && (rule.ports.0..=rule.ports.1).contains(&port)
}

/// Whether a rule lets a packet pass; a group is known only within its own VPC.
fn allows(rules: &[Rule], protocol: &str, port: u32, other: &End<'_>, here: &End<'_>) -> bool {
    rules.iter().any(|rule| {
        is_about(rule, protocol, port)
            && match &rule.peer {
                Peer::Range(range) => range.contains(other.address),
                Peer::Group(group) => {
                    group == other.group_id && other.subnet.environment == here.subnet.environment
                }
                Peer::PrefixList(_) => false,
            }
    })
}

/// What a network ACL says of a packet: the first entry that is about it decides, and none denies.
fn decide(entries: &[Entry], egress: bool, protocol: &str, port: u32, other: u32) -> bool {
    let about = |one: &&Entry| {
        one.egress == egress
            && (one.protocol == "-1" || one.protocol == protocol)
            && (one.ports.0..=one.ports.1).contains(&port)
            && one.range.contains(other)
    };
    entries.iter().find(about).is_some_and(|one| one.allow)
}
