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
