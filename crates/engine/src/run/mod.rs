//! A run: from two sessions to a plan, an applied plan, a verdict.

mod apply;
mod gate;
mod plan;
mod rehearsal;
mod status;
mod sync;
mod verify;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

pub use plan::{PlanOptions, make_plan};
pub use status::{FlowStatus, TableStatus, flow_status};
pub use sync::{Outcome, SyncOptions, sync};
pub use verify::{Verdict, verify};

use crate::progress::{Control, Event, Observer};
use crate::topology::Flow;
use crate::{Endpoint, Error, ReferenceTable, Result, Session, TableName, Topology};

/// What a run reads.
#[derive(Clone, Debug)]
pub enum Source {
    /// A live environment.
    Server(Endpoint),
    /// Definitions kept as `.sql` files under a folder; it has no rows.
    Directory(PathBuf),
}

/// Everything a run needs to know and to talk to.
pub struct Context<'a> {
    /// The topology.
    pub topology: &'a Topology,
    /// The flow.
    pub flow: &'a Flow,
    /// Where and as whom to read the source, its password resolved.
    pub source: Source,
    /// Where and as whom to change the target, its password resolved.
    pub target: Endpoint,
    /// Who is told.
    pub observer: &'a dyn Observer,
    /// What may stop the run.
    pub control: Control,
    /// Whether a login that can read more than reference tables is accepted.
    pub allow_broad_login: bool,
}

impl Context<'_> {
    /// The flow's name, `dev → staging`.
    pub fn name(&self) -> String {
        format!("{} → {}", self.flow.from, self.flow.to)
    }

    fn phase(&self, name: impl Into<String>) -> Result<()> {
        self.observer.event(&Event::Phase(name.into()));
        self.control.check()
    }

    fn warn(&self, text: impl Into<String>) {
        self.observer.event(&Event::Warning(text.into()));
    }

    fn open_source(&self) -> Result<Session> {
        match &self.source {
            Source::Server(endpoint) => Session::connect(endpoint),
            Source::Directory(_) => Err(Error::internal("a folder of definitions has no rows to read")),
        }
    }

    fn open_target(&self) -> Result<Session> {
        Session::connect(&self.target)
    }

    fn references(&self) -> &[ReferenceTable] {
        self.topology.references()
    }

    /// Passes the data engine's progress on.
    fn row_observer(&self) -> RowObserver<'_> {
        RowObserver { context: self, read: AtomicU64::new(0) }
    }
}

/// Shows the data engine's progress through the run's observer, and stops it through the run's control.
struct RowObserver<'a> {
    context: &'a Context<'a>,
    read: AtomicU64,
}

impl crate::data::Observer for RowObserver<'_> {
    fn compared(&self, table: &TableName, rows: u64) {
        self.read.store(rows, Ordering::Relaxed);
        self.context.observer.event(&Event::RowsRead { table: table.clone(), rows });
    }

    fn check(&self) -> Result<()> {
        self.context.control.check()
    }
}
