//! Mistakes in the network: the matrix names each.

use serde_json::{Value, json};

use super::matrix::deviations;
use super::model::Network;
use crate::stack::{Environment, Phase, template, world, world_of};

type Change = fn(&mut Value);

/// What is changed in the template's resources, and what the first deviation then says.
const MUTANTS: [(&str, Change, &str); 13] = [
    (
        "a default route to an internet gateway",
        |all| {
            all["DefaultRoute"] = json!({"Type": "AWS::EC2::Route", "Properties": {
                "RouteTableId": {"Ref": "FunctionRoutes"}, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0"}});
        },
        "reaches the internet",
    ),
    (
        "the way back of the answers is missing",
        |all| remove(all, "RouteToUpperFunctions"),
        "does not reach dev Database",
    ),
    ("the way there is missing", |all| remove(all, "RouteToLowerDatabase"), "does not reach dev Database"),
    (
        "the way there leads from the databases' subnets",
        |all| set(all, "RouteToLowerDatabase", "RouteTableId", json!({"Ref": "DatabaseRoutes"})),
        "does not reach dev Database",
    ),
    (
        "the database takes every port",
        |all| {
            set(all, "DatabaseFromUpper", "FromPort", json!(0));
            set(all, "DatabaseFromUpper", "ToPort", json!(65535));
            set(all, "DatabaseInFromUpper", "PortRange", json!({"From": 0, "To": 65535}));
        },
        "reaches dev Database in DatabaseSubnetA port 6/443",
    ),
    (
        "the database takes every address",
        |all| {
            set(all, "DatabaseFromFunctions", "CidrIp", json!("10.0.0.0/8"));
            unset(all, "DatabaseFromFunctions", "SourceSecurityGroupId");
        },
        "Intruder",
    ),
    (
        "a network ACL lets no answer out",
        |all| remove(all, "DatabaseOutToUpper"),
        "does not reach dev Database",
    ),
    (
        "a network ACL lets nothing in",
        |all| remove(all, "DatabaseInFromFunctions"),
        "does not reach dev Database",
    ),
    (
        "the functions' network ACL takes answers at few ports only",
        |all| set(all, "FunctionInAnswers", "PortRange", json!({"From": 32768, "To": 60999})),
        "Function in FunctionSubnetA reaches from some ports dev Database",
    ),
    (
        "the functions may be called from the lower environment",
        |all| {
            all["Open"] = json!({"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {
                "GroupId": {"Fn::GetAtt": ["FunctionSecurityGroup", "GroupId"]},
                "IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}});
        },
        "Intruder",
    ),
    (
        "the database may open connections",
        |all| {
            unset(all, "DatabaseSecurityGroup", "SecurityGroupEgress");
            all["Open"] = json!({"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {
                "GroupId": {"Fn::GetAtt": ["FunctionSecurityGroup", "GroupId"]},
                "IpProtocol": "tcp", "FromPort": 1024, "ToPort": 65535, "CidrIp": "10.0.0.0/8"}});
        },
        "Database",
    ),
    (
        "the peering is with the environment two below",
        |all| {
            set(all, "Peering", "PeerOwnerId", json!("111111111111"));
        },
        "does not reach staging Database",
    ),
    (
        "dev and prod are peered, and everything is as wide as the three networks",
        |all| {
            let everywhere = || json!("10.0.0.0/8");
            set(all, "Peering", "PeerOwnerId", json!(Environment::Dev.account()));
            set(all, "RouteToLowerDatabase", "DestinationCidrBlock", everywhere());
            set(all, "DatabaseFromUpper", "CidrIp", everywhere());
            for id in ["FunctionOutToLower", "DatabaseInFromUpper", "DatabaseOutToUpper"] {
                set(all, id, "CidrBlock", everywhere());
            }
            let rules = &mut all["FunctionSecurityGroup"]["Properties"]["SecurityGroupEgress"];
            rules[1]["Fn::If"][1]["CidrIp"] = everywhere();
            let [.., prod] = world(Phase::Complete);
            all["BackToProd"] = json!({"Type": "AWS::EC2::Route", "Properties": {
                "RouteTableId": {"Ref": "DatabaseRoutes"}, "DestinationCidrBlock": "10.3.10.0/23",
                "VpcPeeringConnectionId": prod.id("Peering")}});
        },
        "prod Function in FunctionSubnetA reaches dev Database",
    ),
];

fn remove(all: &mut Value, id: &str) {
    let removed = all.as_object_mut().expect("resources").remove(id);
    assert!(removed.is_some(), "no {id}");
}

fn set(all: &mut Value, id: &str, property: &str, value: Value) {
    assert!(all.get(id).is_some(), "no {id}");
    all[id]["Properties"][property] = value;
}

fn unset(all: &mut Value, id: &str, property: &str) {
    let removed = all[id]["Properties"].as_object_mut().expect("properties").remove(property);
    assert!(removed.is_some(), "no {property} in {id}");
}

#[test]
fn every_mistake_in_the_network_shows() {
    for (name, change, expected) in MUTANTS {
        let mut environment = template("environment.json");
        change(&mut environment["Resources"]);
        let stacks = world_of(&environment, &template("keys.json"), Phase::Complete);
        let found = deviations(Phase::Complete, &stacks, &Network::read(&stacks));
        assert!(found.iter().any(|one| one.contains(expected)), "{name}: {found:#?}");
    }
}
