//! The character set and collation that a column or table has, said or inherited.

use std::collections::BTreeMap;

use super::risk::is_text;
use crate::schema::column::Column;
use crate::schema::table::Clauses;

/// A server's default collation of each character set.
pub(super) struct TextDefaults<'a> {
    default_collations: &'a BTreeMap<String, String>,
}

impl<'a> TextDefaults<'a> {
    /// From [`crate::schema::Schema::default_collations`].
    pub(super) fn new(default_collations: &'a BTreeMap<String, String>) -> Self {
        Self { default_collations }
    }

    fn default_of<'c>(&'c self, charset: &'c str) -> &'c str {
        self.default_collations.get(charset).map_or("", String::as_str)
    }

    /// The table's default character set and collation.
    pub(super) fn of_table<'c>(&'c self, table: &'c Clauses) -> (&'c str, &'c str) {
        let charset = table.option("DEFAULT CHARSET").unwrap_or("");
        (charset, table.option("COLLATE").unwrap_or_else(|| self.default_of(charset)))
    }

    /// The column's character set and collation; empty for types that have none.
    pub(super) fn of_column<'c>(&'c self, column: &'c Column, table: &'c Clauses) -> (&'c str, &'c str) {
        if !is_text(column) {
            return ("", "");
        }
        let (table_charset, table_collation) = self.of_table(table);
        match (column.charset.as_deref(), column.collation.as_deref()) {
            (Some(charset), Some(collation)) => (charset, collation),
            (Some(charset), None) => (charset, self.default_of(charset)),
            (None, Some(collation)) => (collation.split('_').next().unwrap_or(collation), collation),
            (None, None) => (table_charset, table_collation),
        }
    }
}
