//! Which privileges a login holds for changing definitions, and whether they are enough for a statement.

use super::identifier;
use crate::schema::{Action, ObjectKind, Statement};
use crate::{Result, Session};

/// What the session's account was granted, role by role that is active in the session.
#[derive(Debug)]
pub struct Held(Vec<Grant>);

/// One line of `SHOW GRANTS`.
#[derive(Debug)]
struct Grant {
    privileges: Vec<String>,
    /// As it was granted: in a grant on a whole database `_` and `%` are wildcards unless escaped; `*` is any.
    database: String,
    /// `*` for the whole database.
    table: String,
}

impl Held {
    /// Asks the server.
    ///
    /// # Errors
    /// When the server does not show the account's grants.
    pub fn read(session: &mut Session) -> Result<Self> {
        Ok(Self::of_lines(&session.query::<String>("SHOW GRANTS")?))
    }

    fn of_lines(lines: &[String]) -> Self {
        Self(lines.iter().filter_map(|line| grant(line)).collect())
    }

    /// The privilege that `statement` needs and the account does not hold.
    pub fn missing_for(&self, statement: &Statement) -> Option<&'static str> {
        let object = &statement.object;
        needed(object.kind, &statement.action)
            .filter(|privilege| !self.holds(privilege, &object.database, &object.name))
    }

    fn holds(&self, privilege: &str, database: &str, table: &str) -> bool {
        self.0.iter().any(|grant| {
            grant.privileges.iter().any(|p| p == privilege || p == "ALL PRIVILEGES")
                && match grant.table.as_str() {
                    "*" => grant.database == "*" || matches(&grant.database, database),
                    one => grant.database == database && one == table,
                }
        })
    }
}

/// The privilege for a statement, by what it does and what it works on.
/// (Source: MySQL Reference Manual, "Privileges Provided by MySQL".)
fn needed(kind: ObjectKind, action: &Action) -> Option<&'static str> {
    Some(match action {
        Action::CreateDatabase | Action::CreateTable => "CREATE",
        Action::AlterDatabase
        | Action::AlterTable
        | Action::AddForeignKey { .. }
        | Action::DropForeignKey { .. } => "ALTER",
        Action::DropTable => "DROP",
        Action::LockTables => "LOCK TABLES",
        Action::UnlockTables | Action::FillColumn => return None,
        Action::CreateStored | Action::ReplaceStored | Action::AlterStored | Action::DropStored => {
            return needed_for_stored(kind, action);
        }
    })
}

fn needed_for_stored(kind: ObjectKind, action: &Action) -> Option<&'static str> {
    let drops = *action == Action::DropStored;
    Some(match kind {
        ObjectKind::Sequence if *action == Action::AlterStored => "ALTER",
        ObjectKind::Sequence | ObjectKind::View if drops => "DROP",
        ObjectKind::Sequence => "CREATE",
        ObjectKind::View => "CREATE VIEW",
        ObjectKind::Trigger => "TRIGGER",
        ObjectKind::Event => "EVENT",
        ObjectKind::Function | ObjectKind::Procedure if drops => "ALTER ROUTINE",
        ObjectKind::Function | ObjectKind::Procedure => "CREATE ROUTINE",
        _ => return None,
    })
}

fn grant(line: &str) -> Option<Grant> {
    let (privileges, rest) = line.strip_prefix("GRANT ")?.split_once(" ON ")?;
    let (database, rest) = identifier(rest)?;
    let (table, _) = identifier(rest.strip_prefix('.')?)?;
    let privileges = privileges.split(',').map(|p| p.trim().to_ascii_uppercase()).collect();
    Some(Grant { privileges, database, table })
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
        let held = Held::of_lines(&[
            "GRANT USAGE ON *.* TO `w`@`%`".into(),
            "GRANT CREATE, ALTER ROUTINE ON `shop`.* TO `w`@`%`".into(),
            "GRANT ALTER ON `shop`.`currency` TO `w`@`%`".into(),
            "GRANT `lockstep_views`@`%` TO `w`@`%`".into(),
        ]);
        assert!(held.holds("CREATE", "shop", "t"));
        assert!(!held.holds("CREATE", "ledger", "t"));
        assert!(held.holds("ALTER", "shop", "currency"));
        assert!(!held.holds("ALTER", "shop", "card"));
        let all = Held::of_lines(&["GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION".into()]);
        assert!(all.holds("TRIGGER", "any", "t"));
    }
}
