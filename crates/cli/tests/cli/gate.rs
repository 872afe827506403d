//! What has not moved since both sides were last found equal is not read again.

use crate::common::{FLAVORS, Ran, rows, run};
use crate::environments::Environments;
use crate::private_pair::PrivatePair;
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Endpoint, Kind};
use mysql::prelude::Queryable;

const TABLES: &str = "
    CREATE DATABASE shop; CREATE DATABASE other;
    CREATE TABLE shop.fee (code VARCHAR(10) PRIMARY KEY, amount INT NOT NULL);
    CREATE TABLE other.noise (id INT PRIMARY KEY AUTO_INCREMENT, t TEXT);
    INSERT INTO shop.fee VALUES ('A', 1), ('B', 2);";

const FEES: &str = "
    CREATE TABLE fee (code VARCHAR(10) PRIMARY KEY, amount INT NOT NULL);
    INSERT INTO fee VALUES ('A', 1), ('B', 2);";

/// What a run read, told by its phases.
fn read(ran: &Ran) -> (bool, bool) {
    (ran.err.contains("reading schemas"), ran.err.contains("comparing rows"))
}

/// These tests wait more than they work: both flavours at once.
fn each_flavor(test: impl Fn(Kind) + Sync) {
    let test = &test;
    std::thread::scope(|scope| {
        FLAVORS.map(|kind| scope.spawn(move || test(kind))).map(|t| t.join().unwrap())
    });
}

/// The times of last writes count whole seconds: a table just written is not known to stand still.
fn quiet() {
    std::thread::sleep(std::time::Duration::from_secs(5));
}

/// Servers of this test's own: other tests' writes would move the shared ones.
fn stands_still_until_moved(kind: Kind) {
    let servers = [(); 2].map(|()| testing::own(kind, &ServerOptions::for_tests()));
    let [source, target] = [0, 1].map(|i| Endpoint::of(&servers[i], kind));
    source.run_script("", TABLES);
    let sync = || {
        let (from, to) = (source.url(), target.url());
        run(&["sync", &from, &to, "--database", "shop", "--reference", "shop.fee", "--yes"]).expect(0)
    };
    assert_eq!(read(&sync()), (true, true), "the first run reads and applies");
    quiet();
    assert_eq!(read(&sync()), (true, true), "the second finds all in step, and remembers");
    assert_eq!(read(&sync()), (false, false), "nothing moved: nothing is read");

    source.execute("INSERT INTO other.noise (t) VALUES ('busy')");
    // MariaDB's times do not show every write: its rows are read again.
    let reads_rows = kind == Kind::MariaDb1011;
    assert_eq!(read(&sync()), (true, reads_rows), "the reference table stood still: its rows are not read");
    source.execute("ALTER TABLE shop.fee ADD COLUMN note TEXT");
    sync();
    source.execute("UPDATE shop.fee SET amount = 7 WHERE code = 'A'");
    assert_eq!(read(&sync()), (true, true), "it moved");
    assert_eq!(rows(&target, "SELECT amount FROM shop.fee ORDER BY code"), [["7"], ["2"]]);
    target.execute("DELETE FROM shop.fee WHERE code = 'B'");
    sync();
    assert_eq!(rows(&target, "SELECT COUNT(*) FROM shop.fee"), [["2"]], "a change in the target is seen too");
}

#[test]
fn what_stood_still_is_not_read_again() {
    each_flavor(stands_still_until_moved);
}

/// A pair on which a full run has found all in step, and remembers.
fn remembered(kind: Kind, options: &ServerOptions) -> PrivatePair {
    let pair = PrivatePair::with(kind, &["fee"], [FEES, FEES], options);
    pair.to().execute("CREATE DATABASE other; CREATE TABLE other.noise (id INT PRIMARY KEY)");
    pair.from().execute("UPDATE shop.fee SET amount = 3 WHERE code = 'B'");
    pair.sync(&[]).expect(0);
    quiet();
    pair.sync(&[]).expect(0);
    pair
}

#[test]
fn a_log_that_leaves_something_out_is_no_sign() {
    each_flavor(|kind| {
        let filter = match kind {
            Kind::MariaDb1011 => "--binlog-do-db=lockstep",
            _ => "--binlog-ignore-db=shop",
        };
        let pair = remembered(kind, &ServerOptions::for_tests().with(filter));
        pair.to().execute("CREATE TABLE shop.unlogged (id INT PRIMARY KEY)");
        let ran = pair.sync(&[]).expect(0);
        assert!(read(&ran).0, "{kind} {filter}: definitions are read");
        pair.expect_in_step();
    });
}

#[test]
fn rows_written_past_the_log_are_seen() {
    each_flavor(|kind| {
        let pair = remembered(kind, &ServerOptions::for_tests());
        assert_eq!(read(&pair.sync(&[])), (false, false), "{kind}: nothing moved");
        for server in [pair.from(), pair.to()] {
            let mut conn = server.connect();
            conn.query_drop("SET sql_log_bin = 0").unwrap();
            conn.query_drop("UPDATE shop.fee SET amount = amount + 1 WHERE code = 'A'").unwrap();
            assert_eq!(read(&pair.sync(&[])), (true, true), "{kind}: a row was written");
            pair.expect_in_step();
            quiet();
            pair.sync(&[]).expect(0);
        }
    });
}

#[test]
fn a_server_that_was_started_anew_is_read() {
    each_flavor(|kind| {
        let mut pair = remembered(kind, &ServerOptions::for_tests());
        assert_eq!(read(&pair.sync(&[])), (false, false), "{kind}: nothing moved");
        std::thread::sleep(std::time::Duration::from_secs(3));
        pair.source.restart().unwrap();
        assert_eq!(read(&pair.sync(&[])), (true, true), "{kind}: it may have come back from a copy");
    });
}

#[test]
fn a_part_is_not_remembered_as_the_whole() {
    each_flavor(|kind| {
        let pair = remembered(kind, &ServerOptions::for_tests());
        let memory = || rows(&pair.to(), "SELECT state, verified FROM lockstep.verified");
        let before = memory();
        assert_eq!(before.len(), 1, "{kind}");
        pair.from().execute("UPDATE shop.fee SET amount = 9 WHERE code = 'B'");
        pair.sync(&["--schema-only"]).expect(0);
        assert_eq!(memory(), before, "{kind}: rows were not verified");
        assert!(read(&pair.sync(&[])).1, "{kind}: rows are read");
        assert_eq!(rows(&pair.to(), "SELECT amount FROM shop.fee WHERE code = 'B'"), [["9"]], "{kind}");
        let before = memory();
        pair.sync(&["--data-only"]).expect(0);
        assert_eq!(memory(), before, "{kind}: definitions were not verified");
    });
}

#[test]
fn a_login_that_reads_too_much_is_refused_even_when_nothing_moved() {
    each_flavor(|kind| {
        let environments = Environments::start(kind);
        environments.grant();
        let topology = environments.topology_file();
        let sync =
            || run(&["sync", "dev", "prod", "--yes", "--allow", "destructive", "--topology", &topology]);
        sync().expect(0);
        quiet();
        sync().expect(0);
        assert_eq!(read(&sync().expect(0)), (false, false), "{kind}: nothing moved");
        // `sync` changes the target as its writer, `status` looks at both sides as their readers.
        for (server, user, commands) in [
            (environments.source(), "lockstep_reader", ["sync", "status"].as_slice()),
            (environments.target(), "lockstep_writer", &["sync"]),
            (environments.target(), "lockstep_reader", &["status"]),
        ] {
            let unlogged = |statement: &str| {
                let mut conn = server.connect();
                conn.query_drop("SET sql_log_bin = 0").unwrap();
                conn.query_drop(statement).unwrap();
            };
            unlogged(&format!("GRANT SELECT ON shop.customer TO {user}"));
            for command in commands {
                let ran = match *command {
                    "sync" => sync(),
                    _ => run(&["status", "--topology", &topology]),
                };
                let ran = ran.expect(3);
                assert!(ran.err.contains("this login can read shop.customer"), "{kind}: {}", ran.err);
            }
            unlogged(&format!("REVOKE SELECT ON shop.customer FROM {user}"));
        }
        assert_eq!(read(&sync().expect(0)), (false, false), "{kind}: nothing moved");
    });
}
