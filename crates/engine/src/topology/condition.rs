//! What a reference table's `where` may say: a condition on the row's own columns, and nothing that could
//! read elsewhere. It stands in parentheses in every query of the table's rows.

use crate::schema::lexer::{Lexer, Token, TokenKind};

/// Words with which SQL reads or writes something other than the row.
const FORBIDDEN: [&str; 5] = ["SELECT", "TABLE", "UNION", "INTO", "LOAD_FILE"];

/// Why `condition` may not be used; `None` when it may.
pub(super) fn objection(condition: &str) -> Option<String> {
    let tokens: Vec<Token<'_>> = Lexer::new(condition).collect();
    let mut depth = 0_usize;
    for token in &tokens {
        match token.kind {
            TokenKind::Comment | TokenKind::VersionOpen | TokenKind::VersionClose => {
                return Some("it holds a comment".into());
            }
            _ if token.is(";") => return Some("it holds a semicolon".into()),
            _ if token.is("(") => depth += 1,
            _ if token.is(")") => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some("it closes a parenthesis that it does not open".into()),
            },
            _ => {}
        }
        if let Some(word) = FORBIDDEN.iter().find(|w| token.is(w)) {
            return Some(format!("it says {word}; only the row's own columns may be looked at"));
        }
    }
    if depth > 0 {
        return Some("it opens a parenthesis that it does not close".into());
    }
    tokens.iter().all(|t| t.kind == TokenKind::Space).then(|| "it is empty".into())
}

#[cfg(test)]
mod tests {
    use super::objection;

    #[test]
    fn a_condition_looks_at_its_own_row_only() {
        for good in ["scope = 'global'", "a > 1 AND (b IS NULL OR c IN ('select', \"x)\"))", "`select` = 1"] {
            assert_eq!(objection(good), None, "{good}");
        }
        let bad = [
            "id IN (SELECT id FROM customer)",
            "1 = 1) OR (1 = 1",
            "a = 1 -- b",
            "a = 1; DROP TABLE x",
            "(a = 1",
            "a /*!50000 = */ 1",
            " ",
        ];
        for condition in bad {
            assert!(objection(condition).is_some(), "{condition}");
        }
    }
}
