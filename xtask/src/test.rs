//! `cargo xtask test`: all set-up, then every check and test, on real servers.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use lockstep_sandbox::{Kind, testing};

use crate::run::{cargo, is_subcommand, run, say, target};
use crate::{binary, dependencies, servers, template, tools, validate};

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The inner loop: formatting and the tests of the everyday crates, without those that take long by their nature, on servers
    /// that stay until `cargo xtask servers stop`.
    #[arg(long)]
    quick: bool,
    /// Run only the tests whose names contain one of these.
    filter: Vec<String>,
}

/// A check: its name, and what does it.
type Check<'a> = (&'a str, Box<dyn Fn() -> Result<()> + 'a>);

/// Runs everything, also after a failure, so that one run tells all. The test runner's summary comes last.
pub(crate) fn run_tests(arguments: &Arguments) -> Result<()> {
    // The inner loop does what needs no server first; it finds or starts its servers when it comes to the tests.
    if !arguments.quick {
        for kind in Kind::ALL {
            servers::ensure(kind)?;
        }
    }
    let checks = if arguments.filter.is_empty() { checks(arguments.quick) } else { Vec::new() };
    let mut failed = Vec::new();
    for (name, check) in &checks {
        say(format!("{name} …"));
        if let Err(error) = check() {
            say(format!("{name}: {error:#}"));
            failed.push(*name);
        }
    }
    if let Err(error) = tests(arguments) {
        say(format!("{error:#}"));
        failed.push("tests");
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn checks<'a>(quick: bool) -> Vec<Check<'a>> {
    let mut checks: Vec<Check<'a>> =
        vec![("formatting", Box::new(|| run(cargo().args(["fmt", "--all", "--check"]))))];
    if quick {
        return checks;
    }
    checks.push(("assembled templates", Box::new(|| template::run(true))));
    checks.push(("templates and workflow", Box::new(validate::run)));
    let lints = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];
    checks.push(("lints", Box::new(move || run(cargo().args(lints)))));
    checks.push(("licences and sources of dependencies", Box::new(dependencies::check)));
    // nextest does not run the examples in the documentation.
    let examples = ["test", "--workspace", "--doc", "--quiet"];
    checks.push(("examples in the documentation", Box::new(move || run(cargo().args(examples)))));
    checks
}

/// Builds the tests, starts the servers that they share, and runs the tests.
fn tests(arguments: &Arguments) -> Result<()> {
    let mut problems = Vec::new();
    let mut look = |result: Result<()>| {
        if let Err(error) = result {
            say(format!("{error:#}"));
            problems.push(error.to_string());
        }
    };
    if !arguments.quick {
        // The tests of the AWS functions start the API server among them, those of the policies the IAM simulator.
        tools::python()?;
        tools::npm()?;
        // One test alone needs it, and fails without it; the others go on.
        look(tools::aws_cli_2());
    }
    say("building the tests …");
    run(runner(arguments).arg("--no-run"))?;
    if !arguments.quick && arguments.filter.is_empty() {
        look(functions());
    }
    let result = if arguments.quick { run_on(arguments, &servers::warm()?) } else { run_on_own(arguments) };
    result?;
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}", problems.join("\n"))
}

/// Runs the tests on servers that are started for them and end with them.
fn run_on_own(arguments: &Arguments) -> Result<()> {
    let scratch = tempfile::Builder::new().prefix("lockstep-test-").tempdir()?;
    let list = scratch.path().join("servers.json");
    say("starting a source and a target of each server …");
    let mut pool = testing::start_pool(&list, &Kind::ALL)?;
    let names = pool.iter().map(|server| format!("{} on port {}", server.installation(), server.port()));
    say(names.collect::<Vec<_>>().join(", "));
    let result = run_on(arguments, &list);
    for server in &mut pool {
        if !server.is_running() {
            bail!("{} ended during the tests; its log:\n{}", server.installation(), server.log_end());
        }
    }
    result
}

/// Runs the tests on the servers that a file lists.
fn run_on(arguments: &Arguments, list: &Path) -> Result<()> {
    run(runner(arguments)
        .args(selection(arguments))
        .env(testing::SERVERS_VARIABLE, list)
        // A test of the environment's own passwords must not meet the caller's.
        .env_remove("MYSQL_PWD"))
}

/// The functions' binary as it was built for the tests: it is linked from the same crates as the packaged one.
fn functions() -> Result<()> {
    let found =
        binary::check_for_tests(&target().join("debug/bootstrap")).context("the functions' binary")?;
    say(format!("the functions' binary: {found}"));
    Ok(())
}

/// nextest where it is there: it ends tests that hang and runs the tests of all crates side by side.
fn runner(arguments: &Arguments) -> Command {
    let mut command = cargo();
    if is_subcommand("nextest") {
        command.args(["nextest", "run"]);
        if arguments.quick {
            command.args(["--profile", "quick"]);
        }
    } else {
        command.args(["test", "--no-fail-fast"]);
    }
    // Without it cargo takes the everyday crates, which leave out the AWS SDK and this program.
    if !arguments.quick {
        command.arg("--workspace");
    }
    command
}

/// Which tests, in the words of whichever runner it is.
fn selection(arguments: &Arguments) -> impl Iterator<Item = &str> {
    arguments.filter.first().map(|_| "--").into_iter().chain(arguments.filter.iter().map(String::as_str))
}
