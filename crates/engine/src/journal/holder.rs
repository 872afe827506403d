//! Who holds a target: what a run that must wait says of the other one.

use std::fmt;

use super::{Journal, lock};
use crate::words::count;
use crate::{Result, Session};

/// The run that holds a target's lock, as far as this login may know it.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The server's id of the connection that holds the lock.
    pub connection: u64,
    /// The journalled run, which has begun to change the target; `None` while the other run only reads and plans.
    pub run: Option<HolderRun>,
    /// The connection; `None` when this login may not see those of other accounts.
    pub seen: Option<HolderConnection>,
}

/// What the journal knows of the run.
#[derive(Clone, Debug)]
pub struct HolderRun {
    /// Its number.
    pub run: u64,
    /// Its flow, `dev → staging`.
    pub flow: String,
    /// When it began, UTC.
    pub started: String,
    /// Seconds since then.
    pub seconds: u64,
}

/// What the server's process list shows of the connection.
#[derive(Clone, Debug)]
pub struct HolderConnection {
    /// The account's name.
    pub user: String,
    /// The host that it comes from.
    pub host: String,
    /// Seconds for which the connection has been idle at least, and has held the lock.
    pub idle_seconds: u64,
}

impl Holder {
    /// Who holds the lock of runs; `None` when nobody does.
    pub(super) fn find(session: &mut Session) -> Result<Option<Self>> {
        let Some(connection) = lock::holder(session, lock::RUN)? else { return Ok(None) };
        // A login that may not read the journal or the process list still learns which connection it is.
        let run = running(session).unwrap_or_default();
        let seen = seen(session, connection).unwrap_or_default();
        Ok(Some(Self { connection, run, seen }))
    }
}

/// The run that the journal says is running. Whoever holds the lock has closed those of dead runs first.
fn running(session: &mut Session) -> Result<Option<HolderRun>> {
    if !Journal::exists(session, &super::tables::NAMES[..super::tables::ALWAYS])? {
        return Ok(None);
    }
    let row: Option<(u64, String, String, i64)> = session.query_first(
        "SELECT run, flow, CAST(started AS CHAR), TIMESTAMPDIFF(SECOND, started, UTC_TIMESTAMP(3)) \
         FROM lockstep.run WHERE status = 'running' ORDER BY run DESC LIMIT 1",
    )?;
    Ok(row.map(|(run, flow, started, seconds)| {
        // The server's clock may have been put back.
        HolderRun { run, flow, started, seconds: u64::try_from(seconds).unwrap_or(0) }
    }))
}

fn seen(session: &mut Session, connection: u64) -> Result<Option<HolderConnection>> {
    let row: Option<(String, String, i64)> = session.query_first(format!(
        "SELECT USER, HOST, TIME FROM information_schema.PROCESSLIST WHERE ID = {connection}"
    ))?;
    Ok(row.map(|(user, host, seconds)| {
        // `host:port`; over a socket there is no port.
        let host = host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host).to_owned();
        HolderConnection { user, host, idle_seconds: u64::try_from(seconds).unwrap_or(0) }
    }))
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.run {
            Some(HolderRun { run, flow, started, seconds }) => {
                write!(f, "run {run} of {flow}, begun {started} UTC ({} ago)", count(*seconds, "second"))?;
            }
            None => f.write_str("a run that has not changed anything yet")?,
        }
        if let Some(HolderConnection { user, host, idle_seconds }) = &self.seen {
            write!(f, ", by {user} from {host}")?;
            if self.run.is_none() {
                write!(f, ", which has held it for at least {}", count(*idle_seconds, "second"))?;
            }
        }
        write!(f, " (connection {})", self.connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_described_by_what_is_known_of_it() {
        let run = HolderRun {
            run: 12,
            flow: "dev → staging".into(),
            started: "2026-11-28 02:10:11.000".into(),
            seconds: 41,
        };
        let seen = HolderConnection { user: "writer".into(), host: "10.0.0.3".into(), idle_seconds: 1 };
        let text = |run, seen| Holder { connection: 99, run, seen }.to_string();
        assert_eq!(
            text(Some(run.clone()), Some(seen.clone())),
            "run 12 of dev → staging, begun 2026-11-28 02:10:11.000 UTC (41 seconds ago), by writer from 10.0.0.3 \
             (connection 99)"
        );
        assert_eq!(
            text(None, Some(seen)),
            "a run that has not changed anything yet, by writer from 10.0.0.3, which has held it for at least 1 second \
             (connection 99)"
        );
        assert_eq!(text(None, None), "a run that has not changed anything yet (connection 99)");
    }
}
