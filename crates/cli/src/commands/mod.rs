//! One file per command.

mod apply;
mod audit;
mod completions;
mod demo;
mod deploy;
mod doctor;
mod grants;
mod history;
mod init;
mod plan;
mod sandbox;
mod status;
mod sync;
mod verify;

use anyhow::Result;
use clap::Subcommand;

use crate::exit::Exit;
use crate::output::Output;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Proposes a topology from a live environment.
    Init(init::Init),
    /// One screen: every flow, its schema, reference tables, lag and last run.
    Status(status::Status),
    /// What would change in the target.
    Plan(plan::PlanCommand),
    /// Applies exactly a saved plan, or refuses if either side has moved since.
    Apply(apply::Apply),
    /// Plans, rehearses, applies and verifies in one go.
    Sync(sync::Sync),
    /// Proves equality without trusting any shortcut.
    Verify(verify::Verify),
    /// Lists runs, and the statements of one run, from a target's journal.
    History(history::History),
    /// Prints the least-privilege accounts of an environment, for an administrator to create.
    Grants(grants::Grants),
    /// Checks connections, versions, settings, and that no login can do more than it needs.
    Doctor(doctor::Doctor),
    /// Starts, stops or shows three private servers loaded with the example.
    Sandbox(sandbox::Sandbox),
    /// Tells the whole story on a sandbox, start to finish.
    Demo(demo::Demo),
    /// Audits CloudFormation templates against the deployment requirements.
    Audit(audit::Audit),
    /// Puts the environments into their AWS accounts, or takes them away.
    Deploy(deploy::Deploy),
    /// Writes a shell's completion script to stdout.
    Completions(completions::Completions),
}

/// Runs one command.
///
/// # Errors
/// Whatever stopped it; [`crate::exit::code_of`] knows the exit code.
pub fn run(command: Command, output: &Output) -> Result<Exit> {
    match command {
        Command::Init(args) => init::run(&args, output),
        Command::Status(args) => status::run(&args, output),
        Command::Plan(args) => plan::run(&args, output),
        Command::Apply(args) => apply::run(&args, output),
        Command::Sync(args) => sync::run(&args, output),
        Command::Verify(args) => verify::run(&args, output),
        Command::History(args) => history::run(&args, output),
        Command::Grants(args) => grants::run(&args, output),
        Command::Doctor(args) => doctor::run(&args, output),
        Command::Sandbox(args) => sandbox::run(&args, output),
        Command::Demo(args) => demo::run(&args, output),
        Command::Audit(args) => audit::run(&args),
        Command::Deploy(args) => deploy::run(&args, output),
        Command::Completions(args) => completions::run(&args),
    }
}
