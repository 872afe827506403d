//! `lockstep sandbox up|down|status`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use lockstep_sandbox::{Flavor, Installation, Member};

use crate::example;
use crate::exit::Exit;
use crate::output::{Output, outln};
use crate::sides::Format;

const EXAMPLES: &str = "\
Starts mysqld or mariadbd, whichever is found, three times, on loopback only, each with its own data, accounts and TLS
certificates, loads the payments example, and writes a topology beside them.

Examples:
  lockstep sandbox up
  lockstep status --topology \"$(lockstep sandbox status --print topology)\"
  lockstep sandbox down";

/// Three private MySQL servers on this machine, loaded with the example.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sandbox {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Starts what is not running.
    Up(Place),
    /// Stops the servers and removes their data.
    Down(Place),
    /// Says what is running. Exit code 0 when everything is, 2 when not.
    Status {
        #[command(flatten)]
        place: Place,
        /// How to print.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        /// Print only the path of this.
        #[arg(long, value_enum)]
        print: Option<Print>,
    },
}

/// Where the sandbox is and what it runs.
#[derive(Args, Clone)]
pub struct Place {
    /// The sandbox's folder.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Run this family of servers.
    #[arg(long, value_enum)]
    pub flavor: Option<FlavorArg>,
}

/// A family of servers.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FlavorArg {
    /// mysqld.
    Mysql,
    /// mariadbd.
    Mariadb,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Print {
    /// The topology file.
    Topology,
}

impl Place {
    /// The folder: the given one, else one in the user's cache.
    ///
    /// # Errors
    /// When the user's cache folder is not known.
    pub fn folder(&self) -> Result<PathBuf> {
        match &self.folder {
            Some(folder) => Ok(std::path::absolute(folder)?),
            None => Ok(lockstep_sandbox::cache_dir()?.join("sandbox")),
        }
    }
}

/// The topology file of the sandbox in `folder`.
pub fn topology_path(folder: &Path) -> PathBuf {
    folder.join("lockstep.toml")
}

/// Runs the command.
///
/// # Errors
/// When no server program is found, or one does not start or stop.
pub fn run(args: &Sandbox, output: &Output) -> Result<Exit> {
    match &args.action {
        Action::Up(place) => {
            let folder = place.folder()?;
            up(place, output)?;
            output.say(&format!("topology: {}", topology_path(&folder).display()));
            Ok(Exit::Ok)
        }
        Action::Down(place) => {
            down(place, output)?;
            Ok(Exit::Ok)
        }
        Action::Status { place, print: Some(Print::Topology), .. } => {
            outln!("{}", topology_path(&place.folder()?).display());
            Ok(Exit::Ok)
        }
        Action::Status { place, format, .. } => status(place, *format, output),
    }
}

/// Starts the sandbox and writes its topology.
///
/// # Errors
/// As [`run`].
pub fn up(place: &Place, output: &Output) -> Result<Vec<Member>> {
    let folder = place.folder()?;
    let installation = installation(place)?;
    output.say(&format!("{installation}, in {}", folder.display()));
    let sandbox = lockstep_sandbox::Sandbox::in_folder(&folder)?;
    let blueprints = example::blueprints(&sandbox, &folder.join("example"), &installation)?;
    let members = sandbox.up(&installation, &blueprints, &|line| output.say(&format!("  {line}")))?;
    std::fs::write(topology_path(&folder), example::sandbox_topology(&sandbox, &members)?)?;
    Ok(members)
}

/// The password of one server's `root`.
///
/// # Errors
/// When it cannot be read.
pub fn root_password(place: &Place, server: &str) -> Result<String> {
    Ok(lockstep_sandbox::Sandbox::in_folder(place.folder()?)?.password(server, "root")?)
}

/// Stops the sandbox.
///
/// # Errors
/// As [`run`].
pub fn down(place: &Place, output: &Output) -> Result<()> {
    let folder = place.folder()?;
    let sandbox = lockstep_sandbox::Sandbox::in_folder(&folder)?;
    if !sandbox.down(&|line| output.say(&format!("  {line}")))? {
        output.say("no sandbox is there");
    }
    for left in [topology_path(&folder), folder.join("example")] {
        if left.is_dir() {
            std::fs::remove_dir_all(left)?;
        } else if left.exists() {
            std::fs::remove_file(left)?;
        }
    }
    Ok(())
}

fn installation(place: &Place) -> Result<Installation> {
    let Some(wanted) = place.flavor else { return Ok(Installation::preferred()?) };
    let wanted = if wanted == FlavorArg::Mysql { Flavor::MySql } else { Flavor::MariaDb };
    let found = Installation::find().into_iter().find(|i| i.flavor == wanted);
    Ok(found.ok_or_else(|| {
        lockstep_engine::Error::user(format!("no {wanted} server program is on this machine"))
            .with_hint("install the package, or run `cargo xtask servers` in a checkout")
    })?)
}

fn status(place: &Place, format: Format, output: &Output) -> Result<Exit> {
    let members = lockstep_sandbox::Sandbox::in_folder(place.folder()?)?.status()?;
    if format == Format::Json {
        let servers: Vec<_> = members
            .iter()
            .map(|m| {
                serde_json::json!({ "name": m.name, "running": m.running, "server": m.server, "port": m.port,
                    "socket": m.socket, "authority": m.authority })
            })
            .collect();
        outln!("{:#}", serde_json::json!({ "lockstep": "sandbox", "format": 1, "servers": servers }));
    } else {
        for m in &members {
            let state = if m.running { "running" } else { "stopped" };
            outln!("{:<8} {state}  {}  127.0.0.1:{}  {}", m.name, m.server, m.port, m.socket.display());
        }
    }
    if members.is_empty() {
        output.say("no sandbox is up; `lockstep sandbox up` starts one");
    }
    let up = !members.is_empty() && members.iter().all(|m| m.running);
    Ok(if up { Exit::Ok } else { Exit::Differences })
}
