//! Ends what the sessions of a run wait for, once the run is to stop.
//!
//! Between statements the run asks [`Control`] itself. A statement under way (a long read, an `ALTER TABLE`,
//! a wait for a lock) is ended by `KILL QUERY` from another connection: the server then answers with an
//! error, in an orderly way, and undoes what the statement had begun. A server that answers nobody any more would
//! hold the run for ever: then whoever embeds the engine is told, and may end the process.
//!
//! A schema statement that outlasts the budget is not ended, since the next run would begin it anew and get no further. It is
//! left: the connection is closed without a `KILL`, and the server, which does not look at its client before a
//! schema statement is done, goes on by itself.

use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use filedescriptor::FileDescriptor;

use super::blocker::Wait;
use super::login::Kill;
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
    /// When somebody asks. When the budget is used up, a long statement is left to the server.
    OnStopElseLeft,
    /// Only while it waits for a lock: it is short otherwise, and notes what the others did or clears up after them. What it
    /// could not note or clear up, the next run finds out.
    InWaits,
}

/// The sessions of one run.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    entries: Arc<Mutex<Vec<Entry>>>,
    /// What a statement waited for when the run was to stop.
    wait: Arc<Mutex<Option<Wait>>>,
}

#[derive(Clone, Debug)]
struct Entry {
    endpoint: Endpoint,
    connection: u32,
    ends: Ends,
    /// The connection's socket; `None` when there was no handle left for a copy of it.
    socket: Option<Arc<TcpStream>>,
    /// Counts beginnings and ends of statements: odd while one is under way.
    work: Arc<AtomicU64>,
    leaving: Arc<Leaving>,
}

/// Whether a statement may be left to the server, and whether it was.
#[derive(Debug, Default)]
struct Leaving {
    may: AtomicBool,
    was: AtomicBool,
}

impl Entry {
    /// Ends the statement under way, if it is to be ended, and notes what it waited for. False when there is one and the
    /// server does not answer.
    fn interrupt(&self, why: ErrorKind, noted: &Arc<Mutex<Option<Wait>>>) -> bool {
        let before = self.work.load(Ordering::Acquire);
        if before.is_multiple_of(2) {
            return true;
        }
        let kill = match self.ends {
            Ends::OnStopAndBudget => Kill::Now,
            Ends::OnStopElseLeft if why == ErrorKind::Interrupted => Kill::Now,
            Ends::OnStopElseLeft => Kill::No,
            Ends::InWaits => Kill::IfItWaits,
        };
        let noted = Arc::clone(noted);
        let note = move |wait| {
            // The first one is the cause; later ones are of clearing up.
            noted.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(wait);
        };
        // It may have ended meanwhile.
        super::login::interrupt(&self.endpoint, self.connection, kill, note)
            || self.work.load(Ordering::Acquire) != before
    }
}

impl Watch {
    pub(super) fn add(
        &self,
        endpoint: Endpoint,
        connection: u32,
        socket: &impl AsRawFd,
        ends: Ends,
    ) -> Watched {
        let (work, leaving) = (Arc::new(AtomicU64::new(0)), Arc::new(Leaving::default()));
        let (shared, left) = (Arc::clone(&work), Arc::clone(&leaving));
        let socket = copy_of(socket).ok().map(Arc::new);
        self.entries().push(Entry { endpoint, connection, ends, socket, work: shared, leaving: left });
        Watched { watch: self.clone(), ends, work, leaving }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a statement waited for when the run was to stop, where it waited for a lock.
    pub fn waited(&self) -> Option<Wait> {
        self.wait.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Closes the connections whose statements are to be left to the server. Their sessions see a lost connection.
    fn leave(&self) {
        for Entry { ends, socket, leaving, .. } in self.entries().iter() {
            let is_long = *ends == Ends::OnStopElseLeft && leaving.may.load(Ordering::Acquire);
            if let Some(socket) = socket.as_ref().filter(|_| is_long)
                && !leaving.was.swap(true, Ordering::AcqRel)
            {
                // It fails only when the server has closed the connection already.
                let _ = socket.shutdown(Shutdown::Both);
            }
        }
    }

    /// Ends the statement that each busy session is executing. Returns a server that does not answer, if a session
    /// waits for one.
    fn interrupt(&self, why: ErrorKind) -> Option<Endpoint> {
        if why == ErrorKind::Budget {
            self.leave();
        }
        // A copy: opening a connection may take long, and sessions must be able to leave meanwhile.
        let entries = self.entries().clone();
        let silent = std::thread::scope(|scope| {
            let ask = |entry| scope.spawn(move || Entry::interrupt(entry, why, &self.wait));
            let asked: Vec<_> = entries.iter().map(ask).collect();
            asked.into_iter().position(|thread| !thread.join().unwrap_or(true))
        });
        silent.map(|number| entries[number].endpoint.clone())
    }
}

/// Another handle of a connection's socket.
fn copy_of(socket: &impl AsRawFd) -> filedescriptor::Result<TcpStream> {
    let file = FileDescriptor::dup(socket)?.as_file()?;
    Ok(TcpStream::from(OwnedFd::from(file)))
}

/// One session's place in a [`Watch`]; it leaves when dropped.
#[derive(Debug)]
pub(super) struct Watched {
    pub watch: Watch,
    pub ends: Ends,
    work: Arc<AtomicU64>,
    leaving: Arc<Leaving>,
}

impl Watched {
    /// Says that a statement begins, or that it has ended.
    pub fn turn(&self) {
        self.work.fetch_add(1, Ordering::Release);
    }

    /// Says whether the statements from here on may be left to the server.
    pub fn may_leave(&self, may: bool) {
        self.leaving.may.store(may, Ordering::Release);
    }

    /// Whether a statement was left to the server; the connection is closed then.
    pub fn was_left(&self) -> bool {
        self.leaving.was.load(Ordering::Acquire)
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
