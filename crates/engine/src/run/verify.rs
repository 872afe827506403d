//! Proves that two environments are equal, without any shortcut.

use super::Context;
use super::plan::{PlanOptions, make_plan};
use crate::Result;
use crate::plan::Plan;

/// What a full comparison found.
#[derive(Debug)]
pub struct Verdict {
    /// True when definitions and rows are equal, byte for byte.
    pub in_step: bool,
    /// Everything that differs, as the plan that would bring it into step.
    pub plan: Plan,
}

/// Reads every definition and every reference row of both sides and compares them. Changes nothing.
///
/// # Errors
/// As [`make_plan`].
pub fn verify(context: &Context, options: &PlanOptions) -> Result<Verdict> {
    let plan = make_plan(context, &PlanOptions { rehearse: false, destructive: true, ..*options })?;
    Ok(Verdict { in_step: plan.is_empty(), plan })
}
