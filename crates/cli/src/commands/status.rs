//! `lockstep status`.

use anyhow::Result;
use clap::Args;
use lockstep_engine::run::{FlowStatus, JournalState, flow_status};

use crate::connect;
use crate::exit::Exit;
use crate::output::{Output, count, outln};
use crate::sides::{Format, Pair, PlanArgs, TopologyArgs};

const EXAMPLES: &str = "\
Exit codes: 0 every flow is in step, 2 some flow is not.

Examples:
  lockstep status
  lockstep status --format json";

/// Every flow on one screen: schema, reference tables, lag, last run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Status {
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[arg(long = "allow", value_name = "WHAT", value_parser = crate::sides::permission, help = crate::sides::ALLOW_HELP)]
    allow: Vec<crate::sides::Permission>,
    #[command(flatten)]
    topology: TopologyArgs,
}

/// Runs the command.
///
/// # Errors
/// A wrong topology, or an environment that cannot be asked.
pub fn run(args: &Status, output: &Output) -> Result<Exit> {
    let topology = connect::topology(&args.topology.topology)?;
    let mut flows = Vec::new();
    let of_folders = topology.folder_flows.iter().map(|f| (f.flow.clone(), Some(f.path.clone())));
    let all = topology.flows.iter().map(|flow| (flow.clone(), None)).chain(of_folders);
    for (flow, folder) in all.collect::<Vec<_>>() {
        let pair = Pair { topology: topology.clone(), flow, folder };
        output.say(&format!("{} …", pair.name()));
        flows.push(flow_status(&pair.looking_context(output, &PlanArgs::allowing(&args.allow))?)?);
    }
    output.finish();
    match args.format {
        Format::Json => {
            outln!("{:#}", serde_json::json!({ "lockstep": "status", "format": 1, "flows": flows }));
        }
        Format::Text => flows.iter().for_each(print),
    }
    Ok(if flows.iter().all(|f| f.in_step) { Exit::Ok } else { Exit::Differences })
}

fn print(flow: &FlowStatus) {
    let verdict = if flow.in_step { "in step" } else { "NOT in step" };
    outln!("{} → {}  {verdict}", flow.from, flow.to);
    let s = &flow.summary;
    let schema = if flow.schema_in_step {
        "in step".to_owned()
    } else {
        format!("{} to apply", count(s.statements, "statement"))
    };
    outln!("  scope           {}", flow.databases.join(", "));
    outln!("  schema          {schema}");
    if s.is_refused {
        outln!(
            "  refused         {} that the flow forbids or no one has allowed, {} that lockstep cannot do: see `lockstep plan {} {}`",
            count(s.refused, "change"),
            count(s.unsupported, "difference"),
            flow.from,
            flow.to
        );
    }
    let apart: Vec<_> = flow.tables.iter().filter(|t| !t.in_step).collect();
    outln!(
        "  reference data  {} of {} in step",
        flow.tables.len() - apart.len(),
        count(flow.tables.len() as u64, "table")
    );
    for table in apart {
        let rows = table.differing_rows.map_or("after the schema step".to_owned(), |n| {
            let verb = if n == 1 { "differs" } else { "differ" };
            format!("{} {verb}", count(n, "row"))
        });
        outln!("    {:<40} {rows}", table.table);
    }
    let unreadable = "unknown: this login may not read the journal (`lockstep grants` gives it that right)";
    let lag = match (flow.lag_seconds, flow.journal) {
        (Some(0), _) if flow.in_step => "none".to_owned(),
        (Some(seconds), _) => format!("at most {}", count(seconds, "second")),
        (None, JournalState::Unreadable) => unreadable.to_owned(),
        (None, _) => "unknown: never verified equal".to_owned(),
    };
    outln!("  lag             {lag}");
    match (&flow.last_run, flow.journal) {
        (Some(r), _) => outln!("  last run        {} UTC {}, run {}", r.started, r.status, r.run),
        (None, JournalState::Unreadable) => outln!("  last run        {unreadable}"),
        (None, _) => outln!("  last run        none"),
    }
}
