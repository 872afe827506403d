//! A schema kept as files: loaded into scratch databases by a server, and read back from there.
//!
//! Files are other people's text. They are loaded behind a [`fence`]: by an account that can reach nothing but those
//! databases, or by a private server. The run's own login never executes a statement of a file.

mod account;
mod adopt;
mod asleep;
mod edit;
mod fence;
mod find;
mod load;
mod meaning;
mod reach;
mod text;
mod versions;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use super::model::{Database, Schema};
use super::read::is_own_database;
use crate::names::literal;
use crate::{Endpoint, Error, Result, ServerInfo, Session};

pub(crate) use account::{RIGHTS, beyond_fence};
use fence::Fence;
use load::Script;

/// Definitions kept as files, and who may load them besides an account made for the purpose.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The folder. Every `.sql` file under it is loaded, in the order in which people count.
    pub path: PathBuf,
    /// The account for it at the target, from the topology.
    pub loader: Option<Endpoint>,
    /// Starts private servers, where the caller can.
    pub private: Option<Arc<dyn PrivateServers>>,
}

/// Starts private servers on this machine.
pub trait PrivateServers: Debug + Send + Sync {
    /// Starts one that reads definitions as `like` does.
    ///
    /// # Errors
    /// In words, when no server of that family is on this machine, or it does not start.
    fn start(&self, like: &Like) -> Result<Box<dyn PrivateServer>, String>;
}

/// A private server; it ends, and everything in it goes, when the value is dropped.
pub trait PrivateServer: Send {
    /// Where it is, and its administrator's login.
    fn administrator(&self) -> Endpoint;
}

/// What a private server must have in common with the target.
#[derive(Clone, Debug)]
pub struct Like {
    /// Family, version, and how names are compared.
    pub server: ServerInfo,
    /// Global variables that decide what a definition means where it does not say, with their values.
    pub settings: Vec<(String, String)>,
}

/// What a folder holds.
#[derive(Debug)]
pub struct Loaded {
    /// The schema that its files make.
    pub schema: Schema,
    /// What a person should know of the loading.
    pub notes: Vec<String>,
}

impl Loaded {
    /// The schema in the spelling of `target`, where only that differs: a file cannot say some of it.
    #[must_use]
    pub fn spelled_like(mut self, target: &Schema) -> Self {
        adopt::adopt_spelling(&mut self.schema, target);
        self
    }
}

/// Loads a folder and returns the schema that its files make. `databases` are the names that `USE` and qualified names
/// may say; where the files say none, the first one is meant. `session` is the target's; `say` gets a line that says who
/// loads the files.
///
/// Everything happens in scratch databases, which are dropped, by an account or on a server that can reach nothing else.
///
/// # Errors
/// [`crate::ErrorKind::User`] when a file cannot be read or cut, or a statement has no place there or fails, with file
/// and line; [`crate::ErrorKind::Refused`] when nobody may load them.
pub fn load_folder(
    session: &mut Session,
    folder: &Folder,
    databases: &[String],
    say: &mut dyn FnMut(String),
) -> Result<Loaded> {
    let scope: Vec<&String> = databases.iter().filter(|d| !is_own_database(d)).collect();
    if scope.is_empty() {
        return Err(Error::user("no database is named for the files").with_hint("give --database NAME"));
    }
    // What is wrong with the text alone is found before anything is made.
    let scripts = Script::read_all(&folder.path, &scope)?;
    // Where the server has a database of that name, its defaults hold unless the files say others.
    let empty = empty_databases(session, &scope)?;
    let fence = Fence::raise(session, folder, &empty, load::needs_trust(&scripts), say)?;
    let result = load::load(&fence, &scripts, &scope);
    fence.lower(result)
}

/// The databases without their objects, with the defaults that they have at the server.
fn empty_databases(session: &mut Session, databases: &[&String]) -> Result<BTreeMap<String, Database>> {
    let names = databases.iter().map(|d| literal(d)).collect::<Vec<_>>().join(", ");
    let rows: Vec<(String, String, String)> = session.query(format!(
        "SELECT schema_name, default_character_set_name, default_collation_name \
         FROM information_schema.schemata WHERE schema_name IN ({names})"
    ))?;
    let mut existing: BTreeMap<_, _> =
        rows.into_iter().map(|(name, charset, collation)| (name, (charset, collation))).collect();
    let empty = |name: &&String| {
        let (charset, collation) = existing.remove(*name).unwrap_or_default();
        let (tables, objects) = Default::default();
        ((*name).clone(), Database { charset, collation, options: String::new(), tables, objects })
    };
    Ok(databases.iter().map(empty).collect())
}
