//! Mistake 18: storage that is not encrypted.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "storage-is-encrypted",
    former: Some("mistake-18"),
    title: "Database storage is encrypted",
    covers: &["R-M8", "H-P6"],
    levels: [ERROR, ERROR, ERROR],
    why: "Storage, snapshots and backups lie in clear; encryption cannot be switched on later without a new cluster.",
    source: "catalogue of mistakes, 18; Amazon Aurora user guide, encrypting resources",
    fix: "Set StorageEncrypted: true on the cluster.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {StorageEncrypted: true}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {StorageEncrypted: 'false'}
",
};

fn check(store: Res<'_>) {
    if !is_store(&store) {
        return;
    }
    let cx = store.cx();
    let encrypted = store.get("StorageEncrypted");
    // A cluster restored from a snapshot, and a replica in the same Region, have their source's encryption.
    // Storage of Aurora Serverless v1 is always encrypted.
    let always = store.get("EngineMode").is("serverless");
    if always {
        return;
    }
    if encrypted.is_absent() && inherits(&store) {
        cx.info(store.span(), format!("{} is encrypted if its source is", store.id()));
    } else if let Some(Hole::Parameter(name)) = encrypted.only_hole() {
        cx.warning(encrypted.span, format!("{name} may be anything: restrict it to true"));
    } else if encrypted.flag() != Some(true) && !encrypted.is_unknown() {
        let implied = encrypted.is_absent() && store.get("KmsKeyId").is_set();
        if implied && !is_strict(cx) {
            cx.warning(
                encrypted.span,
                format!("{} names a key, but StorageEncrypted is not set", store.id()),
            );
        } else {
            cx.error(encrypted.span, format!("the storage of {} is not encrypted", store.id()));
        }
    }
}
