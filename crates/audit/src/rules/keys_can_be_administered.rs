//! Key policies under which nobody can change the key.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "keys-can-be-administered",
    former: None,
    title: "Somebody in the account can administer each key",
    covers: &["R-M8", "H-PC2"],
    levels: [ERROR, ERROR, ERROR],
    why: "A key whose policy lets nobody change the policy can be neither repaired nor deleted; only AWS Support can help.",
    source: "AWS KMS developer guide, key policies, default key policy",
    fix: "Add the statement of the default policy: Principal AWS = the account's root, Action kms:*, Resource *.",
    check: Check::Resources(&["AWS::KMS::Key"], check),
    good: r"
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
",
    bad: r"
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: {Service: rds.amazonaws.com}, Action: 'kms:Decrypt', Resource: '*'}]
",
};

fn check(key: Res<'_>) {
    let cx = key.cx();
    let policy = key.get("KeyPolicy");
    if policy.is_absent() || policy.is_unknown() || policy.text().is_some() {
        return;
    }
    let all = statements(&policy);
    let administers = |one: &&Statement<'_>| {
        one.is_about("kms:PutKeyPolicy")
            && (!one.aws_principals().is_empty() || one.value.get("NotPrincipal").is_set())
    };
    let Some(admin) = all.iter().filter(|one| one.allows()).find(administers) else {
        cx.error(
            policy.span,
            format!("nobody may administer {}: no statement allows kms:PutKeyPolicy", key.id()),
        );
        return;
    };
    let denied = all.iter().filter(|one| !one.allows()).find(|one| {
        one.is_about("kms:PutKeyPolicy")
            && one.aws_principals().iter().any(|who| who.is("*"))
            && one.value.get("Condition").is_absent()
    });
    if let Some(denied) = denied {
        cx.error(
            denied.span(),
            format!("nobody may administer {}: a statement denies it to everyone", key.id()),
        );
    }
    let foreign = admin.aws_principals().iter().all(|who| {
        let shown = who.show();
        let account = shown.split(':').nth(4).unwrap_or(&shown);
        account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
    });
    if foreign {
        // The account that the stack is in is not known; that it is this one is only probable.
        cx.undecided();
    }
}
