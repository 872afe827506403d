//! Writes definitions for databases of other names.

use std::collections::BTreeMap;

use super::lexer::{Lexer, Token, TokenKind};
use crate::names::quote;

/// Old names of databases and new ones.
pub(crate) type Renames = BTreeMap<String, String>;

/// Replaces the database in every qualified name of `sql`: in backticks, as servers write the definitions of
/// tables and views, or bare, as people write files. A bare name is replaced by a bare one, so that going there and
/// back leaves a body as it was.
///
/// A name is taken for a database's when a dot follows it and none precedes it. An alias of the same
/// spelling cannot be told from it; the caller's comparison after the fact finds that out.
pub(crate) fn rename_databases(sql: &str, renames: &Renames) -> String {
    let tokens: Vec<Token<'_>> = Lexer::new(sql).collect();
    let mut out = String::with_capacity(sql.len() + 64);
    for (i, token) in tokens.iter().enumerate() {
        // The server allows blanks and comments beside the dot.
        let dot = |neighbour: Option<&Token<'_>>| neighbour.is_some_and(|t| t.is("."));
        let qualifies = matches!(token.kind, TokenKind::Name | TokenKind::Word)
            && dot(tokens[i + 1..].iter().find(|t| t.is_significant()))
            && !dot(tokens[..i].iter().rev().find(|t| t.is_significant()));
        match renames.get(&token.name()).filter(|_| qualifies) {
            Some(new) if token.kind == TokenKind::Word => out.push_str(new),
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

    #[test]
    fn what_people_write_is_renamed_too_and_comes_back() {
        let there = Renames::from([("shop".into(), "scratch_0".into())]);
        let back = Renames::from([("scratch_0".into(), "shop".into())]);
        for (file, loaded) in [
            ("DROP TABLE IF EXISTS shop.a, shop . b", "DROP TABLE IF EXISTS scratch_0.a, scratch_0 . b"),
            ("ALTER TABLE `shop` /* x */ .`t` ADD a INT", "ALTER TABLE `scratch_0` /* x */ .`t` ADD a INT"),
            (
                "CREATE VIEW v AS SELECT t.shop, x.shop.y FROM t",
                "CREATE VIEW v AS SELECT t.shop, x.shop.y FROM t",
            ),
        ] {
            assert_eq!(rename_databases(file, &there), loaded);
            assert_eq!(rename_databases(loaded, &back), file);
        }
    }
}
