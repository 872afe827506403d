//! Mistake 5: no alarms.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarms-watch-the-database",
    former: Some("mistake-05"),
    title: "Alarms watch CPU, connections, memory and replica lag",
    covers: &["H-P5"],
    levels: [ERROR, ERROR, INFO],
    why: "Without alarms a full disk, exhausted connections or a lagging reader is noticed by customers first.",
    source: "catalogue of mistakes, 5; H requirement 5",
    fix: "Add AWS::CloudWatch::Alarm resources on CPUUtilization, DatabaseConnections, FreeableMemory and, with readers, AuroraReplicaLag (milliseconds) in AWS/RDS.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: CPUUtilization}
  B:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: DatabaseConnections}
  C:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: FreeableMemory}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
",
};

fn check(cx: &Cx<'_>) {
    let stores = stores(cx);
    let elsewhere =
        cx.template().of_type("AWS::CloudWatch::Alarm").next().is_none() && cx.has("AWS::CloudWatch::Alarm");
    let Some(store) = stores.first().filter(|_| !elsewhere && !may_be_elsewhere(cx)) else { return };
    let watches = watches(cx);
    if watches.is_empty() {
        cx.error(store.span(), "no alarm watches the database");
        return;
    }
    let watched = |metric: &str| watches.iter().any(|watch| watch.is("AWS/RDS", metric));
    let mut missing: Vec<&str> = ["CPUUtilization", "DatabaseConnections", "FreeableMemory"]
        .into_iter()
        .filter(|metric| !watched(metric))
        .collect();
    let has_readers = stores.iter().any(|store| members(cx, store).len() > 1);
    if has_readers && !watched("AuroraReplicaLag") && !watched("AuroraReplicaLagMaximum") {
        missing.push("AuroraReplicaLag");
    }
    if !missing.is_empty() {
        cx.error(store.span(), format!("no alarm watches {}", missing.join(", ")));
    }
}
