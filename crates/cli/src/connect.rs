//! From the names on the command line to open sessions: the topology file, passwords, URLs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use lockstep_engine::topology::{Login, PasswordSource};
use lockstep_engine::{Endpoint, Error, ErrorKind, Secret, Session, Topology};

/// The variable that holds the password for bare URLs without one.
const URL_PASSWORD: &str = "LOCKSTEP_PASSWORD";

/// Reads the topology file.
///
/// # Errors
/// When it is missing or wrong; the path is in the message.
pub fn topology(path: &Path) -> Result<Topology> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::new(ErrorKind::Config, format!("cannot read the topology {}: {e}", path.display())).with_hint(
            "give its path with --topology, make one with `lockstep init URL`, or name both sides by URL",
        )
    })?;
    let folder = std::path::absolute(path)?.parent().map(PathBuf::from).unwrap_or_default();
    Ok(Topology::parse(&text, &folder).map_err(|e| e.context(path.display()))?)
}

/// Reads a bare URL; a missing password is taken from `LOCKSTEP_PASSWORD`. Files that it names are made absolute, so
/// that a plan can be applied from another folder.
///
/// # Errors
/// A malformed URL.
pub fn url(text: &str) -> Result<Endpoint> {
    let mut endpoint = Endpoint::from_url(text)?;
    endpoint.resolve_paths(&std::env::current_dir()?);
    if endpoint.password.is_none() {
        endpoint.password = std::env::var(URL_PASSWORD).ok().map(Secret::new);
    }
    Ok(endpoint)
}

/// Opens a session with a login, resolving its password.
///
/// # Errors
/// When the password's source fails or the server cannot be reached.
pub fn session(login: &Login) -> Result<Session> {
    Ok(Session::connect(&endpoint(login)?)?)
}

/// The login's endpoint with its password resolved.
///
/// # Errors
/// When the password's source fails.
pub fn endpoint(login: &Login) -> Result<Endpoint> {
    let mut endpoint = login.endpoint.clone();
    if let Some(source) = &login.password {
        endpoint.password = Some(password(source).with_context(|| format!("the password for {endpoint}"))?);
    }
    Ok(endpoint)
}

fn password(source: &PasswordSource) -> Result<Secret> {
    let text = match source {
        PasswordSource::Environment(name) => {
            std::env::var(name).with_context(|| format!("the variable {name} is not set"))?
        }
        PasswordSource::File(path) => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?
        }
        PasswordSource::Command(words) => run(words)?,
    };
    Ok(Secret::new(text.lines().next().unwrap_or_default()))
}

/// Runs the keyring's program. Its output is a secret and appears in no message.
fn run(words: &[String]) -> Result<String> {
    let (program, arguments) = words.split_first().context("the password command is empty")?;
    let output = Command::new(program)
        .args(arguments)
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run `{program}`"))?;
    anyhow::ensure!(output.status.success(), "`{program}` failed: {}", output.status);
    String::from_utf8(output.stdout).context("the command's output is not UTF-8")
}
