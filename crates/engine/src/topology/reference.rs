//! The one value that lets rows be read.

use serde::Deserialize;

use crate::TableName;
use crate::surroundings::Limit;

/// What happens to rows that only the target has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeletePolicy {
    /// They are deleted.
    #[default]
    Apply,
    /// A plan that would delete is refused.
    Refuse,
}

/// What happens to a row that was edited on both sides since they last agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConflictPolicy {
    /// The plan is refused and shows the row.
    #[default]
    Refuse,
    /// The source's row wins.
    Source,
    /// The target's row stays.
    Target,
}

/// Which triggers of the target may write other tables when rows of a reference table change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PermittedTriggers {
    /// Those of these names.
    Named(Vec<String>),
    /// All: the word `any`.
    Any(AnyTrigger),
}

/// The word that permits every trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnyTrigger {
    /// `any`.
    Any,
}

impl Default for PermittedTriggers {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

impl PermittedTriggers {
    /// Whether the trigger of this name may write other tables.
    pub fn permits(&self, trigger: &str) -> bool {
        match self {
            Self::Any(_) => true,
            Self::Named(names) => names.iter().any(|name| name.eq_ignore_ascii_case(trigger)),
        }
    }
}

/// A table whose rows are configuration data.
///
/// Its fields are private and only the topology can make one: every function that reads or writes rows
/// asks for this value, so that no other table can be named in a row query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceTable {
    pub(super) name: TableName,
    pub(super) identity: Option<Vec<String>>,
    pub(super) condition: Option<String>,
    pub(super) ignore_columns: Vec<String>,
    pub(super) delete: DeletePolicy,
    pub(super) on_conflict: ConflictPolicy,
    pub(super) triggers: PermittedTriggers,
    pub(super) cascades: Vec<String>,
    pub(super) max_deletes: Option<Limit>,
    pub(super) max_changes: Option<Limit>,
}

impl ReferenceTable {
    /// A reference table with every setting at its default.
    pub(super) fn plain(name: TableName) -> Self {
        Self {
            name,
            identity: None,
            condition: None,
            ignore_columns: Vec::new(),
            delete: DeletePolicy::default(),
            on_conflict: ConflictPolicy::default(),
            triggers: PermittedTriggers::default(),
            cascades: Vec::new(),
            max_deletes: None,
            max_changes: None,
        }
    }

    /// The same table's copy in a scratch database, where a rehearsal put it. `None` for any other database:
    /// this is no way to name a table that the topology does not list.
    pub(crate) fn copy_in(&self, scratch: &str) -> Option<Self> {
        let name = TableName::new(scratch, &self.name.name);
        scratch.starts_with(crate::schema::SCRATCH_PREFIX).then(|| Self { name, ..self.clone() })
    }

    /// The table.
    pub fn name(&self) -> &TableName {
        &self.name
    }

    /// The columns that say which row is which, where the topology names them.
    pub fn identity(&self) -> Option<&[String]> {
        self.identity.as_deref()
    }

    /// The SQL condition that rows in scope meet, on both sides.
    pub fn where_clause(&self) -> Option<&str> {
        self.condition.as_deref()
    }

    /// Columns whose values are an environment's own and stay as they are.
    pub fn ignore_columns(&self) -> &[String] {
        &self.ignore_columns
    }

    /// What happens to rows that only the target has.
    pub fn delete(&self) -> DeletePolicy {
        self.delete
    }

    /// What happens to a row that was edited on both sides.
    pub fn on_conflict(&self) -> ConflictPolicy {
        self.on_conflict
    }

    /// Whether every row of the table is in scope.
    pub fn is_whole(&self) -> bool {
        self.condition.is_none()
    }

    /// Which triggers of the target may write other tables when rows of this one change.
    pub fn triggers(&self) -> &PermittedTriggers {
        &self.triggers
    }

    /// Foreign keys, as `db.child.constraint`, by which changes of this table's rows may reach rows out of scope.
    pub fn cascades(&self) -> &[String] {
        &self.cascades
    }

    /// How many rows a plan may delete; `None` for the default.
    pub fn max_deletes(&self) -> Option<Limit> {
        self.max_deletes
    }

    /// How many rows a plan may update or delete; `None` for the default.
    pub fn max_changes(&self) -> Option<Limit> {
        self.max_changes
    }
}
