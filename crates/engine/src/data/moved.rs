//! Gate 1: signs that a table has not moved since the last verified run, so that its rows need not be read.
//!
//! The caller takes a [`Mark`] of each side before it opens the snapshots, and keeps it in the journal once
//! the run is verified. Next time, a table whose rows did not move on either side since the kept marks is
//! in step without a look. Anything doubtful counts as moved.
//!
//! Two signs: the server's position, where every change is sure to move it ([`position`]), and the times of a
//! table's last write. What the times do not show, found by trying:
//! - On MySQL, `EXCHANGE PARTITION`, `IMPORT TABLESPACE` and a swap by `RENAME TABLE` leave a table's times as they
//!   were, so the times count only while the server has executed none of these statements.
//! - On MariaDB, `TRUNCATE` does too, and the time is that of the statement, not of its commit: a transaction that
//!   is open while rows are compared would never be noticed. There the times prove nothing.
//!
//! Times that changed always tell of a write, even where the position did not move: a session with
//! `sql_log_bin = 0` keeps its changes out of the binary log. A full verification ignores all signs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::literal;
use crate::{ReferenceTable, Result, Session, TableName};

/// `UPDATE_TIME` counts whole seconds, so does the clock it is compared with, and a commit sets it a moment before
/// its rows are seen by others: a table is quiet when it was last written this many seconds before the mark was
/// taken.
const QUIET_SECONDS: i64 = 3;

/// MySQL's counts of executed statements that may exchange a table's rows and leave its times as they are. The last
/// is for transactions that were prepared before the server was last started: they set no time when they commit.
const UNSEEN: &str = "'Com_alter_table', 'Com_rename_table', 'Com_xa_commit'";

/// How far two readings of the server's start may lie apart: each is the difference of two clocks.
const START_TOLERANCE_SECONDS: i64 = 2;

/// How one server's reference tables stood at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Which server.
    server: String,
    /// When it was started, in Unix seconds by its own clock.
    started: i64,
    /// When the mark was taken, in Unix seconds by the server's clock.
    taken: i64,
    /// Its executed GTID set, where it keeps one.
    position: Option<String>,
    /// How many statements it has executed that may move rows without a trace in the tables' times; `None` where
    /// the times prove nothing.
    unseen: Option<u64>,
    /// When each table was made and last written. A table that gives no such sign is not listed.
    tables: BTreeMap<String, Times>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Times {
    created: i64,
    updated: i64,
}

impl Mark {
    /// Which server it is of.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The server's executed GTID set when the mark was taken, where it keeps one.
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// Whether `now` is of the same server, not started anew since this mark.
    pub fn same_start(&self, now: &Self) -> bool {
        self.server == now.server && (self.started - now.started).abs() <= START_TOLERANCE_SECONDS
    }

    /// Whether the times of `table` tell of a write between this mark and `now`, or are too coarse to exclude one,
    /// whatever the position says.
    pub fn written(&self, now: &Self, table: &TableName) -> bool {
        let name = table.to_string();
        now.tables.get(&name).is_some_and(|times| self.quiet(&name) != Some(times))
    }

    /// The times of a table that was last written so long before this mark that a later write has another time.
    fn quiet(&self, table: &str) -> Option<&Times> {
        self.tables.get(table).filter(|times| times.updated + QUIET_SECONDS <= self.taken)
    }

    /// Whether the rows of `table` may have moved between this mark, kept since a verified run, and `now`.
    pub fn moved(&self, now: &Self, table: &TableName) -> bool {
        if !self.same_start(now) || self.written(now, table) {
            return true;
        }
        if self.position.is_some() && self.position == now.position {
            return false;
        }
        let name = table.to_string();
        let shown = self.unseen.is_some() && self.unseen == now.unseen;
        !shown || self.quiet(&name).is_none() || self.quiet(&name) != now.tables.get(&name)
    }
}

/// Marks how the reference tables stand now.
///
/// # Errors
/// As [`Session::query`].
pub fn mark(session: &mut Session, references: &[ReferenceTable]) -> Result<Mark> {
    let position = position(session)?;
    let taken: i64 = session.query_first("SELECT UNIX_TIMESTAMP()")?.unwrap_or_default();
    let uptime: Option<(String, i64)> = session.query_first("SHOW GLOBAL STATUS LIKE 'Uptime'")?;
    let list = |names: Vec<String>| if names.is_empty() { "NULL".to_owned() } else { names.join(", ") };
    // For partitioned tables the time is of one partition only in some versions.
    let rows: Vec<(String, String, Option<i64>, Option<i64>)> = session.query(format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, UNIX_TIMESTAMP(CREATE_TIME), UNIX_TIMESTAMP(UPDATE_TIME) \
         FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ({}) AND TABLE_NAME IN ({}) \
         AND ENGINE = 'InnoDB' AND CREATE_OPTIONS NOT LIKE '%partitioned%'",
        list(references.iter().map(|r| literal(&r.name().database)).collect()),
        list(references.iter().map(|r| literal(&r.name().name)).collect()),
    ))?;
    let times = |(database, table, created, updated): (String, String, Option<i64>, Option<i64>)| {
        let name = TableName::new(database, table).to_string();
        Some((name, Times { created: created?, updated: updated? }))
    };
    Ok(Mark {
        server: session.server().server_uuid.clone(),
        started: taken - uptime.map_or(0, |(_, seconds)| seconds),
        taken,
        position,
        unseen: unseen(session)?,
        tables: rows.into_iter().filter_map(times).collect(),
    })
}

/// How many statements of [`UNSEEN`] the server has executed since its start, in procedures, events and by
/// replication too; `None` where the times of tables prove nothing: on MariaDB and before MySQL 8.0.
fn unseen(session: &mut Session) -> Result<Option<u64>> {
    if !session.server().is_mysql_at_least((8, 0, 0)) {
        return Ok(None);
    }
    let counts: Vec<(String, u64)> =
        session.query(format!("SHOW GLOBAL STATUS WHERE Variable_name IN ({UNSEEN})"))?;
    Ok((counts.len() == UNSEEN.split(',').count()).then(|| counts.iter().map(|(_, count)| count).sum()))
}

/// The server's executed GTID set, where it keeps one that every change adds to: MySQL's `gtid_executed`,
/// MariaDB's `gtid_binlog_state`.
///
/// Without a binary log a server's own changes have no GTID; nor has what the log leaves out of it
/// ([`binary_log`]). What a MariaDB replica or cluster node applies gets into its binary log only with
/// `log_slave_updates`, which is off unless set.
///
/// # Errors
/// As [`Session::query`].
pub fn position(session: &mut Session) -> Result<Option<String>> {
    if binary_log(session)? != BinaryLog::Whole {
        return Ok(None);
    }
    if session.server().is_mariadb() && applies_unlogged(session)? {
        return Ok(None);
    }
    let query = if session.server().is_mariadb() {
        "SELECT @@gtid_binlog_state"
    } else {
        "SELECT IF(@@gtid_mode = 'ON', @@GLOBAL.gtid_executed, '')"
    };
    let set: Option<String> = session.query_first(query)?;
    Ok(set.map(|s| s.replace(['\n', ' '], "")).filter(|s| !s.is_empty()))
}

/// Whether a MariaDB server may apply changes of others that do not get into its own binary log.
fn applies_unlogged(session: &mut Session) -> Result<bool> {
    let settings: Option<(bool, String)> =
        session.query_first("SELECT @@log_slave_updates, @@gtid_slave_pos")?;
    let (logs_all, applied) = settings.unwrap_or_default();
    if logs_all || !applied.is_empty() {
        return Ok(!logs_all);
    }
    let replicas: Vec<(String, String)> = session.query("SHOW GLOBAL STATUS LIKE 'Slaves_running'")?;
    let cluster: Vec<(String, String)> = session.query("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'")?;
    Ok(replicas.iter().any(|(_, count)| count != "0") || cluster.iter().any(|(_, on)| on == "ON"))
}

/// What a server's binary log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryLog {
    /// Every change.
    Whole,
    /// There is none.
    Off,
    /// Not the changes of some databases: `binlog-do-db` or `binlog-ignore-db` is set.
    Filtered,
    /// The login may not see whether it is filtered.
    Unknown,
}

/// Whether the server's binary log holds every change, as far as this login may see.
///
/// # Errors
/// As [`Session::query`].
pub fn binary_log(session: &mut Session) -> Result<BinaryLog> {
    if session.query_first::<bool>("SELECT @@log_bin")? != Some(true) {
        return Ok(BinaryLog::Off);
    }
    let statement = match session.server().is_mysql_at_least((8, 2, 0)) {
        true => "SHOW BINARY LOG STATUS",
        false => "SHOW MASTER STATUS",
    };
    let row: Option<mysql::Row> = match session.query_first(statement) {
        Err(error) if error.server_code().is_some_and(crate::privileges::is_denied) => {
            return Ok(BinaryLog::Unknown);
        }
        row => row?,
    };
    let filter = |name: &str| row.as_ref().and_then(|row| row.get::<String, _>(name));
    Ok(match (filter("Binlog_Do_DB").as_deref(), filter("Binlog_Ignore_DB").as_deref()) {
        (Some(""), Some("")) => BinaryLog::Whole,
        (Some(_), Some(_)) => BinaryLog::Filtered,
        _ => BinaryLog::Unknown,
    })
}
