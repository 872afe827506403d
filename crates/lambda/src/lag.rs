//! The lag probe: how long the oldest change that this environment does not have has been waiting.
//!
//! The lag is the flow's own: what people take to answer, and what they rejected, is no part of it.
//!
//! Runs each minute, so it reads no row and no definition: it asks the source where it stands, and if it has
//! moved since all its changes were here or rejected, when its objects in scope were last changed. What these times
//! do not show (a dropped table, a row change that the server forgot in a restart) the next plan finds, which
//! notes it in the same state.

use lockstep_engine::names::literal;
use lockstep_engine::{Session, Topology, data};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::aws::Aws;
use crate::clock::now_seconds;
use crate::connection::{endpoint, topology};
use crate::emf::{self, Unit};
use crate::failure::Result;
use crate::state::{Position, State};
use crate::{log, work};

/// Where a source stands now.
pub(crate) fn position(session: &mut Session) -> Result<Position> {
    let time: Option<u64> = session.query_first("SELECT UNIX_TIMESTAMP()")?;
    let gtids = data::position(session)?;
    let gtids = gtids.map(|set| Sha256::digest(set).iter().map(|b| format!("{b:02x}")).collect());
    Ok(Position { time: time.unwrap_or_default(), gtids })
}

/// Answers the schedule's event.
pub(crate) async fn handle(aws: &Aws) -> Result<Value> {
    let mut state = State::read(aws).await?;
    if state.first_seen.is_none() {
        let topology = topology(aws).await?;
        let source = endpoint(&aws.of_source().await?, "LOCKSTEP_SOURCE_PARAMETER").await?;
        let settled = state.settled().cloned();
        let before = settled.clone();
        let waited = work::run(move || {
            let mut session = Session::connect(&source)?;
            waited(&mut session, &topology, before.as_ref())
        })
        .await?;
        if let Some(waited) = waited {
            let first = now_seconds().saturating_sub(waited);
            state = State::change(aws, |state| state.see(settled.as_ref(), first)).await?;
        }
    }
    let (lag, approval) = seconds(&state, now_seconds());
    emf::put(&[("SyncLagSeconds", Unit::Seconds, lag), ("ApprovalWaitSeconds", Unit::Seconds, approval)]);
    let in_step = state.first_seen.is_none() && state.rejected.is_none();
    log::info("lag", &json!({ "lagSeconds": lag, "inStep": in_step, "waitingForApprovalSeconds": approval }));
    Ok(json!({ "lagSeconds": lag, "inStep": in_step, "waitingForApprovalSeconds": approval }))
}

/// The lag, and how long a person has been waited for. There is no lag meanwhile: nothing that was approved is
/// missing, and what the flow itself took before counts on afterwards ([`State::end_wait`]).
fn seconds(state: &State, now: u64) -> (u64, u64) {
    let since = |time: u64| now.saturating_sub(time);
    match state.waiting_since {
        Some(asked) => (0, since(asked)),
        None => (state.first_seen.map_or(0, since), 0),
    }
}

/// Seconds since the first change after `settled`, as far as the source's own times tell; `None` for no change.
fn waited(session: &mut Session, topology: &Topology, settled: Option<&Position>) -> Result<Option<u64>> {
    let now = position(session)?;
    // Nothing was ever found equal: everything is missing, from now on.
    let Some(before) = settled else { return Ok(Some(0)) };
    if now.gtids.is_some() && now.gtids == before.gtids {
        return Ok(None);
    }
    let uptime: Option<(String, u64)> = session.query_first("SHOW GLOBAL STATUS LIKE 'Uptime'")?;
    let started = now.time.saturating_sub(uptime.map_or(0, |(_, seconds)| seconds));
    if started > before.time {
        // The times of row changes do not outlive a restart: it counts as a change.
        return Ok(Some(now.time - started));
    }
    let first: Option<Option<u64>> = session.query_first(times(topology, before.time))?;
    Ok(first.flatten().map(|first| now.time.saturating_sub(first)))
}

/// The earliest time at which an object in scope was last changed, not before `since`. The times have a
/// resolution of one second, so a change in that very second counts.
fn times(topology: &Topology, since: u64) -> String {
    let list = |names: Vec<String>| names.join(", ");
    let databases = list(topology.databases.iter().map(|d| literal(d)).collect());
    let mut parts = vec![
        format!("SELECT create_time AS t FROM information_schema.tables WHERE table_schema IN ({databases})"),
        format!("SELECT last_altered FROM information_schema.routines WHERE routine_schema IN ({databases})"),
        format!("SELECT created FROM information_schema.triggers WHERE trigger_schema IN ({databases})"),
        format!("SELECT last_altered FROM information_schema.events WHERE event_schema IN ({databases})"),
    ];
    if !topology.references().is_empty() {
        let tables = topology
            .references()
            .iter()
            .map(|r| format!("({}, {})", literal(&r.name().database), literal(&r.name().name)));
        parts.push(format!(
            "SELECT update_time FROM information_schema.tables WHERE (table_schema, table_name) IN ({})",
            list(tables.collect())
        ));
    }
    format!(
        "SELECT CAST(MIN(UNIX_TIMESTAMP(t)) AS UNSIGNED) FROM ({}) changes WHERE UNIX_TIMESTAMP(t) >= {since}",
        parts.join(" UNION ALL ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_lag_while_a_person_is_asked() {
        let mut state = State::default();
        assert_eq!(seconds(&state, 1000), (0, 0));
        state.first_seen = Some(900);
        assert_eq!(seconds(&state, 1000), (100, 0));
        state.waiting_since = Some(940);
        assert_eq!(seconds(&state, 1000), (0, 60));
        state.end_wait(1000);
        assert_eq!(seconds(&state, 1000), (40, 0), "what the flow took before");
    }
}
