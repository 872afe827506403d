//! A few private servers that belong together and stay when the command that started them ends.

use std::fs::{self, File};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use mysql::prelude::Queryable;

use crate::error::{Error, Result};
use crate::files::{make_private_folder, remove_folder};
use crate::installation::Installation;
use crate::options::ServerOptions;
use crate::secret::password_in;
use crate::server::{Server, left_in};

mod state;

use state::{Record, State};

/// Servers that belong together, in one folder. The folder remembers them, so a later command finds them, and
/// whatever a crashed one left.
#[derive(Clone, Debug)]
pub struct Sandbox {
    folder: PathBuf,
}

/// What one server of a sandbox is to hold.
#[derive(Clone, Debug, Default)]
pub struct Blueprint {
    /// The server's name, such as `dev`: letters, digits, `-` and `_`.
    pub name: String,
    /// SQL scripts in the order in which the command-line client runs them as `root`; the first error ends the start.
    pub scripts: Vec<Script>,
    /// Statements that run after the scripts as `root`, unseen by the binary log: accounts and their grants.
    pub statements: Vec<String>,
}

/// One SQL script.
#[derive(Clone, Debug)]
pub struct Script {
    /// The database in which it starts. `None`: it chooses its own.
    pub database: Option<String>,
    /// Where it is.
    pub path: PathBuf,
}

/// One server of a sandbox as it is now.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name in the blueprint.
    pub name: String,
    /// Whether its process is there and everything has been loaded.
    pub running: bool,
    /// Its process id, when it runs.
    pub pid: Option<i32>,
    /// What it runs, such as `MySQL 9.7.4`.
    pub server: String,
    /// Its TCP port on 127.0.0.1.
    pub port: u16,
    /// Its Unix socket.
    pub socket: PathBuf,
    /// The certificate to trust in order to check the server's; `None` when it does not speak TLS.
    pub authority: Option<PathBuf>,
}

/// Takes a line of progress. It may be called from several threads.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

impl Sandbox {
    /// The sandbox in this folder, whether it is up or not. Nothing is read or made yet.
    ///
    /// # Errors
    /// When the path is relative and the current folder is gone.
    pub fn in_folder(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = std::path::absolute(folder).map_err(Error::io("find the current folder"))?;
        Ok(Self { folder })
    }

    /// The password of an account of one server. It is made on first use, kept in
    /// [`password_file`](Self::password_file), and forgotten by [`down`](Self::down). `root`'s is set by
    /// [`up`](Self::up); another account's belongs into its `CREATE USER` among the [`Blueprint::statements`].
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn password(&self, server: &str, user: &str) -> Result<String> {
        make_private_folder(&self.secrets())?;
        password_in(&self.password_file(server, user))
    }

    /// The file that holds that password and nothing else.
    #[must_use]
    pub fn password_file(&self, server: &str, user: &str) -> PathBuf {
        self.secrets().join(format!("{server}.{user}"))
    }

    /// Starts the servers and loads them; gives them in the blueprints' order. What is up and loaded already stays as
    /// it is; a loaded server that has stopped is started on its data; one that an earlier call left half loaded
    /// is made again.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process works on the same sandbox; errors of starting and loading. Servers that
    /// were started stay, for [`status`](Self::status), another try, or [`down`](Self::down).
    pub fn up(
        &self,
        installation: &Installation,
        blueprints: &[Blueprint],
        progress: Progress<'_>,
    ) -> Result<Vec<Member>> {
        make_private_folder(&self.folder)?;
        let _lock = self.lock()?;
        let state = State::read(&self.folder)?;
        for blueprint in blueprints {
            check_name(&blueprint.name)?;
        }
        // Before anything starts, so that `down` knows where to look after a crash.
        let mut state = state.with_names(blueprints.iter().map(|blueprint| blueprint.name.as_str()));
        state.write(&self.folder)?;
        let results: Vec<Result<Record>> = thread::scope(|scope| {
            let threads: Vec<_> = blueprints
                .iter()
                .map(|blueprint| {
                    let record = state.record(&blueprint.name);
                    scope.spawn(move || self.bring_up(installation, blueprint, &record, progress))
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        });
        let mut first_error = None;
        for result in results {
            match result {
                Ok(record) => state.replace(record),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        state.write(&self.folder)?;
        first_error.map_or_else(|| Ok(self.members(&state)), Err)
    }

    /// The servers as they are now; empty when the sandbox is not up.
    ///
    /// # Errors
    /// When the state file is there and cannot be read.
    pub fn status(&self) -> Result<Vec<Member>> {
        Ok(self.members(&State::read(&self.folder)?))
    }

    /// Stops every server of the sandbox, also those that a crashed command left, and removes their data and
    /// passwords. `false`: there was nothing.
    ///
    /// # Errors
    /// [`Error::Busy`]; when a server does not stop or a folder cannot be removed.
    pub fn down(&self, progress: Progress<'_>) -> Result<bool> {
        if !self.folder.is_dir() {
            return Ok(false);
        }
        let _lock = self.lock()?;
        let state = State::read(&self.folder)?;
        for record in &state.servers {
            self.stop(record, progress)?;
        }
        // The passwords and the state last: until then another `down` can finish what this one began.
        remove_folder(&self.secrets())?;
        State::remove(&self.folder)?;
        Ok(!state.servers.is_empty())
    }

    fn secrets(&self) -> PathBuf {
        self.folder.join("secrets")
    }

    /// Keeps other processes from working on the same sandbox. The system lets go of it with this process.
    fn lock(&self) -> Result<File> {
        let path = self.folder.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(Error::io(format!("open {}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(Error::Busy { folder: self.folder.clone() }),
            Err(fs::TryLockError::Error(error)) => Err(Error::io(format!("lock {}", path.display()))(error)),
        }
    }

    fn members(&self, state: &State) -> Vec<Member> {
        state.servers.iter().map(|record| self.member(record)).collect()
    }

    fn member(&self, record: &Record) -> Member {
        let process = left_in(&self.folder.join(&record.name))
            .and_then(|mut process| process.is_running().then_some(process.pid));
        Member {
            name: record.name.clone(),
            running: process.is_some() && record.loaded,
            pid: process,
            server: record.server.clone(),
            port: record.port,
            socket: record.socket.clone(),
            authority: record.authority.clone(),
        }
    }

    fn bring_up(
        &self,
        installation: &Installation,
        blueprint: &Blueprint,
        record: &Record,
        progress: Progress<'_>,
    ) -> Result<Record> {
        let name = &blueprint.name;
        if self.member(record).running {
            progress(&format!("{name}: {} runs on port {}", record.server, record.port));
            return Ok(record.clone());
        }
        if record.loaded {
            self.remove_socket(record);
        } else {
            self.stop(record, progress)?;
        }
        let server = self.start(installation, record)?;
        progress(&format!("{name}: {installation} started on port {}", server.port()));
        if !record.loaded {
            for script in &blueprint.scripts {
                run_script(&server, script)?;
                progress(&format!("{name}: {} loaded", file_name(&script.path)));
            }
            run_statements(&server, name, &blueprint.statements)?;
        }
        Ok(Record::of(name, &server))
    }

    /// Starts the server, on the port that it had if that is still free.
    fn start(&self, installation: &Installation, record: &Record) -> Result<Server> {
        let password = self.password(&record.name, "root")?;
        let mut options = ServerOptions::for_people(self.folder.join(&record.name), password);
        options.port = Some(record.port).filter(|port| *port != 0);
        match Server::start(installation, &options) {
            Err(Error::DidNotStart { .. }) if options.port.is_some() => {
                options.port = None;
                Server::start(installation, &options)
            }
            result => result,
        }
    }

    /// Stops a server if it runs and removes its folder.
    fn stop(&self, record: &Record, progress: Progress<'_>) -> Result<()> {
        let folder = self.folder.join(&record.name);
        if let Some(mut process) = left_in(&folder)
            && process.is_running()
        {
            process.stop()?;
            progress(&format!("{}: stopped", record.name));
        }
        self.remove_socket(record);
        remove_folder(&folder)
    }

    /// Removes what a server that has ended left outside the sandbox's folder: the folder of a socket whose path
    /// would have been too long inside.
    fn remove_socket(&self, record: &Record) {
        if let Some(place) = record.socket.parent()
            && record.port != 0
            && !place.starts_with(&self.folder)
        {
            // Best effort: both are empty and in the folder for temporary files.
            let _ = fs::remove_file(&record.socket);
            let _ = fs::remove_file(record.socket.with_extension("sock.lock"));
            let _ = fs::remove_dir(place);
        }
    }
}

impl Member {
    /// The URL for this account, without its password: `mysql://USER@127.0.0.1:PORT`.
    #[must_use]
    pub fn url_for(&self, user: &str) -> String {
        format!("mysql://{user}@127.0.0.1:{}", self.port)
    }
}

/// The name becomes a folder.
fn check_name(name: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(fits) && !["lock", "secrets"].contains(&name) {
        return Ok(());
    }
    let reason = std::io::Error::new(std::io::ErrorKind::InvalidInput, "use letters, digits, - and _");
    Err(Error::io(format!("name a server {name:?}"))(reason))
}

fn run_script(server: &Server, script: &Script) -> Result<()> {
    let doing = || Error::io(format!("run {}", script.path.display()));
    let input = File::open(&script.path).map_err(Error::io(format!("read {}", script.path.display())))?;
    let mut client = server.client()?;
    client.args(&script.database).stdin(input).stdout(Stdio::null()).stderr(Stdio::piped());
    let output = client.output().map_err(doing())?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Script { script: script.path.display().to_string(), message })
}

/// Runs the statements; an error tells a statement's number, not its text, which may hold a password.
fn run_statements(server: &Server, name: &str, statements: &[String]) -> Result<()> {
    let sql = |number: usize| Error::sql(format!("run set-up statement {number} on {name}"));
    let mut connection = server.connect_by_socket().map_err(sql(0))?;
    connection.query_drop("SET SESSION sql_log_bin = 0").map_err(sql(0))?;
    for (index, statement) in statements.iter().enumerate() {
        connection.query_drop(statement).map_err(sql(index + 1))?;
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
