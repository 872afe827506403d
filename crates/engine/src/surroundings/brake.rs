//! The brake on rows: a plan that changes more of a table than a release does waits for a person.

use std::str::FromStr;

use crate::data::TableDifference;
use crate::topology::ReferenceTable;
use crate::{Error, ErrorKind};

/// Up to this many deleted rows are a release, whatever their share.
const FEW_DELETES: u64 = 1_000;

/// More than [`FEW_DELETES`] rows are a disaster only beyond this share of the table, in percent.
const DELETED_PERCENT: u64 = 20;

/// Emptying a table of more rows than this is braked: a list of a few dozen codes may well be replaced.
const EMPTIED_ROWS: u64 = 100;

/// A table is as good as emptied beyond this share, in percent.
const EMPTIED_PERCENT: u64 = 90;

/// Up to this many changed rows are a release: a new column or a corrected code touches whole small tables.
const FEW_CHANGES: u64 = 10_000;

/// More than [`FEW_CHANGES`] rows are suspicious only beyond this share of the table, in percent.
const CHANGED_PERCENT: u64 = 50;

/// How many rows of a table a plan may delete or change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// This many rows.
    Rows(u64),
    /// This share of the target's rows, in percent.
    Percent(u64),
}

impl Limit {
    fn is_exceeded(self, rows: u64, of: u64) -> bool {
        match self {
            Self::Rows(limit) => rows > limit,
            Self::Percent(percent) => u128::from(rows) * 100 > u128::from(of) * u128::from(percent),
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(rows) => write!(f, "{rows}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl FromStr for Limit {
    type Err = Error;

    /// Reads `500` or `20%`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            Error::new(ErrorKind::Config, format!("`{text}` is not a limit of rows"))
                .with_hint("write a number of rows, or a share of the table up to \"100%\": 500 or \"20%\"")
        };
        match text.strip_suffix('%') {
            Some(percent) => {
                percent.trim().parse().ok().filter(|p| *p <= 100).map(Self::Percent).ok_or_else(wrong)
            }
            None => text.trim().parse().map(Self::Rows).map_err(|_| wrong()),
        }
    }
}

/// Why a difference changes more rows than may be changed without a person's permission; empty when it does not.
/// Inserts are never braked: they take nothing away.
pub fn brake(reference: &ReferenceTable, difference: &TableDifference) -> Vec<String> {
    let changes = &difference.changes;
    let (deletes, changed, of) =
        (changes.deletes(), changes.deletes() + changes.updates(), difference.target.rows);
    let mut reasons = Vec::new();
    let by_default = |what: &str, rows: u64| format!("{rows} of its {of} rows would be {what}");
    let by_limit = |what: &str, rows: u64, key: &str, limit: Limit| {
        format!("{} and {key} is {limit}", by_default(what, rows))
    };
    match reference.max_deletes() {
        Some(limit) if limit.is_exceeded(deletes, of) => {
            reasons.push(by_limit("deleted,", deletes, "max_deletes", limit));
        }
        None if is_disaster(deletes, of) => {
            reasons.push(format!("{}: more than a release deletes", by_default("deleted", deletes)));
        }
        _ => {}
    }
    match reference.max_changes() {
        Some(limit) if limit.is_exceeded(changed, of) => {
            reasons.push(by_limit("changed or deleted,", changed, "max_changes", limit));
        }
        None if changed > FEW_CHANGES && Limit::Percent(CHANGED_PERCENT).is_exceeded(changed, of) => {
            reasons
                .push(format!("{}: more than a release changes", by_default("changed or deleted", changed)));
        }
        _ => {}
    }
    reasons
}

/// Whether so many deletes look like a mistake: a large part of a large table, or nearly the whole of one that is not tiny.
fn is_disaster(deletes: u64, of: u64) -> bool {
    let large = deletes > FEW_DELETES && Limit::Percent(DELETED_PERCENT).is_exceeded(deletes, of);
    large || (of > EMPTIED_ROWS && Limit::Percent(EMPTIED_PERCENT).is_exceeded(deletes, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disaster_is_braked_and_a_release_is_not() {
        // (rows deleted, rows of the table, braked)
        for (deletes, of, braked) in [
            (0, 0, false),
            (5, 5, false),
            (100, 100, false),
            (101, 101, true),
            (100, 101, true),
            (90, 101, false),
            (1_000, 1_200, false),
            (1_001, 1_200, true),
            (1_001, 5_005, false),
            (1_002, 5_005, true),
            (100_000, 100_000, true),
        ] {
            assert_eq!(is_disaster(deletes, of), braked, "{deletes} of {of}");
        }
    }

    #[test]
    fn limits_are_numbers_or_shares() {
        assert_eq!("500".parse::<Limit>().unwrap(), Limit::Rows(500));
        assert_eq!("20%".parse::<Limit>().unwrap(), Limit::Percent(20));
        assert_eq!("0%".parse::<Limit>().unwrap(), Limit::Percent(0));
        for bad in ["", "%", "-1", "101%", "5 rows", "1e3", "0.5%"] {
            assert!(bad.parse::<Limit>().is_err(), "{bad}");
        }
        assert!(Limit::Percent(20).is_exceeded(3, 10) && !Limit::Percent(20).is_exceeded(2, 10));
        assert!(Limit::Rows(0).is_exceeded(1, 10) && !Limit::Rows(0).is_exceeded(0, 10));
    }
}
