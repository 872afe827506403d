//! Where a definition would reach beyond the databases in scope, as far as its text shows it: for a message that says
//! what to do. The account that loads the files can reach nothing else in any case.
//!
//! One thing no account's rights stop: a storage engine that opens connections or files of its own. Engines are
//! therefore taken by name.

use crate::schema::lexer::{Token, TokenKind};
use crate::schema::rename::Renames;
use crate::{Error, Result};

/// Engines that keep rows in the server's own files or memory, and reach nothing else.
/// (Source: MySQL Reference Manual, "Alternative Storage Engines"; MariaDB Knowledge Base, "Storage Engines".)
const ENGINES: [&str; 16] = [
    "INNODB",
    "MYISAM",
    "ARIA",
    "MEMORY",
    "HEAP",
    "ARCHIVE",
    "CSV",
    "BLACKHOLE",
    "MERGE",
    "MRG_MYISAM",
    "ROCKSDB",
    "TOKUDB",
    "COLUMNSTORE",
    "MROONGA",
    "NDB",
    "NDBCLUSTER",
];

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

/// Refuses a definition that reaches beyond the databases of `scope`. `tokens` are its significant ones.
///
/// # Errors
/// [`crate::ErrorKind::User`] with what the statement would touch.
pub(super) fn check(tokens: &[Token<'_>], scope: &Renames) -> Result<()> {
    let beyond = |what: String| {
        Err(Error::user(format!("{what}, which is beyond the databases in scope"))
            .with_hint("keep only definitions of the databases in scope in the schema's files"))
    };
    let Some(kind) = tokens.iter().take(16).position(|t| KINDS.iter().any(|k| t.is(k))) else {
        let what = tokens.get(1).map_or("", |t| t.text);
        return beyond(format!("{} {what} does not define a schema", tokens.first().map_or("", |t| t.text)));
    };
    let rest = &tokens[kind + 1..];
    let two = |one: &str, two: &str| rest.windows(2).any(|pair| pair[0].is(one) && pair[1].is(two));
    let takes_rows = tokens[kind].is("TABLE")
        && (rest.iter().any(|t| t.is("SELECT") || t.is("TABLE")) || two("EXCHANGE", "PARTITION"));
    if takes_rows || tokens.iter().any(|t| t.is("SONAME")) {
        return beyond("the statement takes in rows or programs from elsewhere".to_owned());
    }
    if tokens[kind].is("TABLE") {
        check_place(rest)?;
    }
    match databases(tokens, kind).into_iter().find(|name| !scope.contains_key(name)) {
        Some(name) => beyond(format!("the statement changes database `{name}`")),
        None => Ok(()),
    }
}

/// Refuses a table whose rows would lie in another server, or in a folder that the file names.
fn check_place(tokens: &[Token<'_>]) -> Result<()> {
    for (i, token) in tokens.iter().enumerate().filter(|(_, t)| t.is("ENGINE") || t.is("TYPE")) {
        let value = tokens[i + 1..].iter().find(|t| !t.is("="));
        let name = value.map(|t| t.text.trim_matches(['\'', '"', '`']).to_ascii_uppercase());
        // A column may be called so: then no equals sign follows, and no name of an engine.
        let says_engine = tokens.get(i + 1).is_some_and(|t| t.is("=")) || outside(tokens, i);
        if let Some(name) = name.filter(|name| says_engine && !ENGINES.contains(&name.as_str())) {
            return Err(Error::user(format!(
                "{} {name} is not loaded: it may reach other servers or files",
                token.text
            ))
            .with_hint("leave this table out of the schema's files"));
        }
    }
    let folder = |pair: &[Token<'_>]| (pair[0].is("DATA") || pair[0].is("INDEX")) && pair[1].is("DIRECTORY");
    if tokens.windows(2).any(folder) {
        return Err(Error::user("DATA DIRECTORY and INDEX DIRECTORY name a folder of one server")
            .with_hint("leave them out of the schema's files"));
    }
    Ok(())
}

/// Whether the token stands in no parentheses, where a table's options are.
fn outside(tokens: &[Token<'_>], at: usize) -> bool {
    let count = |mark: &str| tokens[..at].iter().filter(|t| t.is(mark)).count();
    count("(") == count(")")
}

/// A word of `SET` that makes it concern more than the session.
pub(super) fn is_server_wide(token: &Token<'_>) -> bool {
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
    let renames = tokens[0].is("RENAME");
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
        } else if token.is("ON")
            || token.is("RENAME")
            || (drops && token.is(","))
            || (renames && (token.is("TO") || token.is(",")))
        {
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
    use crate::schema::lexer::significant;

    #[test]
    fn statements_stay_within_the_scope() {
        let scope: Renames = [("shop".to_owned(), "lockstep_scratch_1_0".to_owned())].into();
        for good in [
            "CREATE TABLE t (a INT, `user` INT, CONSTRAINT c FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)",
            "CREATE TABLE IF NOT EXISTS `shop`.`t` (a INT)",
            "CREATE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW shop.v AS SELECT t.a FROM t JOIN u ON t.a = u.b",
            "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
            "CREATE TABLE rate (exchange VARCHAR(3), engine VARCHAR(9), type INT, data INT) ENGINE=InnoDB",
            "CREATE TABLE t (a INT) ENGINE 'Aria'",
            "RENAME TABLE a TO b",
            "CREATE PROCEDURE p() SELECT other.a FROM other",
            "ALTER TABLE shop.t ADD KEY k (a)",
            "DROP TABLE IF EXISTS shop.a, b",
        ] {
            assert!(check(&significant(good), &scope).is_ok(), "{good}");
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
            "CREATE TABLE t (a INT) ENGINE=FEDERATED CONNECTION='mysql://a@b/c/d'",
            "CREATE TABLE t (a INT) ENGINE 'connect'",
            "ALTER TABLE t ENGINE = `SPIDER`",
            "CREATE TABLE t (a INT) DATA DIRECTORY = '/tmp'",
            "RENAME TABLE a TO bank.b",
            "CREATE INDEX i ON bank.customer (a)",
            "CREATE TRIGGER bank.t BEFORE INSERT ON bank.customer FOR EACH ROW SET NEW.a = 1",
            "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'",
        ] {
            assert!(check(&significant(bad), &scope).is_err(), "{bad}");
        }
    }
}
