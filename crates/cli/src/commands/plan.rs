//! `lockstep plan FROM TO`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use lockstep_engine::Error;
use lockstep_engine::plan::{Detail, Plan, write_document, write_markdown, write_sql, write_text};
use lockstep_engine::run::{PlanOptions, make_plan};

use crate::exit::Exit;
use crate::output::{Output, stdout};
use crate::sides::{PlanArgs, Sides};

const EXAMPLES: &str = "\
Exit codes: 0 nothing to do, 2 there are changes, 3 refused by policy or unsupported.

A plan is rehearsed in scratch databases on the target (lockstep_scratch_…), which are dropped. This is written to the
target's binary log, and so reaches its replicas, unless the login may keep its session out of it (SUPER,
SESSION_VARIABLES_ADMIN on MySQL, BINLOG ADMIN on MariaDB). A folder of .sql files is loaded by an account of its own,
whose work is logged, or by a private server on this machine.

Examples:
  lockstep plan dev staging
  lockstep plan dev staging --out plan.json && lockstep apply plan.json
  lockstep plan dev staging --format markdown > comment.md
  lockstep plan mysql://root@127.0.0.1:3401 mysql://root@127.0.0.1:3402 --database shop --reference shop.currency";

/// What would change in the target.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct PlanCommand {
    #[command(flatten)]
    sides: Sides,
    #[command(flatten)]
    plan: PlanArgs,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    format: PlanFormat,
    /// One line for each object and table, without statements (text only).
    #[arg(long)]
    brief: bool,
    /// Save the plan to this file, for `lockstep apply`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The forms of a plan.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    /// For people.
    Text,
    /// For programs; docs/json.md has the shape.
    Json,
    /// For a pull request's comment.
    Markdown,
    /// A script for the mysql or mariadb client (with --comments): it does what apply does, or is not written.
    Sql,
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps a plan from being made.
pub fn run(args: &PlanCommand, output: &Output) -> Result<Exit> {
    let pair = args.sides.resolve(output)?;
    let options = PlanOptions { script: args.format == PlanFormat::Sql, ..args.plan.options() };
    let plan = make_plan(&pair.context(output, &args.plan, None)?, &options)?;
    output.finish();
    if let Some(path) = &args.out {
        save(&plan, path)?;
        output.say(&format!("saved {}", path.display()));
    }
    let mut out = stdout();
    match args.format {
        PlanFormat::Text => write_text(&plan, detail(args.brief), &mut out)?,
        PlanFormat::Json => write_document(&plan, &mut out)?,
        PlanFormat::Markdown => write_markdown(&plan, &mut out)?,
        PlanFormat::Sql => write_sql(&plan, &mut out)?,
    }
    Ok(exit_of(&plan))
}

fn detail(brief: bool) -> Detail {
    if brief { Detail::Brief } else { Detail::Statements }
}

/// The exit code that says what a plan holds.
pub fn exit_of(plan: &Plan) -> Exit {
    if plan.is_refused() {
        Exit::Refused
    } else if plan.is_empty() {
        Exit::Ok
    } else {
        Exit::Differences
    }
}

/// Writes the plan file beside its place and moves it there, so that no half of it is ever found.
fn save(plan: &Plan, path: &std::path::Path) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    let wrong = |e: std::io::Error| Error::user(format!("cannot write {}: {e}", path.display()));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(wrong)?;
    let mut buffered = std::io::BufWriter::new(&mut file);
    write_document(plan, &mut buffered)?;
    buffered.flush().map_err(wrong)?;
    drop(buffered);
    file.persist(path).map_err(|e| wrong(e.error))?;
    Ok(())
}
