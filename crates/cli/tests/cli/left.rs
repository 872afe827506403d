//! Schema statements that take longer than the budget: the server goes on with them, the next run waits and goes on.

use lockstep_sandbox::testing::{Endpoint, Kind};

use crate::common::{FLAVORS, Ran, rows, run};
use crate::private_pair::{PrivatePair, until};

/// What makes a statement slow: the new column's value takes some milliseconds of work for each row.
const SLOW_COLUMN: &str = "sum BIGINT GENERATED ALWAYS AS (CRC32(SHA2(REPEAT(name, 3000000), 512))) STORED";

/// Rows of the target's table.
const ROWS: u32 = 500;

/// A pair whose first difference is slow to repair. `unique` makes it fail at the last row.
fn pair(kind: Kind, unique: bool) -> PrivatePair {
    let rest = "CREATE TABLE currency (code CHAR(3) PRIMARY KEY);
        CREATE TABLE last (id INT PRIMARY KEY, a INT);";
    let key = if unique { ", UNIQUE KEY by_name (name)" } else { "" };
    let source = format!(
        "CREATE TABLE big (id INT PRIMARY KEY, name VARCHAR(5), {SLOW_COLUMN}{key}); {rest}
         ALTER TABLE last ADD b INT; INSERT INTO currency VALUES ('EUR');"
    );
    let target = format!(
        "CREATE TABLE big (id INT PRIMARY KEY, name VARCHAR(5)); {rest}
         INSERT INTO big WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
             SELECT i, LPAD(i, 5, 'x') FROM n;
         UPDATE big SET name = 'xxxx1' WHERE id = {ROWS} AND {unique};"
    );
    PrivatePair::start(kind, &["currency"], &source, &target)
}

/// Connections that execute the slow statement.
fn slow_connections(server: &Endpoint) -> Vec<Vec<String>> {
    rows(server, "SELECT id FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE `big`%'")
}

/// Runs with longer and longer budgets until one ends during the slow statement.
fn leave(pair: &PrivatePair) -> Ran {
    leave_by(pair, |budget| pair.sync(&["--budget", budget]))
}

/// The same of any command.
fn leave_by(pair: &PrivatePair, within: impl Fn(&str) -> Ran) -> Ran {
    let mut budget = 1;
    loop {
        let ran = within(&format!("{budget}s")).expect(4);
        assert!(ran.err.contains("progress is saved"), "{}", ran.err);
        if ran.err.contains("goes on in the server") {
            assert_eq!(slow_connections(&pair.to()).len(), 1, "the server executes it: {}", ran.err);
            assert_eq!(pair.last_run(), "budget");
            return ran;
        }
        budget += 1;
    }
}

/// State, and what is noted, of the slow statement in each run that began it.
fn noted(pair: &PrivatePair) -> Vec<Vec<String>> {
    let sql = "SELECT state, COALESCE(error, '') FROM lockstep.statement WHERE object = 'table `shop`.`big`' ORDER BY run";
    rows(&pair.to(), sql)
}

#[test]
fn a_statement_longer_than_the_budget_is_left_to_the_server_and_waited_for() {
    for kind in FLAVORS {
        let pair = pair(kind, false);
        let left = leave(&pair);
        assert!(
            left.err.contains("table `shop`.`big`: `ALTER TABLE `big` ADD COLUMN"),
            "{kind}: {}",
            left.err
        );
        assert_eq!(noted(&pair), [["started", ""]], "{kind}");
        // Neither waits long enough.
        for more in [["--wait", "0s"], ["--budget", "3s"]] {
            let ran = pair.sync(&more).expect(4);
            assert!(ran.err.contains("of run 1, begun "), "{kind}: {}", ran.err);
            assert!(ran.err.contains("still executing in the server (connection "), "{kind}: {}", ran.err);
        }
        assert_eq!(slow_connections(&pair.to()).len(), 1, "{kind}: nobody has begun it anew");
        let next = pair.sync(&["--wait", "10m"]).expect(0);
        assert!(next.err.contains("waiting: table `shop`.`big`"), "{kind}: {}", next.err);
        assert!(next.err.contains("plan: 1 schema statement, rows +1 ~0 -0"), "{kind}: {}", next.err);
        pair.expect_in_step();
        assert_eq!(noted(&pair), [["done", "its run ended during it; the server went on"]], "{kind}");
        let runs = rows(&pair.to(), "SELECT status, statements FROM lockstep.run ORDER BY run");
        assert_eq!(runs, [["budget", "1"], ["done", "1"]], "{kind}");
    }
}

#[test]
fn the_last_statement_of_a_saved_plan_may_be_left_too() {
    for kind in FLAVORS {
        let pair = pair(kind, false);
        pair.to().run_script("shop", "ALTER TABLE last ADD b INT; INSERT INTO currency VALUES ('EUR');");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.json");
        let path = file.to_str().unwrap();
        pair.run("plan", &["--allow", "may-fail", "--out", path]).expect(2);
        let left = leave_by(&pair, |budget| run(&["apply", path, "--yes", "--budget", budget]));
        assert!(left.err.contains("look what is left with `lockstep plan`"), "{kind}: {}", left.err);
        run(&["apply", path, "--yes", "--wait", "10m"]).expect(0);
        pair.expect_in_step();
        assert_eq!(pair.last_run(), "done", "{kind}");
        // Without anything that was left, it is a plan that has been applied.
        run(&["apply", path, "--yes"]).expect(3);
    }
}

#[test]
fn a_statement_that_fails_after_its_run_is_begun_anew_and_told() {
    for kind in FLAVORS {
        let pair = pair(kind, true);
        leave(&pair);
        until(|| slow_connections(&pair.to()).is_empty());
        // The duplicate is among the rows that stay.
        pair.to().execute(&format!("DELETE FROM shop.big WHERE id BETWEEN 20 AND {ROWS} - 1"));
        let next = pair.sync(&[]).expect(1);
        assert!(next.err.contains("Duplicate entry '…' for key"), "{kind}: {}", next.err);
        let noted = noted(&pair);
        assert!(noted[0][0] == "failed" && noted[0][1].contains("did not succeed"), "{kind}: {noted:?}");
        assert!(noted[1][0] == "failed" && noted[1][1].contains("Duplicate entry"), "{kind}: {noted:?}");
        pair.to().execute(&format!("DELETE FROM shop.big WHERE id = {ROWS}"));
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

#[test]
fn what_is_left_in_vain_again_and_again_is_told() {
    for kind in FLAVORS {
        let pair = pair(kind, false);
        for _ in 0..3 {
            leave(&pair);
            for connection in slow_connections(&pair.to()) {
                pair.to().execute(&format!("KILL {}", connection[0]));
            }
            until(|| slow_connections(&pair.to()).is_empty());
        }
        let told = pair.sync(&["--budget", "10m"]).expect(1);
        assert!(told.err.contains("3 runs left `ALTER TABLE `big`"), "{kind}: {}", told.err);
        assert!(told.err.contains("without --budget"), "{kind}: {}", told.err);
        assert_eq!(noted(&pair).len(), 3, "{kind}: it was not begun again");
        // Somebody has looked after it: it is tried again.
        pair.to().execute("DELETE FROM shop.big WHERE id > 20");
        pair.sync(&["--budget", "10m"]).expect(0);
        pair.expect_in_step();
    }
}
