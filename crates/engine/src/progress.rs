//! What a long piece of work tells its caller, and how its caller stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::session::Watch;
use crate::{Endpoint, Error, ErrorKind, Result, TableName};

/// Something worth telling a person while work goes on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A new phase begins: "reading schemas", "comparing rows".
    Phase(String),
    /// Rows of a table read so far, both sides together, while comparing or verifying.
    RowsRead {
        /// The table.
        table: TableName,
        /// Rows read so far.
        rows: u64,
    },
    /// A schema statement is about to run.
    Statement {
        /// Its number, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// What it does, in a few words.
        what: String,
    },
    /// Row changes of one set of tables were committed.
    Committed {
        /// Tables in the set.
        tables: usize,
        /// Rows inserted, updated and deleted.
        rows: u64,
    },
    /// Something a person should know, which does not stop the run.
    Warning(String),
}

/// Takes events; the surface shows them, tests collect them.
pub trait Observer: Sync {
    /// Called for each event, from any thread of the engine.
    fn event(&self, event: &Event);
}

/// An observer that ignores everything.
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: &Event) {}
}

/// Stops work at the next safe point: on the caller's request or when the time budget is used up.
#[derive(Clone, Debug, Default)]
pub struct Control {
    stop: Arc<AtomicBool>,
    deadline: Option<Instant>,
    watch: Watch,
    when_stuck: Option<Stuck>,
}

/// What to do when a server keeps the work from stopping.
#[derive(Clone)]
struct Stuck(Arc<dyn Fn(Error) + Send + Sync>);

impl std::fmt::Debug for Stuck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stuck")
    }
}

impl Control {
    /// A control that stops after `budget`, if one is given.
    pub fn with_budget(budget: Option<Duration>) -> Self {
        Self { deadline: budget.map(|b| Instant::now() + b), ..Self::default() }
    }

    /// Has `act` called when the work is to stop and cannot, because it waits for a server that answers nobody. It
    /// may end the process, as a second signal would: the next run goes on from what it finds.
    #[must_use]
    pub fn when_stuck(self, act: impl Fn(Error) + Send + Sync + 'static) -> Self {
        Self { when_stuck: Some(Stuck(Arc::new(act))), ..self }
    }

    pub(crate) fn give_up(&self, stop: &Error, server: &Endpoint) {
        if let Some(Stuck(act)) = &self.when_stuck {
            let text = format!("{stop}, but {server} does not answer: what it was doing may still go on");
            act(Error::new(stop.kind(), text).with_hint(
                "when the server is well again, run the same command: it goes on from what it finds",
            ));
        }
    }

    /// The flag that a signal handler sets to stop the work.
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// The sessions whose statements are ended when the work is to stop.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// What is left of the budget; `None` when there is none to keep.
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|d| d.saturating_duration_since(Instant::now()))
    }

    /// An error of work that was stopped is the stop's own: the server's word for it ("query execution was
    /// interrupted") explains nothing.
    pub fn explain(&self, error: Error) -> Error {
        match (self.check(), error.kind()) {
            (Err(stop), ErrorKind::Server(_) | ErrorKind::Connection | ErrorKind::Locked) => stop,
            _ => error,
        }
    }

    /// Adds what the work waited for when it was to stop, and who holds that.
    fn with_wait(&self, text: &str) -> String {
        self.watch.waited().map_or_else(|| text.to_owned(), |wait| format!("{text}; {wait}"))
    }

    /// Asks the work to go on or to stop.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] or [`ErrorKind::Budget`].
    pub fn check(&self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Interrupted, self.with_wait("stopped on request"))
                .with_hint("run the same command again to finish"));
        }
        if self.deadline.is_some_and(|d| Instant::now() >= d) {
            let text = self.with_wait("the time budget is used up; progress is saved");
            return Err(Error::new(ErrorKind::Budget, text).with_hint("run the same command again to go on"));
        }
        Ok(())
    }
}
