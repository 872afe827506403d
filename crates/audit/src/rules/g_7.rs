//! Alarms: functions and state machines.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "G-7",
    title: "Failures of functions and state machines raise alarms",
    covers: &["R-O2"],
    levels: [ERROR, WARNING, OFF],
    why: "A synchronisation that fails every minute looks, without alarms, like one that has nothing to do.",
    source: "R optional 2; AWS Lambda and Step Functions developer guides, metrics",
    mend: "Add alarms on AWS/Lambda Errors (FunctionName) and AWS/States ExecutionsFailed (StateMachineArn): Sum ≥ 1.",
    check: Check::Template(check),
    good: "Resources: {F: {Type: AWS::Lambda::Function}, A: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref F}]}}}",
    bad: "Resources: {F: {Type: AWS::Lambda::Function}}",
};

const WATCHED: [(&str, &str, &str, &str); 2] = [
    (FUNCTION, "AWS/Lambda", "Errors", "FunctionName"),
    ("AWS::StepFunctions::StateMachine", "AWS/States", "ExecutionsFailed", "StateMachineArn"),
];

fn check(cx: &Cx<'_>) {
    let watches = watches(cx);
    for (kind, namespace, metric, dimension) in WATCHED {
        for resource in cx.resources(kind) {
            let name = resource.get(if kind == FUNCTION { "FunctionName" } else { "StateMachineName" });
            let seen = watches.iter().filter(|watch| watch.is(namespace, metric)).any(|watch| {
                let value = watch.dimension(dimension);
                value.is_none_or(|value| {
                    value.mentions(resource.id()) || (name.is_set() && value.show() == name.show())
                })
            });
            if !seen {
                cx.error(resource.span(), format!("no alarm watches {metric} of {}", resource.id()));
            }
        }
    }
}
