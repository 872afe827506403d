//! Scratch databases: made for a rehearsal or for reading files, and always dropped.
//!
//! Each set holds a server-side lock of its own name while it is in use, so that what a killed run left
//! behind can be told from what another run is using, and is dropped by the next.

use std::time::{SystemTime, UNIX_EPOCH};

use super::model::Database;
use super::rename::Renames;
use crate::names::{literal, quote};
use crate::{Result, Session};

/// How the names of scratch databases begin.
pub(crate) const PREFIX: &str = "lockstep_scratch_";

/// Scratch databases on one server; [`Scratch::drop_all`] must be called at the end.
pub(crate) struct Scratch {
    prefix: String,
    /// Real names to scratch names.
    pub names: Renames,
}

impl Scratch {
    /// Drops leftovers of dead runs and creates one scratch database for each of `databases`, with its
    /// defaults.
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
            let created = session.execute(format!("CREATE DATABASE {}{text}", quote(&scratch_name)));
            if let Err(error) = created {
                return Err(scratch.drop_all(session).err().unwrap_or(error));
            }
        }
        Ok(scratch)
    }

    /// Scratch names to real names.
    pub fn back(&self) -> Renames {
        self.names.iter().map(|(real, scratch)| (scratch.clone(), real.clone())).collect()
    }

    /// Drops every scratch database of this set. A run that is to stop still does this.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn drop_all(&self, session: &mut Session) -> Result<()> {
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

/// Drops scratch databases whose maker no longer holds their lock: it was killed.
///
/// # Errors
/// As [`Session::execute`].
pub fn drop_leftovers(session: &mut Session) -> Result<()> {
    let pattern = PREFIX.replace('_', "\\_");
    let found: Vec<String> = session.query(format!(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{pattern}%'"
    ))?;
    for name in found {
        let Some((prefix, _)) = name.rsplit_once('_') else { continue };
        let free: Option<Option<i64>> =
            session.query_first(format!("SELECT IS_FREE_LOCK({})", literal(prefix)))?;
        if free.flatten() == Some(1) {
            session.execute("SET foreign_key_checks = 0")?;
            session.execute(format!("DROP DATABASE IF EXISTS {}", quote(&name)))?;
            session.execute("SET foreign_key_checks = 1")?;
        }
    }
    Ok(())
}
