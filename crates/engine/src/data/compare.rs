//! Compares the rows of reference tables on two servers, exactly and in full.

use std::sync::mpsc::sync_channel;

use super::changes::ChangeLog;
use super::column::{Column, Role};
use super::digest::Digest;
use super::join::{Found, match_by_hash, merge};
use super::layout::{Layout, Pair};
use super::snapshot::Snapshot;
use super::stream::{BATCHES_WAITING, Side, read_tables};
use super::{Observer, respell};
use crate::{Error, Result, TableName};

/// How the rows of one table differ, and what each side was.
#[derive(Debug)]
pub struct TableDifference {
    /// The table.
    pub table: TableName,
    /// The columns in a row's bytes, the source's: the identity's first.
    pub columns: Vec<Column>,
    /// Rows that are the same on both sides.
    pub equal: u64,
    /// What would make the target's rows the source's.
    pub changes: ChangeLog,
    /// The source's rows.
    pub source: Digest,
    /// The target's rows.
    pub target: Digest,
}

impl TableDifference {
    /// Both sides hold the same rows.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many of the columns are the identity.
    pub fn identity(&self) -> usize {
        self.columns.iter().filter(|c| c.role == Role::Identity).count()
    }
}

/// Compares each pair of tables, every row and every byte, and returns their differences in the same order.
///
/// Each server is read by a thread of its own, and tables follow each other without a pause. Memory
/// stays within some 150 MiB whatever the size of the tables; beyond that, temporary files are used.
///
/// # Errors
/// A server's or the connection's error; [`crate::ErrorKind::Refused`] for a NULL in an identity; what the observer
/// returns to stop.
pub fn compare(
    source: &mut Snapshot,
    target: &mut Snapshot,
    pairs: &[Pair],
    observer: &dyn Observer,
) -> Result<Vec<TableDifference>> {
    let mut found = join_all(source, target, pairs, observer)?;
    for (difference, pair) in found.iter_mut().zip(pairs) {
        respell::pair_respelled_keys(source, pair, difference)?;
    }
    Ok(found)
}

fn join_all(
    source: &mut Snapshot,
    target: &mut Snapshot,
    pairs: &[Pair],
    observer: &dyn Observer,
) -> Result<Vec<TableDifference>> {
    let sources: Vec<&Layout> = pairs.iter().map(|p| &p.source).collect();
    let targets: Vec<&Layout> = pairs.iter().map(|p| &p.target).collect();
    std::thread::scope(|scope| {
        let (source_to, source_from) = sync_channel(BATCHES_WAITING);
        let (target_to, target_from) = sync_channel(BATCHES_WAITING);
        let readers = [
            scope.spawn(move || read_tables(source, &sources, &source_to)),
            scope.spawn(move || read_tables(target, &targets, &target_to)),
        ];
        let found = pairs
            .iter()
            .map(|pair| {
                join_table(pair, &mut Side::new(&source_from), &mut Side::new(&target_from), observer)
            })
            .collect();
        // Readers that still send find nobody listening, and end.
        drop((source_from, target_from));
        for reader in readers {
            reader.join().map_err(|_| Error::internal("a reader of rows panicked"))?;
        }
        found
    })
}

fn join_table<'s>(
    pair: &Pair,
    source: &mut Side<'s>,
    target: &mut Side<'s>,
    observer: &dyn Observer,
) -> Result<TableDifference> {
    let layout = &pair.source;
    let mut progress = |rows| {
        observer.compared(layout.table(), rows);
        observer.check()
    };
    progress(0)?;
    let mut found = Found::new(layout.compared(), &mut progress);
    if pair.target.merges {
        merge(source, target, &mut found)?;
    } else {
        match_by_hash(source, target, &mut found)?;
    }
    let (equal, changes) = found.finish()?;
    Ok(TableDifference {
        table: layout.table().clone(),
        columns: layout.read().to_vec(),
        equal,
        changes,
        source: source.digest(),
        target: target.digest(),
    })
}
