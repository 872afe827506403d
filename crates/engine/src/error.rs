//! One error type for the engine: what happened, of which kind, and what to do next.

use std::fmt;

/// The engine's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure this is; the surface turns it into an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Wrong input: an unknown name, a malformed URL, a damaged plan file.
    User,
    /// The topology file is wrong.
    Config,
    /// A server cannot be reached, refused the login, or the connection was lost.
    Connection,
    /// A server answered a statement with an error; the number is the server's error code.
    Server(u16),
    /// Policy forbids it, or something is unsupported. Nothing was changed.
    Refused,
    /// One side moved since the plan was made. Nothing was changed.
    Stale,
    /// Another run holds the target.
    Locked,
    /// The time budget is used up; progress is saved.
    Budget,
    /// A statement that an earlier run left behind is still executing in the server. Nothing was done; the next run
    /// goes on when it has ended.
    Underway,
    /// The caller asked to stop; progress is saved.
    Interrupted,
    /// A result that should be impossible: a fault in lockstep, or data that changed under it.
    Internal,
}

/// A failure: a message for people, the [`ErrorKind`], and where there is one, a hint what to do next.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, source: None }
    }

    /// Wrong input.
    pub fn user(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::User, message)
    }

    /// Forbidden by policy, or unsupported; nothing was changed.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, message)
    }

    /// A result that should be impossible.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the underlying error.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Puts `what` (where it happened) before the message.
    #[must_use]
    pub fn context(mut self, what: impl fmt::Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The server's error code, where a server answered with one.
    pub fn server_code(&self) -> Option<u16> {
        match self.kind {
            ErrorKind::Server(code) => Some(code),
            _ => None,
        }
    }

    /// The message alone, without the hint.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next, where it is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Internal, format!("local file: {error}")).with_source(error)
    }
}
