//! Runs one statement of a plan.

use std::time::Duration;

use super::statement::{Method, Settings, Statement};
use crate::names::{literal, quote};
use crate::{Error, Result, Session};

/// How long to wait for a lock on a busy table, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// `lock_wait_timeout` of one attempt: traffic queues behind the statement no longer than this.
    pub lock_wait_seconds: u32,
    /// Attempts before giving up.
    pub attempts: u32,
    /// Pause between attempts, in which waiting traffic drains.
    pub pause: Duration,
}

impl Default for Patience {
    /// Three seconds, ten times, two seconds apart.
    fn default() -> Self {
        Self { lock_wait_seconds: 3, attempts: 10, pause: Duration::from_secs(2) }
    }
}

/// Lock wait timeout; deadlock.
const BUSY: [u16; 2] = [1205, 1213];

/// The server cannot use the algorithm or lock that was asked for: unsupported, unsupported with a
/// reason, unknown word (before MySQL 8.0), too many instant changes.
const OTHER_ALGORITHM: [u16; 4] = [1845, 1846, 1800, 4092];

/// Runs `statement`, with the online algorithms first where it allows them, waiting briefly and
/// repeatedly for locks. The session's settings are put back afterwards.
///
/// # Errors
/// The server's answer; [`crate::ErrorKind::Connection`] when the session broke. After an error the
/// target holds either the state before or after the statement.
pub fn execute(session: &mut Session, statement: &Statement, patience: Patience) -> Result<()> {
    if !statement.database.is_empty() {
        if session.server().is_mariadb() {
            // MariaDB takes `USE` of the current database for nothing to do, and goes on with the default
            // collation it had, which another session may have changed since.
            session.use_database("information_schema")?;
        }
        session.use_database(&statement.database)?;
    }
    let before = current(session)?;
    session.execute(format!("SET lock_wait_timeout = {}", patience.lock_wait_seconds.max(1)))?;
    prepare(session, &statement.settings)?;
    let result = attempt(session, statement, patience);
    if session.is_poisoned() {
        return result;
    }
    session.execute(before)?;
    result.map_err(|error| error.context(&statement.object))
}

/// The statement that puts the session's settings back as they are now.
fn current(session: &mut Session) -> Result<String> {
    let row: Option<(String, String, String, String, String, u64)> = session.query_first(
        "SELECT @@sql_mode, @@character_set_client, @@character_set_results, @@collation_connection, \
         @@time_zone, @@lock_wait_timeout",
    )?;
    let (mode, client, results, collation, zone, wait) =
        row.ok_or_else(|| Error::internal("the server does not say how the session is set"))?;
    Ok(format!(
        "SET sql_mode = {}, character_set_client = {client}, character_set_results = {results}, \
         collation_connection = {collation}, time_zone = {}, lock_wait_timeout = {wait}, foreign_key_checks = 1",
        literal(&mode),
        literal(&zone)
    ))
}

fn prepare(session: &mut Session, settings: &Settings) -> Result<()> {
    let mut set = Vec::new();
    let said = [("sql_mode", &settings.sql_mode), ("time_zone", &settings.time_zone)];
    set.extend(
        said.iter().filter_map(|(name, value)| value.as_ref().map(|v| format!("{name} = {}", literal(v)))),
    );
    set.extend(
        settings.collation_connection.as_ref().map(|c| format!("collation_connection = {}", literal(c))),
    );
    if settings.without_foreign_key_checks {
        set.push("foreign_key_checks = 0".to_owned());
    }
    if !set.is_empty() {
        session.execute(format!("SET {}", set.join(", ")))?;
    }
    Ok(())
}

/// The ways to run the statement, the least disturbing first.
fn ways(statement: &Statement) -> Vec<String> {
    let sql = &statement.sql;
    match statement.method {
        Method::Plain => vec![sql.clone()],
        Method::TryOnline => vec![
            format!("{sql}, ALGORITHM=INSTANT"),
            format!("{sql}, ALGORITHM=INPLACE, LOCK=NONE"),
            sql.clone(),
        ],
    }
}

fn attempt(session: &mut Session, statement: &Statement, patience: Patience) -> Result<()> {
    let ways = ways(statement);
    let (mut way, mut tries) = (0, 0);
    loop {
        let Err(error) = run(session, statement, &ways[way]) else { return Ok(()) };
        match error.server_code() {
            Some(code) if OTHER_ALGORITHM.contains(&code) && way + 1 < ways.len() => way += 1,
            Some(code) if BUSY.contains(&code) && tries + 1 < patience.attempts => {
                tries += 1;
                std::thread::sleep(patience.pause);
            }
            Some(code) if BUSY.contains(&code) => {
                return Err(
                    error.with_hint("the table is busy; run the same command again at a quieter time")
                );
            }
            _ => return Err(error),
        }
    }
}

/// Sends one way of the statement, in the character set it must arrive in.
fn run(session: &mut Session, statement: &Statement, sql: &str) -> Result<()> {
    match &statement.settings.character_set_client {
        Some(charset) if charset != "utf8mb4" => under_charset(session, statement, sql, charset),
        _ => session.execute(sql).map(drop),
    }
}

/// True when the UTF-8 bytes of `sql` mean the same to a server that takes them for `charset`.
fn reads_alike(sql: &str, charset: &str) -> bool {
    sql.is_ascii() || (matches!(charset, "utf8" | "utf8mb3") && sql.chars().all(|c| c as u32 <= 0xFFFF))
}

/// A stored object remembers `character_set_client`; the bytes sent must then be in that character set.
fn under_charset(session: &mut Session, statement: &Statement, sql: &str, charset: &str) -> Result<()> {
    if !reads_alike(sql, charset) {
        return Err(Error::refused(format!(
            "the definition holds characters beyond ASCII and was made under character set {charset}"
        ))
        .with_hint(format!(
            "create {} anew on the source from a utf8mb4 connection",
            quote(&statement.object.name)
        )));
    }
    session.execute(format!("SET character_set_client = {charset}"))?;
    let result = session.execute(sql).map(drop);
    if !session.is_poisoned() {
        session.execute("SET character_set_client = utf8mb4")?;
    }
    result
}
