//! Mistake 6: no AWS Backup plan.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "backup-plan-keeps-copies",
    former: Some("mistake-06"),
    title: "An AWS Backup plan keeps copies for 7 days or more",
    covers: &[],
    levels: [WARNING, WARNING, OFF],
    why: "Automated backups are deleted with the cluster; a vault of its own outlives a deleted stack and a compromised role.",
    source: "catalogue of mistakes, 6",
    fix: "Add AWS::Backup::BackupVault, BackupPlan (DeleteAfterDays of 7 or more) and a BackupSelection with the cluster's ARN.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
  P:
    Type: AWS::Backup::BackupPlan
    Properties:
      BackupPlan:
        BackupPlanRule: [{Lifecycle: {DeleteAfterDays: 7}}]
  S:
    Type: AWS::Backup::BackupSelection
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
",
};

fn check(cx: &Cx<'_>) {
    let stores = stores(cx);
    let Some(store) = stores.first().filter(|_| is_production(cx) && !may_be_elsewhere(cx)) else { return };
    if !cx.has("AWS::Backup::BackupPlan") {
        // Automated backups come first; a plan that a condition offers is enough.
        let message = "no AWS Backup plan covers the database";
        if cx.declares("AWS::Backup::BackupPlan") {
            cx.info(store.span(), message)
        } else {
            cx.warning(store.span(), message)
        }
        return;
    }
    for plan in cx.resources("AWS::Backup::BackupPlan") {
        for rule in plan.get("BackupPlan.BackupPlanRule").each() {
            let days = rule.get("Lifecycle.DeleteAfterDays");
            if days.number().is_some_and(|days| days < 7.0) {
                cx.error(days.span, format!("{} deletes copies after {} days", plan.id(), days.show()));
            }
        }
    }
    if !cx.has("AWS::Backup::BackupSelection") {
        cx.warning(store.span(), "an AWS Backup plan exists, but no BackupSelection assigns anything to it");
    }
}
