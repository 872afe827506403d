//! Which rows out of scope a change of rows would reach through foreign keys.

use std::collections::{BTreeSet, VecDeque};

use super::keys::{Key, Keys, Rule};
use crate::topology::ReferenceTable;
use crate::{TableName, data};

/// What a plan does to the rows of one table.
#[derive(Clone, Debug)]
pub struct RowChange<'a> {
    /// The table.
    pub table: &'a TableName,
    /// Whether rows are deleted.
    pub deletes: bool,
    /// The columns that updates set, in lower case.
    pub updated: BTreeSet<String>,
}

impl<'a> RowChange<'a> {
    /// What a difference changes. An update that cannot be read counts as one of every column.
    pub fn of(target: &data::Layout, difference: &'a data::TableDifference) -> Self {
        let mut updated = BTreeSet::new();
        let name = |number: usize| target.columns.get(number).map(|c| c.name.to_lowercase());
        for change in &difference.changes {
            let sets = change.and_then(|(_, change)| {
                let sets = change.sets(difference.identity())?;
                Ok(sets.into_iter().map(|(number, ..)| number).collect::<Vec<_>>())
            });
            match sets {
                Ok(numbers) => updated.extend(numbers.into_iter().filter_map(name)),
                Err(_) => updated.extend(target.columns.iter().map(|c| c.name.to_lowercase())),
            }
            if updated.len() == target.columns.len() {
                break;
            }
        }
        // A generated column follows those that it is computed from.
        if !updated.is_empty() {
            let generated = target.columns.iter().filter(|c| c.generated);
            updated.extend(generated.map(|c| c.name.to_lowercase()));
        }
        Self { table: &difference.table, deletes: difference.changes.deletes() > 0, updated }
    }
}

/// A foreign key by which a change would reach rows that are not in scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowHarm {
    /// The table that the plan changes.
    pub table: TableName,
    /// The key.
    pub key: Key,
    /// True for a delete, false for an update of what the key refers to.
    pub by_delete: bool,
}

impl std::fmt::Display for RowHarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Key { child, name, parent, .. } = &self.key;
        let event = if self.by_delete { "deleting rows" } else { "updating rows" };
        write!(f, "{event} would change rows of {child} through its foreign key {name}")?;
        if *parent != self.table {
            write!(f, " (by way of {parent})")?;
        }
        write!(
            f,
            ", which are not in scope; if these changes are harmless, permit them: cascades = [\"{}\"]",
            self.key.full_name()
        )
    }
}

/// What happens to rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Delete,
    /// These columns, in lower case.
    Update(BTreeSet<String>),
}

/// The foreign keys by which `changes` would reach rows that are not in scope, followed over as many tables as
/// they lead through. Keys that refuse reach nothing: the server stops the change.
///
/// In scope are `references` whose rows are in scope all. What the topology permits is followed too, and not
/// among the answers.
pub fn row_harms(keys: &Keys, changes: &[RowChange<'_>], references: &[ReferenceTable]) -> Vec<RowHarm> {
    let mut harms = Vec::new();
    for change in changes {
        let mut queue = VecDeque::new();
        let mut seen = BTreeSet::new();
        if change.deletes {
            queue.push_back((change.table.clone(), Event::Delete));
        }
        if !change.updated.is_empty() {
            queue.push_back((change.table.clone(), Event::Update(change.updated.clone())));
        }
        while let Some((table, event)) = queue.pop_front() {
            if !seen.insert((table.clone(), event.clone())) {
                continue;
            }
            for key in keys.into_table(&table) {
                let Some(next) = consequence(key, &event) else { continue };
                let inside = references.iter().any(|r| keys.same(r.name(), &key.child) && r.is_whole());
                if inside || is_permitted(keys, key, &[change.table, &table], references) {
                    queue.push_back((key.child.clone(), next));
                    continue;
                }
                let harm = RowHarm {
                    table: change.table.clone(),
                    key: key.clone(),
                    by_delete: event == Event::Delete,
                };
                if !harms.contains(&harm) {
                    harms.push(harm);
                }
            }
        }
    }
    harms
}

/// What an event does to the rows that refer by `key`.
fn consequence(key: &Key, event: &Event) -> Option<Event> {
    let lower = |names: &[String]| names.iter().map(|n| n.to_lowercase()).collect::<BTreeSet<_>>();
    let rule = match event {
        Event::Delete => key.on_delete,
        Event::Update(columns) if lower(&key.parent_columns).is_disjoint(columns) => return None,
        Event::Update(_) => key.on_update,
    };
    match (rule, event) {
        (Rule::Refuse, _) => None,
        (Rule::Cascade, Event::Delete) => Some(Event::Delete),
        (Rule::Cascade | Rule::Set, _) => Some(Event::Update(lower(&key.columns))),
    }
}

/// Whether the topology permits the key for one of the tables on the way.
fn is_permitted(keys: &Keys, key: &Key, tables: &[&TableName], references: &[ReferenceTable]) -> bool {
    let name = key.full_name();
    references
        .iter()
        .filter(|r| tables.iter().any(|table| keys.same(r.name(), table)))
        .any(|r| r.cascades().iter().any(|permitted| permitted.eq_ignore_ascii_case(&name)))
}
