//! Changes one set of tables in one transaction, and proves before the commit that they are the source's.

use std::collections::BTreeSet;
use std::time::Duration;

use super::changes::Change;
use super::column::Kind;
use super::compare::TableDifference;
use super::layout::{Action, ForeignKey, Layout};
use super::load::{self, LoadFile};
use super::sets::refers_to_itself;
use super::snapshot::raw_strings;
use super::sql::{Phase, Statement, statement, statements};
use super::{Observer, park};
use crate::{Error, Result, Session, TableName};

/// How often a set is tried when the server ends it for a deadlock or a lock that does not come free.
const ATTEMPTS: u32 = 5;

/// How long a statement waits for a row lock, or for a lock on a definition or the whole server. Meanwhile the rows that are already changed stay locked, so
/// it is short: others must not queue behind lockstep.
const LOCK_WAIT_SECONDS: u32 = 10;

/// Rounds of retrying rows that stood in each other's way, before they are parked.
const ROUNDS: usize = 16;

/// One table to change.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// The target's table, its columns in the difference's order.
    pub layout: &'a Layout,
    /// What to change. A table of the set without changes is verified where a change could have reached it.
    pub difference: &'a TableDifference,
}

/// What was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Applied {
    /// Rows inserted.
    pub inserted: u64,
    /// Rows updated.
    pub updated: u64,
    /// Rows deleted.
    pub deleted: u64,
}

/// Applies the differences of one connected set of tables, given parents first
/// (see [`super::connected_sets`]), in one transaction.
///
/// Before the commit each changed table is read back inside the transaction and its digest compared with
/// the source's at the time of the comparison. Readers see the old set or the new one, never a mixture.
/// A deadlock or a lock-wait timeout is tried again a few times.
///
/// `notes` are statements that run last in the same transaction: the journal's word of these changes, which
/// is then there exactly when they are.
///
/// # Errors
/// [`crate::ErrorKind::Stale`] when the result would not equal the source, since the target moved after the
/// comparison or a trigger changed rows; the server's error when a change is not possible;
/// [`crate::ErrorKind::Connection`] when the connection was lost: whether its commit was done, only the
/// next comparison can tell. In all other cases the transaction was rolled back.
pub fn apply_set(
    session: &mut Session,
    set: &[Work<'_>],
    notes: &[String],
    observer: &dyn Observer,
) -> Result<Applied> {
    prepare(session)?;
    let mut attempt = 1;
    let result = loop {
        let result = Applier::new(session, set, observer).run(notes);
        match result {
            Err(error) if is_lock_conflict(&error) && attempt < ATTEMPTS => {
                roll_back(session)?;
                observer.check()?;
                std::thread::sleep(Duration::from_millis(100 << attempt));
                attempt += 1;
            }
            other => break other,
        }
    };
    if result.is_err() && !session.is_poisoned() {
        roll_back(session)?;
    }
    if !session.is_poisoned() {
        session.execute("SET character_set_results = utf8mb4")?;
    }
    result.map_err(explain)
}

/// Settings for writing: read committed, so that the verification sees what others have committed.
pub(super) fn prepare(session: &mut Session) -> Result<()> {
    raw_strings(session)?;
    let format: Option<String> = session.query_first("SELECT @@binlog_format")?;
    // Statement-based binary logs do not allow writes under READ COMMITTED (error 1665).
    let level = if format.as_deref() == Some("STATEMENT") { "REPEATABLE READ" } else { "READ COMMITTED" };
    session.execute(format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}"))?;
    session
        .execute(format!(
            "SET SESSION innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS}, SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS}"
        ))
        .map(drop)
}

pub(super) fn roll_back(session: &mut Session) -> Result<()> {
    session.execute("ROLLBACK")?;
    session.execute("SET foreign_key_checks = 1").map(drop)
}

/// Deadlock, or a lock that did not come free in time.
fn is_lock_conflict(error: &Error) -> bool {
    matches!(error.server_code(), Some(1213 | 1205))
}

/// A row in the way: duplicate key; rows that refer to this one; no row to refer to.
fn is_in_the_way(error: &Error) -> bool {
    matches!(error.server_code(), Some(1062 | 1586 | 1451 | 1452 | 1216 | 1217))
}

/// Says what to do about the server's errors that people meet. What an error means for the target, the run adds: it alone
/// knows what was committed before.
pub(super) fn explain(error: Error) -> Error {
    if error.hint().is_some() {
        return error;
    }
    let hint = match error.server_code() {
        Some(1213 | 1205) => "others hold these rows of the target; run again later",
        Some(1114 | 1021 | 1026 | 3 | 28 | 1041 | 1206) => {
            "the server has no room for the change; make room and run again"
        }
        Some(1142..=1143 | 1044 | 1227) => "the account lacks a privilege; see `lockstep grants`",
        _ => return error,
    };
    error.with_hint(hint)
}

/// A change that another row stood in the way of: the table's index in the set, and the position.
pub(super) type Deferred = (usize, u64);

/// One attempt at one set.
pub(super) struct Applier<'a, 's> {
    pub session: &'s mut Session,
    pub set: &'a [Work<'a>],
    pub observer: &'a dyn Observer,
    /// Tables that were written while foreign keys were not checked.
    pub unchecked: BTreeSet<TableName>,
    deferred: Vec<Deferred>,
    /// Updates that the server took for none.
    pub skipped: Vec<Deferred>,
    applied: Applied,
}

impl<'a, 's> Applier<'a, 's> {
    pub fn new(session: &'s mut Session, set: &'a [Work<'a>], observer: &'a dyn Observer) -> Self {
        Self {
            session,
            set,
            observer,
            unchecked: BTreeSet::new(),
            deferred: Vec::new(),
            skipped: Vec::new(),
            applied: Applied::default(),
        }
    }

    fn run(mut self, notes: &[String]) -> Result<Applied> {
        self.session.execute("START TRANSACTION")?;
        self.change()?;
        self.check_orphans()?;
        self.verify()?;
        for note in notes {
            self.session.execute(note)?;
        }
        self.observer.check()?;
        self.session.execute("COMMIT")?;
        Ok(self.applied)
    }

    /// Makes all changes.
    pub fn change(&mut self) -> Result<()> {
        for index in 0..self.set.len() {
            self.write(index, Phase::Write)?;
        }
        for index in (0..self.set.len()).rev() {
            self.write(index, Phase::Delete)?;
        }
        self.settle()
    }

    /// Whether one phase of one table's changes is made while foreign keys are not checked, and do not cascade.
    ///
    /// So it is where no order of rows or tables would do, or where a cascade would reach rows that are to
    /// stay as they are; provided that every table concerned is in the set, so that the orphan check can be made here.
    fn is_unchecked(&self, index: usize, phase: Phase) -> bool {
        let work = self.set[index];
        let (layout, changes) = (work.layout, &work.difference.changes);
        let cascades = |action: fn(&ForeignKey) -> Action| {
            layout.referenced_by.iter().any(|key| action(key) == Action::Change)
                && self.holds_children(layout)
        };
        if phase == Phase::Delete {
            return changes.deletes() > 0 && cascades(|key| key.on_delete);
        }
        let layouts: Vec<_> = self.set.iter().map(|w| w.layout).collect();
        let itself = changes.inserts() + changes.updates() > 0 && refers_to_itself(layout, &layouts);
        // Without checks, an update could take away what rows outside the set refer to.
        let inside = changes.updates() == 0 || self.holds_children(layout);
        let reaches = changes.updates() > 0 && cascades(|key| key.on_update);
        (itself && inside || reaches) && self.is_closed(layout)
    }

    /// Makes the changes of one phase of one table.
    fn write(&mut self, index: usize, phase: Phase) -> Result<()> {
        let work = self.set[index];
        let (layout, changes) = (work.layout, &work.difference.changes);
        let unchecked = self.is_unchecked(index, phase);
        if unchecked {
            self.set_checks(false)?;
            self.unchecked.insert(layout.table().clone());
        }
        let worth = changes.inserts() >= load::WORTH_LOADING_ROWS && work.difference.target.rows == 0;
        let worth = worth && !self.session.is_recording();
        if worth && phase == Phase::Write && load::is_permitted(self.session)? {
            self.load(index)?;
        } else {
            self.phase(index, phase)?;
        }
        if unchecked { self.set_checks(true) } else { Ok(()) }
    }

    /// Whether every table that `layout` refers to is in this set.
    pub fn is_closed(&self, layout: &Layout) -> bool {
        layout.foreign_keys.iter().all(|k| self.set.iter().any(|w| *w.layout.table() == k.parent))
    }

    /// Whether every table that refers to `layout` is in this set, with all its rows in scope: only then can the
    /// orphan check and the verification take the place of the server's checks.
    pub fn holds_children(&self, layout: &Layout) -> bool {
        layout.referenced_by.iter().all(|key| self.is_inside(key))
    }

    /// Whether rows outside the set may refer to a column.
    pub fn is_referred_to_from_outside(&self, layout: &Layout, column: &str) -> bool {
        let mut outside = layout.referenced_by.iter().filter(|key| !self.is_inside(key));
        outside.any(|key| key.parent_columns.iter().any(|c| c.eq_ignore_ascii_case(column)))
    }

    /// Whether all rows of the referring table are in the set.
    fn is_inside(&self, key: &ForeignKey) -> bool {
        self.set.iter().any(|w| *w.layout.table() == key.child && w.layout.reference.is_whole())
    }

    /// Switches the session's foreign-key checks.
    pub fn set_checks(&mut self, on: bool) -> Result<()> {
        self.session.execute(format!("SET foreign_key_checks = {}", u8::from(on))).map(drop)
    }

    fn phase(&mut self, index: usize, phase: Phase) -> Result<()> {
        let work = self.set[index];
        for next in statements(work.layout, &work.difference.changes, phase) {
            self.observer.check()?;
            self.batch(index, &next?)?;
        }
        Ok(())
    }

    /// Fills a table that is empty.
    fn load(&mut self, index: usize) -> Result<()> {
        let work = self.set[index];
        let mut file = LoadFile::default();
        for change in &work.difference.changes {
            if let (position, Change::Insert(row)) = change? {
                file.push(work.layout, position, &row)?;
            }
            if file.bytes.len() >= load::FILE_BYTES {
                self.load_file(index, &mut file)?;
            }
        }
        if file.positions.is_empty() { Ok(()) } else { self.load_file(index, &mut file) }
    }

    /// Sends one file; when not every row of it arrives, its rows one by one instead.
    fn load_file(&mut self, index: usize, file: &mut LoadFile) -> Result<()> {
        self.observer.check()?;
        self.session.execute("SAVEPOINT lockstep_file")?;
        let result = file.send(self.session, self.set[index].layout);
        let positions = std::mem::take(&mut file.positions);
        match result {
            Ok(rows) if rows == positions.len() as u64 => self.count(index, &positions),
            Err(error) if error.server_code().is_none() || is_lock_conflict(&error) => Err(error),
            Ok(_) | Err(_) => {
                self.session.execute("ROLLBACK TO SAVEPOINT lockstep_file")?;
                self.one_by_one(index, &positions)
            }
        }
    }

    /// Executes a statement; when some row is in the way, its rows one by one.
    fn batch(&mut self, index: usize, statement: &Statement) -> Result<()> {
        if statement.updates && self.session.is_recording() {
            return self.one_by_one(index, &statement.positions);
        }
        if statement.updates {
            return self.updates(index, statement);
        }
        match self.session.execute(&statement.sql) {
            Ok(_) => self.count(index, &statement.positions),
            Err(error) if is_in_the_way(&error) => self.one_by_one(index, &statement.positions),
            Err(error) => Err(error.context(self.set[index].layout.table())),
        }
    }

    /// Executes changes one by one, and defers those that have a row in their way.
    fn one_by_one(&mut self, index: usize, positions: &[u64]) -> Result<()> {
        for &position in positions {
            if self.single((index, position))?.is_some() {
                self.deferred.push((index, position));
            }
        }
        Ok(())
    }

    /// Executes several updates in one round trip; from the first one that has a row in its way, one by one.
    fn updates(&mut self, index: usize, statement: &Statement) -> Result<()> {
        let (done, error) = self.session.execute_many(&statement.sql)?;
        if let Some(error) = error
            && !is_in_the_way(&error)
        {
            return Err(error.context(self.set[index].layout.table()));
        }
        let (made, left) = statement.positions.split_at(done.len().min(statement.positions.len()));
        for (&position, changed) in made.iter().zip(done) {
            if changed == 0 && self.is_json_update(index, position)? {
                self.skipped.push((index, position));
            } else {
                self.count(index, &[position])?;
            }
        }
        self.one_by_one(index, left)
    }

    /// Executes one change; gives the error back when another row is in the way.
    pub fn single(&mut self, (index, position): Deferred) -> Result<Option<Error>> {
        self.observer.check()?;
        let work = self.set[index];
        let change = work.difference.changes.at(position)?;
        match self.session.execute(statement(work.layout, &change)?) {
            Ok(0) if self.is_json_update(index, position)? => {
                self.skipped.push((index, position));
                Ok(None)
            }
            Ok(_) => self.count(index, &[position]).map(|()| None),
            Err(error) if is_in_the_way(&error) => Ok(Some(error)),
            Err(error) => Err(self.obstacle((index, position), error)),
        }
    }

    /// Whether the change is an update of a JSON value. MySQL compares these by value and leaves the row
    /// alone when they are equal: from `1` to `1.0` only another row can bring it.
    fn is_json_update(&self, index: usize, position: u64) -> Result<bool> {
        let work = self.set[index];
        let change = work.difference.changes.at(position)?;
        let sets = change.sets(work.layout.identity().len())?;
        Ok(sets.iter().any(|(n, ..)| work.layout.columns.get(*n).is_some_and(|c| c.kind == Kind::Json)))
    }

    /// Counts changes that were made.
    pub fn count(&mut self, index: usize, positions: &[u64]) -> Result<()> {
        let work = self.set[index];
        let many = positions.len() as u64;
        match positions.first().map(|p| work.difference.changes.at(*p)).transpose()? {
            Some(Change::Insert(_)) => self.applied.inserted += many,
            Some(Change::Update(_)) => self.applied.updated += many,
            _ => self.applied.deleted += many,
        }
        self.observer.applied(work.layout.table(), many);
        Ok(())
    }

    /// Tries deferred changes again until none is left, then parks what only stands in its own way.
    fn settle(&mut self) -> Result<()> {
        let mut deferred = std::mem::take(&mut self.deferred);
        for _ in 0..ROUNDS {
            let before = deferred.len();
            if before == 0 {
                break;
            }
            deferred = self.round(deferred)?;
            // A round that moves little is not worth another one: parking takes two statements a row.
            if before - deferred.len() <= before / 8 {
                break;
            }
        }
        deferred.append(&mut self.skipped);
        let mut deletes = if deferred.is_empty() { Vec::new() } else { park::park(self, deferred)? };
        while !deletes.is_empty() {
            let before = deletes.len();
            deletes = self.round(deletes)?;
            if deletes.len() == before {
                return deletes.into_iter().try_for_each(|change| self.force(change));
            }
        }
        Ok(())
    }

    /// Makes a change without foreign-key checks, if every table concerned is in the set, so that the
    /// orphan check can take their place.
    pub fn force(&mut self, change: Deferred) -> Result<()> {
        if self.can_be_forced(change)? {
            self.set_checks(false)?;
            self.unchecked.insert(self.set[change.0].layout.table().clone());
        }
        let again = self.single(change)?;
        self.set_checks(true)?;
        again.map_or(Ok(()), |error| Err(self.obstacle(change, error)))
    }

    /// Whether the orphan check can take the place of the server's checks for this change.
    pub fn can_be_forced(&self, (index, position): Deferred) -> Result<bool> {
        let work = self.set[index];
        Ok(match work.difference.changes.at(position)? {
            Change::Insert(_) => self.is_closed(work.layout),
            Change::Delete(_) => self.holds_children(work.layout),
            Change::Update(_) => self.is_closed(work.layout) && self.holds_children(work.layout),
        })
    }

    /// Tries a change that had a row in its way again, in the same manner; gives the error back when one still is.
    pub fn retry(&mut self, change: Deferred) -> Result<Option<Error>> {
        let work = self.set[change.0];
        let delete = matches!(work.difference.changes.at(change.1)?, Change::Delete(_));
        if !self.is_unchecked(change.0, if delete { Phase::Delete } else { Phase::Write }) {
            return self.single(change);
        }
        self.set_checks(false)?;
        self.unchecked.insert(work.layout.table().clone());
        let again = self.single(change)?;
        self.set_checks(true)?;
        Ok(again)
    }

    /// One round, last first: chains of values that move by one come free from their end.
    fn round(&mut self, deferred: Vec<Deferred>) -> Result<Vec<Deferred>> {
        let mut left = Vec::new();
        for change in deferred.into_iter().rev() {
            if self.retry(change)?.is_some() {
                left.push(change);
            }
        }
        self.observer.check()?;
        Ok(left)
    }
}
