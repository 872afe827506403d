//! Permissions: rotation.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "secrets-manager-may-rotate",
    former: Some("I-2"),
    title: "Secrets Manager may invoke the rotation function",
    covers: &["R-C7"],
    levels: [ERROR, ERROR, ERROR],
    why: "Without the permission the schedule cannot be made, or rotation fails in silence.",
    source: "AWS Secrets Manager user guide, permissions for rotation",
    fix: "Add an AWS::Lambda::Permission with Principal secretsmanager.amazonaws.com and SourceAccount.",
    check: Check::Resources(&["AWS::SecretsManager::RotationSchedule"], check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref F, Principal: secretsmanager.amazonaws.com}
  S:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {RotationLambdaARN: !GetAtt F.Arn}
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
  S:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {RotationLambdaARN: !GetAtt F.Arn}
",
};

fn check(schedule: Res<'_>) {
    let cx = schedule.cx();
    let function = schedule.get("RotationLambdaARN");
    let Some(declared) =
        function.target().and_then(|id| cx.resource(id)).filter(|one| one.kind() == FUNCTION)
    else {
        return;
    };
    let permitted = cx.resources("AWS::Lambda::Permission").iter().any(|permission| {
        let principal = permission.get("Principal");
        points_at(permission, "FunctionName", declared.id())
            && principal.show().starts_with("secretsmanager.")
    });
    if !permitted {
        cx.error(function.span, format!("Secrets Manager may not invoke {}", declared.id()));
    }
}
