//! A sync of a million rows: what it holds in memory.

use std::time::Duration;

use serde_json::json;

use crate::emulator::Function;
use crate::sync::{apply, plan};
use crate::world::World;

/// Rows of the reference table.
const ROWS: u64 = 1_000_000;

/// What the function may hold at most, in MiB. The engine keeps its own buffers within bounds whatever the size of
/// the tables.
const MEMORY_LIMIT_MIB: u64 = 64;

#[test]
fn a_million_rows_arrive_within_the_memory_limit() {
    let world = World::deployed(2);
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    dev.script(&format!(
        "CREATE TABLE currency (code CHAR(3) PRIMARY KEY);
         CREATE TABLE rate (id INT PRIMARY KEY, a VARCHAR(40) NOT NULL, b DECIMAL(12,6) NOT NULL, c DATETIME NOT NULL);
         SET SESSION cte_max_recursion_depth = {ROWS};
         INSERT INTO rate WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
             SELECT i, CONCAT('a rate with the number ', i), i / 7, '2026-01-01' + INTERVAL i SECOND FROM n;"
    ));
    let folder = tempfile::tempdir().expect("a folder");
    let mut variables = world.variables(staging, "sync");
    variables.push(("TMPDIR".into(), folder.path().display().to_string()));
    let left = || std::fs::read_dir(folder.path()).expect("the folder").count();

    let event =
        json!({ "action": "plan", "run": "run-0", "input": { "trigger": "schedule" }, "compared": [] });
    Function::start(&variables).call_and_kill(&event, Duration::from_secs(2));
    assert_eq!(left(), 0, "a killed call leaves nothing");

    let mut sync = Function::start(&variables);
    println!(
        "from the start of the process to its first request: {:?}; {} KiB",
        sync.start,
        sync.peak_memory()
    );
    let mut planned = plan(&mut sync, "schedule");
    while planned["status"] == "busy" {
        // The server has not heard of the end yet.
        std::thread::sleep(Duration::from_millis(100));
        planned = plan(&mut sync, "schedule");
    }
    assert_eq!(planned["status"], "planned", "{planned}");
    println!("after planning: {} KiB", sync.peak_memory());
    let applied = sync.call(&apply(&planned, false)).expect("applied");
    assert_eq!(
        (&applied["status"], &applied["counts"]["inserted"]),
        (&"done".into(), &ROWS.into()),
        "{applied}"
    );
    assert_eq!(staging.value("SELECT COUNT(*) FROM shop.rate"), Some(ROWS.to_string()));
    assert_eq!(left(), 0);
    println!("after applying: {} KiB", sync.peak_memory());
    assert!(sync.peak_memory() <= MEMORY_LIMIT_MIB * 1024, "{} KiB", sync.peak_memory());
}
