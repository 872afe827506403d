//! `lockstep completions SHELL`.

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::output::stdout;

const EXAMPLES: &str = "\
Examples:
  lockstep completions bash > /etc/bash_completion.d/lockstep
  lockstep completions zsh > \"${fpath[1]}/_lockstep\"
  lockstep completions fish > ~/.config/fish/completions/lockstep.fish";

/// Writes a shell's completion script.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// The shell.
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
/// None; the signature is that of every command.
#[expect(clippy::unnecessary_wraps, reason = "every command has this signature")]
pub fn run(args: &Completions) -> Result<Exit> {
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "lockstep", &mut stdout());
    Ok(Exit::Ok)
}
