//! Enhanced Monitoring.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "monitoring-has-its-role",
    former: None,
    title: "Enhanced Monitoring has an interval that exists, and a role",
    covers: &["H-P5"],
    levels: [ERROR, ERROR, ERROR],
    why: "RDS refuses the instance when a MonitoringInterval has no MonitoringRoleArn.",
    source: "Amazon RDS API reference, CreateDBInstance, MonitoringInterval and MonitoringRoleArn",
    fix: "Set MonitoringRoleArn to a role that monitoring.rds.amazonaws.com may assume, and the interval to 0, 1, 5, 10, 15, 30 or 60.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  I: {Type: AWS::RDS::DBInstance, Properties: {MonitoringInterval: 60, MonitoringRoleArn: 'arn:aws:iam::111111111111:role/m'}}
",
    bad: r"
Resources:
  I: {Type: AWS::RDS::DBInstance, Properties: {MonitoringInterval: 60}}
",
};

fn check(store: Res<'_>) {
    let cx = store.cx();
    let (interval, role) = (store.get("MonitoringInterval"), store.get("MonitoringRoleArn"));
    let Some(seconds) = interval.number() else { return };
    if ![0.0, 1.0, 5.0, 10.0, 15.0, 30.0, 60.0].contains(&seconds) {
        let message =
            format!("{}: MonitoringInterval is {seconds}; 0, 1, 5, 10, 15, 30 and 60 exist", store.id());
        cx.error(interval.span, message);
    }
    if seconds > 0.0 && (role.is_absent() || role.is("")) {
        cx.error(interval.span, format!("{} has a MonitoringInterval and no MonitoringRoleArn", store.id()));
    }
}
