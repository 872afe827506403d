//! Gate 1: signs that a table has not moved since the last verified run, so that its rows need not be read.
//!
//! The caller takes a [`Mark`] of each side before it opens the snapshots, and keeps it in the journal once
//! the run is verified. Next time, a table whose rows did not move on either side since the kept marks is
//! in step without a look. Anything doubtful counts as moved. What no sign shows is a write that was kept
//! out of the binary log by an administrator (`sql_log_bin = 0`) where only GTIDs are compared: a full
//! verification ignores marks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::literal;
use crate::{ReferenceTable, Result, Session, TableName};

/// `UPDATE_TIME` counts whole seconds, and so does the clock it is compared with: a table is quiet when
/// it was last written this many seconds before the mark was taken.
const QUIET_SECONDS: i64 = 2;

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

    /// Whether the rows of `table` may have moved between this mark, kept since a verified run, and `now`.
    pub fn moved(&self, now: &Self, table: &TableName) -> bool {
        if self.server != now.server {
            return true;
        }
        if self.position.is_some() && self.position == now.position {
            return false;
        }
        let name = table.to_string();
        let quiet = |times: &&Times| times.updated + QUIET_SECONDS <= self.taken;
        let same_start = (self.started - now.started).abs() <= START_TOLERANCE_SECONDS;
        let known = self.tables.get(&name).filter(quiet);
        !same_start || known.is_none() || known != now.tables.get(&name)
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
        tables: rows.into_iter().filter_map(times).collect(),
    })
}

/// The server's executed GTID set, where it keeps one that every change adds to: MySQL's `gtid_executed`,
/// MariaDB's `gtid_binlog_state`.
///
/// Without a binary log a server's own changes have no GTID. What a MariaDB replica applies gets into its
/// binary log only with `log_slave_updates`, which is off unless set.
///
/// # Errors
/// As [`Session::query`].
pub fn position(session: &mut Session) -> Result<Option<String>> {
    let query = if session.server().is_mariadb() {
        "SELECT IF(@@log_bin AND (@@log_slave_updates OR @@gtid_slave_pos = ''), @@gtid_binlog_state, '')"
    } else {
        "SELECT IF(@@log_bin AND @@gtid_mode = 'ON', @@GLOBAL.gtid_executed, '')"
    };
    let set: Option<String> = session.query_first(query)?;
    Ok(set.map(|s| s.replace(['\n', ' '], "")).filter(|s| !s.is_empty()))
}
