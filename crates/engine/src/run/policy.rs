//! What policy and privileges forbid of a plan's statements.

use super::Context;
use super::plan::PlanOptions;
use crate::plan::{Plan, Problem};
use crate::schema::{Risk, Statement};
use crate::topology::DestructivePolicy;

/// Why the statement may not run; `None` when it may.
fn forbidden(context: &Context, options: &PlanOptions, statement: &Statement) -> Option<String> {
    let flow = context.flow;
    let (policy, allowed, word, flag) = match statement.risk {
        Risk::Safe | Risk::Slow => return None,
        Risk::MayFail => (
            flow.may_fail,
            options.may_fail || options.destructive,
            "statements that may fail on rows",
            "may-fail",
        ),
        Risk::Destructive => (flow.destructive, options.destructive, "destructive statements", "destructive"),
    };
    match policy {
        DestructivePolicy::Refuse => Some(format!("the flow refuses {word}: {}", statement.why)),
        DestructivePolicy::Approve if allowed => None,
        DestructivePolicy::Approve => Some(format!("{word} need --allow {flag}: {}", statement.why)),
    }
}

/// Refuses the plan for each statement among `these` that is not permitted.
pub(super) fn refuse_unpermitted(
    context: &Context,
    options: &PlanOptions,
    plan: &mut Plan,
    these: impl Fn(&Statement) -> bool,
) {
    let refused = plan.statements.iter().filter(|s| these(s)).filter_map(|s| {
        let reason = forbidden(context, options, s)?;
        Some(Problem { object: s.object.to_string(), reason })
    });
    let refused: Vec<Problem> = refused.collect();
    plan.refused.extend(refused);
}
