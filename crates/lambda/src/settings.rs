//! The environment variables that the template gives each function. docs/lambda-events.md lists them.

use std::env;
use std::path::PathBuf;

use crate::failure::{Failure, Result};

/// Which function this process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// Plans, applies and verifies.
    Sync,
    /// Measures the lag.
    Lag,
    /// Compares one part of a table.
    Compare,
    /// Rotates a user's password.
    Rotation,
    /// Custom resource: an encrypted parameter.
    SecureParameter,
    /// Custom resource: journal, users and grants.
    DatabaseBootstrap,
}

impl Function {
    /// Reads `LOCKSTEP_FUNCTION`.
    pub fn from_environment() -> Result<Self> {
        Ok(match required("LOCKSTEP_FUNCTION")?.as_str() {
            "sync" => Self::Sync,
            "lag" => Self::Lag,
            "compare" => Self::Compare,
            "rotation" => Self::Rotation,
            "secure-parameter" => Self::SecureParameter,
            "database-bootstrap" => Self::DatabaseBootstrap,
            other => {
                return Err(Failure::configuration(format!(
                    "LOCKSTEP_FUNCTION is `{other}`; it is one of sync, lag, compare, rotation, \
                     secure-parameter, database-bootstrap"
                )));
            }
        })
    }
}

/// The variable's value; missing and empty are the same failure.
pub(crate) fn required(name: &str) -> Result<String> {
    optional(name).ok_or_else(|| {
        Failure::configuration(format!(
            "the variable {name} is not set; the template's function resource sets it"
        ))
    })
}

/// The variable's value, if it is set and not empty.
pub(crate) fn optional(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A whole number, or `default` where the variable is not set.
pub(crate) fn number(name: &str, default: u64) -> Result<u64> {
    optional(name).map_or(Ok(default), |text| {
        text.parse().map_err(|_| Failure::configuration(format!("{name} is `{text}`, not a whole number")))
    })
}

/// The authorities that database servers' certificates are checked against.
///
/// # Errors
/// When the file is not there: a function never speaks to a database that it cannot verify.
pub(crate) fn ca_bundle() -> Result<PathBuf> {
    let path = PathBuf::from(required("LOCKSTEP_CA_BUNDLE")?);
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::configuration(format!(
        "there is no CA bundle at {}; make the zip with `cargo xtask package --ca-bundle FILE` \
         (the file is https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem)",
        path.display()
    )))
}
