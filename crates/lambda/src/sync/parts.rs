//! Rows that one call cannot compare: cut into parts that the workflow's Map state has compared, and taken up again in
//! the next call, which reads only the parts that differ.

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_engine::ErrorKind;
use lockstep_engine::data::Slice;
use lockstep_engine::progress::Observer;
use lockstep_engine::run::{self, Cut, Marks, PartLimits, RowScope};
use serde::{Deserialize, Serialize};

use super::{Call, context};
use crate::clock::Budget;
use crate::connection::Sides;
use crate::failure::{Failure, Kind, Result};
use crate::state::Position;
use crate::store::{Present, Store};

/// What a function is taken to compare in a second, by the servers' estimate of a table's size: a small
/// part of what was measured, as production's servers have other work.
const BYTES_PER_SECOND: u64 = 8 * 1024 * 1024;

/// Parts are this fraction of what fits into a call, so that one which is larger than estimated still does.
const PARTS_PER_CALL: u64 = 4;

/// The most parts: with them, an answer and the workflow's state stay far below their limits.
const MOST_PARTS: usize = 200;

/// The time for cutting, and the largest share of a call that is set aside for it, as a divisor: it reads no rows.
const CUT_TIME: Duration = Duration::from_secs(15);
const CUT_SHARE: u32 = 4;

/// A reference table, or a slice of it: an item of the workflow's Map state.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Part {
    /// The table, `database.table`.
    pub table: String,
    /// Its rows; `None` for all of them.
    #[serde(default)]
    pub slice: Option<Slice>,
}

/// What a compare function found.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Compared {
    /// What was compared.
    pub part: Part,
    /// Whether both sides are the same.
    pub equal: bool,
}

/// What is known from before the parts were compared. Kept in the bucket: GTIDs can be long.
#[derive(Debug, Deserialize, Serialize)]
struct Before {
    position: Position,
    marks: Option<Marks>,
}

/// The time for the work before a cut: what cutting takes is set aside.
pub(super) fn time_before_cut(budget: Budget) -> Duration {
    budget.left().saturating_sub(CUT_TIME.min(budget.whole() / CUT_SHARE))
}

/// The most bytes of rows that a call tries to compare by itself.
pub(super) fn bytes_in(budget: Budget) -> u64 {
    BYTES_PER_SECOND * budget.whole().as_secs().max(1)
}

/// Cuts what does not fit into a call of `budget`. With `too_slow`, even the size that should have fitted did not.
///
/// # Errors
/// When a server fails, or takes long to say how large its tables are; when there is nothing to cut.
pub(super) fn cut(sides: &Sides, observer: &dyn Observer, budget: Budget, too_slow: bool) -> Result<Cut> {
    let call_bytes = bytes_in(budget);
    let limits = PartLimits {
        whole_bytes: if too_slow { 0 } else { call_bytes / 2 },
        part_bytes: call_bytes / PARTS_PER_CALL,
        most: MOST_PARTS,
    };
    // In full also in a call that is too short to spare it: what never gets cut never gets compared.
    let context = context(sides, observer, CUT_TIME);
    let cut = match run::cut(&context, limits) {
        Ok(cut) => Some(cut),
        Err(error) if error.kind() == ErrorKind::Budget => None,
        Err(error) => return Err(error.into()),
    };
    let Some(cut) = cut.filter(|cut| !cut.parts.is_empty()) else {
        return Err(Failure::new(
            Kind::TooLarge,
            "reading the definitions alone does not fit into one call; run `lockstep sync` from a machine in this \
             environment's network",
        ));
    };
    Ok(cut)
}

/// A cut's parts as items of the Map state.
pub(super) fn items(cut: &Cut) -> Vec<Part> {
    let item = |part: &run::Part| Part { table: part.table.to_string(), slice: part.slice.clone() };
    cut.parts.iter().map(item).collect()
}

/// Which rows are left to be read after these comparisons. A table that was not compared is read as a whole.
///
/// # Errors
/// When some part of a table that was cut is missing.
pub(super) fn scope(compared: &[Compared]) -> Result<RowScope> {
    let mut tables: BTreeMap<&str, Vec<&Compared>> = BTreeMap::new();
    for one in compared {
        tables.entry(&one.part.table).or_default().push(one);
    }
    let mut slices = BTreeMap::new();
    for (table, parts) in tables {
        let cut: Vec<Slice> = parts.iter().filter_map(|p| p.part.slice.clone()).collect();
        let differing = parts.iter().filter(|p| !p.equal);
        match parts.as_slice() {
            [whole] if whole.part.slice.is_none() => {
                if whole.equal {
                    slices.insert(table.to_owned(), Vec::new());
                }
            }
            _ if cut.len() == parts.len() && Slice::are_complete(&cut) => {
                let differing = differing.filter_map(|p| p.part.slice.clone()).collect();
                slices.insert(table.to_owned(), differing);
            }
            _ => {
                return Err(Failure::event(format!(
                    "`compared` does not hold every part of {table} once; start the workflow again"
                )));
            }
        }
    }
    Ok(RowScope { slices, ..RowScope::default() })
}

/// The tables of which a part was found different, for a person.
pub(super) fn different(compared: &[Compared]) -> String {
    let mut tables: Vec<&str> = compared.iter().filter(|c| !c.equal).map(|c| c.part.table.as_str()).collect();
    tables.dedup();
    tables.join(", ")
}

/// How many parts were found different.
pub(super) fn count_different(compared: &[Compared]) -> u64 {
    compared.iter().filter(|c| !c.equal).count() as u64
}

/// Where what was known before the parts of this run is kept: beside the plans, under the run's name.
fn place(call: &Call<'_>) -> (String, String) {
    let action = format!("{:?}", call.event.action).to_lowercase();
    (format!("run-{}", call.event.run), format!("before-{action}.json"))
}

/// Keeps what is known from before the parts are compared, in the place of what an earlier plan of this run kept: the parts
/// are those of the last call.
///
/// # Errors
/// When it cannot be put.
pub(super) async fn remember(call: &Call<'_>, position: Position, marks: Option<Marks>) -> Result<()> {
    let (folder, name) = place(call);
    let text = serde_json::to_string(&Before { position, marks })
        .map_err(|e| Failure::new(Kind::Internal, format!("what was before the parts: {e}")))?;
    Store::open(call.aws)?.put_text(&folder, &name, text, Present::Replaced).await.map(drop)
}

/// What was known before the parts were compared; nothing where it cannot be found or read.
///
/// # Errors
/// When the bucket cannot be read.
pub(super) async fn recall(call: &Call<'_>) -> Result<(Option<Position>, Option<Marks>)> {
    let (folder, name) = place(call);
    let text = Store::open(call.aws)?.get(&folder, &name).await?;
    let before = text.and_then(|text| serde_json::from_str::<Before>(&text).ok());
    Ok(before.map_or((None, None), |before| (Some(before.position), before.marks)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(table: &str, slice: Option<Slice>, equal: bool) -> Compared {
        Compared { part: Part { table: table.into(), slice }, equal }
    }

    #[test]
    fn only_what_differs_is_left() {
        let share = |number| Slice::Share { number, of: 2 };
        let mut found = vec![
            compared("a.equal", None, true),
            compared("a.different", None, false),
            compared("a.cut", Some(share(0)), true),
            compared("a.cut", Some(share(1)), false),
        ];
        let left = scope(&found).unwrap().slices;
        assert_eq!(left.get("a.equal"), Some(&Vec::new()));
        assert_eq!(left.get("a.different"), None);
        assert_eq!(left.get("a.cut"), Some(&vec![share(1)]));
        assert_eq!(different(&found), "a.different, a.cut");

        found.push(compared("a.cut", None, true));
        assert!(scope(&found).is_err(), "a part too many");
        found.truncate(3);
        assert!(scope(&found).is_err(), "a part is missing");
    }
}
