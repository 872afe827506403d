//! Which tables must change together, in which order, and what may not be changed at all.

use std::collections::BTreeSet;

use super::compare::TableDifference;
use super::layout::{Action, ForeignKey, Layout};
use crate::TableName;
use crate::topology::{DeletePolicy, ReferenceTable};
use crate::words::count;

/// Groups tables that foreign keys tie together, each group with parents before children.
///
/// Returns indices into `layouts`. Tables inside a cycle come in their given order.
pub fn connected_sets(layouts: &[&Layout]) -> Vec<Vec<usize>> {
    let parents: Vec<BTreeSet<usize>> = layouts.iter().map(|l| parents_of(l, layouts)).collect();
    let mut group: Vec<usize> = (0..layouts.len()).collect();
    for (child, parents) in parents.iter().enumerate() {
        for &parent in parents {
            let (from, to) = (group[child].max(group[parent]), group[child].min(group[parent]));
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

/// Checks the differences against policy and against what cannot be done safely. `references` are all
/// tables whose rows lockstep may change in this run, compared yet or not; a plan with a refusal must not
/// be applied.
pub fn refusals(
    target: &Layout,
    difference: &TableDifference,
    references: &[ReferenceTable],
) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    let changes = &difference.changes;
    if changes.is_empty() {
        return Vec::new();
    }
    if changes.deletes() > 0 && target.reference.delete() == DeletePolicy::Refuse {
        reasons.push(format!(
            "{} would be deleted, and the topology says delete = \"refuse\" for this table",
            count(changes.deletes(), "row")
        ));
    }
    if !target.transactional {
        reasons.push(format!(
            "its engine {} has no transactions, so a failed change could not be undone; convert it to InnoDB",
            target.engine
        ));
    }
    for key in &target.referenced_by {
        let inside = references.iter().any(|r| *r.name() == key.child && r.where_clause().is_none());
        if inside {
            continue;
        }
        if changes.deletes() > 0 && key.on_delete == Action::Change {
            reasons.push(format!(
                "deleting rows would change rows of {} through its foreign key {}, which are not in scope",
                key.child, key.name
            ));
        }
        if changes.updates() > 0 && key.on_update == Action::Change && updates_any(target, difference, key) {
            reasons.push(format!(
                "updating what {} refers to through its foreign key {} would change its rows, which are not in scope",
                key.child, key.name
            ));
        }
    }
    reasons.into_iter().map(|reason| Refusal { table: target.table().clone(), reason }).collect()
}

/// Whether some update sets a column that the foreign key refers to. An unreadable change counts as yes.
fn updates_any(target: &Layout, difference: &TableDifference, key: &ForeignKey) -> bool {
    let referred = |number: &usize| {
        target.columns.get(*number).is_none_or(|column| key.parent_columns.contains(&column.name))
    };
    difference.changes.iter().any(|change| match change {
        Ok((_, change)) => {
            change.sets(difference.identity()).map_or(true, |sets| sets.iter().any(|(n, ..)| referred(n)))
        }
        Err(_) => true,
    })
}
