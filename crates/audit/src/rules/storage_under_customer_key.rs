//! Mistake 19: storage without a customer managed key.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "storage-under-customer-key",
    former: Some("mistake-19"),
    title: "Database storage is under a customer managed key",
    covers: &["R-M8", "H-P6", "H-PC2"],
    levels: [ERROR, ERROR, INFO],
    why: "Under aws/rds nobody can restrict or revoke the key, and snapshots cannot be shared with another account.",
    source: "catalogue of mistakes, 19; Amazon Aurora user guide, encrypting resources",
    fix: "Set KmsKeyId to a key of this template or to a key-ARN parameter.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {StorageEncrypted: true, KmsKeyId: !Ref KeyArn}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {StorageEncrypted: true}
",
};

fn check(store: Res<'_>) {
    let key = store.get("KmsKeyId");
    if !is_store(&store) || !lacks_own_key(&key) || (key.is_absent() && inherits(&store)) {
        return;
    }
    let what = if is_aws_managed_key(&key) { "is under AWS's own key" } else { "names no KmsKeyId" };
    store.cx().error(key.span, format!("{} {what}", store.id()));
}
