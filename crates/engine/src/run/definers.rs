//! As whom stored objects and views act in the target.
//!
//! They run with their definer's rights. lockstep's writer has hardly any, so a topology may name another
//! account of the environment; the plan's statements then create them with `DEFINER = that account`. The
//! rehearsal runs without it: in scratch databases that account has no rights.

use super::Context;
use crate::plan::{Plan, Problem};
use crate::schema::{ObjectKind, Statement, with_definer};
use crate::topology::Account;
use crate::{Result, Session, privileges};

/// Names the target's definer in every statement that creates a stored object or a view; refuses the plan
/// when the login may not do that.
pub(super) fn name_definer(context: &Context, session: &mut Session, plan: &mut Plan) -> Result<()> {
    let environment = context.topology.environment(&context.flow.to)?;
    let creates = |s: &Statement| has_definer(s.object.kind) && s.action.defines_stored();
    let Some(first) = plan.statements.iter().find(|s| creates(s)) else { return Ok(()) };
    let Some(definer) = &environment.definer else {
        if !context.topology.ad_hoc {
            plan.warnings.push(format!(
                "stored objects and views are created with the writer as DEFINER, who may not read tables; name \
                 another account: definer = \"user@host\" in [environments.{}]",
                environment.name
            ));
        }
        return Ok(());
    };
    if !may_set_definer(session, definer)? {
        plan.refused.push(Problem {
            object: first.object.to_string(),
            reason: format!(
                "the login may not create objects with DEFINER {definer}: give it what `lockstep grants {}` prints",
                environment.name
            ),
        });
    }
    for statement in plan.statements.iter_mut().filter(|s| creates(s)) {
        statement.sql = with_definer(&statement.sql, &definer.quoted());
    }
    Ok(())
}

fn has_definer(kind: ObjectKind) -> bool {
    !matches!(kind, ObjectKind::Table | ObjectKind::Database | ObjectKind::Sequence)
}

/// Whether the session's account is the definer or may name others.
fn may_set_definer(session: &mut Session, definer: &Account) -> Result<bool> {
    let own: Option<String> = session.query_first("SELECT CURRENT_USER()")?;
    Ok(own == Some(definer.to_string()) || privileges::may_set_definer(session)?)
}
