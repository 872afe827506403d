//! `cargo xtask`: what a person or CI runs. One file per subcommand.

mod apt;
mod run;
mod servers;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set-up and tests, on a fresh machine too. No question is asked and nothing of the system is changed.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Finds or fetches the database servers that the tests run against.
    Servers(servers::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Servers(arguments) => servers::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
