//! Proves that both sides are equal, without trusting any shortcut.

use lockstep_engine::run::{self, Cut, PlanOptions, Verdict};
use lockstep_engine::{ErrorKind, Session};
use serde_json::{Value, json};

use super::outline::Outline;
use super::plan::in_step;
use super::{Call, context, parts};
use crate::connection::Sides;
use crate::emf::{self, Unit};
use crate::failure::Result;
use crate::state::{Position, State};
use crate::{lag, summary, work};

/// What one call found out.
enum Found {
    Verdict(Box<Verdict>),
    Cut(Box<Cut>),
}

/// Answers `verify`. Rows that cannot be compared within one call are compared by the workflow's Map state; the
/// rest, and the definitions, here.
pub(super) async fn handle(call: &Call<'_>) -> Result<Value> {
    let sides = Sides::load(call.aws).await?;
    let (observer, budget) = (call.observer.clone(), call.budget);
    let compared = &call.event.compared;
    let first = compared.is_empty();
    let mut rows = parts::scope(compared)?;
    // That a part differs is the answer: which of its rows do is not asked here.
    rows.slices = compared.iter().map(|c| (c.part.table.clone(), Vec::new())).collect();
    rows.limit_bytes = first.then(|| parts::bytes_in(call.budget));
    let (found, position) = work::run(move || {
        let position = lag::position(&mut Session::connect(&sides.source)?)?;
        let time = if first { parts::time_before_cut(budget) } else { budget.left() };
        let mut context = context(&sides, &*observer, time);
        context.rows = rows;
        let found = match run::verify(&context, &PlanOptions::default()) {
            Ok(verdict) => Found::Verdict(Box::new(verdict)),
            Err(error) if error.kind() == ErrorKind::Budget && first => {
                let too_slow = context.control.check().is_err();
                Found::Cut(Box::new(parts::cut(&sides, &*observer, budget, too_slow)?))
            }
            Err(error) => return Err(error.into()),
        };
        Ok((found, position))
    })
    .await?;
    match found {
        Found::Cut(cut) => {
            let answer = json!({
                "status": "compare", "planId": call.event.plan_id, "summary": "",
                "counts": summary::no_counts(), "parts": parts::items(&cut),
            });
            parts::remember(call, position, cut.marks).await?;
            Ok(answer)
        }
        Found::Verdict(verdict) => {
            // What parts were compared is known of the source as it was before them.
            let position = if first { Some(position) } else { parts::recall(call).await?.0 };
            answer(call, &verdict, position).await
        }
    }
}

async fn answer(call: &Call<'_>, verdict: &Verdict, position: Option<Position>) -> Result<Value> {
    let s = verdict.plan.summary();
    let unequal = parts::count_different(&call.event.compared);
    let equal = verdict.in_step && unequal == 0;
    let undone = unequal == 0 && s.statements + s.rows() > 0 && was_planned(call, verdict).await?;
    let moved = !equal && !undone && source_moved(call).await?;
    let status = match (equal, moved) {
        (true, _) => "equal",
        (false, true) => "moved",
        (false, false) => "different",
    };
    let drift = if moved { 0 } else { s.statements + s.rows() + s.after_schema + unequal };
    emf::put(&[("DriftCount", Unit::Count, drift)]);
    let mut text = summary::text(&verdict.plan);
    if unequal > 0 {
        let tables = parts::different(&call.event.compared);
        text = format!("rows differ: {tables}\n{text}").chars().take(2000).collect();
    }
    if equal {
        in_step(call, position).await?;
    } else {
        call.note(|state| state.status = status.into()).await?;
    }
    Ok(json!({
        "status": status,
        "planId": call.event.plan_id,
        "summary": text,
        "counts": summary::counts(&verdict.plan),
        "parts": [],
    }))
}

/// Whether all that differs was in the plan that has just been applied: then something at the target undid it, and
/// another plan would bring nothing new.
async fn was_planned(call: &Call<'_>, verdict: &Verdict) -> Result<bool> {
    match call.plan_id() {
        Ok(id) => Outline::load(call, id).await?.repeats(&verdict.plan),
        Err(_) => Ok(false),
    }
}

/// Whether the source has committed something since the plan was applied: then a difference may be news, which
/// the next plan shows. A source that keeps no GTIDs does not tell, and there a difference counts as one.
async fn source_moved(call: &Call<'_>) -> Result<bool> {
    let Some(applied) = State::read(call.aws).await?.applied else { return Ok(false) };
    let sides = Sides::load(call.aws).await?;
    let now = work::run(move || lag::position(&mut Session::connect(&sides.source)?)).await?;
    Ok(now.gtids.is_some() && applied.gtids.is_some() && now.gtids != applied.gtids)
}
