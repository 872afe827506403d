//! Rows: four tables with keys of several kinds, equal on both servers, then changed, then empty at the target.

use std::fmt::Write;
use std::process::Command;

use anyhow::Result;

use super::Bench;
use super::measure::Meter;
use crate::run::say;

const DATABASE: &str = "bench_rows";

const COLUMNS: &str = "id INT NOT NULL, code VARCHAR(20) NOT NULL, name VARCHAR(80), amount DECIMAL(18,4), rate DOUBLE, \
    flag TINYINT NOT NULL, made DATETIME, seen TIMESTAMP NULL, note VARCHAR(120) NOT NULL, part BIGINT";

/// The tables and their primary keys: an integer, a pair of integers, a string, a string that rows do not come in
/// the order of.
const TABLES: [(&str, &str); 4] =
    [("by_id", "id"), ("by_pair", "flag, id"), ("by_code", "code"), ("by_note", "note")];

/// Small tables, such as reference tables mostly are, with so many rows each.
const SMALL_TABLES: u32 = 50;
const SMALL_ROWS: u32 = 200;
const SMALL_DATABASE: &str = "bench_small";

/// Measures the comparison of rows and the repair of differences.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    small(bench)?;
    say(format!("creating {} rows on each server …", bench.sizes.rows));
    bench.meter.script(&tables(bench.sizes.rows))?;
    let equal = format!("{} rows equal", bench.sizes.rows);
    let cost = bench.meter.median(|_| Ok(()), || bare(bench, DATABASE), &[0])?;
    bench.report.floor(&equal, cost);
    let cost = bench.meter.median(|_| Ok(()), || lockstep(bench, &["plan"]), &[0])?;
    bench.report.note(&equal, "lockstep plan", cost, "");
    peers_find(bench, &equal)?;
    for (case, prepare) in cases() {
        repair(bench, case, &prepare)?;
    }
    bench.meter.script(&format!("DROP DATABASE {DATABASE};"))
}

/// Many small tables: here a run's fixed costs show.
fn small(bench: &mut Bench) -> Result<()> {
    bench.meter.script(&small_tables())?;
    let case = format!("{SMALL_TABLES} tables of {SMALL_ROWS} rows");
    let cost = bench.meter.median(|_| Ok(()), || bare(bench, SMALL_DATABASE), &[0])?;
    bench.report.floor(&case, cost);
    let all: Vec<u32> = (0..SMALL_TABLES).collect();
    let cost = bench.meter.median(|_| Ok(()), || lockstep_small(bench, "plan", &all), &[0])?;
    bench.report.note(&case, "lockstep plan", cost, "equal");
    let change = |meter: &Meter| {
        meter.script_on_target(&format!("UPDATE {SMALL_DATABASE}.s_7 SET name = 'edited' WHERE id = 100;"))
    };
    let cost = bench.meter.median(change, || lockstep_small(bench, "sync", &all), &[0])?;
    bench.report.note(&case, "lockstep sync", cost, "1 row changed");
    let cost = bench.meter.median(change, || lockstep_small(bench, "sync", &[7]), &[0])?;
    bench.report.note("1 table of them", "lockstep sync", cost, "1 row changed");
    bench.meter.script(&format!("DROP DATABASE {SMALL_DATABASE};"))
}

/// What peers need to find that nothing differs.
fn peers_find(bench: &mut Bench, case: &str) -> Result<()> {
    let ports = bench.meter.ports();
    for peer in bench.peers.comparers(&ports, DATABASE) {
        match bench.meter.median(|_| Ok(()), || peer.command(), &peer.codes) {
            Ok(cost) => bench.report.note(case, &peer.name, cost, ""),
            Err(error) => bench.report.note_failure(case, &peer.name, &format!("{error:#}")),
        }
    }
    Ok(())
}

/// What the target is made to differ by.
fn cases() -> [(&'static str, String); 3] {
    let edit = |every: u32| {
        TABLES.iter().fold(String::new(), |mut sql, (table, _)| {
            let _ = writeln!(
                sql,
                "UPDATE {DATABASE}.{table} SET rate = rate + 1, name = 'edited' WHERE id % {every} = 7;"
            );
            sql
        })
    };
    let empty = TABLES.iter().map(|(table, _)| format!("TRUNCATE {DATABASE}.{table};\n")).collect();
    [("0.1 % changed", edit(1000)), ("10 % changed", edit(10)), ("target empty", empty)]
}

fn repair(bench: &mut Bench, case: &str, prepare: &str) -> Result<()> {
    let prepare = |meter: &Meter| meter.script_on_target(prepare);
    prepare(&bench.meter)?;
    let cost = bench.meter.median(|_| Ok(()), || lockstep(bench, &["plan", "--brief"]), &[2])?;
    bench.report.note(case, "lockstep plan", cost, "found");
    let cost = bench.meter.median(prepare, || lockstep(bench, &["sync", "--yes"]), &[0])?;
    bench.report.note(case, "lockstep sync", cost, "found, repaired, verified");
    let ports = bench.meter.ports();
    for peer in bench.peers.repairers(&ports, DATABASE) {
        match bench.meter.median(prepare, || peer.command(), &peer.codes) {
            Ok(cost) => {
                let equal = is_equal(bench)?;
                let remark = if equal { "repaired, not verified" } else { "rows still differ" };
                bench.report.note(case, &peer.name, cost, remark);
            }
            Err(error) => bench.report.note_failure(case, &peer.name, &format!("{error:#}")),
        }
        // Whatever a peer left is put right, so that the next one meets the same.
        bench.meter.once(lockstep(bench, &["sync", "--yes"]), &[0])?;
    }
    Ok(())
}

/// Whether both sides hold the same rows now.
fn is_equal(bench: &Bench) -> Result<bool> {
    Ok(lockstep(bench, &["plan", "--brief"]).output()?.status.success())
}

fn bare(bench: &Bench, database: &str) -> Command {
    let mut command = Command::new(&bench.xtask);
    command.args(["bench", "bare-rows", database]).args(bench.meter.ports().map(|port| port.to_string()));
    command
}

fn lockstep(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = Command::new(&bench.lockstep);
    command.args(arguments).args(bench.meter.urls()).args(["--database", DATABASE, "--data-only"]);
    for (table, _) in TABLES {
        command.arg("--reference").arg(format!("{DATABASE}.{table}"));
    }
    command
}

fn lockstep_small(bench: &Bench, command: &str, tables: &[u32]) -> Command {
    let mut lockstep = Command::new(&bench.lockstep);
    lockstep.arg(command).args(bench.meter.urls()).args(["--database", SMALL_DATABASE]);
    if command == "sync" {
        lockstep.arg("--yes");
    }
    for i in tables {
        lockstep.arg("--reference").arg(format!("{SMALL_DATABASE}.s_{i}"));
    }
    lockstep
}

fn tables(rows: u32) -> String {
    let mut sql = format!(
        "CREATE DATABASE {DATABASE}; USE {DATABASE}; SET sql_log_bin = 0, cte_max_recursion_depth = 10000000;\n"
    );
    for (table, key) in TABLES {
        let _ = writeln!(
            sql,
            "CREATE TABLE {table} ({COLUMNS}, PRIMARY KEY ({key}));\n{};",
            filling(table, rows / TABLES.len() as u32)
        );
    }
    sql
}

fn small_tables() -> String {
    let mut sql = format!("CREATE DATABASE {SMALL_DATABASE}; USE {SMALL_DATABASE};\n");
    for i in 0..SMALL_TABLES {
        let table = format!("s_{i}");
        let filling = filling(&table, SMALL_ROWS);
        let _ = writeln!(sql, "CREATE TABLE {table} ({COLUMNS}, PRIMARY KEY (id));\n{filling};");
    }
    sql
}

/// The statement that fills a table with rows that depend on their number alone.
fn filling(table: &str, rows: u32) -> String {
    format!(
        "INSERT INTO {table} (id, code, name, amount, rate, flag, made, seen, note, part) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
         SELECT i, CONCAT('C', i), CONCAT('The name of number ', i), i / 7, i / 3, i % 50, \
         '2020-01-01' + INTERVAL i MINUTE, '2021-01-01' + INTERVAL i SECOND, \
         CONCAT(SHA2(i, 256), ' a note'), i * 1000003 FROM n"
    )
}
