//! How a function fails: a type that the workflow can tell apart, and a message for people.

use std::fmt;

use lambda_runtime::Diagnostic;
use lockstep_engine::{Error, ErrorKind};

/// The result of everything here.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// What kind of failure it is: the error type that the workflow sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It may pass: a lost connection, throttling. The workflow tries again.
    Temporary,
    /// The event is not one that this function knows.
    Event,
    /// A variable, parameter, secret, topology or plan is missing or wrong.
    Configuration,
    /// Policy forbids it, or it is unsupported; nothing was changed.
    Refused,
    /// AWS refused, or a database server answered with an error.
    Service,
    /// Work that one call cannot hold.
    TooLarge,
    /// A fault in lockstep.
    Internal,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Temporary => "Temporary",
            Self::Event => "Event",
            Self::Configuration => "Configuration",
            Self::Refused => "Refused",
            Self::Service => "Service",
            Self::TooLarge => "TooLarge",
            Self::Internal => "Internal",
        }
    }
}

/// A failure.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// Its kind.
    pub kind: Kind,
    message: String,
}

impl Failure {
    /// A failure of `kind`; the message says what happened, where, and what to do next. It holds no secret
    /// and no row value.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Something that is missing or wrong in what the function was given.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration, message)
    }

    /// An event that this function does not know.
    pub fn event(message: impl Into<String>) -> Self {
        Self::new(Kind::Event, message)
    }

    /// Puts `what` (where it happened) before the message.
    pub fn context(mut self, what: impl fmt::Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// The word that the workflow sees.
    pub fn word(&self) -> &'static str {
        self.kind.word()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: failure.word().to_owned(), error_message: failure.message }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        /// Lock wait timeout, deadlock, too many connections: the server's codes for what passes.
        const PASSING: [u16; 3] = [1205, 1213, 1040];
        let kind = match error.kind() {
            ErrorKind::Connection
            | ErrorKind::Locked
            | ErrorKind::Budget
            | ErrorKind::Underway
            | ErrorKind::Interrupted => Kind::Temporary,
            ErrorKind::Server(code) if PASSING.contains(&code) => Kind::Temporary,
            ErrorKind::User | ErrorKind::Config => Kind::Configuration,
            ErrorKind::Refused | ErrorKind::Stale => Kind::Refused,
            ErrorKind::Server(_) => Kind::Service,
            _ => Kind::Internal,
        };
        let message = match error.hint() {
            Some(hint) => format!("{error}; {hint}"),
            None => error.to_string(),
        };
        Self { kind, message }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Kind::Internal, format!("local file: {error}"))
    }
}
