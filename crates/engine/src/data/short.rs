//! Rows and row changes as people read them: long values shortened, with their length. JSON and SQL documents stay
//! complete: they use [`super::statement`].

use std::fmt::Write as _;

use super::cell::{Cell, Cells};
use super::changes::Change;
use super::column::{Column, Kind};
use super::layout::Layout;
use super::literal;
use super::sql::statement_with;
use crate::Result;
use crate::names::quote;
use crate::words::{beginning, count};

/// Values longer than this are shortened, in characters or bytes.
const LONG: usize = 200;

/// How much of a long value is shown, in characters.
const SHOWN_CHARACTERS: usize = 60;

/// How much of a long binary value is shown, in bytes.
const SHOWN_BYTES: usize = 24;

/// The statement that makes one change, with long values shortened: for reading, not for running.
///
/// # Errors
/// Damaged bytes.
pub fn short_statement(layout: &Layout, change: &Change) -> Result<String> {
    statement_with(layout, change, push)
}

/// A row by its identity: `(code = 'EUR')`.
pub(super) fn row_name(layout: &Layout, identity: &[u8]) -> Result<String> {
    let mut cells = Cells::new(identity);
    let mut out = String::from("(");
    for (i, column) in layout.identity().iter().enumerate() {
        let _ = write!(out, "{}{} = ", if i > 0 { ", " } else { "" }, plain_or_quoted(&column.name));
        push(&mut out, column, cells.take()?);
    }
    out.push(')');
    Ok(out)
}

fn plain_or_quoted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain { name.to_owned() } else { quote(name) }
}

/// Appends a value as [`literal::push`] does, or its beginning and its length where it is long.
pub(super) fn push(out: &mut String, column: &Column, cell: Cell<'_>) {
    let Cell::Bytes(bytes) = cell else { return literal::push(out, column, cell) };
    // What is shorter in bytes is shorter in characters. A DECIMAL has 65 digits, a BIT 64 bits at most.
    if bytes.len() <= LONG {
        return literal::push(out, column, cell);
    }
    let text = match column.kind {
        Kind::Json | Kind::Text { .. } | Kind::Enum { .. } | Kind::Set { .. } => {
            std::str::from_utf8(bytes).ok()
        }
        _ => None,
    };
    match text {
        // Characters of more than one byte may make it short after all.
        Some(text) if beginning(text, LONG).is_none() => literal::push(out, column, cell),
        Some(text) if is_utf8(column) => {
            literal::push(
                out,
                column,
                Cell::Bytes(beginning(text, SHOWN_CHARACTERS).unwrap_or(text).as_bytes()),
            );
            mark(out, &count(text.chars().count() as u64, "character"));
        }
        // In other character sets a cut between bytes may be one within a character: only hexadecimal digits show bytes.
        _ => {
            literal::push_hex(out, &bytes[..SHOWN_BYTES]);
            mark(out, &count(bytes.len() as u64, "byte"));
        }
    }
}

/// Whether the column's bytes are UTF-8.
fn is_utf8(column: &Column) -> bool {
    match &column.kind {
        Kind::Json => true,
        Kind::Text { charset } | Kind::Enum { charset, .. } | Kind::Set { charset, .. } => {
            matches!(charset.as_str(), "utf8mb4" | "utf8mb3" | "utf8" | "ascii")
        }
        _ => false,
    }
}

/// Turns the closing quote of a cut value into an ellipsis, and adds how long the whole is.
fn mark(out: &mut String, length: &str) {
    if out.ends_with('\'') {
        out.pop();
        out.push_str("…'");
    }
    let _ = write!(out, " ({length})");
}

#[cfg(test)]
mod tests {
    use super::super::column::Role;
    use super::*;

    fn shown(kind: Kind, bytes: &[u8]) -> String {
        let column = Column {
            name: "c".into(),
            kind,
            nullable: true,
            generated: false,
            on_update: false,
            role: Role::Compared,
            folds: false,
        };
        let mut out = String::new();
        push(&mut out, &column, Cell::Bytes(bytes));
        out
    }

    #[test]
    fn long_values_are_cut_between_characters_and_show_their_length() {
        let text = |charset: &str| Kind::Text { charset: charset.into() };
        assert_eq!(shown(text("utf8mb4"), b"short"), "'short'");
        let crabs = "🦀".repeat(400_000);
        assert_eq!(
            shown(text("utf8mb4"), crabs.as_bytes()),
            format!("'{}…' (400,000 characters)", "🦀".repeat(SHOWN_CHARACTERS))
        );
        // 600 bytes, but 200 characters.
        let rounds = "€".repeat(LONG);
        assert_eq!(shown(text("utf8mb4"), rounds.as_bytes()), format!("'{rounds}'"));
        let quotes = shown(text("utf8mb4"), "'\\".repeat(500).as_bytes());
        assert!(quotes.starts_with("'''\\\\") && quotes.ends_with("…' (1,000 characters)"), "{quotes}");
        assert_eq!(
            shown(Kind::Binary, &[0xAB; 400_000]),
            format!("x'{}…' (400,000 bytes)", "AB".repeat(SHOWN_BYTES))
        );
        let wide = "Š".repeat(300).encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        assert!(shown(text("utf16"), &wide).ends_with("…' (600 bytes)"));
        let json = format!("\"{}\"", "x".repeat(999));
        assert!(shown(Kind::Json, json.as_bytes()).ends_with("…' (1,001 characters)"));
    }
}
