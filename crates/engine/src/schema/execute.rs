//! Runs one statement of a plan.

use std::time::Duration;

use super::lexer::{TokenKind, significant};
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
/// reason, unknown word (before MySQL 8.0), too many instant changes, rows that may become too long for one.
const OTHER_ALGORITHM: [u16; 5] = [1845, 1846, 1800, 4092, 4157];

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
    let restored = session.execute(before);
    // The statement's own error comes first: it is the cause.
    result.map_err(|error| without_value(error).context(&statement.object))?;
    restored.map(drop)
}

/// Errors whose text holds a value of some row: duplicate keys, a value that does not fit its new type or
/// has no partition.
const QUOTES_A_VALUE: [u16; 7] = [1062, 1292, 1366, 1411, 1526, 1586, 1761];

/// Takes the row's value out of an error: the table may be one whose rows nobody who applies a plan may read.
fn without_value(error: Error) -> Error {
    if !error.server_code().is_some_and(|code| QUOTES_A_VALUE.contains(&code)) {
        return error;
    }
    let short = Error::new(error.kind(), masked(error.message()));
    match error.hint() {
        Some(hint) => short.with_hint(hint),
        None => short,
    }
}

/// The message with `…` in place of the value: what stands between its first quotation mark, or the word
/// before a number, and what says where the value is.
fn masked(message: &str) -> String {
    const BEFORE: [&str; 2] = [" '", " for value "];
    const AFTER: [&str; 3] = ["' for key ", "' for column ", "' for function "];
    let begin = BEFORE.iter().find_map(|mark| message.find(mark).map(|at| at + mark.len()));
    // The last one: the value may hold such words, too.
    let end = AFTER.iter().filter_map(|mark| message.rfind(mark)).max();
    let end = end.or_else(|| message.rfind(" (error "));
    match (begin, end) {
        (Some(begin), Some(end)) if begin <= end => format!("{}…{}", &message[..begin], &message[end..]),
        _ => "the rows that are there do not fit the new definition".to_owned(),
    }
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
        _ => session.execute_long(sql).map(drop),
    }
}

/// True when the UTF-8 bytes of `sql` mean the same to a server that takes them for `charset`.
pub(crate) fn reads_alike(sql: &str, charset: &str) -> bool {
    sql.is_ascii() || (matches!(charset, "utf8" | "utf8mb3") && sql.chars().all(|c| c as u32 <= 0xFFFF))
}

/// The server does not prepare statements of this kind: MySQL none that create routines and triggers.
const NOT_PREPARED: u16 = 1295;

/// A stored object remembers `character_set_client`; the statement must then arrive in that character set.
///
/// The driver sends UTF-8. Where that reads otherwise in the other character set, the server converts the text
/// itself, as that of a prepared statement. Where it prepares no such statement, the object is made under utf8mb4:
/// its strings have the character set of `collation_connection` all the same, which is as the source says.
fn under_charset(session: &mut Session, statement: &Statement, sql: &str, charset: &str) -> Result<()> {
    let set = format!("SET character_set_client = {charset}");
    if reads_alike(sql, charset) {
        session.execute(set)?;
        let result = session.execute_long(sql).map(drop);
        return put_back(session, result);
    }
    session.execute(format!("SET @lockstep_statement = {}", literal(sql)))?;
    session.execute(set)?;
    let prepared = session.execute("PREPARE lockstep_statement FROM @lockstep_statement");
    let result = match prepared {
        Ok(_) => session.execute_long("EXECUTE lockstep_statement").map(drop),
        Err(error) if error.server_code() == Some(NOT_PREPARED) => {
            put_back(session, Ok(()))?;
            return under_utf8mb4(session, statement, sql, charset);
        }
        Err(error) => Err(error),
    };
    put_back(session, result)?;
    session.execute("DEALLOCATE PREPARE lockstep_statement").map(drop)
}

/// Ends the other character set, whatever came of the statement.
fn put_back(session: &mut Session, result: Result<()>) -> Result<()> {
    if session.is_poisoned() {
        return result;
    }
    let back = session.execute("SET character_set_client = utf8mb4");
    result?;
    back.map(drop)
}

/// Creates an object that was made under `charset` from UTF-8. A string with an introducer would be other bytes.
fn under_utf8mb4(session: &mut Session, statement: &Statement, sql: &str, charset: &str) -> Result<()> {
    let tokens = significant(sql);
    let introduced = tokens
        .windows(2)
        .any(|two| two[0].text.starts_with('_') && two[1].kind == TokenKind::Text && !two[1].text.is_ascii());
    if introduced {
        let text = format!(
            "a string with an introducer holds characters beyond ASCII and was made under character set {charset}"
        );
        let hint =
            format!("create {} again on the source from a utf8mb4 connection", quote(&statement.object.name));
        return Err(Error::refused(text).with_hint(hint));
    }
    session.execute_long(sql).map(drop)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn no_value_of_a_row_is_repeated() {
        let said = [
            (
                "mysql://w@db:3306: Duplicate entry 'ada@example.com' for key 'customer.email' (error 1062)",
                "mysql://w@db:3306: Duplicate entry '…' for key 'customer.email' (error 1062)",
            ),
            (
                "mysql://w@db:3306: Duplicate entry 'O'Dowd' for key ' for key 'customer.name' (error 1062)",
                "mysql://w@db:3306: Duplicate entry '…' for key 'customer.name' (error 1062)",
            ),
            (
                "mysql://w@db:3306: Incorrect integer value: 'Ada' for column 'name' at row 1 (error 1366)",
                "mysql://w@db:3306: Incorrect integer value: '…' for column 'name' at row 1 (error 1366)",
            ),
            (
                "mysql://w@db:3306: Truncated incorrect DOUBLE value: 'Ada' (error 1292)",
                "mysql://w@db:3306: Truncated incorrect DOUBLE value: '… (error 1292)",
            ),
            (
                "mysql://w@db:3306: Table has no partition for value 4711 (error 1526)",
                "mysql://w@db:3306: Table has no partition for value … (error 1526)",
            ),
            (
                "mysql://w@db:3306: another language (error 1062)",
                "the rows that are there do not fit the new definition",
            ),
        ];
        for (message, expected) in said {
            assert_eq!(masked(message), expected);
        }
    }
}
