//! `lockstep apply PLANFILE`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use lockstep_engine::Error;
use lockstep_engine::plan::read_header;

use super::sync::{self, ApplyArgs};
use crate::exit::Exit;
use crate::output::Output;
use crate::sides::{PlanArgs, Sides, TopologyArgs};

const EXAMPLES: &str = "\
The plan is made again and applied only if it is the same, to the byte: when either side has moved, or the file
was edited, nothing is changed and the exit code is 3. A plan that an AWS function made of slices of large tables
reads only those slices: `lockstep verify` afterwards reads every row.

Examples:
  lockstep plan dev staging --out plan.json
  lockstep apply plan.json --yes";

/// Applies exactly a saved plan.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Apply {
    /// The file that `lockstep plan --out` wrote.
    plan_file: PathBuf,
    #[command(flatten)]
    topology: TopologyArgs,
    #[command(flatten)]
    apply: ApplyArgs,
    #[arg(long = "allow", value_name = "WHAT", value_parser = crate::sides::permission, help = crate::sides::ALLOW_HELP)]
    allow: Vec<crate::sides::Permission>,
}

/// Runs the command.
///
/// # Errors
/// A file that is no plan, was edited, or is stale; whatever stops the run.
pub fn run(args: &Apply, output: &Output) -> Result<Exit> {
    let file = std::fs::File::open(&args.plan_file)
        .map_err(|e| Error::user(format!("cannot read {}: {e}", args.plan_file.display())))?;
    let header =
        read_header(std::io::BufReader::new(file)).map_err(|e| e.context(args.plan_file.display()))?;
    let sides = Sides::of_plan(&header, &args.topology);
    let plan = PlanArgs::of_recipe(&header.recipe, &args.allow);
    let pair = sides.resolve(output)?;
    let mut context = pair.context(output, &plan, args.apply.budget)?;
    context.rows.slices.clone_from(&header.recipe.slices);
    sync::run_in(&context, &plan, &args.apply, Some(header.fingerprint), output)
}
