//! What must be known of a reference table before its rows are read or written.

use super::column::{Column, Kind, Role, json_is_text, select_expression};
use crate::names::{quote, quote_list};
use crate::{Error, ReferenceTable, Result, TableName};

/// What a foreign key does with its rows when the row they refer to changes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The statement fails: RESTRICT and NO ACTION.
    Refuse,
    /// The referring rows change: CASCADE, SET NULL, SET DEFAULT.
    Change,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its name.
    pub name: String,
    /// The referring table.
    pub child: TableName,
    /// The referring columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub parent: TableName,
    /// The columns referred to, in the order of `columns`.
    pub parent_columns: Vec<String>,
    /// What happens to referring rows on a delete.
    pub on_delete: Action,
    /// What happens to referring rows on an update.
    pub on_update: Action,
}

/// What fires a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A new row.
    Insert,
    /// A changed row.
    Update,
    /// A row that goes.
    Delete,
}

impl Event {
    /// The event by its SQL word.
    pub(crate) fn of_word(word: &str) -> Self {
        match word {
            "INSERT" => Self::Insert,
            "UPDATE" => Self::Update,
            _ => Self::Delete,
        }
    }
}

impl std::fmt::Display for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        })
    }
}

/// A trigger that fires on a table's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// What fires it.
    pub event: Event,
    /// Whether it may write more than the row that fires it. True unless its text was read and says no.
    pub writes_elsewhere: bool,
}

impl std::fmt::Display for Trigger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.event)
    }
}

/// Why the identity says which row is which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uniqueness {
    /// A unique key covers it.
    Key,
    /// The topology names it, and no two rows were equal in it when they were counted.
    Rows {
        /// Some index begins with one of its columns.
        indexed: bool,
    },
}

/// A unique key's name and its columns.
pub type UniqueKey<C = String> = (String, Vec<C>);

/// The shape of one reference table on one server.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The table, as the topology has it.
    pub reference: ReferenceTable,
    /// The condition of the rows that are read, where only some of those in scope are (see [`Pair::within`]).
    pub within: Option<String>,
    /// Every column: the identity's first, in its order; then the compared, and those apart.
    pub columns: Vec<Column>,
    /// The primary key's columns, the order in which rows are read; empty when there is none.
    pub primary: Vec<String>,
    /// Rows arrive sorted by their identity's bytes.
    pub merges: bool,
    /// Why the identity says which row is which.
    pub uniqueness: Uniqueness,
    /// Ignored columns without which no row can be made: they take no NULL and have no default.
    pub unfillable: Vec<String>,
    /// Unique keys, by name with their columns; the primary key is `PRIMARY`.
    pub unique: Vec<UniqueKey>,
    /// Foreign keys of this table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Foreign keys of any table that refer to this one.
    pub referenced_by: Vec<ForeignKey>,
    /// Triggers that fire on this table's rows.
    pub triggers: Vec<Trigger>,
    /// Other reference tables that the triggers which a change would fire may write.
    pub reaches: Vec<TableName>,
    /// The size of its rows by the server's estimate.
    pub bytes: u64,
    /// The storage engine.
    pub engine: String,
    /// The engine has transactions, so that a change can be undone.
    pub transactional: bool,
    /// The longest statement that the server takes, in bytes (`max_allowed_packet`).
    pub packet_bytes: u64,
}

impl Layout {
    /// The table's name.
    pub fn table(&self) -> &TableName {
        self.reference.name()
    }

    /// Its triggers, as a list for people.
    pub fn trigger_list(&self) -> String {
        self.triggers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// Whether a trigger fires on this event.
    pub fn fires_on(&self, event: Event) -> bool {
        self.triggers.iter().any(|t| t.event == event)
    }

    /// The columns whose values are in a row's bytes: identity and compared.
    pub fn read(&self) -> &[Column] {
        let count = self.columns.iter().take_while(|c| c.role < Role::Apart).count();
        &self.columns[..count]
    }

    /// How many columns are compared: identity and compared.
    pub fn compared(&self) -> usize {
        self.columns.iter().take_while(|c| c.role <= Role::Compared).count()
    }

    /// The identity's columns.
    pub fn identity(&self) -> &[Column] {
        let count = self.columns.iter().take_while(|c| c.role == Role::Identity).count();
        &self.columns[..count]
    }

    /// The query that streams the table's rows in scope, in the order of the primary key; only those that
    /// meet `also`, where it is given.
    pub fn select(&self, also: Option<&str>) -> String {
        let order = match self.primary.as_slice() {
            [] => String::new(),
            primary => format!(" ORDER BY {}", quote_list(primary)),
        };
        let condition = self.conditions(also);
        format!("SELECT {} FROM {}{condition}{order}", self.select_list(self.read()), self.table().quoted())
    }

    /// ` WHERE` and the conditions that rows meet: the topology's, the slices', and `also`; nothing where there is none.
    pub(super) fn conditions(&self, also: Option<&str>) -> String {
        let conditions = [self.reference.where_clause(), self.within.as_deref(), also];
        let conditions: Vec<_> = conditions.into_iter().flatten().map(|c| format!("({c})")).collect();
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
    }

    /// How `columns` are read: their values, then for each JSON column whether its text says all of it.
    pub fn select_list(&self, columns: &[Column]) -> String {
        let values = columns.iter().map(select_expression);
        let exact = columns.iter().filter(|c| c.kind == Kind::Json).map(json_is_text);
        values.chain(exact).collect::<Vec<_>>().join(", ")
    }

    /// This layout with its columns in the order and roles of `columns`: those of the source, or of a
    /// [`super::TableDifference`].
    ///
    /// # Errors
    /// [`crate::ErrorKind::Refused`] when columns, their types or character sets differ, or the identity
    /// is not unique here: values cannot be compared or written before the schema is in step.
    pub fn matching(self, columns: &[Column]) -> Result<Self> {
        let names: Vec<_> = columns.iter().map(|c| c.name.clone()).collect();
        let identity = columns.iter().filter(|c| c.role == Role::Identity).count();
        let layout = self.ordered_as(&names, identity)?;
        for (a, b) in columns.iter().zip(layout.read()) {
            if !a.kind.agrees(&b.kind) || a.generated != b.generated {
                return Err(Error::refused(format!(
                    "{}: column {} is {a} at the source and {b} at the target",
                    layout.table(),
                    quote(&a.name),
                ))
                .with_hint("bring the schema into step first"));
            }
        }
        Ok(layout)
    }

    /// This layout with its columns in the order of `names`, the first `identity` of which are the identity.
    fn ordered_as(mut self, names: &[String], identity: usize) -> Result<Self> {
        let place = |c: &Column| names.iter().position(|n| *n == c.name);
        for column in &mut self.columns {
            column.role = match (column.role, place(column)) {
                (_, Some(i)) if i < identity => Role::Identity,
                (Role::Identity, _) => Role::Compared,
                (Role::Apart, Some(_)) => Role::Compared,
                (role, _) => role,
            };
        }
        self.columns.sort_by_key(|c| place(c).unwrap_or(usize::MAX));
        let found: Vec<_> = self.read().iter().map(|c| c.name.clone()).collect();
        if found != names {
            return Err(Error::refused(format!(
                "{}: its columns are ({}) on one side and ({}) on the other",
                self.table(),
                names.join(", "),
                found.join(", ")
            ))
            .with_hint("bring the schema into step first"));
        }
        let identity = quote_list(self.identity().iter().map(|c| &c.name));
        let by_key = is_unique(&self.unique, self.identity().iter().map(|c| c.name.as_str()));
        if !by_key && self.uniqueness == Uniqueness::Key {
            return Err(Error::refused(format!(
                "{}: ({identity}) is not unique on both sides",
                self.table()
            )));
        }
        self.merges = merges(&self);
        Ok(self)
    }
}

/// The two sides of one table, found to be comparable.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The table at the source.
    pub source: Layout,
    /// The table at the target, its columns in the source's order.
    pub target: Layout,
}

impl Pair {
    /// Pairs the layouts of one table.
    ///
    /// # Errors
    /// As [`Layout::matching`].
    pub fn new(mut source: Layout, target: Layout) -> Result<Self> {
        let mut target = target.matching(source.read())?;
        target.merges &= source.merges;
        source.merges = target.merges;
        Ok(Self { source, target })
    }
}

/// Whether a unique key has no columns but some of `columns`, so that these say which row is which.
pub(super) fn is_unique<'a>(unique: &[UniqueKey], columns: impl Iterator<Item = &'a str> + Clone) -> bool {
    unique.iter().any(|(_, key)| key.iter().all(|k| columns.clone().any(|c| c == k)))
}

/// Whether rows read in primary key order arrive sorted by their identity's bytes.
pub(super) fn merges(layout: &Layout) -> bool {
    let identity = layout.identity();
    identity.iter().map(|c| &c.name).eq(&layout.primary)
        && identity.iter().all(|c| matches!(c.kind, Kind::Integer { .. }))
}
