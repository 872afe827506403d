//! R, constraint 8: least privilege.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "permissions-name-actions-and-resources",
    former: Some("R-C8"),
    title: "Permissions name their actions and their resources",
    covers: &["R-M4"],
    levels: [ERROR, ERROR, WARNING],
    why: "What a function may do is what an attacker may do who gets into it; `*` is everything, everywhere in the account.",
    source: "R constraint 8; IAM user guide, least privilege",
    fix: "Write out the actions, and the exact ARNs they are for; `*` as Resource only for actions that know no resources.",
    check: Check::Resources(POLICY_HOLDERS, check),
    good: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement: [{Effect: Allow, Action: 'ec2:DescribeNetworkInterfaces', Resource: '*'}]
",
    bad: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]
",
};

/// Actions, or beginnings of actions, that take no resource (service authorization reference).
const NO_RESOURCE: [&str; 26] = [
    "ec2:Describe",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:ListSecrets",
    "secretsmanager:BatchGetSecretValue",
    "ssm:DescribeParameters",
    "xray:",
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
    "cloudwatch:PutMetricData",
    "cloudwatch:ListMetrics",
    "cloudwatch:GetMetric",
    "kms:ListAliases",
    "kms:ListKeys",
    "kms:CreateKey",
    "s3:ListAllMyBuckets",
    "sts:GetCallerIdentity",
    "sts:GetServiceBearerToken",
    "lambda:ListFunctions",
    "tag:Get",
    "autoscaling:Describe",
];

/// Managed policies that are as wide as a star.
const WIDE_POLICIES: [&str; 4] = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "FullAccess"];

fn check(holder: Res<'_>) {
    let cx = holder.cx();
    for arn in holder.get("ManagedPolicyArns").each() {
        let shown = arn.show();
        if WIDE_POLICIES.iter().any(|name| shown.ends_with(name)) {
            cx.error(arn.span, format!("{} has the policy {shown}", holder.id()));
        }
    }
    for statement in permissions(&holder).iter().filter(|one| one.allows()) {
        for key in ["NotAction", "NotResource"] {
            let value = statement.value.get(key);
            if value.is_set() {
                cx.error(value.span, format!("{} allows everything except a list: {key}", holder.id()));
            }
        }
        wide_actions(cx, &holder, statement);
        wide_resources(cx, &holder, statement);
    }
}

fn wide_actions(cx: &Cx<'_>, holder: &Res<'_>, statement: &Statement<'_>) {
    for action in statement.actions() {
        let Some(text) = action.text() else { continue };
        if text == "*" || text.ends_with(":*") {
            cx.error(action.span, format!("{} allows {text}", holder.id()));
        } else if text.contains('*')
            && is_strict(cx)
            && !NO_RESOURCE.iter().any(|known| text.starts_with(known))
        {
            cx.error(action.span, format!("{} allows {text}: write the actions out", holder.id()));
        }
    }
}

fn wide_resources(cx: &Cx<'_>, holder: &Res<'_>, statement: &Statement<'_>) {
    let takes_resource = |action: &Val<'_>| {
        let known = |text: &str| NO_RESOURCE.iter().any(|known| text.starts_with(known));
        action.text().is_some_and(|text| !known(text))
    };
    let actions = statement.actions();
    // Log delivery is set up by a list of actions on `*`, as the services that write vended logs document it.
    let delivers_logs = actions.iter().any(|action| action.is("logs:CreateLogDelivery"));
    let exempt = |action: &&Val<'_>| delivers_logs && is_of_service(action, "logs");
    let Some(action) = actions.iter().find(|action| takes_resource(action) && !exempt(action)) else {
        return;
    };
    for resource in statement.resources() {
        let shown = resource.show();
        let wide = shown == "*" || (is_strict(cx) && is_wide_arn(&shown));
        if wide {
            cx.error(resource.span, format!("{} allows {} on {shown}", holder.id(), action.show()));
        }
    }
}

/// `arn:…:secret:*`, `arn:…:parameter/*`, `arn:aws:s3:::*` and the like: every resource of a kind.
fn is_wide_arn(arn: &str) -> bool {
    const KINDS: [&str; 9] = [
        "secret:*",
        "parameter/*",
        "role/*",
        "key/*",
        "table/*",
        "function:*",
        "stateMachine:*",
        ":log-group:*",
        "arn:aws:s3:::*",
    ];
    KINDS.iter().any(|kind| arn.ends_with(kind)) && arn.matches(':').count() <= 6
}
