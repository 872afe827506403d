//! Rows of tables that are too large to be compared in one run: cut into parts that others compare, several at a time;
//! then a run reads only the parts that differ.
//!
//! The parts are read at different moments. A part that was found equal may have moved since, so what such a run finds
//! is complete only for what was committed before the cut: [`Marks`] of that moment are what it may remember, and the
//! next run sees what came later. What it plans and applies is read and proven as in any other run.

use std::collections::BTreeMap;

use super::gate::Marks;
use super::plan::PlanOptions;
use super::rows::layout_pairs;
use super::{Context, Source};
use crate::data::{self, Cutting, Pair, Slice};
use crate::words::count;
use crate::{Error, ErrorKind, ReferenceTable, Result, Session, TableName};

/// Which rows of reference tables a run reads. By default all.
#[derive(Debug, Default)]
pub struct RowScope {
    /// Tables, `database.table`, of which only these slices are read: of the others the caller knows that they are equal.
    pub slices: BTreeMap<String, Vec<Slice>>,
    /// How both sides stood before the slices were compared; what the run remembers when it finds nothing to do.
    pub marks: Option<Marks>,
    /// Tables that together are larger, by the servers' estimates, are not compared: the run ends with
    /// [`ErrorKind::Budget`] before it reads a row.
    pub limit_bytes: Option<u64>,
}

impl RowScope {
    /// The slices of a table; `None` when all its rows are read.
    pub(super) fn of(&self, table: &TableName) -> Option<&[Slice]> {
        self.slices.get(&table.to_string()).map(Vec::as_slice)
    }

    /// The pair, of which only the rows in scope are read.
    pub(super) fn restrict(&self, pair: Pair) -> Result<Pair> {
        match self.of(pair.source.table()) {
            Some(slices) => pair.within(slices),
            None => Ok(pair),
        }
    }

    /// Makes sure that the tables which are read as a whole are not too large.
    pub(super) fn check_size(&self, pairs: &[Pair]) -> Result<()> {
        let whole = pairs.iter().filter(|pair| self.of(pair.source.table()).is_none());
        let bytes: u64 = whole.map(bytes).sum();
        match self.limit_bytes {
            Some(limit) if bytes > limit => Err(Error::new(
                ErrorKind::Budget,
                format!(
                    "{} of reference rows are more than one run compares; nothing was read",
                    count(bytes, "byte")
                ),
            )
            .with_hint("cut the tables and have the parts compared")),
            _ => Ok(()),
        }
    }
}

/// The larger side's size, by its server's estimate.
fn bytes(pair: &Pair) -> u64 {
    pair.source.bytes.max(pair.target.bytes)
}

/// A part of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The table.
    pub table: TableName,
    /// Its rows; `None` for all of them.
    pub slice: Option<Slice>,
}

/// How to cut.
#[derive(Clone, Copy, Debug)]
pub struct PartLimits {
    /// Tables that together are at most this large need not be parts: the next run reads them.
    pub whole_bytes: u64,
    /// The size of a part, where the most parts are not too few for it.
    pub part_bytes: u64,
    /// The most parts.
    pub most: usize,
}

/// What is to be compared, and where both sides stood before.
#[derive(Debug)]
pub struct Cut {
    /// The parts. Tables that are not among them are left for the run that reads what differs.
    pub parts: Vec<Part>,
    /// How both sides stood before any part was read.
    pub marks: Option<Marks>,
}

/// Cuts the largest reference tables of both sides into parts. Reads no row and changes nothing.
///
/// A table whose definitions differ is no part: its rows are compared after the schema step.
///
/// # Errors
/// When a server fails, or the run is stopped.
pub fn cut(context: &Context, limits: PartLimits) -> Result<Cut> {
    context.stoppable(|| {
        let marks = Marks::take(context, &PlanOptions::default())?;
        if matches!(context.source, Source::Directory(_)) {
            return Ok(Cut { parts: Vec::new(), marks });
        }
        let (mut source, mut target) = (context.open_source()?, context.open_target()?);
        let references = on_both_sides(context, &mut source, &mut target)?;
        let (mut pairs, _) = layout_pairs(context, &mut source, &mut target, &references)?;
        pairs.sort_by_key(|pair| std::cmp::Reverse(bytes(pair)));
        let pairs = largest(pairs, limits);
        let all: u64 = pairs.iter().map(bytes).sum();
        let spare = limits.most.saturating_sub(pairs.len());
        let mut parts = Vec::new();
        for pair in pairs {
            // Each table has one part at least, and its share of the others.
            let share = u128::from(bytes(&pair)) * spare as u128 / u128::from(all.max(1));
            let most = 1 + usize::try_from(share).unwrap_or(spare);
            let cutting = Cutting { slice_bytes: limits.part_bytes, most };
            let slices = if pair.source.bytes >= pair.target.bytes {
                data::cut(&mut source, &pair.source, cutting)?
            } else {
                data::cut(&mut target, &pair.target, cutting)?
            };
            let table = pair.source.table().clone();
            let part = |slice| Part { table: table.clone(), slice };
            match slices {
                Some(slices) => parts.extend(slices.into_iter().map(Some).map(part)),
                None => parts.push(part(None)),
            }
        }
        Ok(Cut { parts, marks })
    })
}

/// The reference tables that both sides have.
fn on_both_sides(
    context: &Context,
    source: &mut Session,
    target: &mut Session,
) -> Result<Vec<ReferenceTable>> {
    let references = context.references();
    let (of_source, of_target) = (data::existing(source, references)?, data::existing(target, references)?);
    let both = references.iter().zip(of_source).zip(of_target);
    Ok(both.filter(|((_, source), target)| *source && *target).map(|((r, _), _)| r.clone()).collect())
}

/// The tables, of pairs with the largest first, without which the rest is small enough.
fn largest(pairs: Vec<Pair>, limits: PartLimits) -> Vec<Pair> {
    let mut rest: u64 = pairs.iter().map(bytes).sum();
    let taken = pairs.into_iter().take(limits.most).take_while(|pair| {
        let wanted = rest > limits.whole_bytes;
        rest -= bytes(pair);
        wanted
    });
    taken.collect()
}
