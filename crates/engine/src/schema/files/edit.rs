//! Small changes to a statement's text, by the places of its tokens.

use std::ops::Range;

use crate::schema::lexer::Token;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// The bytes that go.
    pub place: Range<usize>,
    /// What comes in their place.
    pub text: &'static str,
}

impl Edit {
    /// `text` instead of the token.
    pub fn in_place_of(token: &Token<'_>, text: &'static str) -> Self {
        Self { place: token.start..token.end(), text }
    }

    /// `text` before the token.
    pub fn before(token: &Token<'_>, text: &'static str) -> Self {
        Self { place: token.start..token.start, text }
    }

    /// `sql` with this change.
    pub fn applied(&self, sql: &str) -> String {
        format!("{}{}{}", &sql[..self.place.start], self.text, &sql[self.place.end..])
    }
}

/// Takes out the account of a statement's `DEFINER` clause: accounts are an environment's own and not compared, and whoever
/// loads files may not name others. What is loaded belongs to the account that loads it.
pub(super) fn definer(tokens: &[Token<'_>]) -> Option<Edit> {
    let head = &tokens[..tokens.len().min(16)];
    let at = head.windows(2).position(|pair| pair[0].is("DEFINER") && pair[1].is("="))?;
    let is = |i: usize, word: &str| tokens.get(i).is_some_and(|t| t.is(word));
    // DEFINER = user @ host, DEFINER = CURRENT_USER(), or DEFINER = role.
    let mut last = match (is(at + 3, "@"), is(at + 3, "(") && is(at + 4, ")")) {
        (true, _) | (_, true) => at + 4,
        _ => at + 2,
    };
    // A bare address: root@127.0.0.1.
    while is(last + 1, ".") {
        last += 2;
    }
    let end = tokens.get(last)?.end();
    Some(Edit { place: tokens[at].start..end, text: "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::lexer::significant;

    #[test]
    fn the_definer_goes_wherever_it_stands() {
        for (sql, without) in [
            ("CREATE DEFINER=`root`@`localhost` PROCEDURE p() SELECT 1", "CREATE  PROCEDURE p() SELECT 1"),
            ("CREATE DEFINER = CURRENT_USER() VIEW v AS SELECT 1", "CREATE  VIEW v AS SELECT 1"),
            ("CREATE DEFINER=role1 EVENT e", "CREATE  EVENT e"),
            ("CREATE DEFINER=root@127.0.0.1 EVENT e", "CREATE  EVENT e"),
            (
                "CREATE OR REPLACE ALGORITHM = MERGE DEFINER = 'a b'@'%' SQL SECURITY INVOKER VIEW v AS SELECT 1",
                "CREATE OR REPLACE ALGORITHM = MERGE  SQL SECURITY INVOKER VIEW v AS SELECT 1",
            ),
        ] {
            assert_eq!(definer(&significant(sql)).unwrap().applied(sql), without);
        }
        assert_eq!(definer(&significant("CREATE TABLE t (definer INT)")), None);
    }
}
