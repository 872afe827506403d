//! Gate 1: signs that nothing moved since the last verified run, so that no row need be read.

use crate::{Result, Session};

/// The server's executed GTID set, where it keeps one: MySQL's `gtid_executed`, MariaDB's `gtid_binlog_state`.
///
/// # Errors
/// As [`Session::query`].
pub fn position(session: &mut Session) -> Result<Option<String>> {
    let query = if session.server().is_mariadb() {
        "SELECT IF(@@log_bin, @@gtid_binlog_state, '')"
    } else {
        "SELECT IF(@@gtid_mode = 'ON', @@GLOBAL.gtid_executed, '')"
    };
    let set: Option<String> = session.query_first(query)?;
    Ok(set.map(|s| s.replace(['\n', ' '], "")).filter(|s| !s.is_empty()))
}
