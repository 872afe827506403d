//! `lockstep demo`: the whole story on a sandbox, start to finish.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser};

use super::sandbox::{self, Place};
use crate::exit::Exit;
use crate::output::{Output, count};
use crate::witness::Witness;

const EXAMPLES: &str = "\
Examples:
  lockstep demo
  lockstep demo --keep      # leave the servers running to try things by hand
  lockstep demo --flavor mariadb";

/// The whole story on three private servers.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    /// Leave the servers running at the end.
    #[arg(long)]
    keep: bool,
}

/// Runs the command.
///
/// # Errors
/// When a step does not end as the story says.
pub fn run(args: &Demo, output: &Output) -> Result<Exit> {
    let mut place = args.place.clone();
    if place.folder.is_none() {
        place.folder = Some(lockstep_sandbox::cache_dir()?.join("demo"));
    }
    let result = story(&place, output);
    if args.keep {
        output.say("\nthe servers keep running; `lockstep sandbox down` with --folder stops them:");
        output.say(&format!("  lockstep sandbox down --folder {}", place.folder()?.display()));
    } else {
        sandbox::down(&place, &Output::new(true))?;
    }
    result
}

fn story(place: &Place, output: &Output) -> Result<Exit> {
    let say = |line: &str| output.say(line);
    say("Three environments of a payments company start as private servers on this machine.");
    sandbox::down(place, &Output::new(true))?;
    let members = sandbox::up(place, output)?;
    let topology = sandbox::topology_path(&place.folder()?);
    let prod = members.iter().find(|m| m.name == "prod").context("the sandbox has no prod")?;
    let mut witness = Witness::of(prod, &sandbox::root_password(place, "prod")?)?;
    let before = witness.checksums()?;
    say(&format!(
        "\nProd holds {} of customers, cards and payments in {}. They must neither change nor be read.",
        count(witness.rows()?, "row"),
        count(witness.tables() as u64, "table")
    ));
    let step = |line: &str, expected: Exit, arguments: &[&str]| {
        say(&format!("\n{line}"));
        command(&topology, expected, arguments, output)
    };
    step("Are the logins no more powerful than they must be?", Exit::Ok, &["doctor"])?;
    step("Developers were busy: nothing is in step.", Exit::Differences, &["status"])?;
    step(
        "What would change in staging? Some statements may fail on rows: somebody has to allow those.",
        Exit::Refused,
        &["plan", "dev", "staging", "--brief"],
    )?;
    step(
        "With that permission the plan stands. Nothing is touched yet.",
        Exit::Differences,
        &["plan", "dev", "staging", "--allow", "may-fail", "--brief"],
    )?;
    step("Nothing travels against a flow.", Exit::Refused, &["plan", "prod", "staging"])?;
    step(
        "Staging is brought into step with dev: rehearsed, applied, verified.",
        Exit::Ok,
        &["sync", "dev", "staging", "--allow", "may-fail", "--yes"],
    )?;
    step("Then prod with staging.", Exit::Ok, &["sync", "staging", "prod", "--allow", "may-fail", "--yes"])?;
    step(
        "Is it really equal? Every definition and every reference row is read again.",
        Exit::Ok,
        &["verify", "staging", "prod"],
    )?;
    step("What was done is in each target's journal.", Exit::Ok, &["history"])?;
    step("Everything is in step.", Exit::Ok, &["status"])?;
    if witness.checksums()? != before {
        bail!("rows that are no reference data changed in prod");
    }
    let (logged, reads) = witness.reads_logged()?;
    if !reads.is_empty() {
        bail!("sensitive tables were read in prod:\n{}", reads.join("\n"));
    }
    say(&format!(
        "\nWhat was never read: {} in prod. Its server logged {} by lockstep, and none read a row of them;\n\
         their rows are unchanged, by checksum. Its login could not read them: SELECT is not granted.",
        witness.names(),
        count(logged, "statement")
    ));
    Ok(Exit::Ok)
}

/// Runs one command as a person would, and fails unless it ends with `expected`.
fn command(topology: &Path, expected: Exit, arguments: &[&str], output: &Output) -> Result<()> {
    output.say(&format!("$ lockstep {}", arguments.join(" ")));
    let topology = topology.to_string_lossy();
    let words = ["lockstep"].iter().chain(arguments).copied().chain(["--topology", &topology]);
    let cli = crate::Cli::try_parse_from(words)?;
    let exit = super::run(cli.command, output).or_else(|error| {
        output.error(&error);
        anyhow::Ok(crate::exit::code_of(&error))
    })?;
    if exit != expected {
        bail!("`lockstep {}` ended with {exit:?}, not {expected:?}", arguments.join(" "));
    }
    Ok(())
}
