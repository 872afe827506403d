//! Foreign keys of all tables together: dropped before anything they stand in the way of, and added
//! when both of their tables have their final form.

use std::collections::{BTreeMap, BTreeSet};

use super::phases::Phases;
use super::tables::{Differing, Id, Pair, statement};
use crate::names::quote;
use crate::schema::given;
use crate::schema::model::Schema;
use crate::schema::spelling::Dialect;
use crate::schema::statement::Risk;
use crate::schema::table::{Clauses, ForeignKey, Key, Named, same_name};

/// What happens to foreign keys.
pub(super) struct ForeignKeys {
    /// Dropped early: table and constraint.
    dropped: BTreeSet<(Id, String)>,
    /// Those of [`Self::dropped`] that come back as they were, with their clause.
    restored: BTreeMap<(Id, String), String>,
    /// Written inside `CREATE TABLE`.
    within_create: BTreeMap<Id, Vec<String>>,
}

impl ForeignKeys {
    /// Decides which foreign keys go and come, and emits the drops.
    pub fn plan(target: &Schema, dialect: &Dialect<'_>, differing: &Differing, phases: &mut Phases) -> Self {
        let mut plan = Self {
            dropped: BTreeSet::new(),
            restored: BTreeMap::new(),
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
            let sql = format!("ALTER TABLE {} DROP FOREIGN KEY {}", quote(&id.1), quote(name));
            let why = match plan.restored.contains_key(&(id.clone(), name.clone())) {
                true => format!("drops foreign key {} until the columns it ties have changed", quote(name)),
                false => format!("drops foreign key {}", quote(name)),
            };
            phases.constraints_dropped.push(statement(id, sql, Risk::Safe, &why));
        }
        plan
    }

    /// Foreign keys that stay as they are but tie a column or need a key that changes.
    fn find_blocking(&mut self, target: &Schema, dialect: &Dialect<'_>, differing: &Differing) {
        let changing: BTreeMap<&Id, Touched> = differing
            .altered
            .iter()
            .map(|(id, pair)| (id, Touched::of(pair)))
            .filter(|(_, t)| !t.is_empty())
            .collect();
        if changing.is_empty() {
            return;
        }
        for (database, content) in &target.databases {
            for (name, table) in &content.tables {
                let id = (database.clone(), name.clone());
                let altered = differing.altered.get(&id);
                if differing.dropped.contains_key(&id) || !table.create.contains("FOREIGN KEY") {
                    continue;
                }
                let Ok(clauses) = dialect.target_table(&table.create) else { continue };
                for (key_name, key) in clauses.foreign_keys.iter() {
                    let parent = parent_id(&id, key);
                    let blocked = changing.get(&id).is_some_and(|t| t.blocks(&key.columns))
                        || changing.get(&parent).is_some_and(|t| t.blocks(&key.parent_columns));
                    if !blocked || !self.dropped.insert((id.clone(), key_name.clone())) {
                        continue;
                    }
                    let wanted = match altered {
                        Some(pair) => {
                            pair.source.foreign_keys.get(key_name).map(|k| addition(key_name, k, pair))
                        }
                        None => Some(key.text.clone() + &keeping(key_name, key, &clauses.keys)),
                    };
                    if let Some(text) = wanted {
                        self.restored.insert((id.clone(), key_name.clone()), text);
                    }
                }
            }
        }
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
                phases.foreign_keys_added.push(add(id, &key.text, Risk::Safe, &why));
            }
        }
        for (id, pair) in &differing.altered {
            for (name, key) in pair.source.foreign_keys.iter() {
                let kept = pair.target.foreign_keys.get(name).is_some_and(|k| k.text == key.text);
                if !kept {
                    let why = format!("adds foreign key {}: fails where rows have no parent", quote(name));
                    phases.foreign_keys_added.push(add(
                        id,
                        &addition(name, key, pair),
                        Risk::Destructive,
                        &why,
                    ));
                }
            }
        }
        for ((id, name), text) in &self.restored {
            let why = format!("puts foreign key {} back; checks every row", quote(name));
            phases.foreign_keys_added.push(add(id, text, Risk::Slow, &why));
        }
    }
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

fn add(id: &Id, clause: &str, risk: Risk, why: &str) -> crate::schema::statement::Statement {
    statement(id, format!("ALTER TABLE {} ADD {clause}", quote(&id.1)), risk, why)
}

/// The table a foreign key of `child` refers to.
pub(super) fn parent_id(child: &Id, key: &ForeignKey) -> Id {
    (key.parent_database.clone().unwrap_or_else(|| child.0.clone()), key.parent.clone())
}

/// Columns and keys of a table that a foreign key forbids to change.
struct Touched {
    columns: BTreeSet<String>,
    /// Leading columns of keys that go or change, beside the keys that stay.
    lost_keys: Vec<Vec<String>>,
    kept_keys: Vec<Key>,
}

impl Touched {
    fn of(pair: &Pair) -> Self {
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

    /// True when a foreign key on `columns` must make room.
    fn blocks(&self, columns: &[String]) -> bool {
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
