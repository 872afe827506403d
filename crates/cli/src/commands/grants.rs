//! `lockstep grants ENV`.

use anyhow::Result;
use clap::{Args, ValueEnum};
use lockstep_engine::Flavor;
use lockstep_engine::grants::{self, GrantOptions};

use crate::connect;
use crate::exit::Exit;
use crate::output::Output;
use crate::sides::TopologyArgs;

const EXAMPLES: &str = "\
Passwords are never printed: put them in place of <password of …> before running the statements.

Examples:
  lockstep grants prod
  lockstep grants prod --host '10.3.10.%' --flavor mariadb";

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
    #[command(flatten)]
    topology: TopologyArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum FlavorArg {
    Mysql,
    Mariadb,
}

/// Runs the command.
///
/// # Errors
/// A wrong topology or an unknown environment.
pub fn run(args: &Grants, output: &Output) -> Result<Exit> {
    let topology = connect::topology(&args.topology.topology)?;
    let environment = topology.environment(&args.environment)?;
    let options = GrantOptions {
        flavor: match args.flavor {
            FlavorArg::Mysql => Flavor::MySql,
            FlavorArg::Mariadb => Flavor::MariaDb,
        },
        host: &args.host,
        require_tls: !environment.writer.endpoint.is_local(),
        password: &grants::password_placeholder,
    };
    for account in grants::grants(&topology, environment, &options) {
        println!("-- {}: {}", account.account, account.purpose);
        for statement in &account.statements {
            println!("{statement};");
        }
        println!();
    }
    output.say("run these as an administrator, after putting real passwords in");
    Ok(Exit::Ok)
}
