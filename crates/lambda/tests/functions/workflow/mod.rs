//! The workflow as deployed: `deploy/workflow.asl.json` with the template's substitutions, executed state by state,
//! calling the real functions, which work on real servers. Every state is entered by some scenario.

mod approval;
mod aws;
mod changes;
mod definition;
mod failures;
mod fan_out;
mod lasting;
mod longest;
mod paths;
mod person;
mod stage;
mod unsafe_plans;

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// The resource that calls a function.
const INVOKE: &str = "arn:aws:states:::lambda:invoke";

#[test]
fn every_state_is_entered_by_a_scenario() {
    let groups = [
        approval::SCENARIOS,
        changes::SCENARIOS,
        failures::SCENARIOS,
        fan_out::SCENARIOS,
        lasting::SCENARIOS,
        longest::SCENARIOS,
        unsafe_plans::SCENARIOS,
    ];
    let paths = groups.into_iter().flatten().flat_map(|scenario| (scenario.paths)());
    let entered: BTreeSet<&str> = paths.flatten().collect();
    let machine = definition::load(&|name| if name == "Environment" { "staging" } else { name }.to_owned());
    let states: BTreeSet<&str> = machine.names().into_iter().collect();
    let never: Vec<_> = states.difference(&entered).collect();
    assert!(never.is_empty(), "no scenario enters {never:?}");
}

/// Scenarios let some calls fail at some states; that the others would do the same is a matter of the text.
#[test]
fn every_task_has_a_timeout_retries_and_a_way_out() {
    let tasks = definition::tasks();
    assert_eq!(tasks.iter().filter(|(_, task)| task["Resource"] == INVOKE).count(), 8);
    for (name, task) in &tasks {
        assert!(task["TimeoutSeconds"].is_u64(), "{name}");
        for error in passing(task) {
            let retrier =
                retrier(task, error).unwrap_or_else(|| panic!("{name} is not tried again after {error}"));
            let number = |member: &str| retrier[member].as_f64().unwrap_or_default();
            assert!(number("MaxAttempts") > 2.0 && number("BackoffRate") > 1.0, "{name}: {error}: {retrier}");
            assert_eq!(retrier["JitterStrategy"], "FULL", "{name}: {error}");
        }
        // An item's failure is caught by its Map state.
        if !name.starts_with("ComparePart") {
            let last = task["Catch"].as_array().and_then(|catchers| catchers.last()).expect("a catcher");
            assert_eq!(last["ErrorEquals"], json!(["States.ALL"]), "{name}");
        }
    }
}

/// What never passes by itself is told at once, and a person's no is no reason to ask again.
#[test]
fn what_does_not_pass_is_not_tried_again() {
    let never = |state: &str, errors: &[&str]| {
        let tasks = definition::tasks();
        let (_, task) = tasks.iter().find(|(name, _)| name == state).expect("a task");
        for error in errors {
            let retrier = retrier(task, error);
            assert!(retrier.is_none_or(|retrier| retrier["MaxAttempts"] == 0), "{state}: {error}");
        }
    };
    let kinds = ["Event", "Configuration", "Refused", "Service", "TooLarge", "Internal"];
    for state in ["Plan", "ComparePartPlan", "Apply", "Verify", "ComparePartVerify", "CloseUnapproved"] {
        never(state, &kinds);
    }
    never("RequestApproval", &["Rejected", "No", "States.TaskFailed", "States.Timeout"]);
    never(
        "CreateSnapshot",
        &["Rds.DbClusterSnapshotAlreadyExistsException", "Rds.SnapshotQuotaExceededException"],
    );
}

/// Errors of a task's service that pass: throttling, and an idle function in a VPC that is being woken. (Source: the
/// errors of Lambda's `Invoke`, SNS' `Publish` and the common errors of RDS and Step Functions; names as the
/// integrations give them, which spell abbreviations in two ways.)
fn passing(task: &Value) -> &'static [&'static str] {
    match task["Resource"].as_str().expect("a resource") {
        INVOKE => &[
            "Lambda.TooManyRequestsException",
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.LambdaException",
            "Lambda.SdkClientException",
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.ResourceNotReadyException",
            "Lambda.ResourceConflictException",
            "Lambda.CodeArtifactUserPendingException",
            "Lambda.EC2ThrottledException",
            "Lambda.Ec2ThrottledException",
            "Lambda.EC2UnexpectedException",
            "Lambda.ENILimitReachedException",
            "Lambda.EniLimitReachedException",
            "Lambda.SubnetIPAddressLimitReachedException",
            "Lambda.SubnetIpAddressLimitReachedException",
            "Lambda.KMSThrottlingException",
            "Lambda.Unknown",
            "Sandbox.Timedout",
            "States.Timeout",
        ],
        resource if resource.contains(":sns:") => &[
            "SNS.ThrottledException",
            "SNS.InternalErrorException",
            "SNS.KMSThrottlingException",
            "SNS.KmsThrottlingException",
            "SNS.AmazonSNSException",
            "SNS.SnsException",
            "SNS.SdkClientException",
        ],
        resource if resource.contains(":rds:") => {
            &["Rds.RdsException", "Rds.ThrottlingException", "Rds.SdkClientException", "States.Timeout"]
        }
        resource if resource.contains(":sfn:") => {
            &["Sfn.SfnException", "Sfn.SdkClientException", "States.Timeout"]
        }
        other => panic!("{other}: what passes there?"),
    }
}

/// The first retrier that names the error: the one that decides.
fn retrier<'a>(task: &'a Value, error: &str) -> Option<&'a Value> {
    let names = |retrier: &&Value| {
        let names = retrier["ErrorEquals"].as_array().expect("names");
        names.iter().any(|name| name == error || name == "States.ALL")
    };
    task["Retry"].as_array().expect("retriers").iter().find(names)
}
