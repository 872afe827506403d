//! One error type: what happened and where, of which kind, and what to do next.

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure this is; the surface turns it into an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The accounts file is wrong, or what it names is.
    Config,
    /// The AWS CLI or the service behind it failed.
    Aws,
    /// Not done without a person's word. The step that was asked about has changed nothing.
    Refused,
    /// A stack is in a state that this run could not bring to a good end.
    Stack,
}

/// A failure: a message for people, and where there is one, a hint what to do next.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
}

impl Error {
    /// An error of `kind` that says `message`.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do next, where it is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// The outcome of work in several environments: everything, or every failure. One failure stays as it is; of several each
/// is listed with its hint.
///
/// # Errors
/// When anything failed. It was refused only if nothing else was wrong.
pub(crate) fn all<T>(results: Vec<Result<T>>) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let mut errors = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => errors.push(error),
        }
    }
    if errors.len() > 1 {
        let is_failure = |error: &&Error| error.kind != ErrorKind::Refused;
        let kind = errors.iter().find(is_failure).map_or(ErrorKind::Refused, |error| error.kind);
        return Err(Error::new(kind, listed(&format!("{} failures:", errors.len()), &errors)));
    }
    errors.pop().map_or(Ok(values), Err)
}

/// A text with a line for every error, and one for every hint.
pub(crate) fn listed(heading: &str, errors: &[Error]) -> String {
    let mut lines = vec![heading.to_owned()];
    for error in errors {
        lines.push(format!("  {error}"));
        lines.extend(error.hint().map(|hint| format!("    hint: {hint}")));
    }
    lines.join("\n")
}

/// The accounts file is wrong.
pub(crate) fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}

/// Not done without a person's word.
pub(crate) fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Refused, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_told_with_its_hint() {
        let failed = Error::new(ErrorKind::Stack, "dev: it broke").with_hint("fix it");
        let one = all(vec![Ok(1), Err(failed.clone())]).expect_err("one failed");
        assert_eq!((one.to_string().as_str(), one.hint()), ("dev: it broke", Some("fix it")));
        let both = all::<()>(vec![Err(refused("prod: no word")), Err(failed)]).expect_err("both failed");
        assert_eq!(both.kind(), ErrorKind::Stack);
        assert_eq!(both.to_string(), "2 failures:\n  prod: no word\n  dev: it broke\n    hint: fix it");
        assert_eq!(all(vec![Ok(1), Ok(2)]).expect("both are done"), [1, 2]);
    }
}
