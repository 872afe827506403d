//! Joins the two streams of one table by the bytes of its identity.
//!
//! Rows sorted by integer identities are merged. All others are matched by hash: both streams advance
//! together, a row without a partner yet waits, partners cancel out. When both sides are in the same
//! order, almost nothing waits. When too much waits, everything goes to partition files, which are then
//! matched one by one. Collation order is never relied upon.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::changes::{Change, ChangeLog};
use super::digest::hash;
use super::partition::Partitions;
use super::stream::{RowRef, Side};
use crate::{Error, Result};

/// When the waiting rows take more than this, they go to partition files.
pub(super) const WAITING_BYTES: usize = 16 * 1024 * 1024;

/// Which side a row is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Source,
    Target,
}

/// What the join of one table found.
pub(super) struct Found<'a> {
    columns: usize,
    equal: u64,
    changes: ChangeLog,
    /// Called now and then with the number of rows joined; its error stops the join.
    progress: &'a mut dyn FnMut(u64) -> Result<()>,
    since: u64,
}

/// Rows between two calls of the progress function.
const PROGRESS_ROWS: u64 = 4096;

impl<'a> Found<'a> {
    /// Nothing yet, for a table of which `columns` are compared.
    pub fn new(columns: usize, progress: &'a mut dyn FnMut(u64) -> Result<()>) -> Self {
        Self { columns, equal: 0, changes: ChangeLog::default(), progress, since: 0 }
    }

    fn count(&mut self) -> Result<()> {
        self.since += 1;
        if self.since == PROGRESS_ROWS { (self.progress)(std::mem::take(&mut self.since)) } else { Ok(()) }
    }

    /// The rows that are the same, counted, and the changes.
    pub fn finish(self) -> Result<(u64, ChangeLog)> {
        (self.progress)(self.since)?;
        Ok((self.equal, self.changes))
    }

    /// Two rows with the same identity.
    pub fn both(&mut self, source: RowRef<'_>, target: RowRef<'_>) -> Result<()> {
        self.count()?;
        if source.compared() == target.compared() {
            self.equal += 1;
            return Ok(());
        }
        let change = Change::update(target.key(), target.compared(), source.compared(), self.columns)?;
        self.changes.push(&change)
    }

    /// A row that only one side has.
    pub fn alone(&mut self, from: Origin, row: &[u8]) -> Result<()> {
        self.count()?;
        let row = row.to_vec();
        self.changes.push(&match from {
            Origin::Source => Change::Insert(row),
            Origin::Target => Change::Delete(row),
        })
    }
}

/// Joins two streams that are sorted by the identity's bytes.
pub(super) fn merge(source: &mut Side<'_>, target: &mut Side<'_>, found: &mut Found<'_>) -> Result<()> {
    loop {
        source.fill()?;
        target.fill()?;
        let order = match (source.row(), target.row()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(s), Some(t)) => s.key().cmp(t.key()),
        };
        match (order, source.row(), target.row()) {
            (Ordering::Equal, Some(s), Some(t)) => found.both(s, t)?,
            (Ordering::Less, Some(s), _) => found.alone(Origin::Source, s.bytes)?,
            (_, _, Some(t)) => found.alone(Origin::Target, t.bytes)?,
            _ => return Err(Error::internal("a merge step without a row")),
        }
        if order.is_le() {
            source.advance();
        }
        if order.is_ge() {
            target.advance();
        }
    }
}

/// Joins two streams in any order. When waiting rows take more than `bound` bytes, files are used.
pub(super) fn match_by_hash<'s>(
    source: &mut Side<'s>,
    target: &mut Side<'s>,
    bound: usize,
    found: &mut Found<'_>,
) -> Result<()> {
    let mut waiting = Waiting::default();
    loop {
        source.fill()?;
        target.fill()?;
        match (source.row(), target.row()) {
            (None, None) => return waiting.finish(found),
            (Some(s), Some(t)) if s.key() == t.key() => found.both(s, t)?,
            (Some(s), Some(t)) => {
                waiting.offer(Origin::Source, s, found)?;
                waiting.offer(Origin::Target, t, found)?;
            }
            // The other side has ended: what finds no partner among the waiting never will.
            (Some(s), None) => waiting.settle(Origin::Source, s, found)?,
            (None, Some(t)) => waiting.settle(Origin::Target, t, found)?,
        }
        source.advance();
        target.advance();
        if waiting.bytes > bound {
            return spill(waiting, source, target, found);
        }
    }
}

/// Writes the waiting rows and all the rest to partition files, and joins these one by one.
fn spill<'s>(
    waiting: Waiting,
    source: &mut Side<'s>,
    target: &mut Side<'s>,
    found: &mut Found<'_>,
) -> Result<()> {
    let mut partitions = Partitions::create()?;
    for (from, row) in waiting.into_rows() {
        partitions.push(from, row.as_ref())?;
    }
    for (from, side) in [(Origin::Source, source), (Origin::Target, target)] {
        loop {
            side.fill()?;
            let Some(row) = side.row() else { break };
            partitions.push(from, row)?;
            side.advance();
        }
    }
    partitions.each(|rows| {
        let mut waiting = Waiting::default();
        rows.each(Origin::Source, |row| waiting.offer(Origin::Source, row, found))?;
        rows.each(Origin::Target, |row| waiting.settle(Origin::Target, row, found))?;
        waiting.finish(found)
    })
}

/// A row that has found no partner yet.
struct Lone {
    from: Origin,
    number: u64,
    key: usize,
    compared: usize,
    bytes: Box<[u8]>,
}

impl Lone {
    fn as_ref(&self) -> RowRef<'_> {
        RowRef { bytes: &self.bytes, key: self.key, compared: self.compared }
    }
}

/// Rows without a partner, by the hash of their identity.
#[derive(Default)]
struct Waiting {
    rows: HashMap<u128, Lone>,
    bytes: usize,
    offered: u64,
}

/// What a waiting row costs besides its bytes.
const LONE_BYTES: usize = 96;

impl Waiting {
    /// Matches `row` with the waiting row of the other side, or lets it wait.
    fn offer(&mut self, from: Origin, row: RowRef<'_>, found: &mut Found<'_>) -> Result<()> {
        self.offered += 1;
        match self.rows.entry(hash(row.key())) {
            Entry::Occupied(partner) => {
                let partner = partner.remove();
                self.bytes -= partner.bytes.len() + LONE_BYTES;
                join_partners(from, row, &partner, found)
            }
            Entry::Vacant(place) => {
                self.bytes += row.bytes.len() + LONE_BYTES;
                place.insert(Lone {
                    from,
                    number: self.offered,
                    key: row.key,
                    compared: row.compared,
                    bytes: row.bytes.into(),
                });
                Ok(())
            }
        }
    }

    /// Matches `row` with the waiting row of the other side, which has ended, or reports it alone.
    fn settle(&mut self, from: Origin, row: RowRef<'_>, found: &mut Found<'_>) -> Result<()> {
        match self.rows.remove(&hash(row.key())) {
            Some(partner) => {
                self.bytes -= partner.bytes.len() + LONE_BYTES;
                join_partners(from, row, &partner, found)
            }
            None => found.alone(from, row.bytes),
        }
    }

    /// Reports every row that still waits, in the order in which they came.
    fn finish(self, found: &mut Found<'_>) -> Result<()> {
        self.into_rows().into_iter().try_for_each(|(from, row)| found.alone(from, &row.bytes))
    }

    fn into_rows(self) -> Vec<(Origin, Lone)> {
        let mut rows: Vec<_> = self.rows.into_values().map(|row| (row.from, row)).collect();
        rows.sort_by_key(|(_, row)| row.number);
        rows
    }
}

fn join_partners(from: Origin, row: RowRef<'_>, partner: &Lone, found: &mut Found<'_>) -> Result<()> {
    let other = partner.as_ref();
    if partner.from == from || row.key() != other.key() {
        return Err(Error::refused("two rows of one side have the same identity")
            .with_hint("one of them came while the rows were read; make the identity unique"));
    }
    match from {
        Origin::Source => found.both(row, other),
        Origin::Target => found.both(other, row),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::data::cell::Cell;
    use crate::data::digest::Digest;
    use crate::data::stream::{Batch, Message};

    /// So small that a few thousand rows do not fit.
    const BOUND: usize = 64 * 1024;

    /// A row with a key, a value and some weight.
    fn row(key: u64, value: u64) -> Vec<u8> {
        let mut bytes = Cell::UInt(key).to_vec();
        Cell::UInt(value).push(&mut bytes);
        Cell::Bytes(&[7; 100]).push(&mut bytes);
        bytes
    }

    /// Joins by hash two sides of these keys and values; returns equal rows, inserts, updates and deletes.
    fn joined(source: &[(u64, u64)], target: &[(u64, u64)]) -> (u64, u64, u64, u64) {
        let key_bytes = Cell::UInt(0).to_vec().len();
        let sent = [source, target].map(|rows| {
            let (to, from) = sync_channel(rows.len() + 1);
            for &(key, value) in rows {
                to.send(Ok(Message::Rows(Batch::of(&row(key, value), key_bytes)))).unwrap();
            }
            to.send(Ok(Message::End(Digest::default()))).unwrap();
            from
        });
        let mut progress = |_| Ok(());
        let mut found = Found::new(3, &mut progress);
        match_by_hash(&mut Side::new(&sent[0]), &mut Side::new(&sent[1]), BOUND, &mut found).unwrap();
        let (equal, changes) = found.finish().unwrap();
        (equal, changes.inserts(), changes.updates(), changes.deletes())
    }

    #[test]
    fn sides_in_opposite_orders_are_matched_through_files() {
        let rows = |count: u64| (0..count).map(|key| (key, key)).collect::<Vec<_>>();
        // Twice these rows wait at the middle of opposite orders.
        let many = 2 * BOUND as u64 / 100;
        for count in [10, many] {
            let source = rows(count);
            let mut target: Vec<_> = source.iter().rev().copied().collect();
            assert_eq!(joined(&source, &target), (count, 0, 0, 0));
            target[3].1 = 99_999_999;
            target.remove(5);
            target.push((count + 7, 0));
            assert_eq!(joined(&source, &target), (count - 2, 1, 1, 1));
        }
    }

    #[test]
    fn one_side_may_be_empty() {
        assert_eq!(joined(&[(1, 1), (2, 2)], &[]), (0, 2, 0, 0));
        assert_eq!(joined(&[], &[(1, 1)]), (0, 0, 0, 1));
    }
}
