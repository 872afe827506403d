//! A plan for people, on a terminal or in a log.

use std::io::Write;

use super::{Plan, RowPlan, TablePlan};
use crate::Result;
use crate::data::{self, Pair, TableDifference};
use crate::schema::{Stage, Statement};
use crate::words::{count, grouped};

/// Row changes shown of each table.
const SHOWN: usize = 5;

/// How much of a plan is written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A line for each object and table.
    Brief,
    /// The statements too, and a few row changes of each table.
    Statements,
}

/// Writes the plan as text.
///
/// # Errors
/// When `out` cannot be written, or spooled row changes cannot be read back.
pub fn write_text(plan: &Plan, detail: Detail, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "plan {}", plan.flow())?;
    let summary = plan.summary();
    if plan.is_empty() {
        writeln!(out, "\n  in step: nothing to do")?;
    }
    if summary.statements > 0 {
        writeln!(out, "\nschema: {}", count(summary.statements, "statement"))?;
        write_statements(plan, Stage::Open, detail, out)?;
    }
    if plan.tables.iter().any(has_changes) {
        writeln!(out, "\nrows: +{} ~{} -{}", summary.inserts, summary.updates, summary.deletes)?;
        for table in plan.tables.iter().filter(|t| has_changes(t)) {
            write_table(table, detail, out)?;
        }
    }
    if plan.statements.iter().any(|s| s.stage == Stage::Close) {
        writeln!(out, "\nafter the rows:")?;
        write_statements(plan, Stage::Close, detail, out)?;
    }
    for (title, problems) in [("unsupported", &plan.unsupported), ("refused", &plan.refused)] {
        if !problems.is_empty() {
            writeln!(out, "\n{title}:")?;
        }
        for problem in problems {
            writeln!(out, "  {}: {}", problem.object, problem.reason)?;
        }
    }
    for warning in &plan.warnings {
        writeln!(out, "\nwarning: {warning}")?;
    }
    for note in &plan.notes {
        writeln!(out, "\nnote: {note}")?;
    }
    Ok(())
}

fn write_statements(plan: &Plan, stage: Stage, detail: Detail, out: &mut dyn Write) -> Result<()> {
    for Statement { risk, object, why, sql, .. } in plan.statements.iter().filter(|s| s.stage == stage) {
        if detail == Detail::Brief {
            writeln!(out, "  {:<11} {object}: {why}", risk.word())?;
            continue;
        }
        writeln!(out, "  {:<11} {object}", risk.word())?;
        writeln!(out, "              {why}")?;
        for line in sql.lines() {
            writeln!(out, "              | {line}")?;
        }
    }
    Ok(())
}

fn has_changes(table: &TablePlan) -> bool {
    match &table.rows {
        RowPlan::Compared { difference, .. } => !difference.changes.is_empty(),
        RowPlan::AfterSchema => true,
        RowPlan::StoodStill => false,
    }
}

fn write_table(table: &TablePlan, detail: Detail, out: &mut dyn Write) -> Result<()> {
    let (pair, difference) = match &table.rows {
        RowPlan::AfterSchema => {
            writeln!(out, "  {}  compared after the schema step", table.table)?;
            return Ok(());
        }
        RowPlan::StoodStill => return Ok(()),
        RowPlan::Compared { pair, difference } => (pair, difference),
    };
    let changes = &difference.changes;
    writeln!(out, "  {}  +{} ~{} -{}", table.table, changes.inserts(), changes.updates(), changes.deletes())?;
    if detail == Detail::Brief {
        return Ok(());
    }
    for sql in sample(pair, difference, SHOWN)? {
        writeln!(out, "              | {sql};")?;
    }
    if changes.len() > SHOWN as u64 {
        writeln!(out, "              | … and {} more", grouped(changes.len() - SHOWN as u64))?;
    }
    Ok(())
}

/// The first changes of a table as statements, one for each row, with long values shortened.
pub(super) fn sample(pair: &Pair, difference: &TableDifference, most: usize) -> Result<Vec<String>> {
    difference
        .changes
        .iter()
        .take(most)
        .map(|change| Ok(data::short_statement(&pair.target, &change?.1)?.replace('\n', " ")))
        .collect()
}
