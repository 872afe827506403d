//! One table into another: the `ALTER TABLE` statements that lead there, foreign keys aside.

use std::collections::BTreeSet;

use super::options::option_changes;
use super::partitions::{self, PartitionChange, Spelling};
use super::risk::{self, Effective};
use super::text_defaults::TextDefaults;
use crate::names::quote;
use crate::schema::column::{Column, Null};
use crate::schema::lexer::{TokenKind, significant};
use crate::schema::statement::Risk;
use crate::schema::table::{Clauses, Key, same_name};

/// The comment of a new column whose rows have not got their values yet.
const UNFILLED: &str = "'lockstep has yet to fill this column'";

/// A part of an `ALTER TABLE`, with its risk and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub sql: String,
    pub risk: Risk,
    pub why: String,
}

impl Item {
    pub(super) fn new(sql: impl Into<String>, risk: Risk, why: impl Into<String>) -> Self {
        Self { sql: sql.into(), risk, why: why.into() }
    }
}

/// One statement on a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `ALTER TABLE` with these parts, and a partition clause at its end.
    Alter(Vec<Item>, Option<Item>),
    /// A statement that is no `ALTER TABLE` (filling a new column).
    Whole(Item),
}

/// What the change of a table depends on beside its clauses.
pub(super) struct Setting<'a> {
    /// The table's name.
    pub table: &'a str,
    /// True when both servers spell alike.
    pub exact: bool,
    /// True when the target is MariaDB.
    pub mariadb: bool,
    /// Default collations of the source.
    pub source_defaults: &'a TextDefaults<'a>,
    /// Default collations of the target.
    pub target_defaults: &'a TextDefaults<'a>,
    /// Triggers of the target that an `UPDATE` of the table would fire.
    pub update_triggers: &'a [String],
    /// Whether the order of keys is compared.
    pub strict_key_order: bool,
}

/// The steps from `t` (the target's table) to `s` (the source's), or why there are none.
pub(super) fn steps(s: &Clauses, t: &Clauses, setting: &Setting<'_>) -> Result<Vec<Step>, String> {
    if let Some(between) = stored_first(s, t) {
        let mut all = steps(&between, t, setting)?;
        all.extend(steps(s, &between, setting)?);
        return Ok(all);
    }
    Alteration::new(s, t, setting).steps()
}

/// A virtual column cannot become a plain one, but a stored one can, and keeps its values. So the way
/// leads over the target's table with those columns stored.
fn stored_first(s: &Clauses, t: &Clauses) -> Option<Clauses> {
    let mut between = t.clone();
    let mut found = false;
    for column in &mut between.columns {
        let becomes_plain = s.column(&column.name).is_some_and(|c| c.generated.is_none());
        if let Some(generated) = column.generated.as_mut().filter(|g| becomes_plain && !g.stored) {
            generated.stored = true;
            column.text = column.text.replacen(" VIRTUAL", " STORED", 1);
            found = true;
        }
    }
    found.then_some(between)
}

struct Alteration<'a> {
    s: &'a Clauses,
    t: &'a Clauses,
    setting: &'a Setting<'a>,
    /// Columns dropped and added again, lower case.
    recreated: BTreeSet<String>,
    /// Keys dropped and added again only to come into order.
    reordered: BTreeSet<String>,
    /// New columns whose values come in a step after the main one, lower case.
    filled: BTreeSet<String>,
    before: Vec<Item>,
    main: Vec<Item>,
    after: Vec<Step>,
}

impl<'a> Alteration<'a> {
    fn new(s: &'a Clauses, t: &'a Clauses, setting: &'a Setting<'a>) -> Self {
        let recreated = recreated(s, t);
        let reordered = if setting.strict_key_order { out_of_order(s, t) } else { BTreeSet::new() };
        let (filled, before, main, after) = Default::default();
        Self { s, t, setting, recreated, reordered, filled, before, main, after }
    }

    fn steps(mut self) -> Result<Vec<Step>, String> {
        self.checks_dropped();
        self.keys_dropped();
        self.columns_dropped();
        self.columns()?;
        self.keys_added();
        self.checks_added();
        self.others()?;
        let changes =
            option_changes(self.s, self.t, self.setting.source_defaults, self.setting.target_defaults)?;
        self.main.extend(changes);
        let (mut trailing, mut own) = (None, None);
        let spelling = if self.setting.exact { Spelling::Exact } else { Spelling::Folded };
        match partitions::change(self.s.partitions.as_deref(), self.t.partitions.as_deref(), spelling) {
            Some(PartitionChange::Trailing(sql, risk, why)) => trailing = Some(Item::new(sql, risk, why)),
            Some(PartitionChange::Own(sql, risk, why)) => own = Some(Item::new(sql, risk, why)),
            None => {}
        }
        let mut steps = Vec::new();
        if !self.before.is_empty() {
            steps.push(Step::Alter(self.before, None));
        }
        if !self.main.is_empty() || trailing.is_some() {
            steps.push(Step::Alter(self.main, trailing));
        }
        steps.extend(self.after);
        steps.extend(own.map(|item| Step::Alter(vec![item], None)));
        Ok(steps)
    }

    fn is_recreated(&self, column: &str) -> bool {
        self.recreated.contains(&column.to_lowercase())
    }

    fn checks_dropped(&mut self) {
        for (name, check) in self.t.checks.iter() {
            let kept = self.s.checks.get(name).is_some_and(|c| c.text == check.text);
            if !kept || mentions_any(&check.text, &self.recreated) {
                let word = if self.setting.mariadb { "CONSTRAINT" } else { "CHECK" };
                self.main.push(Item::new(
                    format!("DROP {word} {}", quote(name)),
                    Risk::Safe,
                    format!("drops check {}", quote(name)),
                ));
            }
        }
    }

    fn checks_added(&mut self) {
        for (name, check) in self.s.checks.iter() {
            let old = self.t.checks.get(name).filter(|c| c.text == check.text);
            let dropped = old.is_some_and(|c| mentions_any(&c.text, &self.recreated));
            let enforced = if check.enforced { "" } else { "NOT " };
            match old {
                Some(old) if !dropped && old.enforced == check.enforced => {}
                Some(_) if !dropped => self.main.push(Item::new(
                    format!("ALTER CHECK {} {enforced}ENFORCED", quote(name)),
                    if check.enforced { Risk::Destructive } else { Risk::Safe },
                    match check.enforced {
                        true => format!("enforces check {}: fails where rows violate it", quote(name)),
                        false => format!("stops enforcing check {}", quote(name)),
                    },
                )),
                _ if check.enforced => {
                    let add = Item::new(
                        format!("ADD {}", check.text),
                        Risk::Destructive,
                        format!("adds check {}: fails where rows violate it", quote(name)),
                    );
                    match mentions_any(&check.text, &self.filled) {
                        true => self.after.push(Step::Alter(vec![add], None)),
                        false => self.main.push(add),
                    }
                }
                _ => self.main.push(Item::new(
                    format!("ADD {} NOT ENFORCED", check.text),
                    Risk::Safe,
                    format!("adds check {}, not enforced", quote(name)),
                )),
            }
        }
    }

    /// True when a key of the target stays as it is.
    fn stays(&self, key: &Key) -> bool {
        self.s.key(&key.name).is_some_and(|k| k.text == key.text)
            && !self.reordered.contains(&key.name)
            && !self.block_size_sticks()
            && !key.columns.iter().any(|c| self.is_recreated(c))
            && !mentions_any(&key.parts, &self.recreated)
    }

    /// On MariaDB a key remembers the `KEY_BLOCK_SIZE` of the table it was built in, and says so once the
    /// table's changes: every key is built anew then.
    fn block_size_sticks(&self) -> bool {
        self.setting.mariadb && self.s.option("KEY_BLOCK_SIZE") != self.t.option("KEY_BLOCK_SIZE")
    }

    fn keys_dropped(&mut self) {
        for key in &self.t.keys {
            if self.stays(key) {
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
            let item = Item::new(drop, Risk::Safe, format!("drops key {}", quote(&key.name)));
            // The server takes a drop and an add of the same columns in one statement for no change,
            // and loses a new parser or visibility.
            let folded = new.is_some_and(|new| {
                let reordered = self.reordered.contains(&key.name);
                new.parts == key.parts && new.kind == key.kind && (reordered || loses_when_folded(new, key))
            });
            if folded { self.before.push(item) } else { self.main.push(item) }
        }
    }

    fn keys_added(&mut self) {
        let mut fulltext = Vec::new();
        for key in &self.s.keys {
            let old = self.t.key(&key.name);
            if old.is_some_and(|old| self.stays(old)) {
                continue;
            }
            if let Some(old) = old.filter(|old| only_visibility(key, old)) {
                self.main.push(visibility(key, old));
                continue;
            }
            let added = self.key_added(key);
            // A key waits until the values of its columns are there.
            if key.columns.iter().any(|c| self.filled.contains(&c.to_lowercase())) {
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
            "PRIMARY" => {
                (Risk::Destructive, "builds the primary key: fails where rows are equal in it".into())
            }
            "UNIQUE" => {
                (Risk::Destructive, format!("builds unique key {name}: fails where rows are equal in it"))
            }
            "" => (Risk::Safe, format!("builds key {name} beside running traffic")),
            _ => (Risk::Slow, format!("builds key {name}: writes wait")),
        };
        Item::new(format!("ADD {}", key.text), risk, why)
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

    fn columns_dropped(&mut self) {
        for column in &self.t.columns {
            let again = self.is_recreated(&column.name);
            if self.s.column(&column.name).is_some() && !again {
                continue;
            }
            let name = quote(&column.name);
            let (risk, why) = match (&column.generated, again) {
                (Some(_), true) => (Risk::Slow, format!("drops generated column {name} to compute it anew")),
                (Some(g), false) if g.stored => {
                    (Risk::Slow, format!("drops generated column {name}; rebuilds the table"))
                }
                (Some(_), false) => (Risk::Safe, format!("drops virtual column {name}")),
                (None, _) => (Risk::Destructive, format!("drops column {name} and its values")),
            };
            self.main.push(Item::new(format!("DROP COLUMN {name}"), risk, why));
        }
    }

    fn columns(&mut self) -> Result<(), String> {
        let kept: Vec<&Column> = self
            .s
            .columns
            .iter()
            .filter(|c| self.t.column(&c.name).is_some() && !self.is_recreated(&c.name))
            .collect();
        let position = |c: &Column| self.t.columns.iter().position(|d| same_name(&c.name, &d.name));
        let in_place = longest_rising(&kept.iter().map(|c| position(c).unwrap_or(0)).collect::<Vec<_>>());
        let stays: BTreeSet<String> = in_place.iter().map(|&i| kept[i].name.to_lowercase()).collect();
        for (i, column) in self.s.columns.iter().enumerate() {
            let place = match i.checked_sub(1) {
                _ if self.all_later_are_added(i) => String::new(),
                None => " FIRST".to_owned(),
                Some(before) => format!(" AFTER {}", quote(&self.s.columns[before].name)),
            };
            match self.t.column(&column.name).filter(|_| !self.is_recreated(&column.name)) {
                None => self.column_added(column, &place)?,
                Some(old) => {
                    let moved = !stays.contains(&column.name.to_lowercase());
                    self.column_changed(column, old, moved.then_some(&place))?;
                }
            }
        }
        Ok(())
    }

    /// True when every column from `index` on is new, so that plain `ADD` puts them in order.
    fn all_later_are_added(&self, index: usize) -> bool {
        self.s.columns[index..].iter().all(|c| self.t.column(&c.name).is_none() || self.is_recreated(&c.name))
    }

    fn column_added(&mut self, column: &Column, place: &str) -> Result<(), String> {
        let name = quote(&column.name);
        let stored = column.generated.as_ref().is_some_and(|g| g.stored);
        let risk = if stored || column.auto_increment { Risk::Slow } else { Risk::Safe };
        let why = match (stored, column.auto_increment) {
            (true, _) => format!("adds stored column {name}; computes every row"),
            (_, true) => format!("adds column {name} and numbers every row"),
            _ => format!("adds column {name}"),
        };
        match column.default.as_deref().filter(|d| may_differ_by_call(d)) {
            None => {
                self.main.push(Item::new(format!("ADD COLUMN {name} {}{place}", column.text), risk, why));
            }
            Some(default) => self.column_filled(column, default, place)?,
        }
        if is_without_default(column) {
            self.after.push(drop_default(&column.name));
        }
        Ok(())
    }

    /// `ADD COLUMN … DEFAULT (uuid())` is refused under binary logging: the column comes without, is
    /// filled, and gets its default then. Until that is done its comment says so, and a run that finds
    /// the comment carries on from there.
    fn column_filled(&mut self, column: &Column, default: &str, place: &str) -> Result<(), String> {
        let name = quote(&column.name);
        let bare = column.text.replacen(&format!(" DEFAULT {default}"), "", 1);
        let bare = match &column.comment {
            Some(comment) => {
                bare.replacen(&format!(" COMMENT {comment}"), &format!(" COMMENT {UNFILLED}"), 1)
            }
            None => format!("{bare} COMMENT {UNFILLED}"),
        };
        self.main.push(Item::new(
            format!("ADD COLUMN {name} {bare}{place}"),
            Risk::Safe,
            format!("adds column {name}, at first without its default"),
        ));
        self.fill(column, default)
    }

    /// Gives every row its own value of a column, then the column its definition.
    fn fill(&mut self, column: &Column, default: &str) -> Result<(), String> {
        let name = quote(&column.name);
        if let Some(trigger) = self.setting.update_triggers.first() {
            return Err(format!(
                "new column {name} has a default that differs by row; filling it is an UPDATE, which would fire \
                 trigger {}",
                quote(trigger)
            ));
        }
        let unchanged: String = self
            .t
            .columns
            .iter()
            .filter(|c| c.on_update.is_some() && self.s.column(&c.name).is_some())
            .map(|c| format!(", {0} = {0}", quote(&c.name)))
            .collect();
        self.filled.insert(column.name.to_lowercase());
        self.after.push(Step::Whole(Item::new(
            format!("UPDATE {} SET {name} = {default}{unchanged}", quote(self.setting.table)),
            Risk::Slow,
            format!("gives every row its own value of column {name}"),
        )));
        self.after.push(Step::Alter(
            vec![Item::new(
                format!("MODIFY COLUMN {name} {}", column.text),
                Risk::Safe,
                format!("gives column {name} its default"),
            )],
            None,
        ));
        Ok(())
    }

    fn column_changed(&mut self, new: &Column, old: &Column, place: Option<&String>) -> Result<(), String> {
        let unfilled = old.comment.as_deref() == Some(UNFILLED);
        if let Some(default) = new.default.as_deref().filter(|d| unfilled && may_differ_by_call(d)) {
            return self.fill(new, default);
        }
        let (s, t) = (self.setting.source_defaults, self.setting.target_defaults);
        let (new_effective, old_effective) = (s.effective(new, self.s), t.effective(old, self.t));
        let stored_alike = new_effective.charset == old_effective.charset
            && new_effective.collation == old_effective.collation;
        let same = new.text == old.text && new.name == old.name && stored_alike;
        if same && place.is_none() {
            return Ok(());
        }
        let name = quote(&new.name);
        let only_default_goes = is_without_default(new)
            && place.is_none()
            && stored_alike
            && old.default.as_deref() == Some("NULL")
            && old.text.replacen(" DEFAULT NULL", "", 1) == new.text;
        if only_default_goes {
            self.after.push(drop_default(&new.name));
            return Ok(());
        }
        let in_unique = self
            .t
            .keys
            .iter()
            .filter(|k| k.is_unique())
            .any(|k| k.columns.iter().any(|c| same_name(c, &new.name)));
        let (mut risk, mut why) = risk::column_change(old_effective, new_effective, in_unique);
        if place.is_some() {
            why = match risk {
                Risk::Safe => "moves it; rebuilds the table".to_owned(),
                _ => why,
            };
            risk = risk.max(Risk::Slow);
        }
        let place = place.map_or("", String::as_str);
        let verb = match old.name == new.name {
            true => format!("MODIFY COLUMN {name}"),
            false => format!("CHANGE COLUMN {} {name}", quote(&old.name)),
        };
        self.main.push(Item::new(
            format!("{verb} {}{place}", new.text),
            risk,
            format!("column {name}: {why}"),
        ));
        if is_without_default(new) {
            self.after.push(drop_default(&new.name));
        }
        Ok(())
    }

    /// Clauses of no known kind: MariaDB's periods.
    fn others(&mut self) -> Result<(), String> {
        for clause in self.t.others.iter().filter(|c| !self.s.others.contains(c)) {
            let words = significant(clause);
            if !words.first().is_some_and(|t| t.is("PERIOD")) || words.len() < 3 {
                return Err(format!("lockstep does not know how to drop the clause {clause}"));
            }
            self.main.push(Item::new(
                format!("DROP PERIOD FOR {}", words[2].text),
                Risk::Destructive,
                "drops a period",
            ));
        }
        for clause in self.s.others.iter().filter(|c| !self.t.others.contains(c)) {
            self.main.push(Item::new(
                format!("ADD {clause}"),
                Risk::Destructive,
                "adds a clause: fails where rows violate it",
            ));
        }
        Ok(())
    }
}

/// Columns that must be dropped and added again: between virtual and stored or plain there is no other
/// way; and with them the generated columns computed from them.
fn recreated(s: &Clauses, t: &Clauses) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = t
        .columns
        .iter()
        .filter_map(|old| {
            let new = s.column(&old.name)?;
            let again = match (&old.generated, &new.generated) {
                (Some(a), Some(b)) => a.stored != b.stored,
                (None, Some(b)) => !b.stored,
                _ => false,
            };
            again.then(|| old.name.to_lowercase())
        })
        .collect();
    loop {
        let more: Vec<String> = t
            .columns
            .iter()
            .filter(|c| !found.contains(&c.name.to_lowercase()))
            .filter(|c| c.generated.as_ref().is_some_and(|g| mentions_any(&g.expression, &found)))
            .filter(|c| s.column(&c.name).is_some_and(|c| c.generated.is_some()))
            .map(|c| c.name.to_lowercase())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// True when `sql` names one of `columns` (lower case).
fn mentions_any(sql: &str, columns: &BTreeSet<String>) -> bool {
    !columns.is_empty()
        && significant(sql)
            .iter()
            .any(|t| t.kind == TokenKind::Name && columns.contains(&t.name().to_lowercase()))
}

/// Functions whose value differs from call to call; as a default they make `ADD COLUMN` unsafe for
/// statement-based binary logs (error 1674).
fn may_differ_by_call(default: &str) -> bool {
    const FUNCTIONS: &[&str] = &[
        "uuid",
        "uuid_short",
        "uuid_to_bin",
        "rand",
        "random_bytes",
        "sysdate",
        "user",
        "current_user",
        "session_user",
        "system_user",
        "connection_id",
        "database",
        "schema",
        "version",
        "found_rows",
        "row_count",
        "last_insert_id",
        "sys_guid",
        "nextval",
        "statement_digest",
    ];
    let tokens = significant(default);
    tokens.iter().enumerate().any(|(i, t)| {
        t.kind == TokenKind::Word
            && tokens.get(i + 1).is_some_and(|n| n.is("("))
            && FUNCTIONS.iter().any(|f| t.is(f))
    })
}

/// True for a nullable column that has no default, not even NULL, though its type could.
pub(super) fn is_without_default(column: &Column) -> bool {
    let prints_none = matches!(
        column.type_name().as_str(),
        "tinytext"
            | "text"
            | "mediumtext"
            | "longtext"
            | "tinyblob"
            | "blob"
            | "mediumblob"
            | "longblob"
            | "json"
            | "geometry"
            | "point"
            | "linestring"
            | "polygon"
            | "multipoint"
            | "multilinestring"
            | "multipolygon"
            | "geomcollection"
            | "geometrycollection"
    );
    column.default.is_none()
        && column.null != Null::No
        && column.generated.is_none()
        && !column.auto_increment
        && !prints_none
}

fn drop_default(column: &str) -> Step {
    let name = quote(column);
    Step::Alter(
        vec![Item::new(
            format!("ALTER COLUMN {name} DROP DEFAULT"),
            Risk::Safe,
            format!("takes the default NULL off column {name}"),
        )],
        None,
    )
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
fn out_of_order(s: &Clauses, t: &Clauses) -> BTreeSet<String> {
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
pub(super) fn only_key_order(s: &Clauses, t: &Clauses) -> bool {
    s.keys != t.keys && s.keys.len() == t.keys.len() && s.keys.iter().all(|k| t.keys.contains(k))
}

/// Indices of a longest strictly rising subsequence.
pub(super) fn longest_rising(values: &[usize]) -> Vec<usize> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(values.len());
    for (i, value) in values.iter().enumerate() {
        let before =
            (0..i).filter(|&j| values[j] < *value).max_by_key(|&j| (best[j].0, std::cmp::Reverse(j)));
        best.push((before.map_or(1, |j| best[j].0 + 1), before));
    }
    let mut at = (0..values.len()).max_by_key(|&i| (best[i].0, std::cmp::Reverse(i)));
    let mut chosen = Vec::new();
    while let Some(i) = at {
        chosen.push(i);
        at = best[i].1;
    }
    chosen.reverse();
    chosen
}

impl<'a> TextDefaults<'a> {
    /// A column of `table` with what it says or inherits.
    pub(super) fn effective<'c>(&'c self, column: &'c Column, table: &'c Clauses) -> Effective<'c> {
        let (charset, collation) = self.of_column(column, table);
        Effective { column, charset, collation }
    }
}
