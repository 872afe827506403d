//! Servers for tests: a source and a target of each kind, shared by all tests.
//!
//! `cargo xtask test` starts the servers once, or finds those that stay [`Warm`], and names the file that lists them in
//! [`SERVERS_VARIABLE`]. A test
//! that runs without it starts a pair of its own on first use, which ends with the test's process.
//!
//! Tests share servers, so each test works in databases of its own ([`unique_database`]), creates users under
//! unique names, and changes no global setting. A test that must stop a server or set it up in its own way starts
//! one itself: [`own`].
//!
//! Everything here panics instead of returning errors, with a message that says what to do.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use serde::{Deserialize, Serialize};

pub use crate::installation::Kind;
pub use warm::Warm;

mod warm;

use crate::error::{Error, Result};
use crate::installation::Installation;
use crate::options::ServerOptions;
use crate::server::{Server, client_command};
use crate::tls::Certificates;
pub use crate::tls::Flaw;

/// The environment variable with the path of the file that lists the shared servers.
pub const SERVERS_VARIABLE: &str = "LOCKSTEP_TEST_SERVERS";

/// How to reach a test server. `root` has no password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Endpoint {
    /// What it is.
    pub kind: Kind,
    /// Its TCP port on 127.0.0.1.
    pub port: u16,
    /// Its Unix socket.
    pub socket: PathBuf,
    /// The certificate to trust in order to check the server's; `None` for MySQL 5.6, which has no modern TLS.
    pub authority: Option<PathBuf>,
}

/// Two servers of the same kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pair {
    /// The one that changes are read from.
    pub source: Endpoint,
    /// The one that they are applied to.
    pub target: Endpoint,
}

impl Endpoint {
    /// How to reach a running server.
    #[must_use]
    pub fn of(server: &Server, kind: Kind) -> Self {
        Self {
            kind,
            port: server.port(),
            socket: server.socket().to_owned(),
            authority: server.authority().map(Path::to_owned),
        }
    }

    /// `mysql://root@127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_for("root")
    }

    /// `mysql://USER@127.0.0.1:PORT`.
    #[must_use]
    pub fn url_for(&self, user: &str) -> String {
        format!("mysql://{user}@127.0.0.1:{}", self.port)
    }

    /// A new connection as `root`, over TCP without TLS.
    #[must_use]
    pub fn connect(&self) -> Conn {
        self.try_connect()
            .unwrap_or_else(|error| panic!("the test server {} on port {}: {error}", self.kind, self.port))
    }

    fn try_connect(&self) -> std::result::Result<Conn, mysql::Error> {
        let options = OptsBuilder::new().user(Some("root")).ip_or_hostname(Some("127.0.0.1"));
        let options = options.tcp_connect_timeout(Some(Duration::from_secs(10)));
        Conn::new(options.tcp_port(self.port).prefer_socket(false))
    }

    /// Runs one statement as `root`.
    pub fn execute(&self, statement: &str) {
        self.connect().query_drop(statement).unwrap_or_else(|error| panic!("{error}\nin: {statement}"));
    }

    /// The command-line client as `root` over the socket, reading statements from its standard input. More arguments,
    /// such as a database's name, can be added.
    #[must_use]
    pub fn client(&self) -> Command {
        located(self.kind)
            .and_then(|installation| client_command(&installation, &self.socket, None))
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs a script, which may use `DELIMITER`, in a database through the command-line client.
    pub fn run_script(&self, database: &str, script: &str) {
        let result = self.try_script(database, script);
        result.unwrap_or_else(|message| panic!("{message}\nin the script:\n{script}"));
    }

    /// As [`run_script`](Self::run_script), for a script that may fail.
    ///
    /// # Errors
    /// What the client said.
    pub fn try_script(&self, database: &str, script: &str) -> std::result::Result<(), String> {
        let mut command = self.client();
        // Some clients take the comments out of the bodies of stored objects.
        command
            .args(["--comments", database])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("cannot start the client: {error}"))?;
        let mut input = child.stdin.take().ok_or("the client has no standard input")?;
        // A client that stops at an error closes the pipe; what it says about it comes below.
        let _ = input.write_all(script.as_bytes());
        drop(input);
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

/// The shared source and target of a kind.
#[must_use]
pub fn pair(kind: Kind) -> Pair {
    if let Some(pairs) = announced() {
        return pairs.get(&kind).unwrap_or_else(|| panic!("{SERVERS_VARIABLE} lists no {kind}")).clone();
    }
    own_pair(kind)
}

/// The shared source of a kind, for tests that need one server.
#[must_use]
pub fn server(kind: Kind) -> Endpoint {
    pair(kind).source
}

/// Starts a server for one test alone, which ends when the returned value is dropped.
#[must_use]
pub fn own(kind: Kind, options: &ServerOptions) -> Server {
    located(kind)
        .and_then(|installation| Server::start(&installation, options))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Makes a certificate with a flaw in `folder`, and returns options for a server that shows it, and the file of its authority.
#[must_use]
pub fn with_flawed_certificate(folder: &Path, flaw: Flaw) -> (ServerOptions, PathBuf) {
    let files = Certificates::flawed(folder, flaw).unwrap_or_else(|error| panic!("{error}"));
    let option = |name: &str, path: &Path| format!("--{name}={}", path.display());
    let options = ServerOptions::for_tests()
        .with(option("ssl-ca", &files.authority))
        .with(option("ssl-cert", &files.certificate))
        .with(option("ssl-key", &files.key));
    (options, files.authority)
}

/// A database name that no other test uses, such as `t_orders_4711_0_9f3a`; `label` says whose it is. Servers may outlive
/// this process, and process ids come again: the last part is random.
#[must_use]
pub fn unique_database(label: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    // Each of the standard library's hashers starts from a random state.
    let random = RandomState::new().build_hasher().finish() & 0xFFFF;
    format!("t_{label}_{}_{}_{random:04x}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// Starts a pair of each kind and lists them in `file`, for [`SERVERS_VARIABLE`]. The servers end when the
/// returned values are dropped, or with this process.
///
/// # Errors
/// When a server is not installed or does not start, or the file cannot be written.
pub fn start_pool(file: &Path, kinds: &[Kind]) -> Result<Vec<Server>> {
    let mut servers = Vec::new();
    let mut pairs = HashMap::new();
    let started: Vec<Result<_>> = thread::scope(|scope| {
        let threads: Vec<_> = kinds.iter().map(|kind| scope.spawn(|| start_pair(*kind))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    for (kind, started) in kinds.iter().zip(started) {
        let (pair, two) = started?;
        pairs.insert(*kind, pair);
        servers.extend(two);
    }
    let text = serde_json::to_string(&pairs).map_err(|error| Error::io("list the servers")(error.into()))?;
    fs::write(file, text).map_err(Error::io(format!("write {}", file.display())))?;
    Ok(servers)
}

fn start_pair(kind: Kind) -> Result<(Pair, [Server; 2])> {
    let installation = Installation::locate(kind)?;
    let start = || Server::start(&installation, &ServerOptions::for_tests());
    let servers = [start()?, start()?];
    let [source, target] = servers.each_ref().map(|server| Endpoint::of(server, kind));
    Ok((Pair { source, target }, servers))
}

/// What [`SERVERS_VARIABLE`] lists.
fn announced() -> Option<&'static HashMap<Kind, Pair>> {
    static PAIRS: OnceLock<Option<HashMap<Kind, Pair>>> = OnceLock::new();
    PAIRS
        .get_or_init(|| {
            let file = env::var_os(SERVERS_VARIABLE)?;
            let text = fs::read_to_string(&file)
                .unwrap_or_else(|error| panic!("{SERVERS_VARIABLE} names {}: {error}", file.display()));
            Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
        })
        .as_ref()
}

/// This process's own pair. Never dropped: the servers' guards end them with the process.
fn own_pair(kind: Kind) -> Pair {
    static STARTED: Mutex<Vec<(Pair, [Server; 2])>> = Mutex::new(Vec::new());
    let mut started = STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((pair, _)) = started.iter().find(|(pair, _)| pair.source.kind == kind) {
        return pair.clone();
    }
    let (pair, servers) = start_pair(kind).unwrap_or_else(|error| panic!("{error}"));
    started.push((pair.clone(), servers));
    pair
}

fn located(kind: Kind) -> Result<Installation> {
    static FOUND: Mutex<Vec<(Kind, Installation)>> = Mutex::new(Vec::new());
    let mut found = FOUND.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((_, installation)) = found.iter().find(|(known, _)| *known == kind) {
        return Ok(installation.clone());
    }
    let installation = Installation::locate(kind)?;
    found.push((kind, installation.clone()));
    Ok(installation)
}
