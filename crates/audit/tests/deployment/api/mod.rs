//! What the templates ask for, given to the API operations that make it, and read back.
//!
//! The local API server that the stacks are deployed to lacks peerings, rules, network ACLs, flow logs, event
//! subscriptions and policies of roles, and forgets keys and lifecycles. So these are given to another API, moto's, by
//! the AWS SDK: see `take.py`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::network::{Network, deviations};
use crate::policies::Policies;
use crate::stack::{Environment, Phase, Stack, world};

/// Types that are given to the API, in an order in which they can be made. A peering is asked for and accepted.
const TAKEN: [&str; 25] = [
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::EC2::Route",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::FlowLog",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::RDS::EventSubscription",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBCluster",
];

/// What the API makes of the stacks.
fn taken(stacks: &[Stack; 3]) -> [Stack; 3] {
    let mut resources = Vec::new();
    for kind in TAKEN {
        for stack in stacks {
            // Groups that name each other: those that name none first.
            let mut all: Vec<_> = stack.of(kind).collect();
            all.sort_by_key(|(_, one)| one.to_string().matches("SecurityGroupId").count());
            resources.extend(all.into_iter().map(|(id, properties)| {
                json!({
                    "environment": stack.environment.name(),
                    "id": id,
                    "kind": kind,
                    "physical": stack.id(id),
                    "properties": properties,
                })
            }));
        }
    }
    let accounts: BTreeMap<&str, &str> =
        Environment::ALL.into_iter().map(|one| (one.name(), one.account())).collect();
    let described = run(&json!({ "accounts": accounts, "resources": resources }));
    let described = described.unwrap_or_else(|refusal| panic!("{refusal}"));
    stacks.each_ref().map(|stack| {
        let mine = described.iter().filter(|one| one["environment"] == stack.environment.name());
        stack.described(&TAKEN, mine)
    })
}

/// What the API describes in the end, or what it refuses.
fn run(input: &Value) -> Result<Vec<Value>, String> {
    let cache = lockstep_sandbox::cache_dir().unwrap_or_else(|error| panic!("{error}"));
    let python = cache.join("python/bin/python");
    assert!(
        python.is_file(),
        "there is no {}: run these tests through `cargo xtask test`, which installs it",
        python.display()
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deployment/api/take.py");
    let mut command = Command::new(python);
    command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("Python starts");
    let mut stdin = process.stdin.take().expect("a pipe");
    stdin.write_all(input.to_string().as_bytes()).expect("the program reads its input");
    drop(stdin);
    let output = process.wait_with_output().expect("the program ends");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(serde_json::from_slice(&output.stdout).expect("a list of resources"))
}

/// Types of which every property is compared; the others are read into what decides about packets and requests.
const COMPARED: [&str; 13] = [
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::FlowLog",
    "AWS::RDS::EventSubscription",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBCluster",
];

/// Properties of resources of any type that no operation describes: tags are of no use here, and a flow log's id says what it is of.
const NOT_DESCRIBED: [&str; 2] = ["Tags", "ResourceType"];

/// Properties that the API takes and does not keep, so that nothing is claimed of them. Each must really be missing.
const NOT_KEPT: [(&str, &str); 5] = [
    ("AWS::KMS::Key", "PendingWindowInDays"),
    ("AWS::RDS::DBCluster", "DatabaseInsightsMode"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsEnabled"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsKmsKeyId"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsRetentionPeriod"),
];

/// Properties that the API does not know as they were meant, in words.
fn differences(wanted: &Stack, known: &Stack) -> Vec<String> {
    let mut found = Vec::new();
    let all = COMPARED.into_iter().flat_map(|kind| wanted.of(kind).map(move |(id, one)| (kind, id, one)));
    for (kind, id, properties) in all {
        let known = known.resources.get(id).map_or(&Value::Null, |one| &one.properties);
        let entries = properties.as_object().expect("properties").iter();
        for (key, value) in entries.filter(|(key, _)| !NOT_DESCRIBED.contains(&key.as_str())) {
            let meant = if NOT_KEPT.contains(&(kind, key)) { &Value::Null } else { value };
            if known[key] != *meant {
                let environment = wanted.environment.name();
                found.push(format!("{environment} {id} {key}: {} and not {meant}", known[key]));
            }
        }
    }
    found
}

/// Of each role its trust and its policies, in one order.
fn roles(stacks: &[Stack; 3]) -> BTreeMap<String, BTreeSet<String>> {
    let policies = Policies::read(stacks);
    let with_trust = policies.roles.iter().map(|role| {
        let trust = policies.of_resource(&role.arn).expect("a trust policy");
        let all = role.policies.iter().chain([trust]).map(|policy| policy.to_string());
        (role.arn.clone(), all.collect())
    });
    with_trust.collect()
}

#[test]
fn an_api_takes_network_roles_and_what_keeps_data_and_knows_them_as_they_are_meant() {
    let stacks = world(Phase::Complete);
    let taken = taken(&stacks);
    for (wanted, known) in stacks.iter().zip(&taken) {
        assert_eq!(differences(wanted, known), Vec::<String>::new());
    }
    let (wanted, known) = (Network::read(&stacks), Network::read(&taken));
    assert_eq!(known, wanted);
    assert_eq!(deviations(Phase::Complete, &taken, &known), Vec::<String>::new());
    assert_eq!(roles(&taken), roles(&stacks));
}

#[test]
fn the_api_refuses_what_is_wrong() {
    let vpc = json!({ "CidrBlock": "10.1.0.0/16", "EnableDnsSupport": "true", "EnableDnsHostnames": "true" });
    let unknown = json!({ "CidrBlock": "10.1.0.0/16", "Cidr": "10.1.0.0/16" });
    let outside = json!({ "VpcId": "vpc-1", "CidrBlock": "10.9.0.0/24", "MapPublicIpOnLaunch": "false" });
    let statement = json!({ "Effect": "Allow", "Action": "no action", "Resource": "*" });
    let nonsense = json!({ "PolicyDocument": { "Version": "2012-10-17", "Statement": [statement] } });
    let resources = [
        ("Right", "AWS::EC2::VPC", "vpc-1", vpc),
        ("Unknown", "AWS::EC2::VPC", "vpc-2", unknown),
        ("Outside", "AWS::EC2::Subnet", "subnet-1", outside),
        ("Nonsense", "AWS::IAM::ManagedPolicy", "policy/1", nonsense),
    ];
    let resources = resources.map(|(id, kind, physical, properties)| {
        json!({ "environment": "dev", "id": id, "kind": kind, "physical": physical, "properties": properties })
    });
    let refusals = run(&json!({ "accounts": { "dev": "111111111111" }, "resources": resources }));
    let refusals = refusals.expect_err("three refusals");
    let lines: Vec<&str> = refusals.lines().collect();
    assert_eq!(lines.len(), 3, "{refusals}");
    for (line, (id, why)) in lines.iter().zip([
        ("Unknown", "has no {'Cidr'}"),
        ("Outside", "InvalidSubnet.Range"),
        ("Nonsense", "MalformedPolicyDocument"),
    ]) {
        assert!(line.contains(id) && line.contains(why), "{line}");
    }
}
