//! What one statement of a file is for: a definition to load, or something that a dump holds besides.
//!
//! This decides what is sent and how people hear of the rest. It is not what keeps files from doing harm: that is
//! the account that loads them.

use super::reach;
use crate::schema::lexer::{Token, TokenKind, span};
use crate::schema::rename::Renames;
use crate::{Error, Result};

/// What a statement means for a schema.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A comment, or a version comment for other servers.
    Nothing,
    /// `USE`: the names that follow belong to this database.
    Use(String),
    /// `CREATE DATABASE`, `ALTER DATABASE`: the database's defaults, as SQL; empty where it says none.
    Defaults(String, String),
    /// `DROP DATABASE`: what follows begins with an empty one.
    Empty(String),
    /// A definition, or a setting of the session for those that follow.
    Load,
    /// Rows, which are not definitions.
    Rows,
    /// A word to a running server: replication, locks, transactions, statistics.
    Running,
}

/// Statements about rows, by their first word.
const ROWS: [&str; 6] = ["INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "TRUNCATE"];

/// Statements that dumps write for the server that takes them in, by their first words.
const RUNNING: [&[&str]; 14] = [
    &["LOCK", "TABLES"],
    &["UNLOCK", "TABLES"],
    &["START", "TRANSACTION"],
    &["BEGIN"],
    &["COMMIT"],
    &["ANALYZE"],
    &["FLUSH"],
    &["CHANGE", "MASTER"],
    &["CHANGE", "REPLICATION"],
    &["START", "SLAVE"],
    &["START", "REPLICA"],
    &["STOP", "SLAVE"],
    &["STOP", "REPLICA"],
    &["STOP", "ALL"],
];

/// The character sets of a client whose text this program does not cut rightly: a byte of theirs may look like a quote
/// or a backslash.
const OTHER_BYTES: [&str; 6] = ["big5", "cp932", "gbk", "gb18030", "gb2312", "sjis"];

/// Reads a statement. `tokens` are the significant ones of `sql` as the server sees it; `scope` are the databases that
/// a file may define things in.
///
/// # Errors
/// [`crate::ErrorKind::User`] for a statement that has no place among definitions, saying why.
pub(super) fn of(sql: &str, tokens: &[Token<'_>], scope: &Renames) -> Result<Meaning> {
    let Some(first) = tokens.first() else { return Ok(Meaning::Nothing) };
    let says = |words: &[&str]| tokens.iter().zip(words).filter(|(t, w)| t.is(w)).count() == words.len();
    let counter = says(&["DO", "SETVAL"]) || says(&["SELECT", "SETVAL"]);
    if counter || ROWS.iter().any(|word| first.is(word)) {
        return Ok(Meaning::Rows);
    }
    if RUNNING.iter().any(|words| says(words)) {
        return Ok(Meaning::Running);
    }
    if first.is("USE") {
        return Ok(Meaning::Use(tokens.get(1).map(Token::name).unwrap_or_default()));
    }
    if first.is("SET") {
        return setting(tokens);
    }
    let defines = ["CREATE", "ALTER", "DROP"].iter().any(|word| first.is(word)) || says(&["RENAME", "TABLE"]);
    if !defines {
        let word = first.text.to_ascii_uppercase();
        return Err(Error::user(format!("{word} does not define anything")).with_hint(
            "keep definitions only in the schema's files; accounts, grants and calls belong elsewhere",
        ));
    }
    if tokens.get(1).is_some_and(|t| t.is("DATABASE") || t.is("SCHEMA"))
        || says(&["CREATE", "OR", "REPLACE", "DATABASE"])
    {
        return Ok(database(sql, tokens));
    }
    reach::check(tokens, scope)?;
    Ok(Meaning::Load)
}

/// What a `CREATE`, `ALTER` or `DROP DATABASE` means.
fn database(sql: &str, tokens: &[Token<'_>]) -> Meaning {
    let filler = |t: &&Token<'_>| {
        ["OR", "REPLACE", "DATABASE", "SCHEMA", "IF", "NOT", "EXISTS"].iter().any(|w| t.is(w))
    };
    let at = 1 + tokens[1..].iter().take_while(filler).count();
    let name = tokens.get(at).map(Token::name).unwrap_or_default();
    match tokens[0].is("DROP") {
        true => Meaning::Empty(name),
        false => Meaning::Defaults(name, span(sql, tokens.get(at + 1..).unwrap_or_default()).to_owned()),
    }
}

fn setting(tokens: &[Token<'_>]) -> Result<Meaning> {
    let has = |word: &str| tokens.iter().any(|t| t.is(word));
    // What dumps say to the server that takes them in: its position, its statistics.
    const OF_DUMPS: [&str; 4] = ["GTID_PURGED", "SQL_LOG_BIN", "GTID_SLAVE_POS", "INNODB_STATS_AUTO_RECALC"];
    if OF_DUMPS.iter().any(|word| has(word)) {
        return Ok(Meaning::Running);
    }
    if let Some(token) = tokens.iter().find(|t| reach::is_server_wide(t)) {
        return Err(Error::user(format!("SET … {} changes the server, not a schema", token.text))
            .with_hint("take it out of the schema's files"));
    }
    let names_charset = has("NAMES") || has("CHARACTER") || has("CHARSET") || has("character_set_client");
    let other = tokens.iter().find(|t| {
        let name = t.text.trim_matches(['\'', '"']);
        t.kind != TokenKind::Mark && OTHER_BYTES.iter().any(|other| name.eq_ignore_ascii_case(other))
    });
    match other {
        Some(charset) if names_charset => {
            Err(Error::user(format!("the file says that it is written in {}", charset.text))
                .with_hint("save it as UTF-8, and let it say SET NAMES utf8mb4"))
        }
        _ => Ok(Meaning::Load),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::lexer::significant;

    fn of_text(sql: &str) -> Result<Meaning> {
        let scope: Renames = [("shop".to_owned(), "lockstep_scratch_files_1_2_0".to_owned())].into();
        of(sql, &significant(sql), &scope)
    }

    #[test]
    fn what_dumps_hold_is_understood() {
        let name = || "shop".to_owned();
        for (sql, meaning) in [
            ("USE `shop`", Meaning::Use(name())),
            ("DROP DATABASE IF EXISTS `shop`", Meaning::Empty(name())),
            (
                "CREATE DATABASE IF NOT EXISTS `shop` DEFAULT CHARACTER SET utf8mb4",
                Meaning::Defaults(name(), "DEFAULT CHARACTER SET utf8mb4".into()),
            ),
            ("CREATE SCHEMA shop", Meaning::Defaults(name(), String::new())),
            ("INSERT INTO `t` VALUES (1,';')", Meaning::Rows),
            ("DO SETVAL(`s`, 1, 0)", Meaning::Rows),
            ("LOCK TABLES `t` WRITE", Meaning::Running),
            ("SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ ''", Meaning::Running),
            ("SET @@SESSION.SQL_LOG_BIN= 0", Meaning::Running),
            ("CHANGE MASTER TO MASTER_LOG_POS=4", Meaning::Running),
            ("SET NAMES utf8mb4", Meaning::Load),
            ("SET @saved_cs_client = @@character_set_client", Meaning::Load),
            ("ALTER TABLE `t` DISABLE KEYS", Meaning::Load),
            ("RENAME TABLE a TO b", Meaning::Load),
            ("-- nothing", Meaning::Nothing),
        ] {
            assert_eq!(of_text(sql).unwrap(), meaning, "{sql}");
        }
    }

    #[test]
    fn what_has_no_place_among_definitions_is_refused() {
        for sql in [
            "GRANT ALL ON *.* TO x",
            "RENAME USER a TO b",
            "CALL p()",
            "PREPARE s FROM 'x'",
            "SELECT 1",
            "SET NAMES sjis",
            "SET character_set_client = 'gbk'",
            "SET GLOBAL read_only = 1",
            "SHUTDOWN",
        ] {
            let error = of_text(sql).unwrap_err();
            assert!(error.hint().is_some(), "{sql}");
        }
    }
}
