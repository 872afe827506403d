//! Tables of all databases: which to create, change and drop.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::{self, Setting, Step};
use super::foreign_keys::{self, ForeignKeys, Group};
use super::phases::Phases;
use super::text_defaults::TextDefaults;
use super::{Options, stored};
use crate::TableName;
use crate::names::quote;
use crate::schema::given;
use crate::schema::model::{ObjectKind, ObjectRef, Schema};
use crate::schema::spelling::Dialect;
use crate::schema::statement::{Action, Method, Risk, Settings, Stage, Statement};
use crate::schema::table::{Clauses, same_name};

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
    let foreign_keys = ForeignKeys::plan(target, dialect, &differing, options, phases);
    let groups = foreign_keys.groups();
    drop_tables(source, &differing, phases);
    let source_defaults = TextDefaults::new(dialect.source_collations());
    let target_defaults = TextDefaults::new(&target.default_collations);
    for id in foreign_keys::parents_first(&differing.created) {
        create(&id, &differing.created[&id], &foreign_keys, phases);
    }
    let mut changes: BTreeMap<&Id, Vec<Statement>> = BTreeMap::new();
    for (id, pair) in &differing.altered {
        let update_triggers = stored::update_triggers(target, &id.0, &id.1);
        // Where foreign keys are missing for the moment, the keys they need must be there when they come back.
        let is_grouped = groups.iter().any(|g| g.tables.contains(id));
        let rows = options.rows.get(&TableName::new(&id.0, &id.1)).filter(|_| !is_grouped);
        let setting = Setting {
            table: &id.1,
            exact: dialect.is_exact(),
            mariadb: target.server.is_mariadb(),
            source_defaults: &source_defaults,
            target_defaults: &target_defaults,
            update_triggers: &update_triggers,
            strict_key_order: options.strict_key_order,
            rows: rows.map(Vec::as_slice),
        };
        if !options.strict_key_order && alter::only_key_order(&pair.source, &pair.target) {
            let table = ObjectRef::new(ObjectKind::Table, &id.0, &id.1);
            phases.note(format!("{table}: its keys stand in another order; this is not counted as drift"));
        }
        match alter::steps(&pair.source, &pair.target, &setting) {
            Ok(steps) => {
                let close = steps.close.into_iter().map(|step| step_statement(id, step));
                phases.tables_closed.extend(close);
                changes.insert(id, steps.open.into_iter().map(|step| step_statement(id, step)).collect());
            }
            Err(reason) => phases.unsupported(ObjectRef::new(ObjectKind::Table, &id.0, &id.1), reason),
        }
    }
    let groups: Vec<_> = groups.into_iter().map(|group| locked(group, &mut changes)).collect();
    phases.tables_altered = may_fail_first(changes.into_values().chain(groups).collect());
    foreign_keys.emit(&differing, phases);
}

/// The statements of several tables, those tables first where one may fail: nothing else is done then.
fn may_fail_first(mut tables: Vec<Vec<Statement>>) -> Vec<Statement> {
    let may_fail = |statements: &Vec<Statement>| statements.iter().any(|s| s.risk == Risk::MayFail);
    tables.sort_by_key(|statements| !may_fail(statements));
    tables.concat()
}

/// The statements of a group of tables, between a lock and its end.
fn locked(group: Group, changes: &mut BTreeMap<&Id, Vec<Statement>>) -> Vec<Statement> {
    let Some(first) = group.tables.first() else { return Vec::new() };
    let names: Vec<String> =
        group.tables.iter().map(|id| format!("{}.{}", quote(&id.0), quote(&id.1))).collect();
    let why =
        format!("locks {} while foreign keys between them are missing: all others wait", names.join(", "));
    let sql = format!("LOCK TABLES {} WRITE", names.join(" WRITE, "));
    let lock = statement(first, Action::LockTables, sql, Risk::Slow, &why);
    let unlock =
        statement(first, Action::UnlockTables, "UNLOCK TABLES".to_owned(), Risk::Safe, "unlocks them");
    let altered = may_fail_first(group.tables.iter().filter_map(|id| changes.remove(id)).collect());
    [vec![lock], group.drops, altered, group.restores, vec![unlock]].concat()
}

/// Drops the tables that the source does not have, children first, with foreign keys checked: the server itself stops a
/// drop under a table that it knows of and lockstep does not. In a cycle the keys go first.
///
/// They go last, so that whatever fails before has lost nothing, unless something waits for a name, or a foreign
/// key ties them to other tables.
fn drop_tables(source: &Schema, differing: &Differing, phases: &mut Phases) {
    let changed =
        || differing.created.iter().chain(differing.altered.iter().map(|(id, pair)| (id, &pair.source)));
    let mut order = foreign_keys::parents_first(&differing.dropped);
    order.reverse();
    for (i, id) in order.iter().enumerate() {
        let clauses = &differing.dropped[id];
        for (name, key) in clauses.foreign_keys.iter() {
            if order[..i].contains(&foreign_keys::parent_id(id, key)) {
                let sql = format!("ALTER TABLE {} DROP FOREIGN KEY {}", quote(&id.1), quote(name));
                let why = format!("drops foreign key {} of a table that goes", quote(name));
                let action = Action::DropForeignKey { name: name.clone(), for_the_moment: false };
                phases.constraints_dropped.push(statement(id, action, sql, Risk::Safe, &why));
            }
        }
        let why = "drops the table and every row in it";
        let sql = format!("DROP TABLE {}", quote(&id.1));
        let drop = statement(id, Action::DropTable, sql, Risk::Destructive, why);
        let wanted = |name: &String| {
            changed().any(|(other, s)| {
                other.0 == id.0
                    && s.checks
                        .iter()
                        .map(|(n, _)| n)
                        .chain(s.foreign_keys.iter().map(|(n, _)| n))
                        .any(|n| same_name(n, name))
            })
        };
        let names_wanted = clauses.checks.iter().any(|(name, _)| wanted(name));
        let is_tied = clauses.foreign_keys.values().next().is_some();
        let name_wanted = source.databases.get(&id.0).is_some_and(|d| {
            d.objects.keys().map(|(_, name)| name).chain(d.tables.keys()).any(|name| same_name(name, &id.1))
        });
        match names_wanted || is_tied || name_wanted || clauses.columns.is_empty() {
            true => phases.tables_dropped.push(drop),
            false => phases.tables_dropped_last.push(drop),
        }
    }
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
            phases.constraints_dropped.push(statement(id, Action::AlterTable, sql, Risk::Safe, &why));
            false
        });
    }
}

/// A statement on the table `id`.
pub(super) fn statement(id: &Id, action: Action, sql: String, risk: Risk, why: &str) -> Statement {
    Statement {
        sql,
        database: id.0.clone(),
        object: ObjectRef::new(ObjectKind::Table, &id.0, &id.1),
        action,
        stage: Stage::Open,
        risk,
        why: why.to_owned(),
        settings: Settings::for_tables(),
        method: Method::Plain,
    }
}

fn create(id: &Id, clauses: &Clauses, foreign_keys: &ForeignKeys, phases: &mut Phases) {
    let with = foreign_keys.within_create(id);
    let sql = clauses.to_create(&id.1, &with);
    phases.tables_created.push(statement(id, Action::CreateTable, sql, Risk::Safe, "creates the table"));
    let lost: BTreeSet<&str> =
        clauses.columns.iter().filter(|c| alter::is_without_default(c)).map(|c| c.name.as_str()).collect();
    for column in lost {
        let sql = format!("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", quote(&id.1), quote(column));
        let why = "takes the default NULL off a column of the new table";
        phases.tables_created.push(statement(id, Action::AlterTable, sql, Risk::Safe, why));
    }
}

/// The statement for one step of a change.
fn step_statement(id: &Id, step: Step) -> Statement {
    let risk = step.risk();
    let (items, trailing) = match step {
        Step::Fill(item) => return statement(id, Action::FillColumn, item.sql, item.risk, &item.why),
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
    let why = all.iter().map(|i| i.why.as_str()).filter(|why| !why.is_empty()).collect::<Vec<_>>().join("; ");
    let mut statement = statement(id, Action::AlterTable, sql, risk, &why);
    if trailing.is_none() && !partitions_alone {
        statement.method = Method::TryOnline;
    }
    statement
}
