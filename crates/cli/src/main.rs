//! The `lockstep` command: reads the arguments, runs one command, turns its outcome into an exit code.

mod commands;
mod connect;
mod example;
mod exit;
mod output;
mod private;
mod sides;
mod witness;

use clap::Parser;

use crate::commands::Command;

/// Keeps the schemas and the reference data of separate MySQL environments identical, and everything
/// else apart.
#[derive(Parser)]
#[command(name = "lockstep", version, propagate_version = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say only what went wrong.
    #[arg(long, short, global = true)]
    quiet: bool,
}

/// Shows help, the version, or what is wrong with the arguments: an error like any other, with its exit code
/// (the library's own for it means here that there are differences).
fn show(message: &clap::Error) -> exit::Exit {
    // Nothing can be said where nothing can be written.
    let _ = message.print();
    if message.use_stderr() { exit::Exit::Error } else { exit::Exit::Ok }
}

const AFTER_HELP: &str = "\
Exit codes:
  0  in step, or done
  1  error; also when a signal (Ctrl-C, SIGTERM) stopped the command at a safe point
  2  there are differences
  3  refused by policy, or something is unsupported; nothing was changed
  4  try again: the budget is used up, another run holds the target, or a statement of an earlier run
     still executes in the server
  130  a second signal ended the command at once; the next run finds out what was done

Examples:
  lockstep demo
  lockstep plan dev staging
  lockstep sync mysql://root@127.0.0.1:3401 mysql://root@127.0.0.1:3402 --database shop --reference shop.currency --yes";

fn main() -> std::process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => return show(&message).into(),
    };
    let output = output::Output::new(cli.quiet);
    let code = commands::run(cli.command, &output).unwrap_or_else(|error| {
        output.error(&error);
        exit::code_of(&error)
    });
    code.into()
}
