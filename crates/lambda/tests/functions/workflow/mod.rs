//! The workflow as deployed: `deploy/workflow.asl.json` with the template's substitutions, executed state by state,
//! calling the real functions, which work on real servers. Every state is entered by some scenario.

mod approval;
mod aws;
mod changes;
mod definition;
mod failures;
mod fan_out;
mod paths;
mod stage;
mod unsafe_plans;

use std::collections::BTreeSet;

use serde_json::json;

/// The resource that calls a function.
const INVOKE: &str = "arn:aws:states:::lambda:invoke";

#[test]
fn every_state_is_entered_by_a_scenario() {
    let groups = [
        approval::SCENARIOS,
        changes::SCENARIOS,
        failures::SCENARIOS,
        fan_out::SCENARIOS,
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
    let functions: Vec<_> = tasks.iter().filter(|(_, task)| task["Resource"] == INVOKE).collect();
    assert_eq!(functions.len(), 6);
    for (name, task) in &functions {
        assert_eq!(task["Retry"], functions[0].1["Retry"], "{name} is tried again as {} is", functions[0].0);
    }
    for (name, task) in &tasks {
        assert!(task["TimeoutSeconds"].is_u64(), "{name}");
        let retriers = task["Retry"].as_array().expect("retriers");
        for retrier in retriers {
            assert!(
                retrier["BackoffRate"].is_number() && retrier["JitterStrategy"] == "FULL",
                "{name}: {retrier}"
            );
        }
        // An item's failure is caught by its Map state.
        if !name.starts_with("ComparePart") {
            let last = task["Catch"].as_array().and_then(|catchers| catchers.last()).expect("a catcher");
            assert_eq!(last["ErrorEquals"], json!(["States.ALL"]), "{name}");
        }
    }
}
