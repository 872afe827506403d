//! `lockstep sync FROM TO`.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use lockstep_engine::plan::{Detail, Plan, write_text};
use lockstep_engine::progress::Control;
use lockstep_engine::run::{Context, Outcome, SyncOptions, sync};
use lockstep_engine::{Error, ErrorKind};

use crate::exit::Exit;
use crate::output::{Output, count, outln, stdout};
use crate::sides::{Budget, Format, PlanArgs, Sides};

const EXAMPLES: &str = "\
Plans, rehearses on empty copies, applies, verifies and journals. Exit codes: 0 in step, 3 refused and nothing
changed, 4 the budget is used up, another run holds the target, or a statement of an earlier run still executes
(run again),
1 an error (run again: it goes on from what is journalled).
Without --yes it asks before it changes anything. While it waits for the answer others may work on the target; the plan
is then made again, and refused if it is not the same any more.
Rehearsing writes to the target's binary log unless the login may keep its session out of it: see `lockstep plan --help`.

Examples:
  lockstep sync dev staging
  lockstep sync dev staging --yes --budget 270s
  lockstep sync mysql://root@127.0.0.1:3401 mysql://root@127.0.0.1:3402 --database shop --reference shop.currency --yes";

/// Brings the target into step with the source.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sync {
    #[command(flatten)]
    sides: Sides,
    #[command(flatten)]
    plan: PlanArgs,
    #[command(flatten)]
    apply: ApplyArgs,
}

/// How to apply.
#[derive(Args, Clone)]
pub struct ApplyArgs {
    /// Apply without asking.
    #[arg(long, short)]
    yes: bool,
    /// Stop at a safe point after this time, e.g. 270s or 4m. A schema statement that takes longer goes on in the server.
    #[arg(long, value_name = "TIME")]
    pub budget: Option<Budget>,
    /// Wait this long for another run on the same target, and for a statement that an earlier one left to the server
    /// (with --budget: as long as the budget lasts).
    #[arg(long, value_name = "TIME", default_value = "10s")]
    wait: Budget,
    /// How to print the outcome.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// Whatever stops the run.
pub fn run(args: &Sync, output: &Output) -> Result<Exit> {
    let pair = args.sides.resolve(output)?;
    let context = pair.context(output, &args.plan, args.apply.budget)?;
    run_in(&context, &args.plan, &args.apply, None, output)
}

/// Runs a sync in a context; with `expected`, only the plan of that fingerprint.
///
/// # Errors
/// Whatever stops the run.
pub fn run_in(
    context: &Context,
    plan: &PlanArgs,
    args: &ApplyArgs,
    expected: Option<String>,
    output: &Output,
) -> Result<Exit> {
    let confirm = |plan: &Plan| confirm(plan, args, output, &context.control);
    let wait_seconds = u32::try_from(args.wait.0.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
    let is_saved_plan = expected.is_some();
    let options = SyncOptions {
        plan: plan.options(),
        lock_wait_seconds: wait_seconds,
        underway_wait_seconds: args.budget.map_or(wait_seconds, |_| u32::MAX),
        expected,
        confirm: &confirm,
        asks: !args.yes && std::io::stdin().is_terminal(),
    };
    let result = sync(context, &options);
    output.finish();
    let outcome = result.map_err(|error| match error.kind() {
        // Once something is done, the saved plan is no plan of what is left.
        ErrorKind::Budget if is_saved_plan => error.with_hint(
            "look what is left with `lockstep plan`, and apply that, or go on with `lockstep sync`; if nothing was changed \
             yet, the same command with a longer --budget",
        ),
        _ => error,
    })?;
    report(context, &outcome, args.format, output)
}

fn confirm(
    plan: &Plan,
    args: &ApplyArgs,
    output: &Output,
    control: &Control,
) -> lockstep_engine::Result<bool> {
    output.finish();
    if args.yes {
        let s = plan.summary();
        output.say(&format!(
            "plan: {}, rows +{} ~{} -{}",
            count(s.statements, "schema statement"),
            s.inserts,
            s.updates,
            s.deletes
        ));
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::user("there are changes to apply, and no terminal to ask on")
            .with_hint("look at `lockstep plan`, then run again with --yes"));
    }
    let mut stderr = std::io::stderr();
    write_text(plan, Detail::Statements, &mut stderr)?;
    write!(stderr, "\napply this to {}? [y/N] ", plan.target.name)?;
    stderr.flush()?;
    let answer = read_answer(control)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Reads a line that a person types, until the run is to stop.
fn read_answer(control: &Control) -> lockstep_engine::Result<String> {
    const LOOK_EVERY: Duration = Duration::from_millis(100);
    let (sender, receiver) = channel();
    // A signal does not end a read of the terminal: the thread that waits in it is left to the process's end.
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        let _ = sender.send(read.map(|_| answer));
    });
    loop {
        match receiver.recv_timeout(LOOK_EVERY) {
            Ok(answer) => return Ok(answer?),
            Err(RecvTimeoutError::Disconnected) => return Ok(String::new()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(stop) = control.check() {
            // The line that the question stands on.
            writeln!(std::io::stderr())?;
            let why = match stop.kind() {
                ErrorKind::Budget => {
                    "the time budget is used up and there was no answer; nothing was changed"
                }
                _ => "stopped on request; nothing was changed",
            };
            return Err(Error::new(stop.kind(), why).with_hint("run the same command again to see the plan"));
        }
    }
}

fn report(context: &Context, outcome: &Outcome, format: Format, output: &Output) -> Result<Exit> {
    let flow = context.name();
    let (exit, word) = match outcome {
        Outcome::InStep => (Exit::Ok, "in_step"),
        Outcome::Refused(_) => (Exit::Refused, "refused"),
        Outcome::Declined => (Exit::Differences, "declined"),
        Outcome::Applied { .. } => (Exit::Ok, "applied"),
    };
    if format == Format::Json {
        let mut document =
            serde_json::json!({ "lockstep": "sync", "format": 1, "flow": flow, "outcome": word });
        match outcome {
            Outcome::Applied { run, statements, rows } => {
                document["run"] = (*run).into();
                document["statements"] = (*statements).into();
                document["rows"] = serde_json::to_value(rows)?;
            }
            Outcome::Refused(plan) => {
                document["unsupported"] = serde_json::to_value(&plan.unsupported)?;
                document["refused"] = serde_json::to_value(&plan.refused)?;
            }
            Outcome::InStep | Outcome::Declined => {}
        }
        outln!("{document:#}");
        return Ok(exit);
    }
    match outcome {
        Outcome::InStep => output.say(&format!("{flow}: in step, nothing to do")),
        Outcome::Declined => output.say("nothing was changed"),
        Outcome::Refused(plan) => {
            write_text(plan, Detail::Brief, &mut stdout())?;
            output.warn("the plan is refused; nothing was changed");
        }
        Outcome::Applied { run, statements, rows } => {
            let in_slices = !context.rows.slices.is_empty();
            output.say(&format!(
                "{flow}: {} (run {run}: {}, rows +{} ~{} -{})",
                if in_slices { "applied" } else { "in step" },
                count(*statements, "schema statement"),
                rows.inserted,
                rows.updated,
                rows.deleted
            ));
            if in_slices {
                output.warn(
                    "of some tables only the slices that differed when the plan was made were read; \
                     `lockstep verify` reads every row",
                );
            }
        }
    }
    Ok(exit)
}
