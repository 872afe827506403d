//! Foreign keys that refer to columns which no unique key covers.
//!
//! MySQL 8.4 and later take them only where `restrict_fk_on_non_standard_key` is off, and setting that is a
//! privilege. A login without it cannot copy them, and cannot change them either: a rehearsal goes without.

use std::collections::BTreeMap;

use super::model::{Database, Table};
use super::table::{Clauses, ForeignKey, same_name};
use crate::{Result, Session};

/// The server does not know the variable.
const UNKNOWN_VARIABLE: u16 = 1193;

/// Whether this session may not create such a foreign key.
///
/// # Errors
/// As [`Session::query`].
pub(super) fn are_refused(session: &mut Session) -> Result<bool> {
    match session.query_first::<i64>("SELECT @@restrict_fk_on_non_standard_key") {
        Ok(value) => Ok(value == Some(1)),
        Err(error) if error.server_code() == Some(UNKNOWN_VARIABLE) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes them out of the definitions.
pub(super) fn leave_out(databases: &mut BTreeMap<String, Database>) {
    let parsed: BTreeMap<(String, String), Clauses> = databases
        .iter()
        .flat_map(|(name, database)| database.tables.iter().map(move |(table, t)| (name, table, t)))
        .filter_map(|(name, table, t)| Some(((name.clone(), table.clone()), Clauses::parse(&t.create).ok()?)))
        .collect();
    for ((database, name), clauses) in &parsed {
        let is_loose = |key: &ForeignKey| {
            let parent =
                (key.parent_database.clone().unwrap_or_else(|| database.clone()), key.parent.clone());
            parsed.get(&parent).is_some_and(|parent| !has_unique_key(parent, &key.parent_columns))
        };
        let stay: Vec<String> =
            clauses.foreign_keys.values().filter(|key| !is_loose(key)).map(|key| key.text.clone()).collect();
        let all = clauses.foreign_keys.iter().count();
        if let Some(content) = databases.get_mut(database).filter(|_| stay.len() < all) {
            content.tables.insert(name.clone(), Table { create: clauses.to_create(name, &stay) });
        }
    }
}

fn has_unique_key(table: &Clauses, columns: &[String]) -> bool {
    table.keys.iter().filter(|key| key.is_unique()).any(|key| {
        key.columns.len() == columns.len()
            && columns.iter().all(|column| key.columns.iter().any(|other| same_name(column, other)))
    })
}
