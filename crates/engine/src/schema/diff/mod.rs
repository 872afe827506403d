//! Compares two schemas and writes the statements that bring the target to the source.
//!
//! Takes values, never sessions. The statements stand in one order that works for all kinds together,
//! and each leaves a state from which a new comparison leads on to the right end.

mod alter;
mod computed;
mod foreign_keys;
pub(crate) mod moments;
mod options;
mod outside;
mod partitions;
mod phases;
mod risk;
mod row_size;
mod stored;
mod tables;
mod text_defaults;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{ObjectKind, ObjectRef, Schema};
use super::spelling::Dialect;
use super::statement::{Action, Method, Risk, Settings, Stage, Statement};
use crate::TableName;
use crate::names::quote;
pub use outside::{Disturbance, disturbance};
use phases::Phases;

/// What counts as a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Compare the order of a table's keys too. Off by default: the order is visible, but no query's
    /// result depends on it.
    pub strict_key_order: bool,
    /// Tables whose rows the same run brings, with the columns that the topology names as their identity.
    /// Constraints that these rows satisfy come after them ([`Stage::Close`]).
    #[serde(skip)]
    pub rows: BTreeMap<TableName, Vec<String>>,
}

/// A difference that no statement removes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    /// What differs.
    pub object: ObjectRef,
    /// Why it stays.
    pub reason: String,
}

/// What leads from a target to its source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaDiff {
    /// In the order in which they must run.
    pub statements: Vec<Statement>,
    /// Differences that remain.
    pub unsupported: Vec<Unsupported>,
    /// What a person should know: differences that are not counted as drift.
    pub notes: Vec<String>,
}

impl SchemaDiff {
    /// True when the schemas are in step.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.unsupported.is_empty()
    }

    /// The worst risk of any statement; `None` without statements.
    pub fn risk(&self) -> Option<Risk> {
        self.statements.iter().map(|s| s.risk).max()
    }
}

/// Compares `source` and `target` and returns what brings the target to the source.
///
/// Databases that only the target has are reported as unsupported: lockstep drops none.
pub fn diff(source: &Schema, target: &Schema, options: &Options) -> SchemaDiff {
    let mut phases = Phases::default();
    let dialect = Dialect::between(source, target);
    if source.server.lower_case_table_names != target.server.lower_case_table_names {
        for name in source.databases.keys() {
            phases.unsupported(
                ObjectRef::new(ObjectKind::Database, name, name),
                "lower_case_table_names differs between the servers: names would not mean the same",
            );
        }
        return phases.finish();
    }
    for name in target.databases.keys().filter(|name| !source.databases.contains_key(*name)) {
        phases.unsupported(
            ObjectRef::new(ObjectKind::Database, name, name),
            "the source has no such database, and lockstep drops none; drop it by hand or take it out of the scope",
        );
    }
    for (name, wanted) in &source.databases {
        database(name, source, target, &dialect, &mut phases);
        let empty = super::model::Database {
            tables: Default::default(),
            objects: Default::default(),
            ..wanted.clone()
        };
        let current = target.databases.get(name).unwrap_or(&empty);
        stored::compare(name, wanted, current, &dialect, &mut phases);
    }
    stored::compare_views(source, target, &dialect, &mut phases);
    tables::compare(source, target, &dialect, options, &mut phases);
    let mut diff = phases.finish();
    moments::settle(&mut diff, source, target);
    diff
}

/// Creates a missing database, or sets its defaults.
fn database(name: &str, source: &Schema, target: &Schema, dialect: &Dialect<'_>, phases: &mut Phases) {
    let wanted = &source.databases[name];
    let (charset, collation) = dialect.text_of_database(wanted);
    let options = dialect.database_options(&wanted.options);
    let object = ObjectRef::new(ObjectKind::Database, name, name);
    let statement = |action: Action, sql: String, why: &str| Statement {
        sql,
        database: String::new(),
        object: object.clone(),
        action,
        stage: Stage::Open,
        risk: Risk::Safe,
        why: why.to_owned(),
        settings: Settings::default(),
        method: Method::Plain,
    };
    let text = format!("DEFAULT CHARACTER SET {charset} COLLATE {collation}");
    let spaced = |s: &str| if s.is_empty() { String::new() } else { format!(" {s}") };
    let Some(current) = target.databases.get(name) else {
        let sql = format!("CREATE DATABASE {} {text}{}", quote(name), spaced(&options));
        phases.databases.push(statement(Action::CreateDatabase, sql, "creates the database"));
        return;
    };
    let mut changes = Vec::new();
    if dialect.text_of_database(current) != (charset.clone(), collation.clone()) {
        changes.push(text);
    }
    if dialect.database_options(&current.options) != options {
        match options.is_empty() && current.options.starts_with("COMMENT") {
            true => changes.push("COMMENT ''".to_owned()),
            false => changes.push(options),
        }
    }
    if !changes.is_empty() {
        let sql = format!("ALTER DATABASE {} {}", quote(name), changes.join(" "));
        phases.databases.push(statement(Action::AlterDatabase, sql, "changes the defaults of the database"));
    }
}
