//! Keys that differ in their bytes and are one key all the same: `'A'` and `'a'` under a case-insensitive
//! collation, a trailing space, `-0.0` and `0.0`.
//!
//! The join by bytes sees a row to delete and a row to insert. Applied so, the insert would fail on the
//! old row. Which keys are one is for a server to say.

use std::collections::{HashMap, HashSet};

use super::cell::Cells;
use super::changes::{Change, ChangeLog};
use super::compare::TableDifference;
use super::digest::hash;
use super::layout::Pair;
use super::snapshot::Snapshot;
use super::sql::key_condition;
use crate::{Error, Result};

/// Keys asked about in one query.
const KEYS_PER_QUERY: usize = 100;

/// Of a delete, by the source's spelling of its key: the position and the row.
type Respelled = HashMap<Vec<u8>, (u64, Vec<u8>)>;

/// Turns each delete and insert of what the key's collation takes for one key into an update of that row.
///
/// Takes memory for the rows concerned: they are as many as somebody respelled.
pub(super) fn pair_respelled_keys(
    source: &mut Snapshot,
    pair: &Pair,
    difference: &mut TableDifference,
) -> Result<()> {
    let changes = &difference.changes;
    let folds = pair.source.identity().iter().any(|c| c.folds);
    if !folds || changes.inserts() == 0 || changes.deletes() == 0 {
        return Ok(());
    }
    let mut respelled = respelled_keys(source, pair, changes)?;
    if respelled.is_empty() {
        return Ok(());
    }
    let identity = difference.identity();
    let mut inserted = HashSet::new();
    for change in changes {
        if let (_, change @ Change::Insert(_)) = change? {
            inserted.insert(hash(change.key(identity)?));
        }
    }
    respelled.retain(|key, _| inserted.contains(&hash(key)));
    let paired: HashSet<u64> = respelled.values().map(|(position, _)| *position).collect();
    let mut log = ChangeLog::default();
    for change in changes {
        let (position, change) = change?;
        match &change {
            Change::Delete(_) if paired.contains(&position) => {}
            Change::Insert(row) => match respelled.get(change.key(identity)?) {
                Some((_, old)) => {
                    let old_key = Cells::new(old).skip(identity)?;
                    log.push(&Change::update(old_key, old, row, pair.source.compared())?)?;
                }
                None => log.push(&change)?,
            },
            _ => log.push(&change)?,
        }
    }
    difference.changes = log;
    Ok(())
}

/// The source's spelling of keys that are to be deleted, with the delete's position and row.
fn respelled_keys(source: &mut Snapshot, pair: &Pair, changes: &ChangeLog) -> Result<Respelled> {
    let mut found = HashMap::new();
    let mut batch = Vec::new();
    for change in changes {
        if let (position, Change::Delete(row)) = change? {
            batch.push((position, row));
        }
        if batch.len() == KEYS_PER_QUERY {
            ask(source, pair, std::mem::take(&mut batch), &mut found)?;
        }
    }
    if !batch.is_empty() {
        ask(source, pair, batch, &mut found)?;
    }
    Ok(found)
}

/// Asks the source for the rows whose keys equal those of the batch.
fn ask(
    source: &mut Snapshot,
    pair: &Pair,
    mut batch: Vec<(u64, Vec<u8>)>,
    found: &mut Respelled,
) -> Result<()> {
    let layout = &pair.source;
    let columns = layout.select_list(layout.identity());
    let table = layout.table().quoted();
    let mut parts = Vec::new();
    for (number, (_, row)) in batch.iter().enumerate() {
        let condition = key_condition(layout, row)?;
        parts.push(format!("SELECT {number}, {columns} FROM {table} WHERE {condition}"));
    }
    source.session().stream(&parts.join(" UNION ALL "), |row| {
        let number: usize = row.get(0).ok_or_else(|| Error::internal("a row without its number"))?;
        let mut key = Vec::new();
        for (i, column) in layout.identity().iter().enumerate() {
            let value = row.as_ref(i + 1).ok_or_else(|| Error::internal("a row with too few columns"))?;
            super::cell::from_value(value, column.kind.is_unsigned()).push(&mut key);
        }
        if let Some((position, row)) = batch.get_mut(number) {
            found.insert(key, (*position, std::mem::take(row)));
        }
        Ok(())
    })
}
