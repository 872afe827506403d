//! Splits a file of SQL into statements, as the `mysql` client does: `;` ends a statement unless
//! `DELIMITER` says otherwise, and not inside strings, names and comments.

use super::lexer::{Lexer, Token, TokenKind};
use crate::{Error, Result};

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its text without the delimiter and without blanks around it.
    pub sql: String,
    /// The line it begins on, from 1.
    pub line: usize,
}

/// Splits `script` into statements. Comments alone make no statement.
///
/// # Errors
/// [`crate::ErrorKind::User`] with the line when a `DELIMITER` names nothing, or a string, name or
/// comment never ends: a truncated script is not run in part.
pub fn split(script: &str) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut delimiter = ";".to_owned();
    let (mut at, mut lines) = (0, Lines::default());
    while at < script.len() {
        let rest = &script[at..];
        if let Some(end) = delimiter_command(rest, script, at, &mut delimiter)? {
            at += end;
            continue;
        }
        let (len, consumed) = statement_len(rest, &delimiter, script, at)?;
        let text = rest[..len].trim();
        let bare = Lexer::new(text).any(|t| t.is_significant());
        if bare {
            let start = at + (rest.len() - rest.trim_start().len());
            pieces.push(Piece { sql: text.to_owned(), line: lines.at(script, start) });
        }
        at += consumed;
    }
    Ok(pieces)
}

/// Counts lines up to places that only grow: a dump has many statements.
#[derive(Default)]
struct Lines {
    at: usize,
    before: usize,
}

impl Lines {
    /// The line of the byte `at`, from 1.
    fn at(&mut self, script: &str, at: usize) -> usize {
        self.before += script[self.at..at].matches('\n').count();
        self.at = at;
        self.before + 1
    }
}

fn line_of(script: &str, at: usize) -> usize {
    script[..at].matches('\n').count() + 1
}

/// Reads `DELIMITER x` at the front of `rest` (after blanks and comments) and returns how much it takes.
fn delimiter_command(rest: &str, script: &str, at: usize, delimiter: &mut String) -> Result<Option<usize>> {
    let blank = Lexer::new(rest).find(Token::is_significant).map_or(rest.len(), |token| token.start);
    let word = rest.get(blank..blank + 9).filter(|w| w.eq_ignore_ascii_case("delimiter"));
    let ends = |after: &str| after.chars().next().is_none_or(char::is_whitespace);
    if word.is_none() || !rest.get(blank + 9..).is_some_and(ends) {
        return Ok(None);
    }
    let line_end = rest[blank..].find('\n').map_or(rest.len(), |i| blank + i + 1);
    match rest[blank + 9..line_end].split_whitespace().next() {
        Some(new) => *delimiter = new.to_owned(),
        None => {
            return Err(Error::user(format!(
                "line {}: DELIMITER names nothing",
                line_of(script, at + blank)
            )));
        }
    }
    Ok(Some(line_end))
}

/// The length of the statement at the front of `rest`, without and with its delimiter.
fn statement_len(rest: &str, delimiter: &str, script: &str, at: usize) -> Result<(usize, usize)> {
    let mut position = 0;
    while position < rest.len() {
        if rest[position..].starts_with(delimiter) {
            return Ok((position, position + delimiter.len()));
        }
        let Some(token) = Lexer::new(&rest[position..]).next() else { break };
        if !is_closed(token.kind, token.text) {
            let line = line_of(script, at + position);
            return Err(Error::user(format!("line {line}: a string, name or comment never ends"))
                .with_hint("the file is cut off, or a quote is missing"));
        }
        // A word or a run of marks may hold the delimiter: `END//`, `1$$`.
        let inside = match token.kind {
            TokenKind::Word => token.text.find(delimiter).unwrap_or(token.text.len()),
            _ => token.text.len(),
        };
        position += inside.max(usize::from(inside == 0));
    }
    Ok((rest.len(), rest.len()))
}

fn is_closed(kind: TokenKind, text: &str) -> bool {
    let Some(quote) = text.chars().next() else { return true };
    match kind {
        TokenKind::Comment if text.starts_with("/*") => text.len() >= 4 && text.ends_with("*/"),
        TokenKind::Text | TokenKind::Name => {
            let inner = &text[1..];
            let escapes =
                inner.strip_suffix(quote).map(|i| i.bytes().rev().take_while(|b| *b == b'\\').count());
            match kind {
                TokenKind::Text => escapes.is_some_and(|n| n % 2 == 0),
                _ => escapes.is_some(),
            }
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn sqls(script: &str) -> Vec<String> {
        split(script).unwrap().into_iter().map(|p| p.sql).collect()
    }

    #[test]
    fn delimiters_inside_strings_and_comments_do_not_split() {
        assert_eq!(sqls("a ';' `;` /* ; */ b; -- ;\n c"), ["a ';' `;` /* ; */ b", "-- ;\n c"]);
        assert_eq!(sqls("DELIMITER $$\nx; y; END$$\ndelimiter ;\nz;"), ["x; y; END", "z"]);
        assert_eq!(sqls("-- only a comment\n;"), Vec::<String>::new());
        assert_eq!(sqls("-- ours\n/* x */ DELIMITER //\na; b//\n-- back\nDELIMITER ;\nc;"), ["a; b", "c"]);
    }

    #[test]
    fn a_truncated_script_is_refused_with_its_line() {
        for script in ["a;\n'open", "a;\n`open", "a;\n/* open", "a;\n'x\\'"] {
            assert!(split(script).unwrap_err().message().contains("line 2"), "{script}");
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!(split("\n\na;\nb").unwrap().iter().map(|p| p.line).collect::<Vec<_>>(), [3, 4]);
    }

    /// A statement with the delimiter in every place where it does not count.
    fn statement() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z0-9_]{1,5}",
            "'([a-z;$/ ]|\\\\'|''|\\\\\\\\){0,6}'",
            "\"([a-z;$/ ]|\"\"){0,6}\"",
            "`([a-z;$/ ]|``){1,6}`",
            "/[*] [a-z;'$ ]{0,6} [*]/",
            "-- [a-z;'$]{0,6}\n",
            "#[a-z;'$]{0,6}\n",
            "[(),=+]",
            "[é€😀]",
        ];
        vec(piece, 1..8).prop_map(|pieces| format!("x {} y", pieces.join(" ")))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn statements_come_back_whole(statements in vec(statement(), 0..6), other in any::<bool>()) {
            let (delimiter, head) = if other { ("$$", "DELIMITER $$\n") } else { (";", "") };
            let script: String = statements.iter().map(|s| format!("{s}{delimiter}\n")).collect();
            let found = sqls(&format!("{head}{script}"));
            // Where the delimiter is not a semicolon, one in plain text is part of its statement.
            prop_assert_eq!(found, statements.iter().map(|s| s.trim().to_owned()).collect::<Vec<_>>());
        }

        #[test]
        fn nothing_makes_it_panic(text in "[a-zA-Z;'\"`/*# \n\\\\é$-]{0,60}") {
            let _ = split(&text);
            let _ = split(&format!("DELIMITER $$\n{text}"));
        }
    }
}
