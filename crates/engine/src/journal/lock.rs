//! The server-side locks that keep two runs off one target.

use std::time::{Duration, Instant};

use crate::names::literal;
use crate::progress::Control;
use crate::{Error, ErrorKind, Result, Session};

/// Held by a run from before its plan until its end.
const RUN: &str = "lockstep.run";

/// Held by the session that changes something. A server notices that a client has gone only when the statement under
/// way ends: until then this lock tells that what a run left, or died during, is still at work.
const WORKER: &str = "lockstep.worker";

/// How long one question to the server waits for a lock, in seconds, so that a stop is noticed.
const STEP_SECONDS: u64 = 1;

/// The lock on a target, held by the session that owns it; released by the server when that session ends.
pub struct Lock {
    session: Session,
}

impl Lock {
    /// Takes the target's lock, waiting up to `wait` for another run.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] when it did not come free; what `control` says when the wait is to end.
    pub fn take(mut session: Session, wait: Duration, control: &Control) -> Result<Self> {
        if get(&mut session, RUN, Instant::now() + wait, control)? {
            return Ok(Self { session });
        }
        let holder = holder(&mut session, RUN)?;
        let holder = holder.map_or_else(String::new, |id| format!(" (connection {id})"));
        Err(Error::new(
            ErrorKind::Locked,
            format!("{}: another lockstep run is at work on this target{holder}", session.endpoint()),
        )
        .with_hint(
            "wait for it to end (--wait 5m), or see `lockstep history`; a dead run's lock ends with its connection",
        ))
    }

    /// The connection that still executes a statement of an earlier run, which left it or died; `None` when none does.
    /// Only before this run's own [`mark_worker`](Self::mark_worker).
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn earlier_worker(&mut self) -> Result<Option<u64>> {
        holder(&mut self.session, WORKER)
    }

    /// Marks a session of this run as the one that changes things, until it ends or is marked anew elsewhere.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn mark_worker(&self, worker: &mut Session) -> Result<()> {
        // The previous worker of this run may still be on its way out.
        let got: Option<Option<u8>> =
            worker.query_first(format!("SELECT GET_LOCK({}, 10)", literal(WORKER)))?;
        if got.flatten() == Some(1) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Locked,
            format!("{}: another run is changing this target", worker.endpoint()),
        )
        .with_hint("nothing more was changed; run again when it has ended"))
    }

    /// Fails when the session that holds the lock is gone, and with it the lock.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`].
    pub fn check(&mut self) -> Result<()> {
        self.session.execute("DO 1").map(drop)
    }
}

/// Takes a lock, asking at least once and until `end`.
fn get(session: &mut Session, name: &str, end: Instant, control: &Control) -> Result<bool> {
    loop {
        control.check()?;
        let step = end.saturating_duration_since(Instant::now()).as_secs().min(STEP_SECONDS);
        let got: Option<Option<u8>> =
            session.query_first(format!("SELECT GET_LOCK({}, {step})", literal(name)))?;
        if got.flatten() == Some(1) {
            return Ok(true);
        }
        if Instant::now() + Duration::from_secs(STEP_SECONDS) > end {
            return Ok(false);
        }
    }
}

/// The connection that holds a lock.
fn holder(session: &mut Session, name: &str) -> Result<Option<u64>> {
    let holder: Option<Option<u64>> =
        session.query_first(format!("SELECT IS_USED_LOCK({})", literal(name)))?;
    Ok(holder.flatten())
}
