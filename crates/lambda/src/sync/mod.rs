//! The sync function: plans, applies, verifies and closes, one action a call.

mod apply;
mod baseline;
mod close;
mod documents;
mod outline;
mod parts;
mod plan;
mod report;
mod verify;

use std::sync::Arc;
use std::time::{Duration, Instant};

use lockstep_engine::progress::{Control, Observer};
use lockstep_engine::run::{Context, Permits, RowScope, Source};
use lockstep_engine::topology::Flow;
use serde::Deserialize;
use serde_json::{Value, json};

use self::parts::Compared;
pub(crate) use self::parts::Part;
pub(crate) use self::report::Told;
use self::report::Trouble;
use crate::aws::Aws;
use crate::clock::{Budget, Deadline, now_seconds};
use crate::connection::Sides;
use crate::emf::{self, Unit};
use crate::failure::{Failure, Result};
use crate::log::{self, LogObserver};
use crate::settings;
use crate::state::State;

/// Seconds of work in one call, unless `LOCKSTEP_BUDGET_SECONDS` says otherwise.
const BUDGET_SECONDS: u64 = 270;

/// An event of the workflow.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    action: Action,
    run: String,
    plan_id: Option<String>,
    #[serde(default)]
    input: Input,
    #[serde(default)]
    compared: Vec<Compared>,
    #[serde(default)]
    approval: Approval,
    refusal: Option<Trouble>,
    /// What failed, for `report`.
    error: Option<Trouble>,
    /// The workflow's plan as far as it has come, for `report`.
    #[serde(default)]
    plan: Value,
    /// Whether the mail was sent, for `report`.
    #[serde(default)]
    told: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Plan,
    Apply,
    Verify,
    Close,
    Report,
}

/// What started the workflow.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Input {
    trigger: String,
    allow: Vec<String>,
}

/// What a person answered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Approval {
    approved: bool,
    by: Option<String>,
}

/// What every action needs.
struct Call<'a> {
    aws: &'a Aws,
    event: Event,
    budget: Budget,
    observer: Arc<LogObserver>,
}

impl Call<'_> {
    /// The plan that the event is about.
    fn plan_id(&self) -> Result<&str> {
        let id = self.event.plan_id.as_deref().ok_or_else(|| Failure::event("the event has no planId"))?;
        if !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(id);
        }
        Err(Failure::event(format!("planId `{id}` is no plan's")))
    }

    /// Notes where things stand for the next call and for the lag probe.
    async fn note(&self, mut change: impl FnMut(&mut State)) -> Result<()> {
        let note = |state: &mut State| {
            state.time = now_seconds();
            state.run.clone_from(&self.event.run);
            change(state);
        };
        State::change(self.aws, note).await.map(drop)
    }
}

/// Answers one event.
///
/// # Errors
/// As docs/lambda-events.md says; each failure is counted in `SyncFailures`.
pub(crate) async fn handle(aws: &Aws, event: Value, deadline: Deadline) -> Result<Value> {
    let begun = Instant::now();
    let result = act(aws, event, deadline).await;
    let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let failed = match &result {
        Ok(answer) => u64::from(answer["status"] == "different"),
        Err(_) => 1,
    };
    emf::put(&[("SyncDuration", Unit::Milliseconds, took), ("SyncFailures", Unit::Count, failed)]);
    result
}

async fn act(aws: &Aws, event: Value, deadline: Deadline) -> Result<Value> {
    let event: Event = serde_json::from_value(event)
        .map_err(|e| Failure::event(format!("the event cannot be read: {e}")))?;
    let limit = settings::number("LOCKSTEP_BUDGET_SECONDS", BUDGET_SECONDS)?;
    let observer = Arc::new(LogObserver::new(&event.run));
    let call = Call { aws, budget: deadline.budget(limit), observer, event };
    let (action, run) = (format!("{:?}", call.event.action).to_lowercase(), call.event.run.clone());
    log::info(
        "begin",
        &json!({ "run": run, "action": action, "budgetSeconds": call.budget.whole().as_secs() }),
    );
    let answer = match call.event.action {
        Action::Plan => plan::handle(&call).await,
        Action::Apply => apply::handle(&call).await,
        Action::Verify => verify::handle(&call).await,
        Action::Close => close::handle(&call).await,
        Action::Report => report::handle(&call).await,
    }?;
    log::info(
        "end",
        &json!({
            "run": run, "action": action, "status": answer["status"], "planId": answer["planId"],
            "counts": answer["counts"],
        }),
    );
    Ok(answer)
}

/// Whether the settings of this moment want a person to approve each plan of the flow.
fn wants_approval(flow: &Flow) -> bool {
    settings::optional("LOCKSTEP_APPROVAL").as_deref() == Some("always") || flow.approval
}

/// The engine's view of a call: both sides, who listens, and how long it may take.
fn context<'a>(sides: &'a Sides, observer: &'a dyn Observer, budget: Duration) -> Context<'a> {
    Context {
        topology: &sides.topology,
        flow: &sides.flow,
        source: Source::Server(sides.source.clone()),
        target: sides.target.clone(),
        observer,
        control: Control::with_budget(Some(budget)),
        allow_broad_login: false,
        rows: RowScope::default(),
        permits: Permits::default(),
    }
}
