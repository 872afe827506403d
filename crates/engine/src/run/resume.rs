//! What a run that ended early left half done, and the next plan must not take for news.
//!
//! A foreign key that stands in the way of another change is dropped first and put back last. When a run ends in
//! between, the next plan finds it missing. To add a foreign key may fail on the rows that are there; to put one
//! back, which the journal knows was there, may not.

use super::Context;
use super::rows::table_of;
use crate::Result;
use crate::journal::{Journal, TakenKey};
use crate::names::quote;
use crate::plan::Plan;
use crate::schema::{Action, Risk, Statement};

/// Lowers the risk of statements that put back what an unfinished run took away.
pub(super) fn recognise(context: &Context, plan: &mut Plan) -> Result<()> {
    if !plan.statements.iter().any(adds_key) {
        return Ok(());
    }
    let Some(mut journal) = Journal::find(context.open_journal()?)? else { return Ok(()) };
    let taken = journal.taken_keys()?;
    for statement in plan.statements.iter_mut().filter(|s| adds_key(s)) {
        let table = table_of(statement);
        let sql = statement.sql.clone();
        let Action::AddForeignKey { name, restores, .. } = &mut statement.action else { continue };
        let is_it =
            |key: &&TakenKey| key.table == table && key.name == *name && add_the_same(&key.restore, &sql);
        if taken.iter().any(|key| is_it(&key)) {
            *restores = true;
            statement.risk = Risk::Slow;
            statement.why = format!("puts back foreign key {}, which an unfinished run dropped", quote(name));
        }
    }
    Ok(())
}

/// Whether two statements add the same foreign key. One may go on to keep the names of indexes.
fn add_the_same(one: &str, other: &str) -> bool {
    let goes_on =
        |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(", "));
    one == other || goes_on(one, other) || goes_on(other, one)
}

fn adds_key(statement: &Statement) -> bool {
    matches!(statement.action, Action::AddForeignKey { restores: false, .. })
}
