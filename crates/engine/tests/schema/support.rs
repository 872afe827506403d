//! What the schema tests share: scripts, and definitions read without the engine's model.

use std::collections::BTreeMap;

use lockstep_engine::names::quote;
use lockstep_engine::schema::script;
use lockstep_engine::{Endpoint, Session};
use lockstep_sandbox::testing;
use mysql::{Row, Value};

/// Every object's definition as the server prints it, by database, kind and name.
pub type Definitions = BTreeMap<String, String>;

/// A session with a test server.
pub fn connect(server: &testing::Endpoint) -> Session {
    Session::connect(&Endpoint::from_url(&server.url()).unwrap()).unwrap()
}

/// Drops the databases and creates them empty.
pub fn reset(session: &mut Session, databases: &[&str]) {
    session.execute("SET foreign_key_checks = 0").unwrap();
    for database in databases {
        session.execute(format!("DROP DATABASE IF EXISTS {}", quote(database))).unwrap();
        let defaults = "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
        session.execute(format!("CREATE DATABASE {} {defaults}", quote(database))).unwrap();
    }
    session.execute("SET foreign_key_checks = 1").unwrap();
}

/// Runs a script in a session of its own, without foreign-key checks.
pub fn run(session: &Session, database: &str, text: &str) -> Result<(), String> {
    let mut own = session.another().map_err(|e| e.to_string())?;
    own.execute("SET foreign_key_checks = 0").map_err(|e| e.to_string())?;
    own.use_database(database).map_err(|e| e.to_string())?;
    for piece in script::split(text).map_err(|e| e.to_string())? {
        own.execute(&piece.sql).map_err(|e| format!("line {}: {e}", piece.line))?;
    }
    Ok(())
}

/// The scratch databases that exist.
pub fn scratch_databases(session: &mut Session) -> Vec<String> {
    session.query("SHOW DATABASES LIKE 'lockstep\\_scratch\\_%'").unwrap()
}

/// Reads every definition in `databases`, without the engine's reader. Definers and counters are cut
/// out of the text.
pub fn definitions(session: &mut Session, databases: &[&str]) -> Definitions {
    let mut found = Definitions::new();
    for database in databases {
        session.use_database(database).unwrap();
        found.insert(format!("{database} database"), show(session, "DATABASE", database));
        for (kind, sql) in [
            (
                "TABLE",
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type LIKE '%TABLE' OR table_schema = DATABASE() AND table_type = 'SYSTEM VERSIONED'",
            ),
            (
                "SEQUENCE",
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE'",
            ),
            ("VIEW", "SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE()"),
            (
                "PROCEDURE",
                "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE'",
            ),
            (
                "FUNCTION",
                "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION'",
            ),
            ("EVENT", "SELECT event_name FROM information_schema.events WHERE event_schema = DATABASE()"),
        ] {
            for name in session.query::<String>(sql).unwrap() {
                found.insert(format!("{database} {kind} {name}"), show(session, kind, &name));
            }
        }
        // The head of a trigger's text is its author's; the columns hold the same in one spelling.
        let triggers: Vec<Row> = session
            .query(
                "SELECT trigger_name, event_object_table, action_timing, event_manipulation, action_statement, \
                 sql_mode, character_set_client, collation_connection FROM information_schema.triggers \
                 WHERE trigger_schema = DATABASE() \
                 ORDER BY event_object_table, action_timing, event_manipulation, action_order",
            )
            .unwrap();
        let chains: Vec<String> = triggers.iter().map(row_text).collect();
        found.insert(format!("{database} triggers"), chains.join("\n"));
    }
    found
}

fn show(session: &mut Session, kind: &str, name: &str) -> String {
    let row: Row = session.query_first(format!("SHOW CREATE {kind} {}", quote(name))).unwrap().unwrap();
    let text = row_text(&row);
    let text = cut(&text, " AUTO_INCREMENT=", |c| c.is_ascii_digit());
    cut(&text, " DEFINER=", |c| c != ' ')
}

/// Cuts every `start` and the characters after it that belong to it out of `text`.
fn cut(text: &str, start: &str, belongs: fn(char) -> bool) -> String {
    let mut parts = text.split(start);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.trim_start_matches(belongs));
    }
    out
}

/// A row's values, one a line.
fn row_text(row: &Row) -> String {
    let value = |i: usize| match row.as_ref(i) {
        Some(Value::Bytes(bytes)) => bytes
            .iter()
            .map(|b| match b {
                b if b.is_ascii() => char::from(*b),
                b => char::from_u32(0x2800 + u32::from(*b)).unwrap_or('?'),
            })
            .collect(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    };
    (0..row.len()).map(value).collect::<Vec<String>>().join("\n")
}

/// The same with the lines of keys and constraints of each table sorted: their order is no drift.
pub fn keys_sorted(definitions: &Definitions) -> Definitions {
    let is_key = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("CONSTRAINT ") || line.split(' ').take(2).any(|word| word == "KEY")
    };
    let sorted = |text: &String| {
        let lines: Vec<&str> = text.lines().map(|l| l.trim_end_matches(',')).collect();
        let mut keys: Vec<&str> = lines.iter().copied().filter(is_key).collect();
        keys.sort_unstable();
        let others = lines.iter().copied().filter(|l| !is_key(l));
        others.chain(keys).collect::<Vec<_>>().join("\n")
    };
    definitions.iter().map(|(name, text)| (name.clone(), sorted(text))).collect()
}

/// Says where two sets of definitions differ first.
pub fn first_difference(expected: &Definitions, found: &Definitions) -> String {
    for name in expected.keys().chain(found.keys()) {
        let (a, b) = (expected.get(name), found.get(name));
        if a != b {
            let text = |t: Option<&String>| t.map_or("(nothing)", String::as_str).to_owned();
            return format!("{name} is\n{}\nand not\n{}", text(b), text(a));
        }
    }
    String::new()
}
