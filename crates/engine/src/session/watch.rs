//! Ends what the sessions of a run wait for, once the run is to stop.
//!
//! Between statements the run asks [`Control`] itself. A statement under way (a long read, an `ALTER TABLE`,
//! a wait for a lock) is ended by `KILL QUERY` from another connection: the server then answers with an
//! error, in an orderly way, and undoes what the statement had begun.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::progress::Control;
use crate::{Endpoint, ErrorKind};

/// How often the watcher looks whether the run is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Once it is to stop: how often the watcher ends what is still, or newly, under way.
const END_EVERY: Duration = Duration::from_millis(500);

/// When a statement under way is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// When somebody asks the run to stop, and when its budget is used up.
    OnStopAndBudget,
    /// Only when somebody asks: a change of a large table that is longer than the budget would never end.
    OnStopOnly,
}

/// The sessions of one run.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Mutex<Vec<Entry>>>);

#[derive(Clone, Debug)]
struct Entry {
    endpoint: Endpoint,
    connection: u32,
    ends: Ends,
    busy: Arc<AtomicBool>,
}

impl Watch {
    pub(super) fn add(&self, endpoint: Endpoint, connection: u32, ends: Ends) -> Watched {
        let busy = Arc::new(AtomicBool::new(false));
        self.entries().push(Entry { endpoint, connection, ends, busy: Arc::clone(&busy) });
        Watched { watch: self.clone(), ends, busy }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the statement that each busy session is executing.
    fn interrupt(&self, why: ErrorKind) {
        // A copy: opening a connection may take long, and sessions must be able to leave meanwhile.
        let entries = self.entries().clone();
        let concerned = |e: &&Entry| why == ErrorKind::Interrupted || e.ends == Ends::OnStopAndBudget;
        for entry in entries.iter().filter(concerned) {
            if entry.busy.load(Ordering::Acquire) {
                super::kill_query(&entry.endpoint, entry.connection);
            }
        }
    }
}

/// One session's place in a [`Watch`]; it leaves when dropped.
#[derive(Debug)]
pub(super) struct Watched {
    pub watch: Watch,
    pub ends: Ends,
    busy: Arc<AtomicBool>,
}

impl Watched {
    /// Says whether the session is executing something.
    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Release);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watch.entries().retain(|e| !Arc::ptr_eq(&e.busy, &self.busy));
    }
}

/// Looks after a run until dropped: when its [`Control`] says stop, the statements under way are ended.
#[derive(Debug)]
pub struct Watcher {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Starts looking after the sessions that are registered with `control`.
    pub fn start(control: &Control) -> Self {
        let (end, ended) = channel::<()>();
        let control = control.clone();
        let look = move || {
            let mut pause = LOOK_EVERY;
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                if let Err(stop) = control.check() {
                    control.watch().interrupt(stop.kind());
                    pause = END_EVERY;
                }
            }
        };
        Self { end: Some(end), thread: Some(std::thread::spawn(look)) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // It only panics if the program is at its end anyway.
            let _ = thread.join();
        }
    }
}
