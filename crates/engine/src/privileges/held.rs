//! Which privileges a login holds, and whether they are enough for what a plan does.

use super::identifier;
use crate::schema::{Action, ObjectKind, Statement};
use crate::{Flavor, Result, Session, TableName};

/// What the session's account was granted, role by role that is active in the session, less what was
/// taken away again for single databases (MySQL's partial revokes).
#[derive(Debug)]
pub struct Held {
    grants: Vec<Grant>,
    /// Partial revokes: they take a server-wide right away in one database.
    revoked: Vec<Grant>,
    /// Whether `_` and `%` in the database of a grant stand for themselves, as they do with `partial_revokes`.
    literal: bool,
}

/// One line of `SHOW GRANTS`.
#[derive(Debug)]
struct Grant {
    privileges: Vec<Privilege>,
    /// As it was granted: in a grant on a whole database `_` and `%` are wildcards unless escaped; `*` is any.
    database: String,
    /// `*` for the whole database.
    table: String,
}

/// A right, on some columns only where it names any.
#[derive(Debug, PartialEq, Eq)]
struct Privilege {
    name: String,
    columns: Vec<String>,
}

/// The server-wide rights with which a server shows every foreign key, its columns and its rules, on all versions.
/// (Measured on MySQL 5.6 and 9.7 and MariaDB 10.11; DELETE or ALTER, for instance, hide the columns on MySQL 9.7,
/// and SELECT hides the rules on MariaDB.)
const SHOWS_FOREIGN_KEYS: [&str; 3] = ["REFERENCES", "INSERT", "UPDATE"];

impl Held {
    /// Asks the server.
    ///
    /// # Errors
    /// When the server does not show the account's grants.
    pub fn read(session: &mut Session) -> Result<Self> {
        let mut held = Self::of_lines(&session.query::<String>("SHOW GRANTS")?);
        let knows_partial =
            session.server().flavor == Flavor::MySql && session.server().version >= (8, 0, 16);
        if knows_partial {
            held.literal = session.query_first::<u8>("SELECT @@partial_revokes")? == Some(1);
        }
        Ok(held)
    }

    fn of_lines(lines: &[String]) -> Self {
        let of = |word: &str| lines.iter().filter_map(|line| grant(line, word)).collect();
        Self { grants: of("GRANT "), revoked: of("REVOKE "), literal: false }
    }

    /// The privilege that `statement` needs and the account does not hold.
    pub fn missing_for(&self, statement: &Statement) -> Option<&'static str> {
        let object = &statement.object;
        let needed = needed(object.kind, &statement.action);
        needed.iter().copied().find(|privilege| !self.holds(privilege, &object.database, &object.name))
    }

    /// Whether the account holds a right on every table of a server.
    pub fn holds_everywhere(&self, privilege: &str) -> bool {
        let granted = self.grants.iter().any(|g| g.database == "*" && g.gives(privilege, &[]));
        granted && !self.revoked.iter().any(|r| r.gives(privilege, &[]))
    }

    /// Whether the server shows this account every foreign key of every database.
    pub fn sees_foreign_keys(&self) -> bool {
        SHOWS_FOREIGN_KEYS.iter().any(|privilege| self.holds_everywhere(privilege))
    }

    /// Whether the account holds a right that is given for the whole server only, such as SUPER.
    pub fn holds_server_right(&self, privilege: &str) -> bool {
        self.grants.iter().any(|g| g.database == "*" && g.gives(privilege, &[]))
    }

    /// Whether the account holds a right on a table or another object.
    pub fn holds(&self, privilege: &str, database: &str, table: &str) -> bool {
        self.holds_on_columns(privilege, &TableName::new(database, table), &[])
    }

    /// Whether the account holds a right on these columns of a table, by a grant on them or on more.
    pub fn holds_on_columns(&self, privilege: &str, table: &TableName, columns: &[&str]) -> bool {
        let (database, name) = (table.database.as_str(), table.name.as_str());
        let taken = self.revoked.iter().any(|r| r.database == database && r.gives(privilege, &[]));
        let column = |column: &str| {
            self.grants.iter().any(|grant| {
                let whole = grant.gives(privilege, &[]);
                let here = match (grant.table.as_str(), grant.database.as_str()) {
                    ("*", "*") => !taken,
                    ("*", pattern) if self.literal => pattern == database,
                    ("*", pattern) => matches(pattern, database),
                    (one, of) => of == database && one == name,
                };
                here && (whole || !column.is_empty() && grant.gives(privilege, &[column]))
            })
        };
        column("") || (!columns.is_empty() && columns.iter().all(|c| column(c)))
    }
}

impl Grant {
    /// Whether it gives a right, as a whole or on all of `columns`.
    fn gives(&self, privilege: &str, columns: &[&str]) -> bool {
        self.privileges.iter().any(|p| {
            let on_these = p.columns.is_empty()
                || !columns.is_empty()
                    && columns.iter().all(|c| p.columns.iter().any(|own| own.eq_ignore_ascii_case(c)));
            (p.name == privilege || p.name == "ALL PRIVILEGES") && on_these
        })
    }
}

/// The privileges for a statement, by what it does and what it works on.
/// (Source: MySQL Reference Manual, "Privileges Provided by MySQL".)
fn needed(kind: ObjectKind, action: &Action) -> &'static [&'static str] {
    match action {
        Action::CreateDatabase | Action::CreateTable => &["CREATE"],
        Action::AlterDatabase
        | Action::AlterTable
        | Action::AddForeignKey { .. }
        | Action::DropForeignKey { .. } => &["ALTER"],
        Action::DropTable => &["DROP"],
        Action::LockTables => &["LOCK TABLES"],
        Action::UnlockTables => &[],
        // Filling a new column reads and writes rows.
        Action::FillColumn => &["UPDATE", "SELECT"],
        Action::CreateStored | Action::ReplaceStored | Action::AlterStored | Action::DropStored => {
            needed_for_stored(kind, action)
        }
    }
}

fn needed_for_stored(kind: ObjectKind, action: &Action) -> &'static [&'static str] {
    let drops = *action == Action::DropStored;
    match kind {
        ObjectKind::Sequence if *action == Action::AlterStored => &["ALTER"],
        ObjectKind::Sequence | ObjectKind::View if drops => &["DROP"],
        ObjectKind::Sequence => &["CREATE"],
        ObjectKind::View => &["CREATE VIEW"],
        ObjectKind::Trigger => &["TRIGGER"],
        ObjectKind::Event => &["EVENT"],
        ObjectKind::Function | ObjectKind::Procedure if drops => &["ALTER ROUTINE"],
        ObjectKind::Function | ObjectKind::Procedure => &["CREATE ROUTINE"],
        _ => &[],
    }
}

/// Reads one line that begins with `word`, `GRANT ` or `REVOKE `.
fn grant(line: &str, word: &str) -> Option<Grant> {
    let (list, rest) = line.strip_prefix(word)?.split_once(" ON ")?;
    let (database, rest) = identifier(rest)?;
    let (table, _) = identifier(rest.strip_prefix('.')?)?;
    Some(Grant { privileges: privileges(list), database, table })
}

/// The rights of a list such as ``SELECT (`id`, `name`), INSERT``.
fn privileges(list: &str) -> Vec<Privilege> {
    let mut found = Vec::new();
    let mut rest = list;
    while !rest.trim().is_empty() {
        let end = rest.find(['(', ',']).unwrap_or(rest.len());
        let name = rest[..end].trim().to_ascii_uppercase();
        rest = &rest[end..];
        let mut columns = Vec::new();
        if let Some(mut inside) = rest.strip_prefix('(') {
            while let Some((column, after)) = identifier(inside.trim_start_matches([',', ' '])) {
                columns.push(column);
                inside = after;
            }
            rest = inside.trim_start_matches(')');
            if columns.is_empty() {
                // Columns that cannot be read give nothing that could be relied on.
                return found;
            }
        }
        rest = rest.trim_start_matches([',', ' ']);
        found.push(Privilege { name, columns });
    }
    found
}

/// Whether a database's name meets the pattern of a grant.
fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => name.is_empty(),
        Some('%') => {
            let rest = rest.as_str();
            name.char_indices().map(|(i, _)| &name[i..]).chain([""]).any(|tail| matches(rest, tail))
        }
        Some(first) => {
            let (any, wanted) = match first {
                '_' => (true, first),
                '\\' => (false, rest.next().unwrap_or('\\')),
                plain => (false, plain),
            };
            let mut name = name.chars();
            name.next().is_some_and(|c| any || c == wanted) && matches(rest.as_str(), name.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(lines: &[&str]) -> Held {
        Held::of_lines(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn patterns_of_databases_are_read() {
        assert!(matches("my\\_shop", "my_shop"));
        assert!(!matches("my\\_shop", "myxshop"));
        assert!(matches("my_shop", "myxshop"));
        assert!(matches("lockstep\\_%", "lockstep_scratch_1"));
        assert!(matches("shop", "shop"));
        assert!(!matches("shop", "shops"));
    }

    #[test]
    fn what_is_granted_holds_where_it_was_granted() {
        let some = held(&[
            "GRANT USAGE ON *.* TO `w`@`%`",
            "GRANT CREATE, ALTER ROUTINE ON `shop`.* TO `w`@`%`",
            "GRANT ALTER ON `shop`.`currency` TO `w`@`%`",
            "GRANT `lockstep_views`@`%` TO `w`@`%`",
        ]);
        assert!(some.holds("CREATE", "shop", "t"));
        assert!(!some.holds("CREATE", "ledger", "t"));
        assert!(some.holds("ALTER", "shop", "currency"));
        assert!(!some.holds("ALTER", "shop", "card"));
        assert!(!some.sees_foreign_keys());
        let all = held(&["GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION"]);
        assert!(all.holds("TRIGGER", "any", "t") && all.sees_foreign_keys());
    }

    #[test]
    fn a_right_on_columns_is_one_on_these_columns_only() {
        let some = held(&["GRANT SELECT (`id`, `a,b`), INSERT, UPDATE (`id`) ON `s`.`t` TO `x`@`%`"]);
        let table = TableName::new("s", "t");
        assert!(some.holds("INSERT", "s", "t"));
        assert!(!some.holds("SELECT", "s", "t"));
        assert!(some.holds_on_columns("SELECT", &table, &["ID", "a,b"]));
        assert!(!some.holds_on_columns("UPDATE", &table, &["id", "a,b"]));
    }

    #[test]
    fn a_right_that_was_taken_away_in_one_database_is_not_held_everywhere() {
        let some = held(&[
            "GRANT SELECT, REFERENCES ON *.* TO `x`@`%`",
            "REVOKE REFERENCES ON `hidden`.* FROM `x`@`%`",
        ]);
        assert!(!some.sees_foreign_keys());
        assert!(some.holds("REFERENCES", "shop", "t") && !some.holds("REFERENCES", "hidden", "t"));
        let columns =
            held(&["GRANT REFERENCES ON `shop`.* TO `x`@`%`", "GRANT UPDATE (`a`) ON `s`.`t` TO `x`@`%`"]);
        assert!(!columns.sees_foreign_keys());
    }
}
