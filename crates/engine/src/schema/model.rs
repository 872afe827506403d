//! What a server's databases hold, as the server itself spells it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::server::ServerInfo;

/// The definitions of some databases of one server.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The server they were read from; spelling depends on it.
    pub server: ServerInfo,
    /// The server's default collation of each character set.
    pub default_collations: BTreeMap<String, String>,
    /// By name. A database that does not exist on the server is absent.
    pub databases: BTreeMap<String, Database>,
}

/// One database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Default character set.
    pub charset: String,
    /// Default collation.
    pub collation: String,
    /// Other options as the server prints them (`DEFAULT ENCRYPTION='N'`, `COMMENT '…'`); often empty.
    pub options: String,
    /// Tables by name.
    pub tables: BTreeMap<String, Table>,
    /// Everything else by kind and name.
    pub objects: BTreeMap<(ObjectKind, String), Stored>,
}

/// A table: the answer to `SHOW CREATE TABLE` with version comments unwrapped and without the
/// `AUTO_INCREMENT` counter, which is data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The statement.
    pub create: String,
}

/// A view, routine, trigger, event or sequence: its `CREATE` statement without `DEFINER`, and what the
/// session must be set to when it is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The statement.
    pub create: String,
    /// `sql_mode` it was created under; `None` where it has none (views, sequences).
    pub sql_mode: Option<String>,
    /// `character_set_client` it was created under.
    pub character_set_client: Option<String>,
    /// `collation_connection` it was created under.
    pub collation_connection: Option<String>,
    /// The database's default collation when it was created; decides string parameters and variables.
    pub database_collation: Option<String>,
    /// An event's time zone.
    pub time_zone: Option<String>,
    /// What a trigger belongs to.
    pub trigger: Option<TriggerPlace>,
}

/// The chain of triggers that one trigger is part of, and its place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerPlace {
    /// The table.
    pub table: String,
    /// `BEFORE INSERT` and so on.
    pub moment: String,
    /// Position among the triggers of the same table and moment, from 1.
    pub order: u64,
}

/// The kinds of objects in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// The database itself.
    Database,
    /// A base table.
    Table,
    /// A MariaDB sequence.
    Sequence,
    /// A stored function.
    Function,
    /// A stored procedure.
    Procedure,
    /// A MariaDB package.
    Package,
    /// A MariaDB package body.
    PackageBody,
    /// A view.
    View,
    /// A trigger.
    Trigger,
    /// An event.
    Event,
}

impl ObjectKind {
    /// The keyword(s) in `CREATE …`, `DROP …` and `SHOW CREATE …`.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Database => "DATABASE",
            Self::Table => "TABLE",
            Self::Sequence => "SEQUENCE",
            Self::Function => "FUNCTION",
            Self::Procedure => "PROCEDURE",
            Self::Package => "PACKAGE",
            Self::PackageBody => "PACKAGE BODY",
            Self::View => "VIEW",
            Self::Trigger => "TRIGGER",
            Self::Event => "EVENT",
        }
    }
}

impl std::fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.keyword().to_ascii_lowercase())
    }
}

/// Names an object, or a part of one, in a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: ObjectKind,
    /// The database it is in; for a database itself, its name.
    pub database: String,
    /// Its name.
    pub name: String,
    /// The part of it that is meant, for example ``column `price` ``.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
}

impl ObjectRef {
    /// The object `name` of `kind` in `database`, as a whole.
    pub fn new(kind: ObjectKind, database: &str, name: &str) -> Self {
        Self { kind, database: database.to_owned(), name: name.to_owned(), part: None }
    }
}

impl std::fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ", self.kind)?;
        if self.kind != ObjectKind::Database {
            write!(f, "{}.", crate::names::quote(&self.database))?;
        }
        write!(f, "{}", crate::names::quote(&self.name))?;
        self.part.as_ref().map_or(Ok(()), |part| write!(f, ", {part}"))
    }
}
