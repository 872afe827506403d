//! Runs a plan's statements on empty copies and checks that the result is the source's schema.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::{Options, SchemaDiff, diff};
use super::execute::{Patience, execute};
use super::model::{Database, ObjectKind, ObjectRef, Schema, Table};
use super::read::read_any;
use super::references::references;
use super::rename::{Renames, rename_databases};
use super::scratch::{Purpose, Scratch};
use super::statement::{Action, Settings, Stage as When, Statement};
use super::table::Clauses;
use crate::{Error, Result, Session, TableName};

/// What a rehearsal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// Statements that ran and arrived.
    pub statements: usize,
    /// Tables copied, empty, to run them on.
    pub tables: usize,
}

/// Runs `plan` on empty copies in scratch databases on the target, and compares what came out with the
/// source. The copies are the objects that the plan touches and those they depend on; the scratch
/// databases are dropped in any case.
///
/// # Errors
/// [`crate::ErrorKind::Refused`] naming the object, when a statement fails or the result is not the
/// source's schema; otherwise as [`Session::execute`].
pub fn rehearse(
    session: &mut Session,
    source: &Schema,
    target: &Schema,
    plan: &SchemaDiff,
    options: &Options,
) -> Result<Rehearsal> {
    rehearse_with(session, source, target, plan, options, &mut Alone)
}

/// What goes along with a rehearsal, while its scratch databases are there.
pub trait Companion {
    /// Tables to copy beside those that the statements touch.
    fn wants(&self) -> Vec<TableName> {
        Vec::new()
    }

    /// Empty copies of the tables are there, their triggers are not yet. `scratch` gives the scratch database
    /// that stands for a real one.
    ///
    /// # Errors
    /// Whatever is to end the rehearsal.
    fn copied(&mut self, session: &mut Session, scratch: &BTreeMap<String, String>) -> Result<()>;

    /// The statements that come before the rows ran.
    ///
    /// # Errors
    /// Whatever is to end the rehearsal.
    fn opened(&mut self, session: &mut Session, scratch: &BTreeMap<String, String>) -> Result<()>;

    /// Whether the copy of `table` holds the rows as they will be.
    fn is_proven(&self, table: &TableName) -> bool;
}

/// Nothing goes along.
struct Alone;

impl Companion for Alone {
    fn copied(&mut self, _: &mut Session, _: &BTreeMap<String, String>) -> Result<()> {
        Ok(())
    }

    fn opened(&mut self, _: &mut Session, _: &BTreeMap<String, String>) -> Result<()> {
        Ok(())
    }

    fn is_proven(&self, _: &TableName) -> bool {
        false
    }
}

/// As [`rehearse`], with something that goes along.
///
/// # Errors
/// As [`rehearse`], and what the companion returns.
pub fn rehearse_with(
    session: &mut Session,
    source: &Schema,
    target: &Schema,
    plan: &SchemaDiff,
    options: &Options,
    companion: &mut dyn Companion,
) -> Result<Rehearsal> {
    let wanted = companion.wants();
    if plan.statements.is_empty() && wanted.is_empty() {
        return Ok(Rehearsal { statements: 0, tables: 0 });
    }
    // A session of its own: the rehearsal's settings and its lock end with it.
    let mut own = session.another()?;
    let stage = Stage::of(source, target, plan, &wanted);
    let scratch = Scratch::create(&mut own, Purpose::Rehearsal, &stage.before)?;
    let result = stage.play(&mut own, plan, &scratch, source, options, companion);
    scratch.finish(&mut own, result)
}

/// What the rehearsal is played with.
struct Stage {
    /// The target's objects to copy.
    before: BTreeMap<String, Database>,
    /// The source's objects that must be there at the end.
    after: BTreeMap<String, Database>,
}

impl Stage {
    fn of(source: &Schema, target: &Schema, plan: &SchemaDiff, wanted: &[TableName]) -> Self {
        let mut touched: BTreeSet<ObjectRef> =
            plan.statements.iter().map(|s| ObjectRef { part: None, ..s.object.clone() }).collect();
        touched.extend(wanted.iter().map(|t| ObjectRef::new(ObjectKind::Table, &t.database, &t.name)));
        let needed = needed(&touched, source, target);
        let pick = |schema: &Schema| -> BTreeMap<String, Database> {
            let databases = schema.databases.iter().map(|(name, database)| {
                let wants =
                    |kind: ObjectKind, object: &str| needed.contains(&ObjectRef::new(kind, name, object));
                let mut picked = database.clone();
                picked.tables.retain(|table, _| wants(ObjectKind::Table, table));
                picked.objects.retain(|(kind, object), _| wants(*kind, object));
                (name.clone(), picked)
            });
            databases.collect()
        };
        let mut before = pick(target);
        let after = pick(source);
        for (name, database) in &after {
            // The plan creates a missing database; its scratch copy exists from the start.
            before.entry(name.clone()).or_insert_with(|| Database {
                tables: BTreeMap::new(),
                objects: BTreeMap::new(),
                ..database.clone()
            });
        }
        Self { before, after }
    }

    fn play(
        &self,
        session: &mut Session,
        plan: &SchemaDiff,
        scratch: &Scratch,
        source: &Schema,
        options: &Options,
        companion: &mut dyn Companion,
    ) -> Result<Rehearsal> {
        let copies = self.copy(session, scratch, companion)?;
        for stage in [When::Open, When::Close] {
            for statement in plan.statements.iter().filter(|s| s.stage == stage) {
                if statement.action.drops_object() && copies.missing.contains(&statement.object) {
                    continue;
                }
                let mut copy = on_scratch(statement, &scratch.names);
                if lacks_rows(statement, companion) {
                    copy.settings.without_foreign_key_checks = true;
                }
                execute(session, &copy, Patience::default()).map_err(|error| refused(statement, error))?;
            }
            if stage == When::Open {
                companion.opened(session, &scratch.names)?;
            }
        }
        if plan.statements.is_empty() {
            // Only rows are rehearsed: whether the definitions are the source's is not asked.
            return Ok(Rehearsal { statements: 0, tables: copies.tables });
        }
        let names: Vec<&String> = scratch.names.values().collect();
        let mut result = read_any(session, &names)?;
        result.databases = renamed_back(result.databases, &scratch.back());
        let mut wanted = Schema { databases: self.after.clone(), ..source.clone() };
        let made = |object: &ObjectRef| {
            plan.statements.iter().any(|s| s.object == *object && !s.action.drops_object())
        };
        for object in copies.missing.iter().filter(|object| !made(object)) {
            if let Some(database) = wanted.databases.get_mut(&object.database) {
                database.objects.remove(&(object.kind, object.name.clone()));
            }
        }
        for database in wanted.databases.values_mut().chain(result.databases.values_mut()) {
            still(database);
        }
        let rest = diff(&wanted, &result, options);
        match (rest.statements.first(), rest.unsupported.first()) {
            (None, None) => Ok(Rehearsal { statements: plan.statements.len(), tables: copies.tables }),
            (Some(statement), _) => Err(Error::refused(format!(
                "the rehearsal did not arrive at the source's schema: {} would still need: {} ({})",
                statement.object, statement.sql, statement.why
            ))
            .with_hint(
                "nothing was changed; bring this object into step by hand, or take its database out of the scope",
            )),
            (None, Some(rest)) => Err(Error::refused(format!("{}: {}", rest.object, rest.reason))),
        }
    }

    /// Creates the copies: sequences, tables, routines, views, triggers, events.
    fn copy(
        &self,
        session: &mut Session,
        scratch: &Scratch,
        companion: &mut dyn Companion,
    ) -> Result<Copies> {
        let bare = |database: &Database| Database {
            tables: BTreeMap::new(),
            objects: BTreeMap::new(),
            ..database.clone()
        };
        let server = session.server().clone();
        let schema =
            |databases| Schema { server: server.clone(), default_collations: BTreeMap::new(), databases };
        let empty =
            schema(self.before.iter().map(|(name, database)| (name.clone(), bare(database))).collect());
        let full = schema(self.before.clone());
        let (mut copies, mut told) = (Copies::default(), false);
        let creation = diff(&full, &empty, &Options::default());
        let wanted = companion.wants();
        let is_wanted = |o: &ObjectRef| wanted.iter().any(|t| t.database == o.database && t.name == o.name);
        if let Some(uncopied) = creation.unsupported.iter().find(|u| is_wanted(&u.object)) {
            let text = format!("{} cannot be copied: {}", uncopied.object, uncopied.reason);
            return Err(Error::refused(text));
        }
        for statement in creation.statements {
            if !told && matches!(statement.object.kind, ObjectKind::Trigger | ObjectKind::Event) {
                companion.copied(session, &scratch.names)?;
                told = true;
            }
            let mut copy = on_scratch(&statement, &scratch.names);
            copy.settings.without_foreign_key_checks = true;
            match execute(session, &copy, Patience::default()) {
                Ok(()) => copies.tables += usize::from(statement.action == Action::CreateTable),
                // A view over a table that is gone, a trigger on a column that is gone: broken on the target
                // already, perhaps by a run that was cut off. The plan may repair it without a copy.
                Err(error) if error.server_code().is_some() && statement.object.kind != ObjectKind::Table => {
                    copies.missing.insert(statement.object);
                }
                Err(error) => {
                    let message = format!(
                        "the target's own {} cannot be copied: {}",
                        statement.object,
                        error.message()
                    );
                    return Err(Error::refused(message).with_hint(
                        "its definition does not stand on its own; repair or drop it on the target",
                    ));
                }
            }
        }
        if !told {
            companion.copied(session, &scratch.names)?;
        }
        Ok(copies)
    }
}

/// True for a foreign key whose tables are not both copied with the rows that they will hold.
fn lacks_rows(statement: &Statement, companion: &dyn Companion) -> bool {
    let Action::AddForeignKey { parent, .. } = &statement.action else { return false };
    let child = TableName::new(&statement.object.database, &statement.object.name);
    !companion.is_proven(&child) || !companion.is_proven(parent)
}

/// What was copied from the target, and what could not be.
#[derive(Default)]
struct Copies {
    tables: usize,
    missing: BTreeSet<ObjectRef>,
}

/// The statement for the scratch databases. Bodies of routines, triggers and events are not resolved
/// when created and stay as they are; events are created disabled, so that none runs.
fn on_scratch(statement: &Statement, names: &Renames) -> Statement {
    let mut copy = statement.clone();
    let scratch_of = |name: &str| names.get(name).cloned().unwrap_or_else(|| name.to_owned());
    copy.database = scratch_of(&statement.database);
    match statement.object.kind {
        ObjectKind::Database => {
            let old = crate::names::quote(&statement.object.name);
            let new = crate::names::quote(&scratch_of(&statement.object.name));
            copy.sql = statement.sql.replacen(&old, &new, 1);
            if statement.action == Action::CreateDatabase {
                copy.sql = copy.sql.replacen("CREATE DATABASE", "CREATE DATABASE IF NOT EXISTS", 1);
            }
            copy.settings = Settings::default();
        }
        ObjectKind::Table | ObjectKind::View => copy.sql = rename_databases(&statement.sql, names),
        ObjectKind::Event => copy.sql = disabled(&statement.sql),
        _ => {}
    }
    copy
}

/// `CREATE EVENT … ENABLE` as `… DISABLE`.
fn disabled(sql: &str) -> String {
    let tokens = super::lexer::significant(sql);
    let end = tokens.iter().position(|t| t.is("DO")).unwrap_or(tokens.len());
    match tokens[..end].iter().find(|t| t.is("ENABLE")) {
        Some(token) => format!("{}DISABLE{}", &sql[..token.start], &sql[token.end()..]),
        None => sql.to_owned(),
    }
}

/// Leaves out of the last comparison what a scratch database cannot have: enabled events, and objects
/// made when the database had other defaults.
fn still(database: &mut Database) {
    for ((kind, _), stored) in &mut database.objects {
        stored.database_collation = None;
        if *kind == ObjectKind::Event {
            stored.create = disabled(&stored.create);
        }
    }
}

fn renamed_back(databases: BTreeMap<String, Database>, back: &Renames) -> BTreeMap<String, Database> {
    databases
        .into_iter()
        .map(|(name, mut database)| {
            for table in database.tables.values_mut() {
                *table = Table { create: rename_databases(&table.create, back) };
            }
            for ((kind, _), stored) in &mut database.objects {
                if *kind == ObjectKind::View {
                    stored.create = rename_databases(&stored.create, back);
                }
            }
            (back.get(&name).cloned().unwrap_or(name), database)
        })
        .collect()
}

fn refused(statement: &Statement, error: Error) -> Error {
    if error.server_code().is_none() {
        return error;
    }
    let database = &statement.database;
    Error::refused(format!(
        "the rehearsal failed in database {database}: {}: {}",
        statement.sql,
        error.message()
    ))
    .with_hint("nothing was changed; the target cannot take this definition as it is")
}

/// The touched objects and what they need to be created and changed: tables tied by foreign keys,
/// all triggers of a table, and whatever a view names, in either schema.
fn needed(touched: &BTreeSet<ObjectRef>, source: &Schema, target: &Schema) -> BTreeSet<ObjectRef> {
    let mut needed = touched.clone();
    for schema in [source, target] {
        add_tied_tables(touched, schema, &mut needed);
    }
    loop {
        let before = needed.len();
        for schema in [source, target] {
            add_triggers(schema, &mut needed);
            add_named(schema, &mut needed);
        }
        if needed.len() == before {
            return needed;
        }
    }
}

/// Adds the parents and children of the touched tables.
fn add_tied_tables(touched: &BTreeSet<ObjectRef>, schema: &Schema, needed: &mut BTreeSet<ObjectRef>) {
    for (name, database) in &schema.databases {
        for (table, definition) in database.tables.iter().filter(|(_, t)| t.create.contains("FOREIGN KEY")) {
            let child = ObjectRef::new(ObjectKind::Table, name, table);
            let Ok(clauses) = Clauses::parse(&definition.create) else { continue };
            for key in clauses.foreign_keys.values() {
                let database = key.parent_database.as_deref().unwrap_or(name);
                let parent = ObjectRef::new(ObjectKind::Table, database, &key.parent);
                if touched.contains(&child) || touched.contains(&parent) {
                    needed.insert(child.clone());
                    needed.insert(parent);
                }
            }
        }
    }
}

/// Adds the table of every needed trigger, every trigger of a needed table, and the package of every
/// needed package body.
fn add_triggers(schema: &Schema, needed: &mut BTreeSet<ObjectRef>) {
    for (name, database) in &schema.databases {
        for ((kind, object), stored) in &database.objects {
            let body = ObjectRef::new(ObjectKind::PackageBody, name, object);
            if *kind == ObjectKind::Package && needed.contains(&body) {
                needed.insert(ObjectRef::new(ObjectKind::Package, name, object));
            }
            let Some(place) = &stored.trigger else { continue };
            let table = ObjectRef::new(ObjectKind::Table, name, &place.table);
            let trigger = ObjectRef::new(*kind, name, object);
            if needed.contains(&trigger) {
                needed.insert(table);
            } else if needed.contains(&table) {
                needed.insert(trigger);
            }
        }
    }
}

/// Adds what the needed views name, the sequences in the needed tables' defaults, and the tables under
/// a needed MERGE table.
fn add_named(schema: &Schema, needed: &mut BTreeSet<ObjectRef>) {
    let text_of = |object: &ObjectRef| {
        let database = schema.databases.get(&object.database)?;
        let names_others = |create: &&String| create.contains("nextval(") || create.contains("UNION=(");
        match object.kind {
            ObjectKind::Table => database.tables.get(&object.name).map(|t| &t.create).filter(names_others),
            ObjectKind::View => database.objects.get(&(object.kind, object.name.clone())).map(|o| &o.create),
            _ => None,
        }
    };
    let named: BTreeSet<(String, String)> = needed
        .iter()
        .filter_map(|object| text_of(object).map(|text| references(text, &object.database)))
        .flatten()
        .collect();
    if named.is_empty() {
        return;
    }
    let is_named =
        |database: &str, name: &str| named.contains(&(database.to_lowercase(), name.to_lowercase()));
    for (name, database) in &schema.databases {
        for table in database.tables.keys().filter(|table| is_named(name, table)) {
            needed.insert(ObjectRef::new(ObjectKind::Table, name, table));
        }
        for (kind, object) in database.objects.keys().filter(|(_, object)| is_named(name, object)) {
            if matches!(kind, ObjectKind::View | ObjectKind::Function | ObjectKind::Sequence) {
                needed.insert(ObjectRef::new(*kind, name, object));
            }
        }
    }
}
