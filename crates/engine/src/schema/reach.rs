//! How far a statement from a file may reach: into the scratch databases, and nowhere else.
//!
//! Files are loaded on the target, with the login of a run. A statement that touches another database, accounts
//! or the server is refused before it is sent.

use super::lexer::{Token, TokenKind, significant, unwrap_versions};
use super::rename::Renames;
use crate::{Error, Result};

/// What a file may define.
pub(super) const KINDS: [&str; 11] = [
    "TABLE",
    "VIEW",
    "PROCEDURE",
    "FUNCTION",
    "TRIGGER",
    "EVENT",
    "INDEX",
    "SEQUENCE",
    "PACKAGE",
    "DATABASE",
    "SCHEMA",
];

/// Refuses a statement that reaches beyond the databases of `scope`.
///
/// # Errors
/// [`crate::ErrorKind::User`] with what the statement would touch.
pub(super) fn check(sql: &str, scope: &Renames) -> Result<()> {
    let sql = unwrap_versions(sql);
    let tokens = significant(&sql);
    let beyond = |what: String| {
        Err(Error::user(format!("{what}, which is beyond the databases in scope"))
            .with_hint("keep only definitions of the databases in scope in the schema's files"))
    };
    if tokens.first().is_some_and(|t| t.is("SET")) {
        return match tokens.iter().find(|t| is_server_wide(t)) {
            Some(token) => beyond(format!("SET … {} changes the server", token.text)),
            None => Ok(()),
        };
    }
    let Some(kind) = tokens.iter().take(16).position(|t| KINDS.iter().any(|k| t.is(k))) else {
        let what = tokens.get(1).map_or("", |t| t.text);
        return beyond(format!(
            "{} {what} is no definition of a schema",
            tokens.first().map_or("", |t| t.text)
        ));
    };
    let copies = tokens[kind].is("TABLE")
        && tokens[kind + 1..].iter().any(|t| ["SELECT", "TABLE", "EXCHANGE"].iter().any(|word| t.is(word)));
    if copies || tokens.iter().any(|t| t.is("SONAME")) {
        return beyond("the statement takes in rows or programs from elsewhere".to_owned());
    }
    match databases(&tokens, kind).into_iter().find(|name| !scope.contains_key(name)) {
        Some(name) => beyond(format!("the statement changes database `{name}`")),
        None => Ok(()),
    }
}

/// A word of `SET` that makes it concern more than the session.
fn is_server_wide(token: &Token<'_>) -> bool {
    let word = token.text.to_ascii_uppercase();
    token.kind == TokenKind::Word
        && (["PASSWORD", "ROLE"].contains(&word.as_str())
            || word.contains("GLOBAL")
            || word.contains("PERSIST"))
}

/// The databases of the objects that a statement changes: those it names behind its kind, behind `ON` and
/// `RENAME`, and for `DROP` all.
fn databases(tokens: &[Token<'_>], kind: usize) -> Vec<String> {
    if tokens[kind].is("DATABASE") || tokens[kind].is("SCHEMA") {
        return Vec::new();
    }
    let drops = tokens[0].is("DROP");
    let body = ["PROCEDURE", "FUNCTION", "PACKAGE", "EVENT", "VIEW"].iter().any(|k| tokens[kind].is(k));
    let mut out = Vec::new();
    let mut expected = true;
    for (i, token) in tokens.iter().enumerate().skip(kind + 1) {
        let filler = ["IF", "NOT", "EXISTS", "BODY", "TO", "AS"].iter().any(|word| token.is(word));
        if expected && !filler {
            if tokens.get(i + 1).is_some_and(|t| t.is(".")) {
                out.push(token.name());
            }
            expected = false;
            if body && !drops {
                break;
            }
        } else if token.is("ON") || token.is("RENAME") || (drops && token.is(",")) {
            expected = true;
        }
        if token.is("ROW") && tokens[kind].is("TRIGGER") {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_stay_within_the_scope() {
        let scope: Renames = [("shop".to_owned(), "lockstep_scratch_1_0".to_owned())].into();
        for good in [
            "CREATE TABLE t (a INT, `user` INT, CONSTRAINT c FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)",
            "CREATE TABLE IF NOT EXISTS `shop`.`t` (a INT)",
            "CREATE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW shop.v AS SELECT t.a FROM t JOIN u ON t.a = u.b",
            "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1*/",
            "CREATE PROCEDURE p() SELECT other.a FROM other",
            "ALTER TABLE shop.t ADD KEY k (a)",
            "DROP TABLE IF EXISTS shop.a, b",
            "SET NAMES utf8mb4",
            "SET @saved = @@sql_mode, sql_mode = 'ANSI'",
        ] {
            assert!(check(good, &scope).is_ok(), "{good}");
        }
        for bad in [
            "DROP TABLE bank.customer",
            "DROP TABLE a, bank.customer",
            "DROP USER root@localhost",
            "CREATE USER x",
            "CREATE ROLE x",
            "ALTER USER root IDENTIFIED BY 'x'",
            "ALTER TABLE bank.customer ADD COLUMN a INT",
            "ALTER TABLE t RENAME TO bank.t",
            "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE bank.customer",
            "CREATE TABLE t AS SELECT * FROM bank.customer",
            "CREATE TABLE t TABLE bank.customer",
            "CREATE INDEX i ON bank.customer (a)",
            "CREATE TRIGGER bank.t BEFORE INSERT ON bank.customer FOR EACH ROW SET NEW.a = 1",
            "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'",
            "SET GLOBAL read_only = 1",
            "SET @@GLOBAL.read_only = 1",
            "SET PERSIST read_only = 1",
            "SET PASSWORD = 'x'",
        ] {
            assert!(check(bad, &scope).is_err(), "{bad}");
        }
    }
}
