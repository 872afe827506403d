//! Proves that both sides are equal, without trusting any shortcut.

use lockstep_engine::run::{self, PlanOptions};
use lockstep_engine::{ErrorKind, Session};
use serde_json::{Value, json};

use super::plan::{in_step, too_large};
use super::{Call, context};
use crate::connection::Sides;
use crate::emf::{self, Unit};
use crate::failure::Result;
use crate::{lag, summary, work};

/// Answers `verify`.
pub(super) async fn handle(call: &Call<'_>) -> Result<Value> {
    let sides = Sides::load(call.aws).await?;
    let (observer, budget) = (call.observer.clone(), call.budget);
    let (verdict, position) = work::run(move || {
        let position = lag::position(&mut Session::connect(&sides.source)?)?;
        let context = context(&sides, &*observer, budget);
        match run::verify(&context, &PlanOptions::default()) {
            Ok(verdict) => Ok((verdict, position)),
            Err(error) if error.kind() == ErrorKind::Budget => Err(too_large("verifying")),
            Err(error) => Err(error.into()),
        }
    })
    .await?;
    let s = verdict.plan.summary();
    emf::put(&[("DriftCount", Unit::Count, s.statements + s.rows() + s.after_schema)]);
    let status = if verdict.in_step { "equal" } else { "different" };
    if verdict.in_step {
        in_step(call, position).await?;
    } else {
        call.note(|state| state.status = status.into()).await?;
    }
    Ok(json!({
        "status": status,
        "planId": call.event.plan_id,
        "summary": summary::text(&verdict.plan),
        "counts": summary::counts(&verdict.plan),
        "parts": [],
    }))
}
