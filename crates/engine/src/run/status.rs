//! How one flow stands: schema and each reference table in step or not, lag, and the last run.

use serde::Serialize;

use super::Context;
use super::gate::{self, Marks, Still};
use super::plan::{PlanOptions, make_plan};
use crate::Result;
use crate::journal::{Journal, Look, RunRecord};
use crate::plan::{RowPlan, Summary};

/// How one reference table stands.
#[derive(Clone, Debug, Serialize)]
pub struct TableStatus {
    /// The table.
    pub table: String,
    /// True when its rows are equal.
    pub in_step: bool,
    /// Rows that differ; `None` while its definition differs.
    pub differing_rows: Option<u64>,
}

/// What is known of a target's journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JournalState {
    /// It was read.
    Read,
    /// There is none: no run has changed this target.
    Missing,
    /// The login may not read it.
    Unreadable,
}

/// How one flow stands.
#[derive(Clone, Debug, Serialize)]
pub struct FlowStatus {
    /// The source.
    pub from: String,
    /// The target.
    pub to: String,
    /// The databases whose definitions were compared.
    pub databases: Vec<String>,
    /// True when nothing differs.
    pub in_step: bool,
    /// True when no definition differs.
    pub schema_in_step: bool,
    /// The figures of the plan that would bring it into step.
    pub summary: Summary,
    /// Each reference table.
    pub tables: Vec<TableStatus>,
    /// Seconds that the oldest missing change has been waiting at most: since both sides were last verified equal, after a
    /// run that changed something or one that found nothing to do. 0 in step; `None` when they never were, or when
    /// the journal could not be read.
    pub lag_seconds: Option<u64>,
    /// Whether the target's journal could be read.
    pub journal: JournalState,
    /// The flow's newest run; `None` also when the journal could not be read.
    pub last_run: Option<RunRecord>,
}

/// Looks at one flow. Changes nothing.
///
/// # Errors
/// As [`make_plan`].
pub fn flow_status(context: &Context) -> Result<FlowStatus> {
    let still = gate::still(context, Marks::take(context, &PlanOptions::default())?.as_ref())?;
    let (mut last_run, mut verified) = (None, None);
    let journal = match Journal::look(context.open_journal()?)? {
        Look::Found(mut journal) => {
            last_run = journal.last_run(&context.name())?;
            verified = journal.verified(&context.name())?;
            JournalState::Read
        }
        Look::Missing => JournalState::Missing,
        Look::Denied => JournalState::Unreadable,
    };
    if still == Still::Everything {
        return Ok(all_in_step(context, journal, last_run));
    }
    let options = PlanOptions {
        rehearse: false,
        only_looks: true,
        rows_stood_still: still == Still::ReferenceRows,
        ..PlanOptions::default()
    };
    let plan = make_plan(context, &options)?;
    let summary = plan.summary();
    let in_step = plan.is_empty();
    let tables = plan
        .tables
        .iter()
        .map(|t| {
            let differing_rows = match &t.rows {
                RowPlan::Compared { difference, .. } => Some(difference.changes.len()),
                RowPlan::AfterSchema => None,
                RowPlan::StoodStill => Some(0),
            };
            TableStatus { table: t.table.to_string(), in_step: differing_rows == Some(0), differing_rows }
        })
        .collect();
    Ok(FlowStatus {
        from: context.flow.from.clone(),
        to: context.flow.to.clone(),
        databases: context.topology.databases.clone(),
        in_step,
        schema_in_step: summary.statements == 0 && plan.unsupported.is_empty(),
        summary,
        tables,
        lag_seconds: if in_step { Some(0) } else { verified.map(|(_, age)| age) },
        journal,
        last_run,
    })
}

/// Neither server has committed anything since both were found equal.
fn all_in_step(context: &Context, journal: JournalState, last_run: Option<RunRecord>) -> FlowStatus {
    let table = |r: &crate::ReferenceTable| TableStatus {
        table: r.name().to_string(),
        in_step: true,
        differing_rows: Some(0),
    };
    FlowStatus {
        from: context.flow.from.clone(),
        to: context.flow.to.clone(),
        databases: context.topology.databases.clone(),
        in_step: true,
        schema_in_step: true,
        summary: Summary::default(),
        tables: context.references().iter().map(table).collect(),
        lag_seconds: Some(0),
        journal,
        last_run,
    }
}
