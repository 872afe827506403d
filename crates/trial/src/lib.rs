//! A deployment on this machine: the real `lockstep deploy` and the real AWS CLI put the template into accounts of a local
//! AWS API server, which runs the real functions against real MySQL servers. For the tests, and for whoever wants to see it:
//! `cargo xtask deploy-local`.
//!
//! What the API server lacks is left out of the template or stood in for; [`StoodIn`] lists it.

mod api;
mod stand_ins;

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use lockstep_sandbox::{Installation, Kind, Server, ServerOptions, aurora};
use mysql::prelude::Queryable;
use zip::write::SimpleFileOptions;

pub use api::{ApiServer, aws_cli_2, tools};
pub use stand_ins::{MASTER, StoodIn, cluster, environment};

/// The environments, lowest first, and their accounts. The API server takes a 12-digit access key for the account itself.
pub const ENVIRONMENTS: [(&str, &str); 3] =
    [("dev", "111111111111"), ("staging", "222222222222"), ("prod", "333333333333")];

/// What `accounts.toml` says of each environment where nothing else is wanted: small, and different from each other.
pub const SETTINGS: [&str; 3] = [
    "parameters = { ReaderCount = 0, DeletionProtection = false }",
    "parameters = { LogRetentionDays = 90 }",
    "schedule = \"off\"\nparameters = { ReaderCount = 2, ZoneCount = 3, AwsBackup = true }",
];

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

/// The programs of a trial.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The command.
    pub lockstep: PathBuf,
    /// The functions' binary.
    pub functions: PathBuf,
    /// The folder of the AWS CLI.
    pub aws: PathBuf,
}

/// The lowest environments, with a server for each cluster, and the files of a deployment in a folder. Everything ends with
/// the value, but for the files.
pub struct Trial {
    api: ApiServer,
    servers: Vec<Server>,
    folder: PathBuf,
    programs: Programs,
}

impl Trial {
    /// Starts the API server and servers for the lowest `count` environments, and writes the files but for `accounts.toml`
    /// into the folder, which must be there.
    ///
    /// # Errors
    /// When something is not installed, does not start, or cannot be written, or a stand-in does not fit the template any more.
    pub fn start(folder: &Path, count: usize, programs: Programs) -> Result<Self> {
        let servers = (0..count).map(|_| server()).collect::<Result<Vec<_>>>()?;
        let trial = Self { api: ApiServer::start(folder)?, servers, folder: folder.to_owned(), programs };
        for name in ["keys.json", "stack-policy.json"] {
            trial.write(name, &repository_file(name)?)?;
        }
        trial.write("lockstep.toml", TOPOLOGY)?;
        trial.write("environment.json", &trial.template()?.template.to_string())?;
        trial.write_zip(true)?;
        Ok(trial)
    }

    /// The template of an environment with its stand-ins.
    ///
    /// # Errors
    /// When a stand-in does not fit the template any more.
    pub fn template(&self) -> Result<StoodIn> {
        let names = ENVIRONMENTS.iter().map(|(name, _)| *name);
        let ports: Vec<(&str, u16)> = names.zip(self.servers.iter().map(Server::port)).collect();
        environment(&repository_file("environment.json")?, &ports)
    }

    /// The API server's address.
    #[must_use]
    pub fn url(&self) -> String {
        self.api.url()
    }

    /// A file in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The server that stands for an environment's cluster.
    #[must_use]
    pub fn server(&self, environment: &str) -> Option<&Server> {
        let i = ENVIRONMENTS.iter().position(|(name, _)| *name == environment)?;
        self.servers.get(i)
    }

    /// Writes a file in the folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        fs::write(self.path(name), text).with_context(|| self.path(name).display().to_string())
    }

    /// Writes `accounts.toml`, with these lines for each environment.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn configure(&self, lines: &[&str]) -> Result<()> {
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
        self.write("accounts.toml", &text)
    }

    /// Writes the functions' zip: the program, and the authorities of all servers in one bundle.
    ///
    /// # Errors
    /// When the program cannot be read, or the zip cannot be written.
    pub fn write_zip(&self, with_bundle: bool) -> Result<()> {
        let program = &self.programs.functions;
        let code = fs::read(program).with_context(|| program.display().to_string())?;
        let mut zip = zip::ZipWriter::new(fs::File::create(self.path("f.zip"))?);
        // The debug program is large; the fastest compression will do.
        let options = SimpleFileOptions::default().compression_level(Some(1)).unix_permissions(0o755);
        zip.start_file("bootstrap", options)?;
        zip.write_all(&code)?;
        if with_bundle {
            zip.start_file("global-bundle.pem", options)?;
            for server in &self.servers {
                zip.write_all(&fs::read(server.authority().context("a server without TLS")?)?)?;
            }
        }
        zip.finish()?;
        Ok(())
    }

    /// `lockstep deploy --config …`, to which arguments may be added.
    ///
    /// # Errors
    /// When the path cannot be made.
    pub fn deploy(&self) -> Result<Command> {
        let mut command = Command::new(&self.programs.lockstep);
        command.args(["deploy", "--config"]).arg(self.path("accounts.toml"));
        command.env("PATH", search_path(&self.programs.aws)?).envs(Self::logins());
        Ok(command)
    }

    /// `aws …` in an environment's account; `words` are separated by single spaces.
    ///
    /// # Errors
    /// When there is no such environment.
    pub fn aws(&self, environment: &str, words: &str) -> Result<Command> {
        let (_, account) = ENVIRONMENTS
            .iter()
            .find(|(name, _)| *name == environment)
            .with_context(|| format!("there is no environment {environment}"))?;
        aws(&self.programs.aws, &self.url(), account, words)
    }

    /// The variables by which `lockstep deploy` logs in. They hold no secret: the API server takes any.
    pub fn logins() -> impl Iterator<Item = (String, &'static str)> {
        ENVIRONMENTS.into_iter().flat_map(|(name, account)| {
            [
                (format!("{name}_AWS_ACCESS_KEY_ID"), account),
                (format!("{name}_AWS_SECRET_ACCESS_KEY"), "secret"),
            ]
        })
    }
}

/// `aws …` in an account of the API server at `url`, with the AWS CLI in the folder `cli`; `words` are separated by single
/// spaces.
///
/// # Errors
/// When the path cannot be made.
pub fn aws(cli: &Path, url: &str, account: &str, words: &str) -> Result<Command> {
    let mut command = Command::new("aws");
    command.args(words.split(' ')).args(["--region", "us-east-1", "--endpoint-url", url]);
    command.env("PATH", search_path(cli)?).env("AWS_PAGER", "");
    command.env("AWS_ACCESS_KEY_ID", account).env("AWS_SECRET_ACCESS_KEY", "secret");
    Ok(command)
}

/// The path with the AWS CLI first.
fn search_path(cli: &Path) -> Result<OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(std::iter::once(cli.to_owned()).chain(std::env::split_paths(&old)))?)
}

/// A file of the repository's folder `deploy`.
///
/// # Errors
/// When it cannot be read.
pub fn repository_file(name: &str) -> Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

/// The statements that make the master user.
#[must_use]
pub fn create_master() -> [String; 2] {
    let (name, password) = MASTER;
    aurora::create_master(name, password)
}

/// A server that stands for a cluster, with the master user whose login the stand-in secret holds.
fn server() -> Result<Server> {
    let server = Server::start(&Installation::locate(Kind::MySql97)?, &ServerOptions::for_tests())?;
    let mut root = server.connect()?;
    for statement in create_master() {
        root.query_drop(&statement)?;
    }
    Ok(server)
}
