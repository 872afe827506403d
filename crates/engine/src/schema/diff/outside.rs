//! What a plan does to tables that foreign keys of databases out of scope refer to.

use super::foreign_keys::Touched;
use super::tables::Pair;
use crate::TableName;
use crate::schema::model::Schema;
use crate::schema::spelling::Dialect;

/// What a foreign key that leads in from outside would meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// The table that it refers to goes.
    Dropped,
    /// A column or a key that it rests on goes or changes.
    Changed,
}

/// How the way from `target` to `source` disturbs a foreign key of another database that refers to `columns` of
/// `parent`. Such a key cannot be dropped and put back: its table is not in scope.
pub fn disturbance(
    source: &Schema,
    target: &Schema,
    parent: &TableName,
    columns: &[String],
) -> Option<Disturbance> {
    let current = target.databases.get(&parent.database)?.tables.get(&parent.name)?;
    let Some(wanted) = source.databases.get(&parent.database)?.tables.get(&parent.name) else {
        return Some(Disturbance::Dropped);
    };
    let dialect = Dialect::between(source, target);
    let parsed = dialect.source_table(&wanted.create).and_then(|mut s| {
        let t = dialect.target_table(&current.create)?;
        dialect.align(&mut s, &t);
        Ok(Pair { source: s, target: t })
    });
    // What cannot be cut into clauses is refused as unsupported.
    let pair = parsed.ok()?;
    let touched = Touched::of(&pair, &dialect);
    // The server accepts another key in the place of one that goes, when both change in one statement.
    let is_served = pair.source.keys.iter().any(|key| key.serves(columns));
    let stays = is_served && columns.iter().all(|column| !touched.changes_column(column));
    (touched.blocks(columns) && !stays).then_some(Disturbance::Changed)
}
