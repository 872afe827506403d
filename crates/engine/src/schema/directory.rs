//! A schema kept as files: loaded into scratch databases by a server, and read back from there.

use std::collections::BTreeMap;
use std::path::Path;

use super::asleep::Asleep;
use super::lexer::{Token, TokenKind, significant, span, unwrap_versions};
use super::model::{Database, ObjectKind, Schema, Table};
use super::reach;
use super::read::{is_own_database, read_any};
use super::rename::rename_databases;
use super::scratch::{Purpose, Scratch};
use super::script::{self, Piece};
use crate::names::{literal, quote};
use crate::{Error, Result, Session};

/// Loads every `.sql` file under `directory`, in the order of their paths, and returns the schema they
/// make. `databases` are the names that `USE` and qualified names may say; where the files say none,
/// the first one is meant.
///
/// The server only lends its parser: everything happens in scratch databases, which are dropped.
///
/// # Errors
/// [`crate::ErrorKind::User`] when a file cannot be read or split, or a statement is no definition or
/// fails, with file and line.
pub fn load_directory(session: &mut Session, directory: &Path, databases: &[String]) -> Result<Schema> {
    let mut own = session.another()?;
    let scope: Vec<&String> = databases.iter().filter(|d| !is_own_database(d)).collect();
    if scope.is_empty() {
        return Err(Error::user("no database is named for the files").with_hint("give --database NAME"));
    }
    // Where the server has a database of that name, its defaults hold unless the files say others.
    let existing = default_texts(&mut own, &scope)?;
    let empty = |name: &String| {
        let (charset, collation) = existing.get(name).cloned().unwrap_or_default();
        let (tables, objects) = Default::default();
        Database { charset, collation, options: String::new(), tables, objects }
    };
    let empty: Vec<Database> = scope.iter().map(|name| empty(name)).collect();
    let scratch = Scratch::create(&mut own, Purpose::Files, scope.iter().copied().zip(&empty))?;
    let result = load(&own, directory, &scope, &scratch);
    scratch.finish(own, result)
}

fn load(owner: &Session, directory: &Path, scope: &[&String], scratch: &Scratch) -> Result<Schema> {
    let mut asleep = Asleep::default();
    for file in files(directory)? {
        // A file may set its session as it likes; the next one starts afresh.
        let session = &mut owner.another()?;
        session.execute("SET foreign_key_checks = 0")?;
        let shown = file.display();
        let text = std::fs::read_to_string(&file).map_err(|e| Error::user(format!("{shown}: {e}")))?;
        session.use_database(&scratch.names[scope[0]])?;
        for piece in script::split(&text).map_err(|e| e.context(&shown))? {
            run(session, &piece, scratch, &mut asleep).map_err(|e| {
                let hint =
                    e.hint().unwrap_or("the files must hold definitions that stand on their own").to_owned();
                Error::user(format!("{shown}, line {}: {}", piece.line, e.message())).with_hint(hint)
            })?;
        }
    }
    let names: Vec<&String> = scratch.names.values().collect();
    let mut schema = read_any(&mut owner.another()?, &names)?;
    let back = scratch.back();
    schema.databases = std::mem::take(&mut schema.databases)
        .into_iter()
        .map(|(name, mut database)| {
            for table in database.tables.values_mut() {
                *table = Table { create: rename_databases(&table.create, &back) };
            }
            // Bodies, too: the names in them were replaced when the file was loaded.
            for ((kind, object), stored) in &mut database.objects {
                if *kind == ObjectKind::Event {
                    stored.create = asleep.wake(&name, object, &stored.create);
                }
                stored.create = rename_databases(&stored.create, &back);
            }
            (back.get(&name).cloned().unwrap_or(name), database)
        })
        .collect();
    Ok(schema)
}

/// The `.sql` files under `directory`, sorted by path.
fn files(directory: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|e| Error::user(format!("{}: {e}", folder.display())))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("sql")) {
                found.push(path);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Error::user(format!("{} holds no .sql file", directory.display())));
    }
    Ok(found)
}

/// Words with which a definition may begin; anything else is refused before it runs.
const ALLOWED: &[&str] = &["CREATE", "ALTER", "DROP", "SET", "USE"];

fn run(session: &mut Session, piece: &Piece, scratch: &Scratch, asleep: &mut Asleep) -> Result<()> {
    let tokens = significant(&piece.sql);
    let Some(first) = tokens.iter().find(|t| t.kind != TokenKind::VersionOpen) else {
        return Ok(());
    };
    let word = first.text.to_ascii_uppercase();
    if !ALLOWED.contains(&word.as_str()) {
        return Err(Error::user(format!("{word} is no definition"))
            .with_hint("keep rows and grants out of the schema's files"));
    }
    let second = tokens.get(1);
    if word != "USE" {
        reach::check(&piece.sql, &scratch.names)?;
    }
    if word == "USE" {
        let name = second.map(|t| t.name()).unwrap_or_default();
        let scratch_name = scratch
            .names
            .get(&name)
            .ok_or_else(|| Error::user(format!("USE {name}: no such database in the scope")))?;
        return session.use_database(scratch_name);
    }
    if second.is_some_and(|t| t.is("DATABASE") || t.is("SCHEMA")) {
        return database_defaults(session, &piece.sql, scratch);
    }
    let sql = asleep.lay(session, rename_databases(&piece.sql, &scratch.names))?;
    session.execute(sql).map(drop)
}

/// The default character set and collation of each of `databases` that exists.
fn default_texts(session: &mut Session, databases: &[&String]) -> Result<BTreeMap<String, (String, String)>> {
    let names = databases.iter().map(|d| literal(d)).collect::<Vec<_>>().join(", ");
    let rows: Vec<(String, String, String)> = session.query(format!(
        "SELECT schema_name, default_character_set_name, default_collation_name \
         FROM information_schema.schemata WHERE schema_name IN ({names})"
    ))?;
    Ok(rows.into_iter().map(|(name, charset, collation)| (name, (charset, collation))).collect())
}

/// `CREATE DATABASE` and `ALTER DATABASE` set the defaults of the scratch database.
fn database_defaults(session: &mut Session, sql: &str, scratch: &Scratch) -> Result<()> {
    let sql = unwrap_versions(sql);
    let tokens = significant(&sql);
    let names = if tokens.get(2).is_some_and(|t| t.is("IF")) { 5 } else { 2 };
    let name = tokens.get(names).map(Token::name).unwrap_or_default();
    let known = scratch.names.get(&name).filter(|_| !tokens[0].is("DROP"));
    let known = known.ok_or_else(|| {
        Error::user(format!("{} {name}: the scope names the databases", tokens[0].text))
            .with_hint("a file may create or alter those; it may not drop one or make others")
    })?;
    let defaults = span(&sql, &tokens[names + 1..]);
    if defaults.is_empty() {
        return Ok(());
    }
    session.execute(format!("ALTER DATABASE {} {defaults}", quote(known))).map(drop)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_folder_without_sql_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(super::files(folder.path()).is_err());
    }
}
