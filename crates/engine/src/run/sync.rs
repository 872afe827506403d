//! A whole run: lock, plan, rehearse, confirm, apply, verify, journal.

use std::time::{Duration, Instant};

use super::apply::Applier;
use super::gate::{self, Marks, Still};
use super::plan::{PlanOptions, plan_once};
use super::{Context, Source, protect, underway};
use crate::data::Applied;
use crate::journal::{Holder, Journal, Lock, RunStatus};
use crate::plan::Plan;
use crate::progress::Event;
use crate::schema::Stage;
use crate::{Error, ErrorKind, Result, schema};

/// Settings of a run.
pub struct SyncOptions<'a> {
    /// What to plan.
    pub plan: PlanOptions,
    /// Seconds to wait for another run on the same target.
    pub lock_wait_seconds: u32,
    /// Seconds to wait for a statement that an earlier run left to the server; the budget also ends the wait.
    pub underway_wait_seconds: u32,
    /// Only a plan with this fingerprint may be applied.
    pub expected: Option<String>,
    /// Shows the plan and says whether to apply it.
    pub confirm: &'a dyn Fn(&Plan) -> Result<bool>,
    /// Whether `confirm` waits for a person. Meanwhile the target is not held: others can work on it, and the plan
    /// is made again afterwards and applied only if it is the same.
    pub asks: bool,
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
/// [`ErrorKind::Locked`] when another run is at work on the target; [`ErrorKind::Underway`] when what an earlier one
/// began still executes in the server; [`ErrorKind::Stale`] when the plan is not
/// the expected one any more; [`ErrorKind::Budget`] and [`ErrorKind::Interrupted`] when stopped, with everything
/// done so far journalled; whatever a server answers. After an error the next run takes up what is left.
pub fn sync(context: &Context, options: &SyncOptions) -> Result<Outcome> {
    context.stoppable(|| sync_stoppable(context, options))
}

fn sync_stoppable(context: &Context, options: &SyncOptions) -> Result<Outcome> {
    let lock = take_lock(context, options)?;
    let ready = match prepare(context, options, options.expected.as_deref())? {
        Prepared::Plan(ready) => *ready,
        Prepared::Ended(outcome) => return Ok(outcome),
    };
    if !options.asks {
        return match (options.confirm)(&ready.plan)? {
            true => apply_plan(context, options, ready, lock),
            false => Ok(Outcome::Declined),
        };
    }
    drop(lock);
    if !(options.confirm)(&ready.plan)? {
        return Ok(Outcome::Declined);
    }
    let Ready { fingerprint, .. } = ready;
    let lock = take_lock(context, options)?;
    match prepare(context, options, Some(&fingerprint))? {
        Prepared::Plan(ready) => apply_plan(context, options, *ready, lock),
        Prepared::Ended(outcome) => Ok(outcome),
    }
}

/// Holds the target. Taken before planning: a plan made while another run is at work would be stale when that ends.
fn take_lock(context: &Context, options: &SyncOptions) -> Result<Lock> {
    context.phase("connecting")?;
    let wait = Duration::from_secs(options.lock_wait_seconds.into());
    let waits = |holder: &Holder| {
        context.observer.event(&Event::Phase(format!("waiting for another run on this target: {holder}")));
    };
    let mut lock = Lock::take(context.open_journal()?, wait, &context.control, &waits)?;
    underway::wait(context, &mut lock, Duration::from_secs(options.underway_wait_seconds.into()))?;
    Ok(lock)
}

/// A plan that may be applied.
struct Ready {
    plan: Plan,
    fingerprint: String,
    /// When reading the source began.
    begun: Instant,
}

/// What a run does before it changes anything.
enum Prepared {
    /// A plan that may be applied.
    Plan(Box<Ready>),
    /// There is nothing to do, or it may not be done.
    Ended(Outcome),
}

/// Tidies up after dead runs and makes the plan, which must be the `expected` one where one is.
fn prepare(context: &Context, options: &SyncOptions, expected: Option<&str>) -> Result<Prepared> {
    // Before the source is read: a change that it commits from here on may be missing.
    let begun = Instant::now();
    let unsettled = underway::find(context)?;
    schema::drop_leftovers(&mut context.open_target()?)?;
    protect::restore_after_death(context)?;
    let marks = Marks::take(context, &options.plan)?;
    // A plan that is to be made again is made in full each time: its fingerprint covers every row.
    let in_full = options.asks || expected.is_some();
    let still = match expected {
        Some(_) => Still::Nothing,
        None => gate::still(context, marks.as_ref())?,
    };
    if still == Still::Everything {
        if let Some(unsettled) = unsettled {
            unsettled.settle(context, &options.plan, None)?;
        }
        return Ok(Prepared::Ended(Outcome::InStep));
    }
    let rows_stood_still = still == Still::ReferenceRows && !in_full;
    let plan = plan_once(context, &PlanOptions { rows_stood_still, ..options.plan })?;
    let is_finished = unsettled.is_some() && plan.is_empty() && !plan.is_refused();
    if let Some(unsettled) = unsettled {
        unsettled.settle(context, &options.plan, Some(&plan))?;
    }
    let fingerprint = plan.fingerprint()?;
    // What an earlier run left to the server may have been the last of the expected plan.
    if expected.is_some_and(|expected| expected != fingerprint) && !is_finished {
        return Err(Error::new(
            ErrorKind::Stale,
            "source or target moved since the plan was made; nothing was changed",
        )
        .with_hint("make a new plan and look at it again"));
    }
    if plan.is_refused() {
        return Ok(Prepared::Ended(Outcome::Refused(Box::new(plan))));
    }
    if plan.is_empty() {
        // Parts that others found equal were read before these marks, and after those of the cut.
        let read_by_others = !context.rows.slices.is_empty() && !rows_stood_still;
        let marks = if read_by_others { context.rows.marks.as_ref() } else { marks.as_ref() };
        gate::remember(context, &options.plan, marks, begun.elapsed())?;
        return Ok(Prepared::Ended(Outcome::InStep));
    }
    Ok(Prepared::Plan(Box::new(Ready { plan, fingerprint, begun })))
}

fn apply_plan(context: &Context, options: &SyncOptions, ready: Ready, mut lock: Lock) -> Result<Outcome> {
    let Ready { plan, fingerprint, begun } = ready;
    context.phase("applying")?;
    let mut journal = Journal::open(context.open_journal()?)?;
    let run = journal.begin(&context.name(), &fingerprint)?;
    let statements = plan.statements.len() as u64;
    let mut applier =
        Applier { context, journal: &mut journal, lock: &mut lock, run, changed: false, in_rows: false };
    let result = work(context, options, &mut applier, plan)
        .map_err(|e| with_outcome(context.control.explain(e), &applier));
    let (status, message) = match &result {
        Ok(_) => (RunStatus::Done, None),
        Err(error) => (status_of(error), Some(error.to_string())),
    };
    let noted = journal.end(run, status, message.as_deref());
    let rows = result?;
    noted?;
    let read_everything = options.plan.schema
        && options.plan.data
        && context.rows.slices.is_empty()
        && matches!(context.source, Source::Server(_));
    if read_everything {
        journal.set_in_step(&context.name(), begun.elapsed())?;
    }
    Ok(Outcome::Applied { run, statements, rows })
}

fn status_of(error: &Error) -> RunStatus {
    match error.kind() {
        ErrorKind::Budget => RunStatus::Budget,
        ErrorKind::Interrupted => RunStatus::Interrupted,
        _ => RunStatus::Failed,
    }
}

/// Adds to an error what it means for the target, as far as the run knows. A refusal promises that nothing was changed: after
/// the first change it becomes another error.
fn with_outcome(error: Error, applier: &Applier) -> Error {
    let outcome = match (applier.changed, error.kind()) {
        // These say it themselves, or nobody knows: a lost connection may have lost the answer to a COMMIT.
        (
            _,
            ErrorKind::Connection
            | ErrorKind::Budget
            | ErrorKind::Interrupted
            | ErrorKind::Underway
            | ErrorKind::Locked,
        ) => return error,
        (true, _) => "what the run changed before stays, see `lockstep history`; plan again for the rest",
        (false, ErrorKind::Refused | ErrorKind::Stale) => "nothing was changed",
        // The transaction was rolled back, and none was committed before it.
        (false, ErrorKind::Server(_)) if applier.in_rows => "nothing was changed",
        (false, _) => return error,
    };
    let hint = error.hint().map_or_else(|| outcome.to_owned(), |hint| format!("{hint}; {outcome}"));
    match error.kind() {
        ErrorKind::Refused | ErrorKind::Stale if applier.changed => {
            Error::user(error.message()).with_hint(hint)
        }
        _ => error.with_hint(hint),
    }
}

/// The statements that open the way; the rows, which verify themselves before they are committed; and the statements
/// that close. The definitions are verified after each.
fn work(context: &Context, options: &SyncOptions, applier: &mut Applier, mut plan: Plan) -> Result<Applied> {
    let closes = plan.statements.iter().any(|s| s.stage == Stage::Close);
    applier.statements(&plan, Stage::Open)?;
    if plan.statements.iter().any(|s| s.stage == Stage::Open) {
        verify_definitions(context, options, Stage::Open)?;
    }
    let rows = applier.rows(&mut plan)?;
    if closes {
        context.phase("adding what the rows satisfy")?;
        applier.statements(&plan, Stage::Close).map_err(|error| not_closed(error, &plan))?;
        verify_definitions(context, options, Stage::Close)?;
    }
    Ok(rows)
}

/// Compares the definitions as they are now: after the last stage nothing may differ.
fn verify_definitions(context: &Context, options: &SyncOptions, done: Stage) -> Result<()> {
    context.phase("verifying the schema")?;
    let check = PlanOptions {
        data: false,
        around_rows: options.plan.data,
        rehearse: false,
        destructive: true,
        ..options.plan
    };
    let left = plan_once(context, &check)?;
    if let Some(problem) = left.unsupported.first() {
        return Err(Error::user(format!(
            "after the schema step {} cannot be compared: {}",
            problem.object, problem.reason
        ))
        .with_hint("someone changed it meanwhile: plan again"));
    }
    match left.statements.iter().find(|s| s.stage <= done) {
        None => Ok(()),
        Some(statement) => Err(Error::internal(format!(
            "after the schema step {} still differs: {}",
            statement.object, statement.why
        ))
        .with_hint("someone changed it meanwhile, or it is a fault in lockstep: plan again")),
    }
}

/// An error of what comes after the rows: these are committed.
fn not_closed(error: Error, plan: &Plan) -> Error {
    let missing: Vec<String> = plan
        .statements
        .iter()
        .filter(|s| s.stage == Stage::Close)
        .map(|s| format!("{} ({})", s.object, s.why))
        .collect();
    let hint = error.hint().map_or_else(String::new, |hint| format!("{hint}; "));
    error.with_hint(format!(
        "{hint}the rows are committed and equal; what comes after them is not all there yet: {}. The next run goes on from here",
        missing.join("; ")
    ))
}
