//! Reads the definitions of whole databases.
//!
//! Bulk queries on `information_schema` find what exists; the definition itself is always the
//! server's own `SHOW CREATE`. Index statistics are never selected: they are what makes
//! `information_schema` slow.

use std::collections::BTreeMap;

use mysql::Row;

use super::keys_as_printed;
use super::lexer::{significant, unwrap_versions};
use super::model::{Database, ObjectKind, Schema, Stored, Table, TriggerPlace};
use super::shown::{
    trigger_text, with_hexadecimal_literals, without_counter, without_definer, without_last_semicolon,
    without_own_database, without_start,
};
use crate::names::{literal, quote};
use crate::{Error, Result, Session};

/// From this many objects on, a second connection shares the work.
const SECOND_CONNECTION_FROM: usize = 64;

/// Definitions that are asked for in one round trip.
const SHOWN_AT_ONCE: usize = 32;

/// The object was dropped between being listed and being read: unknown table, routine, trigger,
/// event, sequence.
const GONE: [u16; 7] = [1146, 1305, 1360, 1539, 4089, 4091, 1051];

/// lockstep's own databases are never part of a schema: the journal and the scratch databases.
pub(crate) fn is_own_database(name: &str) -> bool {
    name.eq_ignore_ascii_case("lockstep") || name.to_ascii_lowercase().starts_with(super::scratch::PREFIX)
}

/// Reads the definitions of `databases`. Ones that do not exist, and lockstep's own, are absent from
/// the result.
///
/// # Errors
/// As [`Session::query`]; [`crate::ErrorKind::Refused`] when the account may not read a definition.
pub fn read(session: &mut Session, databases: &[String]) -> Result<Schema> {
    let wanted: Vec<&String> = databases.iter().filter(|d| !is_own_database(d)).collect();
    read_any(session, &wanted)
}

/// As [`read`], for any databases, scratch ones included.
pub(crate) fn read_any(session: &mut Session, databases: &[&String]) -> Result<Schema> {
    let mut schema = Schema {
        server: session.server().clone(),
        default_collations: default_collations(session)?,
        databases: BTreeMap::new(),
    };
    if databases.is_empty() {
        return Ok(schema);
    }
    let scope = databases.iter().map(|d| literal(d)).collect::<Vec<_>>().join(", ");
    for (name, charset, collation) in session.query::<(String, String, String)>(format!(
        "SELECT schema_name, default_character_set_name, default_collation_name \
         FROM information_schema.schemata WHERE schema_name IN ({scope})"
    ))? {
        if databases.iter().any(|d| **d == name) {
            let options = database_options(session, &name)?;
            let (tables, objects) = Default::default();
            schema.databases.insert(name, Database { charset, collation, options, tables, objects });
        }
    }
    let mut items = list(session, &scope)?;
    items.retain(|item| schema.databases.contains_key(&item.database));
    items.sort_by(|a, b| (&a.database, a.kind, &a.name).cmp(&(&b.database, b.kind, &b.name)));
    for (item, definition) in show_all(session, items)? {
        let Some(database) = schema.databases.get_mut(&item.database) else { continue };
        match definition {
            Definition::Table(table) => {
                database.tables.insert(item.name, table);
            }
            Definition::Stored(stored) => {
                database.objects.insert((item.kind, item.name), stored);
            }
        }
    }
    Ok(schema)
}

/// An object that exists and is to be read.
#[derive(Clone, Debug)]
struct Item {
    database: String,
    kind: ObjectKind,
    name: String,
    trigger: Option<TriggerPlace>,
    /// An event's first moment is the one at which it was made: nobody said another.
    starts_when_made: bool,
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}.{}", self.kind, quote(&self.database), quote(&self.name))
    }
}

enum Definition {
    Table(Table),
    Stored(Stored),
}

fn default_collations(session: &mut Session) -> Result<BTreeMap<String, String>> {
    Ok(session
        .query::<(String, String)>(
            "SELECT character_set_name, default_collate_name FROM information_schema.character_sets",
        )?
        .into_iter()
        .collect())
}

/// The database's options beyond character set and collation, as `SHOW CREATE DATABASE` prints them.
fn database_options(session: &mut Session, name: &str) -> Result<String> {
    let (_, create): (String, String) = session
        .query_first(format!("SHOW CREATE DATABASE {}", quote(name)))?
        .ok_or_else(|| Error::internal(format!("SHOW CREATE DATABASE {} returned nothing", quote(name))))?;
    let create = unwrap_versions(&create);
    let tokens = significant(&create);
    let mut rest = &tokens[3.min(tokens.len())..];
    if rest.first().is_some_and(|t| t.is("DEFAULT")) && rest.get(1).is_some_and(|t| t.is("CHARACTER")) {
        rest = &rest[4.min(rest.len())..];
    }
    if rest.first().is_some_and(|t| t.is("COLLATE")) {
        rest = &rest[2.min(rest.len())..];
    }
    Ok(super::lexer::span(&create, rest).to_owned())
}

/// Everything in the databases of `scope` (a list of SQL literals).
fn list(session: &mut Session, scope: &str) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for (database, name, kind) in session.query::<(String, String, String)>(format!(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables \
         WHERE table_schema IN ({scope})"
    ))? {
        let kind = match kind.as_str() {
            "BASE TABLE" | "SYSTEM VERSIONED" => ObjectKind::Table,
            "VIEW" => ObjectKind::View,
            "SEQUENCE" => ObjectKind::Sequence,
            // Another session's temporary table is no part of the schema.
            "TEMPORARY" | "TEMPORARY SEQUENCE" => continue,
            other => return Err(unknown_kind(other, &database, &name)),
        };
        items.push(Item { database, kind, name, trigger: None, starts_when_made: false });
    }
    for (database, name, kind) in session.query::<(String, String, String)>(format!(
        "SELECT routine_schema, routine_name, routine_type FROM information_schema.routines \
         WHERE routine_schema IN ({scope})"
    ))? {
        let kind = match kind.as_str() {
            "FUNCTION" => ObjectKind::Function,
            "PROCEDURE" => ObjectKind::Procedure,
            "PACKAGE" => ObjectKind::Package,
            "PACKAGE BODY" => ObjectKind::PackageBody,
            other => return Err(unknown_kind(other, &database, &name)),
        };
        items.push(Item { database, kind, name, trigger: None, starts_when_made: false });
    }
    for (database, name, table, timing, event, order) in
        session.query::<(String, String, String, String, String, u64)>(format!(
            "SELECT trigger_schema, trigger_name, event_object_table, action_timing, event_manipulation, \
             action_order FROM information_schema.triggers WHERE trigger_schema IN ({scope})"
        ))?
    {
        let place = TriggerPlace { table, moment: format!("{timing} {event}"), order };
        let (kind, trigger) = (ObjectKind::Trigger, Some(place));
        items.push(Item { database, kind, name, trigger, starts_when_made: false });
    }
    // CREATED and LAST_ALTERED are in the session's time zone, STARTS is in the event's.
    for (database, name, starts_when_made) in session.query::<(String, String, bool)>(format!(
        "SELECT event_schema, event_name, COALESCE(CONVERT_TZ(starts, time_zone, @@time_zone) IN \
         (created, last_altered), FALSE) FROM information_schema.events WHERE event_schema IN ({scope})"
    ))? {
        items.push(Item { database, kind: ObjectKind::Event, name, trigger: None, starts_when_made });
    }
    Ok(items)
}

fn unknown_kind(kind: &str, database: &str, name: &str) -> Error {
    Error::refused(format!("{}.{} is a {kind}, which lockstep does not know", quote(database), quote(name)))
        .with_hint("leave this database out of the scope, or drop the object")
}

/// Shows every item, on two connections when there are many.
fn show_all(session: &mut Session, mut items: Vec<Item>) -> Result<Vec<(Item, Definition)>> {
    if items.len() < SECOND_CONNECTION_FROM {
        return show_each(session, items);
    }
    let mut other = session.another()?;
    let second = items.split_off(items.len() / 2);
    std::thread::scope(|scope| {
        let helper = scope.spawn(move || show_each(&mut other, second));
        let mut shown = show_each(session, items)?;
        shown.extend(helper.join().map_err(|_| Error::internal("a reading thread panicked"))??);
        Ok(shown)
    })
}

fn show_each(session: &mut Session, items: Vec<Item>) -> Result<Vec<(Item, Definition)>> {
    let mut shown = Vec::with_capacity(items.len());
    for items in items.chunk_by(|a, b| a.database == b.database) {
        // Views name objects of the default database without qualification.
        session.use_database(&items[0].database)?;
        for items in items.chunks(SHOWN_AT_ONCE) {
            show_some(session, items, &mut shown)?;
        }
    }
    Ok(shown)
}

/// Shows items of the current database in one round trip, and one more for each that is gone.
fn show_some(session: &mut Session, mut items: &[Item], shown: &mut Vec<(Item, Definition)>) -> Result<()> {
    let is_mariadb = session.server().is_mariadb();
    while !items.is_empty() {
        let queries: Vec<String> = items.iter().map(show_statement).collect();
        let (answers, error) = session.query_many(&queries)?;
        let (answered, rest) = items.split_at(answers.len().min(items.len()));
        for (item, rows) in answered.iter().zip(answers) {
            let mut definition = definition(item, rows.into_iter().next()).map_err(|e| e.context(item))?;
            if let Definition::Table(table) = &mut definition
                && is_mariadb
            {
                table.create = keys_as_printed::doubled(&table.create);
            }
            shown.push((item.clone(), definition));
        }
        let Some((failed, after)) = rest.split_first() else { return Ok(()) };
        items = after;
        match error {
            Some(error) if error.server_code().is_some_and(|code| GONE.contains(&code)) => {}
            Some(error) => return Err(error.context(failed)),
            None => return Err(Error::internal(format!("{} returned nothing", show_statement(failed)))),
        }
    }
    Ok(())
}

/// Which columns of the answer to `SHOW CREATE` hold what, by kind: the statement, `sql_mode`,
/// `character_set_client`, `collation_connection`, database collation, time zone.
fn answer_columns(kind: ObjectKind) -> (usize, [Option<usize>; 5]) {
    match kind {
        ObjectKind::Table | ObjectKind::Sequence | ObjectKind::Database => (1, [None; 5]),
        ObjectKind::View => (1, [None, Some(2), Some(3), None, None]),
        ObjectKind::Event => (3, [Some(1), Some(4), Some(5), Some(6), Some(2)]),
        _ => (2, [Some(1), Some(3), Some(4), Some(5), None]),
    }
}

fn show_statement(item: &Item) -> String {
    format!("SHOW CREATE {} {}", item.kind.keyword(), quote(&item.name))
}

/// Takes apart the answer to `SHOW CREATE`.
fn definition(item: &Item, row: Option<Row>) -> Result<Definition> {
    let row = row.ok_or_else(|| Error::internal(format!("{} returned nothing", show_statement(item))))?;
    let text = |i: usize| row.get_opt::<Option<String>, _>(i).and_then(Result::ok).flatten();
    let (create, settings) = answer_columns(item.kind);
    let create =
        row.get_opt::<Option<Vec<u8>>, _>(create).and_then(Result::ok).flatten().ok_or_else(|| {
            Error::refused("the account may not read the definition")
                .with_hint("grant it as `lockstep grants` says, for example SHOW_ROUTINE or SHOW VIEW")
        })?;
    let create = with_hexadecimal_literals(create)?;
    if item.kind == ObjectKind::Table {
        return Ok(Definition::Table(Table { create: without_counter(&unwrap_versions(&create)) }));
    }
    let [sql_mode, character_set_client, collation_connection, database_collation, time_zone] =
        settings.map(|i| i.and_then(text));
    let create = match (item.kind, &item.trigger) {
        (ObjectKind::Trigger, Some(place)) => trigger_text(&create, &item.name, place)?,
        // Only what the server itself writes has version comments that may go; a routine's or event's
        // body is its author's text.
        (ObjectKind::View, _) => {
            without_own_database(&without_definer(&unwrap_versions(&create)), &item.database)
        }
        (ObjectKind::Sequence, _) => without_definer(&unwrap_versions(&create)),
        (ObjectKind::Event, _) if item.starts_when_made => without_start(&without_definer(&create)),
        _ => without_definer(&create),
    };
    let create = match item.kind {
        ObjectKind::View | ObjectKind::Sequence => create,
        _ => without_last_semicolon(&create).to_owned(),
    };
    Ok(Definition::Stored(Stored {
        create,
        sql_mode,
        character_set_client,
        collation_connection,
        database_collation,
        time_zone,
        trigger: item.trigger.clone(),
    }))
}
