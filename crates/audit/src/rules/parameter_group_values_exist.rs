//! Values of parameter groups that the server does not know.

use super::parameter_groups_set_what_can_be_set::GROUPS;
use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "parameter-group-values-exist",
    former: None,
    title: "Parameter groups give parameters values that the server knows",
    covers: &["H-P4"],
    levels: [ERROR, ERROR, ERROR],
    why: "RDS refuses the group, or the server starts with another value than the one that is meant.",
    source: "MySQL 8.0 reference manual, server system variables; Amazon Aurora user guide, Aurora MySQL parameters",
    fix: "Write a value that the reference manual lists for the variable.",
    check: Check::Resources(GROUPS, check),
    good: r"
Resources:
  G: {Type: AWS::RDS::DBClusterParameterGroup, Properties: {Family: aurora-mysql8.0, Parameters: {binlog_format: ROW}}}
",
    bad: r"
Resources:
  G: {Type: AWS::RDS::DBClusterParameterGroup, Properties: {Family: aurora-mysql8.0, Parameters: {binlog_format: RAW}}}
",
};

/// What a variable takes.
enum Takes {
    /// One of these words.
    One(&'static [&'static str]),
    /// Any of these words, separated by commas.
    Some(&'static [&'static str]),
    /// A number between two.
    Number(f64, f64),
}

const SWITCH: Takes = Takes::One(&["0", "1", "ON", "OFF", "TRUE", "FALSE"]);
const ISOLATION: Takes =
    Takes::One(&["READ-UNCOMMITTED", "READ-COMMITTED", "REPEATABLE-READ", "SERIALIZABLE"]);
const CHARSETS: Takes = Takes::One(&[
    "utf8mb4", "utf8mb3", "utf8", "latin1", "latin2", "latin5", "latin7", "ascii", "binary", "ucs2", "utf16",
    "utf16le", "utf32", "big5", "cp850", "cp852", "cp866", "cp932", "cp1250", "cp1251", "cp1256", "cp1257",
    "euckr", "eucjpms", "gb2312", "gb18030", "gbk", "greek", "hebrew", "koi8r", "koi8u", "sjis", "tis620",
    "ujis", "macce", "macroman", "keybcs2", "hp8", "dec8", "geostd8", "armscii8", "swe7", "cp1257",
]);
const MODES: Takes = Takes::Some(&[
    "ALLOW_INVALID_DATES",
    "ANSI_QUOTES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "HIGH_NOT_PRECEDENCE",
    "IGNORE_SPACE",
    "NO_AUTO_CREATE_USER",
    "NO_AUTO_VALUE_ON_ZERO",
    "NO_BACKSLASH_ESCAPES",
    "NO_DIR_IN_CREATE",
    "NO_ENGINE_SUBSTITUTION",
    "NO_UNSIGNED_SUBTRACTION",
    "NO_ZERO_DATE",
    "NO_ZERO_IN_DATE",
    "ONLY_FULL_GROUP_BY",
    "PAD_CHAR_TO_FULL_LENGTH",
    "PIPES_AS_CONCAT",
    "REAL_AS_FLOAT",
    "STRICT_ALL_TABLES",
    "STRICT_TRANS_TABLES",
    "TIME_TRUNCATE_FRACTIONAL",
    "ANSI",
    "TRADITIONAL",
    "ORACLE",
    "NO_FIELD_OPTIONS",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "MSSQL",
    "DB2",
    "POSTGRESQL",
    "MYSQL323",
    "MYSQL40",
    "MAXDB",
]);

const VARIABLES: &[(&str, Takes)] = &[
    ("binlog_format", Takes::One(&["ROW", "STATEMENT", "MIXED", "OFF"])),
    ("binlog_row_image", Takes::One(&["FULL", "MINIMAL", "NOBLOB"])),
    ("binlog_row_metadata", Takes::One(&["FULL", "MINIMAL"])),
    ("binlog_checksum", Takes::One(&["NONE", "CRC32"])),
    ("transaction_isolation", ISOLATION),
    ("tx_isolation", ISOLATION),
    ("character_set_server", CHARSETS),
    ("character_set_client", CHARSETS),
    ("character_set_connection", CHARSETS),
    ("character_set_database", CHARSETS),
    ("character_set_results", CHARSETS),
    ("character_set_filesystem", CHARSETS),
    ("innodb_flush_log_at_trx_commit", Takes::One(&["0", "1", "2"])),
    ("gtid_mode", Takes::One(&["ON", "OFF", "ON_PERMISSIVE", "OFF_PERMISSIVE"])),
    ("enforce_gtid_consistency", Takes::One(&["ON", "OFF", "WARN", "0", "1"])),
    ("event_scheduler", Takes::One(&["ON", "OFF", "DISABLED", "0", "1"])),
    ("lower_case_table_names", Takes::One(&["0", "1", "2"])),
    ("log_output", Takes::Some(&["FILE", "TABLE", "NONE"])),
    ("sql_mode", MODES),
    ("tls_version", Takes::Some(&["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])),
    (
        "server_audit_events",
        Takes::Some(&[
            "CONNECT",
            "QUERY",
            "QUERY_DCL",
            "QUERY_DDL",
            "QUERY_DML",
            "QUERY_DML_NO_SELECT",
            "TABLE",
        ]),
    ),
    ("aurora_replica_read_consistency", Takes::One(&["EVENTUAL", "SESSION", "GLOBAL", ""])),
    ("require_secure_transport", SWITCH),
    ("slow_query_log", SWITCH),
    ("general_log", SWITCH),
    ("server_audit_logging", SWITCH),
    ("server_audit_logs_upload", SWITCH),
    ("log_queries_not_using_indexes", SWITCH),
    ("log_bin_trust_function_creators", SWITCH),
    ("innodb_print_all_deadlocks", SWITCH),
    ("innodb_file_per_table", SWITCH),
    ("local_infile", SWITCH),
    ("performance_schema", SWITCH),
    ("explicit_defaults_for_timestamp", SWITCH),
    ("aurora_read_replica_read_committed", SWITCH),
    ("long_query_time", Takes::Number(0.0, 31_536_000.0)),
    ("wait_timeout", Takes::Number(1.0, 31_536_000.0)),
    ("interactive_timeout", Takes::Number(1.0, 31_536_000.0)),
    ("lock_wait_timeout", Takes::Number(1.0, 31_536_000.0)),
    ("connect_timeout", Takes::Number(2.0, 31_536_000.0)),
    ("net_read_timeout", Takes::Number(1.0, 31_536_000.0)),
    ("net_write_timeout", Takes::Number(1.0, 31_536_000.0)),
    ("innodb_lock_wait_timeout", Takes::Number(1.0, 1_073_741_824.0)),
    ("max_allowed_packet", Takes::Number(1024.0, 1_073_741_824.0)),
    ("max_connections", Takes::Number(1.0, 100_000.0)),
    ("max_execution_time", Takes::Number(0.0, 4_294_967_295.0)),
    ("group_concat_max_len", Takes::Number(4.0, 18_446_744_073_709_551_615.0)),
    ("innodb_rollback_on_timeout", SWITCH),
    ("table_open_cache", Takes::Number(1.0, 524_288.0)),
    ("tmp_table_size", Takes::Number(1024.0, 18_446_744_073_709_551_615.0)),
    ("max_heap_table_size", Takes::Number(16_384.0, 18_446_744_073_709_551_615.0)),
];

fn check(group: Res<'_>) {
    let cx = group.cx();
    let family = group.get("Family");
    if family.text().is_some_and(|family| !family.contains("mysql")) {
        return;
    }
    for (name, _, value) in group.get("Parameters").entries() {
        let key = name.replace('-', "_");
        let Some((_, takes)) = VARIABLES.iter().find(|(known, _)| *known == key) else { continue };
        let Some(text) = value.text().map(str::trim) else { continue };
        // A formula over the instance's memory is worked out by RDS.
        if text.contains('{') || text.contains('(') {
            continue;
        }
        if let Some(wanted) = refusal(takes, text) {
            cx.error(value.span, format!("{}: {name} is {text}; {wanted}", group.id()));
        }
    }
}

fn refusal(takes: &Takes, text: &str) -> Option<String> {
    let among = |words: &[&str], one: &str| words.iter().any(|word| word.eq_ignore_ascii_case(one));
    match takes {
        Takes::One(words) if !among(words, text) => Some(format!("it takes {}", first(words))),
        Takes::Some(words) => {
            let mut given = text.split(',').map(str::trim).filter(|one| !one.is_empty());
            let unknown = given.find(|one| !among(words, one))?;
            Some(format!("{unknown} is not one of {}", first(words)))
        }
        Takes::Number(least, most) => {
            let number = text.parse::<f64>().ok();
            let fits = number.is_some_and(|number| (*least..=*most).contains(&number));
            (!fits).then(|| format!("it takes a number from {least} to {most}"))
        }
        Takes::One(_) => None,
    }
}

fn first(words: &[&str]) -> String {
    let shown = &words[..words.len().min(7)];
    let more = if words.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
