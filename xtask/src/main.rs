//! `cargo xtask`: what a person or CI runs. One file per subcommand.

mod apt;
mod bench;
mod binary;
mod demo;
mod dependencies;
mod deploy_local;
mod package;
mod run;
mod servers;
mod template;
mod test;
mod tools;
mod validate;

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
    /// Sets everything up and runs `lockstep demo`.
    Demo(demo::Arguments),
    /// Deploys the three environments to a local AWS API server, shows what is there, and takes them away again.
    DeployLocal(deploy_local::Arguments),
    /// Builds the zip of the AWS functions and checks that the runtime can start it.
    Package(package::Arguments),
    /// Sets everything up and runs every check and test.
    Test(test::Arguments),
    /// Measures lockstep beside the bare driver and its peers.
    Bench(bench::Arguments),
    /// Finds or fetches the database servers that the tests run against; `start` and `stop` those that stay between runs.
    Servers(servers::Arguments),
    /// Assembles the CloudFormation templates in deploy/ from their parts.
    Template {
        /// Write nothing; fail when a template is not what its parts make.
        #[arg(long)]
        check: bool,
    },
    /// Has the templates and the workflow judged by cfn-lint, cloudformation-validate and two validators of workflows.
    Validate,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Demo(arguments) => demo::run_demo(&arguments),
        Task::DeployLocal(arguments) => deploy_local::run_trial(&arguments),
        Task::Package(arguments) => package::run_package(&arguments),
        Task::Test(arguments) => test::run_tests(&arguments),
        Task::Bench(arguments) => bench::run_bench(&arguments),
        Task::Servers(arguments) => servers::run(&arguments),
        Task::Template { check } => template::run(check),
        Task::Validate => validate::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
