//! The payments example, carried in the program: three environments that have drifted apart.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use lockstep_engine::grants::{self, GrantOptions};
use lockstep_engine::names::literal;
use lockstep_engine::{Flavor, Topology};
use lockstep_sandbox::{Blueprint, Installation, Member, Sandbox, Script};
use serde::Deserialize;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/payments");

/// The environments in the order in which changes travel.
pub const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "prod"];

/// The accounts that the example's topology names.
const READER: &str = "lockstep_reader";
const WRITER: &str = "lockstep_writer";

#[derive(Deserialize)]
struct LoadList {
    environment: std::collections::BTreeMap<String, Load>,
}

#[derive(Deserialize)]
struct Load {
    files: Vec<PathBuf>,
    #[serde(default)]
    mysql_files: Vec<PathBuf>,
}

fn text(name: &str) -> Result<&'static str> {
    FILES.get_file(name).and_then(|f| f.contents_utf8()).with_context(|| format!("the example has no {name}"))
}

/// The example's topology as it is in the repository: its scope and flows, with ports that mean nothing here.
///
/// # Errors
/// When the carried file is not a topology.
pub fn topology() -> Result<Topology> {
    Ok(Topology::parse(text("lockstep.toml")?, Path::new("."))?)
}

/// What each server of the sandbox is to hold: the example's scripts, written into `folder`, and the accounts
/// of `lockstep grants` with passwords of the sandbox.
///
/// # Errors
/// When the files cannot be written or a password cannot be made.
pub fn blueprints(sandbox: &Sandbox, folder: &Path, installation: &Installation) -> Result<Vec<Blueprint>> {
    std::fs::create_dir_all(folder)?;
    FILES.extract(folder).with_context(|| format!("cannot write the example to {}", folder.display()))?;
    let list: LoadList = toml::from_str(text("load.toml")?)?;
    let topology = topology()?;
    let mut out = Vec::new();
    for name in ENVIRONMENTS {
        let load = list.environment.get(name).with_context(|| format!("load.toml has no {name}"))?;
        let only_mysql = load.mysql_files.iter().filter(|_| !is_mariadb(installation));
        let scripts = load
            .files
            .iter()
            .chain(only_mysql)
            .map(|file| Script { database: None, path: folder.join(file) })
            .collect();
        let statements = accounts(sandbox, &topology, name, installation)?;
        out.push(Blueprint { name: name.to_owned(), scripts, statements });
    }
    Ok(out)
}

fn is_mariadb(installation: &Installation) -> bool {
    installation.flavor == lockstep_sandbox::Flavor::MariaDb
}

/// The statements of `lockstep grants` for one environment, and the general log into a table, so that the demo can
/// show from the server's side what was read.
fn accounts(
    sandbox: &Sandbox,
    topology: &Topology,
    name: &str,
    installation: &Installation,
) -> Result<Vec<String>> {
    let environment = topology.environment(name)?;
    // Made before the statements that need them, so that a failure is an error and no empty password.
    let passwords = [READER, WRITER]
        .map(|user| sandbox.password(name, user).map(|password| (user, password)))
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let password = |user: &str| {
        let found = passwords.iter().find(|(u, _)| *u == user);
        found.map_or_else(|| grants::password_placeholder(user), |(_, p)| literal(p))
    };
    let options = GrantOptions {
        flavor: if is_mariadb(installation) { Flavor::MariaDb } else { Flavor::MySql },
        version: (installation.version.0, installation.version.1),
        host: "%",
        require_tls: true,
        password: &password,
    };
    let mut statements: Vec<String> = grants::grants(topology, environment, &options)
        .into_iter()
        .flat_map(|account| account.statements)
        .collect();
    // Without it only a superuser may create functions and triggers while there is a binary log.
    statements.push("SET GLOBAL log_bin_trust_function_creators = 1".into());
    statements.push("SET GLOBAL log_output = 'TABLE'".into());
    statements.push("SET GLOBAL general_log = 'ON'".into());
    Ok(statements)
}

/// The example's topology with the sandbox's ports, certificates and password files.
///
/// # Errors
/// When the carried topology has an unexpected shape.
pub fn sandbox_topology(sandbox: &Sandbox, members: &[Member]) -> Result<String> {
    let carried = text("lockstep.toml")?;
    let environments =
        carried.find("[environments.").context("the example's topology has no environments")?;
    let flows = carried.find("[[flows]]").context("the example's topology has no flows")?;
    let topology = topology()?;
    let mut out = carried[..environments].to_owned();
    for member in members {
        let toml = |value: String| toml::Value::String(value).to_string();
        let url = |user: &str| {
            let ca =
                member.authority.as_ref().map(|ca| format!("?ca={}", percent_encode(&ca.to_string_lossy())));
            toml(format!("{}{}", member.url_for(user), ca.unwrap_or_default()))
        };
        let file = |user| toml(sandbox.password_file(&member.name, user).to_string_lossy().into_owned());
        let name = &member.name;
        let definer = topology.environment(name)?.definer.as_ref();
        let definer =
            definer.map_or(String::new(), |account| format!("definer = {}\n", toml(account.to_string())));
        write!(
            out,
            "[environments.{name}]\nurl = {}\npassword_file = {}\n{definer}\n\
             [environments.{name}.writer]\nurl = {}\npassword_file = {}\n\n",
            url(READER),
            file(READER),
            url(WRITER),
            file(WRITER)
        )?;
    }
    out.push_str(&carried[flows..]);
    Ok(out)
}

/// Encodes what would end a URL's parameter.
fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'%' | b'&' | b'?' | b'#' | b' ' | 0x80.. => {
                let _ = write!(out, "%{b:02X}");
            }
            _ => out.push(b as char),
        }
        out
    })
}
