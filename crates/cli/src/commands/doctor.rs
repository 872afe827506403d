//! `lockstep doctor`.

use anyhow::Result;
use clap::Args;
use lockstep_engine::doctor::{Check, Level, compare_servers, examine, examine_loader};
use lockstep_engine::topology::Environment;
use lockstep_engine::{Error, Session, Topology};

use crate::connect;
use crate::exit::Exit;
use crate::output::{Output, outln};
use crate::sides::{Format, TopologyArgs};

const EXAMPLES: &str = "\
Exit code 0 when nothing failed, 1 otherwise; a warning does not fail.

Examples:
  lockstep doctor
  lockstep doctor --format json";

/// Checks connections, versions, settings and privileges of every environment.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Doctor {
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    topology: TopologyArgs,
}

#[derive(serde::Serialize)]
struct Examined {
    environment: String,
    login: &'static str,
    checks: Vec<Check>,
}

/// Runs the command.
///
/// # Errors
/// A wrong topology.
pub fn run(args: &Doctor, output: &Output) -> Result<Exit> {
    let topology = connect::topology(&args.topology.topology)?;
    let mut examined = Vec::new();
    let mut servers = Vec::new();
    for environment in &topology.environments {
        let is_source = topology.flows.iter().any(|f| f.from == environment.name);
        let is_target = topology.is_target(&environment.name);
        let logins = [("reader", &environment.reader, is_source), ("writer", &environment.writer, is_target)];
        for (login, how, used) in logins {
            if !used {
                continue;
            }
            output.say(&format!("{} as {login} …", environment.name));
            let checks = match connect::session(how) {
                Ok(mut session) => {
                    servers.push((environment.name.clone(), session.server().clone()));
                    checks(&mut session, &topology, environment, login == "writer")
                }
                Err(error) => vec![Check::failed("connection", &error.to_string())],
            };
            examined.push(Examined { environment: environment.name.clone(), login, checks });
        }
    }
    for environment in &topology.environments {
        let Some(loader) = &environment.loader else { continue };
        output.say(&format!("{} as loader …", environment.name));
        let checks = connect::session(loader)
            .and_then(|mut session| Ok(examine_loader(&mut session)?))
            .unwrap_or_else(|error| vec![Check::failed("connection", &error.to_string())]);
        examined.push(Examined { environment: environment.name.clone(), login: "loader", checks });
    }
    let across = compare_servers(&servers);
    if !across.is_empty() {
        examined.push(Examined { environment: "all".into(), login: "-", checks: across });
    }
    match args.format {
        Format::Json => {
            outln!("{:#}", serde_json::json!({ "lockstep": "doctor", "format": 1, "examined": examined }));
        }
        Format::Text => examined.iter().for_each(print),
    }
    let failed = examined.iter().flat_map(|e| &e.checks).any(|c| c.level == Level::Fail);
    Ok(if failed { Exit::Error } else { Exit::Ok })
}

fn checks(session: &mut Session, topology: &Topology, environment: &Environment, writes: bool) -> Vec<Check> {
    examine(session, topology, environment, writes)
        .unwrap_or_else(|error: Error| vec![Check::failed("settings", &error.to_string())])
}

fn print(examined: &Examined) {
    for check in &examined.checks {
        let mark = match check.level {
            Level::Ok => "ok  ",
            Level::Warn => "warn",
            Level::Fail => "FAIL",
        };
        outln!("{mark}  {:<10} {:<7} {}: {}", examined.environment, examined.login, check.name, check.found);
        if let Some(hint) = &check.hint {
            outln!("      {hint}");
        }
    }
}
