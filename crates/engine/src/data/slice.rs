//! Slices of a reference table: sets of its rows chosen by their identity alone, so that a table which is too large
//! for one comparison can be compared in several.
//!
//! A slice means the same on both sides, and every row belongs to exactly one slice of a cut. So a row that only one
//! side has is found in its slice, and the union of equal slices is equal. Order is used for integers only, whose
//! order all servers share; rows of other identities are dealt out by a checksum of the identity's bytes.

use serde::{Deserialize, Serialize};

use super::column::{Column, Kind};
use super::groups::concatenation;
use super::layout::{Layout, Pair};
use crate::names::quote;
use crate::{Error, Result};

/// Some of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slice {
    /// Rows whose `column`, an integer of the identity, is at least `from` and less than `to`.
    Keys {
        /// The column.
        column: String,
        /// The least value; `None` leaves no value out, and no NULL either.
        #[serde(with = "text")]
        from: Option<i128>,
        /// The value after the greatest; `None` leaves none out.
        #[serde(with = "text")]
        to: Option<i128>,
    },
    /// Rows whose identity's CRC-32, divided by `of`, leaves `number`. The server reads the whole table for each.
    Share {
        /// Which of the shares, from 0 on.
        number: u32,
        /// How many shares there are.
        of: u32,
    },
}

impl Slice {
    /// The slice as a condition on a row of `layout`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Refused`] when the table was not cut so: the column is no integer of the identity, or the
    /// identity's bytes cannot be had in SQL.
    fn condition(&self, layout: &Layout) -> Result<String> {
        match self {
            Slice::Keys { column, from, to } => {
                let found = layout.identity().iter().find(|c| c.name == *column && is_integer(c));
                let found = found.ok_or_else(|| changed(layout))?;
                let name = quote(column);
                let from = from.map(|value| format!("{name} >= {value}"));
                let to = to.map(|value| format!("{name} < {value}"));
                // A NULL in an identity is refused when it is read: some slice must read it.
                let null = (from.is_none() && found.nullable).then(|| format!("{name} IS NULL"));
                let bounds: Vec<String> = from.into_iter().chain(to).collect();
                let bounds = if bounds.is_empty() { "TRUE".to_owned() } else { bounds.join(" AND ") };
                Ok([Some(bounds), null].into_iter().flatten().collect::<Vec<_>>().join(" OR "))
            }
            Slice::Share { number, of } => {
                if number >= of || !can_be_dealt(layout) {
                    return Err(changed(layout));
                }
                Ok(format!("CRC32({}) MOD {of} = {number}", concatenation(layout.identity())))
            }
        }
    }

    /// Whether every possible row is in exactly one of `slices`.
    pub fn are_complete(slices: &[Slice]) -> bool {
        match slices.first() {
            None => false,
            Some(Slice::Share { of, .. }) => {
                let mut numbers: Vec<u32> = slices.iter().filter_map(|s| s.share_of(*of)).collect();
                numbers.sort_unstable();
                numbers.len() == slices.len() && numbers.into_iter().eq(0..*of)
            }
            Some(Slice::Keys { column, .. }) => {
                let mut ranges: Vec<_> = slices.iter().filter_map(|s| s.range_of(column)).collect();
                ranges.sort_unstable();
                ranges.len() == slices.len()
                    && ranges.first().is_some_and(|(from, _)| from.is_none())
                    && ranges.last().is_some_and(|(_, to)| to.is_none())
                    && ranges.windows(2).all(|pair| pair[0].1.is_some() && pair[0].1 == pair[1].0)
            }
        }
    }

    fn share_of(&self, shares: u32) -> Option<u32> {
        match self {
            Slice::Share { number, of } if *of == shares => Some(*number),
            _ => None,
        }
    }

    fn range_of(&self, name: &str) -> Option<(Option<i128>, Option<i128>)> {
        match self {
            Slice::Keys { column, from, to } if column == name => Some((*from, *to)),
            _ => None,
        }
    }
}

fn is_integer(column: &Column) -> bool {
    matches!(column.kind, Kind::Integer { .. })
}

/// Whether the identity's bytes can be had in SQL, and are the same on all servers.
pub(super) fn can_be_dealt(layout: &Layout) -> bool {
    let suited = |k: &Kind| {
        matches!(k, Kind::Integer { .. } | Kind::Decimal | Kind::Date | Kind::Text { .. } | Kind::Binary)
    };
    layout.identity().iter().all(|column| suited(&column.kind))
}

fn changed(layout: &Layout) -> Error {
    Error::refused(format!("{}: the table cannot be cut so", layout.table()))
        .with_hint("its definition changed since it was cut: start again")
}

impl Pair {
    /// The same tables, of which only the rows in `slices` are read; none where there is no slice.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Refused`] when the table was not cut so.
    pub fn within(mut self, slices: &[Slice]) -> Result<Self> {
        for layout in [&mut self.source, &mut self.target] {
            let conditions = slices.iter().map(|s| Ok(format!("({})", s.condition(layout)?)));
            let conditions = conditions.collect::<Result<Vec<_>>>()?;
            layout.within =
                Some(if conditions.is_empty() { "FALSE".to_owned() } else { conditions.join(" OR ") });
        }
        Ok(self)
    }
}

/// Numbers as text: JSON readers lose digits of large ones.
mod text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bound: &Option<i128>, to: S) -> Result<S::Ok, S::Error> {
        bound.map(|b| b.to_string()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i128>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.map(|t| t.parse().map_err(|_| D::Error::custom("a bound is no number"))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::Slice;

    fn keys(from: Option<i128>, to: Option<i128>) -> Slice {
        Slice::Keys { column: "id".into(), from, to }
    }

    #[test]
    fn a_cut_leaves_no_gap_and_no_overlap() {
        let whole = [keys(Some(7), None), keys(None, Some(-3)), keys(Some(-3), Some(7))];
        assert!(Slice::are_complete(&whole));
        assert!(Slice::are_complete(&[keys(None, None)]));
        for left_out in 0..whole.len() {
            let mut some = whole.to_vec();
            some.remove(left_out);
            assert!(!Slice::are_complete(&some), "{some:?}");
        }
        assert!(!Slice::are_complete(&[keys(None, Some(5)), keys(Some(4), None)]));
        assert!(!Slice::are_complete(&[keys(None, None), keys(None, None)]));
        let share = |number, of| Slice::Share { number, of };
        assert!(Slice::are_complete(&[share(1, 2), share(0, 2)]));
        assert!(!Slice::are_complete(&[share(1, 2), share(1, 2)]));
        assert!(!Slice::are_complete(&[share(1, 2), share(0, 3)]));
        assert!(!Slice::are_complete(&[share(0, 1), keys(None, None)]));
        assert!(!Slice::are_complete(&[]));
    }

    #[test]
    fn a_slice_travels_as_text() {
        let slices = [keys(None, Some(i128::from(u64::MAX))), Slice::Share { number: 3, of: 16 }];
        let text = serde_json::to_string(&slices).unwrap();
        assert_eq!(
            text,
            r#"[{"keys":{"column":"id","from":null,"to":"18446744073709551615"}},{"share":{"number":3,"of":16}}]"#
        );
        assert_eq!(serde_json::from_str::<Vec<Slice>>(&text).unwrap(), slices);
    }
}
