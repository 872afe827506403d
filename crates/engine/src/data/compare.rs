//! Compares the rows of reference tables on two servers, exactly and in full.

use std::sync::mpsc::sync_channel;

use super::changes::ChangeLog;
use super::column::{Column, Role};
use super::digest::Digest;
use super::groups::{Grouped, Grouping, Groups};
use super::join::{Found, WAITING_BYTES, match_by_hash, merge};
use super::layout::{Layout, Pair};
use super::snapshot::{Link, Snapshot};
use super::stream::{BATCHES_WAITING, Side, Task, read_tables};
use super::{Observer, groups, respell};
use crate::{Error, Result, TableName};

/// From this size on, a table is compared by groups when a link is slow.
const WORTH_GROUPING_BYTES: u64 = 1024 * 1024;

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
/// Each server is read by a thread of its own, and tables follow each other without a pause. Over a slow
/// link (see [`Link`]) the servers compute digests of groups of rows, and only the rows of groups that differ travel. Memory
/// stays within some 30 MiB; beyond that, temporary files are used. Only a table of several GiB whose two sides come in
/// very different orders takes more: a sixty-fourth of it.
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
    let grouped = group_all(source, target, pairs)?;
    let parts = |i: usize| match &grouped[i] {
        None => vec![None],
        Some(grouped) => grouped.conditions.iter().map(|c| Some(c.as_str())).collect(),
    };
    let task = |(i, layout)| Task { layout, parts: parts(i) };
    let sources: Vec<Task<'_>> = pairs.iter().map(|p| &p.source).enumerate().map(task).collect();
    let targets: Vec<Task<'_>> = pairs.iter().map(|p| &p.target).enumerate().map(task).collect();
    std::thread::scope(|scope| {
        let (source_to, source_from) = sync_channel(BATCHES_WAITING);
        let (target_to, target_from) = sync_channel(BATCHES_WAITING);
        let readers = [
            scope.spawn(move || read_tables(source, &sources, &source_to)),
            scope.spawn(move || read_tables(target, &targets, &target_to)),
        ];
        let sides = || (Side::new(&source_from), Side::new(&target_from));
        let found = pairs
            .iter()
            .zip(&grouped)
            .map(|(pair, grouped)| join_table(pair, grouped.as_ref(), &sides, observer));
        let found = found.collect();
        // Readers that still send find nobody listening, and end.
        drop((source_from, target_from));
        for reader in readers {
            reader.join().map_err(|_| Error::internal("a reader of rows panicked"))?;
        }
        found
    })
}

/// Compares digests of groups, where a link is slow, both servers alike and the table worth it.
fn group_all(source: &mut Snapshot, target: &mut Snapshot, pairs: &[Pair]) -> Result<Vec<Option<Grouped>>> {
    let large = |pair: &Pair| pair.source.bytes.max(pair.target.bytes) >= WORTH_GROUPING_BYTES;
    let forced = source.link() == Link::Slow || target.link() == Link::Slow;
    let alike = source.server() == target.server();
    let wanted = alike && (forced || pairs.iter().any(large)) && (source.is_slow()? || target.is_slow()?);
    let groupings: Vec<Option<Grouping>> = pairs
        .iter()
        .map(|pair| if wanted && (forced || large(pair)) { Grouping::of(pair) } else { None })
        .collect();
    let read = |snapshot: &mut Snapshot, layout: fn(&Pair) -> &Layout| -> Result<Vec<Option<Groups>>> {
        let each = pairs.iter().zip(&groupings).map(|(pair, grouping)| {
            grouping.as_ref().map(|g| groups::read(snapshot.session(), layout(pair), g)).transpose()
        });
        each.collect()
    };
    let (sources, targets) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| read(source, |pair| &pair.source));
        let targets = read(target, |pair| &pair.target);
        (reader.join(), targets)
    });
    let sources = sources.map_err(|_| Error::internal("a reader of digests panicked"))??;
    let joined = groupings.iter().zip(sources).zip(targets?).map(|((grouping, source), target)| {
        let (grouping, source, target) = (grouping.as_ref()?, source?, target?);
        let by_rows = source.has_long_rows || target.has_long_rows;
        (!by_rows).then(|| groups::join(grouping, &source, &target))
    });
    Ok(joined.collect())
}

fn join_table<'s>(
    pair: &Pair,
    grouped: Option<&Grouped>,
    sides: &dyn Fn() -> (Side<'s>, Side<'s>),
    observer: &dyn Observer,
) -> Result<TableDifference> {
    let layout = &pair.source;
    let mut progress = |rows| {
        observer.compared(layout.table(), rows);
        observer.check()
    };
    progress(grouped.map_or(0, |g| g.equal))?;
    let mut found = Found::new(layout.compared(), &mut progress);
    let (mut source_digest, mut target_digest) = grouped.map(|g| (g.source, g.target)).unwrap_or_default();
    for _ in 0..grouped.map_or(1, |g| g.conditions.len()) {
        let (mut source, mut target) = sides();
        if pair.target.merges {
            merge(&mut source, &mut target, &mut found)?;
        } else {
            match_by_hash(&mut source, &mut target, WAITING_BYTES, &mut found)?;
        }
        if grouped.is_none() {
            (source_digest, target_digest) = (source.digest(), target.digest());
        }
    }
    let (equal, changes) = found.finish()?;
    Ok(TableDifference {
        table: layout.table().clone(),
        columns: layout.read().to_vec(),
        equal: equal + grouped.map_or(0, |g| g.equal),
        changes,
        source: source_digest,
        target: target_digest,
    })
}
