//! Applies a stored plan, in as many calls as it takes.
//!
//! The first call applies exactly the plan: the engine makes it again and compares fingerprints. When a call
//! ends early, the journal holds what was done; the next call plans what is left and applies it if it is a
//! part of the stored plan.

use lockstep_engine::data::Applied;
use lockstep_engine::journal::{Journal, RunStatus};
use lockstep_engine::plan::Plan;
use lockstep_engine::progress::Observer;
use lockstep_engine::run::{self, Context, Outcome, PlanOptions, SyncOptions};
use lockstep_engine::words::count;
use lockstep_engine::{Error, ErrorKind, Session};
use serde_json::{Value, json};

use super::baseline::Baseline;
use super::outline::Outline;
use super::plan::APPROVED;
use super::{Call, context, wants_approval};
use crate::clock::{Budget, now_seconds};
use crate::connection::Sides;
use crate::emf::{self, Unit};
use crate::failure::{Failure, Kind, Result};
use crate::state::State;
use crate::store::{Present, Store};
use crate::{lag, log, work};

/// Seconds to wait for another run on the target before answering `busy`.
const LOCK_WAIT_SECONDS: u32 = 5;

/// Runs of the journal that are looked through for those of the plan at hand.
const RUNS: u32 = 500;

/// After this many calls in a row that had to undo the same row changes the next one would not fare better.
const MOST_UNDONE: usize = 3;

/// Answers `apply`.
pub(super) async fn handle(call: &Call<'_>) -> Result<Value> {
    let id = call.plan_id()?;
    let outline = Outline::load(call, id).await?;
    let baseline = Baseline::load(call, id).await?;
    let sides = Sides::load(call.aws).await?;
    check_approval(call, baseline.approval_required || wants_approval(&sides.flow))?;
    if call.event.approval.approved {
        approved(call, id).await?;
    }
    let (observer, budget) = (call.observer.clone(), call.budget);
    let (destructive, may_fail) = (outline.destructive, outline.may_fail);
    let result = work::run(move || {
        let position = lag::position(&mut Session::connect(&sides.source)?)?;
        let (status, done, again) = apply(&sides, &*observer, budget, &outline, baseline.journal_run)?;
        Ok((status, done, (status == "done").then_some((position, again))))
    })
    .await;
    let (statements, rows) = (call.observer.statements(), call.observer.rows());
    emf::put(&[("StatementsApplied", Unit::Count, statements), ("RowsChanged", Unit::Count, rows)]);
    let (status, done, position) = result?;
    // The journal numbers its runs and has no place for the workflow's name: this line leads from one to the other.
    log::info("journal", &json!({ "run": call.event.run, "planId": id, "journalRuns": done.runs }));
    call.note(|state| {
        state.status = format!("apply: {status}");
        match &position {
            Some((position, false)) => state.applied = Some(position.clone()),
            // Repeated after the end, by a call that knows nothing new of where the source was then. When the
            // earlier one died before it could say so, the plan's own position is what is certain.
            Some((_, true)) => state.applied = state.applied.take().or(state.planned.clone()),
            None => {}
        }
    })
    .await?;
    Ok(json!({
        "status": status,
        "planId": id,
        "summary": format!(
            "{status}; so far {}, {} inserted, {} updated, {} deleted",
            count(done.statements, "statement"),
            count(done.rows.inserted, "row"),
            done.rows.updated,
            done.rows.deleted
        ),
        "counts": {
            "statements": done.statements,
            "may_fail": may_fail,
            "destructive": destructive,
            "inserted": done.rows.inserted,
            "updated": done.rows.updated,
            "deleted": done.rows.deleted,
        },
    }))
}

/// By the settings now and by those when the plan was made: a change between the two must not let a plan pass.
fn check_approval(call: &Call, required: bool) -> Result<()> {
    let approval = &call.event.approval;
    if required && !approval.approved {
        return Err(Failure::new(
            Kind::Refused,
            "the plan needs a person's approval, and the event has none; start the workflow again, which asks for one",
        ));
    }
    let by = approval.by.as_deref();
    log::info("approval", &json!({ "run": call.event.run, "required": required, "by": by }));
    Ok(())
}

/// Notes beside the plan that a person said yes, in the first of the calls that apply it. From now on it is the flow that takes
/// its time.
async fn approved(call: &Call<'_>, id: &str) -> Result<()> {
    if State::read(call.aws).await?.waiting_since.is_none() {
        return Ok(());
    }
    let note = json!({ "run": call.event.run, "time": now_seconds(), "by": call.event.approval.by });
    Store::open(call.aws)?.put_text(id, APPROVED, note.to_string(), Present::Replaced).await?;
    call.note(|state| state.end_wait(now_seconds())).await
}

/// What was done of a plan in all calls so far, from the journal.
#[derive(Default)]
struct Done {
    begun: bool,
    finished: bool,
    /// The journal's numbers of these runs, the newest first.
    runs: Vec<u64>,
    statements: u64,
    rows: Applied,
    /// How many of the newest runs had to undo row changes that did not fit into a call.
    undone: usize,
}

fn apply(
    sides: &Sides,
    observer: &dyn Observer,
    budget: Budget,
    outline: &Outline,
    since: u64,
) -> Result<(&'static str, Done, bool)> {
    let mut context = context(sides, observer, budget.left());
    context.rows.slices.clone_from(&outline.slices);
    let before = done(&context, outline, since)?;
    let confirm = |rest: &Plan| match before.begun {
        false => Ok(true),
        true => outline.contains(rest).map_err(|failure| Error::internal(failure.to_string())),
    };
    let options = SyncOptions {
        plan: PlanOptions {
            destructive: outline.destructive_allowed,
            may_fail: outline.may_fail_allowed,
            data: outline.data,
            ..PlanOptions::default()
        },
        lock_wait_seconds: LOCK_WAIT_SECONDS,
        // A statement that an earlier call left to the server: the budget ends the wait, and the next call goes on with it.
        underway_wait_seconds: u32::MAX,
        expected: (!before.begun).then(|| outline.fingerprint.clone()),
        confirm: &confirm,
        asks: false,
    };
    let result = run::sync(&context, &options);
    let after = done(&context, outline, since)?;
    let status = match result {
        Ok(Outcome::InStep | Outcome::Applied { .. }) => "done",
        // A call that is repeated after the plan was finished, when the source has moved on: that is for the
        // next plan.
        Ok(Outcome::Declined | Outcome::Refused(_)) if before.finished => "done",
        Ok(Outcome::Declined | Outcome::Refused(_)) => "moved",
        Err(error) if error.kind() == ErrorKind::Budget && after.undone >= MOST_UNDONE => {
            return Err(too_long(&error));
        }
        Err(error) => ended(&error, &before, &after).ok_or_else(|| failure(error))?,
    };
    Ok((status, after, before.finished))
}

/// The status after an error that leaves something to do; `None` when the error itself is the answer.
fn ended(error: &Error, before: &Done, after: &Done) -> Option<&'static str> {
    let changed = (after.statements, after.rows) != (before.statements, before.rows);
    match error.kind() {
        // Found out before anything was begun. Later it means that rows moved under the run's hands.
        ErrorKind::Stale if !after.begun => Some("moved"),
        ErrorKind::Locked => Some("busy"),
        ErrorKind::Budget | ErrorKind::Underway | ErrorKind::Interrupted => Some("continue"),
        // After the first change the engine tells by this kind that something stands in the way of the rest.
        // The next call plans the rest, and says what does if it still does.
        ErrorKind::User if changed => Some("continue"),
        _ => None,
    }
}

/// Row changes that do not fit into a call, or wait for others in each.
fn too_long(error: &Error) -> Failure {
    Failure::new(
        Kind::TooLarge,
        format!(
            "{error}; {MOST_UNDONE} calls in a row ended so: others hold these rows (see the open transactions of the \
             target), or the changes are too many for a call: run `lockstep sync` from a machine in this environment's \
             network"
        ),
    )
}

/// Rows that moved between their comparison and their transaction may stand still in the next attempt. The
/// workflow makes a few, and then tells the error, which names the triggers that may be the cause.
fn failure(error: Error) -> Failure {
    let stale = error.kind() == ErrorKind::Stale;
    let mut failure = Failure::from(error);
    if stale {
        failure.kind = Kind::Temporary;
    }
    failure
}

/// Adds up the runs of this flow after run `since`, from the first one that carries the plan's fingerprint. Before
/// that, the same plan may have been made, tried and applied any number of times.
fn done(context: &Context, outline: &Outline, since: u64) -> Result<Done> {
    let Some(mut journal) = Journal::find(Session::connect(&context.target)?)? else {
        return Ok(Done::default());
    };
    let flow = context.name();
    let mut runs = journal.runs(RUNS)?;
    runs.retain(|run| run.run > since && run.flow == flow);
    let Some(first) = runs.iter().filter(|run| run.plan == outline.fingerprint).map(|run| run.run).min()
    else {
        return Ok(Done::default());
    };
    let mut done = Done { begun: true, ..Done::default() };
    done.finished = runs.first().is_some_and(|run| run.status == RunStatus::Done);
    done.undone = runs.iter().take_while(|run| run.run >= first && run::was_undone(run)).count();
    for run in runs.iter().filter(|run| run.run >= first) {
        done.runs.push(run.run);
        done.statements += run.statements;
        done.rows.inserted += run.rows.inserted;
        done.rows.updated += run.rows.updated;
        done.rows.deleted += run.rows.deleted;
    }
    Ok(done)
}
