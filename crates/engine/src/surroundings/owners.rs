//! Who owns views and stored objects: the account that they act as.

use std::collections::BTreeMap;

use crate::names::{literal, quote};
use crate::schema::{ObjectKind, ObjectRef};
use crate::topology::Account;
use crate::{Error, Result, Session};

/// The owners (definers) of a target's views and stored objects.
#[derive(Clone, Debug, Default)]
pub struct Owners(BTreeMap<(String, ObjectKind, String), Account>);

impl Owners {
    /// Reads the owners of everything in these databases.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn read(session: &mut Session, databases: &[String]) -> Result<Self> {
        let scope = databases.iter().map(|d| literal(d)).collect::<Vec<_>>().join(", ");
        let mut found = BTreeMap::new();
        if databases.is_empty() {
            return Ok(Self(found));
        }
        let queries = [
            ("'VIEW'", "TABLE_SCHEMA", "TABLE_NAME", "VIEWS"),
            ("ROUTINE_TYPE", "ROUTINE_SCHEMA", "ROUTINE_NAME", "ROUTINES"),
            ("'TRIGGER'", "TRIGGER_SCHEMA", "TRIGGER_NAME", "TRIGGERS"),
            ("'EVENT'", "EVENT_SCHEMA", "EVENT_NAME", "EVENTS"),
        ];
        for (kind, database, name, view) in queries {
            let rows: Vec<(String, String, String, String)> = session.query(format!(
                "SELECT {kind}, {database}, {name}, DEFINER FROM information_schema.{view} \
                 WHERE {database} IN ({scope})"
            ))?;
            for (kind, database, name, definer) in rows {
                if let (Some(kind), Some(owner)) = (kind_of(&kind), account(&definer)) {
                    found.insert((database, kind, name), owner);
                }
            }
        }
        Ok(Self(found))
    }

    /// The owner of an object that is there.
    pub fn of(&self, object: &ObjectRef) -> Option<&Account> {
        self.0.get(&(object.database.clone(), object.kind, object.name.clone()))
    }

    /// The owner that most objects of a database have: of the same kind where there are any, else of any kind.
    /// Of two that own as many, the one that comes first by name.
    pub fn prevailing(&self, database: &str, kind: ObjectKind) -> Option<&Account> {
        let most = |same_kind: bool| {
            let mut counts: BTreeMap<String, (usize, &Account)> = BTreeMap::new();
            let here = self.0.iter().filter(|((d, k, _), _)| d == database && (!same_kind || *k == kind));
            here.for_each(|(_, owner)| counts.entry(owner.to_string()).or_insert((0, owner)).0 += 1);
            // The last of equals wins, so the order is turned.
            counts.into_values().rev().max_by_key(|(count, _)| *count).map(|(_, owner)| owner)
        };
        most(true).or_else(|| most(false))
    }

    /// Every object and its owner.
    pub fn iter(&self) -> impl Iterator<Item = (ObjectRef, &Account)> {
        self.0.iter().map(|((database, kind, name), owner)| (ObjectRef::new(*kind, database, name), owner))
    }
}

fn kind_of(word: &str) -> Option<ObjectKind> {
    Some(match word {
        "VIEW" => ObjectKind::View,
        "FUNCTION" => ObjectKind::Function,
        "PROCEDURE" => ObjectKind::Procedure,
        "PACKAGE" => ObjectKind::Package,
        "PACKAGE BODY" => ObjectKind::PackageBody,
        "TRIGGER" => ObjectKind::Trigger,
        "EVENT" => ObjectKind::Event,
        _ => return None,
    })
}

/// `user@host` as the server prints it; a MariaDB role has an empty host.
fn account(definer: &str) -> Option<Account> {
    let (user, host) = definer.rsplit_once('@').unwrap_or((definer, ""));
    (!user.is_empty()).then(|| Account { user: user.to_owned(), host: host.to_owned() })
}

/// Why an account cannot own what a login creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// The server has no such account.
    Missing,
    /// The login may not name it; what the server said.
    Denied(String),
}

/// The account does not exist: a note where the login may create objects for it all the same.
const NO_SUCH_ACCOUNT: u32 = 1449;

/// Creates a procedure that does nothing and belongs to `owner` in a database of lockstep's own, which must exist, and
/// drops it: no catalogue that a least-privilege login may read says whether an account exists, and has rights that
/// the login may not act with.
///
/// # Errors
/// As [`Session::execute`], for what has nothing to do with the owner.
pub fn probe(session: &mut Session, scratch: &str, owner: &Account) -> Result<Option<Objection>> {
    let name = format!("{}.lockstep_owner", quote(scratch));
    match session.execute(format!("CREATE DEFINER = {} PROCEDURE {name}() DO 0", owner.quoted())) {
        Err(error) if error.server_code() == Some(1227) => Ok(Some(Objection::Denied(said(&error)))),
        Err(error) => Err(error),
        Ok(_) => {
            let notes: Vec<(String, u32, String)> = session.query("SHOW WARNINGS")?;
            session.execute(format!("DROP PROCEDURE {name}"))?;
            let is_missing = notes.iter().any(|(_, code, _)| *code == NO_SUCH_ACCOUNT);
            Ok(is_missing.then_some(Objection::Missing))
        }
    }
}

fn said(error: &Error) -> String {
    error.message().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_of_most_objects_prevails() {
        let owner = |user: &str| Account { user: user.to_owned(), host: "%".into() };
        let entry = |kind, name: &str, user: &str| (("d".to_owned(), kind, name.to_owned()), owner(user));
        let owners = Owners(BTreeMap::from([
            entry(ObjectKind::View, "a", "one"),
            entry(ObjectKind::Procedure, "a", "two"),
            entry(ObjectKind::Procedure, "b", "two"),
            entry(ObjectKind::Event, "a", "zwei"),
            entry(ObjectKind::Event, "b", "eins"),
        ]));
        assert_eq!(owners.prevailing("d", ObjectKind::View), Some(&owner("one")));
        assert_eq!(owners.prevailing("d", ObjectKind::Trigger), Some(&owner("two")));
        assert_eq!(owners.prevailing("d", ObjectKind::Event), Some(&owner("eins")));
        assert_eq!(owners.prevailing("e", ObjectKind::View), None);
    }

    #[test]
    fn accounts_are_read_as_the_server_prints_them() {
        assert_eq!(account("a@b@10.%").map(|a| a.quoted()), Some("'a@b'@'10.%'".into()));
        assert_eq!(account("role@").map(|a| a.quoted()), Some("'role'".into()));
        assert_eq!(account("@"), None);
    }
}
