//! R, mandatory 4: roles for another account.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "foreign-roles-are-named",
    former: Some("R-M4"),
    title: "A role for another account names exactly who may assume it",
    covers: &["R-C8", "R-X1"],
    levels: [ERROR, ERROR, WARNING],
    why: "An account as principal lets everyone in that account in who has sts:AssumeRole; `*` lets everyone in the world in.",
    source: "R requirement 4; IAM user guide, the confused deputy problem",
    fix: "Keep the account's root as principal and add Condition: ArnEquals aws:PrincipalArn = the caller's exact role ARN, and sts:ExternalId.",
    check: Check::Template(&["AWS::IAM::Role"], check),
    good: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: 'sts:AssumeRole'
            Principal: {AWS: arn:aws:iam::222222222222:root}
            Condition:
              ArnEquals: {'aws:PrincipalArn': arn:aws:iam::222222222222:role/sync}
              StringEquals: {'sts:ExternalId': x}
",
    bad: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {AWS: arn:aws:iam::222222222222:root}}]
",
};

fn check(cx: &Cx<'_>) {
    for role in cx.resources("AWS::IAM::Role") {
        for statement in
            statements(&role.get("AssumeRolePolicyDocument")).into_iter().filter(Statement::allows)
        {
            for principal in statement.aws_principals() {
                trust(cx, &role, &statement, &principal);
            }
            federation(cx, &role, &statement);
        }
    }
    for holder in cx.resources_of(POLICY_HOLDERS) {
        for statement in permissions(&holder).iter().filter(|one| one.allows()) {
            let assumes = statement.actions().iter().any(|action| action.is("sts:AssumeRole"));
            for resource in
                statement.resources().iter().filter(|resource| assumes && resource.show().contains('*'))
            {
                cx.error(
                    resource.span,
                    format!("{} may assume {}: name the exact role", holder.id(), resource.show()),
                );
            }
        }
    }
}

fn trust(cx: &Cx<'_>, role: &Res<'_>, statement: &Statement<'_>, principal: &Val<'_>) {
    let shown = principal.show();
    let keys = statement.condition_keys();
    let has = |key: &str| keys.iter().any(|one| one == key);
    if shown == "*" {
        if !has("aws:principalarn") && !has("aws:principalorgid") && !has("aws:principalaccount") {
            cx.error(principal.span, format!("{} may be assumed by anyone", role.id()));
        }
        return;
    }
    for (operator, key, value) in statement.conditions() {
        let any_role = |one: &Val<'_>| {
            let tail = one.show();
            tail == "*" || tail.ends_with(":role/*") || tail.ends_with(":*") || tail.ends_with(":user/*")
        };
        let wide = value.each().into_iter().find(any_role);
        if let Some(wide) = wide.filter(|_| key == "aws:principalarn" && !operator.contains("Not")) {
            let message =
                format!("{} → {}, through its trust: any role of the account", wide.show(), role.id());
            cx.error(wide.span, message);
        }
    }
    let names_account = shown.ends_with(":root") || is_account(&shown);
    let own = shown.contains("${AWS::AccountId}");
    if !names_account || own {
        return;
    }
    if !has("aws:principalarn") && (is_strict(cx) || keys.is_empty()) {
        cx.error(
            statement.span(),
            format!(
                "{} may be assumed by every role of {shown}: no condition on aws:PrincipalArn",
                role.id()
            ),
        );
    } else if is_strict(cx) && !has("sts:externalid") && !accepts_peering(cx, role) {
        cx.warning(statement.span(), format!("{} asks for no sts:ExternalId", role.id()));
    }
}

/// An identity provider vouches for all its users: a condition on the subject says which of them are meant.
fn federation(cx: &Cx<'_>, role: &Res<'_>, statement: &Statement<'_>) {
    let providers = statement.value.get("Principal.Federated").each();
    let Some(provider) = providers.iter().find(|one| one.show().contains("oidc-provider/")) else { return };
    let subject = statement.conditions().into_iter().find(|(_, key, _)| key.ends_with(":sub"));
    let everyone =
        |value: &Val<'_>| value.each().iter().any(|one| matches!(one.show().as_str(), "*" | "repo:*"));
    match subject {
        None => {
            let message = format!("{} → {}: no condition on the subject", provider.show(), role.id());
            cx.error(statement.span(), message);
        }
        Some((_, _, value)) if everyone(&value) => {
            cx.error(value.span, format!("{} → {}: any subject", provider.show(), role.id()));
        }
        Some(_) => {}
    }
}

/// CloudFormation assumes the role that accepts a peering itself, and cannot give an external id.
fn accepts_peering(cx: &Cx<'_>, role: &Res<'_>) -> bool {
    let statements = role_permissions(cx, role);
    let mut actions = statements.iter().flat_map(Statement::actions);
    !statements.is_empty() && actions.all(|action| action.is("ec2:AcceptVpcPeeringConnection"))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
