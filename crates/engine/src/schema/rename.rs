//! Writes definitions for databases of other names.

use std::collections::BTreeMap;

use super::lexer::{Lexer, Token, TokenKind};
use crate::names::quote;

/// Old names of databases and new ones.
pub(crate) type Renames = BTreeMap<String, String>;

/// Replaces the database in every qualified name of `sql` that is written in backticks, as servers
/// write the definitions of tables and views.
///
/// A name is taken for a database's when a dot follows it and none precedes it. An alias of the same
/// spelling cannot be told from it; the caller's comparison after the fact finds that out.
pub(crate) fn rename_databases(sql: &str, renames: &Renames) -> String {
    let tokens: Vec<Token<'_>> = Lexer::new(sql).collect();
    let mut out = String::with_capacity(sql.len() + 64);
    for (i, token) in tokens.iter().enumerate() {
        let qualifies = token.kind == TokenKind::Name
            && tokens.get(i + 1).is_some_and(|t| t.is("."))
            && !i.checked_sub(1).is_some_and(|before| tokens[before].is("."));
        match renames.get(&token.name()).filter(|_| qualifies) {
            Some(new) => out.push_str(&quote(new)),
            None => out.push_str(token.text),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_qualifiers_are_renamed() {
        let renames = Renames::from([("a".into(), "x`y".into())]);
        assert_eq!(
            rename_databases("select `a`.`a`.`a` AS `a`,'`a`.' from `a`.`t` `b` where `b`.`a` = 1", &renames),
            "select `x``y`.`a`.`a` AS `a`,'`a`.' from `x``y`.`t` `b` where `b`.`a` = 1"
        );
    }
}
