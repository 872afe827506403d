//! The `DEFINER` clause.

use super::lexer::significant;

/// The words that `DEFINER` stands before in a `CREATE` statement.
/// (Source: MySQL Reference Manual, "CREATE VIEW", "CREATE PROCEDURE", "CREATE TRIGGER", "CREATE EVENT".)
const FOLLOWING: [&str; 8] =
    ["SQL", "VIEW", "PROCEDURE", "FUNCTION", "AGGREGATE", "TRIGGER", "EVENT", "PACKAGE"];

/// Puts `DEFINER=account` into a `CREATE` statement that has none; `account` is written as SQL
/// (`'app'@'%'`). A statement of a kind that takes no definer stays as it is.
pub fn with_definer(create: &str, account: &str) -> String {
    let tokens = significant(create);
    let head = &tokens[..tokens.len().min(12)];
    match head.iter().find(|t| FOLLOWING.iter().any(|word| t.is(word))) {
        Some(token) => {
            format!("{}DEFINER={account} {}", &create[..token.start], &create[token.start..])
        }
        None => create.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_definer;

    #[test]
    fn the_definer_stands_where_the_grammar_wants_it() {
        let with = |create| with_definer(create, "'a'@'%'");
        assert_eq!(
            with("CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY DEFINER VIEW `v` AS select 1"),
            "CREATE OR REPLACE ALGORITHM=MERGE DEFINER='a'@'%' SQL SECURITY DEFINER VIEW `v` AS select 1"
        );
        assert_eq!(
            with("CREATE PROCEDURE `view`() SELECT 1"),
            "CREATE DEFINER='a'@'%' PROCEDURE `view`() SELECT 1"
        );
        assert_eq!(with("CREATE TABLE `t` (`a` int)"), "CREATE TABLE `t` (`a` int)");
    }
}
