//! Gate 1: when neither server has committed anything since both were last found equal, nothing is read.
//!
//! The sign is the set of executed GTIDs. What is remembered are the positions from *before* the schemas
//! and rows were read, so that whatever was committed meanwhile counts as moved. Only a run that found
//! everything in step, and so wrote nothing but this memory itself, may remember: the memory's own
//! transaction is then the only one that the target may have more.
//!
//! Changes that a server does not log (`sql_log_bin = 0`) are invisible to this gate; `lockstep verify` ignores it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::plan::PlanOptions;
use super::{Context, Source};
use crate::journal::Journal;
use crate::names::literal;
use crate::{Flavor, Result, Session, data};

/// Where both servers stood, and for which scope that was found equal.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Positions {
    scope: String,
    source: (String, String),
    target: (String, String),
}

impl Positions {
    /// Where both servers stand now; `None` when one of them keeps no GTIDs or is no server.
    pub fn read(context: &Context, options: &PlanOptions) -> Result<Option<Self>> {
        let Source::Server(source) = &context.source else { return Ok(None) };
        let position = |session: &mut Session| -> Result<Option<(String, String)>> {
            let uuid = session.server().server_uuid.clone();
            Ok(data::position(session)?.map(|p| (uuid, p)))
        };
        let (source, target) =
            (position(&mut Session::connect(source)?)?, position(&mut context.open_target()?)?);
        let scope = scope(context, options);
        Ok(source.zip(target).map(|(source, target)| Self { scope, source, target }))
    }

    /// True when nothing was committed on either server since `self` was remembered, `now` being read later.
    fn holds(&self, now: &Self, target: &mut Session) -> Result<bool> {
        let same = self.scope == now.scope && self.source == now.source && self.target.0 == now.target.0;
        Ok(same && is_one_more(&self.target.1, &now.target.1, target)?)
    }
}

/// Names what is compared and how: a memory of another scope says nothing of this one.
fn scope(context: &Context, options: &PlanOptions) -> String {
    let topology = &context.topology;
    let text = format!(
        "{} {:?} {:?} {} {} {}",
        env!("CARGO_PKG_VERSION"),
        topology.databases,
        topology.references(),
        options.schema,
        options.data,
        options.strict_key_order
    );
    Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect()
}

/// Whether `now` holds exactly one transaction more than `before`.
fn is_one_more(before: &str, now: &str, session: &mut Session) -> Result<bool> {
    if session.server().flavor == Flavor::MariaDb {
        return Ok(mariadb_one_more(before, now).unwrap_or(false));
    }
    let more: Option<String> = session.query_first(format!(
        "SELECT GTID_SUBTRACT({now}, {before})",
        now = literal(now),
        before = literal(before)
    ))?;
    // One transaction: `uuid:7` or, with a tag, `uuid:tag:7`; a range has a dash behind its last colon.
    let more = more.unwrap_or_default();
    let number = more.rsplit(':').next().unwrap_or_default();
    Ok(!more.contains(',')
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && more.len() > 36)
}

/// The same for MariaDB's `domain-server-number` lists.
fn mariadb_one_more(before: &str, now: &str) -> Option<bool> {
    let mut total: i128 = 0;
    for gtid in now.split(',') {
        let (stream, number) = gtid.rsplit_once('-')?;
        let earlier = before.split(',').filter_map(|g| g.rsplit_once('-')).find(|(s, _)| *s == stream);
        let earlier: i128 = earlier.map_or(Ok(0), |(_, n)| n.parse()).ok()?;
        let number: i128 = number.parse().ok()?;
        if number < earlier {
            return Some(false);
        }
        total += number - earlier;
    }
    Some(total == 1)
}

/// True when the journal proves that nothing moved since both sides were last found equal.
pub(super) fn is_unmoved(context: &Context, now: Option<&Positions>) -> Result<bool> {
    let Some(now) = now else { return Ok(false) };
    let Some(mut journal) = Journal::find(context.open_journal()?)? else { return Ok(false) };
    let Some((state, _)) = journal.verified(&context.name())? else { return Ok(false) };
    match serde_json::from_str::<Positions>(&state) {
        Ok(before) => before.holds(now, &mut context.open_target()?),
        // Written by another version: it proves nothing here.
        Err(_) => Ok(false),
    }
}

/// Remembers that both sides were found equal at `positions`. The caller wrote nothing to the target since.
///
/// A run by URLs leaves a target without a journal as it is; a run by a topology makes one.
pub(super) fn remember(context: &Context, positions: Option<&Positions>) -> Result<()> {
    let session = context.open_journal()?;
    let mut journal = match context.topology.ad_hoc {
        false => Journal::open(session)?,
        true => match Journal::find(session)? {
            Some(journal) => journal,
            None => return Ok(()),
        },
    };
    let state = positions.and_then(|p| serde_json::to_string(p).ok()).unwrap_or_default();
    journal.set_verified(&context.name(), &state)
}

#[cfg(test)]
mod tests {
    use super::mariadb_one_more;

    #[test]
    fn one_transaction_more_is_told_from_none_and_many() {
        assert_eq!(mariadb_one_more("0-1-55", "0-1-56"), Some(true));
        assert_eq!(mariadb_one_more("0-1-55", "0-1-55"), Some(false));
        assert_eq!(mariadb_one_more("0-1-55", "0-1-57"), Some(false));
        assert_eq!(mariadb_one_more("0-1-55", "0-1-55,1-2-1"), Some(true));
        assert_eq!(mariadb_one_more("0-1-55,0-2-9", "0-1-56,0-2-10"), Some(false));
        assert_eq!(mariadb_one_more("0-1-55", "nonsense"), None);
    }
}
