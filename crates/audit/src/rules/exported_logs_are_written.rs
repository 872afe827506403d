//! Parameter groups: exported logs must be written.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "exported-logs-are-written",
    former: Some("F-3"),
    title: "Each exported log is switched on",
    covers: &["mistake-21"],
    levels: [ERROR, ERROR, WARNING],
    why: "Exporting a log that the engine does not write makes an empty log group: an audit trail that is not there.",
    source: "Amazon Aurora user guide, publishing Aurora MySQL logs to CloudWatch",
    fix: "In the cluster parameter group set server_audit_logging: 1 and server_audit_events; slow_query_log: 1; general_log: 1 only if `general` is exported.",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {EnableCloudwatchLogsExports: [audit], DBClusterParameterGroupName: !Ref G}
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties:
      Parameters: {server_audit_logging: 1, server_audit_events: CONNECT}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {EnableCloudwatchLogsExports: [audit], DBClusterParameterGroupName: !Ref G}
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Parameters: {time_zone: UTC}}
",
};

/// An exported log, and the parameters that make the engine write it.
const SWITCHES: [(&str, &[&str]); 3] = [
    ("audit", &["server_audit_logging", "server_audit_events"]),
    ("slowquery", &["slow_query_log"]),
    ("general", &["general_log"]),
];

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    if !is_aurora_mysql(&cluster) {
        return;
    }
    let name = cluster.get("DBClusterParameterGroupName");
    let groups: Vec<Res<'_>> = members(cx, &cluster)
        .iter()
        .map(|member| member.get("DBParameterGroupName"))
        .chain(std::iter::once(name.clone()))
        .filter_map(|group| cx.resource(group.target()?))
        .collect();
    let elsewhere = name.is_unknown() && name.target().is_none();
    if elsewhere {
        return;
    }
    let exports = cluster.get("EnableCloudwatchLogsExports");
    for (log, switches) in SWITCHES {
        let Some(export) = exports.each().into_iter().find(|one| one.is(log)) else { continue };
        for switch in switches {
            let on = groups.iter().any(|group| {
                let value = group.get("Parameters").get(switch);
                value.is_set() && !["0", "OFF", "off", ""].iter().any(|off| value.is(off))
            });
            if !on {
                cx.error(export.span, format!("the log {log} is exported, but {switch} is not set"));
            }
        }
    }
}
