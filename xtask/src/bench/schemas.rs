//! Definitions: two servers with the same tables, views, triggers and routines, then one table changed.

use std::fmt::Write;
use std::process::Command;

use anyhow::Result;

use super::Bench;
use super::measure::Meter;
use crate::run::say;

const DATABASE: &str = "bench_schemas";

/// Connections that lockstep reads the definitions of one server on.
const CONNECTIONS: &str = "2";

/// Measures the comparison of equal definitions, and of one changed table among them.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let tables = bench.sizes.tables;
    say(format!("creating {tables} tables on each server …"));
    bench.meter.script(&definitions(tables))?;
    equal(bench, &format!("{tables} tables equal"))?;
    changed(bench, &format!("1 of {tables} tables changed"))?;
    bench.meter.script(&format!("DROP DATABASE {DATABASE};"))
}

fn equal(bench: &mut Bench, case: &str) -> Result<()> {
    let ports = bench.meter.ports();
    let bare = || {
        let mut command = Command::new(&bench.xtask);
        command.args(["bench", "bare-schemas", DATABASE, CONNECTIONS]).args(ports.map(|p| p.to_string()));
        command
    };
    let cost = bench.meter.median(|_| Ok(()), bare, &[0])?;
    bench.report.floor(case, cost);
    let cost = bench.meter.median(|_| Ok(()), || lockstep(bench, &["plan"]), &[0])?;
    bench.report.note(case, "lockstep plan", cost, "");
    if let Some(dumps) = bench.peers.compared_dumps(&bench.meter.ports(), DATABASE) {
        let cost = bench.meter.median(|_| Ok(()), || dumps.command(), &[0])?;
        bench.report.note(case, &dumps.name, cost, "says only that something differs");
    }
    Ok(())
}

fn changed(bench: &mut Bench, case: &str) -> Result<()> {
    let change = |meter: &Meter| {
        meter.script_on_target(&format!(
            "ALTER TABLE {DATABASE}.t_7 DROP COLUMN note, MODIFY name VARCHAR(60) NOT NULL DEFAULT '';"
        ))
    };
    change(&bench.meter)?;
    let cost = bench.meter.median(|_| Ok(()), || lockstep(bench, &["plan"]), &[2])?;
    bench.report.note(case, "lockstep plan", cost, "rehearsed");
    let sync = || lockstep(bench, &["sync", "--yes"]);
    bench.meter.once(sync(), &[0])?;
    let cost = bench.meter.median(change, sync, &[0])?;
    bench.report.note(case, "lockstep sync", cost, "rehearsed, applied, verified");
    Ok(())
}

fn lockstep(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = Command::new(&bench.lockstep);
    command.args(arguments).args(bench.meter.urls()).args(["--database", DATABASE, "--schema-only"]);
    command
}

/// Tables of 15 columns with five keys and a foreign key to the table before, and a tenth as many views, triggers,
/// procedures and functions.
fn definitions(tables: u32) -> String {
    let mut sql = format!("CREATE DATABASE {DATABASE}; USE {DATABASE};\n");
    for i in 0..tables {
        let parent = i.saturating_sub(1);
        let _ = writeln!(
            sql,
            "CREATE TABLE t_{i} (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, parent BIGINT UNSIGNED, \
             code VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, name VARCHAR(80) NOT NULL DEFAULT '', \
             kind ENUM('a', 'b', 'c') NOT NULL DEFAULT 'a', amount DECIMAL(18,4) NOT NULL DEFAULT 0, rate DOUBLE, \
             active TINYINT(1) NOT NULL DEFAULT 1, details JSON, valid_from DATE, valid_until DATE, \
             made DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), \
             seen TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP, note VARCHAR(200), \
             doubled DECIMAL(20,4) GENERATED ALWAYS AS (amount * 2) VIRTUAL, \
             PRIMARY KEY (id), UNIQUE KEY code (code), KEY parent (parent), KEY name (name, kind), \
             KEY made (made DESC), CONSTRAINT fk_{i} FOREIGN KEY (parent) REFERENCES t_{parent} (id)) \
             COMMENT 'table number {i}';"
        );
        if i.is_multiple_of(10) {
            stored(&mut sql, i);
        }
    }
    sql
}

/// A view, a trigger and a routine for one table.
fn stored(sql: &mut String, i: u32) {
    let routine = if i.is_multiple_of(20) {
        format!(
            "CREATE FUNCTION f_{i}(x DECIMAL(18,4)) RETURNS DECIMAL(18,4) DETERMINISTIC \
             RETURN x * 1.19 + {i}"
        )
    } else {
        format!("CREATE PROCEDURE p_{i}(IN wanted BIGINT) UPDATE t_{i} SET active = 0 WHERE id = wanted")
    };
    let _ = writeln!(
        sql,
        "CREATE VIEW v_{i} AS SELECT id, code, name, amount * rate AS product FROM t_{i} WHERE active = 1;\n\
         CREATE TRIGGER tr_{i} BEFORE INSERT ON t_{i} FOR EACH ROW SET NEW.name = TRIM(NEW.name);\n{routine};"
    );
}
