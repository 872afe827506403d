//! Definitions of state machines: from the start to an end.

use std::collections::BTreeSet;

use serde_json::Value;

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "state-machines-run-through",
    former: None,
    title: "A state machine's states lead from its start to an end",
    covers: &["R-O3"],
    levels: [ERROR, ERROR, ERROR],
    why: "Step Functions refuses a definition whose states do not exist; a task that waits without end costs nothing and is noticed by nobody.",
    source: "Amazon States Language specification; AWS Step Functions developer guide",
    fix: "Name existing states in StartAt, Next, Default and Catch; give each state Next or End, and each substitution a value.",
    check: Check::Resources(&[MACHINE], check),
    good: r#"
Resources:
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}'
"#,
    bad: r#"
Resources:
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "C"}, "B": {"Type": "Succeed"}}}'
"#,
};

const TYPES: [&str; 8] = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];

fn check(machine: Res<'_>) {
    let cx = machine.cx();
    let workflow = match definition(&machine) {
        Definition::Known(workflow) => workflow,
        Definition::Broken(span, why) => {
            return cx.error(span, format!("the definition of {} is not JSON: {why}", machine.id()));
        }
        Definition::Elsewhere => return cx.undecided(),
    };
    let wrong = |what: String| cx.error(workflow.span, format!("{}: {what}", machine.id()));
    for name in &workflow.unfilled {
        wrong(format!("nothing fills ${{{name}}}: it is not among the DefinitionSubstitutions"));
    }
    for inner in machines(&workflow.root) {
        let states = inner["States"].as_object();
        let start = inner["StartAt"].as_str();
        match (start, states) {
            (Some(start), Some(states)) if !states.contains_key(start) => {
                wrong(format!("StartAt is {start}, which is not a state"));
            }
            (Some(_), Some(_)) => {}
            _ => wrong("StartAt or States is missing".to_owned()),
        }
    }
    let states = workflow.states();
    for state in &states {
        leads(state, &wrong);
        times(cx, &machine, &workflow, state);
    }
    unreachable(&workflow, &wrong);
    for name in machine.get("DefinitionSubstitutions").entries().iter().map(|(name, _, _)| *name) {
        let text = machine.get("DefinitionString");
        if text.is_set() && !text.is_unknown() && !text.show().contains(&format!("${{{name}}}")) {
            cx.warning(
                workflow.span,
                format!("{}: the definition does not use the substitution {name}", machine.id()),
            );
        }
    }
}

fn leads(state: &State<'_>, wrong: &dyn Fn(String)) {
    let kind = state.value["Type"].as_str().unwrap_or_default();
    if !TYPES.contains(&kind) {
        wrong(format!("the Type of {} is {kind:?}", state.name));
    }
    for next in state.next().iter().filter(|next| !state.beside.contains_key(**next)) {
        wrong(format!("{} leads to {next}, which is not a state beside it", state.name));
    }
    let ends = state.is("End") || ["Succeed", "Fail", "Choice"].contains(&kind);
    if !ends && state.value["Next"].is_null() {
        wrong(format!("{} has neither Next nor End", state.name));
    }
    if kind == "Choice" && state.value["Choices"].as_array().is_none_or(Vec::is_empty) {
        wrong(format!("{} has no Choices", state.name));
    }
    for list in ["Retry", "Catch"] {
        let rules = state.value[list].as_array().map(Vec::as_slice).unwrap_or_default();
        for (index, rule) in rules.iter().enumerate() {
            let errors: Vec<&str> =
                rule["ErrorEquals"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if errors.contains(&"States.ALL") && (errors.len() > 1 || index + 1 < rules.len()) {
                wrong(format!("States.ALL in {list} of {} stands neither alone nor last", state.name));
            }
        }
    }
}

fn times(cx: &Cx<'_>, machine: &Res<'_>, workflow: &Workflow, state: &State<'_>) {
    let (limit, beat) = (state.number("TimeoutSeconds"), state.number("HeartbeatSeconds"));
    if let (Some(limit), Some(beat)) = (limit, beat)
        && beat >= limit
    {
        let message =
            format!("{}: the heartbeat of {} is not shorter than its timeout", machine.id(), state.name);
        cx.error(workflow.span, message);
    }
    let waits = state.value["Resource"].as_str().is_some_and(|one| one.ends_with(".waitForTaskToken"));
    let bounded = ["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"];
    if waits && bounded.iter().all(|key| state.value[*key].is_null()) {
        let message = format!(
            "{}: {} waits for its token up to a year: it has no TimeoutSeconds",
            machine.id(),
            state.name
        );
        cx.warning(workflow.span, message);
    }
}

fn unreachable(workflow: &Workflow, wrong: &dyn Fn(String)) {
    for machine in machines(&workflow.root) {
        let (Some(start), Some(states)) = (machine["StartAt"].as_str(), machine["States"].as_object()) else {
            continue;
        };
        let mut seen = BTreeSet::new();
        let mut todo = vec![start];
        while let Some(name) = todo.pop() {
            let Some((name, value)) = states.get_key_value(name).filter(|_| seen.insert(name)) else {
                continue;
            };
            todo.extend(State { name, value, beside: states }.next());
        }
        for name in states.keys().filter(|name| !seen.contains(name.as_str())) {
            wrong(format!("no state leads to {name}"));
        }
    }
}
