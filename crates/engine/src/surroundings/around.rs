//! What surrounds a plan, and what its rows could hurt.

use std::collections::BTreeSet;

use super::keys::Keys;
use super::reach::{Definitions, Reach};
use super::rows::{RowChange, row_harms};
use crate::TableName;
use crate::data::{Event, Layout, TableDifference, Trigger};
use crate::schema::{ObjectKind, Schema};
use crate::topology::ReferenceTable;

/// The foreign keys and triggers among which a plan's rows change, as its schema step leaves them.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    keys: Keys,
    triggers: Vec<Fires>,
}

/// A trigger on a reference table.
#[derive(Clone, Debug)]
struct Fires {
    table: TableName,
    name: String,
    event: Event,
    reach: Reach,
}

/// Why a table's rows may not be changed so.
pub struct Harm {
    /// The table.
    pub table: TableName,
    /// What would be changed beside it, and what to do.
    pub reason: String,
}

impl Surroundings {
    /// What surrounds `references` once the target has the definitions of `schema`. `keys` are its foreign keys as they
    /// are, `databases` the names of all its databases.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Refused`] when a definition cannot be read.
    pub fn of(
        keys: &Keys,
        schema: &Schema,
        databases: &[String],
        references: &[ReferenceTable],
    ) -> crate::Result<Self> {
        let keys = keys.after(schema)?;
        let definitions = Definitions { schema, keys: &keys, databases };
        let mut triggers = Vec::new();
        for reference in references {
            let table = reference.name();
            let Some(content) = schema.databases.get(&table.database) else { continue };
            for ((kind, name), stored) in &content.objects {
                let Some(place) = stored.trigger.as_ref().filter(|p| p.table == table.name) else { continue };
                debug_assert_eq!(*kind, ObjectKind::Trigger);
                let event = place.moment.rsplit(' ').next().map_or(Event::Delete, Event::of_word);
                let reach = definitions.reach_of_trigger(&table.database, name);
                triggers.push(Fires { table: table.clone(), name: name.clone(), event, reach });
            }
        }
        Ok(Self { keys, triggers })
    }

    /// The same triggers among the foreign keys of another moment.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    /// The foreign keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Gives the shape of a target's table the keys and triggers that it has here, and the reference tables that those
    /// triggers may write which `difference` fires.
    pub fn give_to(&self, layout: &mut Layout, difference: &TableDifference, references: &[ReferenceTable]) {
        self.keys.give_to(layout);
        let table = layout.table().clone();
        let of_table = || self.triggers.iter().filter(|t| t.table == table);
        layout.triggers = of_table()
            .map(|t| Trigger { name: t.name.clone(), event: t.event, writes_elsewhere: !t.reach.is_empty() })
            .collect();
        let mut reached = BTreeSet::new();
        for trigger in of_table().filter(|t| fires(t.event, difference)) {
            // What is written out of scope, or unknown, may lead back to any table.
            let is_wide = !trigger.reach.unknown.is_empty() || trigger.reach.leaves_scope;
            let written = |r: &&ReferenceTable| {
                is_wide || trigger.reach.tables.iter().any(|t| self.keys.same(t, r.name()))
            };
            reached.extend(references.iter().filter(written).map(|r| r.name().clone()));
        }
        layout.reaches = reached.into_iter().collect();
    }

    /// The tables that a trigger may write and that no verification covers: those whose rows are not all in scope.
    fn beyond<'a>(
        &'a self,
        trigger: &'a Fires,
        references: &'a [ReferenceTable],
    ) -> impl Iterator<Item = &'a TableName> {
        let is_verified =
            |table: &TableName| references.iter().any(|r| r.is_whole() && self.keys.same(r.name(), table));
        trigger.reach.tables.iter().filter(move |table| !is_verified(table))
    }

    /// What row changes would do beyond the tables that they are made in, by foreign keys and by triggers. With
    /// `triggers_allowed` every trigger may write where it likes; `by_url` decides what a message says to do.
    pub fn harms(
        &self,
        changes: &[(&Layout, &TableDifference)],
        references: &[ReferenceTable],
        triggers_allowed: bool,
        by_url: bool,
    ) -> Vec<Harm> {
        let row_changes: Vec<RowChange<'_>> = changes.iter().map(|(l, d)| RowChange::of(l, d)).collect();
        let by_keys = row_harms(&self.keys, &row_changes, references);
        let mut harms: Vec<Harm> =
            by_keys.iter().map(|h| Harm { table: h.table.clone(), reason: h.to_string() }).collect();
        for (layout, difference) in changes {
            let permitted = |name: &str| triggers_allowed || layout.reference.triggers().permits(name);
            let fired = self.triggers.iter().filter(|t| t.table == *layout.table());
            for trigger in fired.filter(|t| fires(t.event, difference) && !permitted(&t.name)) {
                if let Some(reason) = self.trigger_harm(trigger, references, by_url) {
                    harms.push(Harm { table: layout.table().clone(), reason });
                }
            }
        }
        harms
    }

    fn trigger_harm(&self, trigger: &Fires, references: &[ReferenceTable], by_url: bool) -> Option<String> {
        let tables: Vec<String> = self.beyond(trigger, references).map(ToString::to_string).collect();
        let unknown: Vec<&str> = trigger.reach.unknown.iter().map(String::as_str).collect();
        let what = match (tables.as_slice(), unknown.as_slice()) {
            ([], []) => return None,
            ([], unknown) => format!("what it writes is not known: {}", unknown.join("; ")),
            (tables, []) => format!("may write {}, whose rows are not in scope", tables.join(", ")),
            (tables, unknown) => {
                format!("may write {}, and more that is not known: {}", tables.join(", "), unknown.join("; "))
            }
        };
        let name = &trigger.name;
        let permit = match by_url {
            true => "--allow triggers permits it".to_owned(),
            false => format!("if it may, name it for this table: triggers = [\"{name}\"]"),
        };
        Some(format!("trigger {name} ({}) of the target would fire, and {what}; {permit}", trigger.event))
    }
}

/// Whether a difference holds a change that fires triggers on `event`.
fn fires(event: Event, difference: &TableDifference) -> bool {
    let changes = &difference.changes;
    match event {
        Event::Insert => changes.inserts() > 0,
        Event::Update => changes.updates() > 0,
        Event::Delete => changes.deletes() > 0,
    }
}
