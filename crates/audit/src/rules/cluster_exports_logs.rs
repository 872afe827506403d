//! Mistake 21: no log exports.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "cluster-exports-logs",
    former: Some("mistake-21"),
    title: "The cluster exports its audit, error and slow-query logs",
    covers: &[],
    levels: [ERROR, ERROR, INFO],
    why: "Without them there is no audit trail, and what happened before a failover is gone with the instance.",
    source: "catalogue of mistakes, 21; Amazon Aurora user guide, publishing logs to CloudWatch",
    fix: "Set EnableCloudwatchLogsExports: [audit, error, slowquery].",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql, EnableCloudwatchLogsExports: [audit, error, slowquery]}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql}
",
};

fn check(cluster: Res<'_>) {
    let exports = cluster.get("EnableCloudwatchLogsExports");
    if !is_aurora_mysql(&cluster) || exports.is_unknown() || exports.each().iter().any(Val::is_unknown) {
        return;
    }
    let kinds = exports.each();
    let missing: Vec<&str> = ["audit", "error", "slowquery"]
        .into_iter()
        .filter(|kind| !kinds.iter().any(|one| one.is(kind)))
        .collect();
    if !missing.is_empty() {
        cluster.cx().error(
            exports.span,
            format!("{} does not export its logs: {}", cluster.id(), missing.join(", ")),
        );
    }
}
