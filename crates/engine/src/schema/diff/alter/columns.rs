//! Columns: dropped, added, changed, moved and filled.

use std::collections::BTreeSet;

use super::{Alteration, Item, Step, longest_rising, mentions_any};
use crate::names::quote;
use crate::schema::column::{Column, Null};
use crate::schema::diff::computed::always_fits;
use crate::schema::diff::risk::{self, Surroundings};
use crate::schema::lexer::{TokenKind, significant};
use crate::schema::statement::Risk;
use crate::schema::table::{Clauses, Key, same_name};

/// The comment of a new column whose rows have not got their values yet.
const UNFILLED: &str = "'lockstep has yet to fill this column'";

impl Alteration<'_> {
    pub(super) fn columns_dropped(&mut self) {
        for column in &self.t.columns {
            let again = self.is_recreated(&column.name);
            if self.s.column(&column.name).is_some() && !again {
                continue;
            }
            let name = quote(&column.name);
            let (risk, why) = match (&column.generated, again) {
                (Some(_), true) => (Risk::Slow, format!("drops generated column {name} to compute it again")),
                (Some(g), false) if g.stored => {
                    (Risk::Slow, format!("drops generated column {name}; rebuilds the table"))
                }
                (Some(_), false) => (Risk::Safe, format!("drops virtual column {name}")),
                (None, _) => (Risk::Destructive, format!("drops column {name} and its values")),
            };
            self.main.push(Item::new(format!("DROP COLUMN {name}"), risk, why).copying());
        }
    }

    pub(super) fn columns(&mut self) -> Result<(), String> {
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
        let (risk, why) = self.addition(column);
        match column.default.as_deref().filter(|d| may_differ_by_call(d)) {
            None => {
                let add = format!("ADD COLUMN {name} {}{place}", column.text);
                self.main.push(Item::new(add, risk, why).copying());
            }
            Some(default) => self.column_filled(column, default, place)?,
        }
        if is_without_default(column) {
            self.after.push(drop_default(&column.name));
        }
        Ok(())
    }

    /// The risk of adding a column, and the reason: every row gets a value of it.
    fn addition(&self, column: &Column) -> (Risk, String) {
        let name = quote(&column.name);
        let fits = always_fits(column, self.s);
        let stored = column.generated.as_ref().map(|g| g.stored);
        let computed = column.default.as_ref().is_some_and(|d| d.starts_with('('));
        // Such types have no value that the server could put into the rows; of dates a strict one takes no zero.
        let silent = column.null == Null::No && column.default.is_none() && !column.auto_increment;
        let kind = column.type_name();
        let has_no_zero = is_spatial(&kind) || matches!(kind.as_str(), "date" | "datetime" | "timestamp");
        match stored {
            Some(true) if fits => (Risk::Slow, format!("adds stored column {name}; computes every row")),
            Some(true) => {
                (Risk::MayFail, format!("adds stored column {name}: fails where a row's value does not fit"))
            }
            Some(false) if column.null == Null::No && !fits => {
                (Risk::MayFail, format!("adds virtual column {name}: fails where a row's value does not fit"))
            }
            Some(false) => (Risk::Safe, format!("adds column {name}")),
            None if column.auto_increment
                && matches!(kind.as_str(), "tinyint" | "smallint" | "mediumint") =>
            {
                (Risk::MayFail, format!("adds column {name}: fails where there are more rows than numbers"))
            }
            None if column.auto_increment => {
                (Risk::Slow, format!("adds column {name} and numbers every row"))
            }
            None if computed && !fits => {
                (Risk::MayFail, format!("adds column {name}: fails where its default does not fit"))
            }
            None if computed => {
                (Risk::Slow, format!("adds column {name}; copies the table to compute its default"))
            }
            None if silent && (has_no_zero || column.check.is_some()) => {
                (Risk::MayFail, format!("adds column {name}: fails where there are rows, which need a value"))
            }
            None => (Risk::Safe, format!("adds column {name}")),
        }
    }

    /// `ADD COLUMN … DEFAULT (uuid())` is refused under binary logging: the column comes empty, gets its default for new
    /// rows, is filled, and gets its definition then. At no moment does it demand a value that nobody gives. Until all
    /// is done its comment says so, and a run that finds the comment carries on from there.
    fn column_filled(&mut self, column: &Column, default: &str, place: &str) -> Result<(), String> {
        let name = quote(&column.name);
        let bare = column.text.replacen(&format!(" DEFAULT {default}"), "", 1);
        let bare = match column.null {
            Null::No => bare.replacen(" NOT NULL", " NULL", 1),
            _ => bare,
        };
        let bare = match &column.comment {
            Some(comment) => {
                bare.replacen(&format!(" COMMENT {comment}"), &format!(" COMMENT {UNFILLED}"), 1)
            }
            None => format!("{bare} COMMENT {UNFILLED}"),
        };
        let add = format!("ADD COLUMN {name} {bare}{place}");
        let why = format!("adds column {name}, at first empty");
        self.main.push(Item::new(add, Risk::Safe, why).copying());
        self.fill(column, default, true)
    }

    /// Gives every row its own value of a column, then the column its definition. Where the column is `empty` before, only
    /// rows without a value get one: those that came since have theirs.
    fn fill(&mut self, column: &Column, default: &str, empty: bool) -> Result<(), String> {
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
        let risk = if always_fits(column, self.s) { Risk::Slow } else { Risk::MayFail };
        let alter = |sql: String, risk: Risk, why: String| Step::Alter(vec![Item::new(sql, risk, why)], None);
        self.after.push(alter(
            format!("ALTER COLUMN {name} SET DEFAULT {default}"),
            Risk::Safe,
            format!("gives column {name} its default, for new rows"),
        ));
        self.after.push(Step::Fill(Item::new(
            format!(
                "UPDATE {} SET {name} = {default}{unchanged}{}",
                quote(self.setting.table),
                if empty { format!(" WHERE {name} IS NULL") } else { String::new() }
            ),
            risk,
            format!("gives every row its own value of column {name}"),
        )));
        self.after.push(alter(
            format!("MODIFY COLUMN {name} {}", column.text),
            Risk::Slow,
            format!("gives column {name} its definition"),
        ));
        Ok(())
    }

    /// What beside the column's clause decides about its change.
    fn surroundings(&self, old: &Column, new: &Column) -> Surroundings<'_> {
        let names = BTreeSet::from([old.name.to_lowercase(), new.name.to_lowercase()]);
        let has = |k: &Key| k.columns.iter().any(|c| names.contains(&c.to_lowercase()));
        let expressions = |clauses: &Clauses| {
            let computed = clauses.columns.iter().filter_map(|c| c.generated.as_ref()).map(|g| &g.expression);
            let own = clauses.columns.iter().filter_map(|c| c.check.as_ref());
            let functional = clauses.keys.iter().filter(|k| k.columns.contains(&String::new()));
            computed
                .chain(own)
                .chain(clauses.checks.values().map(|c| &c.text))
                .chain(functional.map(|k| &k.parts))
                .chain(&clauses.partitions)
                .any(|text| names_any(text, &names))
        };
        Surroundings {
            source: self.s,
            in_unique_key: self.t.keys.iter().any(|k| k.is_unique() && has(k)),
            in_expression: expressions(self.s) || expressions(self.t),
            in_key: self.s.keys.iter().any(has),
        }
    }

    /// True when both columns have, said or inherited, the same character set and collation.
    pub(super) fn is_stored_alike(&self, new: &Column, old: &Column) -> bool {
        let (s, t) = (self.setting.source_defaults, self.setting.target_defaults);
        let (new, old) = (s.effective(new, self.s), t.effective(old, self.t));
        new.charset == old.charset && new.collation == old.collation
    }

    pub(super) fn column_changed(
        &mut self,
        new: &Column,
        old: &Column,
        place: Option<&String>,
    ) -> Result<(), String> {
        let unfilled = old.comment.as_deref() == Some(UNFILLED);
        if let Some(default) = new.default.as_deref().filter(|d| unfilled && may_differ_by_call(d)) {
            return self.fill(new, default, old.null != Null::No);
        }
        if self.not_null_waits(new, old, place)? {
            return Ok(());
        }
        let (s, t) = (self.setting.source_defaults, self.setting.target_defaults);
        let (new_effective, old_effective) = (s.effective(new, self.s), t.effective(old, self.t));
        let stored_alike = self.is_stored_alike(new, old);
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
        let (mut risk, mut why) =
            risk::column_change(old_effective, new_effective, &self.surroundings(old, new));
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
        let mut change =
            Item::new(format!("{verb} {}{place}", new.text), risk, format!("column {name}: {why}"));
        change.may_copy = new.data_type != old.data_type;
        self.main.push(change);
        if is_without_default(new) {
            self.after.push(drop_default(&new.name));
        }
        Ok(())
    }
}

/// True when `sql` names one of `columns` (lower case), or might, where names stand without quotes.
fn names_any(sql: &str, columns: &BTreeSet<String>) -> bool {
    let is_name = |kind| matches!(kind, TokenKind::Name | TokenKind::Word);
    significant(sql).iter().any(|t| is_name(t.kind) && columns.contains(&t.name().to_lowercase()))
}

/// Columns that must be dropped and added again: between virtual and stored or plain there is no other
/// way; and with them the generated columns computed from them.
pub(super) fn recreated(s: &Clauses, t: &Clauses) -> BTreeSet<String> {
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
pub(in crate::schema::diff) fn is_without_default(column: &Column) -> bool {
    column.default.is_none()
        && column.null != Null::No
        && column.generated.is_none()
        && !column.auto_increment
        && !prints_no_default(&column.type_name())
}

/// True for types that take no default, and whose clause says none.
pub(super) fn prints_no_default(type_name: &str) -> bool {
    is_spatial(type_name)
        || matches!(
            type_name,
            "tinytext"
                | "text"
                | "mediumtext"
                | "longtext"
                | "tinyblob"
                | "blob"
                | "mediumblob"
                | "longblob"
                | "json"
        )
}

fn is_spatial(type_name: &str) -> bool {
    matches!(
        type_name,
        "geometry"
            | "point"
            | "linestring"
            | "polygon"
            | "multipoint"
            | "multilinestring"
            | "multipolygon"
            | "geomcollection"
            | "geometrycollection"
    )
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
