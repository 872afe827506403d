//! One private server: start, reach, stop, kill, start again.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::files::{make_private_folder, tail};
use crate::installation::Installation;
use crate::options::{GeneralLog, Lifetime, ServerOptions};
use crate::process::ServerProcess;
use crate::template;
use crate::tls::Certificates;

mod arguments;

/// How long a server may take from its start to its first answer, on a machine that is busy.
const START_LIMIT: Duration = Duration::from_secs(180);

/// How often a start is tried when another program takes the chosen port first.
const PORT_TRIES: u32 = 5;

/// The longest path of a Unix socket is 107 bytes on Linux and 103 on macOS; the server appends `.lock`.
const SOCKET_PATH_BYTES: usize = 98;

/// A running private server. Unless its lifetime is [`Lifetime::Detached`], dropping it stops it.
#[derive(Debug)]
pub struct Server {
    installation: Installation,
    options: ServerOptions,
    folder: PathBuf,
    /// Removes the folder when it is a temporary one.
    scratch: Option<TempDir>,
    /// Removes the socket's folder when the server's own has too long a path.
    socket_folder: Option<TempDir>,
    socket: PathBuf,
    port: u16,
    certificates: Option<Certificates>,
    process: Option<ServerProcess>,
}

impl Server {
    /// Starts a server and waits until it answers. A new data folder is initialised where there is none.
    ///
    /// # Errors
    /// When the folder cannot be made or the server does not start; the error holds the end of its log.
    pub fn start(installation: &Installation, options: &ServerOptions) -> Result<Self> {
        let mut server = Self::prepare(installation, options)?;
        let is_new = !server.data().is_dir();
        if is_new {
            template::new_data_folder(installation, options.lower_case_table_names, &server.data())?;
        }
        server.launch_on_free_port()?;
        if is_new && let Some(password) = options.root_password.clone() {
            server.set_root_password(&password)?;
        }
        Ok(server)
    }

    /// Starts a server on the data that is already in `folder/data`.
    pub(crate) fn start_on_data(installation: &Installation, options: &ServerOptions) -> Result<Self> {
        let mut server = Self::prepare(installation, options)?;
        server.launch_on_free_port()?;
        Ok(server)
    }

    /// The URL by which tools reach it as `root`, without a password: `mysql://root@127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_for("root")
    }

    /// As [`url`](Self::url), for another user.
    #[must_use]
    pub fn url_for(&self, user: &str) -> String {
        format!("mysql://{user}@127.0.0.1:{}", self.port)
    }

    /// Its TCP port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its Unix socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The certificate to trust in order to check the server's; `None` when it does not speak TLS.
    #[must_use]
    pub fn authority(&self) -> Option<&Path> {
        self.certificates.as_ref().map(|certificates| certificates.authority.as_path())
    }

    /// Its folder: `data/`, `server.log`, `general.log`, certificates.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that [`GeneralLog::File`] writes.
    #[must_use]
    pub fn general_log(&self) -> PathBuf {
        self.folder.join("general.log")
    }

    /// The last lines of its error log.
    #[must_use]
    pub fn log_end(&self) -> String {
        tail(&self.log(), 20)
    }

    /// The programs that it runs with.
    #[must_use]
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// Its process id; `None` after [`stop`](Self::stop) or [`kill`](Self::kill).
    #[must_use]
    pub fn pid(&self) -> Option<i32> {
        self.process.as_ref().map(|process| process.pid)
    }

    /// Whether its process is there. A server that has crashed is not.
    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(ServerProcess::is_running)
    }

    /// Connects as `root` over TCP, without TLS.
    ///
    /// # Errors
    /// The driver's error.
    pub fn connect(&self) -> std::result::Result<Conn, mysql::Error> {
        Conn::new(self.root().ip_or_hostname(Some("127.0.0.1")).tcp_port(self.port).prefer_socket(false))
    }

    /// Connects as `root` over the Unix socket.
    ///
    /// # Errors
    /// The driver's error.
    pub fn connect_by_socket(&self) -> std::result::Result<Conn, mysql::Error> {
        Conn::new(self.root().socket(self.socket.to_str()))
    }

    /// A command that runs the command-line client as `root` over the socket: it reads statements from its
    /// standard input, writes in UTF-8, and takes more arguments such as a database's name.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] when there is no client.
    pub fn client(&self) -> Result<Command> {
        client_command(&self.installation, &self.socket, self.options.root_password.as_deref())
    }

    /// Stops the server as an operator would and waits until it is gone. Its folder stays; it can be started
    /// again with [`restart`](Self::restart).
    ///
    /// # Errors
    /// [`Error::StillRunning`].
    pub fn stop(&mut self) -> Result<()> {
        self.process.take().map_or(Ok(()), |mut process| process.stop())
    }

    /// Kills the server with SIGKILL, as a crash would, and waits until it is gone.
    ///
    /// # Errors
    /// [`Error::StillRunning`].
    pub fn kill(&mut self) -> Result<()> {
        self.process.take().map_or(Ok(()), |mut process| process.kill())
    }

    /// Stops the server if it runs and starts it on the same data, port and socket.
    ///
    /// # Errors
    /// As [`stop`](Self::stop) and [`start`](Self::start).
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.launch()
    }

    fn prepare(installation: &Installation, options: &ServerOptions) -> Result<Self> {
        let (folder, scratch) = match &options.folder {
            Some(folder) => {
                (std::path::absolute(folder).map_err(Error::io("find the current folder"))?, None)
            }
            None => {
                let scratch = temporary_folder()?;
                (scratch.path().to_owned(), Some(scratch))
            }
        };
        make_private_folder(&folder)?;
        make_private_folder(&folder.join("files"))?;
        make_private_folder(&Self::scratch_tables(&folder.join("data")))?;
        let mut socket = folder.join("server.sock");
        let mut socket_folder = None;
        if socket.as_os_str().len() > SOCKET_PATH_BYTES {
            let short = temporary_folder()?;
            socket = short.path().join("server.sock");
            socket_folder = Some(short);
        }
        let wants_tls = options.tls && installation.has_modern_tls();
        let certificates = wants_tls.then(|| Certificates::in_folder(&folder)).transpose()?;
        Ok(Self {
            installation: installation.clone(),
            options: options.clone(),
            folder,
            scratch,
            socket_folder,
            socket,
            port: options.port.unwrap_or_default(),
            certificates,
            process: None,
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn root(&self) -> OptsBuilder {
        OptsBuilder::new().user(Some("root")).pass(self.options.root_password.clone())
    }

    /// A free port can be taken by another program before the server binds it: then another is tried.
    fn launch_on_free_port(&mut self) -> Result<()> {
        for attempt in 1.. {
            if self.options.port.is_none() {
                self.port = free_port()?;
            }
            match self.launch() {
                Err(Error::DidNotStart { .. })
                    if self.options.port.is_none() && attempt < PORT_TRIES && self.port_was_taken() => {}
                result => return result,
            }
        }
        unreachable!("the last attempt returns")
    }

    /// Whether the log of the failed start says so; MySQL 5.6 says much after it.
    fn port_was_taken(&self) -> bool {
        tail(&self.log(), 200).contains("Bind on TCP/IP port")
    }

    fn launch(&mut self) -> Result<()> {
        let mut command = self.installation.server_command();
        command.args(self.arguments());
        let (log, data) = (self.log(), self.data());
        let process = match self.options.lifetime {
            Lifetime::Owner => {
                let scratch = self.scratch.as_ref().map(TempDir::path);
                ServerProcess::guarded(&command, &log, &data, scratch)?
            }
            Lifetime::Detached => ServerProcess::detached(command, &log, &data)?,
        };
        // At once, so that a crash of this process at any later point leaves a trace of the server.
        let file = pid_file(&self.folder);
        let written = fs::write(&file, process.pid.to_string());
        self.process = Some(process);
        written.map_err(Error::io(format!("write {}", file.display())))?;
        self.wait_until_ready()
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let end = Instant::now() + START_LIMIT;
        let mut pause = Duration::from_millis(10);
        let reason = loop {
            match self.connect_by_socket() {
                Ok(_) => return Ok(()),
                // It answers, and the password is not set yet, or this caller does not know it.
                Err(mysql::Error::MySqlError(error)) if error.code == ACCESS_DENIED => return Ok(()),
                Err(error) if Instant::now() >= end => {
                    break format!("no answer in {} s: {error}", START_LIMIT.as_secs());
                }
                Err(_) if !self.is_running() => break "it ended".to_owned(),
                Err(_) => sleep(pause),
            }
            pause = (pause * 2).min(Duration::from_millis(100));
        };
        let tail = self.log_end();
        self.kill()?;
        Err(Error::DidNotStart { program: self.installation.to_string(), reason, log: self.log(), tail })
    }

    /// Gives `root` its password, unseen by the binary log.
    fn set_root_password(&mut self, password: &str) -> Result<()> {
        let sql = || Error::sql("set root's password");
        self.options.root_password = None;
        let mut connection = self.connect_by_socket().map_err(sql())?;
        connection.query_drop("SET SESSION sql_log_bin = 0").map_err(sql())?;
        let literal = mysql::Value::from(password).as_sql(false);
        for host in ["127.0.0.1", "::1", "localhost"] {
            let statement = if self.installation.is_mysql_before(5, 7) {
                format!("SET PASSWORD FOR 'root'@'{host}' = PASSWORD({literal})")
            } else {
                format!("ALTER USER 'root'@'{host}' IDENTIFIED BY {literal}")
            };
            connection.query_drop(statement).map_err(sql())?;
        }
        self.options.root_password = Some(password.to_owned());
        Ok(())
    }
}

/// The server's error number for a refused login.
const ACCESS_DENIED: u16 = 1045;

impl Drop for Server {
    fn drop(&mut self) {
        if self.options.lifetime == Lifetime::Detached {
            if let Some(folder) = self.socket_folder.take() {
                let _ = folder.keep();
            }
            return;
        }
        // Nobody will read a temporary folder again, so its server need not write its pages back.
        let _ = if self.scratch.is_some() { self.kill() } else { self.stop() };
    }
}

/// The server in this folder, as far as its process id has been left there; it may have ended.
pub(crate) fn left_in(folder: &Path) -> Option<ServerProcess> {
    let folder = std::path::absolute(folder).ok()?;
    let pid = fs::read_to_string(pid_file(&folder)).ok()?.trim().parse().ok()?;
    Some(ServerProcess::found(pid, &folder.join("data")))
}

fn pid_file(folder: &Path) -> PathBuf {
    folder.join("process.pid")
}

/// The client's command line; the password goes by the environment, which other users cannot read.
pub(crate) fn client_command(
    installation: &Installation,
    socket: &Path,
    password: Option<&str>,
) -> Result<Command> {
    let mut command = installation.client_command()?;
    let mut socket_option = std::ffi::OsString::from("--socket=");
    socket_option.push(socket);
    command.arg("--no-defaults").arg(socket_option).args(["--user=root", "--default-character-set=utf8mb4"]);
    if let Some(password) = password {
        command.env("MYSQL_PWD", password);
    }
    Ok(command)
}

fn temporary_folder() -> Result<TempDir> {
    // The usual folder for temporary files may itself have a long path, too long for a socket.
    let usual = std::env::temp_dir();
    let place =
        if usual.as_os_str().len() > 60 && fs::metadata("/tmp").is_ok() { "/tmp".into() } else { usual };
    tempfile::Builder::new()
        .prefix("lockstep-")
        .tempdir_in(&place)
        .map_err(Error::io(format!("make a folder in {}", place.display())))
}

/// A port that nobody listens on, below the ranges from which Linux (32768) and macOS (49152) give out ports
/// for outgoing connections: those would take it at any time, also while the server restarts.
fn free_port() -> Result<u16> {
    const PORTS: std::ops::Range<u16> = 20_000..32_768;
    let mut last = None;
    for _ in 0..PORTS.len() {
        // Each of the standard library's hashers starts from a random state.
        let random = RandomState::new().build_hasher().finish();
        let port = PORTS.start + (random % PORTS.len() as u64) as u16;
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => return Ok(port),
            Err(error) => last = Some(error),
        }
    }
    let reason = last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into());
    Err(Error::io("find a free port on 127.0.0.1")(reason))
}
