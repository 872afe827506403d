//! Shared servers that outlive the tests: a source and a target of each kind in the cache folder, found again by a file. The
//! inner loop need not start and stop six servers each time.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::thread;

use mysql::prelude::Queryable;
use serde::{Deserialize, Serialize};

use super::{Endpoint, Kind, Pair};
use crate::cache::cache_dir;
use crate::error::{Error, Result};
use crate::files::{make_private_folder, write_private};
use crate::installation::Installation;
use crate::options::{Lifetime, ServerOptions};
use crate::process::ServerProcess;
use crate::server::{Server, left_in};

/// A server that is older than its program was put into the cache again is not the one that tests mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Label {
    program: PathBuf,
    version: String,
}

/// The warm servers of this account.
pub struct Warm {
    folder: PathBuf,
    /// Held while servers are started and stopped: two runs must not start the same ones.
    _lock: File,
}

impl Warm {
    /// Those in the cache folder. Waits while another process starts or stops them.
    ///
    /// # Errors
    /// When the cache folder cannot be used.
    pub fn open() -> Result<Self> {
        Self::in_folder(cache_dir()?.join("warm"))
    }

    /// Those in this folder.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        make_private_folder(&folder)?;
        let path = folder.join("lock");
        let doing = || Error::io(format!("lock {}", path.display()));
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(doing())?;
        lock.lock().map_err(doing())?;
        Ok(Self { folder, _lock: lock })
    }

    /// The file that lists them, for [`super::SERVERS_VARIABLE`].
    #[must_use]
    pub fn list(&self) -> PathBuf {
        self.folder.join("servers.json")
    }

    /// Starts those that do not answer and lists all of them; `started` hears of each that is started.
    ///
    /// # Errors
    /// When a server is not installed or does not start.
    pub fn start(&self, kinds: &[Kind], started: &(dyn Fn(&Installation) + Sync)) -> Result<()> {
        let known = self.known();
        let results: Vec<Result<(Kind, Pair)>> = thread::scope(|scope| {
            let start = |kind: Kind| {
                let known = known.get(&kind);
                scope.spawn(move || {
                    let pair = Pair {
                        source: self.member(kind, "source", known.map(|p| &p.source), started)?,
                        target: self.member(kind, "target", known.map(|p| &p.target), started)?,
                    };
                    Ok((kind, pair))
                })
            };
            let threads: Vec<_> = kinds.iter().copied().map(start).collect();
            let join =
                |t: thread::ScopedJoinHandle<_>| t.join().unwrap_or_else(|p| std::panic::resume_unwind(p));
            threads.into_iter().map(join).collect()
        });
        // Those that did start are listed also when another failed: they are found again.
        let mut pairs = known;
        let mut failed = None;
        for result in results {
            match result {
                Ok((kind, pair)) => drop(pairs.insert(kind, pair)),
                Err(error) => failed = Some(error),
            }
        }
        let text =
            serde_json::to_string(&pairs).map_err(|error| Error::io("list the servers")(error.into()))?;
        write_private(&self.list(), &text)?;
        failed.map_or(Ok(()), Err)
    }

    /// Stops all of them and removes their data. Returns how many ran.
    ///
    /// # Errors
    /// When one does not go away.
    pub fn stop(&self) -> Result<usize> {
        let mut running = 0;
        for kind in Kind::ALL {
            for role in ["source", "target"] {
                running += usize::from(end(&self.place(kind, role))?);
            }
        }
        match fs::remove_file(self.list()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io("remove the list of servers")(error))
            }
            _ => Ok(running),
        }
    }

    /// What the file lists; nothing where it is missing or of another version.
    fn known(&self) -> HashMap<Kind, Pair> {
        let text = fs::read_to_string(self.list()).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn place(&self, kind: Kind, role: &str) -> PathBuf {
        self.folder.join(format!("{}-{role}", kind.folder()))
    }

    /// One server: the one that is there, when it answers and is of the program in the cache, else a new one.
    fn member(
        &self,
        kind: Kind,
        role: &str,
        known: Option<&Endpoint>,
        started: &(dyn Fn(&Installation) + Sync),
    ) -> Result<Endpoint> {
        let installation = Installation::locate(kind)?;
        let folder = self.place(kind, role);
        let label =
            Label { program: installation.program().to_owned(), version: installation.version.to_string() };
        if let Some(endpoint) = known
            && read_label(&folder) == Some(label.clone())
            && answers(endpoint)
        {
            tidy(endpoint);
            return Ok(endpoint.clone());
        }
        end(&folder)?;
        started(&installation);
        let options = ServerOptions {
            folder: Some(folder.clone()),
            lifetime: Lifetime::Detached,
            ..ServerOptions::for_tests()
        };
        let server = Server::start(&installation, &options)?;
        let text =
            serde_json::to_string(&label).map_err(|error| Error::io("label a server")(error.into()))?;
        write_private(&folder.join("label.json"), &text)?;
        Ok(Endpoint::of(&server, kind))
    }
}

fn read_label(folder: &Path) -> Option<Label> {
    serde_json::from_str(&fs::read_to_string(folder.join("label.json")).ok()?).ok()
}

/// Ends the server of a folder, if it runs, and removes the folder.
fn end(folder: &Path) -> Result<bool> {
    let mut process = left_in(folder);
    let running = process.as_mut().is_some_and(ServerProcess::is_running);
    if let Some(process) = process.as_mut().filter(|_| running) {
        process.kill()?;
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io(format!("remove {}", folder.display())))?;
    }
    Ok(running)
}

/// Whether a server of this kind answers there: another program may have taken the port.
fn answers(endpoint: &Endpoint) -> bool {
    endpoint.socket.exists() && endpoint.try_connect().is_ok_and(|mut conn| conn.ping().is_ok())
}

/// Drops what failed tests left, unless somebody is using the server. What cannot be dropped harms nobody: tests use
/// databases of their own.
fn tidy(endpoint: &Endpoint) {
    let Ok(mut conn) = endpoint.try_connect() else { return };
    let others: Option<u64> = conn
        .query_first(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root'",
        )
        .unwrap_or(Some(1));
    if others != Some(0) {
        return;
    }
    let left: Vec<String> = conn
        .query(
            "SELECT schema_name FROM information_schema.schemata \
             WHERE schema_name LIKE 't\\_%' OR schema_name LIKE 'lockstep%'",
        )
        .unwrap_or_default();
    for database in left {
        let _ = conn.query_drop(format!("DROP DATABASE `{}`", database.replace('`', "``")));
    }
}
