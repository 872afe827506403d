//! Rights of roles that nothing needs.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "roles-hold-no-unneeded-rights",
    former: None,
    title: "A role may do what its service needs, and no more",
    covers: &["R-C8", "R-X1"],
    levels: [ERROR, ERROR, WARNING],
    why: "Rights that nothing needs are rights that only an attacker uses.",
    source: "R constraint 8; IAM user guide, least privilege",
    fix: "Take the action away, or give the work that needs it a role of its own.",
    check: Check::Resources(&["AWS::IAM::Role"], check),
    good: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: 'sts:AssumeRole'}]}
      Policies:
        - PolicyDocument: {Statement: [{Effect: Allow, Action: 'states:StartExecution', Resource: '*'}]}
",
    bad: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: 'sts:AssumeRole'}]}
      Policies:
        - PolicyDocument: {Statement: [{Effect: Allow, Action: ['states:StartExecution', 'secretsmanager:GetSecretValue'], Resource: '*'}]}
",
};

/// Services that do one thing with a role, and the beginnings of the actions that it takes.
const PURPOSES: [(&str, &[&str]); 5] = [
    (
        "events.",
        &[
            "states:StartExecution",
            "states:StartSyncExecution",
            "lambda:Invoke",
            "sqs:SendMessage",
            "sns:Publish",
            "events:",
            "ecs:RunTask",
            "ecs:TagResource",
            "iam:PassRole",
            "kinesis:Put",
            "firehose:Put",
            "batch:",
            "ssm:",
            "codebuild:Start",
            "codepipeline:Start",
            "logs:",
            "execute-api:",
            "redshift-data:",
            "kms:",
            "sagemaker:",
            "inspector:",
            "glue:",
        ],
    ),
    ("vpc-flow-logs.", &["logs:", "firehose:", "s3:", "kms:", "sts:"]),
    ("monitoring.rds.", &["logs:", "sts:"]),
    ("states.", &[]),
    ("scheduler.", &[]),
];

/// Actions that change who may do what, or end data, and that no program of a database needs as it runs.
const RULING: [&str; 14] = [
    "iam:CreateUser",
    "iam:CreateAccessKey",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:DisableKey",
    "rds:DeleteDBCluster",
    "rds:DeleteDBInstance",
    "rds:ModifyDBCluster",
    "secretsmanager:DeleteSecret",
    "s3:PutBucketPolicy",
];

fn check(role: Res<'_>) {
    let cx = role.cx();
    let trust = statements(&role.get("AssumeRolePolicyDocument"));
    let services: Vec<String> = trust.iter().flat_map(Statement::services).collect();
    let [service] = services.as_slice() else { return };
    let purpose = PURPOSES.iter().find(|(start, needed)| service.starts_with(start) && !needed.is_empty());
    for statement in role_permissions(cx, &role).iter().filter(|one| one.allows()) {
        for action in statement.actions() {
            let Some(text) = action.text() else { continue };
            if let Some((_, needed)) = purpose {
                let fits = |start: &&str| {
                    let end = text.len().min(start.len());
                    text.is_char_boundary(end)
                        && text[..end].eq_ignore_ascii_case(&start[..start.len().min(end)])
                };
                if text != "*" && !needed.iter().any(fits) {
                    cx.error(
                        action.span,
                        format!("{service} → {text}, through {}: the service never does that", role.id()),
                    );
                }
            }
            let rules = RULING.iter().find(|one| one.eq_ignore_ascii_case(text));
            if rules.is_some() && service.starts_with("lambda.") && !makes_resources(cx, &role) {
                let users = users(cx, &role);
                strict_error(
                    cx,
                    action.span,
                    format!("{users} → {text}, through {}: a running program needs none of it", role.id()),
                );
            }
        }
    }
}

/// Functions that use a role, to show the path.
fn users(cx: &Cx<'_>, role: &Res<'_>) -> String {
    let functions = cx.resources(FUNCTION);
    let ids: Vec<&str> =
        functions.iter().filter(|one| points_at(one, "Role", role.id())).map(Res::id).collect();
    if ids.is_empty() { "Lambda".to_owned() } else { ids.join(", ") }
}

/// Whether a function with this role stands behind a custom resource, which makes and deletes things for a living.
fn makes_resources(cx: &Cx<'_>, role: &Res<'_>) -> bool {
    let functions = cx.resources(FUNCTION);
    let mut own = functions.iter().filter(|one| points_at(one, "Role", role.id()));
    own.any(|function| {
        cx.template().resources.iter().any(|one| {
            let custom =
                one.kind.starts_with("Custom::") || one.kind == "AWS::CloudFormation::CustomResource";
            custom && references(one.node, &|_| None).iter().any(|to| to.id == function.id())
        })
    })
}
