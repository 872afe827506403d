//! Definitions kept as files: who loads them, what they may say, and that they reach nothing else.

mod dumps;
mod fences;
mod hostile;
mod texts;

use std::path::Path;
use std::sync::Arc;

use lockstep_engine::schema::{
    Folder, Like, Loaded, PrivateServer, PrivateServers, Schema, load_folder, read,
};
use lockstep_engine::{Endpoint, Result, Session};
use lockstep_sandbox::testing::{self, Kind};
use lockstep_sandbox::{Server, ServerOptions};

use crate::support::connect;

/// Both flavours.
const FLAVORS: [Kind; 2] = [Kind::MySql97, Kind::MariaDb1011];

/// Starts the servers that tests use.
#[derive(Debug)]
struct Own(Kind);

struct Private(Server);

impl PrivateServers for Own {
    fn start(&self, like: &Like) -> Result<Box<dyn PrivateServer>, String> {
        let options = ServerOptions { binary_log: false, ..ServerOptions::for_tests() };
        let setting = |(name, value): &(String, String)| format!("--{}={value}", name.replace('_', "-"));
        let options = ServerOptions { extra: like.settings.iter().map(setting).collect(), ..options };
        Ok(Box::new(Private(testing::own(self.0, &options))))
    }
}

impl PrivateServer for Private {
    fn administrator(&self) -> Endpoint {
        Endpoint::from_url(&self.0.url()).unwrap()
    }
}

/// A server of one's own that lets any account create functions, as most that are administered by others do.
fn trusting(kind: Kind, options: ServerOptions) -> (Server, Session) {
    let server = testing::own(kind, &options.with("--log-bin-trust-function-creators=1"));
    let session = connect(&testing::Endpoint::of(&server, kind));
    (server, session)
}

/// A folder that only an account can load.
fn folder(path: &Path) -> Folder {
    Folder { path: path.to_owned(), loader: None, private: None }
}

/// A folder that a private server can load as well.
fn folder_with_private(path: &Path, kind: Kind) -> Folder {
    Folder { private: Some(Arc::new(Own(kind))), ..folder(path) }
}

/// Loads a folder for these databases, and returns also who loaded it.
fn load(session: &mut Session, folder: &Folder, databases: &[&str]) -> (Result<Loaded>, Vec<String>) {
    let names: Vec<String> = databases.iter().map(|d| (*d).to_owned()).collect();
    let mut said = Vec::new();
    let loaded = load_folder(session, folder, &names, &mut |line| said.push(line));
    (loaded, said)
}

/// The live definitions of databases.
fn live(session: &mut Session, databases: &[&str]) -> Schema {
    read(session, &databases.iter().map(|d| (*d).to_owned()).collect::<Vec<_>>()).unwrap()
}

/// What a session of an administrator who runs a file by hand has.
const BY_HAND: &str = "SET sql_mode = @@global.sql_mode, time_zone = @@global.time_zone;\n";

/// Accounts and scratch databases that a run left.
fn left(session: &mut Session) -> Vec<String> {
    let mut out: Vec<String> = session.query("SHOW DATABASES LIKE 'lockstep\\_scratch\\_%'").unwrap();
    out.extend(
        session
            .query::<String>(
                "SELECT user FROM mysql.user WHERE user LIKE 'lockstep\\_files\\_%' OR user LIKE 'lsf\\_%'",
            )
            .unwrap(),
    );
    out
}
