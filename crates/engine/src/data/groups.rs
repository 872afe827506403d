//! Comparison over a slow link: the servers compute a digest for each group of about 64 rows, and only the
//! rows of groups that differ travel.
//!
//! A row's digest is SHA-256, cut to 128 bits (64 on servers whose `BIT_XOR` knows no binary strings), over
//! every value with its length; a group's is the exclusive or of its rows'. Since each row's digest covers its identity, an edit
//! made to two rows does not cancel out. A difference goes unseen with a chance of 2^-128 (2^-64) per table.

use std::collections::HashMap;

use super::column::{Column, Kind};
use super::digest::{Digest, Method};
use super::layout::{Layout, Pair};
use crate::names::quote;
use crate::{Error, Result, Session};

/// Rows in a group when the identity is one integer.
const GROUP_ROWS: i128 = 64;

/// Bytes in a group of any other identity, by the server's estimate of the table's size.
const GROUP_BYTES: u64 = 8 * 1024;

/// Ranges of integer keys, and numbers of groups, in one query of rows.
const RANGES: usize = 500;
const NUMBERS: usize = 5000;

/// The rows of a table in groups.
pub(super) struct Grouping {
    /// The group's number, as SQL.
    number: String,
    /// The identity, where it is one integer and a group is a range of it.
    range: Option<String>,
}

/// The digests of one side of a table.
#[derive(Default)]
pub(super) struct Groups {
    by_number: HashMap<i128, (u64, u128)>,
    /// Some row is longer than the server can make a digest of.
    pub has_long_rows: bool,
}

/// What the groups of both sides say.
pub(super) struct Grouped {
    /// Of all rows.
    pub source: Digest,
    /// Of all rows.
    pub target: Digest,
    /// Rows in groups that are the same.
    pub equal: u64,
    /// Conditions that select the rows of all other groups, each for one query.
    pub conditions: Vec<String>,
}

impl Grouping {
    /// How a pair is grouped; `None` when some type's bytes cannot be had by SQL.
    pub fn of(pair: &Pair) -> Option<Self> {
        let layout = &pair.source;
        let unsuited = |c: &Column| matches!(c.kind, Kind::Json | Kind::Geometry);
        if layout.read()[..layout.compared()].iter().any(unsuited) {
            return None;
        }
        if let [Column { name, kind: Kind::Integer { .. }, .. }] = layout.identity() {
            let name = quote(name);
            return Some(Self { number: format!("{name} DIV {GROUP_ROWS}"), range: Some(name) });
        }
        let groups = (pair.source.bytes.max(pair.target.bytes) / GROUP_BYTES).max(1);
        let key = concatenation(layout.identity());
        Some(Self { number: format!("CRC32({key}) MOD {groups}"), range: None })
    }

    /// Conditions that select the rows of these groups, which are sorted.
    fn conditions(&self, numbers: &[i128]) -> Vec<String> {
        let Some(name) = &self.range else {
            let list = |part: &[i128]| part.iter().map(i128::to_string).collect::<Vec<_>>().join(", ");
            return numbers
                .chunks(NUMBERS)
                .map(|part| format!("{} IN ({})", self.number, list(part)))
                .collect();
        };
        let mut ranges: Vec<(i128, i128)> = Vec::new();
        for &number in numbers {
            // DIV rounds towards zero: the group 0 reaches from -63 to 63.
            let first = number * GROUP_ROWS - if number <= 0 { GROUP_ROWS - 1 } else { 0 };
            let last = number * GROUP_ROWS + if number >= 0 { GROUP_ROWS - 1 } else { 0 };
            match ranges.last_mut() {
                Some((_, end)) if *end + 1 == first => *end = last,
                _ => ranges.push((first, last)),
            }
        }
        let between = |(first, last): &(i128, i128)| format!("{name} BETWEEN {first} AND {last}");
        let list = |part: &[(i128, i128)]| part.iter().map(between).collect::<Vec<_>>().join(" OR ");
        ranges.chunks(RANGES).map(list).collect()
    }
}

/// Reads the digest of each group of one side.
pub(super) fn read(session: &mut Session, layout: &Layout, grouping: &Grouping) -> Result<Groups> {
    let mut groups = Groups::default();
    let query = query(session, layout, Some(&grouping.number));
    session.stream(&query, |row| {
        let number = match row.as_ref(0) {
            Some(mysql::Value::Int(v)) => i128::from(*v),
            Some(mysql::Value::UInt(v)) => i128::from(*v),
            other => {
                return Err(Error::internal(format!("{}: a group's number is {other:?}", layout.table())));
            }
        };
        let rows: u64 = row.get(1).unwrap_or_default();
        groups.by_number.insert(number, (rows, sum(row.get(2))?));
        groups.has_long_rows |= row.get::<u64, _>(3).unwrap_or_default() > 0;
        Ok(())
    })?;
    Ok(groups)
}

/// The digest of a whole table, computed in the server.
pub(super) fn whole(session: &mut Session, layout: &Layout) -> Result<Digest> {
    let query = query(session, layout, None);
    let row: Option<(u8, u64, Option<String>, u64)> = session.query_first(query)?;
    let (_, rows, hex, _) = row.ok_or_else(|| Error::internal("a digest query without a row"))?;
    Ok(Digest { rows, sum: sum(hex)?, method: Method::InServer })
}

/// Puts both sides' groups side by side.
pub(super) fn join(grouping: &Grouping, source: &Groups, target: &Groups) -> Grouped {
    let mut equal = 0;
    let mut differing: Vec<i128> = Vec::new();
    for (number, group) in &source.by_number {
        if target.by_number.get(number) == Some(group) {
            equal += group.0;
        } else {
            differing.push(*number);
        }
    }
    differing.extend(target.by_number.keys().filter(|number| !source.by_number.contains_key(number)));
    differing.sort_unstable();
    Grouped {
        source: source.digest(),
        target: target.digest(),
        equal,
        conditions: grouping.conditions(&differing),
    }
}

impl Groups {
    fn digest(&self) -> Digest {
        let empty = Digest { rows: 0, sum: 0, method: Method::InServer };
        self.by_number.values().fold(empty, |digest, (rows, sum)| Digest {
            rows: digest.rows + rows,
            sum: digest.sum ^ sum,
            ..digest
        })
    }
}

/// `SELECT number, rows, digest, rows that are too long for a digest`, per group or for the whole table.
fn query(session: &Session, layout: &Layout, number: Option<&str>) -> String {
    let row = concatenation(&layout.read()[..layout.compared()]);
    // A row beyond max_allowed_packet concatenates to NULL, which an aggregate would pass over: such a
    // row counts as different each time. A table that has one is compared by its rows.
    let hash = format!("IFNULL(SHA2({row}, 256), SHA2(UUID(), 256))");
    let digest = if session.server().is_mysql_at_least((8, 0, 0)) {
        format!("HEX(BIT_XOR(UNHEX(LEFT({hash}, 32))))")
    } else {
        format!("HEX(BIT_XOR(CAST(CONV(LEFT({hash}, 16), 16, 10) AS UNSIGNED)))")
    };
    let condition = layout.conditions(None);
    let group = number.map(|n| format!(" GROUP BY {n}")).unwrap_or_default();
    let table = layout.table().quoted();
    // Rows cannot be longer than their table; the count costs as much as the digest.
    let long = match layout.bytes.saturating_mul(8) < layout.packet_bytes {
        true => "0".to_owned(),
        false => format!("COUNT(*) - COUNT({row})"),
    };
    format!(
        "SELECT {} number, COUNT(*) counted, {digest} digest, {long} too_long FROM {table}{condition}{group}",
        number.unwrap_or("0")
    )
}

/// A query that answers with one text: how many rows a table has in scope, and a digest of their compared values. JSON and
/// geometries are taken as the server stores or prints them, so it tells two states of one table on one server apart,
/// and no two servers.
pub fn digest_query(session: &Session, layout: &Layout) -> String {
    let query = query(session, layout, None);
    format!("SELECT CONCAT_WS(' ', counted, digest, too_long) FROM ({query}) whole")
}

/// The values of `columns` in one binary string, each with its length, so that no two rows give the same.
pub(super) fn concatenation(columns: &[Column]) -> String {
    let part = |column: &Column| {
        let name = quote(&column.name);
        let value = match &column.kind {
            // As doubles, since the text of a FLOAT has six digits; times one, which keeps a minus zero.
            Kind::Float => format!("CAST({name} * 1e0 AS BINARY)"),
            kind if kind.is_number() && !matches!(kind, Kind::Integer { .. } | Kind::Year) => {
                format!("CAST(CAST({name} AS UNSIGNED) AS BINARY)")
            }
            _ => format!("CAST({name} AS BINARY)"),
        };
        // Not IFNULL: a value beyond max_allowed_packet gives NULL, too, and must not count as one.
        format!("IF({name} IS NULL, 'N', CONCAT(LENGTH({value}), ':', {value}))")
    };
    format!("CONCAT({})", columns.iter().map(part).collect::<Vec<_>>().join(", "))
}

fn sum(hex: Option<String>) -> Result<u128> {
    let hex = hex.filter(|hex| !hex.is_empty()).unwrap_or_else(|| "0".to_owned());
    u128::from_str_radix(&hex, 16).map_err(|_| Error::internal(format!("a digest reads {hex}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_become_ranges() {
        let by_range = Grouping { number: "`id` DIV 64".into(), range: Some("`id`".into()) };
        assert_eq!(
            by_range.conditions(&[-1, 0, 2, 3]),
            ["`id` BETWEEN -127 AND 63 OR `id` BETWEEN 128 AND 255"]
        );
        let by_hash = Grouping { number: "CRC32(k) MOD 9".into(), range: None };
        assert_eq!(by_hash.conditions(&[1, 4]), ["CRC32(k) MOD 9 IN (1, 4)"]);
    }
}
