//! The AWS CLI as a subprocess: profiles, single sign-on, MFA and assumed roles work as people have set them up.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::config::{Config, Environment, Login};
use crate::error::{Error, ErrorKind};

/// The largest number of events that one call brings. A poll sees all that is new; the service keeps more.
const EVENTS: &str = "500";

/// The AWS CLI, logged in to one environment's account.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    environment: String,
    login: Login,
    region: String,
    endpoint: Option<String>,
}

/// A call that failed.
#[derive(Clone, Debug)]
pub(crate) struct CallError {
    /// The service's code, where the service answered.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    what: String,
    login: Login,
}

impl CallError {
    /// True when the service says that what was asked about is not there.
    pub fn is_absent(&self) -> bool {
        self.message.contains("does not exist")
            || self
                .code
                .as_deref()
                .is_some_and(|code| matches!(code, "404" | "NoSuchKey" | "ChangeSetNotFound"))
    }

    /// What may help with a failure that is not the service's.
    fn hint(&self) -> Option<String> {
        let Login::Profile(profile) = &self.login else {
            return (self.code.is_none()).then(|| "look at the variables that credentials_env names".into());
        };
        let says = |word: &str| self.message.contains(word);
        if says("could not be found") {
            return Some(format!("make the profile: aws configure sso --profile {profile}"));
        }
        if says("SSO") || says("sso") || says("oken has expired") || says("ExpiredToken") {
            return Some(format!("log in again: aws sso login --profile {profile}"));
        }
        None
    }
}

impl From<CallError> for Error {
    fn from(call: CallError) -> Self {
        let code = call.code.as_deref().map(|code| format!("{code}: ")).unwrap_or_default();
        let error = Error::new(ErrorKind::Aws, format!("{}: {code}{}", call.what, call.message));
        call.hint().into_iter().fold(error, Error::with_hint)
    }
}

impl Aws {
    /// The CLI for an environment.
    pub fn new(config: &Config, environment: &Environment) -> Self {
        Self {
            environment: environment.name.clone(),
            login: environment.login.clone(),
            region: config.region.clone(),
            endpoint: config.endpoint_url.clone(),
        }
    }

    /// Calls `aws SERVICE OPERATION …` and gives its answer; `Null` where it answers nothing.
    ///
    /// # Errors
    /// When the CLI cannot be started, cannot log in, or the service refuses.
    pub fn call<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Value, CallError> {
        let what = || {
            let words = arguments.iter().take(2).map(|a| a.as_ref().to_string_lossy());
            format!("{}: aws {}", self.environment, words.collect::<Vec<_>>().join(" "))
        };
        let failed = |code, message| CallError { code, message, what: what(), login: self.login.clone() };
        let output = self
            .command(arguments)
            .output()
            .map_err(|error| failed(None, format!("cannot start the AWS CLI: {error}")))?;
        if !output.status.success() {
            let (code, message) = told(&String::from_utf8_lossy(&output.stderr));
            return Err(failed(code, message));
        }
        if output.stdout.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| failed(None, format!("its answer is no JSON: {error}")))
    }

    /// The environment's name.
    pub fn place(&self) -> &str {
        &self.environment
    }

    /// The newest events of a stack, newest first.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn events(&self, stack: &str) -> Result<Vec<Value>, CallError> {
        let words = ["cloudformation", "describe-stack-events", "--stack-name", stack, "--max-items", EVENTS];
        let mut answer = self.call(&words)?;
        Ok(match answer["StackEvents"].take() {
            Value::Array(events) => events,
            _ => Vec::new(),
        })
    }

    /// The command with everything that a person would type, for hints.
    pub fn typed(&self, words: &str) -> String {
        let mut line = format!("aws {words} --region {}", self.region);
        if let Some(endpoint) = &self.endpoint {
            line.push_str(&format!(" --endpoint-url {endpoint}"));
        }
        match &self.login {
            Login::Profile(profile) => line.push_str(&format!(" --profile {profile}")),
            Login::Variables(prefix) => line = format!("{line}   (with {prefix}AWS_… as AWS_…)"),
        }
        line
    }

    /// The address from which CloudFormation reads an object.
    pub fn object_url(&self, bucket: &str, key: &str) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{endpoint}/{bucket}/{key}"),
            None => format!("https://{bucket}.s3.{}.amazonaws.com/{key}", self.region),
        }
    }

    fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new("aws");
        command.args(arguments).args(["--output", "json", "--region", &self.region]);
        if let Some(endpoint) = &self.endpoint {
            command.args(["--endpoint-url", endpoint]);
        }
        // Version 2 would open a pager, and both take the caller's wishes for output and prompts from here.
        command.env("AWS_PAGER", "").env("AWS_CLI_AUTO_PROMPT", "off").stdin(Stdio::null());
        match &self.login {
            Login::Profile(profile) => {
                command.args(["--profile", profile]);
            }
            Login::Variables(prefix) => {
                command.env_remove("AWS_PROFILE").env_remove("AWS_DEFAULT_PROFILE");
                for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
                    match std::env::var_os(format!("{prefix}{name}")) {
                        Some(value) => command.env(name, value),
                        None => command.env_remove(name),
                    };
                }
            }
        }
        command
    }
}

/// The service's code and message out of what the CLI writes:
/// `An error occurred (CODE) when calling the OPERATION operation: MESSAGE`.
fn told(stderr: &str) -> (Option<String>, String) {
    let text = stderr.trim();
    let parts = text.split_once("An error occurred (").and_then(|(_, rest)| {
        let (code, rest) = rest.split_once(')')?;
        let (_, rest) = rest.split_once(" operation")?;
        // "(reached max retries: 4)" may stand between.
        let message =
            rest.strip_prefix(": ").or_else(|| rest.split_once("): ").map(|(_, message)| message))?;
        Some((code.to_owned(), message.to_owned()))
    });
    match parts {
        Some((code, message)) => (Some(code), message),
        None if text.is_empty() => (None, "it failed and said nothing".into()),
        None => (None, text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_cli_says_is_taken_apart() {
        let text = "\nAn error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id x does not exist\n";
        let (code, message) = told(text);
        assert_eq!(code.as_deref(), Some("ValidationError"));
        assert_eq!(message, "Stack with id x does not exist");
        let retried = "An error occurred (Throttling) when calling the X operation (reached max retries: 4): Rate exceeded";
        assert_eq!(told(retried), (Some("Throttling".into()), "Rate exceeded".into()));
        let plain = "The config profile (prod) could not be found";
        assert_eq!(told(plain), (None, plain.into()));
    }
}
