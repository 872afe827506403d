//! Waiting for an operation of a stack, told event by event.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use crate::aws::Aws;
use crate::console::Console;
use crate::error::Result;
use crate::stack::{self, Event, last_operation};

/// Pauses between two looks: short ones first, for operations that take seconds.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// An operation that is being waited for.
pub(crate) struct Watch<'a> {
    aws: &'a Aws,
    place: &'a str,
    stack: &'a str,
    seen: BTreeSet<String>,
}

/// How an operation ended.
pub(crate) struct Ended {
    /// The stack's last status.
    pub status: String,
    /// The operation's events, newest first.
    pub events: Vec<Event>,
}

impl<'a> Watch<'a> {
    /// Before a stack is created: nothing happened so far.
    pub fn of_creation(aws: &'a Aws, place: &'a str, stack: &'a str) -> Self {
        Self { aws, place, stack, seen: BTreeSet::new() }
    }

    /// Before an operation is started: what happened so far is not part of it. `stack` is the stack's id, which
    /// stays valid when the stack is deleted.
    ///
    /// # Errors
    /// When the AWS CLI fails.
    pub fn before(aws: &'a Aws, place: &'a str, stack: &'a str) -> Result<Self> {
        let seen = stack::events(aws, stack)?.into_iter().map(|event| event.id).collect();
        Ok(Self { aws, place, stack, seen })
    }

    /// An operation that somebody else has started: its events so far are also shown.
    ///
    /// # Errors
    /// When the AWS CLI fails.
    pub fn joining(aws: &'a Aws, place: &'a str, stack: &'a str) -> Result<Self> {
        let events = stack::events(aws, stack)?;
        let own = last_operation(&events).len();
        let seen = events.into_iter().skip(own).map(|event| event.id).collect();
        Ok(Self { aws, place, stack, seen })
    }

    /// Waits for the end. The stack's own last event decides, not its status: that may lag behind right after
    /// the operation was started.
    ///
    /// # Errors
    /// When the AWS CLI fails. The operation itself goes on.
    pub fn wait(mut self, console: &dyn Console) -> Result<Ended> {
        let mut told: Vec<Event> = Vec::new();
        let mut pause = FIRST_PAUSE;
        loop {
            let mut fresh = stack::events(self.aws, self.stack)?;
            fresh.retain(|event| !self.seen.contains(&event.id));
            for event in fresh.iter().rev() {
                self.seen.insert(event.id.clone());
                console.progress(self.place, event);
            }
            fresh.append(&mut told);
            told = fresh;
            let own = told.iter().find(|event| event.is_stack);
            if let Some(last) = own.filter(|event| !event.status.ends_with("_IN_PROGRESS")) {
                return Ok(Ended { status: last.status.clone(), events: told });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
