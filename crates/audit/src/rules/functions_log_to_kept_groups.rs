//! R, constraint 6: logs.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-log-to-kept-groups",
    former: Some("R-C6"),
    title: "Each function writes to a log group with a retention and a key",
    covers: &[],
    levels: [ERROR, ERROR, INFO],
    why: "A group that Lambda makes by itself keeps logs for ever and has no key; a role without logs permissions writes none.",
    source: "R constraint 6; AWS Lambda developer guide, CloudWatch Logs",
    fix: "Declare an AWS::Logs::LogGroup (RetentionInDays, KmsKeyId), name it in LoggingConfig.LogGroup, and allow logs:CreateLogStream and logs:PutLogEvents on it.",
    check: Check::Template(&["AWS::Lambda::Function"], check),
    good: r"
Resources:
  L:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 90, KmsKeyId: k}
  F:
    Type: AWS::Lambda::Function
    Properties: {LoggingConfig: {LogGroup: !Ref L}}
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 60}
",
};

fn check(cx: &Cx<'_>) {
    let groups = cx.resources("AWS::Logs::LogGroup");
    for group in &groups {
        if group.get("RetentionInDays").is_absent() {
            cx.error(group.span(), format!("{} keeps logs for ever: no RetentionInDays", group.id()));
        }
    }
    for function in cx.resources(FUNCTION) {
        let named = function.get("LoggingConfig.LogGroup");
        let own = |group: &Res<'_>| {
            let name = group.get("LogGroupName");
            let function_name = function.get("FunctionName");
            name.mentions(function.id())
                || (function_name.is_set() && name.show() == format!("/aws/lambda/{}", function_name.show()))
        };
        if named.is_absent() && !groups.iter().any(own) && !may_be_elsewhere(cx) {
            cx.error(function.span(), format!("{} has no log group of its own", function.id()));
        }
        if let Some(role) = role_of(&function) {
            may_write(cx, &function, &role);
        }
    }
}

fn may_write(cx: &Cx<'_>, function: &Res<'_>, role: &Res<'_>) {
    let managed = role.get("ManagedPolicyArns");
    let by_managed = managed.is_unknown()
        || managed.each().iter().any(|arn| {
            let shown = arn.show();
            ["AWSLambda", "CloudWatchLambda", "AdministratorAccess", "CloudWatchLogs", "Parameter"]
                .iter()
                .any(|name| shown.contains(name))
                || arn.is_unknown()
        });
    let statements = role_permissions(cx, role);
    let mut actions = statements.iter().filter(|one| one.allows()).flat_map(Statement::actions);
    let by_statement = actions.any(|action| {
        let shown = action.show();
        shown == "*" || shown.starts_with("logs:Put") || shown == "logs:*"
    });
    if !by_managed && !by_statement && !may_be_elsewhere(cx) {
        cx.error(
            role.span(),
            format!("{} may not write logs: {} allows no logs:PutLogEvents", function.id(), role.id()),
        );
    }
}
