//! What the templates must hold whatever their parts become.

use std::collections::HashMap;
use std::fs;

use serde_json::Value;

fn template(name: &str) -> Value {
    let path = super::deploy_folder().join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// How many resources a template has of each type.
fn counts(template: &Value) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for resource in template["Resources"].as_object().unwrap().values() {
        *counts.entry(resource["Type"].as_str().unwrap()).or_default() += 1;
    }
    counts
}

fn has_outputs(template: &Value, names: &[&str]) {
    for name in names {
        assert!(!template["Outputs"][name].is_null(), "no output {name}");
    }
}

#[test]
fn the_cluster_has_at_least_what_the_brief_asks_for() {
    let cluster = template("cluster.json");
    let counts = counts(&cluster);
    let least = [
        ("AWS::EC2::VPC", 1),
        ("AWS::EC2::Subnet", 3),
        ("AWS::EC2::SecurityGroup", 1),
        ("AWS::KMS::Key", 1),
        ("AWS::KMS::Alias", 1),
        ("AWS::RDS::DBSubnetGroup", 1),
        ("AWS::RDS::DBClusterParameterGroup", 1),
        ("AWS::RDS::DBParameterGroup", 1),
        ("AWS::RDS::DBCluster", 1),
        ("AWS::RDS::DBInstance", 3),
        ("AWS::IAM::Role", 1),
        ("AWS::SNS::Topic", 1),
        ("AWS::SNS::Subscription", 1),
    ];
    for (kind, number) in least {
        assert!(counts.get(kind).is_some_and(|found| *found >= number), "fewer than {number} {kind}");
    }
    assert!(cluster["Parameters"].as_object().unwrap().len() >= 12);
    let outputs = [
        "ClusterEndpoint",
        "ClusterReaderEndpoint",
        "ClusterPort",
        "ClusterIdentifier",
        "ClusterResourceId",
        "DatabaseName",
        "MasterSecretArn",
        "KmsKeyArn",
        "VpcId",
        "PrivateSubnetIds",
        "DbSecurityGroupId",
        "TopicArn",
        "DashboardName",
        "WriterInstanceId",
        "FirstReaderInstanceId",
        "SecondReaderInstanceId",
    ];
    has_outputs(&cluster, &outputs);
}

#[test]
fn every_instance_has_every_alarm_because_roles_swap() {
    let cluster = template("cluster.json");
    let alarms: Vec<(&str, &str)> = cluster["Resources"]
        .as_object()
        .unwrap()
        .values()
        .filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm")
        .filter_map(|alarm| {
            let properties = &alarm["Properties"];
            let instance = properties["Dimensions"][0]["Value"]["Ref"].as_str()?;
            Some((properties["MetricName"].as_str()?, instance))
        })
        .collect();
    for metric in [
        "CPUUtilization",
        "DatabaseConnections",
        "FreeableMemory",
        "FreeLocalStorage",
        "AuroraReplicaLag",
        "Deadlocks",
        "BlockedTransactions",
        "LoginFailures",
    ] {
        for instance in ["DatabaseWriter", "FirstReader", "SecondReader"] {
            assert!(alarms.contains(&(metric, instance)), "no alarm on {metric} of {instance}");
        }
    }
}

#[test]
fn environments_give_out_what_their_neighbours_and_people_need() {
    let outputs = [
        "ClusterEndpoint",
        "ClusterReaderEndpoint",
        "ClusterPort",
        "DatabaseName",
        "ClusterIdentifier",
        "ClusterResourceId",
        "WriterInstanceId",
        "KmsKeyArn",
        "DbSecurityGroupId",
        "LambdaSecurityGroupId",
        "VpcId",
        "PrivateSubnetIds",
        "RouteTableIds",
        "MasterSecretArn",
        "SyncSecretArn",
        "SsmParameterName",
        "BucketName",
        "SyncFunctionArn",
        "RotationFunctionArn",
        "SyncSourceRoleArn",
        "PeeringAcceptRoleArn",
        "PeeringConnectionId",
        "StateMachineArn",
        "TopicArn",
        "DashboardName",
    ];
    has_outputs(&template("environment.json"), &outputs);
}

#[test]
fn every_output_says_what_it_is_and_is_exported() {
    for name in ["environment.json", "cluster.json", "keys.json"] {
        for (output, content) in template(name)["Outputs"].as_object().unwrap() {
            assert!(content["Description"].is_string(), "{name}: {output} has no description");
            assert!(!content["Export"]["Name"].is_null(), "{name}: {output} is not exported");
        }
    }
}

/// EC2 refuses other characters, and neither cfn-lint nor a local API server does.
#[test]
fn descriptions_of_rules_have_only_characters_that_ec2_takes() {
    for name in ["environment.json", "cluster.json"] {
        for (resource, content) in template(name)["Resources"].as_object().unwrap() {
            if content["Type"].as_str().unwrap().starts_with("AWS::EC2::SecurityGroup") {
                each_description(&content["Properties"], &mut |text| {
                    let fits = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
                    assert!(text.len() <= 255 && text.chars().all(fits), "{name}: {resource}: {text}");
                });
            }
        }
    }
}

fn each_description(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(object) => {
            for (key, child) in object {
                match child {
                    Value::String(text) if key.ends_with("Description") => visit(text),
                    child => each_description(child, visit),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_description(item, visit)),
        _ => {}
    }
}

/// CloudFormation changes what does not depend on each other at once, and a failover needs an instance that is up.
#[test]
fn instances_change_one_after_the_other() {
    for name in ["environment.json", "cluster.json"] {
        let resources = &template(name)["Resources"];
        assert_eq!(resources["FirstReader"]["DependsOn"], "DatabaseWriter", "{name}");
        assert_eq!(resources["SecondReader"]["DependsOn"], "FirstReader", "{name}");
    }
}

#[test]
fn the_longest_names_are_within_their_limits() {
    let limits = [
        ("RoleName", 64),
        ("DBClusterIdentifier", 63),
        ("DBProxyName", 63),
        ("StateMachineName", 80),
        ("BackupVaultName", 50),
        ("AliasName", 256),
    ];
    for name in ["environment.json", "cluster.json", "keys.json"] {
        let template = template(name);
        let longest = "p".repeat(template["Parameters"]["Project"]["MaxLength"].as_u64().unwrap() as usize);
        for (id, resource) in template["Resources"].as_object().unwrap() {
            for (property, limit) in limits {
                let Some(text) = resource["Properties"][property]["Fn::Sub"].as_str() else { continue };
                let made = text.replace("${Project}", &longest).replace("${Environment}", "staging");
                assert!(made.len() <= limit && !made.contains('$'), "{name}: {id}: {made}");
            }
        }
    }
}
