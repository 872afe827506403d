//! Keys: dropped, added, hidden and shown.

use std::collections::BTreeSet;

use super::{Alteration, Item, Step, mentions_any};
use crate::names::quote;
use crate::schema::column::Column;
use crate::schema::diff::computed::always_fits;
use crate::schema::given;
use crate::schema::statement::Risk;
use crate::schema::table::{Clauses, Key, same_name};

impl Alteration<'_> {
    /// True when a key of the target stays as it is.
    fn stays(&self, key: &Key) -> bool {
        self.s.key(&key.name).is_some_and(|k| k.text == key.text)
            && !self.reordered.contains(&key.name)
            && !self.block_size_sticks()
            && !self.is_under_new_srid(key)
            && !key.columns.iter().any(|c| self.is_recreated(c))
            && !mentions_any(&key.parts, &self.recreated)
    }

    /// On MariaDB a key remembers the `KEY_BLOCK_SIZE` of the table it was built in, and says so once the
    /// table's changes: every key is built anew then.
    fn block_size_sticks(&self) -> bool {
        self.setting.mariadb && self.s.option("KEY_BLOCK_SIZE") != self.t.option("KEY_BLOCK_SIZE")
    }

    /// True for a key that stays, and that the server would drop as its own once a new key serves the same
    /// foreign key. Dropped and added in the statement that adds the new one, it counts as a person's.
    fn is_endangered(&self, key: &Key) -> bool {
        let serves =
            |table: &Clauses| table.foreign_keys.values().any(|f| given::has_columns(key, &f.columns));
        let is_new = |new: &Key| !self.t.key(&new.name).is_some_and(|old| self.stays(old));
        given::may_be_generated(key)
            && (given::is_given_key(key, &self.t.foreign_keys) || serves(self.s) || serves(self.t))
            && self.s.keys.iter().any(|new| is_new(new) && new.serves(&key.columns))
    }

    /// True when the SRID of one of the key's columns changes, which the server refuses under a spatial key.
    fn is_under_new_srid(&self, key: &Key) -> bool {
        let srid = |column: &Column| column.others.iter().find(|o| o.starts_with("SRID")).cloned();
        let changes = |name: &String| match (self.s.column(name), self.t.column(name)) {
            (Some(new), Some(old)) => srid(new) != srid(old),
            _ => false,
        };
        key.kind == "SPATIAL" && key.columns.iter().any(changes)
    }

    pub(super) fn keys_dropped(&mut self) {
        for key in &self.t.keys {
            if self.stays(key) {
                if self.is_endangered(key) {
                    let name = quote(&key.name);
                    let why = format!("keeps key {name}, which the server would drop beside the new key");
                    self.main.push(Item::new(format!("DROP KEY {name}"), Risk::Safe, why));
                }
                continue;
            }
            let new = self.s.key(&key.name);
            if new.is_some_and(|new| only_visibility(new, key)) {
                continue;
            }
            let drop = match key.name.as_str() {
                "PRIMARY" => "DROP PRIMARY KEY".to_owned(),
                name => format!("DROP KEY {}", quote(name)),
            };
            let risk = if key.name == "PRIMARY" { Risk::Slow } else { Risk::Safe };
            let mut item = Item::new(drop, risk, format!("drops key {}", quote(&key.name)));
            // With a functional part goes a column that nobody sees.
            item.may_copy = key.columns.contains(&String::new());
            // The server takes a drop and an add of the same columns in one statement for no change,
            // and loses a new parser or visibility.
            let folded = new.is_some_and(|new| {
                let reordered = self.reordered.contains(&key.name);
                new.parts == key.parts && new.kind == key.kind && (reordered || loses_when_folded(new, key))
            });
            match folded || self.is_under_new_srid(key) {
                true => self.before.push(item),
                false => self.main.push(item),
            }
        }
    }

    pub(super) fn keys_added(&mut self) {
        let mut fulltext = Vec::new();
        for key in &self.s.keys {
            let old = self.t.key(&key.name);
            if old.is_some_and(|old| self.stays(old)) {
                if self.is_endangered(key) {
                    self.main.push(Item::new(format!("ADD {}", key.text), Risk::Safe, ""));
                }
                continue;
            }
            if let Some(old) = old.filter(|old| only_visibility(key, old)) {
                self.main.push(visibility(key, old));
                continue;
            }
            let added = self.key_added(key);
            if old.is_none() && added.risk == Risk::MayFail && self.may_wait_for_rows(key) {
                self.close.push(added);
                continue;
            }
            // A key waits until the values of its columns are there, and their SRID.
            let waits = key.columns.iter().any(|c| self.filled.contains(&c.to_lowercase()));
            if waits || self.is_under_new_srid(key) {
                self.after.push(Step::Alter(vec![added], None));
                continue;
            }
            // InnoDB builds one full-text key per statement.
            if key.kind == "FULLTEXT" { fulltext.push(added) } else { self.main.push(added) }
        }
        let mut fulltext = fulltext.into_iter();
        self.main.extend(fulltext.next());
        self.after.extend(fulltext.map(|item| Step::Alter(vec![item], None)));
    }

    fn key_added(&self, key: &Key) -> Item {
        let name = quote(&key.name);
        let (risk, why) = match key.kind.as_str() {
            "PRIMARY" | "UNIQUE" if self.is_already_unique(key) => {
                (Risk::Slow, format!("builds key {name}; its columns are unique already"))
            }
            "PRIMARY" => (Risk::MayFail, "builds the primary key: fails where rows are equal in it".into()),
            "UNIQUE" => {
                (Risk::MayFail, format!("builds unique key {name}: fails where rows are equal in it"))
            }
            _ if self.computes(key) => {
                (Risk::MayFail, format!("builds key {name}: fails where its expression does for some row"))
            }
            "" => (Risk::Safe, format!("builds key {name} beside running traffic")),
            _ => (Risk::Slow, format!("builds key {name}: writes wait")),
        };
        Item::new(format!("ADD {}", key.text), risk, why)
    }

    /// True when the key holds what is computed for every row: an expression, or a column that is not stored.
    fn computes(&self, key: &Key) -> bool {
        let virtual_column = |name: &String| {
            let column = self.s.column(name);
            column.is_some_and(|c| c.generated.is_some() && !always_fits(c, self.s))
        };
        key.columns.contains(&String::new()) || key.columns.iter().any(virtual_column)
    }

    /// True when a new unique key can wait until the rows of this run are there. The key by which these are found,
    /// and one that a counter needs, cannot.
    fn may_wait_for_rows(&self, key: &Key) -> bool {
        let Some(identity) = self.setting.rows else { return false };
        let is_identity = key.columns.len() == identity.len()
            && key.columns.iter().all(|c| identity.iter().any(|i| same_name(i, c)));
        let counts = |c: &String| self.s.column(c).is_some_and(|c| c.auto_increment);
        key.kind == "UNIQUE"
            && self.s.key("PRIMARY").is_some()
            && !is_identity
            && !key.columns.iter().any(counts)
            && !mentions_any(&key.text, &self.filled)
    }

    /// True when a unique key that stays or existed covers a subset of `key`'s whole columns.
    fn is_already_unique(&self, key: &Key) -> bool {
        let whole = |k: &Key| !k.parts.contains("(") && !k.columns.contains(&String::new());
        let unchanged = |c: &String| match (self.s.column(c), self.t.column(c)) {
            (Some(a), Some(b)) => !a.stores_otherwise(b),
            _ => false,
        };
        whole(key)
            && self.t.keys.iter().filter(|k| k.is_unique() && whole(k)).any(|k| {
                k.columns.iter().all(|c| key.columns.iter().any(|d| same_name(c, d)) && unchanged(c))
            })
            && (key.kind != "PRIMARY" || key.columns.iter().all(unchanged))
    }
}

const VISIBILITY: [&str; 4] = ["VISIBLE", "INVISIBLE", "IGNORED", "NOT IGNORED"];

/// A key's attributes without its visibility.
fn lasting_attributes(key: &Key) -> Vec<&str> {
    key.attributes.iter().map(String::as_str).filter(|a| !VISIBILITY.contains(a)).collect()
}

/// True when two keys differ in nothing but visibility.
fn only_visibility(new: &Key, old: &Key) -> bool {
    new.kind == old.kind
        && new.kind != "PRIMARY"
        && new.parts == old.parts
        && new.attributes != old.attributes
        && lasting_attributes(new) == lasting_attributes(old)
}

/// True when the change is one that the server overlooks if the key is dropped and added at once.
fn loses_when_folded(new: &Key, old: &Key) -> bool {
    let hidden = |k: &Key| k.attributes.iter().any(|a| VISIBILITY.contains(&a.as_str()));
    hidden(new) != hidden(old) || new.kind == "FULLTEXT"
}

fn visibility(new: &Key, old: &Key) -> Item {
    let has = |k: &Key, word: &str| k.attributes.iter().any(|a| a == word);
    let word = match (has(new, "INVISIBLE"), has(new, "IGNORED")) {
        (true, _) => "INVISIBLE",
        (_, true) => "IGNORED",
        _ if has(old, "IGNORED") => "NOT IGNORED",
        _ => "VISIBLE",
    };
    let name = quote(&new.name);
    Item::new(
        format!("ALTER INDEX {name} {word}"),
        Risk::Safe,
        format!("makes key {name} {}", word.to_lowercase()),
    )
}

/// Names of the keys that both sides have alike, but not in the same order. A new key is printed after
/// those of its kind that stay, so from the first key out of place on, all must be added again.
pub(super) fn out_of_order(s: &Clauses, t: &Clauses) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for kind in ["PRIMARY", "UNIQUE", "", "FULLTEXT", "SPATIAL"] {
        let of_kind = |c: &Clauses| c.keys.iter().filter(|k| k.kind == kind).cloned().collect::<Vec<_>>();
        let (wanted, current) = (of_kind(s), of_kind(t));
        let stay: Vec<_> = current.iter().filter(|k| wanted.contains(k)).collect();
        let in_place = wanted.iter().zip(&stay).take_while(|(a, b)| a == *b).count();
        found.extend(stay[in_place..].iter().map(|k| k.name.clone()));
    }
    found
}

/// True when both tables have the same keys, in another order.
pub(in crate::schema::diff) fn only_key_order(s: &Clauses, t: &Clauses) -> bool {
    s.keys != t.keys && s.keys.len() == t.keys.len() && s.keys.iter().all(|k| t.keys.contains(k))
}
