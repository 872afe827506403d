//! Keys: they outlive the stack.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "keys-outlive-stack",
    former: Some("J-2"),
    title: "A key is kept when its stack goes",
    covers: &["H-P3"],
    levels: [ERROR, ERROR, INFO],
    why: "The last snapshot is encrypted with it: once the key is gone, the snapshot cannot be read.",
    source: "AWS KMS developer guide, deleting keys",
    fix: "Set DeletionPolicy and UpdateReplacePolicy to Retain, and PendingWindowInDays to 30.",
    check: Check::Resources(&["AWS::KMS::Key"], check),
    good: r"
Resources:
  K:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
",
    bad: r"
Resources:
  K:
    Type: AWS::KMS::Key
",
};

fn check(key: Res<'_>) {
    let cx = key.cx();
    for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let policy = key.attribute(name);
        let kept = policy.is("Retain") || policy.is("RetainExceptOnCreate");
        if !kept && !policy.is_unknown() {
            cx.error(policy.span, format!("{}: {name} is not Retain", key.id()));
        }
    }
    let days = key.get("PendingWindowInDays");
    if days.number().is_some_and(|days| days < 30.0) {
        cx.warning(days.span, format!("{} can be gone after {} days", key.id(), days.show()));
    }
}
