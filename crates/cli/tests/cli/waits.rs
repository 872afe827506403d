//! Global locks: a run ends by its budget, hears Ctrl-C at once, and says who holds the lock.

use std::time::{Duration, Instant};

use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::Kind;
use mysql::Conn;
use mysql::prelude::Queryable;

use crate::common::{FLAVORS, rows};
use crate::private_pair::{PrivatePair, finish, signal, until};

const SOURCE: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, k VARCHAR(20) NOT NULL UNIQUE, v INT);
    INSERT INTO t VALUES (1, 'k1', 1), (2, 'k2', 2), (3, 'k3', 3);
    CREATE TABLE other (id INT PRIMARY KEY, more INT);";

const TARGET: &str = "
    CREATE TABLE t (id INT PRIMARY KEY, k VARCHAR(20) NOT NULL UNIQUE, v INT);
    INSERT INTO t VALUES (1, 'k1', 100), (100, 'k100', 1);
    CREATE TABLE other (id INT PRIMARY KEY);";

/// A pair that is in step once, so that the journal is there, and then drifts again.
fn pair(kind: Kind) -> PrivatePair {
    let mut options = ServerOptions::for_tests();
    options.performance_schema = true;
    let pair = PrivatePair::with(kind, &["t"], [SOURCE, TARGET], &options);
    pair.sync(&[]).expect(0);
    pair.to().execute("UPDATE shop.t SET v = 7 WHERE id = 2");
    pair.from().execute("ALTER TABLE shop.other ADD COLUMN again INT");
    pair
}

/// A session that holds a lock of this kind on the whole target, and the way to let go of it.
fn hold(pair: &PrivatePair, lock: &str) -> Conn {
    let mut conn = pair.to().connect();
    lock.split(';').for_each(|sql| conn.query_drop(sql).unwrap_or_else(|e| panic!("{sql}: {e}")));
    conn
}

/// What locks a whole server, on each flavour.
fn locks(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::MariaDb1011 => &[
            "FLUSH TABLES WITH READ LOCK",
            "BACKUP STAGE START;BACKUP STAGE FLUSH;BACKUP STAGE BLOCK_DDL;BACKUP STAGE BLOCK_COMMIT",
        ],
        _ => &["FLUSH TABLES WITH READ LOCK", "LOCK INSTANCE FOR BACKUP"],
    }
}

/// Whether some connection to the target waits for a lock.
fn is_waiting(pair: &PrivatePair) -> bool {
    let waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for % lock'";
    rows(&pair.to(), waiting)[0][0] != "0"
}

#[test]
fn a_run_under_a_global_lock_ends_by_its_budget_and_says_what_it_waited_for() {
    for kind in FLAVORS {
        let pair = pair(kind);
        for lock in locks(kind) {
            let held = hold(&pair, lock);
            let begun = Instant::now();
            let ran = pair.sync(&["--budget", "5s"]).expect(4);
            assert!(begun.elapsed() < Duration::from_secs(9), "{kind}, {lock}: {:?}", begun.elapsed());
            assert!(ran.err.contains("it waited for"), "{kind}, {lock}: {}", ran.err);
            if kind == Kind::MySql97 {
                let holder = format!("connection {} (root@", held.connection_id());
                assert!(ran.err.contains(&holder), "{lock}: {}", ran.err);
            }
            drop(held);
        }
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

#[test]
fn a_signal_is_heard_at_once_under_a_global_lock() {
    for kind in FLAVORS {
        let pair = pair(kind);
        for lock in locks(kind) {
            let held = hold(&pair, lock);
            let child = pair.start_sync(&[]);
            until(|| is_waiting(&pair));
            signal(child.id(), "INT");
            let sent = Instant::now();
            let ran = finish(child).expect(1);
            assert!(sent.elapsed() < Duration::from_millis(2500), "{kind}, {lock}: {:?}", sent.elapsed());
            assert!(ran.err.contains("stopped on request; it waited for"), "{kind}, {lock}: {}", ran.err);
            drop(held);
        }
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

/// Rows alone: no rehearsal, so that the journal itself waits.
#[test]
fn the_journal_waits_no_longer_than_the_run() {
    for kind in FLAVORS {
        let pair = pair(kind);
        let held = hold(&pair, "FLUSH TABLES WITH READ LOCK");
        let child = pair.start_sync(&["--data-only"]);
        until(|| is_waiting(&pair));
        signal(child.id(), "INT");
        let sent = Instant::now();
        let ran = finish(child).expect(1);
        assert!(sent.elapsed() < Duration::from_millis(2500), "{kind}: {:?}", sent.elapsed());
        assert!(ran.err.contains("stopped on request; it waited for"), "{kind}: {}", ran.err);
        let begun = Instant::now();
        pair.sync(&["--data-only", "--budget", "3s"]).expect(4);
        assert!(begun.elapsed() < Duration::from_secs(7), "{kind}: {:?}", begun.elapsed());
        drop(held);
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}
