//! Closes a plan that was not approved.

use serde_json::{Value, json};

use super::Call;
use super::plan::REJECTED;
use super::report::Trouble;
use crate::clock::now_seconds;
use crate::failure::{Failure, Result};
use crate::state::Position;
use crate::store::{Present, Store};

/// The refusal's error when nobody answered. Every other one is a person's: `send-task-failure` takes any name.
const SILENCE: &str = "States.Timeout";

/// Answers `close`: a rejection is remembered beside the plan, silence is not.
pub(super) async fn handle(call: &Call<'_>) -> Result<Value> {
    let id = call.plan_id()?;
    let refusal = call.event.refusal.as_ref().ok_or_else(|| Failure::event("the event has no refusal"))?;
    let rejected = refusal.error.as_deref() != Some(SILENCE);
    if rejected {
        Store::open(call.aws)?.put_text(id, REJECTED, note(call, refusal), Present::Replaced).await?;
    }
    let now = now_seconds();
    call.note(|state| {
        state.status = if rejected { "rejected" } else { "unanswered" }.into();
        state.end_wait(now);
        if rejected {
            // What the source committed while the person was thinking is for the next plan to show, and counts from now on.
            let planned = state.planned.take().map(|planned| Position { time: now, ..planned });
            state.rejected = planned.or(state.rejected.take());
            state.first_seen = None;
        }
    })
    .await?;
    Ok(json!({ "status": "closed", "planId": id }))
}

fn note(call: &Call, refusal: &Trouble) -> String {
    json!({ "run": call.event.run, "time": now_seconds(), "cause": refusal.cause }).to_string()
}
