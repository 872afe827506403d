//! `lockstep grants ENV`.

use anyhow::Result;
use clap::{Args, ValueEnum};
use lockstep_engine::Flavor;
use lockstep_engine::grants::{self, GrantOptions};

use crate::connect;
use crate::exit::Exit;
use crate::output::{Output, outln};
use crate::sides::TopologyArgs;

const EXAMPLES: &str = "\
Passwords are never printed: put them, in quotes, in place of <password of …>. Until then the statement is no SQL, so that
no account is made with a password that anybody can guess.

Examples:
  lockstep grants prod
  lockstep grants prod --host '10.3.10.%' --server-version 8.0
  lockstep grants prod --flavor mariadb";

/// The least-privilege accounts of an environment.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Grants {
    /// The environment.
    environment: String,
    /// The host part of the accounts.
    #[arg(long, default_value = "%")]
    host: String,
    /// The server's family.
    #[arg(long, value_enum, default_value = "mysql")]
    flavor: FlavorArg,
    /// The server's version, such as 8.0 (Aurora MySQL 3) or 8.4: what a right is called depends on it.
    /// By default MySQL 8.4 or MariaDB 10.11.
    #[arg(long, value_name = "MAJOR.MINOR")]
    server_version: Option<VersionArg>,
    #[command(flatten)]
    topology: TopologyArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum FlavorArg {
    Mysql,
    Mariadb,
}

/// Major and minor version.
#[derive(Clone, Copy)]
struct VersionArg(u16, u16);

impl std::str::FromStr for VersionArg {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('.').map(|n| n.parse().ok());
        match (numbers.next().flatten(), numbers.next().flatten()) {
            (Some(major), Some(minor)) => Ok(Self(major, minor)),
            _ => Err("write major and minor: 8.0"),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// A wrong topology or an unknown environment.
pub fn run(args: &Grants, output: &Output) -> Result<Exit> {
    let topology = connect::topology(&args.topology.topology)?;
    let environment = topology.environment(&args.environment)?;
    let (flavor, usual) = match args.flavor {
        FlavorArg::Mysql => (Flavor::MySql, VersionArg(8, 4)),
        FlavorArg::Mariadb => (Flavor::MariaDb, VersionArg(10, 11)),
    };
    let version = args.server_version.unwrap_or(usual);
    let options = GrantOptions {
        flavor,
        version: (version.0, version.1),
        host: &args.host,
        require_tls: !environment.writer.endpoint.is_local(),
        password: &grants::password_placeholder,
    };
    for account in grants::grants(&topology, environment, &options) {
        outln!("-- {}: {}", account.account, account.purpose);
        for statement in &account.statements {
            outln!("{statement};");
        }
        outln!("");
    }
    output.say("run these as an administrator, with passwords in quotes in place of <password of …>");
    Ok(Exit::Ok)
}
