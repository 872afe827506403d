//! Which tables must change together, in which order, and what may not be changed at all.

use std::collections::BTreeSet;

use super::compare::TableDifference;
use super::layout::{ForeignKey, Layout};
use super::sql::too_long;
use crate::TableName;
use crate::names::{quote, quote_list};
use crate::topology::{DeletePolicy, ReferenceTable};
use crate::words::count;

/// Groups tables that foreign keys or the writes of triggers tie together, each group with parents before children.
///
/// Returns indices into `layouts`. Tables inside a cycle come in their given order.
pub fn connected_sets(layouts: &[&Layout]) -> Vec<Vec<usize>> {
    let parents: Vec<BTreeSet<usize>> = layouts.iter().map(|l| parents_of(l, layouts)).collect();
    let mut group: Vec<usize> = (0..layouts.len()).collect();
    for (one, tied) in parents.iter().enumerate() {
        for other in tied.iter().copied().chain(written_by(layouts[one], layouts)) {
            let (from, to) = (group[one].max(group[other]), group[one].min(group[other]));
            group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
        }
    }
    let order = parents_first(&parents);
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for lead in 0..layouts.len() {
        let set: Vec<usize> = order.iter().copied().filter(|&i| group[i] == lead).collect();
        if !set.is_empty() {
            sets.push(set);
        }
    }
    sets
}

/// The tables that triggers of `layout` may write.
fn written_by(layout: &Layout, layouts: &[&Layout]) -> Vec<usize> {
    layout.reaches.iter().filter_map(|table| layouts.iter().position(|l| l.table() == table)).collect()
}

/// The tables that `layout` refers to, without itself.
fn parents_of(layout: &Layout, layouts: &[&Layout]) -> BTreeSet<usize> {
    let index = |key: &ForeignKey| layouts.iter().position(|l| *l.table() == key.parent);
    layout.foreign_keys.iter().filter(|k| k.parent != k.child).filter_map(index).collect()
}

/// An order with parents first; a cycle is broken at its first table.
fn parents_first(parents: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(parents.len());
    let mut left: Vec<usize> = (0..parents.len()).collect();
    while !left.is_empty() {
        let ready = left.iter().position(|i| parents[*i].iter().all(|p| order.contains(p) || p == i));
        order.push(left.remove(ready.unwrap_or(0)));
    }
    order
}

/// Whether rows of `layout` can refer, directly or through others, to rows of the same table, so that
/// no order of tables puts parents first.
pub(super) fn refers_to_itself(layout: &Layout, layouts: &[&Layout]) -> bool {
    let mut reached = BTreeSet::new();
    let mut next = vec![layout];
    while let Some(at) = next.pop() {
        for key in &at.foreign_keys {
            if key.parent == *layout.table() {
                return true;
            }
            if reached.insert(&key.parent) {
                next.extend(layouts.iter().find(|l| *l.table() == key.parent));
            }
        }
    }
    false
}

/// Why a table's changes may not be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The table.
    pub table: TableName,
    /// What is in the way, and what to do.
    pub reason: String,
}

/// Checks the differences against policy and against what cannot be undone; a plan with a refusal must not be applied.
/// `references` are all tables whose rows lockstep may change in this run.
/// What a change would reach beyond the table, [`crate::surroundings`] says.
pub fn refusals(
    target: &Layout,
    difference: &TableDifference,
    references: &[ReferenceTable],
) -> Vec<Refusal> {
    let mut reasons = ignored_but_referred_to(target, references);
    let changes = &difference.changes;
    if changes.inserts() > 0 && !target.unfillable.is_empty() {
        reasons.push(format!(
            "new rows need a value of {}, which the topology ignores, and which takes no NULL and has no default; \
             give it a default",
            quote_list(&target.unfillable)
        ));
    }
    if changes.deletes() > 0 && target.reference.delete() == DeletePolicy::Refuse {
        reasons.push(format!(
            "{} would be deleted, and the topology says delete = \"refuse\" for this table",
            count(changes.deletes(), "row")
        ));
    }
    if !changes.is_empty() && !target.transactional {
        reasons.push(format!(
            "its engine {} has no transactions, so a failed change could not be undone; convert it to InnoDB",
            target.engine
        ));
    }
    match too_long(target, changes) {
        Ok(None) => {}
        Ok(Some((key, bytes))) => reasons.push(format!(
            "the row {} takes a statement of {bytes} bytes, and the target's max_allowed_packet is {}: set that higher there",
            brief(&key),
            target.packet_bytes
        )),
        Err(error) => reasons.push(error.message().to_owned()),
    }
    reasons.into_iter().map(|reason| Refusal { table: target.table().clone(), reason }).collect()
}

/// How much of a key a message repeats, in characters.
const KEY_CHARACTERS: usize = 100;

/// The beginning of a key.
fn brief(key: &str) -> String {
    match key.char_indices().nth(KEY_CHARACTERS) {
        Some((end, _)) => format!("{} …", &key[..end]),
        None => key.to_owned(),
    }
}

/// Reference tables refer to rows by a column whose values are each environment's own: after a run they would
/// refer to other rows than at the source.
fn ignored_but_referred_to(target: &Layout, references: &[ReferenceTable]) -> Vec<String> {
    let ignored = target.reference.ignore_columns();
    let reason = |key: &ForeignKey| {
        let child = references.iter().find(|r| *r.name() == key.child)?;
        let travels = key.columns.iter().any(|c| !child.ignore_columns().contains(c));
        let column = key.parent_columns.iter().find(|c| ignored.contains(c)).filter(|_| travels)?;
        let identity = key.parent_columns.iter().map(|c| format!("{c:?}")).collect::<Vec<_>>().join(", ");
        Some(format!(
            "{} is ignored, but {} refers to it by its foreign key {} and would refer to other rows than at the \
             source; write identity = [{identity}] for {}, and do not ignore {}",
            quote(column),
            key.child,
            key.name,
            target.table(),
            quote(column)
        ))
    };
    target.referenced_by.iter().filter_map(reason).collect()
}
