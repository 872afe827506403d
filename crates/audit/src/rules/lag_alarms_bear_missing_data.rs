//! Alarms: missing data.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "lag-alarms-bear-missing-data",
    former: Some("G-4"),
    title: "Alarms on replica lag bear a metric that stops",
    covers: &["H-P5"],
    levels: [ERROR, ERROR, WARNING],
    why: "A writer sends no AuroraReplicaLag: after a failover an alarm that treats missing data as breaching is red for ever.",
    source: "Amazon Aurora user guide, CloudWatch metrics",
    fix: "Set TreatMissingData: notBreaching on alarms on AuroraReplicaLag of an instance.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: AuroraReplicaLag, TreatMissingData: notBreaching}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: AuroraReplicaLag, TreatMissingData: breaching}
",
};

fn check(alarm: Res<'_>) {
    let missing = alarm.get("TreatMissingData");
    let lag = watches_of(alarm).iter().any(|watch| watch.is("AWS/RDS", "AuroraReplicaLag"));
    if lag && missing.is("breaching") {
        alarm.cx().error(missing.span, format!("{} is red whenever its instance is the writer", alarm.id()));
    }
}
