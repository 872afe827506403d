//! Reads layouts: a few bulk queries of `information_schema` for all reference tables together.

use std::collections::{BTreeSet, HashMap};

use super::column::{Column, Kind, Role};
use super::identity::proven;
use super::layout::{Action, Event, ForeignKey, Layout, Trigger, UniqueKey, Uniqueness, merges};
use crate::names::literal;
use crate::{Error, ReferenceTable, Result, Session, TableName};

/// Reads the layout of each reference table, in their order.
///
/// # Errors
/// [`crate::ErrorKind::User`] when a table or a column that the topology names is missing;
/// [`crate::ErrorKind::Refused`] when a table cannot be compared: a view, no usable identity, or a
/// column type that lockstep does not know.
pub fn layouts(session: &mut Session, references: &[ReferenceTable]) -> Result<Vec<Layout>> {
    layout_of_each(session, references)?.into_iter().collect()
}

/// As [`layouts`], where a table that has none is no reason to have none of the others.
///
/// # Errors
/// As [`Session::query`].
pub fn layout_of_each(session: &mut Session, references: &[ReferenceTable]) -> Result<Vec<Result<Layout>>> {
    let facts = Facts::read(session, references)?;
    let layout = |reference| facts.layout(session, reference).and_then(|layout| proven(session, layout));
    Ok(references.iter().map(layout).collect())
}

/// Which of the reference tables exist.
///
/// # Errors
/// As [`Session::query`].
pub fn existing(session: &mut Session, references: &[ReferenceTable]) -> Result<Vec<bool>> {
    let tables = tables(session, &Scope::of(references))?;
    Ok(references.iter().map(|r| tables.contains_key(r.name())).collect())
}

/// What a row of `information_schema.columns` says.
struct RawColumn {
    column: Column,
    required: bool,
    ordinal: usize,
}

/// What `information_schema.tables` says of a table.
struct TableFacts {
    kind: String,
    engine: String,
    bytes: u64,
}

/// Everything read, by table.
struct Facts {
    tables: HashMap<TableName, TableFacts>,
    columns: HashMap<TableName, Vec<RawColumn>>,
    unique: HashMap<TableName, Vec<UniqueKey>>,
    foreign_keys: Vec<ForeignKey>,
    triggers: HashMap<TableName, Vec<Trigger>>,
    transactional: BTreeSet<String>,
    packet_bytes: u64,
}

/// The databases and tables asked about, as SQL lists.
struct Scope {
    databases: String,
    tables: String,
}

impl Scope {
    fn of(references: &[ReferenceTable]) -> Self {
        let list = |names: BTreeSet<&String>| {
            let quoted: Vec<_> = names.into_iter().map(|n| literal(n)).collect();
            if quoted.is_empty() { "NULL".to_owned() } else { quoted.join(", ") }
        };
        Self {
            databases: list(references.iter().map(|r| &r.name().database).collect()),
            tables: list(references.iter().map(|r| &r.name().name).collect()),
        }
    }

    /// The condition on a pair of columns.
    fn holds(&self, database: &str, table: &str) -> String {
        format!("{database} IN ({}) AND {table} IN ({})", self.databases, self.tables)
    }
}

impl Facts {
    fn read(session: &mut Session, references: &[ReferenceTable]) -> Result<Self> {
        let scope = Scope::of(references);
        Ok(Self {
            packet_bytes: session.packet_bytes(),
            tables: tables(session, &scope)?,
            columns: columns(session, &scope)?,
            unique: unique_keys(session, &scope)?,
            foreign_keys: foreign_keys(session, &scope)?,
            triggers: triggers(session, &scope)?,
            transactional: session
                .query::<String>("SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'")?
                .into_iter()
                .collect(),
        })
    }

    fn layout(&self, session: &Session, reference: &ReferenceTable) -> Result<Layout> {
        let name = reference.name();
        let at = session.endpoint();
        let Some(TableFacts { kind, engine, bytes }) = self.tables.get(name) else {
            return Err(Error::user(format!("{at}: reference table {name} does not exist"))
                .with_hint("bring the schema into step first, or correct the topology"));
        };
        if !matches!(kind.as_str(), "BASE TABLE" | "SYSTEM VERSIONED") {
            return Err(Error::refused(format!("{at}: {name} is a {}, not a table", kind.to_lowercase())));
        }
        let unique = self.unique.get(name).cloned().unwrap_or_default();
        let raw = self.columns.get(name).map(Vec::as_slice).unwrap_or_default();
        let identity = identity(reference, raw, &unique).map_err(|e| e.context(at))?;
        for column in reference.ignore_columns() {
            if !raw.iter().any(|c| c.column.name == *column) {
                return Err(Error::user(format!("{at}: {name} has no column `{column}` to ignore")));
            }
            if identity.contains(column) {
                return Err(Error::user(format!(
                    "{name}: `{column}` is part of the identity and cannot be ignored"
                )));
            }
        }
        if let Some(odd) =
            raw.iter().find(|c| matches!(&c.column.kind, Kind::Text { charset } if charset.is_empty()))
        {
            return Err(Error::refused(format!(
                "{at}: {name}.`{}` has a type that lockstep does not know",
                odd.column.name
            )));
        }
        let primary =
            unique.iter().find(|(key, _)| key == "PRIMARY").map(|(_, c)| c.clone()).unwrap_or_default();
        let mut layout = Layout {
            reference: reference.clone(),
            within: None,
            columns: in_roles(reference, raw, &identity),
            uniqueness: Uniqueness::Key,
            unfillable: raw
                .iter()
                .filter(|c| c.required && reference.ignore_columns().contains(&c.column.name))
                .map(|c| c.column.name.clone())
                .collect(),
            primary,
            merges: false,
            unique,
            foreign_keys: self.foreign_keys.iter().filter(|k| k.child == *name).cloned().collect(),
            referenced_by: self.foreign_keys.iter().filter(|k| k.parent == *name).cloned().collect(),
            triggers: self.triggers.get(name).cloned().unwrap_or_default(),
            reaches: Vec::new(),
            bytes: *bytes,
            engine: engine.clone(),
            transactional: self.transactional.contains(engine),
            packet_bytes: self.packet_bytes,
        };
        layout.merges = merges(&layout);
        Ok(layout)
    }
}

/// Chooses the identity: the topology's, else the primary key, else a unique key (without nullable
/// columns, where there is one).
fn identity(reference: &ReferenceTable, columns: &[RawColumn], unique: &[UniqueKey]) -> Result<Vec<String>> {
    let name = reference.name();
    if let Some(chosen) = reference.identity() {
        for column in chosen {
            if !columns.iter().any(|c| c.column.name == *column) {
                return Err(Error::user(format!(
                    "{name}: the identity names `{column}`, which is no column"
                )));
            }
        }
        return Ok(chosen.to_vec());
    }
    let nullable = |key: &&UniqueKey| {
        key.1.iter().any(|k| columns.iter().any(|c| c.column.name == *k && c.column.nullable))
    };
    let rank = |key: &&UniqueKey| (key.0 != "PRIMARY", nullable(key), key.1.len());
    match unique.iter().min_by_key(rank) {
        Some((_, key)) => Ok(key.clone()),
        None => Err(Error::refused(format!(
            "{name}: it has no primary or unique key, so no row can be told from another"
        ))
        .with_hint("add a primary key, or take the table out of the reference tables")),
    }
}

/// The columns in the order of their roles.
fn in_roles(reference: &ReferenceTable, raw: &[RawColumn], identity: &[String]) -> Vec<Column> {
    let mut columns: Vec<(usize, Column)> = raw
        .iter()
        .map(|raw| {
            let mut column = raw.column.clone();
            let place = identity.iter().position(|k| *k == column.name);
            let ignored = reference.ignore_columns().contains(&column.name);
            column.role = match place {
                Some(_) => Role::Identity,
                None if column.generated => Role::Apart,
                None if ignored => Role::Apart,
                None => Role::Compared,
            };
            (place.unwrap_or(raw.ordinal), column)
        })
        .collect();
    columns.sort_by_key(|(place, column)| (column.role, *place));
    columns.into_iter().map(|(_, column)| column).collect()
}

fn tables(session: &mut Session, scope: &Scope) -> Result<HashMap<TableName, TableFacts>> {
    type Line = (String, String, String, Option<String>, Option<u64>);
    let rows: Vec<Line> = session.query(format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, DATA_LENGTH FROM information_schema.TABLES WHERE {}",
        scope.holds("TABLE_SCHEMA", "TABLE_NAME")
    ))?;
    let facts =
        |(database, table, kind, engine, bytes): (String, String, String, Option<String>, Option<u64>)| {
            let (engine, bytes) = (engine.unwrap_or_default(), bytes.unwrap_or_default());
            (TableName::new(database, table), TableFacts { kind, engine, bytes })
        };
    Ok(rows.into_iter().map(facts).collect())
}

fn columns(session: &mut Session, scope: &Scope) -> Result<HashMap<TableName, Vec<RawColumn>>> {
    type Line = (String, String, String, String, String, Option<String>, Option<String>, String, String, u8);
    let lines: Vec<Line> = session.query(format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, \
         COLLATION_NAME, IS_NULLABLE, EXTRA, COLUMN_DEFAULT IS NOT NULL FROM information_schema.COLUMNS \
         WHERE {} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
        scope.holds("TABLE_SCHEMA", "TABLE_NAME")
    ))?;
    let mariadb = session.server().is_mariadb();
    let mut found: HashMap<TableName, Vec<RawColumn>> = HashMap::new();
    for (database, table, name, data_type, declaration, charset, collation, nullable, extra, default) in lines
    {
        let extra = extra.to_ascii_lowercase();
        let list = found.entry(TableName::new(database, table)).or_default();
        let kind = kind(&data_type, declaration, charset, mariadb);
        let folds = collation.is_some_and(|c| c != "binary")
            || matches!(kind, Kind::Float | Kind::Double | Kind::Json);
        let nullable = nullable == "YES";
        let column = Column {
            name,
            kind,
            role: Role::Compared,
            nullable,
            generated: ["virtual generated", "stored generated", "persistent"]
                .iter()
                .any(|g| extra.contains(g)),
            on_update: extra.contains("on update"),
            folds,
        };
        let required = !nullable
            && default == 0
            && !extra.contains("auto_increment")
            && !extra.contains("default_generated");
        list.push(RawColumn { column, required, ordinal: list.len() });
    }
    Ok(found)
}

/// The family of a type. A type that is not known comes back as text without a character set.
fn kind(data_type: &str, declaration: String, charset: Option<String>, mariadb: bool) -> Kind {
    let text = |charset: Option<String>| Kind::Text { charset: charset.unwrap_or_default() };
    let unsigned = declaration.contains("unsigned");
    // A member that only looks empty (it ends in an escaped quote) is carried as a number needlessly, not wrongly.
    let by_number = ["('')", "('',", ",'',", ",'')"].iter().any(|empty| declaration.contains(empty));
    match data_type.to_ascii_lowercase().as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => Kind::Integer { unsigned },
        "decimal" => Kind::Decimal,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "bit" => Kind::Bit,
        "year" => Kind::Year,
        "date" => Kind::Date,
        "datetime" => Kind::DateTime,
        "timestamp" => Kind::Timestamp,
        "time" => Kind::Time,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" | "vector" => Kind::Binary,
        "json" if !mariadb => Kind::Json,
        "enum" => Kind::Enum { charset: charset.unwrap_or_default(), declaration, by_number },
        "set" => Kind::Set { charset: charset.unwrap_or_default(), declaration, by_number },
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
        | "multipolygon" | "geometrycollection" | "geomcollection" => Kind::Geometry,
        // MariaDB's own types are read and written as ASCII text.
        "uuid" | "inet4" | "inet6" => text(Some("ascii".to_owned())),
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "json" => text(charset),
        _ => text(None),
    }
}

/// Unique keys with plain columns only: a functional key part names no column.
fn unique_keys(session: &mut Session, scope: &Scope) -> Result<HashMap<TableName, Vec<UniqueKey>>> {
    let rows: Vec<(String, String, String, Option<String>)> = session.query(format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS \
         WHERE NON_UNIQUE = 0 AND {} ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        scope.holds("TABLE_SCHEMA", "TABLE_NAME")
    ))?;
    let mut found: HashMap<TableName, Vec<UniqueKey<Option<String>>>> = HashMap::new();
    for (database, table, key, column) in rows {
        let keys = found.entry(TableName::new(database, table)).or_default();
        match keys.last_mut() {
            Some((last, columns)) if *last == key => columns.push(column),
            _ => keys.push((key, vec![column])),
        }
    }
    let plain = |(key, columns): UniqueKey<Option<String>>| {
        columns.into_iter().collect::<Option<Vec<_>>>().map(|columns| (key, columns))
    };
    Ok(found.into_iter().map(|(table, keys)| (table, keys.into_iter().filter_map(plain).collect())).collect())
}

/// Foreign keys of the tables in scope, and of any table that refers to one of them.
fn foreign_keys(session: &mut Session, scope: &Scope) -> Result<Vec<ForeignKey>> {
    type Line = (String, String, String, String, String, String, String);
    let lines: Vec<Line> = session.query(format!(
        "SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, \
         REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE \
         WHERE REFERENCED_TABLE_NAME IS NOT NULL AND (({}) OR ({})) \
         ORDER BY CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
        scope.holds("TABLE_SCHEMA", "TABLE_NAME"),
        scope.holds("REFERENCED_TABLE_SCHEMA", "REFERENCED_TABLE_NAME"),
    ))?;
    let mut found: Vec<ForeignKey> = Vec::new();
    for (database, name, table, column, parent_database, parent, parent_column) in lines {
        let child = TableName::new(database, table);
        match found.last_mut() {
            Some(last) if last.name == name && last.child == child => {
                last.columns.push(column);
                last.parent_columns.push(parent_column);
            }
            _ => found.push(ForeignKey {
                name,
                child,
                columns: vec![column],
                parent: TableName::new(parent_database, parent),
                parent_columns: vec![parent_column],
                // A key whose rules the account may not see is taken for one that acts.
                on_delete: Action::Change,
                on_update: Action::Change,
            }),
        }
    }
    if found.is_empty() {
        return Ok(found);
    }
    let databases: BTreeSet<_> = found.iter().map(|k| literal(&k.child.database)).collect();
    let rules: Vec<(String, String, String, String, String)> = session.query(format!(
        "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE \
         FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN ({})",
        databases.into_iter().collect::<Vec<_>>().join(", ")
    ))?;
    let action =
        |rule: &str| if matches!(rule, "RESTRICT" | "NO ACTION") { Action::Refuse } else { Action::Change };
    let rules: HashMap<_, _> = rules
        .into_iter()
        .map(|(database, table, name, delete, update)| {
            ((TableName::new(database, table), name), (action(&delete), action(&update)))
        })
        .collect();
    for key in &mut found {
        if let Some(&(delete, update)) = rules.get(&(key.child.clone(), key.name.clone())) {
            (key.on_delete, key.on_update) = (delete, update);
        }
    }
    Ok(found)
}

fn triggers(session: &mut Session, scope: &Scope) -> Result<HashMap<TableName, Vec<Trigger>>> {
    let rows: Vec<(String, String, String, String)> = session.query(format!(
        "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME, EVENT_MANIPULATION \
         FROM information_schema.TRIGGERS WHERE {}",
        scope.holds("EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE")
    ))?;
    let mut found: HashMap<TableName, Vec<Trigger>> = HashMap::new();
    for (database, table, name, event) in rows {
        let trigger = Trigger { name, event: Event::of_word(&event), writes_elsewhere: true };
        found.entry(TableName::new(database, table)).or_default().push(trigger);
    }
    Ok(found)
}
