//! What a sandbox's folder remembers of its servers.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files::{remove_file, write_private};
use crate::server::Server;

/// Raised when the file's shape changes.
const FORMAT: u32 = 1;

/// The state file: `state.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    format: u32,
    /// In the order of the blueprints.
    pub servers: Vec<Record>,
}

/// One server. Its process id is not here: the server's own folder has it from the moment it starts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    pub name: String,
    /// Whether its scripts and statements have all run.
    pub loaded: bool,
    pub server: String,
    /// 0 until it has started once.
    pub port: u16,
    pub socket: PathBuf,
    pub authority: Option<PathBuf>,
}

impl Record {
    /// A server with everything loaded.
    pub fn of(name: &str, server: &Server) -> Self {
        Self {
            name: name.to_owned(),
            loaded: true,
            server: server.installation().to_string(),
            port: server.port(),
            socket: server.socket().to_owned(),
            authority: server.authority().map(Path::to_owned),
        }
    }
}

impl State {
    /// What the folder remembers; nothing when there is no state file.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = path(folder);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { format: FORMAT, servers: Vec::new() });
            }
            Err(error) => return Err(Error::io(format!("read {}", file.display()))(error)),
        };
        match serde_json::from_str::<Self>(&text) {
            Ok(state) if state.format == FORMAT => Ok(state),
            Ok(state) => Err(Error::BadState { file, reason: format!("its format is {}", state.format) }),
            Err(error) => Err(Error::BadState { file, reason: error.to_string() }),
        }
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let text =
            serde_json::to_string_pretty(self).map_err(|error| Error::io("write the state")(error.into()))?;
        write_private(&path(folder), &text)
    }

    /// Removes the state file.
    pub fn remove(folder: &Path) -> Result<()> {
        remove_file(&path(folder))
    }

    /// With a record for each of these names; those that are known stay as they are.
    pub fn with_names<'a>(mut self, names: impl Iterator<Item = &'a str>) -> Self {
        for name in names {
            if !self.servers.iter().any(|record| record.name == name) {
                self.servers.push(Record { name: name.to_owned(), ..Record::default() });
            }
        }
        self
    }

    /// The record of this name; an empty one when there is none.
    pub fn record(&self, name: &str) -> Record {
        let known = self.servers.iter().find(|record| record.name == name).cloned();
        known.unwrap_or_else(|| Record { name: name.to_owned(), ..Record::default() })
    }

    /// Puts a record in the place of the one of the same name.
    pub fn replace(&mut self, record: Record) {
        if let Some(known) = self.servers.iter_mut().find(|known| known.name == record.name) {
            *known = record;
        }
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("state.json")
}
