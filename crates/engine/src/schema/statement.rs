//! The statements of a plan and what must be known to run them.

use serde::{Deserialize, Serialize};

use super::model::ObjectRef;

/// What a statement can do to the rows and the traffic of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Changes definitions only, or builds something beside running traffic.
    Safe,
    /// Copies or rebuilds the table, or holds a lock for as long as the table is large.
    Slow,
    /// Loses data, or may fail on the data that is there.
    Destructive,
}

/// Session variables a statement needs; `None` means as the session is pinned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `sql_mode`; part of a routine's, trigger's or event's definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql_mode: Option<String>,
    /// `character_set_client`; part of a stored object's definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character_set_client: Option<String>,
    /// `collation_connection`; part of a stored object's definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation_connection: Option<String>,
    /// `time_zone`; part of an event's definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// True where `foreign_key_checks` must be off.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_foreign_key_checks: bool,
}

/// The `sql_mode` of statements on tables: strict whatever the server's own mode is, so that a value that does not fit its
/// new type is an error and never silently another value; zero dates that rows hold, or the source permits, stay permitted.
pub(crate) const TABLE_SQL_MODE: &str =
    "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION";

/// The same for a statement that would fill zero dates in where rows exist: then it is to fail instead.
pub(crate) const DATES_SQL_MODE: &str =
    "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION";

impl Settings {
    /// For statements on tables.
    pub(crate) fn for_tables() -> Self {
        Self { sql_mode: Some(TABLE_SQL_MODE.to_owned()), ..Self::default() }
    }
}

/// How the server may carry out a statement on a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// As it is written; the statement takes no `ALGORITHM`.
    Plain,
    /// `ALGORITHM=INSTANT` is tried, then `INPLACE, LOCK=NONE`, then as the server likes.
    TryOnline,
}

/// One statement of a plan. It runs with [`Statement::database`] as the default database and names
/// objects of that database without qualification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The SQL, without a terminator.
    pub sql: String,
    /// The default database it needs; empty where it needs none (`CREATE DATABASE`).
    pub database: String,
    /// What it changes.
    pub object: ObjectRef,
    /// How dangerous it is.
    pub risk: Risk,
    /// What it does, and why it is classed so.
    pub why: String,
    /// Session variables it needs.
    #[serde(default)]
    pub settings: Settings,
    /// Whether online algorithms are tried first.
    pub method: Method,
}
