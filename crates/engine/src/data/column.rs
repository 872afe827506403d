//! Columns, as far as reading, comparing and writing their values needs them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::quote;

/// The family of a column's type: decides how its values are read, compared and written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Any integer type.
    Integer {
        /// Counts from zero.
        unsigned: bool,
    },
    /// DECIMAL, carried as its exact text.
    Decimal,
    /// FLOAT, four bytes.
    Float,
    /// DOUBLE.
    Double,
    /// BIT, up to 64.
    Bit,
    /// YEAR.
    Year,
    /// DATE.
    Date,
    /// DATETIME.
    DateTime,
    /// TIMESTAMP, read and written in UTC.
    Timestamp,
    /// TIME.
    Time,
    /// Character strings, carried as bytes of `charset`.
    Text {
        /// The column's character set, in its server's spelling.
        charset: String,
    },
    /// BINARY, VARBINARY, BLOB and VECTOR.
    Binary,
    /// JSON as a type of its own (MariaDB's is text).
    Json,
    /// A geometry in the server's internal form: SRID and WKB.
    Geometry,
    /// ENUM.
    Enum {
        /// The column's character set.
        charset: String,
        /// The declaration, which gives each number its meaning.
        declaration: String,
        /// Carried as a number, because a member `''` reads like the error value 0.
        by_number: bool,
    },
    /// SET.
    Set {
        /// The column's character set.
        charset: String,
        /// The declaration, which gives each number its meaning.
        declaration: String,
        /// Carried as a number, because a member `''` reads like the empty set.
        by_number: bool,
    },
}

impl Kind {
    /// Whether the driver's integers of this column count from zero.
    pub fn is_unsigned(&self) -> bool {
        match self {
            Kind::Integer { unsigned } => *unsigned,
            Kind::Year | Kind::Enum { .. } | Kind::Set { .. } => true,
            _ => false,
        }
    }

    /// Whether values are carried as whole numbers.
    pub(super) fn is_number(&self) -> bool {
        matches!(
            self,
            Kind::Integer { .. }
                | Kind::Year
                | Kind::Enum { by_number: true, .. }
                | Kind::Set { by_number: true, .. }
        )
    }

    /// The same kind on both sides, whatever name their versions give a character set.
    pub(super) fn agrees(&self, other: &Kind) -> bool {
        fn plain(charset: &str) -> &str {
            if charset == "utf8" { "utf8mb3" } else { charset }
        }
        match (self, other) {
            (Kind::Text { charset: a }, Kind::Text { charset: b }) => plain(a) == plain(b),
            (
                Kind::Enum { charset: a, declaration: m, .. },
                Kind::Enum { charset: b, declaration: n, .. },
            )
            | (Kind::Set { charset: a, declaration: m, .. }, Kind::Set { charset: b, declaration: n, .. }) => {
                plain(a) == plain(b) && m == n
            }
            _ => self == other,
        }
    }
}

/// What a column is to a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Part of the identity.
    Identity,
    /// Compared and brought into step.
    Compared,
    /// Ignored by the topology, or generated: neither read nor written.
    Apart,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, as the server spells it.
    pub name: String,
    /// The family of its type.
    pub kind: Kind,
    /// What it is to the comparison.
    pub role: Role,
    /// May hold NULL.
    pub nullable: bool,
    /// Computed by the server: never written.
    pub generated: bool,
    /// `ON UPDATE CURRENT_TIMESTAMP`: set explicitly by every UPDATE, so that it does not move by itself.
    pub on_update: bool,
    /// Values that differ in their bytes can be equal under a key: a collation that is not binary.
    pub folds: bool,
}

impl fmt::Display for Column {
    /// The family of the type, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let generated = if self.generated { " generated" } else { "" };
        match &self.kind {
            Kind::Integer { unsigned: true } => write!(f, "an unsigned integer{generated}"),
            Kind::Integer { unsigned: false } => write!(f, "a signed integer{generated}"),
            Kind::Text { charset } => write!(f, "text in {charset}{generated}"),
            Kind::Enum { charset, declaration, .. } | Kind::Set { charset, declaration, .. } => {
                write!(f, "{declaration} in {charset}{generated}")
            }
            kind => write!(f, "{}{generated}", format!("{kind:?}").to_uppercase()),
        }
    }
}

/// How a column is read so that the value arrives exactly.
pub(super) fn select_expression(column: &Column) -> String {
    let name = quote(&column.name);
    match &column.kind {
        Kind::Enum { by_number: true, .. } | Kind::Set { by_number: true, .. } => {
            format!("CAST({name} AS UNSIGNED)")
        }
        _ => name,
    }
}

/// Whether a JSON value is what its text says. Dates, decimals and bytes inside it print like strings and
/// numbers; the value read back from the text then compares or is stored differently. Two kinds of number
/// escape this, and arrive as the number that their text reads: a DECIMAL that takes four bytes, as long
/// as the DOUBLE of the same text, and an UNSIGNED INTEGER below 2^63.
pub(super) fn json_is_text(column: &Column) -> String {
    let name = quote(&column.name);
    let again = format!("CAST(CONVERT({name} USING utf8mb4) AS JSON)");
    format!(
        "{name} <=> {again} AND \
         JSON_STORAGE_SIZE({name}) - JSON_STORAGE_FREE({name}) <=> JSON_STORAGE_SIZE({again})"
    )
}
