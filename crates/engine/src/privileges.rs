//! What a login may read, from its own `SHOW GRANTS`.

mod fence;
mod held;

pub(crate) use fence::beyond;
pub use held::Held;

use crate::error::Error;
use crate::grants::VIEW_ROLE;
use crate::{Flavor, Result, Session, Topology, journal};

/// True for the codes with which a server refuses for want of a privilege: on a database, a table, a column,
/// a routine, a server-wide one.
pub fn is_denied(code: u16) -> bool {
    matches!(code, 1044 | 1142 | 1143 | 1227 | 1370)
}

/// Adds what to do to an error for want of a privilege that says nothing of it yet.
pub fn explain(error: Error) -> Error {
    if error.hint().is_some() || !error.server_code().is_some_and(is_denied) {
        return error;
    }
    error.with_hint(
        "the login lacks a privilege: give it those that `lockstep grants` prints; for a view, the role lockstep_views",
    )
}

/// What one `GRANT … ON object TO …` line allows to be read.
#[derive(Debug, PartialEq, Eq)]
struct Readable {
    /// Database pattern as the server prints it, unescaped; `*` for every database.
    database: String,
    /// Table, or `*`.
    table: String,
}

/// The objects that the session's account may `SELECT` from beyond reference tables, the journal and
/// scratch databases, as `database.table` with `*` for all; empty for a login made by `lockstep grants`.
///
/// # Errors
/// When the server does not show the account's grants.
pub fn excess_reads(session: &mut Session, topology: &Topology) -> Result<Vec<String>> {
    let lines: Vec<String> = session.query("SHOW GRANTS")?;
    let mut out: Vec<String> = lines
        .iter()
        .filter_map(|line| readable(line))
        .filter(|r| !is_needed(r, topology))
        .map(|r| format!("{}.{}", r.database, r.table))
        .collect();
    out.sort();
    out.dedup();
    Ok(out)
}

/// Whether the role for definitions is active in a session that did not ask for it: it can then read every
/// table in scope.
///
/// # Errors
/// When the server cannot be asked.
pub fn has_view_role_active(session: &mut Session) -> Result<bool> {
    if session.server().flavor == Flavor::MySql && session.server().version < (8, 0, 0) {
        return Ok(false);
    }
    let active: Option<Option<String>> = session.query_first("SELECT CURRENT_ROLE()")?;
    Ok(active.flatten().is_some_and(|roles| roles.contains(VIEW_ROLE)))
}

/// Whether the session's account may create stored objects and views with another account as `DEFINER`.
///
/// # Errors
/// When the server does not show the account's grants.
pub fn may_set_definer(session: &mut Session) -> Result<bool> {
    let lines: Vec<String> = session.query("SHOW GRANTS")?;
    Ok(lines.iter().any(|line| sets_definer(line)))
}

/// Whether a server's refusal of an owner says that the account has rights which the login may not act with. (It names
/// the privilege, in every language.)
pub(crate) fn wants_system_user(said: &str) -> bool {
    said.contains("SYSTEM_USER")
}

/// Whether a server's refusal of an owner says that there is no such account.
pub(crate) fn wants_nonexistent(said: &str) -> bool {
    said.contains("ALLOW_NONEXISTENT_DEFINER")
}

/// Whether one line of `SHOW GRANTS` gives the right to name any definer: MySQL 8.2 and later, 8.0, MariaDB 10.5,
/// older servers.
fn sets_definer(line: &str) -> bool {
    const NAMES: [&str; 5] = ["SET_ANY_DEFINER", "SET_USER_ID", "SET USER", "SUPER", "ALL PRIVILEGES"];
    let privileges = line.strip_prefix("GRANT ").and_then(|rest| rest.split_once(" ON *.* TO "));
    privileges.is_some_and(|(list, _)| list.split(',').any(|p| NAMES.contains(&p.trim())))
}

fn is_needed(readable: &Readable, topology: &Topology) -> bool {
    let database = readable.database.as_str();
    if readable.table == "*" {
        return database == journal::DATABASE || database.starts_with("lockstep_scratch");
    }
    // MariaDB keeps the bodies of routines there: definitions, not rows of the company's data.
    (database == "mysql" && readable.table == "proc")
        || topology.references().iter().any(|r| {
            r.name().database.eq_ignore_ascii_case(database)
                && r.name().name.eq_ignore_ascii_case(&readable.table)
        })
}

/// Reads one line of `SHOW GRANTS`; `None` when it gives no `SELECT`.
fn readable(line: &str) -> Option<Readable> {
    let rest = line.strip_prefix("GRANT ")?;
    let (privileges, rest) = rest.split_once(" ON ")?;
    let privileges = privileges.to_ascii_uppercase();
    let selects = privileges == "ALL PRIVILEGES"
        || privileges.split(',').map(str::trim).any(|p| p == "SELECT" || p.starts_with("SELECT ("));
    if !selects || rest.starts_with("PROCEDURE ") || rest.starts_with("FUNCTION ") {
        return None;
    }
    let (database, rest) = identifier(rest)?;
    let (table, _) = identifier(rest.strip_prefix('.')?)?;
    Some(Readable { database: database.replace("\\_", "_").replace("\\%", "%"), table })
}

/// Takes `*`, a quoted or a bare identifier off the front.
fn identifier(text: &str) -> Option<(String, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some(("*".into(), rest));
    }
    let quote = text.chars().next().filter(|c| matches!(c, '`' | '"'))?;
    let mut name = String::new();
    let mut chars = text[1..].char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if c != quote {
            name.push(c);
        } else if chars.peek().is_some_and(|&(_, next)| next == quote) {
            name.push(c);
            chars.next();
        } else {
            return Some((name, &text[i + 2..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_to_name_definers_is_seen() {
        assert!(sets_definer("GRANT SHOW_ROUTINE,SET_ANY_DEFINER ON *.* TO `w`@`%`"));
        assert!(sets_definer("GRANT SET USER ON *.* TO `w`@`%` IDENTIFIED BY PASSWORD '*A'"));
        assert!(sets_definer("GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"));
        assert!(!sets_definer("GRANT ALL PRIVILEGES ON `lockstep`.* TO `w`@`%`"));
        assert!(!sets_definer("GRANT USAGE ON *.* TO `w`@`%`"));
    }

    #[test]
    fn grant_lines_are_read() {
        let read = |line| readable(line).map(|r| format!("{}.{}", r.database, r.table));
        assert_eq!(
            read("GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION").as_deref(),
            Some("*.*")
        );
        assert_eq!(
            read("GRANT INSERT, SELECT ON `my\\_shop`.`a``b` TO `x`@`%`").as_deref(),
            Some("my_shop.a`b")
        );
        assert_eq!(read("GRANT SELECT (`id`), INSERT ON `s`.`t` TO `x`@`%`").as_deref(), Some("s.t"));
        assert_eq!(read("GRANT USAGE ON *.* TO `x`@`%`"), None);
        assert_eq!(read("GRANT `role`@`%` TO `x`@`%`"), None);
        assert_eq!(read("GRANT EXECUTE ON PROCEDURE `s`.`p` TO `x`@`%`"), None);
    }
}
