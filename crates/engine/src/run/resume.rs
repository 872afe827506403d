//! What a run that ended early left half done, and the next plan must not take for news.
//!
//! A foreign key that stands in the way of another change is dropped first and put back last. When a run
//! ends in between, the next plan finds it missing. To add a foreign key may fail on the rows that are there,
//! which is classed as destructive; to put one back, which the journal knows was there, is not.

use super::Context;
use crate::Result;
use crate::journal::Journal;
use crate::names::quote;
use crate::plan::Plan;
use crate::schema::{ObjectKind, Risk, Statement};

/// Lowers the risk of statements that put back what an unfinished run took away.
pub(super) fn recognise(context: &Context, plan: &mut Plan) -> Result<()> {
    if !plan.statements.iter().any(|s| s.risk == Risk::Destructive && added_key(s).is_some()) {
        return Ok(());
    }
    let Some(mut journal) = Journal::find(context.open_journal()?)? else { return Ok(()) };
    let taken = journal.unfinished_statements(&context.name())?;
    for statement in plan.statements.iter_mut().filter(|s| s.risk == Risk::Destructive) {
        let Some(key) = added_key(statement).map(str::to_owned) else { continue };
        let object = statement.object.to_string();
        let drop = format!("ALTER TABLE {} DROP FOREIGN KEY {key}", quote(&statement.object.name));
        if taken.iter().any(|(run_object, sql)| *run_object == object && *sql == drop) {
            statement.risk = Risk::Slow;
            statement.why =
                format!("puts back foreign key {key}, which an unfinished run dropped; checks every row");
        }
    }
    Ok(())
}

/// The quoted name of the foreign key that a statement adds, when it does nothing else.
fn added_key(statement: &Statement) -> Option<&str> {
    if statement.object.kind != ObjectKind::Table {
        return None;
    }
    let head = format!("ALTER TABLE {} ADD CONSTRAINT ", quote(&statement.object.name));
    let (name, rest) = statement.sql.strip_prefix(&head)?.split_once(" FOREIGN KEY (")?;
    (!rest.contains('\n')).then_some(name)
}
