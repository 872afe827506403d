//! `lockstep history`.

use anyhow::Result;
use clap::Args;
use lockstep_engine::data::Applied;
use lockstep_engine::journal::{Journal, RunRecord, StatementRecord};

use crate::connect;
use crate::exit::Exit;
use crate::output::{Output, count, outln};
use crate::sides::{Format, TopologyArgs};

const EXAMPLES: &str = "\
Examples:
  lockstep history prod
  lockstep history prod --run 12
  lockstep history mysql://root@127.0.0.1:3402 --format json";

/// Runs and statements from a target's journal.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct History {
    /// The target: an environment's name or a mysql:// URL. Without it, every target of the topology.
    target: Option<String>,
    /// Shows the statements of this run.
    #[arg(long, value_name = "RUN", requires = "target")]
    run: Option<u64>,
    /// How many runs to list.
    #[arg(long, default_value_t = 20)]
    limit: u32,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    topology: TopologyArgs,
}

#[derive(serde::Serialize)]
struct TargetHistory {
    target: String,
    runs: Vec<RunRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statements: Option<Vec<StatementRecord>>,
}

/// Runs the command.
///
/// # Errors
/// An unknown target, or a server that cannot be asked.
pub fn run(args: &History, output: &Output) -> Result<Exit> {
    let mut targets = Vec::new();
    for (name, endpoint) in endpoints(args)? {
        let journal = Journal::find(lockstep_engine::Session::connect(&endpoint)?)?;
        let mut history = TargetHistory { target: name, runs: Vec::new(), statements: None };
        if let Some(mut journal) = journal {
            // The run asked for may be older than those listed.
            history.runs = journal.runs(if args.run.is_some() { u32::MAX } else { args.limit })?;
            if let Some(run) = args.run {
                history.runs.retain(|r| r.run == run);
                history.statements = Some(journal.statements(run)?);
            }
        }
        targets.push(history);
    }
    match args.format {
        Format::Json => {
            let document = serde_json::json!({ "lockstep": "history", "format": 1, "targets": targets });
            outln!("{document:#}");
        }
        Format::Text => targets.iter().for_each(print),
    }
    if targets.iter().all(|t| t.runs.is_empty()) {
        output.say("no run is journalled there");
    }
    Ok(Exit::Ok)
}

fn endpoints(args: &History) -> Result<Vec<(String, lockstep_engine::Endpoint)>> {
    if let Some(url) = args.target.as_deref().filter(|t| t.contains("://")) {
        let endpoint = connect::url(url)?;
        return Ok(vec![(endpoint.to_string(), endpoint)]);
    }
    let topology = connect::topology(&args.topology.topology)?;
    let environments = match &args.target {
        Some(name) => vec![topology.environment(name)?],
        None => {
            topology.environments.iter().filter(|e| topology.flows.iter().any(|f| f.to == e.name)).collect()
        }
    };
    environments.into_iter().map(|e| Ok((e.name.clone(), connect::endpoint(&e.writer)?))).collect()
}

fn print(history: &TargetHistory) {
    for r in &history.runs {
        let Applied { inserted, updated, deleted } = r.rows;
        outln!(
            "{target}  run {run}  {started}  {status:?}  {flow}  {statements}, rows +{inserted} ~{updated} -{deleted}{message}",
            target = history.target,
            run = r.run,
            started = r.started,
            status = r.status,
            flow = r.flow,
            statements = count(r.statements, "statement"),
            message = r.message.as_ref().map_or(String::new(), |m| format!("  ({m})")),
        );
    }
    for s in history.statements.iter().flatten() {
        outln!("  [{}] {} {}\n      {}", s.number, s.state, s.object, s.sql.replace('\n', "\n      "));
        if let Some(error) = &s.error {
            outln!("      {error}");
        }
    }
}
