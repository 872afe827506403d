//! `lockstep deploy` as a person runs it: the real command and the real AWS CLI put the template into accounts of
//! the local API server, where the real functions answer CloudFormation and set up real MySQL servers over TLS.

mod deploy;
mod resume;
mod stand_ins;

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lockstep_sandbox::testing::{self, Kind};
use lockstep_sandbox::{Server, ServerOptions, aurora};
use mysql::prelude::Queryable;
use serde_json::Value;
use zip::write::SimpleFileOptions;

use crate::api::Api;
use crate::world::ENVIRONMENTS;

const TOPOLOGY: &str = r#"
databases = ["payments"]
[environments.dev]
url = "mysql://reader@dev.invalid"
[environments.staging]
url = "mysql://reader@staging.invalid"
[environments.prod]
url = "mysql://reader@prod.invalid"
[[flows]]
from = "dev"
to = "staging"
[[flows]]
from = "staging"
to = "prod"
approval = true
[[reference_tables]]
table = "payments.currency"
"#;

/// The lowest environments, with servers, and the files of a deployment in a folder.
pub(crate) struct Accounts {
    api: Api,
    folder: tempfile::TempDir,
    servers: Vec<Server>,
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

impl Accounts {
    /// The lowest `count` environments.
    pub fn new(count: usize) -> Self {
        let servers: Vec<Server> = (0..count).map(|_| server()).collect();
        let accounts = Self { api: Api::start(), folder: tempfile::tempdir().expect("a folder"), servers };
        for name in ["keys.json", "stack-policy.json"] {
            accounts.write(name, &repository_file(name));
        }
        accounts.write("lockstep.toml", TOPOLOGY);
        accounts.write("environment.json", &accounts.template().to_string());
        accounts.write_zip(true);
        accounts
    }

    /// The template with its stand-ins.
    pub fn template(&self) -> Value {
        let names = ENVIRONMENTS.iter().map(|(name, _)| *name);
        let ports: Vec<(&str, u16)> = names.zip(self.servers.iter().map(Server::port)).collect();
        stand_ins::template(&repository_file("environment.json"), &ports)
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the folder.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect(name);
    }

    /// Writes `accounts.toml`, with these lines for each environment.
    pub fn configure(&self, lines: &[&str]) {
        let mut text = format!(
            "cost_center = \"CC-1\"\nfunctions = \"f.zip\"\ntopology = \"lockstep.toml\"\nservice_role = \"deployer\"\n\
             endpoint_url = \"{}\"\n",
            self.api.url()
        );
        for ((name, account), lines) in ENVIRONMENTS.iter().zip(lines) {
            text.push_str(&format!(
                "[[environments]]\nname = \"{name}\"\naccount = \"{account}\"\ncredentials_env = \"{name}_\"\n{lines}\n"
            ));
        }
        self.write("accounts.toml", &text);
    }

    /// Writes the functions' zip: the program, and the authorities of all servers in one bundle.
    pub fn write_zip(&self, with_bundle: bool) {
        let file = fs::File::create(self.path("f.zip")).expect("a file");
        let mut zip = zip::ZipWriter::new(file);
        // The debug program is large; the fastest compression will do.
        let options = SimpleFileOptions::default().compression_level(Some(1)).unix_permissions(0o755);
        zip.start_file("bootstrap", options).expect("an entry");
        zip.write_all(&fs::read(env!("CARGO_BIN_EXE_bootstrap")).expect("the program")).expect("written");
        if with_bundle {
            zip.start_file("global-bundle.pem", options).expect("an entry");
            for server in &self.servers {
                let authority = fs::read(server.authority().expect("TLS")).expect("a certificate");
                zip.write_all(&authority).expect("written");
            }
        }
        zip.finish().expect("a zip");
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
        let mut command = Command::new(lockstep());
        command.args(["deploy", "--config"]).arg(self.path("accounts.toml"));
        command.env("PATH", path()).stdin(Stdio::null());
        for (name, account) in ENVIRONMENTS {
            command.env(format!("{name}_AWS_ACCESS_KEY_ID"), account);
            command.env(format!("{name}_AWS_SECRET_ACCESS_KEY"), "secret");
        }
        command
    }

    /// What the AWS CLI says in an environment's account.
    #[track_caller]
    pub fn aws(&self, environment: &str, words: &str) -> Value {
        self.try_aws(environment, words).unwrap_or_else(|error| panic!("{environment}: aws {words}: {error}"))
    }

    /// As [`aws`](Self::aws), or what it says on stderr.
    pub fn try_aws(&self, environment: &str, words: &str) -> Result<Value, String> {
        let (_, account) =
            ENVIRONMENTS.iter().find(|(name, _)| *name == environment).expect("an environment");
        let mut command = Command::new("aws");
        command.args(words.split(' ')).args(["--output", "json", "--region", "us-east-1"]);
        command.args(["--endpoint-url", &self.api.url()]);
        command.env("PATH", path()).env("AWS_ACCESS_KEY_ID", account).env("AWS_SECRET_ACCESS_KEY", "secret");
        let output = command.output().expect("the AWS CLI runs");
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
    }

    /// An environment's stack.
    #[track_caller]
    pub fn stack(&self, environment: &str) -> Value {
        let words = format!("cloudformation describe-stacks --stack-name lockstep-{environment}");
        self.aws(environment, &words)["Stacks"][0].clone()
    }

    /// Runs a statement as root on an environment's server.
    pub fn execute(&self, environment: &str, statement: &str) {
        let i = ENVIRONMENTS.iter().position(|(name, _)| *name == environment).expect("an environment");
        self.servers[i].connect().expect("root").query_drop(statement).expect(statement);
    }

    /// Holds every change of an environment's server up, for as long as the value lives.
    pub fn hold(&self, environment: &str) -> mysql::Conn {
        let i = ENVIRONMENTS.iter().position(|(name, _)| *name == environment).expect("an environment");
        let mut root = self.servers[i].connect().expect("root");
        root.query_drop("FLUSH TABLES WITH READ LOCK").expect("a lock");
        root
    }

    /// The rows of a query with one text column, as root on an environment's server.
    pub fn rows(&self, environment: &str, query: &str) -> Vec<String> {
        let i = ENVIRONMENTS.iter().position(|(name, _)| *name == environment).expect("an environment");
        self.servers[i].connect().expect("root").query(query).expect(query)
    }
}

/// The value of a key among `[{"ParameterKey": …, "ParameterValue": …}]` and the like.
pub(crate) fn lookup<'a>(list: &'a Value, word: &str, key: &str) -> Option<&'a str> {
    let entries = list.as_array()?;
    let entry = entries.iter().find(|entry| entry[format!("{word}Key")] == key)?;
    entry[format!("{word}Value")].as_str()
}

/// A server that stands for a cluster, with the master user whose login the stand-in secret holds.
fn server() -> Server {
    let server = testing::own(Kind::MySql97, &ServerOptions::for_tests());
    let mut root = server.connect().expect("root");
    for statement in create_master() {
        root.query_drop(&statement).expect(&statement);
    }
    server
}

/// The statements that make the master user.
pub(crate) fn create_master() -> [String; 2] {
    let (name, password) = stand_ins::MASTER;
    aurora::create_master(name, password)
}

/// The command, which cargo builds beside the functions.
fn lockstep() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_bootstrap")).with_file_name("lockstep");
    assert!(program.is_file(), "there is no {}: cargo build -p lockstep-cli", program.display());
    program
}

fn repository_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The path with the AWS CLI first.
fn path() -> OsString {
    let tools = lockstep_sandbox::cache_dir().unwrap_or_else(|error| panic!("{error}")).join("python/bin");
    let old = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&old))).expect("a path")
}
