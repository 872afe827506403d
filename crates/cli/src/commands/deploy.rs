//! `lockstep deploy`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use lockstep_deploy::{Config, Console, Deployed, ErrorKind, Event, Left, Options, Outcome, deploy, destroy};
use lockstep_engine::{Error, Topology};

use crate::exit::Exit;
use crate::output::{Output, outln};

const EXAMPLES: &str = "\
The order breaks the circles: key and bucket, zip and topology, environments without peers,
peerings, ways back, schedule. Accounts that do not wait for each other are worked on at the same
time. Every change set of a phase is shown, then executed after a word. CloudFormation holds the
only state: after a failure or Ctrl-C the same command continues.

The AWS CLI does the talking: profiles, single sign-on, MFA and roles are those of `aws configure`.
Exit codes: 0 done; 1 error; 2 changes are pending (--dry-run, or an answer was no); 3 refused.

Examples:
  lockstep deploy --config deploy/accounts.toml
  lockstep deploy --config deploy/accounts.toml --dry-run
  lockstep deploy --config deploy/accounts.toml --only staging --yes
  lockstep deploy --config deploy/accounts.toml --destroy";

/// Puts the environments into their AWS accounts.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Deploy {
    /// The environments and their accounts; deploy/accounts.example.toml is a beginning.
    #[arg(long, value_name = "FILE", default_value = "deploy/accounts.toml")]
    config: PathBuf,
    /// Changes only this environment's stacks; its neighbours' are read.
    #[arg(long, value_name = "ENV")]
    only: Option<String>,
    /// Executes every change set without a question.
    #[arg(long)]
    yes: bool,
    /// Shows the change sets of the next phase that has any, and deletes them. Only the template is uploaded.
    #[arg(long)]
    dry_run: bool,
    /// Executes also change sets that replace or remove a cluster, an instance, a key, a secret or a bucket.
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "destroy")]
    allow: Option<Allow>,
    /// Takes the environments away, the highest first; final snapshots, buckets and keys stay.
    #[arg(long)]
    destroy: bool,
    /// Confirms the removal of these environments, in place of typing their names; may be repeated.
    #[arg(long, value_name = "ENV", requires = "destroy", value_delimiter = ',')]
    confirm: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Allow {
    Destructive,
}

/// Runs the command.
///
/// # Errors
/// A wrong file or login, a stack that needs a person's hand, or a word that is missing.
pub fn run(args: &Deploy, output: &Output) -> Result<Exit> {
    let config = Config::read(&args.config).map_err(told)?;
    let options = Options {
        only: args.only.clone(),
        yes: args.yes,
        dry_run: args.dry_run,
        allow_destructive: args.allow.is_some(),
        confirm: args.confirm.clone(),
    };
    let surface = Surface { output };
    if args.destroy {
        let left = destroy(&config, &options, &surface).map_err(told);
        output.finish();
        left?.iter().for_each(print_left);
        return Ok(if args.dry_run { Exit::Differences } else { Exit::Ok });
    }
    check_topology(&config)?;
    let outcome = deploy(&config, &options, &surface).map_err(told);
    output.finish();
    match outcome? {
        Outcome::Done(deployed) => {
            deployed.iter().for_each(print_deployed);
            return Ok(Exit::Ok);
        }
        Outcome::Declined => output.say("stopped; the same command continues here"),
        Outcome::Pending => {
            output.say("nothing was executed; what later phases change is known when these are done");
        }
    }
    Ok(Exit::Differences)
}

/// The functions would refuse a wrong topology, but only after half an hour.
fn check_topology(config: &Config) -> Result<()> {
    let path = &config.topology;
    // A file that cannot be read is reported with everything else that is wrong.
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(()) };
    let folder = path.parent().unwrap_or(std::path::Path::new("."));
    let topology = Topology::parse(&text, folder).map_err(|e| e.context(path.display()))?;
    for pair in config.environments.windows(2) {
        topology.flow(&pair[0].name, &pair[1].name).map_err(|e| e.context(path.display()))?;
    }
    Ok(())
}

fn told(error: lockstep_deploy::Error) -> anyhow::Error {
    let out = match error.kind() {
        ErrorKind::Refused => Error::refused(error.to_string()),
        ErrorKind::Config => Error::new(lockstep_engine::ErrorKind::Config, error.to_string()),
        ErrorKind::Aws | ErrorKind::Stack => Error::user(error.to_string()),
    };
    match error.hint() {
        Some(hint) => out.with_hint(hint).into(),
        None => out.into(),
    }
}

fn print_deployed(deployed: &Deployed) {
    let schedule = if deployed.scheduled { "on" } else { "off" };
    outln!("{:<8} {}  {}  schedule {schedule}", deployed.environment, deployed.stack, deployed.status);
    for (name, value) in &deployed.outputs {
        outln!("         {name:<24} {value}");
    }
}

fn print_left(left: &Left) {
    outln!("{:<8} {} stays", left.environment, left.what);
    outln!("         {}", left.how);
}

/// Shows and asks on the terminal.
struct Surface<'a> {
    output: &'a Output,
}

impl Surface<'_> {
    fn read(&self, question: &str) -> Option<String> {
        if !std::io::stdin().is_terminal() {
            return None;
        }
        self.output.suspended(|| {
            let mut stderr = std::io::stderr();
            write!(stderr, "{question} ").and_then(|()| stderr.flush()).ok()?;
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer).ok()?;
            Some(answer.trim().to_owned())
        })
    }
}

impl Console for Surface<'_> {
    fn say(&self, line: &str) {
        self.output.say(line);
    }

    fn warn(&self, line: &str) {
        self.output.warn(line);
    }

    fn progress(&self, place: &str, event: &Event) {
        let reason = if event.is_failure() { format!(": {}", event.reason) } else { String::new() };
        let line =
            format!("{place}: {} {} ({}) {}{reason}", event.status, event.resource, event.kind, event.time);
        if !self.output.is_live() || event.is_failure() || event.is_stack {
            self.output.say(&line);
        }
        self.output.progress(line);
    }

    fn confirm(&self, question: &str) -> Option<bool> {
        let answer = self.read(&format!("\n{question} [y/N]"))?;
        Some(matches!(answer.as_str(), "y" | "Y" | "yes"))
    }

    fn line(&self, question: &str) -> Option<String> {
        self.read(question)
    }
}
