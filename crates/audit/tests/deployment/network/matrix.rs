//! Every connection that could be tried between the environments, and the one rule that says which come about.

use super::model::{Group, Network, Peer, Range, Rule, Subnet};
use super::reach::{Connects, End, Outside, TCP, UDP};
use crate::stack::{Environment, Phase, Stack, world};

/// Ports that are tried, those of the design and others.
const PORTS: [(&str, u32); 10] = [
    (TCP, 3306),
    (TCP, 443),
    (TCP, 22),
    (TCP, 80),
    (TCP, 1024),
    (TCP, 3307),
    (TCP, 33060),
    (TCP, 65535),
    (UDP, 3306),
    (UDP, 443),
];

/// A security group by what it is for. Whoever may start machines in a VPC can give them a group that allows everything:
/// the last one is his.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Database,
    Function,
    Maintenance,
    Endpoint,
    Intruder,
}

const ROLES: [Role; 5] = [Role::Database, Role::Function, Role::Maintenance, Role::Endpoint, Role::Intruder];

/// One end: which group in which subnet of which environment.
#[derive(Debug, Clone, Copy)]
struct Place<'n> {
    subnet: &'n Subnet,
    role: Role,
}

impl Place<'_> {
    fn environment(&self) -> Environment {
        self.subnet.environment
    }

    fn is_among_functions(&self) -> bool {
        self.subnet.name.starts_with("FunctionSubnet")
    }

    /// Whether the template puts such a thing there. Intruders are wherever they can be.
    fn exists(&self) -> bool {
        match self.role {
            Role::Database => !self.is_among_functions(),
            Role::Function | Role::Maintenance | Role::Endpoint => self.is_among_functions(),
            Role::Intruder => true,
        }
    }
}

/// The whole of what is meant to be possible.
fn is_meant(phase: Phase, from: &Place<'_>, to: &Place<'_>, protocol: &str, port: u32) -> bool {
    let own = from.environment() == to.environment();
    let function = matches!(from.role, Role::Function | Role::Maintenance);
    // Who rules over the higher environment may speak to the lower database in the functions' stead.
    let reader = matches!(from.role, Role::Function | Role::Intruder) && from.is_among_functions();
    // Something else in the lower databases' subnets may pretend to be one; it has no certificate for that.
    let read = matches!(to.role, Role::Database | Role::Intruder) && !to.is_among_functions();
    let flow = phase == Phase::Complete && to.environment().upper() == Some(from.environment());
    match (protocol, port) {
        (TCP, 3306) => own && function && to.role == Role::Database || flow && reader && read,
        (TCP, 443) => to.role == Role::Endpoint && own && function,
        _ => false,
    }
}

/// Two who rule over the same VPC, or over both sides of a peering, and work together: they carry what they like through any
/// connection that is permitted. Between dev and prod there is none.
fn are_accomplices(from: &Place<'_>, to: &Place<'_>) -> bool {
    let (here, there) = (from.environment(), to.environment());
    let near = here == there || here.upper() == Some(there) || here.lower() == Some(there);
    from.role == Role::Intruder && to.role == Role::Intruder && near
}

/// What differs from what is meant, in words.
pub fn deviations(phase: Phase, stacks: &[Stack], network: &Network) -> Vec<String> {
    let everything =
        Rule { protocol: "-1".to_owned(), ports: (0, 65535), peer: Peer::Range(Range::parse("0.0.0.0/0")) };
    let intruder = Group { ingress: vec![everything.clone()], egress: vec![everything] };
    let id_of = |place: &Place<'_>| match place.role {
        Role::Intruder => String::new(),
        role => stacks[place.environment() as usize].id(&format!("{role:?}SecurityGroup")),
    };
    let subnets = network.subnets.iter();
    let places: Vec<_> = subnets
        .flat_map(|subnet| ROLES.map(|role| Place { subnet, role }))
        .filter(Place::exists)
        .map(|place| (place, id_of(&place)))
        .collect();
    let end = |(place, id): &'_ (Place<'_>, String), host: u32| -> (u32, Group) {
        let group = network.groups.get(id).unwrap_or(&intruder);
        (place.subnet.range.address(host), group.clone())
    };
    let mut found = Vec::new();
    for source in &places {
        let (address, group) = end(source, 10);
        let from = End { subnet: source.0.subnet, address, group_id: &source.1, group: &group };
        for target in &places {
            let (address, group) = end(target, 20);
            let to = End { subnet: target.0.subnet, address, group_id: &target.1, group: &group };
            for (protocol, port) in PORTS {
                let connects = network.connects(&from, &to, protocol, port);
                let meant = match is_meant(phase, &source.0, &target.0, protocol, port) {
                    true => Connects::Always,
                    false => Connects::Never,
                };
                if connects != meant && !are_accomplices(&source.0, &target.0) {
                    let (from, to) = (show(&source.0), show(&target.0));
                    let verb = match connects {
                        Connects::Never => "does not reach",
                        Connects::FromSomePorts => "reaches from some ports",
                        Connects::Always => "reaches",
                    };
                    found.push(format!("{from} {verb} {to} port {protocol}/{port}"));
                }
            }
        }
        found.extend(outside(network, &from, &source.0));
    }
    found
}

/// The functions reach S3, and nothing reaches the internet, whatever its group.
fn outside(network: &Network, from: &End<'_>, place: &Place<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let public = Range::parse("198.51.100.0/24").address(7);
    let meant = place.is_among_functions() && place.role != Role::Endpoint;
    if network.leaves(from, Outside::S3, 443) != meant {
        found.push(format!("{}: S3 is not as it should be", show(place)));
    }
    for (_, port) in PORTS {
        if network.leaves(from, Outside::Internet(public), port) {
            found.push(format!("{} reaches the internet at port {port}", show(place)));
        }
    }
    found
}

fn show(place: &Place<'_>) -> String {
    format!("{} {:?} in {}", place.environment().name(), place.role, place.subnet.name)
}

#[test]
fn in_every_phase_exactly_what_is_meant_connects() {
    for phase in Phase::ALL {
        let stacks = world(phase);
        let network = Network::read(&stacks);
        assert_eq!(
            network.subnets.len(),
            4 + 4 + 5,
            "two zones of databases, in prod three; two of functions"
        );
        assert_eq!(deviations(phase, &stacks, &network), Vec::<String>::new(), "in phase {phase:?}");
    }
}
