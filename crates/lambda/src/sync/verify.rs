//! Proves that both sides are equal, without trusting any shortcut.

use lockstep_engine::run::{self, PlanOptions, Verdict};
use lockstep_engine::{ErrorKind, Session};
use serde_json::{Value, json};

use super::plan::in_step;
use super::{Call, Part, all_equal, context, different, parts};
use crate::connection::Sides;
use crate::emf::{self, Unit};
use crate::failure::Result;
use crate::state::Position;
use crate::{lag, summary, work};

/// What one call found out.
enum Found {
    Verdict(Box<Verdict>, Position),
    TooLong(Vec<Part>),
}

/// Answers `verify`. Rows that cannot be compared within one call are compared by the workflow's Map state,
/// and the definitions here.
pub(super) async fn handle(call: &Call<'_>) -> Result<Value> {
    let sides = Sides::load(call.aws).await?;
    let (observer, budget) = (call.observer.clone(), call.budget);
    let rows_equal = all_equal(&call.event.compared, &sides.topology)?;
    let found = work::run(move || {
        let position = lag::position(&mut Session::connect(&sides.source)?)?;
        let context = context(&sides, &*observer, budget);
        let options = PlanOptions { data: rows_equal.is_none(), ..PlanOptions::default() };
        match run::verify(&context, &options) {
            Ok(verdict) => Ok(Found::Verdict(Box::new(verdict), position)),
            Err(error) if error.kind() == ErrorKind::Budget && rows_equal.is_none() => {
                Ok(Found::TooLong(parts(&sides.topology)))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await?;
    match found {
        Found::TooLong(parts) => Ok(json!({
            "status": "compare", "planId": call.event.plan_id, "summary": "", "counts": summary::no_counts(),
            "parts": parts,
        })),
        Found::Verdict(verdict, position) => answer(call, &verdict, rows_equal, position).await,
    }
}

async fn answer(
    call: &Call<'_>,
    verdict: &Verdict,
    rows_equal: Option<bool>,
    position: Position,
) -> Result<Value> {
    let s = verdict.plan.summary();
    let unequal = call.event.compared.iter().filter(|c| !c.equal).count() as u64;
    emf::put(&[("DriftCount", Unit::Count, s.statements + s.rows() + s.after_schema + unequal)]);
    let equal = verdict.in_step && rows_equal.unwrap_or(true);
    let status = if equal { "equal" } else { "different" };
    let mut text = summary::text(&verdict.plan);
    if unequal > 0 {
        text =
            format!("rows differ: {}\n{text}", different(&call.event.compared)).chars().take(2000).collect();
    }
    if equal {
        // The position is younger than the comparisons of the Map state: only a verdict of one call counts
        // as a sign that nothing moved since.
        let position = rows_equal.is_none().then_some(position);
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
