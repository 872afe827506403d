//! Alarms: every instance.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarms-watch-every-instance",
    former: Some("G-3"),
    title: "Alarms watch every instance, since roles swap",
    covers: &["H-P5", "mistake-05"],
    levels: [ERROR, ERROR, WARNING],
    why: "After a failover the writer is another instance; an alarm on the old one only says that the old one is idle.",
    source: "Amazon Aurora user guide, CloudWatch metrics; H requirement 5",
    fix: "Make each alarm once for each instance (DBInstanceIdentifier), or use DBClusterIdentifier with Role WRITER.",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
  J:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/RDS
      MetricName: CPUUtilization
      Dimensions: [{Name: DBInstanceIdentifier, Value: !Ref I}]
  B:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/RDS
      MetricName: CPUUtilization
      Dimensions: [{Name: DBInstanceIdentifier, Value: !Ref J}]
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
  J:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref C}
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/RDS
      MetricName: CPUUtilization
      Dimensions: [{Name: DBInstanceIdentifier, Value: !Ref I}]
",
};

const EACH: [&str; 5] =
    ["CPUUtilization", "DatabaseConnections", "FreeableMemory", "FreeLocalStorage", "AuroraReplicaLag"];

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    let members = members(cx, &cluster);
    let watches: Vec<Watch<'_>> =
        watches(cx).into_iter().filter(|watch| watch.namespace.is("AWS/RDS")).collect();
    for metric in EACH {
        let of_metric: Vec<&Watch<'_>> = watches.iter().filter(|watch| watch.metric.is(metric)).collect();
        let of_cluster = of_metric.iter().any(|watch| watch.dimension("DBClusterIdentifier").is_some());
        let watched = |member: &&Res<'_>| {
            of_metric.iter().any(|watch| {
                watch.dimension("DBInstanceIdentifier").is_some_and(|value| {
                    value.mentions(member.id())
                        || (value.text().is_some()
                            && value.text() == member.get("DBInstanceIdentifier").text())
                        || (value.is_unknown()
                            && value.target().is_none()
                            && value.show() == member.get("DBInstanceIdentifier").show())
                })
            })
        };
        let (seen, unseen): (Vec<&Res<'_>>, Vec<&Res<'_>>) = members.iter().partition(watched);
        if !of_cluster && !seen.is_empty() && !unseen.is_empty() {
            let ids: Vec<&str> = unseen.iter().map(|one| one.id()).collect();
            cx.error(cluster.span(), format!("no alarm watches {metric} of {}", ids.join(", ")));
        }
    }
    for watch in watches.iter().filter(|watch| watch.metric.is("DatabaseConnections")) {
        let averages = watch.statistic.is("Average") && watch.dimension("DBClusterIdentifier").is_some();
        if averages && watch.dimension("Role").is_none() {
            cx.warning(
                watch.alarm.span(),
                format!("{} averages the writer with idle readers", watch.alarm.id()),
            );
        }
    }
}
