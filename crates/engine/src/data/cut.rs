//! Cuts a large table into slices of about the same size, without reading its rows.
//!
//! Ranges of an integer key are halved, the fullest first, until the server's estimate of each is small enough.
//! Estimates come from a few dives into the index (`EXPLAIN`), and decide only how evenly a table is cut. The bounds are
//! halves of halves of the type's range: no key of any row is among them but by chance.

use std::collections::BinaryHeap;

use mysql::Row;

use super::column::Kind;
use super::layout::Layout;
use super::slice::{Slice, can_be_dealt};
use crate::names::quote;
use crate::{Error, Result, Session};

/// Estimates asked for beyond four a slice: a dense key of small numbers is 64 halvings down.
const PROBES: usize = 256;

/// How many slices a table is cut into.
#[derive(Clone, Copy, Debug)]
pub struct Cutting {
    /// Bytes of a slice, by the server's estimate of the table's size.
    pub slice_bytes: u64,
    /// The most slices.
    pub most: usize,
}

/// Slices that together are the table of `layout`; `None` where it is small enough, or has an identity that it cannot
/// be cut by. A table in which the server finds few rows where there are many is cut less evenly, never wrongly.
///
/// # Errors
/// As [`Session::query`].
pub fn cut(session: &mut Session, layout: &Layout, cutting: Cutting) -> Result<Option<Vec<Slice>>> {
    let wanted = layout.bytes.div_ceil(cutting.slice_bytes.max(1)).min(cutting.most as u64);
    if wanted < 2 {
        return Ok(None);
    }
    if let Some(key) = Key::of(layout) {
        let mut estimate = |from, to| key.estimate(session, layout, from, to);
        let all = estimate(None, None)?;
        let rows = (all / wanted).max(1);
        // Without bounds at the ends of the type: servers do not read all of them as integers.
        let (least, end) = key.range;
        let leaves = halve(key.range, rows, PROBES + 4 * wanted as usize, &mut |(low, high)| {
            estimate((low > least).then_some(low), (high < end).then_some(high))
        })?;
        let column = key.column.clone();
        return Ok(Some(ranges(column, &merge(leaves, rows, cutting.most))));
    }
    let of = u32::try_from(wanted).unwrap_or(u32::MAX);
    Ok(can_be_dealt(layout).then(|| (0..of).map(|number| Slice::Share { number, of }).collect()))
}

/// An integer of the identity that leads an index.
struct Key {
    column: String,
    index: String,
    /// The least value of its widest type, and the one after the greatest.
    range: (i128, i128),
}

impl Key {
    /// The primary key's, where there is a choice.
    fn of(layout: &Layout) -> Option<Self> {
        let mut keys: Vec<_> = layout.unique.iter().collect();
        keys.sort_by_key(|(name, _)| name != "PRIMARY");
        keys.into_iter().find_map(|(index, columns)| {
            let column = layout.identity().iter().find(|c| Some(&c.name) == columns.first())?;
            let range = match column.kind {
                Kind::Integer { unsigned: true } => (0, 1 << 64),
                Kind::Integer { unsigned: false } => (-(1 << 63), 1 << 63),
                _ => return None,
            };
            Some(Self { column: column.name.clone(), index: index.clone(), range })
        })
    }

    /// The server's guess of how many rows have a key in a range.
    fn estimate(
        &self,
        session: &mut Session,
        layout: &Layout,
        from: Option<i128>,
        to: Option<i128>,
    ) -> Result<u64> {
        let name = quote(&self.column);
        let bounds: Vec<String> =
            [from.map(|v| format!("{name} >= {v}")), to.map(|v| format!("{name} < {v}"))]
                .into_iter()
                .flatten()
                .collect();
        let condition =
            if bounds.is_empty() { String::new() } else { format!(" WHERE {}", bounds.join(" AND ")) };
        // USE and not FORCE, with which MySQL 8 makes no dives.
        let row: Option<Row> = session.query_first(format!(
            "EXPLAIN FORMAT=TRADITIONAL SELECT {name} FROM {} USE INDEX ({}){condition}",
            layout.table().quoted(),
            quote(&self.index)
        ))?;
        let row = row.ok_or_else(|| Error::internal("EXPLAIN without a row"))?;
        // NULL where the server sees that no row can be in the range.
        match row.get_opt::<Option<u64>, _>("rows") {
            Some(Ok(rows)) => Ok(rows.unwrap_or(0)),
            _ => Err(Error::internal("EXPLAIN without `rows`")),
        }
    }
}

/// A range of keys, up to the second and without it.
type Range = (i128, i128);

/// Halves `whole`, the fullest range first, until each holds `rows` at most; gives up evenness after `probes` estimates.
fn halve(
    whole: Range,
    rows: u64,
    probes: usize,
    estimate: &mut dyn FnMut(Range) -> Result<u64>,
) -> Result<Vec<(Range, u64)>> {
    let mut heap = BinaryHeap::from([(u64::MAX, whole)]);
    let mut done = Vec::new();
    let mut asked = 0;
    while let Some((count, (low, high))) = heap.pop() {
        if count <= rows || high - low < 2 || asked >= probes {
            done.push(((low, high), count));
            continue;
        }
        let middle = low + (high - low) / 2;
        for half in [(low, middle), (middle, high)] {
            heap.push((estimate(half)?, half));
        }
        asked += 2;
    }
    done.sort_unstable();
    Ok(done)
}

/// Joins neighbours that together hold `rows` at most; more where there would be too many ranges.
fn merge(leaves: Vec<(Range, u64)>, rows: u64, most: usize) -> Vec<Range> {
    let mut rows = rows;
    loop {
        let mut merged: Vec<(Range, u64)> = Vec::new();
        for &((low, high), count) in &leaves {
            match merged.last_mut() {
                Some(((_, end), sum)) if sum.saturating_add(count) <= rows => {
                    *end = high;
                    *sum += count;
                }
                _ => merged.push(((low, high), count)),
            }
        }
        if merged.len() <= most.max(1) || rows == u64::MAX {
            return merged.into_iter().map(|(range, _)| range).collect();
        }
        rows = rows.saturating_mul(2);
    }
}

/// The ranges as slices, the outer ones open.
fn ranges(column: String, ranges: &[Range]) -> Vec<Slice> {
    let last = ranges.len().saturating_sub(1);
    let slice = |(i, &(low, high)): (usize, &Range)| Slice::Keys {
        column: column.clone(),
        from: (i > 0).then_some(low),
        to: (i < last).then_some(high),
    };
    ranges.iter().enumerate().map(slice).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_set;
    use proptest::prelude::*;

    use super::*;

    fn cut_keys(keys: &std::collections::BTreeSet<i128>, rows: u64, most: usize, lie: u64) -> Vec<Slice> {
        let whole = (-(1 << 63), 1 << 63);
        let mut count = |(low, high): Range| Ok(keys.range(low..high).count() as u64 * lie);
        let leaves = halve(whole, rows, PROBES, &mut count).unwrap();
        ranges("id".into(), &merge(leaves, rows, most))
    }

    fn holds(slice: &Slice, key: i128) -> bool {
        let Slice::Keys { from, to, .. } = slice else { return false };
        from.is_none_or(|from| key >= from) && to.is_none_or(|to| key < to)
    }

    proptest! {
        #[test]
        fn every_key_is_in_one_slice(
            keys in btree_set(prop_oneof![-50_i128..50, any::<i64>().prop_map(i128::from)], 0..200),
            others in btree_set(any::<i64>().prop_map(i128::from), 0..50),
            rows in 1_u64..50,
            most in 1_usize..20,
            // A server that guesses wrong.
            lie in 0_u64..4,
        ) {
            let slices = cut_keys(&keys, rows, most, lie);
            prop_assert!(Slice::are_complete(&slices), "{slices:?}");
            prop_assert!(slices.len() <= most);
            for key in keys.iter().chain(&others) {
                prop_assert_eq!(slices.iter().filter(|s| holds(s, *key)).count(), 1);
            }
        }
    }

    #[test]
    fn slices_are_of_one_size_however_the_keys_lie() {
        let dense: std::collections::BTreeSet<i128> = (1..=1000).collect();
        let far = dense.iter().map(|k| if *k < 500 { *k } else { (1 << 60) + k * k }).collect();
        for keys in [dense, far] {
            let slices = cut_keys(&keys, 100, 200, 1);
            let counts: Vec<_> =
                slices.iter().map(|s| keys.iter().filter(|k| holds(s, **k)).count()).collect();
            assert!(counts.iter().all(|c| *c <= 100), "{counts:?}");
            assert!((10..=20).contains(&slices.len()), "{counts:?}");
        }
    }
}
