//! Stops, kills, lost servers and locks: the target is always in a state from which the next run goes on.

use std::process::Child;

use crate::common::{FLAVORS, Ran, rows, run};
use crate::private_pair::{PrivatePair, finish, signal, until};
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{Endpoint, Kind};
use mysql::Conn;
use mysql::prelude::Queryable;

const SOURCE: &str = "
    CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(50) NOT NULL);
    CREATE TABLE customer (id BIGINT PRIMARY KEY, email VARCHAR(200), country CHAR(2));
    INSERT INTO currency VALUES ('EUR', 'Euro'), ('JPY', 'Yen'), ('CHF', 'Franken');";

const TARGET: &str = "
    CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(50) NOT NULL);
    CREATE TABLE customer (id BIGINT PRIMARY KEY, email VARCHAR(200));
    INSERT INTO customer VALUES (1, 'a@example.com');
    INSERT INTO currency VALUES ('EUR', 'euro'), ('DEM', 'Mark');";

fn drifted(kind: Kind) -> PrivatePair {
    PrivatePair::start(kind, &["currency"], SOURCE, TARGET)
}

/// A session that keeps the table's definition from being changed until it is dropped.
fn hold_definition(server: &Endpoint, table: &str) -> Conn {
    let mut conn = server.connect();
    conn.query_drop("START TRANSACTION").unwrap();
    let _: Option<u64> = conn.query_first(format!("SELECT COUNT(*) FROM shop.{table}")).unwrap();
    conn
}

/// A session that keeps a row locked until it is dropped.
fn hold_row(server: &Endpoint, code: &str) -> Conn {
    let mut conn = server.connect();
    conn.query_drop("START TRANSACTION").unwrap();
    conn.query_drop(format!("UPDATE shop.currency SET name = 'held' WHERE code = '{code}'")).unwrap();
    conn
}

/// A run that was stopped says so, changes nothing more, and the next one goes on.
#[track_caller]
fn expect_stopped(ran: Ran, pair: &PrivatePair) {
    let ran = ran.expect(1);
    assert!(ran.err.contains("stopped on request"), "{}", ran.err);
    assert!(ran.err.contains("run the same command again"), "{}", ran.err);
    pair.expect_nothing_left();
}

#[track_caller]
fn expect_next_run_finishes(pair: &PrivatePair) {
    pair.sync(&[]).expect(0);
    pair.expect_in_step();
    assert_eq!(pair.last_run(), "done");
    let customers = rows(&pair.to(), "SELECT id, email FROM shop.customer");
    assert_eq!(customers, [["1", "a@example.com"]], "rows that are no reference data stay as they are");
}

#[test]
fn a_signal_ends_the_wait_for_a_definition() {
    for (kind, name) in FLAVORS.into_iter().zip(["TERM", "INT"]) {
        let pair = drifted(kind);
        let held = hold_definition(&pair.to(), "customer");
        let child = pair.start_sync(&[]);
        PrivatePair::wait_for_metadata_lock(&pair.to());
        signal(child.id(), name);
        expect_stopped(finish(child), &pair);
        assert_eq!(pair.last_run(), "interrupted", "{kind}");
        drop(held);
        expect_next_run_finishes(&pair);
    }
}

#[test]
fn a_signal_ends_the_wait_for_a_row() {
    for kind in FLAVORS {
        let pair = drifted(kind);
        let before = rows(&pair.to(), "SELECT * FROM shop.currency ORDER BY code");
        let held = hold_row(&pair.to(), "EUR");
        let child = pair.start_sync(&[]);
        PrivatePair::wait_for_row_lock(&pair.to());
        signal(child.id(), "TERM");
        expect_stopped(finish(child), &pair);
        assert_eq!(pair.last_run(), "interrupted", "{kind}");
        drop(held);
        assert_eq!(rows(&pair.to(), "SELECT * FROM shop.currency ORDER BY code"), before, "{kind}");
        expect_next_run_finishes(&pair);
    }
}

/// A topology of the pair, with a condition that makes `servers` read each row slowly: more than an hour in all.
fn slow_topology(pair: &PrivatePair, servers: &[&Endpoint], folder: &tempfile::TempDir) -> String {
    let ports = servers.iter().map(|s| s.port.to_string()).collect::<Vec<_>>().join(", ");
    let topology = folder.path().join("lockstep.toml");
    let text = format!(
        "databases = [\"shop\"]\n[environments.a]\nurl = \"{}\"\n[environments.b]\nurl = \"{}\"\n\
         [[flows]]\nfrom = \"a\"\nto = \"b\"\n[[reference_tables]]\ntable = \"shop.currency\"\n\
         where = \"SLEEP(IF(@@port IN ({ports}), 1800, 0)) = 0\"\n",
        pair.source.url(),
        pair.target.url()
    );
    std::fs::write(&topology, text).unwrap();
    topology.display().to_string()
}

/// Starts a command with a slow topology.
fn start_slowly(command: &str, topology: &str) -> Child {
    let arguments = [command, "a", "b", "--allow", "broad-login", "--topology", topology];
    let mut command = crate::common::lockstep(&arguments);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command.spawn().unwrap()
}

/// Statements that a slow topology's condition holds up.
const SLEEPING: &str = "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User sleep'";

#[test]
fn a_rehearsal_that_lost_its_server_is_told_and_tidied_up() {
    for kind in FLAVORS {
        let mut pair = drifted(kind);
        pair.from().execute("ALTER TABLE shop.currency ADD COLUMN digits INT");
        let folder = tempfile::TempDir::new().unwrap();
        let topology = slow_topology(&pair, &[&pair.to()], &folder);
        // The rehearsal copies the rows of a reference table whose definition changes.
        let child = start_slowly("plan", &topology);
        until(|| rows(&pair.to(), SLEEPING)[0][0] != "0");
        pair.target.kill().unwrap();
        let ran = finish(child).expect(1);
        assert!(ran.err.contains("connection lost"), "{kind}: {}", ran.err);
        assert!(ran.err.contains("scratch databases may be left"), "{kind}: {}", ran.err);
        pair.target.restart().unwrap();
        let doctor = || run(&["doctor", "--topology", &topology]).out;
        let told = doctor();
        assert!(told.contains("scratch databases: lockstep_scratch_"), "{kind}: {told}");
        assert!(told.contains("the next `lockstep sync` into it drops them"), "{kind}: {told}");
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
        assert!(!doctor().contains("lockstep_scratch_"), "{kind}");
    }
}

#[test]
fn a_signal_ends_a_long_comparison() {
    for kind in FLAVORS {
        let pair = drifted(kind);
        let folder = tempfile::TempDir::new().unwrap();
        let child = start_slowly("verify", &slow_topology(&pair, &[&pair.from(), &pair.to()], &folder));
        until(|| rows(&pair.from(), SLEEPING)[0][0] != "0");
        signal(child.id(), "TERM");
        expect_stopped(finish(child), &pair);
        until(|| rows(&pair.from(), SLEEPING)[0][0] == "0");
        until(|| rows(&pair.to(), SLEEPING)[0][0] == "0");
    }
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let pair = drifted(Kind::MySql97);
    let held = hold_definition(&pair.to(), "customer");
    let child = pair.start_sync(&[]);
    PrivatePair::wait_for_metadata_lock(&pair.to());
    // A server that does not answer any more: not even to the request to end the statement.
    let server = pair.target.pid().unwrap().cast_unsigned();
    signal(server, "STOP");
    signal(child.id(), "TERM");
    signal(child.id(), "TERM");
    finish(child).expect(130);
    signal(server, "CONT");
    drop(held);
    expect_next_run_finishes(&pair);
}

#[test]
fn a_busy_table_ends_the_budget() {
    for kind in FLAVORS {
        let pair = drifted(kind);
        let held = hold_definition(&pair.to(), "customer");
        let ran = pair.sync(&["--budget", "6s"]).expect(4);
        assert!(ran.err.contains("progress is saved"), "{}", ran.err);
        assert_eq!(pair.last_run(), "budget", "{kind}");
        drop(held);
        let held = hold_row(&pair.to(), "EUR");
        let ran = pair.sync(&["--budget", "12s"]).expect(4);
        let told = "the row changes of shop.currency, which are one transaction, were undone";
        assert!(ran.err.contains(told), "{}", ran.err);
        drop(held);
        expect_next_run_finishes(&pair);
    }
}

/// Starts a run that waits for a definition, does something to the target, and gives back how the run ended.
fn during_a_wait(pair: &mut PrivatePair, then: impl FnOnce(&mut PrivatePair)) -> Ran {
    let held = hold_definition(&pair.to(), "customer");
    let child: Child = pair.start_sync(&[]);
    PrivatePair::wait_for_metadata_lock(&pair.to());
    then(pair);
    let ran = finish(child);
    drop(held);
    ran
}

#[test]
fn a_server_that_dies_and_comes_back_is_finished_by_the_next_run() {
    for kind in FLAVORS {
        let mut pair = drifted(kind);
        let ran = during_a_wait(&mut pair, |pair| pair.target.kill().unwrap()).expect(1);
        assert!(ran.err.contains("connection lost"), "{}", ran.err);
        assert!(ran.err.contains("run the same command again"), "{}", ran.err);
        pair.target.restart().unwrap();
        let next = pair.sync(&[]).expect(0);
        assert!(next.err.contains("run 1 ended without a word"), "{}", next.err);
        pair.expect_in_step();
        let history = run(&["history", &pair.target.url()]).expect(0);
        assert!(history.out.contains("Interrupted"), "{}", history.out);
    }
}

#[test]
fn killed_connections_are_no_wrong_result() {
    for kind in FLAVORS {
        let mut pair = drifted(kind);
        let ran = during_a_wait(&mut pair, |pair| {
            let mut conn = pair.to().connect();
            let others: Vec<u64> = conn
                .query("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root' AND db = 'shop'")
                .unwrap();
            assert!(!others.is_empty(), "no connection of the run is found");
            others.iter().for_each(|id| conn.query_drop(format!("KILL {id}")).unwrap());
        })
        .expect(1);
        assert!(ran.err.contains("connection lost"), "{}", ran.err);
        assert_eq!(pair.last_run(), "failed", "{kind}");
        expect_next_run_finishes(&pair);
    }
}

#[test]
fn two_runs_exclude_each_other() {
    for kind in FLAVORS {
        let pair = drifted(kind);
        let held = hold_definition(&pair.to(), "customer");
        let first = pair.start_sync(&[]);
        PrivatePair::wait_for_metadata_lock(&pair.to());
        let second = pair.sync(&["--wait", "1s"]).expect(4);
        let run = rows(&pair.to(), "SELECT run, flow, started FROM lockstep.run WHERE status = 'running'");
        let whose = format!("run {} of {}, begun {} UTC", run[0][0], run[0][1], run[0][2]);
        for word in ["another lockstep run holds this target", &whose, "by root from ", "KILL "] {
            assert!(second.err.contains(word), "{kind}: no `{word}` in {}", second.err);
        }
        assert!(second.err.contains("--wait"), "{}", second.err);
        let stopped = pair.start_sync(&["--wait", "1h"]);
        let waiting = pair.start_sync(&["--wait", "1h"]);
        signal(stopped.id(), "TERM");
        let stopped = finish(stopped);
        assert_ne!(stopped.code, 0, "{}", stopped.err);
        drop(held);
        finish(first).expect(0);
        let waited = finish(waiting).expect(0);
        assert!(waited.err.contains("in step, nothing to do"), "{}", waited.err);
        pair.expect_in_step();
    }
}

#[test]
fn the_last_statement_of_a_dead_run_is_waited_for() {
    for kind in FLAVORS {
        let pair = drifted(kind);
        let held = hold_definition(&pair.to(), "customer");
        let mut child = pair.start_sync(&[]);
        PrivatePair::wait_for_metadata_lock(&pair.to());
        child.kill().unwrap();
        child.wait().unwrap();
        let ran = pair.sync(&["--wait", "0s"]).expect(4);
        assert!(ran.err.contains("of run 1, begun "), "{kind}: {}", ran.err);
        drop(held);
        let next = pair.sync(&["--wait", "60s"]).expect(0);
        assert!(next.err.contains("run 1 ended without a word"), "{kind}: {}", next.err);
        pair.expect_in_step();
        // Done or not: the definition was held for longer than the statement waits for it, or it was not.
        let noted = "SELECT COUNT(*) FROM lockstep.statement WHERE run = 1 AND state IN ('done', 'failed')
            AND error LIKE 'its run ended during it%'";
        assert_eq!(rows(&pair.to(), noted), [["1"]], "{kind}");
    }
}

#[test]
fn a_deadlock_is_tried_again() {
    for kind in FLAVORS {
        let pair = drifted(kind);
        let target = pair.to();
        target.run_script("shop", "CREATE TABLE heavy (id INT PRIMARY KEY); INSERT INTO heavy VALUES (0)");
        pair.from().run_script("shop", "CREATE TABLE heavy (id INT PRIMARY KEY)");
        pair.sync(&["--schema-only"]).expect(0);
        // A transaction with many changes is never the victim.
        let mut other = hold_row(&target, "EUR");
        let values: Vec<String> = (1..2000).map(|i| format!("({i})")).collect();
        other.query_drop(format!("INSERT INTO shop.heavy VALUES {}", values.join(", "))).unwrap();
        let child = pair.start_sync(&[]);
        PrivatePair::wait_for_row_lock(&target);
        // The run has inserted these rows and waits for EUR; whoever wants them now waits for the run.
        other.query_drop("INSERT INTO shop.currency VALUES ('CHF', 'x'), ('JPY', 'x')").unwrap();
        other.query_drop("ROLLBACK").unwrap();
        finish(child).expect(0);
        assert_eq!(deadlocks(&target), 1, "{kind}");
        pair.expect_in_step();
    }
}

/// How many deadlocks the server has seen.
fn deadlocks(server: &Endpoint) -> u64 {
    let sql = match server.kind {
        Kind::MariaDb1011 => {
            "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'INNODB_DEADLOCKS'"
        }
        _ => "SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'",
    };
    rows(server, sql)[0][0].parse().unwrap()
}

#[test]
fn a_full_disk_changes_nothing() {
    for kind in FLAVORS {
        let definition = "CREATE TABLE text (id INT PRIMARY KEY, body LONGTEXT NOT NULL);";
        let fill = "INSERT INTO text SELECT n * 4 + k, REPEAT('x', 8000) FROM (WITH RECURSIVE numbers AS \
            (SELECT 1 n UNION ALL SELECT n + 1 FROM numbers WHERE n < 900) SELECT n FROM numbers) many \
            CROSS JOIN (SELECT 0 k UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) four;";
        let small = ServerOptions::for_tests()
            .with("--innodb-file-per-table=0")
            .with("--innodb-data-file-path=ibdata1:12M:autoextend:max:18M");
        let scripts = [&format!("{definition}{fill}") as &str, definition];
        let pair = PrivatePair::with(kind, &["text"], scripts, &small);
        let ran = pair.sync(&[]).expect(1);
        assert!(ran.err.contains("is full"), "{kind}: {}", ran.err);
        assert!(ran.err.contains("make room"), "{kind}: {}", ran.err);
        assert_eq!(rows(&pair.to(), "SELECT COUNT(*) FROM shop.text"), [["0"]], "{kind}");
        assert_eq!(pair.last_run(), "failed", "{kind}");
        pair.from().execute("DELETE FROM shop.text WHERE id > 20");
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

/// Row changes that do not fit into memory go to the folder for temporary files, which may be full.
#[test]
fn a_full_temporary_folder_changes_nothing() {
    let table = "CREATE TABLE text (id INT PRIMARY KEY, body LONGTEXT NOT NULL);";
    let fill = "INSERT INTO text SELECT n, REPEAT('x', 10000) FROM (WITH RECURSIVE numbers AS \
        (SELECT 1 n UNION ALL SELECT n + 1 FROM numbers WHERE n < 50) SELECT a.n * 50 + b.n n \
        FROM numbers a CROSS JOIN numbers b) many;";
    for kind in FLAVORS {
        let pair = PrivatePair::start(kind, &["text"], &format!("{table}{fill}"), table);
        let folder = tempfile::TempDir::new().unwrap();
        let arguments = pair.arguments("sync", &["--yes"]);
        // No file may grow beyond some KiB; a write that would is answered with an error, as on a full disk.
        let limited = |blocks: &str| -> Ran {
            let mut command = std::process::Command::new("sh");
            let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_lockstep")]).args(&arguments);
            command.env("TMPDIR", folder.path()).output().unwrap().into()
        };
        let ran = limited("100").expect(1);
        let place = folder.path().display().to_string();
        assert!(ran.err.contains(&format!("temporary files in {place} cannot be written")), "{}", ran.err);
        assert!(ran.err.contains("set TMPDIR"), "{}", ran.err);
        assert_eq!(rows(&pair.to(), "SELECT COUNT(*) FROM shop.text"), [["0"]], "{kind}");
        pair.expect_nothing_left();
        limited("unlimited").expect(0);
        pair.expect_in_step();
    }
}

/// Tests that take long by their nature.
mod long {
    use super::*;
    use crate::kills::{Fixture, GENERATIONS, KILLS};

    #[test]
    fn a_busy_table_is_given_up_with_a_clear_message() {
        for kind in FLAVORS {
            let pair = drifted(kind);
            let held = hold_definition(&pair.to(), "customer");
            let ran = pair.sync(&[]).expect(1);
            assert!(ran.err.contains("the table is busy"), "{kind}: {}", ran.err);
            assert_eq!(pair.last_run(), "failed");
            drop(held);
            expect_next_run_finishes(&pair);
        }
    }

    #[test]
    fn a_busy_row_is_given_up_with_a_clear_message() {
        for kind in FLAVORS {
            let pair = drifted(kind);
            let before = rows(&pair.to(), "SELECT * FROM shop.currency ORDER BY code");
            let held = hold_row(&pair.to(), "EUR");
            let ran = pair.sync(&["--data-only"]).expect(1);
            assert!(
                ran.err
                    .contains("others hold these rows of the target; run again later; nothing was changed"),
                "{kind}: {}",
                ran.err
            );
            drop(held);
            assert_eq!(rows(&pair.to(), "SELECT * FROM shop.currency ORDER BY code"), before);
            expect_next_run_finishes(&pair);
        }
    }

    #[test]
    fn killed_at_any_moment_on_mysql() {
        Fixture::start(Kind::MySql97).kill_at_random(KILLS);
    }

    #[test]
    fn killed_at_any_moment_on_mariadb() {
        Fixture::start(Kind::MariaDb1011).kill_at_random(KILLS);
    }

    #[test]
    fn budgets_of_any_length_on_mysql() {
        Fixture::start(Kind::MySql97).end_budgets_at_random(GENERATIONS);
    }

    #[test]
    fn budgets_of_any_length_on_mariadb() {
        Fixture::start(Kind::MariaDb1011).end_budgets_at_random(GENERATIONS);
    }
}
