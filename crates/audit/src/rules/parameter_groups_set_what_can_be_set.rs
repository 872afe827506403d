//! Parameter groups: names that can be set.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "parameter-groups-set-what-can-be-set",
    former: Some("F-1"),
    title: "Parameter groups set only what Aurora MySQL lets be set",
    covers: &["H-P4"],
    levels: [ERROR, ERROR, ERROR],
    why: "An unmodifiable or unknown name passes every linter and fails when the stack is made.",
    source: "Amazon Aurora user guide, Aurora MySQL configuration parameters",
    fix: "Remove the parameter; the storage engine of Aurora decides it.",
    check: Check::Resources(GROUPS, check),
    good: r"
Resources:
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {binlog_format: ROW}}
",
    bad: r"
Resources:
  G:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {sync_binlog: 1}}
",
};

/// The two types of parameter group.
pub(super) const GROUPS: &[&str] = &["AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup"];

const NEVER: [&str; 24] = [
    "sync_binlog",
    "binlog_row_image",
    "partial_revokes",
    "default_authentication_plugin",
    "default_storage_engine",
    "log-bin",
    "log_bin",
    "log_replica_updates",
    "log_slave_updates",
    "innodb_page_size",
    "innodb_read_only",
    "innodb_buffer_pool_instances",
    "innodb_io_capacity",
    "innodb_io_capacity_max",
    "innodb_log_file_size",
    "innodb_log_files_in_group",
    "innodb_doublewrite",
    "innodb_flush_method",
    "bind_address",
    "big_tables",
    "innodb_data_file_path",
    "innodb_data_home_dir",
    "innodb_log_group_home_dir",
    "innodb_undo_directory",
];

/// Names that are often set, to recognise a misspelt one.
const KNOWN: [&str; 38] = [
    "binlog_format",
    "binlog_checksum",
    "character_set_server",
    "character_set_database",
    "character_set_client",
    "character_set_connection",
    "character_set_results",
    "collation_server",
    "collation_connection",
    "time_zone",
    "require_secure_transport",
    "tls_version",
    "server_audit_logging",
    "server_audit_events",
    "server_audit_logs_upload",
    "event_scheduler",
    "innodb_flush_log_at_trx_commit",
    "innodb_print_all_deadlocks",
    "innodb_autoinc_lock_mode",
    "innodb_strict_mode",
    "max_execution_time",
    "lower_case_table_names",
    "max_connections",
    "max_allowed_packet",
    "performance_schema",
    "slow_query_log",
    "long_query_time",
    "general_log",
    "innodb_lock_wait_timeout",
    "transaction_isolation",
    "explicit_defaults_for_timestamp",
    "local_infile",
    "log_bin_trust_function_creators",
    "wait_timeout",
    "show_create_table_verbosity",
    "interactive_timeout",
    "innodb_buffer_pool_size",
    "table_open_cache",
];

fn check(group: Res<'_>) {
    let cx = group.cx();
    if !group.get("Family").show().contains("mysql") {
        return;
    }
    for (name, span, _) in group.get("Parameters").entries() {
        if NEVER.contains(&name) {
            cx.error(span, format!("{name} cannot be set in Aurora MySQL"));
        } else if let Some(meant) = KNOWN.iter().find(|known| **known != name && is_misspelt(name, known)) {
            cx.warning(span, format!("{name} is no known parameter; {meant} is one"));
        }
    }
}

/// Whether two names differ by one inserted, left-out or changed letter.
fn is_misspelt(name: &str, known: &str) -> bool {
    let (a, b) = (name.as_bytes(), known.as_bytes());
    if a.len().abs_diff(b.len()) > 1 || name.len() < 6 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    start + end + 1 >= a.len().max(b.len())
}
