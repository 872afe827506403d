//! Values that a column can take for a moment, so that another row can have the one that it holds.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use super::column::{Column, Kind};

/// Characters of invented strings: every character set has them, and no collation takes two for one but for case.
const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Lengths of invented strings, the least likely to be there already first.
const LENGTHS: [usize; 7] = [32, 16, 8, 4, 3, 2, 1];

/// Invents values; two runs do not invent the same.
pub(super) struct Inventor {
    state: u64,
    /// Which candidate was the first that the server took, by table and column: others of its kind come first next time.
    took: HashMap<(usize, String), usize>,
}

impl Inventor {
    /// Seeded by the clock.
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |d| d.as_nanos());
        Self { state: u64::try_from(now & u128::from(u64::MAX)).unwrap_or(1) | 1, took: HashMap::new() }
    }

    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        // Xorshift: nothing here has to be unpredictable.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % bound.max(1)
    }

    fn letters(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(LETTERS[self.below(LETTERS.len() as u64) as usize])).collect()
    }

    /// SQL expressions to try in turn for a column of the table of this number, each with its place among them.
    pub fn for_table(&mut self, table: usize, column: &Column) -> Vec<(usize, String)> {
        let mut found: Vec<(usize, String)> = self.candidates(column).into_iter().enumerate().collect();
        let first = self.took.get(&(table, column.name.clone())).copied().unwrap_or(0);
        let len = found.len().max(1);
        found.rotate_left(first % len);
        found
    }

    /// Remembers the place of the candidate that the server took.
    pub fn took(&mut self, table: usize, column: &Column, place: usize) {
        self.took.insert((table, column.name.clone()), place);
    }

    /// SQL expressions to try in turn: too long or out of range for the column, forbidden by a check or taken by another
    /// row, the server refuses each of these. NULL comes first where it can: no two are equal.
    fn candidates(&mut self, column: &Column) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(column.nullable.then(|| "NULL".to_owned()));
        match &column.kind {
            Kind::Integer { .. } | Kind::Decimal | Kind::Float | Kind::Double | Kind::Bit => {
                self.numbers(&mut found);
            }
            Kind::Year => found.extend((0..40).map(|_| (1901 + self.below(255)).to_string())),
            Kind::Date => found.extend((0..20).map(|_| format!("'{}'", self.date()))),
            Kind::DateTime | Kind::Timestamp => {
                found.extend((0..20).map(|_| format!("'{} {}'", self.date(), self.time())));
            }
            Kind::Time => found.extend((0..20).map(|_| format!("'{}'", self.time()))),
            Kind::Text { .. } => self.strings(&mut found),
            Kind::Binary => {
                for length in LENGTHS {
                    let digits = |inventor: &mut Self| format!("{:02x}", inventor.below(256));
                    found
                        .extend((0..8).map(|_| {
                            format!("x'{}'", (0..length).map(|_| digits(self)).collect::<String>())
                        }));
                }
            }
            Kind::Json => found.push(format!("JSON_ARRAY('{}')", self.letters(16))),
            // A number stands for a member here.
            Kind::Enum { .. } => found.extend((1..=64).map(|n: u8| n.to_string())),
            Kind::Set { .. } => found.extend((0..=255).map(|n: u8| n.to_string())),
            Kind::Geometry => {}
        }
        found
    }

    /// Small ones first: a large one would move the counter of an AUTO_INCREMENT column.
    fn numbers(&mut self, found: &mut Vec<String>) {
        for (bits, tries) in [(7, 4), (15, 8), (31, 8), (62, 2)] {
            found.extend((0..tries).map(|_| self.below(1 << bits).to_string()));
        }
        found.extend((-128..256).map(|n: i32| n.to_string()));
    }

    fn strings(&mut self, found: &mut Vec<String>) {
        for length in LENGTHS {
            found.extend((0..8).map(|_| format!("'{}'", self.letters(length))));
        }
        found.extend(LETTERS.iter().map(|letter| format!("'{}'", char::from(*letter))));
        // MariaDB's own types look like these.
        let hex = |inventor: &mut Self| format!("{:08x}", inventor.below(1 << 32));
        let [a, b, c, d] = [hex(self), hex(self), hex(self), hex(self)];
        found.push(format!("'{a}-{}-4{}-8{}-{d}{}'", &b[..4], &b[4..7], &c[..3], &c[..4]));
        found.push(format!("'10.{}.{}.{}'", self.below(256), self.below(256), self.below(256)));
    }

    fn date(&mut self) -> String {
        format!("{}-{:02}-{:02}", 1971 + self.below(66), 1 + self.below(12), 1 + self.below(28))
    }

    fn time(&mut self) -> String {
        format!("{:02}:{:02}:{:02}", self.below(24), self.below(60), self.below(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::column::Role;

    fn column(kind: Kind, nullable: bool) -> Column {
        Column {
            name: "c".into(),
            kind,
            role: Role::Compared,
            nullable,
            generated: false,
            on_update: false,
            folds: false,
        }
    }

    #[test]
    fn there_are_many_values_to_try_and_null_is_the_first() {
        for kind in [
            Kind::Integer { unsigned: true },
            Kind::Decimal,
            Kind::Year,
            Kind::Date,
            Kind::Timestamp,
            Kind::Time,
            Kind::Text { charset: "latin1".into() },
            Kind::Binary,
        ] {
            let mut found = Inventor::new().candidates(&column(kind.clone(), true));
            assert_eq!(found.remove(0), "NULL");
            let distinct: std::collections::BTreeSet<_> = found.iter().collect();
            assert!(distinct.len() >= 15, "{kind:?}: {found:?}");
            assert_ne!(Inventor::new().candidates(&column(kind, false))[0], "NULL");
        }
    }
}
