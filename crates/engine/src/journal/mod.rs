//! lockstep's own database in the target: runs, statements, row changes, and what was last verified.
//!
//! Everything is written with plain autocommit statements around the work they describe, so that a run
//! that died at any point is recognised by the next one: its row in `run` still says `running` while
//! nobody holds the lock.

mod holder;
mod keys;
mod left;
mod lock;
mod tables;

pub use holder::{Holder, HolderConnection, HolderRun};
pub use keys::TakenKey;
pub use left::{Came, OpenStatement};
pub use lock::Lock;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::data::Applied;
use crate::names::literal;
use crate::privileges::is_denied;
use crate::{Error, Result, Session, words};

/// The journal's database.
pub const DATABASE: &str = "lockstep";

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// At work now, or died without a word.
    Running,
    /// Finished; source and target were verified equal.
    Done,
    /// Ended with an error.
    Failed,
    /// Stopped by a person or a signal, or found dead by a later run.
    Interrupted,
    /// Stopped by its time budget.
    Budget,
}

impl RunStatus {
    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Budget => "budget",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "running" => Self::Running,
            "done" => Self::Done,
            "interrupted" => Self::Interrupted,
            "budget" => Self::Budget,
            _ => Self::Failed,
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One run, as `lockstep history` lists it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its number.
    pub run: u64,
    /// The flow, `dev → staging`.
    pub flow: String,
    /// The plan's fingerprint.
    pub plan: String,
    /// How it stands.
    pub status: RunStatus,
    /// When it began, UTC, `YYYY-MM-DD HH:MM:SS.mmm`.
    pub started: String,
    /// When it ended.
    pub finished: Option<String>,
    /// The database account that ran it.
    pub account: String,
    /// Schema statements finished.
    pub statements: u64,
    /// Rows changed.
    pub rows: Applied,
    /// What went wrong, if something did.
    pub message: Option<String>,
}

/// One journalled statement of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StatementRecord {
    /// The run.
    pub run: u64,
    /// Its place in the run, from 1.
    pub number: u64,
    /// `started`, `done`, `failed`, or `unknown` when the run ended during it and its outcome is not known.
    pub state: String,
    /// The object it changes.
    pub object: String,
    /// The SQL text.
    pub sql: String,
    /// The server's answer where it failed, or how it ended after its run.
    pub error: Option<String>,
}

/// What a login finds of a target's journal.
pub enum Look {
    /// The journal.
    Found(Box<Journal>),
    /// There is none: no run has changed this target.
    Missing,
    /// The login may not read it.
    Denied,
}

/// The journal in one target.
pub struct Journal {
    session: Session,
}

impl Journal {
    /// Opens the journal, creating its database and tables where they are missing.
    ///
    /// # Errors
    /// When they can be neither found nor created.
    pub fn open(mut session: Session) -> Result<Self> {
        if !Self::exists(&mut session, &tables::NAMES)? {
            tables::create(&mut session).map_err(|e| {
                e.context("the journal cannot be created")
                    .with_hint("an administrator creates it with the statements of `lockstep grants`")
            })?;
        }
        Ok(Self { session })
    }

    /// Opens the journal only if it is there and this login may read it; never writes.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn look(mut session: Session) -> Result<Look> {
        // `information_schema` lists no table that the login may not use: only an error tells the two cases apart.
        match session.execute("SELECT 1 FROM lockstep.run LIMIT 0") {
            Err(error) if error.server_code().is_some_and(is_denied) => return Ok(Look::Denied),
            Err(error) if error.server_code().is_none() => return Err(error),
            _ => {}
        }
        Ok(Self::find(session)?.map_or(Look::Missing, |journal| Look::Found(Box::new(journal))))
    }

    /// Opens the journal only if it is there; never writes.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn find(mut session: Session) -> Result<Option<Self>> {
        Ok(Self::exists(&mut session, &tables::NAMES[..tables::ALWAYS])?.then_some(Self { session }))
    }

    /// Whether the session sees these tables of the journal.
    fn exists(session: &mut Session, tables: &[&str]) -> Result<bool> {
        let count: Option<u64> = session.query_first(format!(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = {} AND table_name IN ({})",
            literal(DATABASE),
            tables.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ")
        ))?;
        Ok(count == Some(tables.len() as u64))
    }

    /// Marks runs that still say `running` as interrupted. Only a run that holds the lock may call this:
    /// then they are dead. Returns their numbers.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn close_dead_runs(&mut self) -> Result<Vec<u64>> {
        let dead: Vec<u64> = self.session.query("SELECT run FROM lockstep.run WHERE status = 'running'")?;
        if !dead.is_empty() {
            self.session.execute(
                "UPDATE lockstep.run SET status = 'interrupted', finished = UTC_TIMESTAMP(3), \
                 message = 'found dead by a later run' WHERE status = 'running'",
            )?;
        }
        Ok(dead)
    }

    /// Begins a run and returns its number.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn begin(&mut self, flow: &str, plan: &str) -> Result<u64> {
        self.session.execute(format!(
            "INSERT INTO lockstep.run (flow, plan, status, started, account, version) \
             VALUES ({}, {}, 'running', UTC_TIMESTAMP(3), CURRENT_USER(), {})",
            literal(flow),
            literal(plan),
            literal(env!("CARGO_PKG_VERSION"))
        ))?;
        self.session
            .query_first("SELECT LAST_INSERT_ID()")?
            .ok_or_else(|| Error::internal("the journal gave no run number"))
    }

    /// Notes that statement `number` of `run` is about to be executed.
    ///
    /// # Errors
    /// When the server refuses; the statement must then not be executed.
    pub fn statement_started(&mut self, run: u64, number: usize, object: &str, sql: &str) -> Result<()> {
        let sql = self.noted(sql);
        self.session
            .execute(format!(
                "INSERT INTO lockstep.statement (run, number, state, object, statement, started) \
                 VALUES ({run}, {number}, 'started', {}, {}, UTC_TIMESTAMP(3))",
                literal(object),
                literal(&sql)
            ))
            .map(drop)
    }

    /// A statement's text as it is noted: whole, or where the server would not take an entry of that length, its beginning and
    /// a digest of the rest.
    fn noted<'a>(&self, sql: &'a str) -> Cow<'a, str> {
        /// What an entry holds beside the text.
        const ENTRY_BYTES: u64 = 4096;
        // Each character may take two bytes in the literal.
        let room = usize::try_from(self.session.packet_bytes().saturating_sub(ENTRY_BYTES) / 2);
        let room = room.unwrap_or(usize::MAX);
        if sql.len() <= room {
            return Cow::Borrowed(sql);
        }
        let begin = &sql[..sql.floor_char_boundary(room.saturating_sub(ENTRY_BYTES as usize))];
        Cow::Owned(format!("{begin} … ({} bytes in all, xxh3 {:x})", sql.len(), xxh3_64(sql.as_bytes())))
    }

    /// Notes how statement `number` ended.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn statement_ended(&mut self, run: u64, number: usize, error: Option<&str>) -> Result<()> {
        let (state, error) = match error {
            None => ("done", "NULL".to_owned()),
            Some(text) => ("failed", literal(&words::message(text))),
        };
        self.session
            .execute(format!(
                "UPDATE lockstep.statement SET state = '{state}', error = {error}, \
                 finished = UTC_TIMESTAMP(3) WHERE run = {run} AND number = {number}"
            ))
            .map(drop)?;
        if state == "done" {
            self.count_statement(run)?;
        }
        Ok(())
    }

    fn count_statement(&mut self, run: u64) -> Result<()> {
        self.session
            .execute(format!("UPDATE lockstep.run SET statements = statements + 1 WHERE run = {run}"))
            .map(drop)
    }

    /// The statement that notes a table's row changes; it runs inside the transaction that makes them, so
    /// that the journal and the rows agree whatever happens.
    pub fn rows_changed_sql(run: u64, table: &str, inserted: u64, updated: u64, deleted: u64) -> String {
        format!(
            "INSERT INTO lockstep.row_change (run, table_name, inserted, updated, deleted, committed) \
             VALUES ({run}, {}, {inserted}, {updated}, {deleted}, UTC_TIMESTAMP(3))",
            literal(table)
        )
    }

    /// Ends a run.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn end(&mut self, run: u64, status: RunStatus, message: Option<&str>) -> Result<()> {
        self.session
            .execute(format!(
                "UPDATE lockstep.run SET status = '{}', finished = UTC_TIMESTAMP(3), message = {} WHERE run = {run}",
                status.word(),
                message.map_or("NULL".to_owned(), |text| literal(&words::message(text)))
            ))
            .map(drop)
    }

    /// The newest runs first, at most `limit`.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn runs(&mut self, limit: u32) -> Result<Vec<RunRecord>> {
        self.runs_where("TRUE", limit)
    }

    /// The newest run of a flow.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn last_run(&mut self, flow: &str) -> Result<Option<RunRecord>> {
        let runs = self.runs_where(&format!("r.flow = {}", literal(flow)), 1)?;
        Ok(runs.into_iter().next())
    }

    fn runs_where(&mut self, condition: &str, limit: u32) -> Result<Vec<RunRecord>> {
        type Row = (
            u64,
            String,
            String,
            String,
            String,
            Option<String>,
            String,
            u64,
            Option<String>,
            Option<u64>,
            Option<u64>,
            Option<u64>,
        );
        let rows: Vec<Row> = self.session.query(format!(
            "SELECT r.run, flow, plan, status, CAST(started AS CHAR), CAST(finished AS CHAR), account, \
                    statements, message, CAST(SUM(inserted) AS UNSIGNED), CAST(SUM(updated) AS UNSIGNED), \
                    CAST(SUM(deleted) AS UNSIGNED) \
             FROM lockstep.run r LEFT JOIN lockstep.row_change c ON c.run = r.run \
             WHERE {condition} GROUP BY r.run ORDER BY r.run DESC LIMIT {limit}"
        ))?;
        Ok(rows
            .into_iter()
            .map(|(run, flow, plan, status, started, finished, account, statements, message, i, u, d)| {
                RunRecord {
                    run,
                    flow,
                    plan,
                    status: RunStatus::from_word(&status),
                    started,
                    finished,
                    account,
                    statements,
                    rows: Applied {
                        inserted: i.unwrap_or(0),
                        updated: u.unwrap_or(0),
                        deleted: d.unwrap_or(0),
                    },
                    message,
                }
            })
            .collect())
    }

    /// The journalled statements of one run, in order.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn statements(&mut self, run: u64) -> Result<Vec<StatementRecord>> {
        let rows: Vec<(u64, String, String, String, Option<String>)> = self.session.query(format!(
            "SELECT number, state, object, statement, error FROM lockstep.statement \
             WHERE run = {run} ORDER BY number"
        ))?;
        Ok(rows
            .into_iter()
            .map(|(number, state, object, sql, error)| StatementRecord {
                run,
                number,
                state,
                object,
                sql,
                error,
            })
            .collect())
    }

    /// What was noted of a flow when it was last verified equal: an opaque JSON text, and its age in seconds.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn verified(&mut self, flow: &str) -> Result<Option<(String, u64)>> {
        self.session.query_first(format!(
            "SELECT state, TIMESTAMPDIFF(SECOND, verified, UTC_TIMESTAMP(3)) FROM lockstep.verified \
             WHERE flow_key = SHA2({}, 256)",
            literal(flow)
        ))
    }

    /// Notes that a flow was verified equal, as its source was `age` ago. This must be the run's last write to the
    /// target: the state may hold the target's position in its binlog up to this statement.
    ///
    /// # Errors
    /// When the server refuses.
    ///
    /// A state that is too long for the server is not noted: the next run then reads in full.
    pub fn set_verified(&mut self, flow: &str, state: &str, age: Duration) -> Result<()> {
        if self.noted(state).len() != state.len() {
            return Ok(());
        }
        let (flow, state, time) = (literal(flow), literal(state), ago(age));
        self.session
            .execute(format!(
                "REPLACE INTO lockstep.verified (flow_key, flow, state, verified) \
                 VALUES (SHA2({flow}, 256), {flow}, {state}, {time})"
            ))
            .map(drop)
    }

    /// Notes that a run left both sides equal, as the source was `age` ago. What [`set_verified`](Self::set_verified)
    /// noted of the servers' positions stays: the run that changed something knows no such position.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn set_in_step(&mut self, flow: &str, age: Duration) -> Result<()> {
        let (flow, time) = (literal(flow), ago(age));
        self.session
            .execute(format!(
                "INSERT INTO lockstep.verified (flow_key, flow, state, verified) \
                 VALUES (SHA2({flow}, 256), {flow}, 'null', {time}) ON DUPLICATE KEY UPDATE verified = {time}"
            ))
            .map(drop)
    }
}

/// The server's time, UTC, as it was `age` ago.
fn ago(age: Duration) -> String {
    format!("UTC_TIMESTAMP(3) - INTERVAL {} MICROSECOND", age.as_micros())
}
