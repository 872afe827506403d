//! A run: from two sessions to a plan, an applied plan, a verdict.

mod apply;
mod around;
mod definers;
mod gate;
mod parts;
mod plan;
mod policy;
mod protect;
mod rehearsal;
mod resume;
mod rows;
mod script;
mod sides;
mod status;
mod sync;
mod underway;
mod verify;

use std::sync::atomic::{AtomicU64, Ordering};

pub use apply::was_undone;
pub(crate) use definers::unreachable as unreachable_owners;
pub use gate::Marks;
pub use parts::{Cut, Part, PartLimits, RowScope, cut};
pub use plan::{PlanOptions, make_plan};
pub use status::{FlowStatus, JournalState, TableStatus, flow_status};
pub use sync::{Outcome, SyncOptions, sync};
pub use verify::{Verdict, verify};

use serde::{Deserialize, Serialize};

use crate::grants::VIEW_ROLE;
use crate::privileges;
use crate::progress::{Control, Event, Observer};
use crate::schema::Folder;
use crate::session::{Ends, Watcher, name_lock_holder};
use crate::topology::Flow;
use crate::{Endpoint, Error, ReferenceTable, Result, Session, TableName, Topology};

/// What a run reads.
#[derive(Clone, Debug)]
pub enum Source {
    /// A live environment.
    Server(Endpoint),
    /// Definitions kept as `.sql` files under a folder; it has no rows.
    Directory(Folder),
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
    /// Hears of progress.
    pub observer: &'a dyn Observer,
    /// What may stop the run.
    pub control: Control,
    /// Whether a login that can read more than reference tables is accepted.
    pub allow_broad_login: bool,
    /// Which rows of reference tables are read.
    pub rows: RowScope,
    /// What a person permits beyond that.
    pub permits: Permits,
}

/// What a person permits for one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permits {
    /// Tables of which a plan may delete or change any number of rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<TableName>,
    /// Views and stored objects may get another owner.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
    /// Triggers of the target may write tables out of scope, in a run by URL.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub triggers: bool,
    /// The target may be a replica.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replica: bool,
}

impl Permits {
    /// True when nothing is permitted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
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

    /// A session for the source's rows.
    fn open_source(&self) -> Result<Session> {
        match &self.source {
            Source::Server(endpoint) => self.open(endpoint, Ends::OnStopAndBudget),
            Source::Directory(_) => Err(Error::internal("a folder of definitions has no rows to read")),
        }
    }

    /// A session for the target's rows.
    fn open_target(&self) -> Result<Session> {
        self.open(&self.target, Ends::OnStopAndBudget)
    }

    /// A session for the source's definitions: those of views need `SELECT`, which a role gives. No row is
    /// ever read in it.
    fn open_source_schema(&self) -> Result<Session> {
        with_view_role(self.open_source()?)
    }

    /// The same for the target.
    fn open_target_schema(&self) -> Result<Session> {
        with_view_role(self.open_target()?)
    }

    /// A session that changes the target's definitions.
    fn open_target_changes(&self) -> Result<Session> {
        with_view_role(self.open(&self.target, Ends::OnStopElseLeft)?)
    }

    /// A session for the journal or the lock, which a stop leaves alone unless it waits.
    fn open_journal(&self) -> Result<Session> {
        self.open(&self.target, Ends::InWaits)
    }

    fn open(&self, endpoint: &Endpoint, ends: Ends) -> Result<Session> {
        Ok(Session::connect(endpoint)?.watched_by(self.control.watch(), ends))
    }

    /// Does `work` so that a stop or the end of the budget also ends statements that are executing.
    fn stoppable<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let _watcher = Watcher::start(&self.control);
        work().map_err(|error| {
            let error = name_lock_holder(&self.target, self.control.explain(error));
            privileges::explain(error)
        })
    }

    fn references(&self) -> &[ReferenceTable] {
        self.topology.references()
    }

    /// Passes the data engine's progress on.
    fn row_observer(&self) -> RowObserver<'_> {
        RowObserver { context: self, read: AtomicU64::new(0) }
    }
}

fn with_view_role(mut session: Session) -> Result<Session> {
    session.activate_role(VIEW_ROLE)?;
    Ok(session)
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
