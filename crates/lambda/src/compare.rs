//! Compares one reference table, or a slice of it, on both sides, with the reader's login on both: an item of the workflow's Map
//! state. Writes nothing.

use lockstep_engine::data::{self, Layout, Pair, Snapshot};
use lockstep_engine::progress::Control;
use lockstep_engine::session::{Ends, Watcher};
use lockstep_engine::{ReferenceTable, Session};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::clock::Deadline;
use crate::connection::Sides;
use crate::failure::{Failure, Kind, Result};
use crate::sync::Part;
use crate::{log, settings, work};

/// Seconds of work, unless `LOCKSTEP_BUDGET_SECONDS` says otherwise.
const BUDGET_SECONDS: u64 = 270;

#[derive(Deserialize)]
struct Event {
    part: Part,
    #[serde(default)]
    run: String,
}

/// Answers one item.
///
/// # Errors
/// A table that the topology does not list as a reference table; servers that cannot be read; a part that does not
/// fit into a call.
pub(crate) async fn handle(aws: &Aws, event: Value, deadline: Deadline) -> Result<Value> {
    let event: Event = serde_json::from_value(event)
        .map_err(|e| Failure::event(format!("the event cannot be read: {e}")))?;
    let budget = deadline.budget(settings::number("LOCKSTEP_BUDGET_SECONDS", BUDGET_SECONDS)?);
    let sides = Sides::load(aws).await?;
    let part = event.part.clone();
    let (rows, different) = work::run(move || {
        let named = |r: &&ReferenceTable| r.name().to_string() == part.table;
        let reference = sides.topology.references().iter().find(named).ok_or_else(|| {
            Failure::new(Kind::Refused, format!("{} is not a reference table of the topology", part.table))
        })?;
        compare(&sides, reference, &part, &Control::with_budget(Some(budget.left())))
    })
    .await?;
    log::info(
        "compared",
        &json!({ "run": event.run, "part": event.part, "rows": rows, "different": different }),
    );
    Ok(json!({ "part": event.part, "equal": different == 0, "rows": rows, "different": different }))
}

/// The source's rows, and how many rows differ. What a server is doing at the end of the budget is also ended there.
fn compare(sides: &Sides, reference: &ReferenceTable, part: &Part, control: &Control) -> Result<(u64, u64)> {
    let _watcher = Watcher::start(control);
    let open =
        |endpoint| Session::connect(endpoint).map(|s| s.watched_by(control.watch(), Ends::OnStopAndBudget));
    let (mut source, mut target) = (open(&sides.source)?, open(&sides.target)?);
    let pair = Pair::new(layout(&mut source, reference)?, layout(&mut target, reference)?)?;
    let pair = match &part.slice {
        Some(slice) => pair.within(std::slice::from_ref(slice))?,
        None => pair,
    };
    let (mut source, mut target) = (Snapshot::open(source)?, Snapshot::open(target)?);
    let found = data::compare(&mut source, &mut target, std::slice::from_ref(&pair), &Stop(control));
    let found = found.map_err(|error| control.explain(error))?;
    let difference = found.into_iter().next();
    let difference =
        difference.ok_or_else(|| Failure::new(Kind::Internal, "a comparison without a result"))?;
    Ok((difference.source.rows, difference.changes.len()))
}

fn layout(session: &mut Session, reference: &ReferenceTable) -> Result<Layout> {
    let layouts = data::layouts(session, std::slice::from_ref(reference))?;
    layouts.into_iter().next().ok_or_else(|| Failure::new(Kind::Internal, "a table without a layout"))
}

/// Stops the comparison at the end of its budget.
struct Stop<'a>(&'a Control);

impl data::Observer for Stop<'_> {
    fn check(&self) -> lockstep_engine::Result<()> {
        self.0.check()
    }
}
