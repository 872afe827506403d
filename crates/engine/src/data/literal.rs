//! Values as SQL text that any client can send: exact, whatever the value is.

use std::fmt::Write as _;

use super::cell::Cell;
use super::column::{Column, Kind};

/// Appends the SQL literal of `cell`, a value of `column`, to `out`.
///
/// The text is UTF-8. It means the same value whatever the session's character sets are, as long as
/// the session reads statements as utf8mb4, has `NO_BACKSLASH_ESCAPES` off and time zone `+00:00`.
pub fn push(out: &mut String, column: &Column, cell: Cell<'_>) {
    // Writing to a String cannot fail.
    let _ = match cell {
        Cell::Null => write!(out, "NULL"),
        Cell::Int(v) => write!(out, "{v}"),
        Cell::UInt(v) => write!(out, "{v}"),
        // The exponent makes it a DOUBLE literal, which keeps the sign of -0; f32 to f64 is exact.
        Cell::Float(v) => write!(out, "{:e}", f64::from(v)),
        Cell::Double(v) => write!(out, "{v:e}"),
        Cell::Bytes(bytes) => {
            push_bytes(out, column, bytes);
            Ok(())
        }
        Cell::Date([year, month, day, ..], _) if column.kind == Kind::Date => {
            write!(out, "'{year:04}-{month:02}-{day:02}'")
        }
        Cell::Date([year, month, day, hour, minute, second], micros) => {
            let _ = write!(out, "'{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
            push_micros(out, micros)
        }
        Cell::Time(negative, hours, minutes, seconds, micros) => {
            let sign = if negative { "-" } else { "" };
            let _ = write!(out, "'{sign}{hours:02}:{minutes:02}:{seconds:02}");
            push_micros(out, micros)
        }
    };
}

/// The fraction of a second, where there is one, and the closing quote.
fn push_micros(out: &mut String, micros: u32) -> std::fmt::Result {
    match micros {
        0 => write!(out, "'"),
        _ => write!(out, ".{micros:06}'"),
    }
}

fn push_bytes(out: &mut String, column: &Column, bytes: &[u8]) {
    match &column.kind {
        Kind::Decimal => out.push_str(&String::from_utf8_lossy(bytes)),
        Kind::Bit => {
            let number = bytes.iter().fold(0_u64, |n, &b| n << 8 | u64::from(b));
            let _ = write!(out, "{number}");
        }
        Kind::Json => push_text(out, bytes, "utf8mb4"),
        Kind::Text { charset } | Kind::Enum { charset, .. } | Kind::Set { charset, .. } => {
            push_text(out, bytes, charset);
        }
        _ => push_hex(out, bytes),
    }
}

/// A string in `charset`: readable where its bytes are safely the same text, else the bytes themselves.
fn push_text(out: &mut String, bytes: &[u8], charset: &str) {
    match std::str::from_utf8(bytes) {
        Ok(text) if is_readable(text, charset) => {
            if !text.is_ascii() && charset != "utf8mb4" {
                let _ = write!(out, "_{charset}");
            }
            out.push_str(&crate::names::literal(text));
        }
        _ => {
            let _ = write!(out, "_{charset} ");
            push_hex(out, bytes);
        }
    }
}

/// Whether `text`, read from the bytes of a `charset` column, can be written as it stands.
fn is_readable(text: &str, charset: &str) -> bool {
    let shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    match charset {
        "utf8mb4" | "utf8mb3" | "utf8" => text.chars().all(shown),
        "ascii" | "latin1" => text.is_ascii() && text.chars().all(shown),
        // Two or four bytes a character, or another meaning of some ASCII bytes: only the bytes are sure.
        "ucs2" | "utf16" | "utf16le" | "utf32" | "swe7" => false,
        // ASCII letters and digits mean the same in every other character set that MySQL knows.
        _ => text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | ',' | ':' | '/')),
    }
}

/// `x'…'`, which is a binary string.
pub(super) fn push_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.reserve(bytes.len() * 2 + 3);
    out.push_str("x'");
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)] as char);
        out.push(DIGITS[usize::from(byte & 15)] as char);
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(charset: &str, bytes: &[u8]) -> String {
        let mut out = String::new();
        push_text(&mut out, bytes, charset);
        out
    }

    #[test]
    fn strings_are_readable_where_that_is_exact() {
        assert_eq!(text("utf8mb4", "it's Š".as_bytes()), "'it''s Š'");
        assert_eq!(text("utf8mb3", "Š".as_bytes()), "_utf8mb3'Š'");
        assert_eq!(text("latin1", b"a\xE9"), "_latin1 x'61E9'");
        assert_eq!(text("latin1", "é".as_bytes()), "_latin1 x'C3A9'");
        assert_eq!(text("utf16", b"\0A"), "_utf16 x'0041'");
        assert_eq!(text("sjis", b"a\\"), "_sjis x'615C'");
        assert_eq!(text("utf8mb4", b"\x01"), "_utf8mb4 x'01'");
    }
}
