//! `cargo xtask demo`: set-up, then `lockstep demo`.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};
use lockstep_sandbox::{Installation, Kind};

use crate::run::{cargo, run, say, target};
use crate::servers;

/// What is passed on.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Arguments for `lockstep demo`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Finds or fetches a server, builds `lockstep` and runs its demo.
pub(crate) fn run_demo(arguments: &Arguments) -> Result<()> {
    match Installation::preferred() {
        Ok(found) => say(format!("using {found} ({})", found.program().display())),
        Err(_) => servers::ensure(Kind::MySql97)?,
    }
    say("building lockstep …");
    run(cargo().args(["build", "--package", "lockstep-cli"]))?;
    run_on_terminal(&mut lockstep(), &arguments.arguments)
}

/// Becomes the demo, so that its terminal, signals and exit code are its own.
fn run_on_terminal(command: &mut Command, arguments: &[String]) -> Result<()> {
    let error = command.arg("demo").args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", command.get_program().display()))
}

/// The program that was just built.
fn lockstep() -> Command {
    Command::new(target().join("debug/lockstep"))
}
