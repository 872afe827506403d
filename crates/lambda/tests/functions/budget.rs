//! A plan that takes several calls.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::emulator::{Function, Request};
use crate::proxy::{self, Ask};
use crate::sync::{apply, plan};
use crate::world::World;

/// What Lambda keeps back at the end of a call, and the smallest budget that is tried.
const RESERVE: Duration = Duration::from_secs(30);
const FIRST_BUDGET: Duration = Duration::from_millis(300);

#[test]
fn a_budget_that_ends_midway_is_continued_in_the_next_call() {
    let world = World::deployed(2);
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    let (mut tables, mut keys) = (String::new(), String::new());
    for i in 0..12 {
        writeln!(tables, "CREATE TABLE t{i} (id INT PRIMARY KEY AUTO_INCREMENT, a CHAR(64) NOT NULL);")
            .unwrap();
        writeln!(keys, "ALTER TABLE t{i} ADD KEY a (a);").unwrap();
    }
    tables.push_str(
        "CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY);",
    );
    dev.script(&(tables.clone() + &keys + "INSERT INTO currency VALUES ('EUR');"));
    // The target's tables hold rows, so that its statements take longer than their rehearsal on empty copies.
    let mut rows = "INSERT INTO t0 (a) VALUES (UUID());".to_owned();
    rows += &"INSERT INTO t0 (a) SELECT UUID() FROM t0;".repeat(14);
    (1..12).for_each(|i| writeln!(rows, "INSERT INTO t{i} (a) SELECT a FROM t0;").unwrap());
    staging.script(&(tables + &rows));

    let mut sync = world.function(staging, "sync");
    let planned = plan(&mut sync, "schedule");
    assert_eq!(planned["counts"]["statements"], 12, "{planned}");
    // Larger and larger budgets: the first are over before anything is applied, the next end midway.
    let (mut budget, mut midway) = (FIRST_BUDGET, 0);
    let applied = loop {
        let applied = sync.call_within(&apply(&planned, false), RESERVE + budget).expect("an answer");
        if applied["status"] == "done" {
            break applied;
        }
        assert_eq!(applied["status"], "continue", "{applied}");
        midway += u32::from(applied["counts"]["statements"].as_u64().is_some_and(|n| n > 0));
        budget = budget.mul_f64(1.15);
    };
    assert!(midway > 0, "no call ended between two statements");
    assert_eq!(applied["counts"]["statements"], 12, "each statement once: {applied}");
    assert_eq!(applied["counts"]["inserted"], 1, "{applied}");
    assert_eq!(
        staging.value("SELECT COUNT(*) FROM lockstep.statement WHERE state <> 'done'").as_deref(),
        Some("0")
    );
    let runs = staging.value("SELECT GROUP_CONCAT(DISTINCT status ORDER BY status) FROM lockstep.run");
    assert_eq!(runs.as_deref(), Some("done,budget"));
    assert_eq!(sync.metric("StatementsApplied").iter().sum::<u64>(), 12);
    assert_eq!(plan(&mut sync, "schedule")["status"], "nothing");
}

#[test]
fn what_reading_the_settings_takes_is_a_part_of_the_budget() {
    let world = World::deployed(2);
    let tables = "CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY);";
    world.environments.iter().for_each(|environment| environment.script(tables));
    world.environment("dev").script("INSERT INTO currency VALUES ('EUR')");
    let budget = Duration::from_secs(2);
    let slow = move |request: &Request, ask: Ask| {
        if request.path.contains("lockstep.toml") {
            thread::sleep(budget);
        }
        ask(&request.body)
    };
    let mut sync = proxy::function(&world, world.environment("staging"), "sync", Box::new(slow));
    let planned = plan(&mut sync, "schedule");
    let applied = sync.call_within(&apply(&planned, false), RESERVE + budget).expect("an answer");
    assert_eq!((&applied["status"], &applied["counts"]["inserted"]), (&json!("continue"), &json!(0)));
    assert_eq!(sync.call(&apply(&planned, false)).expect("an answer")["status"], "done");
}

#[test]
fn tables_are_compared_one_by_one_where_a_call_is_too_short() {
    let world = World::deployed(2);
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    let tables = "CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY);
                  INSERT INTO currency VALUES ('EUR'); INSERT INTO rate VALUES (1), (2);";
    dev.script(tables);
    staging.script(tables);
    let (mut sync, mut compare) = (world.function(staging, "sync"), world.function(staging, "compare"));
    for action in ["plan", "verify"] {
        let mut event = json!({ "action": action, "run": "run-1", "planId": "ab", "compared": [] });
        let asked = sync.call_within(&event, RESERVE).expect("a call without time");
        assert_eq!((&asked["status"], asked["parts"].as_array().map(Vec::len)), (&json!("compare"), Some(2)));
        let compared = |compare: &mut Function| -> Vec<Value> {
            let parts = asked["parts"].as_array().expect("parts").iter();
            let events = parts.map(|part| json!({ "part": part, "run": "run-1" }));
            events.map(|event| compare.call(&event).expect("a comparison")).collect()
        };
        event["compared"] = json!(compared(&mut compare));
        let status = sync.call(&event).expect("an answer")["status"].clone();
        assert_eq!(status, if action == "plan" { "nothing" } else { "equal" });

        staging.script("DELETE FROM rate WHERE id = 2");
        event["compared"] = json!(compared(&mut compare));
        let answer = sync.call(&event).expect("an answer");
        let planned = if action == "plan" { "planned" } else { "different" };
        assert_eq!(answer["status"], planned, "{answer}");
        staging.script("INSERT INTO rate VALUES (2)");
    }
}
