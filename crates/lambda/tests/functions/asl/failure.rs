//! Errors of states, and which names catch which. (Source: the States Language, "Errors"; the Step Functions
//! Developer Guide, "Handling errors", for those that nothing catches.)

use serde_json::{Value, json};

/// An error's name and what is told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub error: String,
    pub cause: String,
    /// Whether it ends the execution whatever the definition says.
    fatal: bool,
}

/// A task that took too long; it does not count as a failed task.
pub(crate) const TIMEOUT: &str = "States.Timeout";

impl Failure {
    pub fn new(error: &str, cause: impl Into<String>) -> Self {
        Self { error: error.to_owned(), cause: cause.into(), fatal: false }
    }

    /// A path that leads nowhere, outside of a payload template.
    pub fn runtime(cause: impl Into<String>) -> Self {
        Self { fatal: true, ..Self::new("States.Runtime", cause) }
    }

    /// A payload above the limit.
    pub fn too_large(cause: impl Into<String>) -> Self {
        Self { fatal: true, ..Self::new("States.DataLimitExceeded", cause) }
    }

    /// More events than a history takes.
    pub fn too_long() -> Self {
        Self { fatal: true, ..Self::new("States.Runtime", "the execution's history is full") }
    }

    /// The execution's own time is over.
    pub fn out_of_time() -> Self {
        Self { fatal: true, ..Self::new(TIMEOUT, "the execution took too long") }
    }

    /// What a catcher puts into the state's output.
    pub fn output(&self) -> Value {
        json!({ "Error": self.error, "Cause": self.cause })
    }

    /// Whether the names in an `ErrorEquals` hold this error.
    pub fn matches(&self, names: &[String]) -> bool {
        !self.fatal
            && names.iter().any(|name| match name.as_str() {
                "States.ALL" => true,
                "States.TaskFailed" => self.error != TIMEOUT,
                name => name == self.error,
            })
    }
}
