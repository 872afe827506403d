//! A whole run: lock, plan, rehearse, confirm, apply, verify, journal.

use std::time::Duration;

use super::Context;
use super::apply::Applier;
use super::gate::{self, Marks, Still};
use super::plan::{PlanOptions, plan_once};
use crate::data::Applied;
use crate::journal::{Journal, Lock, RunStatus};
use crate::plan::Plan;
use crate::{Error, ErrorKind, Result, schema};

/// Settings of a run.
pub struct SyncOptions<'a> {
    /// What to plan.
    pub plan: PlanOptions,
    /// Seconds to wait for another run on the same target.
    pub lock_wait_seconds: u32,
    /// Only a plan with this fingerprint may be applied.
    pub expected: Option<String>,
    /// Shows the plan and asks whether to apply it.
    pub confirm: &'a dyn Fn(&Plan) -> Result<bool>,
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// Source and target were in step already.
    InStep,
    /// The plan may not be applied; nothing was changed.
    Refused(Box<Plan>),
    /// The person said no; nothing was changed.
    Declined,
    /// The plan was applied and verified.
    Applied {
        /// The run's number in the journal.
        run: u64,
        /// Schema statements executed.
        statements: u64,
        /// Rows changed.
        rows: Applied,
    },
}

/// Brings the target into step with the source.
///
/// # Errors
/// [`ErrorKind::Locked`] when another run is at work on the target; [`ErrorKind::Stale`] when the plan is not
/// the expected one any more; [`ErrorKind::Budget`] and [`ErrorKind::Interrupted`] when stopped, with everything
/// done so far journalled; whatever a server answers. After an error the next run takes up what is left.
pub fn sync(context: &Context, options: &SyncOptions) -> Result<Outcome> {
    context.stoppable(|| sync_stoppable(context, options))
}

fn sync_stoppable(context: &Context, options: &SyncOptions) -> Result<Outcome> {
    context.phase("connecting")?;
    // Taken before planning: a plan made while another run is at work would be stale when that one ends.
    let wait = Duration::from_secs(options.lock_wait_seconds.into());
    let lock = Lock::take(context.open_journal()?, wait, &context.control)?;
    close_dead_runs(context)?;
    schema::drop_leftovers(&mut context.open_target()?)?;
    let marks = Marks::take(context, &options.plan)?;
    // A saved plan is made again in full: its fingerprint covers every row.
    let still =
        if options.expected.is_some() { Still::Nothing } else { gate::still(context, marks.as_ref())? };
    if still == Still::Everything {
        return Ok(Outcome::InStep);
    }
    let plan_options = PlanOptions { rows_stood_still: still == Still::ReferenceRows, ..options.plan };
    let plan = plan_once(context, &plan_options)?;
    let fingerprint = plan.fingerprint()?;
    if let Some(expected) = &options.expected
        && *expected != fingerprint
    {
        return Err(Error::new(
            ErrorKind::Stale,
            "source or target moved since the plan was made; nothing was changed",
        )
        .with_hint("make a new plan and look at it again"));
    }
    if plan.is_refused() {
        return Ok(Outcome::Refused(Box::new(plan)));
    }
    if plan.is_empty() {
        gate::remember(context, &options.plan, marks.as_ref())?;
        return Ok(Outcome::InStep);
    }
    if !(options.confirm)(&plan)? {
        return Ok(Outcome::Declined);
    }
    apply_plan(context, options, plan, &fingerprint, lock)
}

/// Notes of runs that died that they did: their target is locked by this run now.
fn close_dead_runs(context: &Context) -> Result<()> {
    let Some(mut journal) = Journal::find(context.open_journal()?)? else { return Ok(()) };
    let dead = journal.close_dead_runs()?;
    if !dead.is_empty() {
        context.warn(format!("run {} ended without a word; going on from what it left", join(&dead)));
    }
    Ok(())
}

fn apply_plan(
    context: &Context,
    options: &SyncOptions,
    plan: Plan,
    fingerprint: &str,
    mut lock: Lock,
) -> Result<Outcome> {
    context.phase("applying")?;
    let mut journal = Journal::open(context.open_journal()?)?;
    let run = journal.begin(&context.name(), fingerprint)?;
    let statements = plan.statements.len() as u64;
    let mut applier = Applier { context, journal: &mut journal, lock: &mut lock, run, changed: false };
    let result = work(context, options, &mut applier, plan)
        .map_err(|e| partly_done(context.control.explain(e), applier.changed));
    let (status, message) = match &result {
        Ok(_) => (RunStatus::Done, None),
        Err(error) => (status_of(error), Some(error.to_string())),
    };
    let noted = journal.end(run, status, message.as_deref());
    let rows = result?;
    noted?;
    Ok(Outcome::Applied { run, statements, rows })
}

fn status_of(error: &Error) -> RunStatus {
    match error.kind() {
        ErrorKind::Budget => RunStatus::Budget,
        ErrorKind::Interrupted => RunStatus::Interrupted,
        _ => RunStatus::Failed,
    }
}

/// A refusal promises that nothing was changed; after the first change it is another error.
fn partly_done(error: Error, changed: bool) -> Error {
    if !changed || !matches!(error.kind(), ErrorKind::Refused | ErrorKind::Stale) {
        return error;
    }
    let done = "what the run did before stays, see `lockstep history`; plan again for the rest";
    let hint = error.hint().map_or_else(|| done.to_owned(), |hint| format!("{hint}; {done}"));
    Error::user(error.message()).with_hint(hint)
}

fn join(runs: &[u64]) -> String {
    runs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The schema step, its verification, and the rows, which verify themselves before they are committed.
fn work(context: &Context, options: &SyncOptions, applier: &mut Applier, mut plan: Plan) -> Result<Applied> {
    applier.statements(&plan)?;
    if !plan.statements.is_empty() {
        context.phase("verifying the schema")?;
        let check = PlanOptions { data: false, rehearse: false, destructive: true, ..options.plan };
        let left = plan_once(context, &check)?;
        if let Some(problem) = left.unsupported.first() {
            return Err(Error::user(format!(
                "after the schema step {} cannot be compared: {}",
                problem.object, problem.reason
            ))
            .with_hint("someone changed it meanwhile: plan again"));
        }
        if let Some(statement) = left.statements.first() {
            return Err(Error::internal(format!(
                "after the schema step {} still differs: {}",
                statement.object, statement.why
            ))
            .with_hint("someone changed it meanwhile, or it is a fault in lockstep: plan again"));
        }
    }
    applier.rows(&mut plan)
}
