//! `cargo xtask deploy-local`: `lockstep deploy` on this machine, as a new user would run it in three accounts.

use std::fs;
use std::io::BufRead;
use std::path::Path;

use anyhow::{Context, Result};
use lockstep_sandbox::Kind;
use lockstep_trial::{ENVIRONMENTS, Programs, SETTINGS, Trial};

use crate::run::{cargo, run, say, target};
use crate::{servers, tools};

/// What becomes of it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Leave everything up until Enter is pressed, to look at and to go on with.
    #[arg(long)]
    keep: bool,
}

/// Installs and builds what is needed, deploys through all phases, shows what is there, and destroys it.
///
/// # Errors
/// When something cannot be installed or built, does not start, or `lockstep deploy` fails.
pub(crate) fn run_trial(arguments: &Arguments) -> Result<()> {
    servers::ensure(Kind::MySql97)?;
    let aws = tools::python()?;
    say("building lockstep and its functions …");
    run(cargo().args(["build", "--package", "lockstep-cli", "--package", "lockstep-lambda"]))?;
    let folder = target().join("deploy-local");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let debug = target().join("debug");
    let programs = Programs { lockstep: debug.join("lockstep"), functions: debug.join("bootstrap"), aws };
    say("starting a local AWS API server, and a MySQL server for each cluster …");
    let trial = Trial::start(&folder, ENVIRONMENTS.len(), programs)?;
    trial.template()?.changes.iter().for_each(say);
    trial.configure(&SETTINGS)?;
    let file = trial.path("accounts.toml");
    say(format!("lockstep deploy --config {} --yes", file.display()));
    run(trial.deploy()?.arg("--yes"))?;
    show(&trial)?;
    if arguments.keep {
        keep(&trial, &folder)?;
    }
    let all = ENVIRONMENTS.map(|(name, _)| name).join(",");
    say(format!("lockstep deploy --config {} --destroy --confirm {all}", file.display()));
    run(trial.deploy()?.args(["--destroy", "--confirm", &all]))
}

/// What is in the accounts and on the servers.
fn show(trial: &Trial) -> Result<()> {
    for (name, account) in ENVIRONMENTS {
        say(format!("{name}, account {account}:"));
        for words in [
            "cloudformation list-stacks --query StackSummaries[].[StackName,StackStatus] --output text",
            "ssm describe-parameters --query Parameters[].[Name,Type] --output text",
            "lambda list-functions --query Functions[].FunctionName --output text",
        ] {
            run(&mut trial.aws(name, words)?)?;
        }
    }
    Ok(())
}

/// Says how to go on, and waits for Enter, or for the end of input.
fn keep(trial: &Trial, folder: &Path) -> Result<()> {
    let mut variables = format!("export PATH='{}':\"$PATH\"\n", tools::python()?.display());
    for (name, value) in Trial::logins() {
        variables.push_str(&format!("export {name}={value}\n"));
    }
    trial.write("env.sh", &variables)?;
    let (env, file) = (folder.join("env.sh"), trial.path("accounts.toml"));
    let lockstep = target().join("debug/lockstep");
    say("everything stays up. In another terminal:");
    say(format!("  . {}", env.display()));
    say(format!("  {} deploy --config {} --dry-run", lockstep.display(), file.display()));
    say(format!(
        "  AWS_ACCESS_KEY_ID=111111111111 AWS_SECRET_ACCESS_KEY=secret aws --region us-east-1 --endpoint-url {} \
         cloudformation describe-stacks --output table",
        trial.url()
    ));
    say("Enter here destroys it; Ctrl-C ends the servers at once");
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}
