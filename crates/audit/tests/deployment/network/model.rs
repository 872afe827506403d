//! The network of three environments, read from their resources.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stack::{Environment, Stack};

/// An IPv4 range, as address and prefix length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    address: u32,
    length: u32,
}

impl Range {
    pub fn parse(text: &str) -> Self {
        let (address, length) = text.split_once('/').unwrap_or_else(|| panic!("{text} is no range"));
        let address: std::net::Ipv4Addr = address.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        Self { address: address.into(), length: length.parse().unwrap_or_else(|e| panic!("{text}: {e}")) }
    }

    pub fn contains(self, address: u32) -> bool {
        self.length == 0 || (self.address ^ address) >> (32 - self.length) == 0
    }

    pub fn prefix_length(self) -> u32 {
        self.length
    }

    /// The n-th address.
    pub fn address(self, n: u32) -> u32 {
        self.address + n
    }
}

/// What a security group rule names as the other side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    Range(Range),
    Group(String),
    PrefixList(String),
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    pub protocol: String,
    pub ports: (u32, u32),
    pub peer: Peer,
}

/// A security group: what may come in and go out. What answers an allowed packet is allowed, too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    pub ingress: Vec<Rule>,
    pub egress: Vec<Rule>,
}

/// An entry of a network ACL; the lowest number that matches decides, and answers are judged like all packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub number: u32,
    pub egress: bool,
    pub allow: bool,
    pub protocol: String,
    pub ports: (u32, u32),
    pub range: Range,
}

/// A subnet with its table and its ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    pub environment: Environment,
    /// Its logical id.
    pub name: String,
    pub range: Range,
    pub routes: String,
    pub acl: String,
}

/// A network of VPCs and the peerings between them. Keys are the resources' ids.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Network {
    /// Ranges of the VPCs.
    pub vpcs: BTreeMap<Environment, Range>,
    pub subnets: Vec<Subnet>,
    pub groups: BTreeMap<String, Group>,
    /// Of each route table: destination and target. The VPC's own range needs no entry.
    pub routes: BTreeMap<String, Vec<(Range, String)>>,
    pub acls: BTreeMap<String, Vec<Entry>>,
    /// The two sides of each peering.
    pub peerings: BTreeMap<String, [Environment; 2]>,
    /// Route tables that lead to S3 through a gateway endpoint.
    pub gateways: Vec<String>,
}

/// Types that decide about packets and are read here.
const READ: [&str; 13] = [
    "VPC",
    "Subnet",
    "RouteTable",
    "SubnetRouteTableAssociation",
    "Route",
    "SecurityGroup",
    "SecurityGroupIngress",
    "SecurityGroupEgress",
    "NetworkAcl",
    "NetworkAclEntry",
    "SubnetNetworkAclAssociation",
    "VPCPeeringConnection",
    "VPCEndpoint",
];

impl Network {
    /// Reads the stacks. Another type of resource that could carry packets is an error, so that none is overlooked.
    pub fn read(stacks: &[Stack]) -> Self {
        let mut network = Self::default();
        for stack in stacks {
            network.add(stack);
        }
        network.sort();
        network
    }

    /// Brings everything that has no order of its own into one, so that equal networks are equal values.
    fn sort(&mut self) {
        for group in self.groups.values_mut() {
            group.ingress.sort();
            group.egress.sort();
        }
        self.acls.values_mut().for_each(|entries| entries.sort_by_key(|one| (one.egress, one.number)));
        self.routes.values_mut().for_each(|routes| routes.sort());
        self.gateways.sort();
    }

    fn add(&mut self, stack: &Stack) {
        let carries = |kind: &&str| !READ.contains(kind) && *kind != "FlowLog";
        let kinds = stack.resources.values().filter_map(|one| one.kind.strip_prefix("AWS::EC2::"));
        assert_eq!(kinds.filter(carries).collect::<Vec<_>>(), Vec::<&str>::new(), "unknown to this model");
        for (_, properties) in stack.of("AWS::EC2::VPC") {
            self.vpcs.insert(stack.environment, Range::parse(text(properties, "CidrBlock")));
        }
        for (id, properties) in stack.of("AWS::EC2::Subnet") {
            let own = stack.id(id);
            let by = |kind, key| {
                let mut all = stack.of(kind).filter(|(_, one)| text(one, "SubnetId") == own);
                let found = all.next().unwrap_or_else(|| panic!("{id} has no {kind}"));
                text(found.1, key).to_owned()
            };
            self.subnets.push(Subnet {
                environment: stack.environment,
                name: id.to_owned(),
                range: Range::parse(text(properties, "CidrBlock")),
                routes: by("AWS::EC2::SubnetRouteTableAssociation", "RouteTableId"),
                acl: by("AWS::EC2::SubnetNetworkAclAssociation", "NetworkAclId"),
            });
        }
        self.add_groups(stack);
        self.add_routes(stack);
        for (id, _) in stack.of("AWS::EC2::NetworkAcl") {
            self.acls.insert(stack.id(id), Vec::new());
        }
        for (_, properties) in stack.of("AWS::EC2::NetworkAclEntry") {
            let entries = self.acls.get_mut(text(properties, "NetworkAclId")).expect("a network ACL");
            entries.push(entry(properties));
        }
    }

    fn add_groups(&mut self, stack: &Stack) {
        for (id, properties) in stack.of("AWS::EC2::SecurityGroup") {
            let read = |key: &str, peer: &str| {
                let rules = properties[key].as_array().map(Vec::as_slice).unwrap_or_default();
                rules.iter().map(|one| rule(one, peer)).collect::<Vec<_>>()
            };
            let mut group = Group {
                ingress: read("SecurityGroupIngress", "Source"),
                egress: read("SecurityGroupEgress", "Destination"),
            };
            if group.egress.is_empty() {
                // Without a rule CloudFormation leaves the one that allows everything.
                group.egress.push(Rule {
                    protocol: "-1".to_owned(),
                    ports: (0, 65535),
                    peer: Peer::Range(Range::parse("0.0.0.0/0")),
                });
            }
            self.groups.insert(stack.id(id), group);
        }
        for (_, properties) in stack.of("AWS::EC2::SecurityGroupIngress") {
            self.group(properties).ingress.push(rule(properties, "Source"));
        }
        for (_, properties) in stack.of("AWS::EC2::SecurityGroupEgress") {
            self.group(properties).egress.push(rule(properties, "Destination"));
        }
    }

    fn group(&mut self, properties: &Value) -> &mut Group {
        self.groups.get_mut(text(properties, "GroupId")).expect("a security group of the same stack")
    }

    fn add_routes(&mut self, stack: &Stack) {
        for (id, _) in stack.of("AWS::EC2::RouteTable") {
            self.routes.insert(stack.id(id), Vec::new());
        }
        for (_, properties) in stack.of("AWS::EC2::Route") {
            let targets = ["VpcPeeringConnectionId", "GatewayId", "NatGatewayId", "TransitGatewayId"];
            let target = targets.iter().find_map(|key| properties[*key].as_str()).expect("a route's target");
            let table = self.routes.get_mut(text(properties, "RouteTableId")).expect("a route table");
            table.push((Range::parse(text(properties, "DestinationCidrBlock")), target.to_owned()));
        }
        for (id, properties) in stack.of("AWS::EC2::VPCPeeringConnection") {
            let owner = text(properties, "PeerOwnerId");
            let other = Environment::ALL.into_iter().find(|one| one.account() == owner).expect("an account");
            self.peerings.insert(stack.id(id), [stack.environment, other]);
        }
        for (_, properties) in stack.of("AWS::EC2::VPCEndpoint") {
            if properties["VpcEndpointType"] == "Gateway" {
                let tables = properties["RouteTableIds"].as_array().expect("route tables");
                self.gateways.extend(tables.iter().filter_map(Value::as_str).map(str::to_owned));
            }
        }
    }
}

fn text<'v>(properties: &'v Value, key: &str) -> &'v str {
    properties[key].as_str().unwrap_or_else(|| panic!("no {key} in {properties}"))
}

fn port(value: &Value) -> Option<u32> {
    value.as_str()?.parse().ok()
}

/// A security group rule; `peer` is `Source` or `Destination`.
fn rule(properties: &Value, peer: &str) -> Rule {
    let named = |key: String| properties[key].as_str();
    let peer = match (named("CidrIp".to_owned()), named(format!("{peer}SecurityGroupId"))) {
        (Some(range), None) => Peer::Range(Range::parse(range)),
        (None, Some(group)) => Peer::Group(group.to_owned()),
        _ => Peer::PrefixList(text(properties, &format!("{peer}PrefixListId")).to_owned()),
    };
    let ports = (port(&properties["FromPort"]).unwrap_or(0), port(&properties["ToPort"]).unwrap_or(65535));
    Rule { protocol: protocol(text(properties, "IpProtocol")), ports, peer }
}

fn entry(properties: &Value) -> Entry {
    let range = &properties["PortRange"];
    Entry {
        number: port(&properties["RuleNumber"]).expect("a rule number"),
        egress: properties["Egress"] == "true",
        allow: text(properties, "RuleAction") == "allow",
        protocol: protocol(text(properties, "Protocol")),
        ports: (port(&range["From"]).unwrap_or(0), port(&range["To"]).unwrap_or(65535)),
        range: Range::parse(text(properties, "CidrBlock")),
    }
}

/// Protocols by number, and `-1` for all, where an API takes names, too.
fn protocol(text: &str) -> String {
    let number = match text {
        "tcp" => "6",
        "udp" => "17",
        "icmp" => "1",
        other => other,
    };
    number.to_owned()
}
