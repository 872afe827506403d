//! Parameter groups: cluster parameters in an instance group.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "cluster-parameters-in-cluster-group",
    former: Some("F-5"),
    title: "Cluster parameters stand in the cluster's group",
    covers: &["H-P4"],
    levels: [ERROR, ERROR, ERROR],
    why: "An instance's group does not have these names: the stack fails while the group is made.",
    source: "Amazon Aurora user guide, cluster-level parameters",
    fix: "Move the parameter to the AWS::RDS::DBClusterParameterGroup.",
    check: Check::Resources(&["AWS::RDS::DBParameterGroup"], check),
    good: r"
Resources:
  G:
    Type: AWS::RDS::DBParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {slow_query_log: 1}}
",
    bad: r"
Resources:
  G:
    Type: AWS::RDS::DBParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {binlog_format: ROW}}
",
};

const OF_CLUSTER: [&str; 20] = [
    "binlog_format",
    "binlog_checksum",
    "character_set_server",
    "character_set_client",
    "character_set_connection",
    "character_set_database",
    "character_set_filesystem",
    "character_set_results",
    "collation_server",
    "collation_connection",
    "time_zone",
    "require_secure_transport",
    "tls_version",
    "server_audit_logging",
    "server_audit_events",
    "server_audit_logs_upload",
    "gtid-mode",
    "gtid_mode",
    "innodb_flush_log_at_trx_commit",
    "lower_case_table_names",
];

fn check(group: Res<'_>) {
    if !group.get("Family").show().starts_with("aurora-mysql") {
        return;
    }
    for (name, span, _) in group.get("Parameters").entries() {
        if OF_CLUSTER.contains(&name) {
            group.cx().error(span, format!("{name} belongs in a cluster parameter group"));
        }
    }
}
