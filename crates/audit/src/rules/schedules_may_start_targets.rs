//! R, optional 1: the schedule.

use super::prelude::*;
use crate::rules::Profile;

pub(super) static RULE: Rule = Rule {
    name: "schedules-may-start-targets",
    former: Some("R-O1"),
    title: "A schedule starts the synchronisation and may do so",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "A rule whose target does not permit it fires into nothing: no error is shown anywhere.",
    source: "R optional 1; Amazon EventBridge user guide, resource-based policies",
    fix: "Give a Lambda target an AWS::Lambda::Permission for events.amazonaws.com, and a state machine target a RoleArn.",
    check: Check::Template(&["AWS::Events::Rule", "AWS::Lambda::Function"], check),
    good: r"
Resources:
  E:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 minute)
      Targets: [{Id: a, Arn: !GetAtt F.Arn}]
  F:
    Type: AWS::Lambda::Function
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref F, Principal: events.amazonaws.com}
",
    bad: r"
Resources:
  E:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 minute)
      Targets: [{Id: a, Arn: !GetAtt F.Arn}]
  F:
    Type: AWS::Lambda::Function
",
};

fn check(cx: &Cx<'_>) {
    let rules = cx.resources("AWS::Events::Rule");
    for target in rules.iter().flat_map(|rule| rule.get("Targets").each()) {
        let arn = target.get("Arn");
        let Some(resource) = arn.target().and_then(|id| cx.resource(id)) else { continue };
        if resource.kind() == FUNCTION && !permits_events(cx, resource.id()) {
            cx.error(target.span, format!("EventBridge may not invoke {}", resource.id()));
        }
        if resource.kind() == "AWS::StepFunctions::StateMachine" && target.get("RoleArn").is_absent() {
            cx.error(target.span, format!("the target {} needs a RoleArn", resource.id()));
        }
    }
    let synchronises = cx.scope.profile == Profile::Replication && !cx.resources(FUNCTION).is_empty();
    let declared = cx
        .template()
        .of_type("AWS::Events::Rule")
        .any(|rule| rule.node.get("Properties").is_some_and(|one| one.get("ScheduleExpression").is_some()));
    if synchronises && !declared && !cx.declares("AWS::Scheduler::Schedule") {
        cx.warning(cx.top(), "no schedule starts the synchronisation");
    }
}

fn permits_events(cx: &Cx<'_>, function: &str) -> bool {
    cx.resources("AWS::Lambda::Permission").iter().any(|permission| {
        points_at(permission, "FunctionName", function)
            && permission.get("Principal").show().starts_with("events.")
    })
}
