//! A plan as a script that a person can read and run with the `mysql` client.

use std::io::Write;

use super::{Plan, RowPlan};
use crate::data::{self, Pair, Phase, TableDifference};
use crate::names::{literal, quote};
use crate::schema::{ObjectKind, Statement};
use crate::{Error, Result};

/// Writes the script. Statements whose body holds semicolons are wrapped in `DELIMITER` lines.
///
/// # Errors
/// [`crate::ErrorKind::Refused`] for a plan that must not be applied; when `out` cannot be written.
pub fn write_sql(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    if plan.is_refused() {
        return Err(Error::refused("a refused plan has no script")
            .with_hint("see its reasons with `lockstep plan … --format text`"));
    }
    header(plan, out)?;
    for statement in &plan.statements {
        write_statement(statement, out)?;
    }
    let deferred: Vec<_> =
        plan.tables.iter().filter(|t| matches!(t.rows, RowPlan::AfterSchema)).map(|t| &t.table).collect();
    for table in deferred {
        writeln!(
            out,
            "-- rows of {table}: compared after the statements above; plan again for their changes\n"
        )?;
    }
    write_rows(plan, out)
}

/// The row changes in one transaction. Foreign keys are not checked in it: run by hand, the order of rows
/// within tables that refer to each other is not worked out as `lockstep apply` does.
fn write_rows(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    let changed: Vec<(&Pair, &TableDifference)> = plan.differences().filter(|(_, d)| !d.is_empty()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    writeln!(out, "SET foreign_key_checks = 0;\nSTART TRANSACTION;")?;
    for phase in [Phase::Delete, Phase::Write] {
        for (pair, difference) in &changed {
            for (i, statement) in data::statements(&pair.target, &difference.changes, phase).enumerate() {
                if i == 0 {
                    writeln!(out, "-- {}", comment(&difference.table.to_string()))?;
                }
                let statement = statement?;
                for position in statement.positions.iter().filter(|_| statement.updates) {
                    let change = difference.changes.at(*position)?;
                    if let Some(sql) = data::detour(&pair.target, &change)? {
                        writeln!(out, "-- the server takes the old and the new value for equal\n{sql};")?;
                    }
                }
                writeln!(out, "{};", statement.sql)?;
            }
        }
    }
    writeln!(out, "COMMIT;\nSET foreign_key_checks = 1;")?;
    Ok(())
}

fn header(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    let s = plan.summary();
    writeln!(out, "-- lockstep {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "-- flow: {}", comment(&plan.flow()))?;
    writeln!(out, "-- plan: {}", plan.fingerprint()?)?;
    writeln!(out, "-- source: {} schema {}", comment(&plan.source.version), plan.source.schema)?;
    writeln!(out, "-- target: {} schema {}", comment(&plan.target.version), plan.target.schema)?;
    writeln!(
        out,
        "-- statements: {} ({} slow, {} may fail, {} destructive)",
        s.statements, s.slow, s.may_fail, s.destructive
    )?;
    writeln!(out, "-- rows: {} inserted, {} updated, {} deleted", s.inserts, s.updates, s.deletes)?;
    for warning in &plan.warnings {
        writeln!(out, "-- warning: {}", comment(warning))?;
    }
    writeln!(
        out,
        "\nSET NAMES utf8mb4;\nSET time_zone = '+00:00';\n\
         SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION';\n"
    )?;
    Ok(())
}

/// Text that stays within its comment line.
fn comment(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn write_statement(statement: &Statement, out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "-- {}: {}: {}",
        statement.risk.word(),
        comment(&statement.object.to_string()),
        comment(&statement.why)
    )?;
    if !statement.database.is_empty() {
        writeln!(out, "USE {};", quote(&statement.database))?;
    }
    let settings = session_settings(statement);
    for (name, value, _) in &settings {
        writeln!(out, "SET {name} = {value};")?;
    }
    let has_body =
        !matches!(statement.object.kind, ObjectKind::Table | ObjectKind::Database | ObjectKind::View);
    if has_body && statement.sql.contains(';') {
        let end = delimiter(&statement.sql);
        writeln!(out, "DELIMITER {end}\n{}\n{end}\nDELIMITER ;", statement.sql)?;
    } else {
        writeln!(out, "{};", statement.sql)?;
    }
    for (_, _, back) in &settings {
        writeln!(out, "SET {back};")?;
    }
    writeln!(out)?;
    Ok(())
}

/// The variables a statement needs, with their value and the assignment that goes back.
fn session_settings(statement: &Statement) -> Vec<(&'static str, String, String)> {
    let s = &statement.settings;
    let mut out = Vec::new();
    let mut text = |name, value: &Option<String>, back: &str| {
        if let Some(value) = value {
            out.push((name, literal(value), back.to_owned()));
        }
    };
    text(
        "sql_mode",
        &s.sql_mode,
        "sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'",
    );
    text("collation_connection", &s.collation_connection, "NAMES utf8mb4");
    text("time_zone", &s.time_zone, "time_zone = '+00:00'");
    if s.without_foreign_key_checks {
        out.push(("foreign_key_checks", "0".into(), "foreign_key_checks = 1".into()));
    }
    out
}

/// A delimiter that does not occur in the statement.
fn delimiter(sql: &str) -> String {
    let mut end = "//".to_owned();
    while sql.contains(&end) {
        end.push('/');
    }
    end
}
