//! Tables of all databases: which to create, change and drop.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::{self, Setting, Step};
use super::foreign_keys::{self, ForeignKeys};
use super::phases::Phases;
use super::text_defaults::TextDefaults;
use super::{Options, stored};
use crate::names::quote;
use crate::schema::given;
use crate::schema::model::{ObjectKind, ObjectRef, Schema};
use crate::schema::spelling::Dialect;
use crate::schema::statement::{Method, Risk, Settings, Statement};
use crate::schema::table::Clauses;

/// A table's database and name.
pub(super) type Id = (String, String);

/// A table that both sides have and that differs, in clauses.
pub(super) struct Pair {
    pub source: Clauses,
    pub target: Clauses,
}

/// Every table that differs, parsed, and what else must be known of the others.
#[derive(Default)]
pub(super) struct Differing {
    pub created: BTreeMap<Id, Clauses>,
    pub altered: BTreeMap<Id, Pair>,
    pub dropped: BTreeMap<Id, Clauses>,
}

/// Plans the tables.
pub(super) fn compare(
    source: &Schema,
    target: &Schema,
    dialect: &Dialect<'_>,
    options: &Options,
    phases: &mut Phases,
) {
    let mut differing = differing(source, target, dialect, phases);
    free_check_names(&mut differing, target, phases);
    let foreign_keys = ForeignKeys::plan(target, dialect, &differing, phases);
    for id in differing.dropped.keys() {
        let why = "drops the table and every row in it";
        let mut drop = statement(id, format!("DROP TABLE {}", quote(&id.1)), Risk::Destructive, why);
        drop.settings.without_foreign_key_checks = true;
        phases.tables_dropped.push(drop);
    }
    let source_defaults = TextDefaults::new(dialect.source_collations());
    let target_defaults = TextDefaults::new(&target.default_collations);
    for id in foreign_keys::parents_first(&differing.created) {
        create(&id, &differing.created[&id], &foreign_keys, phases);
    }
    for (id, pair) in &differing.altered {
        let update_triggers = stored::update_triggers(target, &id.0, &id.1);
        let setting = Setting {
            table: &id.1,
            exact: dialect.is_exact(),
            mariadb: target.server.is_mariadb(),
            source_defaults: &source_defaults,
            target_defaults: &target_defaults,
            update_triggers: &update_triggers,
            strict_key_order: options.strict_key_order,
        };
        if !options.strict_key_order && alter::only_key_order(&pair.source, &pair.target) {
            let table = ObjectRef::new(ObjectKind::Table, &id.0, &id.1);
            phases.note(format!("{table}: its keys stand in another order; this is not counted as drift"));
        }
        match alter::steps(&pair.source, &pair.target, &setting) {
            Ok(steps) => phases.tables_altered.extend(steps.into_iter().map(|step| step_statement(id, step))),
            Err(reason) => phases.unsupported(ObjectRef::new(ObjectKind::Table, &id.0, &id.1), reason),
        }
    }
    foreign_keys.emit(&differing, phases);
}

/// Finds the tables that differ: by text first; only where texts differ are they cut into clauses.
fn differing(source: &Schema, target: &Schema, dialect: &Dialect<'_>, phases: &mut Phases) -> Differing {
    let mut found = Differing::default();
    for (database, wanted) in &source.databases {
        let current = target.databases.get(database);
        for (name, table) in &wanted.tables {
            let other = current.and_then(|c| c.tables.get(name));
            if other.is_some_and(|o| o.create == table.create && dialect.is_exact()) {
                continue;
            }
            let id = (database.clone(), name.clone());
            let parsed = dialect.source_table(&table.create).and_then(|mut s| {
                let t = other.map(|o| dialect.target_table(&o.create)).transpose()?;
                if let Some(t) = &t {
                    dialect.align(&mut s, t);
                    let others = wanted.tables.iter().filter(|(other, _)| *other != name);
                    given::adopt(&mut s, t, &|used| {
                        others.clone().any(|(_, o)| o.create.contains(&quote(used)))
                    });
                }
                Ok((s, t))
            });
            match parsed {
                Err(error) => phases.unsupported(
                    ObjectRef::new(ObjectKind::Table, database, name),
                    error.message().to_owned(),
                ),
                Ok((s, None)) => {
                    found.created.insert(id, s);
                }
                Ok((s, Some(t))) if s == t => {}
                Ok((s, Some(t))) => {
                    found.altered.insert(id, Pair { source: s, target: t });
                }
            }
        }
        for (name, table) in current.iter().flat_map(|c| &c.tables) {
            if wanted.tables.contains_key(name) {
                continue;
            }
            // A table that cannot be cut into clauses can still be dropped.
            let clauses = dialect.target_table(&table.create).unwrap_or_default();
            found.dropped.insert((database.clone(), name.clone()), clauses);
        }
    }
    found
}

/// MySQL's check names are unique in a database: one that another table wants is dropped early, and
/// is then no longer among the target's.
fn free_check_names(differing: &mut Differing, target: &Schema, phases: &mut Phases) {
    if target.server.is_mariadb() {
        return;
    }
    let sources = differing.altered.iter().map(|(id, pair)| (id, &pair.source)).chain(&differing.created);
    let wanted: BTreeMap<(String, String), Id> = sources
        .flat_map(|(id, s)| {
            s.checks.iter().map(|(name, _)| ((id.0.clone(), name.to_lowercase()), id.clone()))
        })
        .collect();
    for (id, pair) in &mut differing.altered {
        pair.target.checks.retain(|name| {
            let taker = wanted.get(&(id.0.clone(), name.to_lowercase()));
            if taker.is_none_or(|taker| taker == id) {
                return true;
            }
            let sql = format!("ALTER TABLE {} DROP CHECK {}", quote(&id.1), quote(name));
            let why = format!("drops check {}; another table takes its name", quote(name));
            phases.constraints_dropped.push(statement(id, sql, Risk::Safe, &why));
            false
        });
    }
}

/// A statement on the table `id`.
pub(super) fn statement(id: &Id, sql: String, risk: Risk, why: &str) -> Statement {
    Statement {
        sql,
        database: id.0.clone(),
        object: ObjectRef::new(ObjectKind::Table, &id.0, &id.1),
        risk,
        why: why.to_owned(),
        settings: Settings::for_tables(),
        method: Method::Plain,
    }
}

fn create(id: &Id, clauses: &Clauses, foreign_keys: &ForeignKeys, phases: &mut Phases) {
    let with = foreign_keys.within_create(id);
    let sql = clauses.to_create(&id.1, &with);
    phases.tables_created.push(statement(id, sql, Risk::Safe, "creates the table"));
    let lost: BTreeSet<&str> =
        clauses.columns.iter().filter(|c| alter::is_without_default(c)).map(|c| c.name.as_str()).collect();
    for column in lost {
        let sql = format!("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", quote(&id.1), quote(column));
        let why = "takes the default NULL off a column of the new table";
        phases.tables_created.push(statement(id, sql, Risk::Safe, why));
    }
}

/// The statement for one step of a change.
fn step_statement(id: &Id, step: Step) -> Statement {
    let (items, trailing) = match step {
        Step::Whole(item) => return statement(id, item.sql, item.risk, &item.why),
        Step::Alter(items, trailing) => (items, trailing),
    };
    let partitions_alone =
        items.len() == 1 && items[0].sql.contains("PARTITION ") && !items[0].sql.starts_with("ADD COLUMN");
    let mut sql = format!("ALTER TABLE {}", quote(&id.1));
    let indent = if items.len() > 1 { "\n  " } else { " " };
    for (i, item) in items.iter().enumerate() {
        sql.push_str(if i == 0 { "" } else { "," });
        sql.push_str(indent);
        sql.push_str(&item.sql);
    }
    if let Some(trailing) = &trailing {
        sql.push_str(if items.is_empty() { " " } else { "\n  " });
        sql.push_str(&trailing.sql);
    }
    let all: Vec<_> = items.iter().chain(&trailing).collect();
    let risk = all.iter().map(|i| i.risk).max().unwrap_or(Risk::Safe);
    let why = all.iter().map(|i| i.why.as_str()).filter(|why| !why.is_empty()).collect::<Vec<_>>().join("; ");
    let mut statement = statement(id, sql, risk, &why);
    if trailing.is_none() && !partitions_alone {
        statement.method = Method::TryOnline;
    }
    statement
}
