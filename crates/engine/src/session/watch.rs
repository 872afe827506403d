//! Ends what the sessions of a run wait for, once the run is to stop.
//!
//! Between statements the run asks [`Control`] itself. A statement under way (a long read, an `ALTER TABLE`,
//! a wait for a lock) is ended by `KILL QUERY` from another connection: the server then answers with an
//! error, in an orderly way, and undoes what the statement had begun. A server that answers nobody any more would
//! hold the run for ever: then whoever embeds the engine is told, and may end the process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::progress::Control;
use crate::{Endpoint, ErrorKind};

/// How often the watcher looks whether the run is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Once it is to stop: how soon the watcher ends what is still, or newly, under way. Then it waits twice as long each
/// time, since each look is a login of its own and some statements may run on for hours.
const END_AFTER: Duration = Duration::from_millis(500);

/// The longest that it waits.
const END_EVERY: Duration = Duration::from_secs(10);

/// When a statement under way is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// When somebody asks the run to stop, and when its budget is used up.
    OnStopAndBudget,
    /// Only when somebody asks: a change of a large table that is longer than the budget would never end.
    OnStopOnly,
    /// Never: it is short, and clears up after the others.
    Never,
}

/// The sessions of one run.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Mutex<Vec<Entry>>>);

#[derive(Clone, Debug)]
struct Entry {
    endpoint: Endpoint,
    connection: u32,
    ends: Ends,
    /// Counts beginnings and ends of statements: odd while one is under way.
    work: Arc<AtomicU64>,
}

impl Entry {
    /// Ends the statement under way, if it is to be ended. False when there is one and the server does not answer.
    fn interrupt(&self, why: ErrorKind) -> bool {
        let before = self.work.load(Ordering::Acquire);
        if before.is_multiple_of(2) {
            return true;
        }
        let ends = match self.ends {
            Ends::OnStopAndBudget => true,
            Ends::OnStopOnly => why == ErrorKind::Interrupted,
            Ends::Never => false,
        };
        let answered = match ends {
            true => super::kill_query(&self.endpoint, self.connection),
            false => super::tell(&self.endpoint, "DO 0".to_owned()),
        };
        // It may have ended meanwhile.
        answered || self.work.load(Ordering::Acquire) != before
    }
}

impl Watch {
    pub(super) fn add(&self, endpoint: Endpoint, connection: u32, ends: Ends) -> Watched {
        let work = Arc::new(AtomicU64::new(0));
        self.entries().push(Entry { endpoint, connection, ends, work: Arc::clone(&work) });
        Watched { watch: self.clone(), ends, work }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the statement that each busy session is executing. Returns a server that does not answer, if a session
    /// waits for one.
    fn interrupt(&self, why: ErrorKind) -> Option<Endpoint> {
        // A copy: opening a connection may take long, and sessions must be able to leave meanwhile.
        let entries = self.entries().clone();
        let silent = std::thread::scope(|scope| {
            let ask = |entry| scope.spawn(move || Entry::interrupt(entry, why));
            let asked: Vec<_> = entries.iter().map(ask).collect();
            asked.into_iter().position(|thread| !thread.join().unwrap_or(true))
        });
        silent.map(|number| entries[number].endpoint.clone())
    }
}

/// One session's place in a [`Watch`]; it leaves when dropped.
#[derive(Debug)]
pub(super) struct Watched {
    pub watch: Watch,
    pub ends: Ends,
    work: Arc<AtomicU64>,
}

impl Watched {
    /// Says that a statement begins, or that it has ended.
    pub fn turn(&self) {
        self.work.fetch_add(1, Ordering::Release);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watch.entries().retain(|e| !Arc::ptr_eq(&e.work, &self.work));
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
                    if let Some(silent) = control.watch().interrupt(stop.kind()) {
                        control.give_up(&stop, &silent);
                    }
                    pause = if pause == LOOK_EVERY { END_AFTER } else { (pause * 2).min(END_EVERY) };
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
