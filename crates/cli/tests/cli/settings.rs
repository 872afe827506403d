//! Settings of a server that would change what a run reads or does: global values and `init_connect`, on either side.

use lockstep_sandbox::testing::{Endpoint, Kind};
use mysql::prelude::Queryable;

use crate::common::{FLAVORS, Ran, rows, run};
use crate::private_pair::{DATABASE, PrivatePair};

/// What the source has: rows, keys, a view, a routine, a trigger, an event.
const SOURCE: &str = "
    SET NAMES utf8mb4;
    CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(50) NOT NULL, ratio DECIMAL(10,4),
        since TIMESTAMP NULL, week INT) CHARSET utf8mb4;
    CREATE TABLE rate (id INT PRIMARY KEY AUTO_INCREMENT, code CHAR(3), at DATE, FOREIGN KEY (code) REFERENCES currency (code)) CHARSET utf8mb4;
    CREATE TABLE customer (id BIGINT PRIMARY KEY, email VARCHAR(200), joined DATETIME NULL, country CHAR(2) DEFAULT 'DE',
        KEY (country), CHECK (id > 0));
    CREATE TABLE extra (a INT, b TIMESTAMP NULL, c TEXT);
    CREATE VIEW v AS SELECT code, name FROM currency WHERE name IS NOT NULL;
    CREATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC RETURN x + 1;
    CREATE TRIGGER joined BEFORE INSERT ON customer FOR EACH ROW SET NEW.joined = NOW();
    CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM extra;
    INSERT INTO currency VALUES ('EUR', 'Euro', 1.5, '2020-06-01 12:00:00', 1), ('JPY', 'Yen', 2.25, NULL, 2),
        ('CHF', 'Franken', 3, NULL, 3), ('ÄÖÜ', '円', 4, NULL, 4);
    INSERT INTO rate (code, at) VALUES ('EUR', '2020-01-01'), ('JPY', '2020-01-02'), ('CHF', '2020-01-03');";

const TARGET: &str = "
    SET NAMES utf8mb4;
    CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(50) NOT NULL, ratio DECIMAL(10,4),
        since TIMESTAMP NULL, week INT) CHARSET utf8mb4;
    CREATE TABLE rate (id INT PRIMARY KEY AUTO_INCREMENT, code CHAR(3), at DATE, FOREIGN KEY (code) REFERENCES currency (code)) CHARSET utf8mb4;
    CREATE TABLE customer (id BIGINT PRIMARY KEY, email VARCHAR(100), joined DATETIME NULL);
    CREATE VIEW v AS SELECT code FROM currency;
    INSERT INTO customer VALUES (1, 'a@example.com', NULL);
    INSERT INTO currency VALUES ('EUR', 'euro', 1.5, '2020-06-01 12:00:00', 1), ('DEM', 'Mark', 1, NULL, 9);
    INSERT INTO rate VALUES (1, 'EUR', '2020-01-01'), (9, 'DEM', '2020-01-01');";

/// Variables with a value that would do harm, each for a server that knows it.
const HOSTILE: &[(&str, &str)] = &[
    ("sql_select_limit", "0"),
    ("max_join_size", "1"),
    ("sql_big_selects", "0"),
    ("sql_mode", "'ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,TRADITIONAL'"),
    ("time_zone", "'-04:00'"),
    ("sql_auto_is_null", "1"),
    ("sql_buffer_result", "1"),
    ("character_set_client", "latin1"),
    ("character_set_connection", "latin1"),
    ("character_set_results", "latin1"),
    ("collation_connection", "latin1_german1_ci"),
    ("default_collation_for_utf8mb4", "utf8mb4_general_ci"),
    ("group_concat_max_len", "4"),
    ("max_sort_length", "64"),
    ("div_precision_increment", "0"),
    ("default_week_format", "7"),
    ("lc_time_names", "'de_DE'"),
    ("lc_messages", "'de_DE'"),
    ("block_encryption_mode", "'aes-256-cbc'"),
    ("timestamp", "1"),
    ("cte_max_recursion_depth", "0"),
    ("max_recursive_iterations", "0"),
    ("standard_compliant_cte", "0"),
    ("default_regex_flags", "'EXTENDED'"),
    ("windowing_use_high_precision", "0"),
    ("system_versioning_asof", "'2001-01-01'"),
    ("use_secondary_engine", "FORCED"),
    ("explain_format", "'TREE'"),
    ("sql_quote_show_create", "0"),
    ("show_create_table_verbosity", "1"),
    ("show_gipk_in_create_table_and_information_schema", "0"),
    ("show_old_temporals", "1"),
    ("information_schema_stats_expiry", "86400"),
    ("old_mode", "''"),
    ("wait_timeout", "1"),
    ("net_read_timeout", "1"),
    ("net_write_timeout", "1"),
    ("lock_wait_timeout", "1"),
    ("innodb_lock_wait_timeout", "1"),
    ("max_execution_time", "1"),
    ("max_statement_time", "0.001"),
    ("idle_transaction_timeout", "1"),
    ("idle_readonly_transaction_timeout", "1"),
    ("idle_write_transaction_timeout", "1"),
    ("max_session_mem_used", "3000000"),
    ("parser_max_mem_size", "10000000"),
    ("autocommit", "0"),
    ("completion_type", "2"),
    ("transaction_isolation", "'READ-UNCOMMITTED'"),
    ("tx_isolation", "'READ-UNCOMMITTED'"),
    ("transaction_read_only", "1"),
    ("tx_read_only", "1"),
    ("foreign_key_checks", "0"),
    ("unique_checks", "0"),
    ("check_constraint_checks", "0"),
    ("sql_safe_updates", "1"),
    ("enable_cascade_triggers", "1"),
    ("sql_if_exists", "1"),
    ("default_storage_engine", "MyISAM"),
    ("old_alter_table", "1"),
    ("alter_algorithm", "'INSTANT'"),
    ("system_versioning_alter_history", "'KEEP'"),
    ("innodb_compression_default", "1"),
    ("restrict_fk_on_non_standard_key", "1"),
    ("explicit_defaults_for_timestamp", "0"),
    ("session_track_system_variables", "'*'"),
    ("session_track_state_change", "1"),
    ("session_track_transaction_info", "'CHARACTERISTICS'"),
    ("auto_increment_increment", "7"),
    ("auto_increment_offset", "3"),
    ("updatable_views_with_limit", "0"),
    ("sql_notes", "0"),
    ("profiling", "1"),
    ("optimizer_switch", "'materialization=off,derived_merge=off,semijoin=off'"),
    ("low_priority_updates", "1"),
    ("max_error_count", "0"),
];

/// The account of these tests: everything a run needs, and neither SUPER nor what exempts from `init_connect`.
const ACCOUNT: [&str; 2] = [
    "CREATE USER low@'%'",
    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, EVENT, TRIGGER, CREATE VIEW, SHOW VIEW, \
     CREATE ROUTINE, ALTER ROUTINE, EXECUTE, PROCESS, LOCK TABLES, REPLICATION CLIENT, RELOAD ON *.* TO low@'%'",
];

/// A pair with the account on both sides.
fn pair(kind: Kind) -> PrivatePair {
    let pair = PrivatePair::start(kind, &["currency", "rate"], SOURCE, TARGET);
    for server in [pair.from(), pair.to()] {
        ACCOUNT.iter().for_each(|sql| server.execute(sql));
        let more = match kind {
            Kind::MariaDb1011 => "GRANT SET USER ON *.* TO low@'%'",
            _ => {
                "GRANT SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, SHOW_ROUTINE, SYSTEM_USER ON *.* TO low@'%'"
            }
        };
        server.execute(more);
        server.execute("SET GLOBAL log_bin_trust_function_creators = 1");
    }
    pair
}

/// Runs a command on the pair as the account.
fn as_low(pair: &PrivatePair, command: &str, more: &[&str]) -> Ran {
    let (from, to) = (pair.from().url_for("low"), pair.to().url_for("low"));
    let mut arguments = vec![command, &from, &to, "--database", DATABASE];
    arguments.extend(["--reference", "shop.currency", "--reference", "shop.rate"]);
    arguments.extend(more);
    run(&arguments)
}

/// The fingerprint of the plan that is made, and what the plan says.
#[track_caller]
fn plan(pair: &PrivatePair, why: &str) -> String {
    let ran = as_low(pair, "plan", &["--format", "json", "--allow", "destructive"]);
    assert_eq!(ran.code, 2, "{why}\n{}\n{}", ran.out, ran.err);
    let plan: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    plan["fingerprint"].as_str().expect("a fingerprint").to_owned()
}

/// A connection as `root` that the hostile settings leave alone.
fn admin(server: &Endpoint) -> mysql::Conn {
    // Without a packet size the driver asks for one, and a limit of no rows hides the answer.
    let options = mysql::OptsBuilder::new().user(Some("root")).ip_or_hostname(Some("127.0.0.1"));
    let options = options.tcp_port(server.port).prefer_socket(false).max_allowed_packet(Some(1 << 24));
    let mut conn = mysql::Conn::new(options).expect("root is let in");
    conn.query_drop(
        "SET NAMES utf8mb4, sql_select_limit = 18446744073709551615, max_join_size = 18446744073709551615, \
         sql_big_selects = 1, autocommit = 1, completion_type = 0, sql_quote_show_create = 1, sql_buffer_result = 0, time_zone = '+00:00', \
         sql_mode = '' /*!50708 , max_execution_time = 0, show_create_table_verbosity = 0 */ /*M!100101 , max_statement_time = 0 */",
    )
    .expect("settings");
    conn
}

/// Sets a variable globally, where the server knows it and it has a global value. Returns whether it does, and what sets it
/// back.
fn set_global(server: &Endpoint, name: &str, value: &str) -> Option<String> {
    let mut conn = admin(server);
    let before: Option<(String, String)> =
        conn.query_first(format!("SHOW GLOBAL VARIABLES LIKE '{name}'")).unwrap();
    let (_, before) = before?;
    conn.query_drop(format!("SET GLOBAL {name} = {value}")).ok()?;
    let is_number = before.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !before.is_empty();
    let before = if is_number { before } else { format!("'{before}'") };
    let before = if name == "system_versioning_asof" { "DEFAULT".to_owned() } else { before };
    Some(format!("SET GLOBAL {name} = {before}"))
}

/// Has `init_connect` set a variable, where a session of the account may. Returns whether it does.
fn set_by_init_connect(server: &Endpoint, name: &str, value: &str) -> bool {
    let set = format!("SET SESSION {name} = {value}");
    let options = mysql::OptsBuilder::new().user(Some("low")).ip_or_hostname(Some("127.0.0.1"));
    let mut low = mysql::Conn::new(options.tcp_port(server.port).prefer_socket(false)).unwrap();
    if low.query_drop(&set).is_err() {
        return false;
    }
    server.execute(&format!("SET GLOBAL init_connect = \"{set}\""));
    true
}

/// Each hostile setting of one side by itself, globally and by `init_connect`.
fn expect_same_plans(kind: Kind, side: fn(&PrivatePair) -> Endpoint) {
    let pair = pair(kind);
    let wanted = plan(&pair, "as the servers are");
    let server = side(&pair);
    let (mut by_global, mut by_init_connect) = (0, 0);
    for (name, value) in HOSTILE {
        if let Some(back) = set_global(&server, name, value) {
            by_global += 1;
            assert_eq!(plan(&pair, name), wanted, "{kind}: SET GLOBAL {name} = {value}");
            admin(&server).query_drop(&back).unwrap_or_else(|e| panic!("{back}: {e}"));
        }
        if set_by_init_connect(&server, name, value) {
            by_init_connect += 1;
            assert_eq!(plan(&pair, name), wanted, "{kind}: init_connect sets {name} = {value}");
            server.execute("SET GLOBAL init_connect = ''");
        }
    }
    assert!(by_global > 40 && by_init_connect > 40, "{kind}: {by_global}, {by_init_connect}");
}

/// What the target holds at the end.
fn content(pair: &PrivatePair) -> Vec<Vec<Vec<String>>> {
    let queries = [
        "SELECT * FROM shop.currency ORDER BY code",
        "SELECT * FROM shop.rate ORDER BY id",
        "SELECT * FROM shop.customer",
        "SHOW CREATE TABLE shop.customer",
        "SHOW CREATE TABLE shop.extra",
        "SHOW CREATE VIEW shop.v",
        "SELECT table_name, engine, table_collation FROM information_schema.tables WHERE table_schema = 'lockstep'",
    ];
    let mut conn = admin(&pair.to());
    let text = |value: mysql::Value| value.as_sql(true);
    let texts = |row: mysql::Row| row.unwrap().into_iter().map(text).collect();
    let mut ask =
        |sql: &&str| conn.query::<mysql::Row, _>(sql).expect("rows").into_iter().map(texts).collect();
    queries.iter().map(&mut ask).collect()
}

/// Everything hostile at once, on both sides, globally or by `init_connect`.
fn expect_same_end(kind: Kind, by_init_connect: bool) {
    let usual = pair(kind);
    as_low(&usual, "sync", &["--yes", "--allow", "destructive"]).expect(0);
    let hostile = pair(kind);
    for server in [hostile.from(), hostile.to()] {
        let mut sets = Vec::new();
        for (name, value) in HOSTILE {
            if !by_init_connect {
                set_global(&server, name, value);
            } else if set_by_init_connect(&server, name, value) {
                sets.push(format!("SESSION {name} = {value}"));
                server.execute("SET GLOBAL init_connect = ''");
            }
        }
        if by_init_connect {
            server.execute(&format!("SET GLOBAL init_connect = \"SET {}\"", sets.join(", ")));
        }
    }
    as_low(&hostile, "sync", &["--yes", "--allow", "destructive"]).expect(0);
    as_low(&hostile, "verify", &[]).expect(0);
    assert_eq!(content(&hostile), content(&usual), "{kind}, init_connect: {by_init_connect}");
}

#[test]
fn global_settings_change_nothing_on_mysql() {
    expect_same_end(Kind::MySql97, false);
}

#[test]
fn global_settings_change_nothing_on_mariadb() {
    expect_same_end(Kind::MariaDb1011, false);
}

#[test]
fn init_connect_changes_nothing_on_mysql() {
    expect_same_end(Kind::MySql97, true);
}

#[test]
fn init_connect_changes_nothing_on_mariadb() {
    expect_same_end(Kind::MariaDb1011, true);
}

#[test]
fn a_variable_that_cannot_be_pinned_refuses_the_plan_by_name() {
    let pair = pair(Kind::MySql97);
    pair.to().execute("SET GLOBAL sql_generate_invisible_primary_key = 1");
    let ran = as_low(&pair, "sync", &["--yes", "--allow", "destructive"]).expect(3);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains("sql_generate_invisible_primary_key is 'ON'"), "{said}");
    pair.to().execute("GRANT SESSION_VARIABLES_ADMIN ON *.* TO low@'%'");
    as_low(&pair, "sync", &["--yes", "--allow", "destructive"]).expect(0);
}

#[test]
fn a_failing_init_connect_is_named() {
    for kind in FLAVORS {
        let pair = pair(kind);
        pair.to().execute("SET GLOBAL init_connect = 'this is no statement'");
        let ran = as_low(&pair, "plan", &[]).expect(1);
        assert!(ran.err.contains("init_connect"), "{kind}: {}", ran.err);
        assert!(ran.err.contains("right after the login"), "{kind}: {}", ran.err);
    }
}

/// The source's limit must not make the target's rows look superfluous.
#[test]
fn a_select_limit_on_the_source_deletes_nothing() {
    for kind in FLAVORS {
        let pair = PrivatePair::start(kind, &["currency"], SOURCE, SOURCE);
        pair.from().execute("SET GLOBAL sql_select_limit = 1");
        let ran = pair.sync(&[]).expect(0);
        assert!(ran.err.contains("in step"), "{kind}: {}", ran.err);
        assert_eq!(rows(&pair.to(), "SELECT COUNT(*) FROM shop.currency"), [["4"]], "{kind}");
    }
}

/// Rows to which others refer are protected by the server, whatever its default says.
#[test]
fn checks_that_are_off_by_default_on_the_target_are_on_in_a_run() {
    for kind in FLAVORS {
        let parent = "CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(20));
            CREATE TABLE ord (id INT PRIMARY KEY, cur CHAR(3), FOREIGN KEY (cur) REFERENCES currency (code));
            INSERT INTO currency VALUES ('EUR', 'e');";
        let target =
            format!("{parent} INSERT INTO currency VALUES ('USD', 'd'); INSERT INTO ord VALUES (1, 'USD');");
        let pair = PrivatePair::start(kind, &["currency"], parent, &target);
        pair.to().execute("SET GLOBAL foreign_key_checks = 0");
        let ran = pair.sync(&[]);
        assert!(matches!(ran.code, 1 | 3), "{kind}: {} {}", ran.code, ran.err);
        assert_eq!(rows(&pair.to(), "SELECT COUNT(*) FROM shop.currency"), [["2"]], "{kind}");
    }
}

/// One by one: tests that take long by their nature.
mod long {
    use super::*;

    #[test]
    fn each_setting_of_the_source_leaves_the_plan_as_it_is_on_mysql() {
        expect_same_plans(Kind::MySql97, PrivatePair::from);
    }

    #[test]
    fn each_setting_of_the_target_leaves_the_plan_as_it_is_on_mysql() {
        expect_same_plans(Kind::MySql97, PrivatePair::to);
    }

    #[test]
    fn each_setting_of_the_source_leaves_the_plan_as_it_is_on_mariadb() {
        expect_same_plans(Kind::MariaDb1011, PrivatePair::from);
    }

    #[test]
    fn each_setting_of_the_target_leaves_the_plan_as_it_is_on_mariadb() {
        expect_same_plans(Kind::MariaDb1011, PrivatePair::to);
    }
}
