//! The server-side locks that keep two runs off one target.

use std::time::{Duration, Instant};

use super::Holder;
use crate::names::literal;
use crate::progress::Control;
use crate::{Error, ErrorKind, Result, Session};

/// Held by a run from before its plan until its end.
pub(super) const RUN: &str = "lockstep.run";

/// Held by the session that changes something. A server notices that a client has gone only when its statement
/// ends: until then this lock shows that a statement which a run left, or died during, still executes.
const WORKER: &str = "lockstep.worker";

/// How long one question to the server waits for a lock, in seconds, so that a stop is noticed.
const STEP_SECONDS: u64 = 1;

/// The lock on a target, held by the session that owns it; released by the server when that session ends.
pub struct Lock {
    session: Session,
}

impl Lock {
    /// Takes the target's lock, waiting up to `wait` for another run. When it must wait, `waits` hears once for whom.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] when it did not come free; what `control` says when the wait is to end.
    pub fn take(
        mut session: Session,
        wait: Duration,
        control: &Control,
        waits: &dyn Fn(&Holder),
    ) -> Result<Self> {
        let end = Instant::now() + wait;
        let mut step = 0;
        loop {
            control.check()?;
            if get(&mut session, RUN, step)? {
                return Ok(Self { session });
            }
            let is_over = Instant::now() >= end;
            if is_over || step == 0 {
                let holder = Holder::find(&mut session)?;
                match holder {
                    _ if is_over => return Err(held(&session, holder.as_ref())),
                    Some(holder) => waits(&holder),
                    None => {}
                }
            }
            step = STEP_SECONDS;
        }
    }

    /// The connection that still executes a statement of an earlier run, which left it or died; `None` when none does.
    /// Only before this run's own [`mark_worker`](Self::mark_worker).
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn earlier_worker(&mut self) -> Result<Option<u64>> {
        holder(&mut self.session, WORKER)
    }

    /// Marks a session of this run as the one that changes things, until it ends or another session is marked.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn mark_worker(&self, worker: &mut Session) -> Result<()> {
        // The previous worker of this run may still be on its way out.
        if get(worker, WORKER, 10)? {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Locked,
            format!(
                "{}: another run is changing this target; this one changed nothing more",
                worker.endpoint()
            ),
        )
        .with_hint("run the same command again when it has ended"))
    }

    /// Fails when the session that holds the lock is gone, and with it the lock.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`].
    pub fn check(&mut self) -> Result<()> {
        self.session.execute("DO 1").map(drop)
    }
}

/// The error of a run that another one keeps out.
fn held(session: &Session, holder: Option<&Holder>) -> Error {
    let who = holder.map_or_else(|| "a run that has just ended".to_owned(), ToString::to_string);
    let text =
        format!("{}: another lockstep run holds this target: {who}; nothing was done", session.endpoint());
    let hint = "run the same command again when it has ended, or wait longer for it (--wait 5m)";
    let hint = holder.map_or_else(
        || hint.to_owned(),
        |holder| {
            format!(
                "{hint}; if its process is gone and the server has not noticed yet, KILL {} on the target ends its \
                 lock, and the next run goes on from what it left",
                holder.connection
            )
        },
    );
    Error::new(ErrorKind::Locked, text).with_hint(hint)
}

/// Takes a lock, waiting up to `seconds`.
fn get(session: &mut Session, name: &str, seconds: u64) -> Result<bool> {
    let got: Option<Option<u8>> =
        session.query_first(format!("SELECT GET_LOCK({}, {seconds})", literal(name)))?;
    Ok(got.flatten() == Some(1))
}

/// The connection that holds a lock.
pub(super) fn holder(session: &mut Session, name: &str) -> Result<Option<u64>> {
    let holder: Option<Option<u64>> =
        session.query_first(format!("SELECT IS_USED_LOCK({})", literal(name)))?;
    Ok(holder.flatten())
}
