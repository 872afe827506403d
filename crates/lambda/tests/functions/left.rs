//! Statements that take longer than a call.

use std::time::Duration;

use mysql::prelude::Queryable;
use serde_json::json;

use crate::sync::{apply, plan};
use crate::world::{Environment, World};

/// What Lambda keeps back at the end of a call.
const RESERVE: Duration = Duration::from_secs(30);

/// Whether the server executes the slow statement.
fn is_altering(environment: &Environment) -> bool {
    let sql = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE `big`%'";
    environment.value(sql).as_deref() != Some("0")
}

#[test]
fn a_statement_longer_than_a_call_is_left_to_the_server_and_waited_for() {
    let world = World::deployed(2);
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    let rest = "CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY);";
    // The new column's value takes some milliseconds of work for each row.
    dev.script(&format!(
        "{rest} INSERT INTO currency VALUES ('EUR');
         CREATE TABLE big (id INT PRIMARY KEY, name VARCHAR(5),
             sum BIGINT GENERATED ALWAYS AS (CRC32(SHA2(REPEAT(name, 3000000), 512))) STORED);"
    ));
    staging.script(&format!(
        "{rest} CREATE TABLE big (id INT PRIMARY KEY, name VARCHAR(5));
         INSERT INTO big WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 500)
             SELECT i, LPAD(i, 5, 'x') FROM n;"
    ));
    let mut sync = world.function(staging, "sync");
    let allowed = json!({ "trigger": "person", "allow": ["may-fail"] });
    let event = json!({ "action": "plan", "run": "run-1", "input": allowed, "compared": [] });
    let planned = sync.call(&event).expect("a plan");
    assert_eq!(planned["counts"]["statements"], 1, "{planned}");

    // Larger and larger budgets: the first are over before anything is applied.
    let mut budget = Duration::from_millis(500);
    while !is_altering(staging) {
        let applied = sync.call_within(&apply(&planned, false), RESERVE + budget).expect("an answer");
        assert_eq!((&applied["status"], &applied["counts"]["statements"]), (&"continue".into(), &0.into()));
        budget = budget.mul_f64(1.3);
    }
    let left = "SELECT CONCAT_WS(' ', status, message) FROM lockstep.run";
    let left = staging.value(left).expect("a run");
    assert!(left.starts_with("budget ") && left.contains("` goes on in the server"), "{left}");

    // Another run's plan is not made of a target that is being changed; a call that is too short waits in vain.
    assert_eq!(plan(&mut sync, "schedule")["status"], "busy");
    let waited = sync.call_within(&apply(&planned, false), RESERVE + Duration::from_secs(1));
    assert_eq!(waited.expect("an answer")["status"], "continue");

    let applied = sync.call(&apply(&planned, false)).expect("applied");
    assert_eq!(applied["status"], "done", "{applied}");
    assert_eq!((&applied["counts"]["statements"], &applied["counts"]["inserted"]), (&1.into(), &1.into()));
    let states = staging.value("SELECT GROUP_CONCAT(state) FROM lockstep.statement");
    assert_eq!(states.as_deref(), Some("done"), "it was begun once");
    assert_eq!(plan(&mut sync, "schedule")["status"], "nothing");
}

#[test]
fn row_changes_that_no_call_can_finish_are_told() {
    let world = World::deployed(2);
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    let tables = "CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY);";
    dev.script(&format!("{tables} INSERT INTO currency VALUES ('EUR');"));
    staging.script(tables);
    let mut sync = world.function(staging, "sync");
    let planned = plan(&mut sync, "schedule");

    // Somebody holds the row that is to be inserted.
    let mut held = staging.server.connect().expect("root");
    held.query_drop("START TRANSACTION").expect("begun");
    held.query_drop("INSERT INTO shop.currency VALUES ('EUR')").expect("held");
    // Larger and larger budgets: the first are over before the transaction begins.
    let undone = "SELECT COUNT(*) FROM lockstep.run WHERE message LIKE '%were undone%'";
    let undone = || staging.value(undone).and_then(|n| n.parse().ok()).unwrap_or(0_u32);
    let mut budget = Duration::from_secs(1);
    let told = loop {
        match sync.call_within(&apply(&planned, false), RESERVE + budget) {
            Ok(applied) => assert_eq!(applied["status"], "continue", "{applied}"),
            Err(error) => break error,
        }
        assert!(undone() < 3, "the third time in a row is the last");
        budget += Duration::from_millis(300);
    };
    assert_eq!((told.0.as_str(), undone()), ("TooLarge", 3), "{}", told.1);
    assert!(told.1.contains("the row changes of shop.currency, which are one transaction"), "{}", told.1);
    held.query_drop("ROLLBACK").expect("let go");
    assert_eq!(sync.call(&apply(&planned, false)).expect("applied")["status"], "done");
}
