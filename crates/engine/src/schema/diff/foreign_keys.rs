//! Foreign keys of all tables together: dropped before anything they stand in the way of, and added
//! when both of their tables have their final form, and the rows that satisfy them. One that only makes room for
//! another change is missing while both of its tables are locked.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::phases::Phases;
use super::tables::{Differing, Id, Pair, statement};
use crate::TableName;
use crate::names::quote;
use crate::schema::given;
use crate::schema::model::Schema;
use crate::schema::spelling::Dialect;
use crate::schema::statement::{Action, Risk, Statement};
use crate::schema::table::{Clauses, ForeignKey, Key, Named, same_name};

/// What happens to foreign keys.
pub(super) struct ForeignKeys<'a> {
    options: &'a Options,
    /// Dropped early: table and constraint.
    dropped: BTreeSet<(Id, String)>,
    /// Dropped for the moment only, since they stand in the way of another change.
    moved: BTreeMap<(Id, String), Moved>,
    /// Written inside `CREATE TABLE`.
    within_create: BTreeMap<Id, Vec<String>>,
}

/// A foreign key that comes back as it was.
struct Moved {
    text: String,
    parent: Id,
}

/// Tables tied by foreign keys that are missing for the moment. They are locked until these are back.
pub(super) struct Group {
    pub tables: BTreeSet<Id>,
    pub drops: Vec<Statement>,
    pub restores: Vec<Statement>,
}

impl<'a> ForeignKeys<'a> {
    /// Decides which foreign keys go and come, and emits the drops of those that do not come back.
    pub fn plan(
        target: &Schema,
        dialect: &Dialect<'_>,
        differing: &Differing,
        options: &'a Options,
        phases: &mut Phases,
    ) -> Self {
        let mut plan = Self {
            options,
            dropped: BTreeSet::new(),
            moved: BTreeMap::new(),
            within_create: inside_create(differing),
        };
        for (id, pair) in &differing.altered {
            for (name, key) in pair.target.foreign_keys.iter() {
                let kept = pair.source.foreign_keys.get(name).is_some_and(|k| k.text == key.text);
                if !kept {
                    plan.dropped.insert((id.clone(), name.clone()));
                }
            }
        }
        plan.find_blocking(target, dialect, differing);
        for (id, name) in &plan.dropped {
            phases.constraints_dropped.push(drop_key(id, name, false));
        }
        plan
    }

    /// Foreign keys that stay as they are but tie a column or need a key that changes.
    fn find_blocking(&mut self, target: &Schema, dialect: &Dialect<'_>, differing: &Differing) {
        let changing: BTreeMap<&Id, Touched> = differing
            .altered
            .iter()
            .map(|(id, pair)| (id, Touched::of(pair, dialect)))
            .filter(|(_, t)| !t.is_empty())
            .collect();
        if changing.is_empty() {
            return;
        }
        for (database, content) in &target.databases {
            for (name, table) in &content.tables {
                let id = (database.clone(), name.clone());
                if differing.dropped.contains_key(&id) || !table.create.contains("FOREIGN KEY") {
                    continue;
                }
                let Ok(clauses) = dialect.target_table(&table.create) else { continue };
                for (key_name, key) in clauses.foreign_keys.iter() {
                    let parent = parent_id(&id, key);
                    let blocked = changing.get(&id).is_some_and(|t| t.blocks(&key.columns))
                        || changing.get(&parent).is_some_and(|t| t.blocks(&key.parent_columns));
                    let place = (id.clone(), key_name.clone());
                    if blocked && !self.dropped.contains(&place) {
                        let text = match differing.altered.get(&id) {
                            Some(pair) => addition(key_name, key, pair),
                            None => key.text.clone() + &keeping(key_name, key, &clauses.keys),
                        };
                        self.moved.insert(place, Moved { text, parent });
                    }
                }
            }
        }
    }

    /// The tables whose foreign keys are missing for the moment, tied ones together.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for ((id, name), moved) in &self.moved {
            let tied = |g: &Group| g.tables.contains(id) || g.tables.contains(&moved.parent);
            let (joined, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(tied);
            groups = others;
            let mut group = Group {
                tables: BTreeSet::from([id.clone(), moved.parent.clone()]),
                drops: Vec::new(),
                restores: Vec::new(),
            };
            for one in joined {
                group.tables.extend(one.tables);
                group.drops.extend(one.drops);
                group.restores.extend(one.restores);
            }
            group.drops.push(drop_key(id, name, true));
            let why = format!("puts foreign key {} back as it was", quote(name));
            let mut restore = add(id, (name, &moved.text), &moved.parent, Risk::Safe, &why);
            restore.action = adds(name, &moved.parent, true);
            // What was there before is none of this plan's business, and nobody could write meanwhile.
            restore.settings.without_foreign_key_checks = true;
            group.restores.push(restore);
            groups.push(group);
        }
        groups
    }

    /// Whether a foreign key is satisfied by rows of this run: they come before it.
    fn waits(&self, child: &Id, parent: &Id) -> bool {
        let has_rows = |id: &Id| self.options.rows.contains_key(&TableName::new(&id.0, &id.1));
        has_rows(child) || has_rows(parent)
    }

    /// The clauses to write inside `CREATE TABLE`.
    pub fn within_create(&self, id: &Id) -> Vec<String> {
        self.within_create.get(id).cloned().unwrap_or_default()
    }

    /// Emits the additions.
    pub fn emit(&self, differing: &Differing, phases: &mut Phases) {
        for (id, clauses) in &differing.created {
            let inside = self.within_create(id);
            for (name, key) in clauses.foreign_keys.iter().filter(|(_, k)| !inside.contains(&k.text)) {
                let why = format!("adds foreign key {} to the new table", quote(name));
                let parent = parent_id(id, key);
                let statement = add(id, (name, &key.text), &parent, Risk::Safe, &why);
                // A key that it needs may itself wait for the rows.
                let waits = differing.altered.contains_key(&parent) && self.waits(&parent, &parent);
                match waits {
                    true => phases.foreign_keys_closed.push(Statement { risk: Risk::MayFail, ..statement }),
                    false => phases.foreign_keys_added.push(statement),
                }
            }
        }
        for (id, pair) in &differing.altered {
            for (name, key) in pair.source.foreign_keys.iter() {
                let kept = pair.target.foreign_keys.get(name).is_some_and(|k| k.text == key.text);
                if !kept {
                    let why = format!("adds foreign key {}: fails where rows have no parent", quote(name));
                    let parent = parent_id(id, key);
                    let statement = add(id, (name, &addition(name, key, pair)), &parent, Risk::MayFail, &why);
                    match self.waits(id, &parent) {
                        true => phases.foreign_keys_closed.push(statement),
                        false => phases.foreign_keys_added.push(statement),
                    }
                }
            }
        }
    }
}

fn adds(name: &str, parent: &Id, restores: bool) -> Action {
    Action::AddForeignKey { name: name.to_owned(), parent: TableName::new(&parent.0, &parent.1), restores }
}

/// Adds the foreign key of that name and clause to the table `id`.
fn add(id: &Id, (name, clause): (&str, &str), parent: &Id, risk: Risk, why: &str) -> Statement {
    let action = adds(name, parent, false);
    statement(id, action, format!("ALTER TABLE {} ADD {clause}", quote(&id.1)), risk, why)
}

fn drop_key(id: &Id, name: &str, for_the_moment: bool) -> Statement {
    let why = match for_the_moment {
        true => format!("drops foreign key {} until the columns it ties have changed", quote(name)),
        false => format!("drops foreign key {}", quote(name)),
    };
    let action = Action::DropForeignKey { name: name.to_owned(), for_the_moment };
    let sql = format!("ALTER TABLE {} DROP FOREIGN KEY {}", quote(&id.1), quote(name));
    statement(id, action, sql, Risk::Safe, &why)
}

/// The clause that adds a foreign key to a table that exists.
fn addition(name: &str, key: &ForeignKey, pair: &Pair) -> String {
    let stay = |k: &&Key| pair.target.key(&k.name).is_some_and(|old| old.text == k.text);
    let keys: Vec<Key> = pair.source.keys.iter().filter(stay).cloned().collect();
    key.text.clone() + &keeping(name, key, &keys)
}

/// What keeps the names of indexes when a foreign key is added: the server replaces one that it made for an
/// earlier foreign key by one that has the new constraint's name. Dropped and added in the same statement, an
/// index counts as a person's.
fn keeping(name: &str, key: &ForeignKey, keys: &[Key]) -> String {
    let endangered = keys.iter().filter(|k| {
        let form = given::is_given_key(k, &Named::default());
        form && given::may_be_generated(k) && given::has_columns(k, &key.columns) && !same_name(&k.name, name)
    });
    endangered.map(|k| format!(", DROP KEY {}, ADD {}", quote(&k.name), k.text)).collect()
}

/// The table a foreign key of `child` refers to.
pub(super) fn parent_id(child: &Id, key: &ForeignKey) -> Id {
    (key.parent_database.clone().unwrap_or_else(|| child.0.clone()), key.parent.clone())
}

/// Columns and keys of a table that a foreign key forbids to change.
pub(super) struct Touched {
    columns: BTreeSet<String>,
    /// Leading columns of keys that go or change, beside the keys that stay.
    lost_keys: Vec<Vec<String>>,
    kept_keys: Vec<Key>,
}

impl Touched {
    pub fn of(pair: &Pair, dialect: &Dialect<'_>) -> Self {
        let (s, t) = (&pair.source, &pair.target);
        let text_default_moves = ["DEFAULT CHARSET", "COLLATE"].iter().any(|o| s.option(o) != t.option(o));
        let rebuilt = s.option("ENGINE") != t.option("ENGINE") || s.partitions != t.partitions;
        let columns = t
            .columns
            .iter()
            .filter(|old| {
                rebuilt
                    || s.column(&old.name).is_none_or(|new| {
                        new.stores_otherwise(old)
                            || dialect.ties_numbering() && new.auto_increment != old.auto_increment
                            || new.name != old.name
                            || (text_default_moves && super::risk::is_text(old))
                    })
            })
            .map(|c| c.name.to_lowercase())
            .collect();
        let (kept, lost): (Vec<_>, Vec<_>) =
            t.keys.iter().cloned().partition(|k| s.key(&k.name).is_some_and(|new| new.text == k.text));
        Self { columns, lost_keys: lost.into_iter().map(|k| k.columns).collect(), kept_keys: kept }
    }

    fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.lost_keys.is_empty()
    }

    /// True when the column goes, or is stored or called otherwise afterwards.
    pub fn changes_column(&self, column: &str) -> bool {
        self.columns.contains(&column.to_lowercase())
    }

    /// True when a foreign key on `columns` must make room.
    pub fn blocks(&self, columns: &[String]) -> bool {
        let starts = |key: &[String]| {
            key.len() >= columns.len() && columns.iter().zip(key).all(|(a, b)| same_name(a, b))
        };
        columns.iter().any(|c| self.columns.contains(&c.to_lowercase()))
            || (self.lost_keys.iter().any(|k| starts(k)) && !self.kept_keys.iter().any(|k| k.serves(columns)))
    }
}

/// Foreign keys that can stand in `CREATE TABLE`: the table they refer to is the table itself, or was
/// created before, or exists and does not change.
fn inside_create(differing: &Differing) -> BTreeMap<Id, Vec<String>> {
    let mut ready: BTreeSet<Id> = BTreeSet::new();
    let mut inside = BTreeMap::new();
    for id in parents_first(&differing.created) {
        let fits = |key: &&ForeignKey| {
            let parent = parent_id(&id, key);
            let is_new = differing.created.contains_key(&parent);
            parent == id || ready.contains(&parent) || (!is_new && !differing.altered.contains_key(&parent))
        };
        let clauses: Vec<String> =
            differing.created[&id].foreign_keys.values().filter(fits).map(|k| k.text.clone()).collect();
        inside.insert(id.clone(), clauses);
        ready.insert(id);
    }
    inside
}

/// The tables in an order in which each comes after those it refers to, cycles aside.
pub(super) fn parents_first(tables: &BTreeMap<Id, Clauses>) -> Vec<Id> {
    fn visit(id: &Id, tables: &BTreeMap<Id, Clauses>, seen: &mut BTreeSet<Id>, order: &mut Vec<Id>) {
        let Some(clauses) = tables.get(id) else { return };
        if !seen.insert(id.clone()) {
            return;
        }
        for key in clauses.foreign_keys.values() {
            visit(&parent_id(id, key), tables, seen, order);
        }
        order.push(id.clone());
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for id in tables.keys() {
        visit(id, tables, &mut seen, &mut order);
    }
    order
}
