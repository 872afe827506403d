//! Statements that a run left to the server, or died during: what is known of them, and their outcome.

use super::{Journal, RunStatus};
use crate::Result;
use crate::names::literal;

/// What is noted of a statement that the server did not bring to its end after its run.
const IN_VAIN: &str = "its run ended during it; it did not succeed in the server, which told nobody why";

/// A statement of which the journal knows only that it was begun.
#[derive(Clone, Debug)]
pub struct OpenStatement {
    /// Its run.
    pub run: u64,
    /// Its place in the run, from 1.
    pub number: u64,
    /// The run's flow.
    pub flow: String,
    /// How the run ended.
    pub status: RunStatus,
    /// The object it changes.
    pub object: String,
    /// The SQL text.
    pub sql: String,
    /// Seconds since it was begun.
    pub seconds: u64,
}

/// The outcome of such a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// The target is as it was to become.
    Done,
    /// The target is as it was before.
    Nothing,
    /// What the target is like tells neither.
    Unknown,
}

impl Journal {
    /// The statements without an end, the newest first. For a run that holds the lock these are what earlier runs left or
    /// died during.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn open_statements(&mut self) -> Result<Vec<OpenStatement>> {
        type Row = (u64, u64, String, String, String, String, i64);
        let rows: Vec<Row> = self.session.query(
            "SELECT s.run, s.number, r.flow, r.status, s.object, s.statement, \
             TIMESTAMPDIFF(SECOND, s.started, UTC_TIMESTAMP(3)) \
             FROM lockstep.statement s JOIN lockstep.run r ON r.run = s.run WHERE s.state = 'started' \
             ORDER BY s.run DESC, s.number DESC",
        )?;
        let open = |(run, number, flow, status, object, sql, seconds): Row| {
            // The server's clock may have been put back.
            let seconds = u64::try_from(seconds).unwrap_or(0);
            OpenStatement { run, number, flow, status: RunStatus::from_word(&status), object, sql, seconds }
        };
        Ok(rows.into_iter().map(open).collect())
    }

    /// Notes the outcome of a statement that was found after its run.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn settle(&mut self, statement: &OpenStatement, came: Came) -> Result<()> {
        let (state, note) = match came {
            Came::Done => ("done", "its run ended during it; the server went on"),
            Came::Nothing => ("failed", IN_VAIN),
            Came::Unknown => ("unknown", "its run ended during it; the next plan shows what it left"),
        };
        let OpenStatement { run, number, .. } = statement;
        self.session.execute(format!(
            "UPDATE lockstep.statement SET state = '{state}', error = {}, finished = UTC_TIMESTAMP(3) \
             WHERE run = {run} AND number = {number}",
            literal(note)
        ))?;
        if came == Came::Done {
            self.count_statement(*run)?;
        }
        Ok(())
    }

    /// Notes that a run, all of whose work was found done by a later one, is done.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn found_done(&mut self, run: u64) -> Result<()> {
        self.end(
            run,
            RunStatus::Done,
            Some("its last statement ended in the server; a later run found both sides equal"),
        )
    }

    /// How many runs in a row, up to the last one, ended at their budget and left this statement to the server without
    /// success.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn left_in_vain(&mut self, flow: &str, object: &str, sql: &str) -> Result<u64> {
        let flow = literal(flow);
        let sql = self.noted(sql);
        let count: Option<u64> = self.session.query_first(format!(
            "SELECT COUNT(*) FROM lockstep.statement s JOIN lockstep.run r ON r.run = s.run \
             WHERE r.flow = {flow} AND r.status = 'budget' AND s.object = {} AND s.statement = {} \
             AND s.state = 'failed' AND s.error = {} AND r.run > (SELECT COALESCE(MAX(o.run), 0) FROM lockstep.run o \
             WHERE o.flow = {flow} AND o.status NOT IN ('budget', 'running'))",
            literal(object),
            literal(&sql),
            literal(IN_VAIN)
        ))?;
        Ok(count.unwrap_or(0))
    }
}
