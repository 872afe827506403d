//! Scratch databases: made for a rehearsal or for reading files, and dropped at its end. Only where the server
//! cannot be reached any more do they stay until the next run.
//!
//! Each set holds a server-side lock of its own name while it is in use, so that what a killed run left
//! behind does not look like what another run is using, and is dropped by the next.

use std::time::{SystemTime, UNIX_EPOCH};

use super::model::Database;
use super::rename::Renames;
use crate::names::{literal, quote};
use crate::{Error, Result, Session};

/// How the names of scratch databases begin.
pub(crate) const PREFIX: &str = "lockstep_scratch_";

/// How the names of those begin that files are loaded into: whoever loads files has rights on these alone, and none on
/// the copies of a rehearsal.
pub(crate) const FILES_PREFIX: &str = "lockstep_scratch_files_";

/// What scratch databases are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Copies of the target's objects.
    Rehearsal,
    /// Definitions kept as files.
    Files,
}

/// Scratch databases on one server; [`Scratch::finish`] must be called at the end.
pub(crate) struct Scratch {
    prefix: String,
    /// Whether the session that made them keeps itself out of the binary log.
    unlogged: bool,
    /// Real names to scratch names.
    pub names: Renames,
}

impl Scratch {
    /// Drops leftovers of dead runs and creates one scratch database for each of `databases`, with its
    /// defaults and options.
    ///
    /// Those of a rehearsal stay out of the binary log where the account may do that: `session` must not do anything
    /// else. Files are loaded by another account, which may not, so their databases are logged: a replica that
    /// gets a table must have its database.
    ///
    /// # Errors
    /// As [`Session::execute`], for instance when the account may not create databases.
    pub fn create<'a>(
        session: &mut Session,
        purpose: Purpose,
        databases: impl IntoIterator<Item = (&'a String, &'a Database)>,
    ) -> Result<Self> {
        // Logged: whether a dead run's databases are on the replicas is not known.
        drop_leftovers(session)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros());
        let begin = if purpose == Purpose::Files { FILES_PREFIX } else { PREFIX };
        let prefix = format!("{begin}{now:x}_{:x}", session.connection_id());
        session.query::<Option<i64>>(format!("SELECT GET_LOCK({}, 0)", literal(&prefix)))?;
        let unlogged = purpose == Purpose::Rehearsal && session.without_binary_log()?;
        let mut scratch = Self { prefix, unlogged, names: Renames::new() };
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

    /// The digits of the moment at which this set was made.
    pub fn moment(&self) -> &str {
        moment(&self.prefix)
    }

    /// The moments of all sets for files that some run is using.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn in_use(session: &mut Session) -> Result<Vec<String>> {
        let all = all(session, |free| !free)?;
        Ok(all
            .iter()
            .filter(|name| name.starts_with(FILES_PREFIX))
            .map(|name| moment(name).to_owned())
            .collect())
    }

    /// Ends the work that `result` is of: drops every scratch database of this set, in the session `own` that made
    /// them, or in a new one like it where that one broke. A run that is to stop still does this.
    ///
    /// # Errors
    /// That of the work. What keeps the databases from being dropped is added to it, or is the error.
    pub fn finish<T>(&self, own: &mut Session, result: Result<T>) -> Result<T> {
        let dropped = self.revive(own).and_then(|()| self.drop_all(own));
        match (result, dropped) {
            (result, Ok(())) => result,
            (Ok(_), Err(error)) | (Err(error), Err(_)) => Err(left_behind(error)),
        }
    }

    /// Puts a new session in the place of a broken one.
    fn revive(&self, own: &mut Session) -> Result<()> {
        if own.is_poisoned() {
            *own = own.another()?;
            if self.unlogged {
                own.without_binary_log()?;
            }
        }
        Ok(())
    }

    fn drop_all(&self, session: &mut Session) -> Result<()> {
        session.clear_up()?;
        session.execute("SET foreign_key_checks = 0")?;
        for name in self.names.values() {
            // Dropping what is not there would wait for a lock as well.
            let is_there =
                format!("SELECT 1 FROM information_schema.schemata WHERE schema_name = {}", literal(name));
            if session.query_first::<u8>(is_there)?.is_some() {
                session.execute(format!("DROP DATABASE IF EXISTS {}", quote(name)))?;
            }
        }
        session.execute("SET foreign_key_checks = 1")?;
        session.query::<Option<i64>>(format!("SELECT RELEASE_LOCK({})", literal(&self.prefix)))?;
        Ok(())
    }
}

/// Does `work` with an empty scratch database, whose name it is given, in a session like `session`.
///
/// # Errors
/// As [`Scratch::create`], and that of the work.
pub(crate) fn in_scratch<T>(
    session: &Session,
    work: impl FnOnce(&mut Session, &str) -> Result<T>,
) -> Result<T> {
    let mut own = session.another()?;
    let empty = Database {
        charset: String::new(),
        collation: String::new(),
        options: String::new(),
        tables: Default::default(),
        objects: Default::default(),
    };
    let scratch = Scratch::create(&mut own, Purpose::Rehearsal, [(&String::new(), &empty)])?;
    let name = scratch.names.values().next().cloned().unwrap_or_default();
    let result = work(&mut own, &name);
    scratch.finish(&mut own, result)
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
    let rest = name.strip_prefix(FILES_PREFIX).or_else(|| name.strip_prefix(PREFIX));
    let parts: Option<Vec<&str>> = rest.map(|rest| rest.split('_').collect());
    let Some([time, connection, number]) = parts.as_deref() else { return false };
    let digits = |text: &str, radix| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    digits(time, 16) && digits(connection, 16) && digits(number, 10)
}

/// The scratch databases whose maker no longer holds their lock.
///
/// # Errors
/// As [`Session::query`].
pub fn leftovers(session: &mut Session) -> Result<Vec<String>> {
    all(session, |free| free)
}

/// The scratch databases of those sets whose lock is free, or not, as `wanted` says.
fn all(session: &mut Session, wanted: fn(bool) -> bool) -> Result<Vec<String>> {
    let pattern = PREFIX.replace('_', "\\_");
    let found: Vec<String> = session.query(format!(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{pattern}%'"
    ))?;
    let mut out = Vec::new();
    for name in found.into_iter().filter(|name| is_ours(name)) {
        let Some((prefix, _)) = name.rsplit_once('_') else { continue };
        let free: Option<Option<i64>> =
            session.query_first(format!("SELECT IS_FREE_LOCK({})", literal(prefix)))?;
        if wanted(free.flatten() == Some(1)) {
            out.push(name);
        }
    }
    Ok(out)
}

/// The digits of the moment in the name of a scratch database.
fn moment(name: &str) -> &str {
    let rest = name.strip_prefix(FILES_PREFIX).or_else(|| name.strip_prefix(PREFIX)).unwrap_or(name);
    rest.split('_').next().unwrap_or(rest)
}
