//! Statements on definitions do to rows what an administrator of the target would do: in its own time zone, and strictly.

use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::Kind;

use crate::common::{FLAVORS, rows};
use crate::private_pair::PrivatePair;

/// A target four hours behind UTC.
fn behind() -> ServerOptions {
    ServerOptions::for_tests().with("--default-time-zone=-04:00")
}

#[test]
fn rows_that_exist_get_the_time_of_the_server() {
    for kind in FLAVORS {
        let source =
            "CREATE TABLE t (id INT PRIMARY KEY, created DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            ts TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, d DATETIME DEFAULT (NOW()));";
        let target = "CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1);";
        let pair = PrivatePair::with(kind, &[], [source, target], &behind());
        let plan = pair.run("plan", &["--allow", "destructive"]).expect(2).out;
        assert!(plan.contains("get the moment of the change"), "{kind}: {plan}");
        assert!(plan.contains("time zone -04:00"), "{kind}: {plan}");
        pair.sync(&[]).expect(0);
        let off = "SELECT ABS(TIMESTAMPDIFF(MINUTE, created, UTC_TIMESTAMP() - INTERVAL 4 HOUR)) < 5, \
                   ABS(UNIX_TIMESTAMP(ts) - UNIX_TIMESTAMP()) < 300 FROM shop.t";
        assert_eq!(rows(&pair.to(), off), [["1", "1"]], "{kind}");
        pair.expect_in_step();
    }
}

/// Stored columns over a TIMESTAMP: of the ALTER as an administrator's, and the plan says so, also of rows that travel.
#[test]
fn generated_columns_over_moments_get_the_zone_of_the_server() {
    let kind = Kind::MySql97;
    let table = "CREATE TABLE r (id INT PRIMARY KEY, ts TIMESTAMP NULL, d DATE GENERATED ALWAYS AS (DATE(ts)) STORED, KEY (d));";
    let source = format!(
        "{table} INSERT INTO r (id, ts) VALUES (1, '2020-06-01 22:00:00');
         CREATE TABLE a (id INT PRIMARY KEY, ts TIMESTAMP NULL, d DATE GENERATED ALWAYS AS (DATE(ts)) STORED);"
    );
    let target = format!(
        "{table} CREATE TABLE a (id INT PRIMARY KEY, ts TIMESTAMP NULL);
         SET time_zone = '+00:00'; INSERT INTO a VALUES (1, '2020-06-02 01:00:00');"
    );
    let pair = PrivatePair::with(kind, &["r"], [&source, &target], &behind());
    let plan = pair.run("plan", &["--allow", "destructive"]).expect(2).out;
    assert!(plan.contains("generated column `d` depends on the time zone"), "{plan}");
    assert!(plan.contains("rows travel in UTC"), "{plan}");
    pair.sync(&[]).expect(0);
    assert_eq!(rows(&pair.to(), "SELECT d FROM shop.a"), [["2020-06-01"]]);
    pair.expect_in_step();
}

/// Definitions are read in UTC: a literal moment must not shift where the zones differ.
#[test]
fn a_literal_moment_as_default_stays_the_same_moment() {
    for kind in FLAVORS {
        let source = "CREATE TABLE t (id INT PRIMARY KEY, ts TIMESTAMP NULL DEFAULT '2020-01-01 00:00:00');
            CREATE TABLE n (id INT PRIMARY KEY, ts TIMESTAMP NULL DEFAULT '2021-01-01 00:00:00');";
        let pair = PrivatePair::with(kind, &[], [source, "CREATE TABLE t (id INT PRIMARY KEY);"], &behind());
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

/// No zero date is filled in where rows exist, whatever the server's own mode is; an empty table takes the column.
#[test]
fn a_new_date_without_a_default_is_not_filled_with_zeros() {
    for kind in FLAVORS {
        let source = "CREATE TABLE t (id INT PRIMARY KEY, d DATE NOT NULL); CREATE TABLE e (id INT PRIMARY KEY, d DATE NOT NULL);";
        let target = "CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE e (id INT PRIMARY KEY);";
        let options = ServerOptions::for_tests().with("--sql-mode=");
        let pair = PrivatePair::with(kind, &[], [source, target], &options);
        let ran = pair.sync(&[]);
        assert_eq!(ran.code, 1, "{kind}: {}", ran.err);
        assert_eq!(rows(&pair.to(), "SELECT * FROM shop.t"), [["1"]], "{kind}");
        pair.to().execute("DELETE FROM shop.t");
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

/// Zero dates that a definition holds, or rows do, stay as they are.
#[test]
fn zero_dates_that_are_there_stay_and_can_be_defaults() {
    for kind in FLAVORS {
        let source = "SET sql_mode = ''; CREATE TABLE t (id INT PRIMARY KEY, old DATE NOT NULL DEFAULT '0000-00-00', n INT,
            new DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');
            CREATE TABLE r (id INT PRIMARY KEY, d DATE, n BIGINT);";
        let target =
            "SET sql_mode = ''; CREATE TABLE t (id INT PRIMARY KEY, old DATE NOT NULL DEFAULT '0000-00-00');
            INSERT INTO t VALUES (1, '0000-00-00');
            CREATE TABLE r (id INT PRIMARY KEY, d DATE, n INT); INSERT INTO r VALUES (1, '0000-00-00', 7);";
        let pair = PrivatePair::start(kind, &[], source, target);
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
        assert_eq!(rows(&pair.to(), "SELECT old FROM shop.t"), [["0000-00-00"]], "{kind}");
        assert_eq!(rows(&pair.to(), "SELECT d FROM shop.r"), [["0000-00-00"]], "{kind}");
    }
}
