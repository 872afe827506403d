//! Mistake 20: backups kept for less than 7 days.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "backups-kept-a-week",
    former: Some("mistake-20"),
    title: "Automated backups are kept for 7 to 35 days",
    covers: &["R-M9", "H-P3", "H-PC3"],
    levels: [ERROR, ERROR, WARNING],
    why: "A fault found after a weekend cannot be undone: the default is one day.",
    source: "catalogue of mistakes, 20; Amazon Aurora user guide, backing up and restoring",
    fix: "Set BackupRetentionPeriod to 7 or more on the cluster; give its parameter a MinValue of 7.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {BackupRetentionPeriod: 7}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {BackupRetentionPeriod: 3}
",
};

fn check(store: Res<'_>) {
    let cx = store.cx();
    let days = store.get("BackupRetentionPeriod");
    if !is_store(&store) {
        if days.is_set() {
            cx.error(
                days.span,
                format!(
                    "{} belongs to a cluster, where backups are configured; here the property is refused",
                    store.id()
                ),
            );
        }
        return;
    }
    match days.number() {
        Some(number) if number < 7.0 => {
            cx.error(
                days.span,
                format!("backups of {} are kept for {} day(s), 7 are asked for", store.id(), days.show()),
            );
        }
        Some(number) if number > 35.0 => {
            cx.error(
                days.span,
                format!("BackupRetentionPeriod is {}; at most 35 days are possible", days.show()),
            );
        }
        None if days.is_absent() && !is_replica(&store) => {
            cx.error(days.span, format!("backups of {} are kept for 1 day, the default", store.id()));
        }
        _ => {}
    }
}

fn is_replica(store: &Res<'_>) -> bool {
    store.get("SourceDBInstanceIdentifier").is_set() || store.get("GlobalClusterIdentifier").is_set()
}
