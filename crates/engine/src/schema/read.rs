//! Reads the definitions of whole databases.
//!
//! Bulk queries on `information_schema` find what exists; the definition itself is always the
//! server's own `SHOW CREATE`. Index statistics are never selected: they are what makes
//! `information_schema` slow.

use std::collections::BTreeMap;

use mysql::Row;

use super::keys_as_printed;
use super::lexer::{TokenKind, significant, unwrap_versions};
use super::model::{Database, ObjectKind, Schema, Stored, Table, TriggerPlace};
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

/// Decodes a definition. MariaDB prints the default of a binary column as raw bytes in quotes; a
/// literal that is not UTF-8 is written as `x'…'` instead, which says the same.
fn with_hexadecimal_literals(bytes: Vec<u8>) -> Result<String> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    let mut out = Vec::with_capacity(bytes.len() + 32);
    let mut at = 0;
    while at < bytes.len() {
        let quote = bytes[at];
        let end = match quote {
            b'\'' | b'`' => literal_end(&bytes, at),
            _ => at + 1,
        };
        let piece = &bytes[at..end];
        if quote == b'\'' && std::str::from_utf8(piece).is_err() {
            let value = unescaped(&piece[1..piece.len() - 1]);
            let digits: String = value.iter().map(|b| format!("{b:02x}")).collect();
            out.extend_from_slice(format!("x'{digits}'").as_bytes());
        } else {
            out.extend_from_slice(piece);
        }
        at = end;
    }
    String::from_utf8(out).map_err(|_| {
        Error::refused("the definition is not valid UTF-8")
            .with_hint("create the object anew from a utf8mb4 connection")
    })
}

/// The index after the quoted text that begins at `start`.
fn literal_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut i = start + 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if quote == b'\'' => i += 2,
            b if b == quote && bytes.get(i + 1) == Some(&quote) => i += 2,
            b if b == quote => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}

/// The value of a string literal's inside, by the server's escapes.
fn unescaped(inside: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => value.extend(bytes.next().map(|escaped| match escaped {
                b'0' => 0,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'Z' => 0x1a,
                other => other,
            })),
            b'\'' => {
                bytes.next();
                value.push(b'\'');
            }
            other => value.push(other),
        }
    }
    value
}

/// Takes the table option `AUTO_INCREMENT=n` out: the counter is data.
pub(crate) fn without_counter(create: &str) -> String {
    if !create.contains(" AUTO_INCREMENT=") {
        return create.to_owned();
    }
    let tokens = significant(create);
    let body = tokens.iter().position(|t| t.is("(")).unwrap_or(tokens.len());
    let end = super::lexer::group_end(&tokens, body);
    for three in tokens[end.min(tokens.len())..].windows(3) {
        if three[0].is("AUTO_INCREMENT") && three[1].is("=") {
            let before = create[..three[0].start].trim_end_matches(' ');
            return format!("{before}{}", &create[three[2].end()..]);
        }
    }
    create.to_owned()
}

/// Takes `DEFINER=user@host` out of a `CREATE` statement.
pub(crate) fn without_definer(create: &str) -> String {
    let tokens = significant(create);
    let head = &tokens[..tokens.len().min(12)];
    let Some(at) = head.windows(2).position(|t| t[0].is("DEFINER") && t[1].is("=")) else {
        return create.to_owned();
    };
    // DEFINER = user @ host, or DEFINER = role.
    let end = if tokens.get(at + 3).is_some_and(|t| t.is("@")) { at + 5 } else { at + 3 };
    match tokens.get(end) {
        Some(next) => format!("{}{}", &create[..tokens[at].start], &create[next.start..]),
        None => create.to_owned(),
    }
}

/// Takes the database off columns that a view names by database, table and column, where it is the view's own.
///
/// MariaDB writes it there when the view's definer may not read the table, and leaves it out otherwise. `SHOW CREATE` is
/// asked with that database as the default one, so it says nothing.
fn without_own_database(create: &str, database: &str) -> String {
    let tokens = significant(create);
    let is_name = |i: usize| tokens.get(i).is_some_and(|t| t.kind == TokenKind::Name);
    let is_dot = |i: usize| tokens.get(i).is_some_and(|t| t.is("."));
    let mut out = String::with_capacity(create.len());
    let mut from = 0;
    for i in 0..tokens.len() {
        let three = is_name(i) && is_dot(i + 1) && is_name(i + 2) && is_dot(i + 3) && is_name(i + 4);
        let is_first = i == 0 || !is_dot(i - 1);
        if three && is_first && tokens[i].name() == database {
            out.push_str(&create[from..tokens[i].start]);
            from = tokens[i + 2].start;
        }
    }
    out.push_str(&create[from..]);
    out
}

/// Takes a semicolon off the end of a body. A client that sends several statements at once leaves it there, and
/// the server takes it off when the statement comes alone.
fn without_last_semicolon(create: &str) -> &str {
    match significant(create).last() {
        Some(last) if last.is(";") => create[..last.start].trim_end(),
        _ => create,
    }
}

/// Takes `STARTS '…'` out of a `CREATE EVENT`: each server notes there when the event was made if nobody said
/// when it is to start.
fn without_start(create: &str) -> String {
    let tokens = significant(create);
    let head = tokens.iter().position(|t| t.is("DO")).unwrap_or(tokens.len());
    let start = tokens[..head].windows(2).find(|t| t[0].is("STARTS") && t[1].kind == TokenKind::Text);
    match start {
        Some(start) => format!("{}{}", create[..start[0].start].trim_end(), &create[start[1].end()..]),
        None => create.to_owned(),
    }
}

/// Rebuilds a trigger's statement in one spelling: its creator may have written the head in any way.
fn trigger_text(create: &str, name: &str, place: &TriggerPlace) -> Result<String> {
    let tokens = significant(create);
    let row = tokens
        .windows(3)
        .position(|t| t[0].is("FOR") && t[1].is("EACH") && t[2].is("ROW"))
        .ok_or_else(|| Error::internal(format!("trigger {} has no FOR EACH ROW", quote(name))))?;
    let mut body = row + 3;
    let follows = tokens.get(body).is_some_and(|t| t.is("FOLLOWS") || t.is("PRECEDES"));
    if follows && tokens.get(body + 1).is_some_and(|t| matches!(t.kind, TokenKind::Name | TokenKind::Word)) {
        body += 2;
    }
    // Comments at the start of the body belong to it; only blanks are dropped.
    let start = tokens[body - 1].end();
    Ok(format!(
        "CREATE TRIGGER {} {} ON {} FOR EACH ROW {}",
        quote(name),
        place.moment,
        quote(&place.table),
        create[start..].trim_start()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_is_taken_out_of_the_options_only() {
        let create = "CREATE TABLE `t` (\n  `a` int COMMENT 'x AUTO_INCREMENT=4'\n) ENGINE=InnoDB AUTO_INCREMENT=7 CHARSET=x";
        assert!(without_counter(create).ends_with(") ENGINE=InnoDB CHARSET=x"));
        assert!(without_counter(create).contains("AUTO_INCREMENT=4"));
    }

    #[test]
    fn raw_bytes_become_a_hexadecimal_literal() {
        let shown = b"DEFAULT 'a\\0\xff''\\n' COMMENT '\xc3\xa9'".to_vec();
        assert_eq!(with_hexadecimal_literals(shown).unwrap(), "DEFAULT x'6100ff270a' COMMENT 'é'");
        assert!(with_hexadecimal_literals(b"`\xff`".to_vec()).is_err());
    }

    #[test]
    fn only_a_views_own_database_is_taken_off_its_columns() {
        assert_eq!(
            without_own_database(
                "VIEW `v` AS select `d`.`a`.`id` AS `d`,`e`.`a`.`id`,`d`.`id` from (`a` join `d`.`b`)",
                "d"
            ),
            "VIEW `v` AS select `a`.`id` AS `d`,`e`.`a`.`id`,`d`.`id` from (`a` join `d`.`b`)"
        );
    }

    #[test]
    fn only_a_semicolon_at_the_very_end_is_taken_off() {
        for (create, expected) in [
            ("CREATE PROCEDURE `p`() SELECT 1;", "CREATE PROCEDURE `p`() SELECT 1"),
            ("CREATE PROCEDURE `p`() BEGIN SELECT 1; END ; ", "CREATE PROCEDURE `p`() BEGIN SELECT 1; END"),
            ("CREATE PROCEDURE `p`() SELECT ';' -- ;", "CREATE PROCEDURE `p`() SELECT ';' -- ;"),
        ] {
            assert_eq!(without_last_semicolon(create), expected);
        }
    }

    #[test]
    fn the_definer_is_taken_out() {
        assert_eq!(without_definer("CREATE DEFINER=`a`@`%` PROCEDURE `p`()"), "CREATE PROCEDURE `p`()");
        assert_eq!(without_definer("CREATE DEFINER=`r` VIEW `v`"), "CREATE VIEW `v`");
        assert_eq!(
            without_definer(
                "CREATE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW `v` AS select 1"
            ),
            "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `v` AS select 1"
        );
    }

    #[test]
    fn the_start_that_nobody_gave_is_taken_out_of_the_schedule_only() {
        assert_eq!(
            without_start(
                "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 00:00:00' ENABLE DO select 'STARTS', STARTS '1'"
            ),
            "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ENABLE DO select 'STARTS', STARTS '1'"
        );
        assert_eq!(
            without_start("CREATE EVENT `e` ON SCHEDULE AT '2026-01-01' DO x"),
            "CREATE EVENT `e` ON SCHEDULE AT '2026-01-01' DO x"
        );
    }

    #[test]
    fn a_trigger_has_one_spelling() {
        let place = TriggerPlace { table: "t".into(), moment: "BEFORE INSERT".into(), order: 1 };
        let text =
            "CREATE DEFINER=`a`@`b` trigger x.tr before insert on x.t for each row follows `b`\n set new.a=1";
        assert_eq!(
            trigger_text(text, "tr", &place).unwrap(),
            "CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW set new.a=1"
        );
    }
}
