//! Names of databases, tables and columns, and how they are written in SQL.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Quotes an identifier with backticks, doubling those inside.
pub fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Quotes each name and joins them with `, `.
pub fn quote_list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    names.into_iter().map(|n| quote(n.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Writes `text` as a SQL string literal that reads the same under every `sql_mode` lockstep pins
/// (`NO_BACKSLASH_ESCAPES` off).
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            '\0' => out.push_str("\\0"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\x1a' => out.push_str("\\Z"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A table, view or other object by database and name, exactly as the server spells them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableName {
    /// The database (schema) the object is in.
    pub database: String,
    /// The object's own name.
    pub name: String,
}

impl TableName {
    /// The object `name` in `database`.
    pub fn new(database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { database: database.into(), name: name.into() }
    }

    /// Both parts quoted: `` `shop`.`currency` ``.
    pub fn quoted(&self) -> String {
        format!("{}.{}", quote(&self.database), quote(&self.name))
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.name)
    }
}

impl std::str::FromStr for TableName {
    type Err = crate::Error;

    /// Reads `database.table`; a part that holds a dot or a backtick is written in backticks.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            crate::Error::user(format!("`{text}` does not name a table"))
                .with_hint("write database.table; put a part that holds a dot in backticks: `my.db`.currency")
        };
        let (database, rest) = part(text).ok_or_else(wrong)?;
        let rest = rest.strip_prefix('.').ok_or_else(wrong)?;
        let (name, rest) = part(rest).ok_or_else(wrong)?;
        if !rest.is_empty() || database.is_empty() || name.is_empty() {
            return Err(wrong());
        }
        Ok(Self { database, name })
    }
}

/// Takes one plain or backticked name off the front of `text`.
fn part(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('`') else {
        let end = text.find('.').unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut name = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if c != '`' {
            name.push(c);
        } else if chars.peek().is_some_and(|&(_, next)| next == '`') {
            name.push('`');
            chars.next();
        } else {
            return Some((name, &quoted[i + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_names_are_read_plain_and_quoted() {
        let read = |s: &str| s.parse::<TableName>().map(|t| (t.database, t.name)).ok();
        assert_eq!(read("a.b"), Some(("a".into(), "b".into())));
        assert_eq!(read("`a.``x`.`b c`"), Some(("a.`x".into(), "b c".into())));
        for bad in ["a", "a.", ".b", "`a.b", "a.b.c", "`a`b", ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
