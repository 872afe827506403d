//! Scratch databases: made for a rehearsal or for reading files, and dropped at its end. Only where the server
//! cannot be reached any more do they stay until the next run.
//!
//! Each set holds a server-side lock of its own name while it is in use, so that what a killed run left
//! behind can be told from what another run is using, and is dropped by the next.

use std::time::{SystemTime, UNIX_EPOCH};

use super::model::Database;
use super::rename::Renames;
use crate::names::{literal, quote};
use crate::{Error, Result, Session};

/// How the names of scratch databases begin.
pub(crate) const PREFIX: &str = "lockstep_scratch_";

/// Scratch databases on one server; [`Scratch::finish`] must be called at the end.
pub(crate) struct Scratch {
    prefix: String,
    /// Real names to scratch names.
    pub names: Renames,
}

impl Scratch {
    /// Drops leftovers of dead runs and creates one scratch database for each of `databases`, with its
    /// defaults and options.
    ///
    /// # Errors
    /// As [`Session::execute`], for instance when the account may not create databases.
    pub fn create<'a>(
        session: &mut Session,
        databases: impl IntoIterator<Item = (&'a String, &'a Database)>,
    ) -> Result<Self> {
        drop_leftovers(session)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros());
        let prefix = format!("{PREFIX}{now:x}_{:x}", session.connection_id());
        session.query::<Option<i64>>(format!("SELECT GET_LOCK({}, 0)", literal(&prefix)))?;
        let mut scratch = Self { prefix, names: Renames::new() };
        for (i, (name, database)) in databases.into_iter().enumerate() {
            let scratch_name = format!("{}_{i}", scratch.prefix);
            let text = match database.charset.is_empty() {
                true => String::new(),
                false => format!(" CHARACTER SET {} COLLATE {}", database.charset, database.collation),
            };
            scratch.names.insert(name.clone(), scratch_name.clone());
            let options = match database.options.is_empty() {
                true => String::new(),
                false => format!(" {}", database.options),
            };
            let created = session.execute(format!("CREATE DATABASE {}{text}{options}", quote(&scratch_name)));
            if let Err(error) = created {
                let dropped = scratch.drop_all(session);
                return Err(if dropped.is_ok() { error } else { left_behind(error) });
            }
        }
        Ok(scratch)
    }

    /// Scratch names to real names.
    pub fn back(&self) -> Renames {
        self.names.iter().map(|(real, scratch)| (scratch.clone(), real.clone())).collect()
    }

    /// Ends the work that `result` is of: drops every scratch database of this set, in the session `own` that made
    /// them, or in a new one like it where that one broke. A run that is to stop still does this.
    ///
    /// # Errors
    /// That of the work. What keeps the databases from being dropped is added to it, or is the error.
    pub fn finish<T>(&self, mut own: Session, result: Result<T>) -> Result<T> {
        let dropped = match own.is_poisoned() {
            true => own.another().and_then(|mut session| self.drop_all(&mut session)),
            false => self.drop_all(&mut own),
        };
        match (result, dropped) {
            (result, Ok(())) => result,
            (Ok(_), Err(error)) | (Err(error), Err(_)) => Err(left_behind(error)),
        }
    }

    fn drop_all(&self, session: &mut Session) -> Result<()> {
        session.unwatch();
        session.execute("SET foreign_key_checks = 0")?;
        for name in self.names.values() {
            session.execute(format!("DROP DATABASE IF EXISTS {}", quote(name)))?;
        }
        session.execute("SET foreign_key_checks = 1")?;
        session.query::<Option<i64>>(format!("SELECT RELEASE_LOCK({})", literal(&self.prefix)))?;
        Ok(())
    }
}

/// Says that scratch databases may still be there.
fn left_behind(error: Error) -> Error {
    let left = "scratch databases may be left at the target: the next `lockstep sync` drops them";
    let hint = error.hint().map_or_else(|| left.to_owned(), |hint| format!("{hint}; {left}"));
    error.with_hint(hint)
}

/// Drops scratch databases whose maker no longer holds their lock: it was killed.
///
/// # Errors
/// As [`Session::execute`].
pub fn drop_leftovers(session: &mut Session) -> Result<()> {
    for name in leftovers(session)? {
        session.execute("SET foreign_key_checks = 0")?;
        session.execute(format!("DROP DATABASE IF EXISTS {}", quote(&name)))?;
        session.execute("SET foreign_key_checks = 1")?;
    }
    Ok(())
}

/// Whether a database is named as [`Scratch::create`] names them: others may begin their names alike.
fn is_ours(name: &str) -> bool {
    let parts: Option<Vec<&str>> = name.strip_prefix(PREFIX).map(|rest| rest.split('_').collect());
    let Some([time, connection, number]) = parts.as_deref() else { return false };
    let digits = |text: &str, radix| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    digits(time, 16) && digits(connection, 16) && digits(number, 10)
}

/// The scratch databases whose maker no longer holds their lock.
///
/// # Errors
/// As [`Session::query`].
pub fn leftovers(session: &mut Session) -> Result<Vec<String>> {
    let pattern = PREFIX.replace('_', "\\_");
    let found: Vec<String> = session.query(format!(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{pattern}%'"
    ))?;
    let mut left = Vec::new();
    for name in found.into_iter().filter(|name| is_ours(name)) {
        let Some((prefix, _)) = name.rsplit_once('_') else { continue };
        let free: Option<Option<i64>> =
            session.query_first(format!("SELECT IS_FREE_LOCK({})", literal(prefix)))?;
        if free.flatten() == Some(1) {
            left.push(name);
        }
    }
    Ok(left)
}
