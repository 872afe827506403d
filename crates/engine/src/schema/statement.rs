//! The statements of a plan and what must be known to run them.

use serde::{Deserialize, Serialize};

use super::model::ObjectRef;
use crate::TableName;

/// What a statement can do to the rows and the traffic of the target.
///
/// A plan in which every statement is safe or slow never fails because of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Changes definitions only, or builds something beside running traffic.
    Safe,
    /// Copies or rebuilds the table, or holds a lock for as long as the table is large.
    Slow,
    /// Depends on rows that lockstep cannot vouch for. Where it fails, the target has lost nothing.
    MayFail,
    /// Loses data.
    Destructive,
}

impl Risk {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Slow => "slow",
            Self::MayFail => "may fail",
            Self::Destructive => "destructive",
        }
    }
}

/// When a statement runs, seen from the rows of the same plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before the rows.
    #[default]
    Open,
    /// After the rows: a constraint that they must satisfy.
    Close,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// Creates a database.
    CreateDatabase,
    /// Changes a database's defaults.
    AlterDatabase,
    /// Creates a table, without any row.
    CreateTable,
    /// Changes a table.
    AlterTable,
    /// Drops a table and its rows.
    DropTable,
    /// Adds a foreign key, and nothing else.
    AddForeignKey {
        /// Its name.
        name: String,
        /// The table that it refers to.
        parent: TableName,
        /// It was there before, and was dropped for the moment only: rows are not checked again.
        restores: bool,
    },
    /// Drops a foreign key, and nothing else.
    DropForeignKey {
        /// Its name.
        name: String,
        /// Another statement of the plan puts it back; until then both of its tables are locked.
        for_the_moment: bool,
    },
    /// Locks tables, so that nobody writes to them while a foreign key is missing.
    LockTables,
    /// Ends [`Action::LockTables`].
    UnlockTables,
    /// Gives every row a value of a new column.
    FillColumn,
    /// Creates a stored object, view or sequence.
    CreateStored,
    /// Puts another definition in the place of an object.
    ReplaceStored,
    /// Changes an object in place.
    AlterStored,
    /// Drops a stored object, view or sequence.
    DropStored,
}

impl Action {
    /// Whether the object is gone afterwards.
    pub fn drops_object(&self) -> bool {
        matches!(self, Self::DropTable | Self::DropStored)
    }

    /// Whether the statement holds the definition of a stored object or a view.
    pub fn defines_stored(&self) -> bool {
        matches!(self, Self::CreateStored | Self::ReplaceStored)
    }
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
    /// What it does to it.
    pub action: Action,
    /// Whether it runs before the rows or after them.
    #[serde(default)]
    pub stage: Stage,
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
