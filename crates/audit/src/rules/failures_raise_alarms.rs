//! Alarms: functions, state machines and rules of EventBridge.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "failures-raise-alarms",
    former: Some("G-7"),
    title: "Failures of functions, state machines and rules raise alarms",
    covers: &["R-O2"],
    levels: [ERROR, WARNING, OFF],
    why: "A synchronisation that fails every minute, or that its rule cannot start, looks without alarms like one that has nothing to do.",
    source: "R optional 2; AWS Lambda, Step Functions and EventBridge guides, metrics",
    fix: "Add alarms on AWS/Lambda Errors (FunctionName), AWS/States ExecutionsFailed (StateMachineArn) and AWS/Events FailedInvocations (RuleName): Sum ≥ 1.",
    check: Check::Template(
        &["AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::Events::Rule"],
        check,
    ),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref F}]
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
",
};

/// A type, the property with its name, the metric of its failures, and that metric's dimension.
const WATCHED: [(&str, &str, &str, &str, &str); 3] = [
    (FUNCTION, "FunctionName", "AWS/Lambda", "Errors", "FunctionName"),
    (
        "AWS::StepFunctions::StateMachine",
        "StateMachineName",
        "AWS/States",
        "ExecutionsFailed",
        "StateMachineArn",
    ),
    ("AWS::Events::Rule", "Name", "AWS/Events", "FailedInvocations", "RuleName"),
];

fn check(cx: &Cx<'_>) {
    let watches = watches(cx);
    for (kind, property, namespace, metric, dimension) in WATCHED {
        for resource in cx.resources(kind) {
            let name = resource.get(property);
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
