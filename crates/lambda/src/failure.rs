//! How a function fails: a type that the workflow can tell apart, and a message for people.

use std::{fmt, io};

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

    /// No room for temporary files.
    fn full(error: &dyn fmt::Display) -> Self {
        Self::new(
            Kind::TooLarge,
            format!(
                "{error}; what differs does not fit into the function's temporary storage (EphemeralStorage in \
                 deploy/environment/functions.json, 10,240 MB at most); run `lockstep sync` from a machine in this \
                 environment's network"
            ),
        )
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
        if is_full(&error) {
            return Self::full(&error);
        }
        let message = match error.hint() {
            Some(hint) => format!("{error}; {hint}"),
            None => error.to_string(),
        };
        Self { kind, message }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if is_full(&error) {
            return Self::full(&error);
        }
        Self::new(Kind::Internal, format!("local file: {error}"))
    }
}

/// Whether the error, or one that it comes from, says that a file system is full.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<io::Error>().map(io::Error::kind);
        let kind = io.or_else(|| error.downcast_ref::<serde_json::Error>()?.io_error_kind());
        if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A device on which there is never room.
    fn full() -> std::fs::File {
        std::fs::File::create("/dev/full").expect("the device")
    }

    #[test]
    fn a_full_folder_is_told_to_be_too_little_room() {
        let error = full().write_all(b"row").expect_err("no room");
        let spooled = Error::user("temporary files cannot be written").with_source(error);
        let error = full().write_all(b"row").expect_err("no room");
        let written = serde_json::to_writer(full(), "row").expect_err("no room");
        let document = Error::internal("the plan cannot be written").with_source(written);
        for failure in [Failure::from(spooled), Failure::from(error), Failure::from(document)] {
            assert_eq!(failure.kind, Kind::TooLarge, "{failure}");
            assert!(failure.to_string().contains("EphemeralStorage"), "{failure}");
        }
        let other = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(Failure::from(Error::user("not this").with_source(other)).kind, Kind::Configuration);
    }
}
