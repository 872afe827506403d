//! Keys: who may use them.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "keys-serve-own-account",
    former: Some("J-1"),
    title: "A key's policy names no one outside the account",
    covers: &["R-M8", "H-PC2"],
    levels: [ERROR, ERROR, WARNING],
    why: "A role that another account assumes uses the key inside this one; another account in the key's policy is a second way to the data.",
    source: "AWS KMS developer guide, key policies",
    fix: "Keep the account's own root, roles with kms:ViaService and kms:CallerAccount, and services with aws:SourceAccount or, where they give none, an encryption context.",
    check: Check::Resources(&["AWS::KMS::Key"], check),
    good: r"
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
            Action: 'kms:*'
            Resource: '*'
",
    bad: r"
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}]
",
};

fn check(key: Res<'_>) {
    let cx = key.cx();
    for statement in statements(&key.get("KeyPolicy")).into_iter().filter(Statement::allows) {
        let keys = statement.condition_keys();
        let bound = keys.iter().any(|one| {
            [
                "kms:calleraccount",
                "aws:principalaccount",
                "aws:principalarn",
                "aws:principalorgid",
                "aws:sourceaccount",
            ]
            .contains(&one.as_str())
        });
        for principal in statement.aws_principals() {
            let shown = principal.show();
            if shown == "*" && !bound {
                cx.error(principal.span, format!("anyone may use {}", key.id()));
            } else if is_foreign(&shown) && is_strict(cx) {
                cx.error(principal.span, format!("{shown} of another account may use {}", key.id()));
            }
        }
        if is_strict(cx) && !statement.services().is_empty() && keys.is_empty() {
            cx.error(
                statement.span(),
                format!(
                    "a service may use {} for anyone: no aws:SourceAccount or encryption context",
                    key.id()
                ),
            );
        }
    }
}

fn is_foreign(principal: &str) -> bool {
    let account = principal.split(':').nth(4).unwrap_or(principal);
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}
