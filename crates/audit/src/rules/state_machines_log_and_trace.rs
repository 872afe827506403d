//! R, optional 3: state machines.

use super::prelude::*;
use crate::rules::Profile;

pub(super) static RULE: Rule = Rule {
    name: "state-machines-log-and-trace",
    former: Some("R-O3"),
    title: "State machines write logs and traces",
    covers: &[],
    levels: [ERROR, WARNING, INFO],
    why: "What a migration of several steps did is only known from its log once its history is gone after 90 days.",
    source: "R optional 3; AWS Step Functions developer guide, logging",
    fix: "Set LoggingConfiguration (Level ERROR or ALL, a log group) and TracingConfiguration: {Enabled: true}.",
    check: Check::Template(&["AWS::StepFunctions::StateMachine", FUNCTION], check),
    good: r"
Resources:
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties: {LoggingConfiguration: {Level: ALL}, TracingConfiguration: {Enabled: true}}
",
    bad: r"
Resources:
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties: {StateMachineType: STANDARD}
",
};

fn check(cx: &Cx<'_>) {
    for machine in cx.resources("AWS::StepFunctions::StateMachine") {
        let level = machine.get("LoggingConfiguration.Level");
        if level.is_absent() || level.is("OFF") {
            cx.error(level.span, format!("{} writes no log", machine.id()));
        }
        let tracing = machine.get("TracingConfiguration.Enabled");
        if tracing.flag() != Some(true) && !tracing.is_unknown() {
            cx.warning(tracing.span, format!("{} is not traced", machine.id()));
        }
    }
    let synchronises = cx.scope.profile == Profile::Replication && !cx.resources(FUNCTION).is_empty();
    if synchronises && !cx.declares("AWS::StepFunctions::StateMachine") {
        cx.warning(cx.top(), "no state machine orchestrates migrations of several steps");
    }
}
