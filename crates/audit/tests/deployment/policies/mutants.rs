//! Mistakes in the policies: the lists name each.

use serde_json::{Value, json};

use super::complete;
use super::documents::Policies;
use super::simulate::{Request, allowed};
use super::trial::{Trial, deviations, trials};
use crate::stack::{Phase, template, world, world_of};

/// What is changed in the resources of environment.json and keys.json, the list that finds it, and what that says.
struct Mutant {
    name: &'static str,
    change: fn(&mut Value, &mut Value),
    list: &'static str,
    says: &'static str,
}

const MUTANTS: [Mutant; 15] = [
    Mutant {
        name: "sync reads every secret",
        change: |all, _| policy(all, "SyncRole", 0, "Password")["Resource"] = json!("*"),
        list: "roles",
        says: "read the master's: sync",
    },
    Mutant {
        name: "sync-source trusts without an external id",
        change: |all, _| drop_condition(trust(all, "SyncSourceRole"), "StringEquals"),
        list: "roles",
        says: "assume sync-source without an external id: sync",
    },
    Mutant {
        name: "sync-source trusts the whole account above",
        change: |all, _| drop_condition(trust(all, "SyncSourceRole"), "ArnEquals"),
        list: "roles",
        says: "assume sync-source with the external id of the flow: administrator",
    },
    Mutant {
        name: "the lower account may read scripts",
        change: |all, _| {
            let statements = &mut all["ScriptBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"];
            *sid(statements, "OnlyThisAccount") = json!({
                "Sid": "Lower", "Effect": "Allow", "Action": "s3:GetObject",
                "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${LowerAccountId}:root"}},
                "Resource": {"Fn::Sub": "${ScriptBucket.Arn}/*"}});
        },
        list: "roles",
        says: "read a script: administrator (arn:aws:sts::222222222222",
    },
    Mutant {
        name: "the key serves other accounts",
        change: |_, keys| {
            let statements = &mut keys["Key"]["Properties"]["KeyPolicy"]["Statement"];
            let statement = sid(statements, "AccountUsesThroughServices");
            statement["Principal"] = json!({"AWS": "*"});
            let equals = statement["Condition"]["StringEquals"].as_object_mut().expect("a condition");
            equals.remove("kms:CallerAccount");
        },
        list: "roles",
        says: "decrypt through S3: administrator",
    },
    Mutant {
        name: "compare uses the key without a service",
        change: |all, _| {
            drop_condition(policy(all, "CompareRole", 0, "KeyThroughThoseServices"), "StringEquals")
        },
        list: "roles",
        says: "use it directly: compare",
    },
    Mutant {
        name: "compare cannot decrypt",
        change: |all, _| policy(all, "CompareRole", 0, "KeyThroughThoseServices")["Effect"] = json!("Deny"),
        list: "roles",
        says: "compare (arn:aws:sts::222222222222:assumed-role/lockstep-staging-compare/session) may not kms:Decrypt",
    },
    Mutant {
        name: "rotation writes secrets that others rotate",
        change: |all, _| {
            let statements = &mut all["RotationSecretsPolicy"]["Properties"]["PolicyDocument"]["Statement"];
            drop_condition(sid(statements, "RotateTheTwoUsers"), "ArnEquals");
        },
        list: "roles",
        says: "change them where another function rotates: rotation",
    },
    Mutant {
        name: "bootstrap gets a permission that no line is about",
        change: |all, _| {
            policy(all, "BootstrapRole", 0, "Topology")["Action"] =
                json!(["s3:GetObject", "s3:GetObjectTagging"]);
        },
        list: "roles",
        says: "may s3:GetObjectTagging on arn:aws:s3:::lockstep-dev-artifacts-111111111111/lockstep.toml, which no line",
    },
    Mutant {
        name: "strange accounts' alarms reach the topic",
        change: |all, _| {
            let statements = &mut all["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"];
            drop_condition(sid(statements, "ServicesOfThisAccountPublish"), "StringEquals");
        },
        list: "services",
        says: "publish alarms and events: cloudwatch",
    },
    Mutant {
        name: "EventBridge must name an account",
        change: |all, _| {
            let statements = &mut all["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"];
            sid(statements, "EventBridgePublishes")["Condition"] =
                json!({"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}});
        },
        list: "services",
        says: "publish alarms and events: events (events.amazonaws.com) may not",
    },
    Mutant {
        name: "any rule fills the failure queue",
        change: |all, _| {
            let statements = &mut all["FailureQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"];
            drop_condition(sid(statements, "RulesOfThisStack"), "ArnEquals");
        },
        list: "services",
        says: "keep one of another rule: events",
    },
    Mutant {
        name: "any service may call the rotation",
        change: |all, _| all["RotationPermission"]["Properties"]["Principal"] = json!("s3.amazonaws.com"),
        list: "services",
        says: "s3.amazonaws.com is let in",
    },
    Mutant {
        name: "every role can be assumed through the endpoint",
        change: |all, _| {
            endpoint(all, "StsEndpoint", "OnlyTheLowerEnvironmentsRole")["Resource"] = json!("*")
        },
        list: "endpoints",
        says: "assume another role: administrator",
    },
    Mutant {
        name: "strangers use the endpoint for parameters",
        change: |all, _| drop_condition(endpoint(all, "SsmEndpoint", "OwnParameters"), "StringEquals"),
        list: "endpoints",
        says: "read, write, tag and delete the environment's parameters: stranger",
    },
];

fn sid<'v>(statements: &'v mut Value, sid: &str) -> &'v mut Value {
    let all = statements.as_array_mut().expect("statements").iter_mut();
    all.into_iter().find(|one| one["Sid"] == sid).unwrap_or_else(|| panic!("no statement {sid}"))
}

fn policy<'v>(all: &'v mut Value, role: &str, number: usize, name: &str) -> &'v mut Value {
    sid(&mut all[role]["Properties"]["Policies"][number]["PolicyDocument"]["Statement"], name)
}

fn endpoint<'v>(all: &'v mut Value, id: &str, name: &str) -> &'v mut Value {
    sid(&mut all[id]["Properties"]["PolicyDocument"]["Statement"], name)
}

fn trust<'v>(all: &'v mut Value, role: &str) -> &'v mut Value {
    &mut all[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
}

fn drop_condition(statement: &mut Value, operator: &str) {
    let conditions = statement["Condition"].as_object_mut().expect("conditions");
    assert!(conditions.remove(operator).is_some(), "no {operator}");
    if conditions.is_empty() {
        statement.as_object_mut().expect("a statement").remove("Condition");
    }
}

#[test]
fn every_mistake_in_the_policies_shows() {
    let deployed = world(Phase::Complete);
    for list in ["roles", "services", "endpoints"] {
        let before = trials(list, &deployed);
        for mutant in MUTANTS.iter().filter(|mutant| mutant.list == list) {
            let found = found(mutant, &before);
            assert!(found.iter().any(|one| one.contains(mutant.says)), "{}: {found:#?}", mutant.name);
        }
    }
}

/// What is said of a mutant. Only the trials that it changes are asked for; the others are known to be as meant.
fn found(mutant: &Mutant, before: &[Trial]) -> Vec<String> {
    let (mut environment, mut keys) = (template("environment.json"), template("keys.json"));
    (mutant.change)(&mut environment["Resources"], &mut keys["Resources"]);
    let stacks = world_of(&environment, &keys, Phase::Complete);
    let after = trials(mutant.list, &stacks);
    assert_eq!(before.len(), after.len(), "{}: other trials", mutant.name);
    let changed = after.iter().zip(before).filter(|(after, before)| after != before);
    let changed: Vec<Trial> = changed.map(|(after, _)| after.clone()).collect();
    let requests: Vec<Request> = changed.iter().map(|trial| trial.request.clone()).collect();
    let mut found = deviations(mutant.list, &changed, &allowed(&requests));
    found.extend(complete::unmentioned(mutant.list, &Policies::read(&stacks), &after));
    found
}
