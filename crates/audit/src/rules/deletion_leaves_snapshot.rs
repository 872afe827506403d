//! H, requirement 3: data that survives its stack.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "deletion-leaves-snapshot",
    former: Some("H-P3"),
    title: "Deleting or replacing the stack leaves a snapshot",
    covers: &["R-M9"],
    levels: [ERROR, ERROR, WARNING],
    why: "A deleted stack, or a change that replaces the cluster, takes the data and its automated backups along.",
    source: "H requirement 3; CloudFormation user guide, DeletionPolicy and UpdateReplacePolicy",
    fix: "Set DeletionPolicy and UpdateReplacePolicy to Snapshot (or Retain), DeletionProtection: true in production, CopyTagsToSnapshot: true.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Snapshot
    Properties: {DeletionProtection: true, CopyTagsToSnapshot: true}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    DeletionPolicy: Delete
    UpdateReplacePolicy: Snapshot
    Properties: {CopyTagsToSnapshot: true}
",
};

fn check(store: Res<'_>) {
    if !is_store(&store) {
        return;
    }
    let cx = store.cx();
    for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let policy = store.attribute(name);
        if policy.is("Delete") || (policy.is_absent() && is_strict(cx)) {
            cx.error(
                policy.span,
                format!("{}: {name} is {}, so the data can go with the stack", store.id(), policy.show()),
            );
        } else if policy.is_absent() && name == "UpdateReplacePolicy" {
            cx.info(
                policy.span,
                format!("{} has no UpdateReplacePolicy: a replacement deletes it", store.id()),
            );
        }
    }
    if !is_strict(cx) {
        return;
    }
    let protection = store.get("DeletionProtection");
    if protection.flag() != Some(true) && !protection.is_unknown() && is_production(cx) {
        cx.warning(protection.span, format!("{} is not protected against deletion", store.id()));
    }
    let copies = store.get("CopyTagsToSnapshot");
    if copies.flag() != Some(true) && !copies.is_unknown() {
        cx.warning(
            copies.span,
            format!("snapshots of {} have no tags: CopyTagsToSnapshot is not true", store.id()),
        );
    }
}
