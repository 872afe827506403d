//! `lockstep deploy` as a person runs it: the real command and the real AWS CLI put the template into accounts of
//! the local API server, where the real functions answer CloudFormation and set up real MySQL servers over TLS.

mod by_hand;
mod cluster;
mod deploy;
mod resume;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lockstep_sandbox::Server;
use lockstep_trial::{Programs, Trial};
use mysql::prelude::Queryable;
use serde_json::Value;

/// The lowest environments, with servers, and the files of a deployment in a folder.
pub(crate) struct Accounts {
    trial: Trial,
    _folder: tempfile::TempDir,
}

/// What a finished command said.
#[derive(Debug)]
pub(crate) struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    /// Panics with everything that was said unless the exit code is `code` and each word was said.
    #[track_caller]
    pub fn expect(self, code: i32, words: &[&str]) -> Self {
        let all = format!("--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        assert_eq!(self.code, code, "\n{all}");
        for word in words {
            assert!(all.contains(word), "it does not say `{word}`:\n{all}");
        }
        self
    }
}

/// Which major version of the AWS CLI does the talking. People have either.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cli {
    One,
    Two,
}

impl Accounts {
    /// The lowest `count` environments.
    pub fn new(count: usize, cli: Cli) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let aws = if cli == Cli::One { lockstep_trial::tools() } else { lockstep_trial::aws_cli_2() };
        let aws = aws.expect("a cache folder");
        assert!(
            aws.join("aws").is_file(),
            "there is no {}/aws: run these tests through `cargo xtask test`, which installs it",
            aws.display()
        );
        let programs =
            Programs { lockstep: lockstep(), functions: env!("CARGO_BIN_EXE_bootstrap").into(), aws };
        let trial = Trial::start(folder.path(), count, programs).unwrap_or_else(|error| panic!("{error:#}"));
        trial.template().expect("stand-ins").changes.iter().for_each(|change| eprintln!("{change}"));
        Self { trial, _folder: folder }
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.trial.path(name)
    }

    /// Writes a file in the folder.
    pub fn write(&self, name: &str, text: &str) {
        self.trial.write(name, text).expect(name);
    }

    /// Writes `accounts.toml`, with these lines for each environment.
    pub fn configure(&self, lines: &[&str]) {
        self.trial.configure(lines).expect("accounts.toml");
    }

    /// Writes the functions' zip.
    pub fn write_zip(&self, with_bundle: bool) {
        self.trial.write_zip(with_bundle).expect("a zip");
    }

    /// Runs `lockstep deploy` to its end, without a terminal.
    pub fn deploy(&self, arguments: &[&str]) -> Ran {
        let output = self.command().args(arguments).output().expect("lockstep runs");
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs `lockstep deploy --yes`, kills it when it has said `words`, and gives what it said on stderr.
    pub fn deploy_until(&self, words: &str) -> String {
        let (mut process, lines) = self.started();
        let mut said = String::new();
        for line in lines {
            said.push_str(&line);
            if said.contains(words) {
                break;
            }
        }
        process.kill().expect("killed");
        process.wait().expect("ended");
        assert!(said.contains(words), "it has ended before it said `{words}`:\n{said}");
        said
    }

    /// Runs `lockstep deploy --yes` to its end, and shows each line on stderr to `look` as it comes.
    pub fn deploy_watched(&self, mut look: impl FnMut(&str)) -> Ran {
        let (process, lines) = self.started();
        let err: String = lines.inspect(|line| look(line)).collect();
        let output = process.wait_with_output().expect("ended");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        Ran { code: output.status.code().unwrap_or(-1), out, err }
    }

    /// `lockstep deploy --yes`, and its lines on stderr.
    fn started(&self) -> (Child, impl Iterator<Item = String>) {
        let mut command = self.command();
        command.arg("--yes").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("lockstep runs");
        let lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        (process, lines.map(|line| line.expect("text") + "\n"))
    }

    fn command(&self) -> Command {
        let mut command = self.trial.deploy().expect("a command");
        command.stdin(Stdio::null());
        command
    }

    /// What the AWS CLI says in an environment's account.
    #[track_caller]
    pub fn aws(&self, environment: &str, words: &str) -> Value {
        self.try_aws(environment, words).unwrap_or_else(|error| panic!("{environment}: aws {words}: {error}"))
    }

    /// As [`aws`](Self::aws), or what it says on stderr.
    pub fn try_aws(&self, environment: &str, words: &str) -> Result<Value, String> {
        answer(self.trial.aws(environment, words).expect("a command"))
    }

    /// An environment's stack.
    #[track_caller]
    pub fn stack(&self, environment: &str) -> Value {
        let words = format!("cloudformation describe-stacks --stack-name lockstep-{environment}");
        self.aws(environment, &words)["Stacks"][0].clone()
    }

    /// Runs a statement as root on an environment's server.
    pub fn execute(&self, environment: &str, statement: &str) {
        self.root(environment).query_drop(statement).expect(statement);
    }

    /// Holds every change of an environment's server up, for as long as the value lives.
    pub fn hold(&self, environment: &str) -> mysql::Conn {
        let mut root = self.root(environment);
        root.query_drop("FLUSH TABLES WITH READ LOCK").expect("a lock");
        root
    }

    /// The rows of a query with one text column, as root on an environment's server.
    pub fn rows(&self, environment: &str, query: &str) -> Vec<String> {
        self.root(environment).query(query).expect(query)
    }

    fn root(&self, environment: &str) -> mysql::Conn {
        self.trial.server(environment).and_then(|server: &Server| server.connect().ok()).expect("root")
    }
}

/// What a command of the AWS CLI answers, or says on stderr.
fn answer(mut command: Command) -> Result<Value, String> {
    let output = command.args(["--output", "json"]).output().expect("the AWS CLI runs");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

/// The value of a key among `[{"ParameterKey": …, "ParameterValue": …}]` and the like.
pub(crate) fn lookup<'a>(list: &'a Value, word: &str, key: &str) -> Option<&'a str> {
    let entries = list.as_array()?;
    let entry = entries.iter().find(|entry| entry[format!("{word}Key")] == key)?;
    entry[format!("{word}Value")].as_str()
}

/// The command, which cargo builds beside the functions.
fn lockstep() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_bootstrap")).with_file_name("lockstep");
    assert!(program.is_file(), "there is no {}: cargo build -p lockstep-cli", program.display());
    program
}
