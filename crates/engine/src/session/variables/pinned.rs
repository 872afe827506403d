//! The variables that are pinned, with what another value would do.

use super::{How, Pin, When};

/// The largest number that a limit can be set to.
const NO_LIMIT: &str = "18446744073709551615";

/// In the order in which they are set.
pub const PINNED: &[Pin] = &[
    // What a query returns.
    Pin::set("sql_select_limit", NO_LIMIT, "rows beyond the limit would be missing from every answer"),
    Pin::set("max_join_size", NO_LIMIT, "large reads would be refused"),
    Pin::set("sql_big_selects", "ON", "large reads would be refused"),
    Pin::set("sql_mode", SQL_MODE, "statements would be read in another way, and rows changed to fit"),
    Pin::set("time_zone", "+00:00", "TIMESTAMP values of both sides would not mean the same moment"),
    Pin::set("sql_auto_is_null", "OFF", "IS NULL would find the row inserted last"),
    Pin::set(
        "sql_buffer_result",
        "OFF",
        "definitions of views would be shown with an option that nobody wrote",
    ),
    Pin::set("character_set_client", "utf8mb4", "statements would arrive as other characters"),
    Pin::set("character_set_connection", "utf8mb4", "literals would be other characters"),
    Pin::set("character_set_results", "utf8mb4", "answers would hold other characters"),
    Pin::mysql(
        "collation_connection",
        "utf8mb4_0900_ai_ci",
        "conditions would compare literals in another way",
    )
    .since((8, 0, 0)),
    Pin::mysql(
        "collation_connection",
        "utf8mb4_general_ci",
        "conditions would compare literals in another way",
    )
    .before((8, 0, 0)),
    Pin::mariadb(
        "collation_connection",
        "utf8mb4_general_ci",
        "conditions would compare literals in another way",
    ),
    Pin::mysql(
        "default_collation_for_utf8mb4",
        "utf8mb4_0900_ai_ci",
        "utf8mb4 without a collation would mean another one",
    ),
    Pin::mariadb(
        "character_set_collations",
        "",
        "a character set without a collation would mean another one",
    ),
    Pin::set("group_concat_max_len", "16777216", "long lists would be cut short"),
    Pin::set("max_sort_length", "1024", "long values would be sorted by fewer bytes"),
    Pin::set(
        "div_precision_increment",
        "4",
        "divisions in conditions and generated columns would have other digits",
    ),
    Pin::set("default_week_format", "0", "WEEK() would give another number"),
    Pin::set("lc_time_names", "en_US", "names of days and months would be in another language"),
    Pin::set(
        "lc_messages",
        "en_US",
        "messages would be in another language, and row values in them could not be left out",
    ),
    Pin::set("block_encryption_mode", "aes-128-ecb", "AES_ENCRYPT() would give another value"),
    Pin::set("timestamp", "0", "the clock would stand still").how(How::Always),
    Pin::mysql("cte_max_recursion_depth", "1000", "recursive views could be cut off"),
    Pin::mariadb("max_recursive_iterations", "1000", "recursive views would be cut off silently")
        .or("4294967295"),
    Pin::mariadb("standard_compliant_cte", "ON", "recursive views would give other rows"),
    Pin::mariadb("default_regex_flags", "", "REGEXP would match other values"),
    Pin::mysql("max_points_in_geometry", "65536", "ST_Buffer() would give another value"),
    Pin::mysql("windowing_use_high_precision", "ON", "sums over windows could lose digits"),
    Pin::mariadb("system_versioning_asof", "DEFAULT", "reads would see rows of the past").how(How::ToDefault),
    Pin::mysql("use_secondary_engine", "OFF", "rows could come from a copy of the table that lags behind"),
    Pin::mysql("resultset_metadata", "FULL", "answers would come without their types"),
    Pin::mysql("explain_format", "TRADITIONAL", "EXPLAIN would answer in another form"),
    Pin::set("query_cache_type", "OFF", "answers would come from a cache"),
    Pin::mariadb("wsrep_dirty_reads", "OFF", "a node that lost its cluster would answer with old rows"),
    // How definitions are shown.
    Pin::set("sql_quote_show_create", "ON", "names in definitions would lose their quotation marks"),
    Pin::mysql("show_create_table_verbosity", "OFF", "definitions would say more than was written"),
    Pin::mysql(
        "show_create_table_skip_secondary_engine",
        "OFF",
        "definitions would say less than was written",
    ),
    Pin::mysql(
        "show_gipk_in_create_table_and_information_schema",
        "ON",
        "generated primary keys would not be seen",
    ),
    Pin::mysql("show_old_temporals", "OFF", "columns of an old format would be shown with a comment"),
    Pin::mysql("information_schema_stats_expiry", "0", "times of the last writes would be a day old"),
    Pin::mysql("print_identified_with_as_hex", "OFF", "accounts would be shown in another form"),
    Pin::mariadb("old_mode", "UTF8_IS_UTF8MB3", "utf8 would mean another character set").since((10, 6, 0)),
    Pin::mariadb("old_mode", "", "some statements would work as they did long ago").before((10, 6, 0)),
    // How long a session and its statements live.
    Pin::set("wait_timeout", "28800", "a session would be closed while others of the run work"),
    Pin::set("net_read_timeout", "3600", "a slow network would end the session"),
    Pin::set("net_write_timeout", "3600", "a pause of the reader would end the session"),
    Pin::set("lock_wait_timeout", "60", "a wait for a definition would end at once, or never"),
    Pin::set("innodb_lock_wait_timeout", "50", "a wait for a row would end at once, or never"),
    Pin::mysql("max_execution_time", "0", "long reads would be ended"),
    Pin::mariadb("max_statement_time", "0.000000", "long statements would be ended"),
    Pin::mariadb("idle_transaction_timeout", "0", "a snapshot would be closed while the other side is read"),
    Pin::mariadb(
        "idle_readonly_transaction_timeout",
        "0",
        "a snapshot would be closed while the other side is read",
    ),
    Pin::mariadb(
        "idle_write_transaction_timeout",
        "0",
        "a transaction would be undone between two statements",
    ),
    Pin::mariadb("max_session_mem_used", "9223372036854775807", "large statements would be refused"),
    // Transactions.
    Pin::set("autocommit", "ON", "journal entries would wait for a commit that never comes"),
    Pin::set("completion_type", "NO_CHAIN", "a COMMIT would begin another transaction or end the session"),
    Pin::set("transaction_isolation", "REPEATABLE-READ", "a snapshot would not be one"),
    Pin::set("tx_isolation", "REPEATABLE-READ", "a snapshot would not be one"),
    Pin::set("transaction_read_only", "OFF", "every change would be refused"),
    Pin::set("tx_read_only", "OFF", "every change would be refused"),
    // What a change does.
    Pin::set("foreign_key_checks", "ON", "rows of other tables could lose what they refer to"),
    Pin::set("unique_checks", "ON", "equal keys could be let in"),
    Pin::mariadb("check_constraint_checks", "ON", "rows could break a CHECK"),
    Pin::set("sql_safe_updates", "OFF", "some updates and deletes would be refused"),
    Pin::set("innodb_table_locks", "ON", "LOCK TABLES would lock less"),
    Pin::set("insert_id", "0", "the next row would get this number").how(How::Expected),
    Pin::mysql("gtid_next", "AUTOMATIC", "the next transaction would get this identity, and others none"),
    Pin::mariadb("gtid_seq_no", "0", "the next transaction would get this number")
        .how(How::Expected)
        .when(When::Changing),
    Pin::set("sql_log_bin", "ON", "replicas would not get the changes").when(When::Changing),
    Pin::mariadb("skip_replication", "OFF", "replicas could pass over the changes").when(When::Changing),
    Pin::set("pseudo_slave_mode", "OFF", "statements would be taken for those of a replica")
        .when(When::Changing),
    Pin::mysql("pseudo_replica_mode", "OFF", "statements would be taken for those of a replica")
        .when(When::Changing),
    Pin::mysql("require_row_format", "OFF", "statements would be refused or read in another way")
        .how(How::Expected),
    Pin::mysql(
        "immediate_server_version",
        "999999",
        "statements would be read as an older server reads them",
    )
    .how(How::Expected)
    .when(When::Changing),
    Pin::mysql("enable_cascade_triggers", "OFF", "cascades would fire triggers that no plan shows"),
    Pin::mariadb("sql_if_exists", "OFF", "dropping what is not there would be no error"),
    // What a definition becomes.
    Pin::set("default_storage_engine", "InnoDB", "a definition without an engine would get another one"),
    Pin::set("storage_engine", "InnoDB", "a definition without an engine would get another one"),
    Pin::mysql("old_alter_table", "OFF", "every ALTER would copy its table"),
    Pin::mariadb("old_alter_table", "DEFAULT", "every ALTER would copy its table").or("OFF"),
    Pin::mariadb("alter_algorithm", "DEFAULT", "an ALTER could copy its table, or be refused"),
    Pin::mariadb(
        "system_versioning_alter_history",
        "KEEP",
        "a table that keeps the history of its rows could not be altered",
    ),
    Pin::mariadb("system_versioning_insert_history", "OFF", "rows could be written into the past"),
    Pin::mariadb("innodb_compression_default", "OFF", "new tables would be compressed"),
    Pin::mysql(
        "restrict_fk_on_non_standard_key",
        "OFF",
        "a foreign key that the source permits would be refused",
    ),
    Pin::mysql(
        "sql_generate_invisible_primary_key",
        "OFF",
        "new tables would get a column that nobody wrote",
    )
    .when(When::Changing),
    Pin::set(
        "explicit_defaults_for_timestamp",
        "ON",
        "TIMESTAMP columns would get defaults that nobody wrote",
    )
    .when(When::Never),
    Pin::set("innodb_strict_mode", "OFF", "definitions that an older server took would be refused")
        .when(When::Never),
    Pin::set("old_passwords", "0", "a new password would be kept in an old form").or("OFF"),
    Pin::mariadb("new_mode", "", "some statements would work in another way").when(When::Never),
];

/// Not strict on purpose: a row that the source holds must arrive as it is (zero dates, the empty ENUM value), and
/// verification inside the transaction, not the mode, guards exactness. Statements on definitions have a mode of their own.
pub(in crate::session) const SQL_MODE: &str =
    "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION";
