//! A plan as a script that a person can read and run with the `mysql` or `mariadb` client.

use std::io::Write;

use super::script::Guard;
use super::{Plan, RowPlan};
use crate::data::{self, Phase};
use crate::names::{literal, quote};
use crate::schema::lexer::{Lexer, TokenKind};
use crate::schema::{ObjectKind, Stage, Statement, reads_alike};
use crate::{Error, Result};

/// Writes the script: what `lockstep apply` would do, in the same order and with the same proofs, for the `mysql` or
/// `mariadb` client. Whatever does not hold ends it with an error, and nothing of an open transaction stays.
///
/// # Errors
/// [`crate::ErrorKind::Refused`] for a plan that must not be applied, or whose row changes cannot be rehearsed; when
/// `out` cannot be written.
pub fn write_sql(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    if plan.is_refused() {
        return Err(Error::refused("a refused plan has no script")
            .with_hint("see its reasons with `lockstep plan … --format text`"));
    }
    let script = match &plan.script {
        Some(Ok(script)) => script,
        Some(Err(reason)) => {
            return Err(Error::refused(format!("this plan has no script: {reason}"))
                .with_hint("`lockstep apply` and `lockstep sync` can do it"));
        }
        None => return Err(Error::internal("no script was asked for")),
    };
    check_character_sets(plan)?;
    header(plan, out)?;
    for pin in &script.pins {
        writeln!(out, "{pin};")?;
    }
    writeln!(out)?;
    if plan.statements.iter().any(has_comment) {
        let kept = "SELECT /* kept */ info LIKE CONCAT('%/', '* kept *', '/%') FROM information_schema.processlist \
                    WHERE id = CONNECTION_ID()";
        let message = "run the client with --comments".to_owned();
        let guard = Guard { query: kept.to_owned(), answer: Some("1".to_owned()), message };
        write_guards("the client leaves comments in definitions", &[guard], out)?;
    }
    write_guards("the target is as it was when the plan was made", &script.before, out)?;
    write_statements(plan, Stage::Open, out)?;
    for rows in &script.rows {
        writeln!(out, "START TRANSACTION;")?;
        for statement in &rows.statements {
            writeln!(out, "{statement};")?;
        }
        write_guards("the rows are the source's", &rows.after, out)?;
        writeln!(out, "COMMIT;\nSET foreign_key_checks = 1;\n")?;
    }
    write_statements(plan, Stage::Close, out)
}

/// A script is in UTF-8: an object that remembers another character set must mean the same in both.
fn check_character_sets(plan: &Plan) -> Result<()> {
    let other = plan.statements.iter().find(|s| {
        let charset = s.settings.character_set_client.as_deref().unwrap_or("utf8mb4");
        charset != "utf8mb4" && !reads_alike(&s.sql, charset)
    });
    match other {
        None => Ok(()),
        Some(statement) => Err(Error::refused(format!(
            "this plan has no script: the definition of {} holds characters beyond ASCII and was made under another character set",
            statement.object
        ))),
    }
}

/// True for a stored object whose body holds a comment, which some clients take out by default.
fn has_comment(statement: &Statement) -> bool {
    statement.action.defines_stored() && Lexer::new(&statement.sql).any(|t| t.kind == TokenKind::Comment)
}

fn write_guards(what: &str, guards: &[Guard], out: &mut dyn Write) -> Result<()> {
    if guards.is_empty() {
        return Ok(());
    }
    writeln!(out, "-- proves that {what}; the script ends here if not")?;
    for statement in guards.iter().flat_map(Guard::statements) {
        writeln!(out, "{statement};")?;
    }
    writeln!(out)?;
    Ok(())
}

fn write_statements(plan: &Plan, stage: Stage, out: &mut dyn Write) -> Result<()> {
    plan.statements.iter().filter(|s| s.stage == stage).try_for_each(|s| write_statement(s, out))
}

/// Writes every statement and row change, to be read: not in the order of a run, and without its proofs. The first
/// statement sees to it that nobody runs it.
///
/// # Errors
/// When `out` cannot be written, or spooled row changes cannot be read back.
pub fn write_listing(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    header(plan, out)?;
    writeln!(
        out,
        "-- To be read: lockstep applies the plan. The next line ends a client that tries to run this."
    )?;
    writeln!(out, "SELECT `this listing is to be read, not to be run`;\n")?;
    write_statements(plan, Stage::Open, out)?;
    for table in plan.tables.iter().filter(|t| matches!(t.rows, RowPlan::AfterSchema)) {
        writeln!(
            out,
            "-- rows of {}: compared after the statements above\n",
            comment(&table.table.to_string())
        )?;
    }
    for phase in [Phase::Write, Phase::Delete] {
        for (pair, difference) in plan.differences().filter(|(_, d)| !d.is_empty()) {
            for (i, statement) in data::statements(&pair.target, &difference.changes, phase).enumerate() {
                if i == 0 {
                    writeln!(out, "-- {}", comment(&difference.table.to_string()))?;
                }
                writeln!(out, "{};", statement?.sql)?;
            }
        }
    }
    writeln!(out)?;
    write_statements(plan, Stage::Close, out)
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
    writeln!(out)?;
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
    if has_body {
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
    // Last: what follows is read in it.
    text("character_set_client", &s.character_set_client, "NAMES utf8mb4");
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
