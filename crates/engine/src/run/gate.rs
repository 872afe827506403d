//! Gate 1: what has not moved since both sides were last found equal is not read again.
//!
//! Two signs. When neither server has committed anything, by its set of executed GTIDs, nothing is read at
//! all. When only the reference tables stood still, by the times of their last writes, their rows are not read;
//! definitions are. A busy production moves all the time, its reference tables hardly ever.
//!
//! What is remembered are marks from *before* schemas and rows were read, so that whatever was committed
//! meanwhile counts as moved. Only a run that found everything in step, and so wrote nothing but this memory
//! itself, may remember: the memory's own transaction is then the only one that the target may have more.
//!
//! Changes that a session keeps out of the binary log (`sql_log_bin = 0`) are invisible to GTIDs. Where they touch
//! reference tables the times tell of them; changes of definitions they hide, and `lockstep verify`, which ignores
//! this gate, shows them. So it is with `RESET BINARY LOGS AND GTIDS` when exactly as many transactions follow it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::plan::PlanOptions;
use super::sides::check_login;
use super::{Context, Source};
use crate::data::{Mark, mark};
use crate::journal::Journal;
use crate::names::literal;
use crate::{Error, Flavor, Result, Session, TableName};

/// What stood still since both sides were last found equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Still {
    /// Both servers: nothing need be read.
    Everything,
    /// The reference tables on both servers.
    ReferenceRows,
    /// Nothing that is known.
    Nothing,
}

/// How both servers stood at one moment, and for which scope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Marks {
    scope: String,
    source: Mark,
    target: Mark,
}

impl Marks {
    /// How both servers stand now; `None` when the source is no server.
    pub(super) fn take(context: &Context, options: &PlanOptions) -> Result<Option<Self>> {
        if matches!(context.source, Source::Directory(_)) {
            return Ok(None);
        }
        let references = context.references();
        Ok(Some(Self {
            scope: scope(context, options.strict_key_order),
            source: mark(&mut context.open_source()?, references)?,
            target: mark(&mut context.open_target()?, references)?,
        }))
    }

    /// What stood still between `self`, remembered, and `now`.
    fn still(&self, now: &Self, context: &Context) -> Result<Still> {
        if self.scope != now.scope {
            return Ok(Still::Nothing);
        }
        let source_stood =
            self.source.position().is_some() && self.source.position() == now.source.position();
        // A server that was started anew may have come back from a copy, and have gone another way since.
        let same_servers = self.source.same_start(&now.source) && self.target.same_start(&now.target);
        if source_stood
            && same_servers
            && !any_table(context, |table| {
                self.source.written(&now.source, table) || self.target.written(&now.target, table)
            })
            && let (Some(before), Some(after)) = (self.target.position(), now.target.position())
            && is_one_more(before, after, &mut context.open_target()?)?
        {
            return Ok(Still::Everything);
        }
        let moved = any_table(context, |table| {
            self.source.moved(&now.source, table) || self.target.moved(&now.target, table)
        });
        Ok(if moved { Still::Nothing } else { Still::ReferenceRows })
    }
}

fn any_table(context: &Context, is: impl Fn(&TableName) -> bool) -> bool {
    context.references().iter().map(crate::ReferenceTable::name).any(is)
}

/// Names what is compared and how: a memory of another scope says nothing of this one.
///
/// Only what was verified in full is remembered, which covers definitions and rows.
fn scope(context: &Context, strict_key_order: bool) -> String {
    let topology = &context.topology;
    let text = format!(
        "{} {:?} {:?} {}",
        env!("CARGO_PKG_VERSION"),
        topology.databases,
        topology.references(),
        strict_key_order
    );
    Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect()
}

/// Whether `now` holds exactly one transaction more than `before`.
fn is_one_more(before: &str, now: &str, session: &mut Session) -> Result<bool> {
    if session.server().flavor == Flavor::MariaDb {
        return Ok(mariadb_one_more(before, now).unwrap_or(false));
    }
    let more: Option<String> = session.query_first(format!(
        "SELECT IF(GTID_SUBSET({before}, {now}), GTID_SUBTRACT({now}, {before}), '')",
        now = literal(now),
        before = literal(before)
    ))?;
    Ok(more.is_some_and(|set| mysql_one(&set)))
}

/// Whether a set of MySQL's holds one transaction: `uuid:7` or, with a tag, `uuid:tag:7`. A range is `uuid:7-9`;
/// numbers that are no range, as members of a group give them, are `uuid:7:1000007`.
fn mysql_one(set: &str) -> bool {
    fn is_number(text: &str) -> bool {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
    }
    match set.split(':').collect::<Vec<_>>().as_slice() {
        [_, number] => is_number(number),
        [_, tag, number] => !tag.starts_with(|c: char| c.is_ascii_digit()) && is_number(number),
        _ => false,
    }
}

/// The same for MariaDB's `domain-server-number` lists.
fn mariadb_one_more(before: &str, now: &str) -> Option<bool> {
    let streams = |set: &str| -> Vec<String> {
        set.split(',').filter_map(|g| g.rsplit_once('-')).map(|(stream, _)| stream.to_owned()).collect()
    };
    let still_there = streams(now);
    if streams(before).iter().any(|stream| !still_there.contains(stream)) {
        // The binary log was begun anew.
        return Some(false);
    }
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

/// What the journal proves to have stood still since both sides were last found equal.
pub(super) fn still(context: &Context, now: Option<&Marks>) -> Result<Still> {
    let Some(now) = now else { return Ok(Still::Nothing) };
    let Some(mut journal) = Journal::find(context.open_journal()?)? else { return Ok(Still::Nothing) };
    let Some((state, _)) = journal.verified(&context.name())? else { return Ok(Still::Nothing) };
    // Written by another version it proves nothing here.
    let Ok(before) = serde_json::from_str::<Marks>(&state) else { return Ok(Still::Nothing) };
    let still = before.still(now, context)?;
    if still == Still::Everything {
        // No plan will be made, which would look at the logins.
        check_login(context, &mut context.open_source()?)?;
        check_login(context, &mut context.open_target()?)?;
    }
    Ok(still)
}

/// Remembers that both sides were found equal at `marks`, as the source was `age` ago. The caller wrote nothing to the target since.
///
/// A run that compared definitions only, or rows only, proves nothing of the rest and is not remembered.
/// A run by URLs leaves a target without a journal as it is; a run by a topology makes one.
pub(super) fn remember(
    context: &Context,
    options: &PlanOptions,
    marks: Option<&Marks>,
    age: Duration,
) -> Result<()> {
    let Some(marks) = marks.filter(|_| options.schema && options.data) else { return Ok(()) };
    let session = context.open_journal()?;
    let mut journal = match context.topology.ad_hoc {
        false => Journal::open(session)?,
        true => match Journal::find(session)? {
            Some(journal) => journal,
            None => return Ok(()),
        },
    };
    let state = serde_json::to_string(marks).map_err(|e| Error::internal("marks").with_source(e))?;
    journal.set_verified(&context.name(), &state, age)
}

#[cfg(test)]
mod tests {
    use super::{mariadb_one_more, mysql_one};

    #[test]
    fn a_set_of_one_transaction_is_told_from_others() {
        let set = |rest: &str| format!("3e11fa47-71ca-11e1-9e33-c80aa9429562{rest}");
        assert!(mysql_one(&set(":7")));
        assert!(mysql_one(&set(":tag:7")));
        for more in ["", ":7-8", ":tag:7-8", ":7:1000007", ":7:9:11"] {
            assert!(!mysql_one(&set(more)), "{more}");
        }
        assert!(!mysql_one(&format!("{},{}", set(":7"), set(":8"))));
        assert!(!mysql_one(""));
    }

    #[test]
    fn one_transaction_more_is_told_from_none_and_many() {
        assert_eq!(mariadb_one_more("0-1-55", "0-1-56"), Some(true));
        assert_eq!(mariadb_one_more("0-1-55", "0-1-55"), Some(false));
        assert_eq!(mariadb_one_more("0-1-55", "0-1-57"), Some(false));
        assert_eq!(mariadb_one_more("0-1-55", "0-1-55,1-2-1"), Some(true));
        assert_eq!(mariadb_one_more("0-1-55,0-2-9", "0-1-56,0-2-10"), Some(false));
        assert_eq!(mariadb_one_more("0-1-55", "0-2-1"), Some(false));
        assert_eq!(mariadb_one_more("0-1-55", "nonsense,0-1-56"), None);
    }
}
