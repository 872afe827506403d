//! Clusters, instances and their keys.

use crate::resolve::{Cx, Res, Val};

/// The type of a cluster.
pub(in crate::rules) const CLUSTER: &str = "AWS::RDS::DBCluster";
/// The type of an instance.
pub(in crate::rules) const INSTANCE: &str = "AWS::RDS::DBInstance";
/// The types that hold a database's storage: clusters, and instances that belong to none.
pub(in crate::rules) const STORES: &[&str] = &[CLUSTER, INSTANCE];

/// Whether the resource is where the data is: a cluster, or an instance outside any cluster.
pub(in crate::rules) fn is_store(resource: &Res<'_>) -> bool {
    resource.kind() == CLUSTER || !is_member(resource)
}

/// Whether an instance belongs to a cluster.
pub(in crate::rules) fn is_member(instance: &Res<'_>) -> bool {
    instance.get("DBClusterIdentifier").is_set()
        || instance.get("Engine").text().is_some_and(|engine| engine.starts_with("aurora"))
}

/// The resources that hold data in this run.
pub(in crate::rules) fn stores<'c>(cx: &'c Cx<'c>) -> Vec<Res<'c>> {
    cx.resources_of(STORES).into_iter().filter(is_store).collect()
}

/// Whether storage settings come from a snapshot or another database.
pub(in crate::rules) fn inherits(store: &Res<'_>) -> bool {
    const SOURCES: [&str; 7] = [
        "SnapshotIdentifier",
        "DBSnapshotIdentifier",
        "DBClusterSnapshotIdentifier",
        "SourceDBClusterIdentifier",
        "SourceDBInstanceIdentifier",
        "SourceDbiResourceId",
        "ReplicationSourceIdentifier",
    ];
    SOURCES.iter().any(|name| {
        let value = store.get(name);
        value.is_set() && !value.is("")
    })
}

/// Whether the engine is Aurora MySQL, or not known to be another one.
pub(in crate::rules) fn is_aurora_mysql(resource: &Res<'_>) -> bool {
    resource.get("Engine").text().is_none_or(|engine| engine == "aurora-mysql")
}

/// The instances of a cluster of this template.
pub(in crate::rules) fn members<'c>(cx: &'c Cx<'c>, cluster: &Res<'_>) -> Vec<Res<'c>> {
    let name = cluster.get("DBClusterIdentifier");
    cx.resources(INSTANCE)
        .into_iter()
        .filter(|instance| {
            let owner = instance.get("DBClusterIdentifier");
            owner.mentions(cluster.id()) || (owner.text().is_some() && owner.text() == name.text())
        })
        .collect()
}

/// Whether a key id is known to be the one that AWS manages for a service.
pub(in crate::rules) fn is_aws_managed_key(key: &Val<'_>) -> bool {
    key.is_set() && key.show().contains("alias/aws/")
}

/// Whether nothing is said about the key, or the key is AWS's own: then data is not under a customer managed key.
pub(in crate::rules) fn lacks_own_key(key: &Val<'_>) -> bool {
    key.is_absent() || key.is("") || is_aws_managed_key(key)
}

/// The major version in a cluster's engine version: `5.7`, `8.0` or `8.4`.
pub(in crate::rules) fn major_version(version: &str) -> Option<&str> {
    ["5.6", "5.7", "8.0", "8.4"]
        .into_iter()
        .find(|major| version == *major || version.starts_with(&format!("{major}.")))
}
