//! `lockstep verify FROM TO`.

use anyhow::Result;
use clap::Args;
use lockstep_engine::plan::{Detail, write_document, write_text};
use lockstep_engine::run::verify;

use crate::exit::Exit;
use crate::output::{Output, count, stdout};
use crate::sides::{Format, PlanArgs, Sides};

const EXAMPLES: &str = "\
Reads every definition and every reference row of both sides. Exit codes: 0 equal, 2 different.

Examples:
  lockstep verify dev staging
  lockstep verify mysql://root@127.0.0.1:3401 mysql://root@127.0.0.1:3402 --database shop --reference shop.currency";

/// Proves that two environments are equal, without any shortcut.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Verify {
    #[command(flatten)]
    sides: Sides,
    #[command(flatten)]
    plan: PlanArgs,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps the comparison from being made.
pub fn run(args: &Verify, output: &Output) -> Result<Exit> {
    let pair = args.sides.resolve(output)?;
    let context = pair.context(output, &args.plan, None)?;
    let options = args.plan.options();
    let verdict = verify(&context, &options)?;
    output.finish();
    let mut out = stdout();
    match args.format {
        Format::Json => write_document(&verdict.plan, &mut out)?,
        Format::Text if verdict.in_step => {
            let rows: u64 = verdict.plan.differences().map(|(_, d)| d.equal).sum();
            let tables = verdict.plan.tables.len() as u64;
            let rows = format!("{} of {}", count(rows, "row"), count(tables, "reference table"));
            // What was not compared is not called equal: by `--schema-only`, `--data-only`, or a folder's nature.
            let what = match (options.schema, verdict.plan.recipe.data) {
                (true, true) => format!("the schema, and {rows}"),
                (true, false) => "the schema; rows were not compared".to_owned(),
                (false, _) => format!("{rows}; the schema was not compared"),
            };
            output.say(&format!("{}: equal: {what}", context.name()));
        }
        Format::Text => write_text(&verdict.plan, Detail::Brief, &mut out)?,
    }
    Ok(if verdict.in_step { Exit::Ok } else { Exit::Differences })
}
