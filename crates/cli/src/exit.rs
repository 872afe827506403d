//! Every exit code, in one place.

use lockstep_engine::{Error, ErrorKind};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// In step, or done.
    Ok = 0,
    /// Something failed.
    Error = 1,
    /// Source and target differ.
    Differences = 2,
    /// Refused by policy, or unsupported; nothing was changed.
    Refused = 3,
    /// Try again: the budget is used up, another run holds the target, or a statement of an earlier run still executes in
    /// the server. Progress is saved.
    TryAgain = 4,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The exit code for a failure.
pub fn code_of(error: &anyhow::Error) -> Exit {
    match error.downcast_ref::<Error>().map(Error::kind) {
        Some(ErrorKind::Refused | ErrorKind::Stale) => Exit::Refused,
        Some(ErrorKind::Budget | ErrorKind::Locked | ErrorKind::Underway) => Exit::TryAgain,
        _ => Exit::Error,
    }
}
