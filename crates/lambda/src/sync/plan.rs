//! Makes the plan and stores it. Nothing is applied here.

use std::sync::Mutex;

use lockstep_engine::journal::Journal;
use lockstep_engine::plan::Plan;
use lockstep_engine::run::{self, Cut, Outcome, PlanOptions, SyncOptions};
use lockstep_engine::{Endpoint, ErrorKind, Session};
use serde_json::{Value, json};

use super::baseline::Baseline;
use super::documents::Documents;
use super::outline::{self, Outline};
use super::{Call, context, parts, wants_approval};
use crate::clock::now_seconds;
use crate::connection::Sides;
use crate::failure::{Failure, Kind, Result};
use crate::state::Position;
use crate::store::{Folder, Present, Store, plan_id};
use crate::{lag, summary, work};

/// The objects that say that a person rejected the plan, and that one approved it. The later one holds: a plan that was
/// approved in the end is asked about when it comes again.
pub(super) const REJECTED: &str = "rejected.json";
pub(super) const APPROVED: &str = "approved.json";

/// The object whose presence says that a refusal was reported.
const REFUSED: &str = "refused.json";

/// A plan whose documents are stored.
struct Written {
    outline: Outline,
    /// What was stored of it before.
    there: Folder,
    summary: String,
    counts: Value,
    safe: bool,
}

enum Found {
    InStep,
    Busy,
    /// And the newest run in the journal.
    Planned(Written, u64),
    Refused(Written),
    Cut(Box<Cut>),
}

/// Answers `plan`.
pub(super) async fn handle(call: &Call<'_>) -> Result<Value> {
    let sides = Sides::load(call.aws).await?;
    let store = Store::open(call.aws)?;
    let approval = wants_approval(&sides.flow);
    let allows = |word: &str| call.event.input.allow.iter().any(|what| what == word);
    let (destructive, may_fail) = (allows("destructive"), allows("may-fail"));
    let mut rows = parts::scope(&call.event.compared)?;
    let first = call.event.compared.is_empty();
    let (before, marks) = if first { (None, None) } else { parts::recall(call).await? };
    rows.marks = marks;
    rows.limit_bytes = first.then(|| parts::bytes_in(call.budget));
    let different = parts::different(&call.event.compared);
    let options = PlanOptions { destructive, may_fail, ..PlanOptions::default() };
    let (observer, budget) = (call.observer.clone(), call.budget);
    let documents = Documents::new(store.clone());
    let (found, position) = work::run(move || {
        // Before anything is read, so that whatever is committed meanwhile counts as not yet seen.
        let position = lag::position(&mut Session::connect(&sides.source)?)?;
        let time = if first { parts::time_before_cut(budget) } else { budget.left() };
        let mut context = context(&sides, &*observer, time);
        context.rows = rows;
        let found = match find(&context, options, &documents) {
            Err(Ended::Budget) if first => {
                let too_slow = context.control.check().is_err();
                Found::Cut(Box::new(parts::cut(&sides, &*observer, budget, too_slow)?))
            }
            Err(Ended::Budget) => return Err(too_large(&different)),
            Err(Ended::Failed(failure)) => return Err(failure),
            Ok(found) => found,
        };
        Ok((found, position))
    })
    .await?;
    // What parts were compared is known of the source as it was before them.
    let read = |position| if first { Some(position) } else { before };
    match found {
        Found::Busy => Ok(answer("busy", None)),
        Found::Cut(cut) => {
            let mut answer = answer("compare", None);
            answer["parts"] = json!(parts::items(&cut));
            parts::remember(call, position, cut.marks).await?;
            Ok(answer)
        }
        Found::InStep => {
            let mut answer = answer("nothing", None);
            answer["recovered"] = json!(in_step(call, read(position)).await?);
            Ok(answer)
        }
        Found::Refused(plan) => refused(call, &store, &plan).await,
        Found::Planned(plan, journal_run) => {
            let baseline = Baseline { journal_run, approval_required: approval };
            planned(call, &store, &plan, &baseline, read(position)).await
        }
    }
}

/// Plans under the target's lock, so that no plan is made of a target that another run is changing, and
/// stops before applying.
fn find(
    context: &run::Context,
    options: PlanOptions,
    documents: &Documents,
) -> std::result::Result<Found, Ended> {
    let written: Mutex<Option<Result<(Written, u64)>>> = Mutex::new(None);
    let confirm = |plan: &Plan| {
        let found = write(plan, documents).and_then(|plan| Ok((plan, newest_run(&context.target)?)));
        *written.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(found);
        Ok(false)
    };
    let options = SyncOptions {
        plan: options,
        lock_wait_seconds: 0,
        underway_wait_seconds: 0,
        expected: None,
        confirm: &confirm,
        asks: false,
    };
    match run::sync(context, &options) {
        Ok(Outcome::InStep) => Ok(Found::InStep),
        Ok(Outcome::Refused(plan)) => Ok(Found::Refused(write(&plan, documents)?)),
        Ok(_) => {
            let written = written.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
            let nothing = || Failure::new(Kind::Internal, "the run ended without showing its plan");
            let (plan, journal_run) = written.ok_or_else(nothing)??;
            Ok(Found::Planned(plan, journal_run))
        }
        Err(error) if matches!(error.kind(), ErrorKind::Locked | ErrorKind::Underway) => Ok(Found::Busy),
        Err(error) if error.kind() == ErrorKind::Budget => Err(Ended::Budget),
        Err(error) => Err(Ended::Failed(error.into())),
    }
}

/// The newest run in the target's journal; 0 for none.
fn newest_run(target: &Endpoint) -> Result<u64> {
    let Some(mut journal) = Journal::find(Session::connect(target)?)? else { return Ok(0) };
    Ok(journal.runs(1)?.first().map_or(0, |run| run.run))
}

/// Why no plan was made.
enum Ended {
    /// There are more rows than one call can compare.
    Budget,
    Failed(Failure),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Row changes that one call cannot find: it would have to find them again when it applies them.
fn too_large(tables: &str) -> Failure {
    let what = if tables.is_empty() { "the rest".to_owned() } else { format!("what differs in {tables}") };
    Failure::new(
        Kind::TooLarge,
        format!(
            "planning {what} does not fit into one call; run `lockstep sync` from a machine in this environment's \
             network, or take the largest reference tables out of the topology"
        ),
    )
}

/// Stores the plan's documents, here where it is: it may be larger than memory.
fn write(plan: &Plan, documents: &Documents) -> Result<Written> {
    let outline = Outline::of(plan)?;
    let there = documents.store(plan, plan_id(&outline.fingerprint))?;
    let s = plan.summary();
    Ok(Written {
        outline,
        there,
        summary: summary::text(plan),
        counts: summary::counts(plan),
        safe: s.slow == 0 && s.may_fail == 0 && s.destructive == 0,
    })
}

/// Stores a plan's outline. It comes last: an outline without a script cannot be. One that reads otherwise, which
/// another version of the functions wrote, is replaced: no call could work with it.
async fn store_outline(store: &Store, plan: &Written) -> Result<()> {
    let id = plan_id(&plan.outline.fingerprint);
    let text = plan.outline.text()?;
    let known = plan.there.has(outline::NAME) && !plan.there.is_old(outline::NAME);
    if !known || store.get(id, outline::NAME).await?.as_ref() != Some(&text) {
        store.put_text(id, outline::NAME, text, Present::Replaced).await?;
    }
    Ok(())
}

async fn planned(
    call: &Call<'_>,
    store: &Store,
    plan: &Written,
    baseline: &Baseline,
    position: Option<Position>,
) -> Result<Value> {
    store_outline(store, plan).await?;
    let id = plan_id(&plan.outline.fingerprint).to_owned();
    let rejected = call.event.input.trigger == "schedule" && plan.there.has_after(REJECTED, APPROVED);
    let status = if rejected { "rejected" } else { "planned" };
    if !rejected {
        baseline.keep(call, &id).await?;
    }
    let now = now_seconds();
    call.note(|state| {
        state.status = status.into();
        state.plan_id = Some(id.clone());
        state.planned.clone_from(&position);
        state.applied = None;
        if rejected {
            // All that is missing is what a person does not want: the flow owes nothing.
            (state.rejected, state.first_seen, state.waiting_since) = (position.clone(), None, None);
            return;
        }
        state.rejected = None;
        state.first_seen.get_or_insert(now);
        match baseline.approval_required {
            true => drop(state.waiting_since.get_or_insert(now)),
            false => state.end_wait(now),
        }
    })
    .await?;
    let mut answer = answer(status, Some((store, plan)));
    answer["approvalRequired"] = json!(baseline.approval_required);
    Ok(answer)
}

async fn refused(call: &Call<'_>, store: &Store, plan: &Written) -> Result<Value> {
    store_outline(store, plan).await?;
    let id = plan_id(&plan.outline.fingerprint).to_owned();
    let note = json!({ "run": call.event.run }).to_string();
    // A call that is repeated finds its own note.
    let first = store.put_text(&id, REFUSED, note.clone(), Present::Stays).await?
        || store.get(&id, REFUSED).await?.as_ref() == Some(&note);
    let now = now_seconds();
    call.note(|state| {
        state.status = "refused".into();
        state.plan_id = Some(id.clone());
        state.rejected = None;
        state.end_wait(now);
        state.first_seen.get_or_insert(now);
    })
    .await?;
    let mut answer = answer("refused", Some((store, plan)));
    answer["firstTime"] = json!(first);
    answer["script"] = Value::Null;
    Ok(answer)
}

/// Notes that both sides were equal, and where the source stood before it was read, if that is known. Says whether
/// failures had been mailed before; a call that is repeated says it again.
pub(super) async fn in_step(call: &Call<'_>, position: Option<Position>) -> Result<bool> {
    let mut recovered = false;
    call.note(|state| {
        if state.told.take().is_some() {
            state.recovered_by = Some(call.event.run.clone());
        }
        recovered = state.recovered_by.as_ref() == Some(&call.event.run);
        state.status = "nothing".into();
        state.plan_id = None;
        state.in_step = position.clone().or(state.in_step.take());
        (state.rejected, state.first_seen, state.waiting_since) = (None, None, None);
    })
    .await?;
    Ok(recovered)
}

fn answer(status: &str, plan: Option<(&Store, &Written)>) -> Value {
    let id = plan.map(|(_, p)| plan_id(&p.outline.fingerprint));
    json!({
        "status": status,
        "planId": id,
        "script": plan.zip(id).map(|((store, _), id)| store.url(id, "plan.sql")),
        "summary": plan.map_or("", |(_, p)| p.summary.as_str()),
        "counts": plan.map_or_else(summary::no_counts, |(_, p)| p.counts.clone()),
        "approvalRequired": false,
        "safe": plan.is_none_or(|(_, p)| p.safe),
        "firstTime": false,
        "recovered": false,
        "parts": [],
    })
}
