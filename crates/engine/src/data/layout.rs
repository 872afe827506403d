//! What must be known of a reference table before its rows are read or written.

use std::fmt;

use crate::names::{quote, quote_list};
use crate::{Error, ReferenceTable, Result, TableName};

/// The family of a column's type: decides how its values are read, compared and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any integer type.
    Integer {
        /// Counts from zero.
        unsigned: bool,
    },
    /// DECIMAL, carried as its exact text.
    Decimal,
    /// FLOAT, four bytes.
    Float,
    /// DOUBLE.
    Double,
    /// BIT, up to 64.
    Bit,
    /// YEAR.
    Year,
    /// DATE.
    Date,
    /// DATETIME.
    DateTime,
    /// TIMESTAMP, read and written in UTC.
    Timestamp,
    /// TIME.
    Time,
    /// Character strings, carried as bytes of `charset`.
    Text {
        /// The column's character set, in its server's spelling.
        charset: String,
    },
    /// BINARY, VARBINARY, BLOB and VECTOR.
    Binary,
    /// JSON as a type of its own (MariaDB's is text).
    Json,
    /// A geometry in the server's internal form: SRID and WKB.
    Geometry,
    /// ENUM.
    Enum {
        /// The column's character set.
        charset: String,
        /// The declaration, which gives each number its meaning.
        declaration: String,
        /// Carried as a number, because a member `''` reads like the error value 0.
        by_number: bool,
    },
    /// SET.
    Set {
        /// The column's character set.
        charset: String,
        /// The declaration, which gives each number its meaning.
        declaration: String,
        /// Carried as a number, because a member `''` reads like the empty set.
        by_number: bool,
    },
}

impl Kind {
    /// Whether the driver's integers of this column count from zero.
    pub fn is_unsigned(&self) -> bool {
        match self {
            Kind::Integer { unsigned } => *unsigned,
            Kind::Year | Kind::Enum { .. } | Kind::Set { .. } => true,
            _ => false,
        }
    }

    /// The same kind on both sides, whatever name their versions give a character set.
    fn agrees(&self, other: &Kind) -> bool {
        fn plain(charset: &str) -> &str {
            if charset == "utf8" { "utf8mb3" } else { charset }
        }
        match (self, other) {
            (Kind::Text { charset: a }, Kind::Text { charset: b }) => plain(a) == plain(b),
            (
                Kind::Enum { charset: a, declaration: m, .. },
                Kind::Enum { charset: b, declaration: n, .. },
            )
            | (Kind::Set { charset: a, declaration: m, .. }, Kind::Set { charset: b, declaration: n, .. }) => {
                plain(a) == plain(b) && m == n
            }
            _ => self == other,
        }
    }
}

/// What a column is to a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Part of the identity.
    Identity,
    /// Compared and brought into step.
    Compared,
    /// Ignored by the topology, but a new row cannot be made without a value, so the source's is taken.
    Carried,
    /// Ignored by the topology, or generated: neither read nor written.
    Apart,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, as the server spells it.
    pub name: String,
    /// The family of its type.
    pub kind: Kind,
    /// What it is to the comparison.
    pub role: Role,
    /// May hold NULL.
    pub nullable: bool,
    /// Computed by the server: never written.
    pub generated: bool,
    /// `ON UPDATE CURRENT_TIMESTAMP`: set explicitly by every UPDATE, so that it does not move by itself.
    pub on_update: bool,
    /// Values that differ in their bytes can be equal under a key: a collation that is not binary.
    pub folds: bool,
}

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

/// A unique key's name and its columns.
pub type UniqueKey<C = String> = (String, Vec<C>);

/// The shape of one reference table on one server.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The table, as the topology has it.
    pub reference: ReferenceTable,
    /// Every column: the identity's first, in its order; then the compared, the carried, and those apart.
    pub columns: Vec<Column>,
    /// The primary key's columns, the order in which rows are read; empty when there is none.
    pub primary: Vec<String>,
    /// Rows arrive sorted by their identity's bytes.
    pub merges: bool,
    /// Unique keys, by name with their columns; the primary key is `PRIMARY`.
    pub unique: Vec<UniqueKey>,
    /// Foreign keys of this table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Foreign keys of any table that refer to this one.
    pub referenced_by: Vec<ForeignKey>,
    /// Triggers that fire on this table's rows, with their event: `audit (INSERT)`.
    pub triggers: Vec<String>,
    /// The storage engine.
    pub engine: String,
    /// The engine has transactions, so that a change can be undone.
    pub transactional: bool,
}

impl Layout {
    /// The table's name.
    pub fn table(&self) -> &TableName {
        self.reference.name()
    }

    /// The columns whose values are in a row's bytes: identity, compared, carried.
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

    /// The query that streams the table's rows in scope, in the order of the primary key.
    pub fn select(&self) -> String {
        let order = match self.primary.as_slice() {
            [] => String::new(),
            primary => format!(" ORDER BY {}", quote_list(primary)),
        };
        let condition = self.reference.where_clause().map(|w| format!(" WHERE ({w})")).unwrap_or_default();
        format!("SELECT {} FROM {}{condition}{order}", self.select_list(self.read()), self.table().quoted())
    }

    /// How `columns` are read.
    pub fn select_list(&self, columns: &[Column]) -> String {
        columns.iter().map(select_expression).collect::<Vec<_>>().join(", ")
    }

    /// This layout with its columns in the order of `names` (a source's), or why that cannot be.
    ///
    /// # Errors
    /// The columns are not the same, or the identity is not unique here.
    pub(super) fn ordered_as(mut self, names: &[String], identity: usize) -> Result<Self> {
        let place = |c: &Column| names.iter().position(|n| *n == c.name);
        for column in &mut self.columns {
            column.role = match (column.role, place(column)) {
                (_, Some(i)) if i < identity => Role::Identity,
                (Role::Identity, _) => Role::Compared,
                (Role::Apart, Some(_)) if self.reference.ignore_columns().contains(&column.name) => {
                    Role::Carried
                }
                (Role::Apart, Some(_)) => Role::Compared,
                (Role::Carried, None) => Role::Apart,
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
        if !is_unique(&self.unique, self.identity().iter().map(|c| c.name.as_str())) {
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
    /// [`crate::ErrorKind::Refused`] when columns, their types or character sets, or the identity
    /// differ, so that values cannot be compared before the schema is in step.
    pub fn new(source: Layout, target: Layout) -> Result<Self> {
        let names: Vec<_> = source.read().iter().map(|c| c.name.clone()).collect();
        let mut target = target.ordered_as(&names, source.identity().len())?;
        target.merges &= source.merges;
        let mut source = source;
        source.merges = target.merges;
        for (a, b) in source.read().iter().zip(target.read()) {
            if !a.kind.agrees(&b.kind) || a.generated != b.generated {
                return Err(Error::refused(format!(
                    "{}: column {} is {} at the source and {} at the target",
                    source.table(),
                    quote(&a.name),
                    a,
                    b
                ))
                .with_hint("bring the schema into step first"));
            }
        }
        Ok(Self { source, target })
    }
}

impl fmt::Display for Column {
    /// The family of the type, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let generated = if self.generated { " generated" } else { "" };
        match &self.kind {
            Kind::Integer { unsigned: true } => write!(f, "an unsigned integer{generated}"),
            Kind::Integer { unsigned: false } => write!(f, "a signed integer{generated}"),
            Kind::Text { charset } => write!(f, "text in {charset}{generated}"),
            Kind::Enum { charset, declaration, .. } | Kind::Set { charset, declaration, .. } => {
                write!(f, "{declaration} in {charset}{generated}")
            }
            kind => write!(f, "{}{generated}", format!("{kind:?}").to_uppercase()),
        }
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

/// How a column is read so that the value arrives exactly.
fn select_expression(column: &Column) -> String {
    let name = quote(&column.name);
    match &column.kind {
        Kind::Enum { by_number: true, .. } | Kind::Set { by_number: true, .. } => format!("{name}+0"),
        _ => name,
    }
}
