//! What can go wrong with a private server, and what to do about it.

use std::io;
use std::path::PathBuf;

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a private server could not be found, started, used or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The wanted server program is not on this machine.
    #[error("no {wanted} on this machine; {hint}")]
    NotInstalled {
        /// The server in words, such as `MySQL 9.7`.
        wanted: String,
        /// What to do about it.
        hint: String,
    },
    /// A file, folder or process could not be handled.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was being done, with the path, as words that follow "cannot".
        doing: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The server program ended, or did not answer in time.
    #[error("{program} did not start ({reason}); the end of its log {log}:\n{tail}", log = log.display())]
    DidNotStart {
        /// The server in words.
        program: String,
        /// What was seen: an exit, or no answer within the limit.
        reason: String,
        /// Its error log.
        log: PathBuf,
        /// The last lines of that log.
        tail: String,
    },
    /// The server answered a statement with an error, or could not be reached.
    #[error("cannot {doing}: {source}")]
    Sql {
        /// What was being done, as words that follow "cannot".
        doing: String,
        /// The driver's reason.
        source: Box<mysql::Error>,
    },
    /// A SQL script ended with an error.
    #[error("the script {script} failed: {message}")]
    Script {
        /// The script's path, or a short name.
        script: String,
        /// What the client program said.
        message: String,
    },
    /// A server did not go away after it was asked to.
    #[error("the server with process id {pid} is still there {seconds} seconds after it was asked to stop")]
    StillRunning {
        /// Its process id.
        pid: i32,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Another process is starting or stopping the same sandbox.
    #[error("another process is working on the sandbox in {folder}; wait for it to end", folder = folder.display())]
    Busy {
        /// The sandbox's state folder.
        folder: PathBuf,
    },
    /// The sandbox's state file is not readable as one.
    #[error("{file} is not a sandbox state of this version ({reason}); stop its servers by hand and remove its folder", file = file.display())]
    BadState {
        /// The state file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
}

impl Error {
    /// Wraps an operating-system error; `doing` follows "cannot", such as `read /tmp/x`.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Wraps a driver error; `doing` follows "cannot".
    pub(crate) fn sql(doing: impl Into<String>) -> impl FnOnce(mysql::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Sql { doing, source: Box::new(source) }
    }
}
