//! Which tables, views and sequences a definition names.

use std::collections::BTreeSet;

use super::lexer::{TokenKind, significant};

/// The objects that `sql`, the definition of a view or table of `database` in the server's own
/// spelling, may refer to: database and name in lower case.
///
/// In that spelling columns stand after their table, so a name alone is a table's or an alias, and a
/// name after a name may be a table's after its database. Aliases make the answer too large, never
/// too small.
pub(crate) fn references(sql: &str, database: &str) -> BTreeSet<(String, String)> {
    let tokens = significant(sql);
    let mut found = BTreeSet::new();
    for (i, token) in tokens.iter().enumerate() {
        let before = i.checked_sub(1).map(|b| &tokens[b]);
        if token.kind != TokenKind::Name || before.is_some_and(|t| t.is(".") || t.is("AS")) {
            continue;
        }
        let name = token.name().to_lowercase();
        match (tokens.get(i + 1), tokens.get(i + 2)) {
            (Some(dot), Some(second)) if dot.is(".") => found.insert((name, second.name().to_lowercase())),
            _ => found.insert((database.to_lowercase(), name)),
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_and_columns_are_not() {
        let found = references("select `t`.`b` AS `b`,`f`(1) AS `c` from (`t` join `d`.`u` `x`)", "Own");
        for name in [("own", "t"), ("own", "f"), ("d", "u"), ("own", "x")] {
            assert!(found.contains(&(name.0.into(), name.1.into())), "{name:?}");
        }
        assert!(!found.contains(&("own".into(), "b".into())));
    }
}
