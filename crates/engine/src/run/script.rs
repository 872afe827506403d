//! The script of a plan: its row changes are made to copies of the reference tables inside the target, in the way in
//! which they would be applied, and recorded. So the script does what `apply` does, in the same order; and what it
//! must prove is known.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::sides::Sides;
use crate::data::{self, Layout, Recorded, Silent, TableDifference, Work};
use crate::names::literal;
use crate::plan::{Guard, Plan, RowPlan, RowScript, Script};
use crate::schema::rename_databases;
use crate::{Result, Session, TableName};

/// What a rehearsal of row changes recorded.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// Tables whose changes it made, or which had none.
    tables: BTreeSet<TableName>,
    before: Vec<Guard>,
    rows: Vec<RowScript>,
    /// Why the changes could not be made.
    pub problem: Option<String>,
}

/// Makes the changes to the copies that `layouts` describe, whose real names are `tables`, and records them under
/// these. `current` are the shapes of the real tables as they are now.
pub(super) fn record(
    context: &Context,
    layouts: &[&Layout],
    differences: &[TableDifference],
    tables: &[TableName],
    current: &BTreeMap<TableName, Layout>,
    back: &BTreeMap<String, String>,
) -> Result<Recording> {
    let mut recording = Recording { tables: tables.iter().cloned().collect(), ..Recording::default() };
    let session = &mut context.open_target()?;
    for set in data::connected_sets(layouts) {
        if set.iter().all(|&i| differences[i].is_empty()) {
            continue;
        }
        for &i in &set {
            if let Some(layout) = current.get(&tables[i]) {
                recording.before.push(guard(session, layout, &tables[i], "moved since the plan", |sql| sql)?);
            }
        }
        let work: Vec<Work> =
            set.iter().map(|&i| Work { layout: layouts[i], difference: &differences[i] }).collect();
        let recorded = match data::record_set(session, &work, &Silent) {
            Ok(recorded) => recorded,
            Err(error) if session.is_poisoned() => return Err(error),
            Err(error) => {
                context.control.check()?;
                recording.problem = Some(format!("its row changes cannot be rehearsed: {}", error.message()));
                return Ok(recording);
            }
        };
        let real = |sql: String| rename_databases(&sql, back);
        let mut rows = under_real_names(recorded, &real);
        for &i in &set {
            rows.after.push(guard(session, layouts[i], &tables[i], "not the source's", real)?);
        }
        recording.rows.push(rows);
    }
    Ok(recording)
}

fn under_real_names(recorded: Recorded, real: &dyn Fn(String) -> String) -> RowScript {
    let orphans = recorded.orphans.into_iter().map(|(_, key, query)| Guard {
        query: real(query),
        answer: None,
        message: message(&format!("a row has no parent by {key}")),
    });
    RowScript { statements: recorded.statements.into_iter().map(real).collect(), after: orphans.collect() }
}

/// The guard that a table's rows are as they are now.
fn guard(
    session: &mut Session,
    layout: &Layout,
    table: &TableName,
    otherwise: &str,
    real: impl Fn(String) -> String,
) -> Result<Guard> {
    let query = data::digest_query(session, layout);
    let answer: Option<Option<String>> = session.query_first(&query)?;
    let message = message(&format!("rows of {table} {otherwise}"));
    Ok(Guard { query: real(query), answer: answer.flatten(), message })
}

/// What a client can say of it: servers take a name of no more than 64 characters.
fn message(text: &str) -> String {
    const MOST: usize = 64;
    text.chars().filter(|c| !c.is_control()).take(MOST).collect()
}

/// The script of a plan whose rows were recorded, or why there is none.
pub(super) fn of_plan(
    context: &Context,
    sides: &mut Sides,
    plan: &Plan,
    recording: Recording,
) -> Result<std::result::Result<Script, String>> {
    if let Some(problem) = recording.problem {
        return Ok(Err(problem));
    }
    let unrecorded = plan.tables.iter().find(|t| {
        let has_changes = match &t.rows {
            RowPlan::Compared { difference, .. } => !difference.is_empty(),
            RowPlan::AfterSchema => true,
            RowPlan::StoodStill => false,
        };
        has_changes && !recording.tables.contains(&t.table)
    });
    if let Some(table) = unrecorded {
        return Ok(Err(format!(
            "the rows of {} cannot be copied to rehearse their changes (it is large, or refers to a table whose rows may \
             not be read)",
            table.table
        )));
    }
    let mut before = vec![definitions_guard(context, &mut sides.target)?];
    before.extend(recording.before);
    let pins = context.open_target()?.pins()?;
    Ok(Ok(Script { pins, before, rows: recording.rows }))
}

/// The guard that the columns in scope are as they are now.
fn definitions_guard(context: &Context, session: &mut Session) -> Result<Guard> {
    let databases: Vec<String> = context.topology.databases.iter().map(|d| literal(d)).collect();
    let parts = [
        "table_schema",
        "table_name",
        "column_name",
        "ordinal_position",
        "COALESCE(column_default, '-')",
        "is_nullable",
        "column_type",
        "COALESCE(collation_name, '-')",
        "extra",
    ];
    let hash = format!("LEFT(SHA2(CONCAT_WS('|', {}), 256), 16)", parts.join(", "));
    let query = format!(
        "SELECT CONCAT_WS(' ', COUNT(*), BIT_XOR(CAST(CONV({hash}, 16, 10) AS UNSIGNED))) \
         FROM information_schema.columns WHERE table_schema IN ({})",
        databases.join(", ")
    );
    let answer: Option<Option<String>> = session.query_first(&query)?;
    Ok(Guard { query, answer: answer.flatten(), message: message("the definitions moved since the plan") })
}
