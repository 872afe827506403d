//! The order of a plan: each phase holds statements that may run before those of the next.

use super::{SchemaDiff, Unsupported};
use crate::schema::model::ObjectRef;
use crate::schema::statement::{Stage, Statement};

/// The statements of a plan by phase, in the order in which the phases run.
#[derive(Default)]
pub(super) struct Phases {
    /// Databases come first: everything is in one.
    pub databases: Vec<Statement>,
    /// Triggers, events and views that go, and whatever else gives its name to another object.
    pub drops_before_tables: Vec<Statement>,
    /// Foreign keys that go, change, or stand in the way of another change; checks that give their name
    /// to another table.
    pub constraints_dropped: Vec<Statement>,
    /// Tables that go; their constraint names become free.
    pub tables_dropped: Vec<Statement>,
    /// Sequences, before the defaults that use them.
    pub sequences: Vec<Statement>,
    /// Routines, before the views that use them. Their bodies are not resolved when created.
    pub routines: Vec<Statement>,
    /// New tables.
    pub tables_created: Vec<Statement>,
    /// Changed tables, those first whose change may fail. Between foreign keys that are missing for the moment they
    /// change as a group, which is locked.
    pub tables_altered: Vec<Statement>,
    /// Foreign keys of all tables, those aside that the rows of the run satisfy.
    pub foreign_keys_added: Vec<Statement>,
    /// Tables that go and stand in nobody's way until then.
    pub tables_dropped_last: Vec<Statement>,
    /// Views, those they are built on first.
    pub views: Vec<Statement>,
    /// Triggers, in the order in which they fire.
    pub triggers: Vec<Statement>,
    /// Events, which may start to run at once.
    pub events: Vec<Statement>,
    /// Routines and sequences that go, when nothing uses them any more.
    pub drops_after: Vec<Statement>,
    /// After the rows of the run: what these satisfy, foreign keys aside.
    pub tables_closed: Vec<Statement>,
    /// After the rows of the run: foreign keys.
    pub foreign_keys_closed: Vec<Statement>,
    unsupported: Vec<Unsupported>,
    notes: Vec<String>,
}

impl Phases {
    /// Reports a difference that stays.
    pub fn unsupported(&mut self, object: ObjectRef, reason: impl Into<String>) {
        self.unsupported.push(Unsupported { object, reason: reason.into() });
    }

    /// Tells a person something that is no drift.
    pub fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// All statements in order.
    pub fn finish(self) -> SchemaDiff {
        let mut close = [self.tables_closed, self.foreign_keys_closed].concat();
        close.iter_mut().for_each(|statement| statement.stage = Stage::Close);
        let statements = [
            self.databases,
            self.drops_before_tables,
            self.constraints_dropped,
            self.tables_dropped,
            self.sequences,
            self.routines,
            self.tables_created,
            self.tables_altered,
            self.foreign_keys_added,
            self.tables_dropped_last,
            self.views,
            self.triggers,
            self.events,
            self.drops_after,
            close,
        ]
        .concat();
        SchemaDiff { statements, unsupported: self.unsupported, notes: self.notes }
    }
}
