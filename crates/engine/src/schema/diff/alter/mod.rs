//! One table into another: the `ALTER TABLE` statements that lead there, foreign keys aside.

mod between;
mod columns;
mod keys;
mod not_null;

use std::collections::BTreeSet;

use super::computed::always_fits;
use super::options::{OF_ARIA, option_changes};
use super::partitions::{self, PartitionChange, Spelling};
use super::risk::Effective;
use super::text_defaults::TextDefaults;
use crate::names::quote;
use crate::schema::column::Column;
use crate::schema::lexer::{TokenKind, significant};
use crate::schema::statement::Risk;
use crate::schema::table::Clauses;
pub(super) use columns::is_without_default;
use columns::recreated;
pub(super) use keys::only_key_order;
use keys::out_of_order;

/// A part of an `ALTER TABLE`, with its risk and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub sql: String,
    pub risk: Risk,
    pub why: String,
    /// The server may copy the table for it, even where it is otherwise done beside running traffic.
    pub may_copy: bool,
}

impl Item {
    pub(super) fn new(sql: impl Into<String>, risk: Risk, why: impl Into<String>) -> Self {
        Self { sql: sql.into(), risk, why: why.into(), may_copy: false }
    }

    /// A change for which the server may copy the table.
    fn copying(self) -> Self {
        Self { may_copy: true, ..self }
    }
}

/// The statements on a table, before the rows of the run and after them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    pub open: Vec<Step>,
    pub close: Vec<Step>,
}

/// One statement on a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `ALTER TABLE` with these parts, and a partition clause at its end.
    Alter(Vec<Item>, Option<Item>),
    /// `UPDATE`, which gives every row a value of a new column.
    Fill(Item),
}

impl Step {
    /// The worst risk of its parts.
    pub fn risk(&self) -> Risk {
        match self {
            Self::Fill(item) => item.risk,
            Self::Alter(items, trailing) => {
                items.iter().chain(trailing).map(|i| i.risk).max().unwrap_or(Risk::Safe)
            }
        }
    }
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
    /// Where rows of the table come with the same run, after which constraints may wait: the columns that the
    /// topology names as their identity.
    pub rows: Option<&'a [String]>,
}

/// The steps from `t` (the target's table) to `s` (the source's), or why there are none.
pub(super) fn steps(s: &Clauses, t: &Clauses, setting: &Setting<'_>) -> Result<Steps, String> {
    if let Some(between) = between::waypoint(s, t) {
        // What the rows are to satisfy waits in the second half only.
        let first = steps(&between, t, &Setting { rows: None, ..*setting })?;
        let mut all = steps(s, &between, setting)?;
        all.open = [first.open, all.open].concat();
        return Ok(all);
    }
    Alteration::new(s, t, setting).steps()
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
    /// Constraints that the rows of the run satisfy.
    close: Vec<Item>,
}

impl<'a> Alteration<'a> {
    fn new(s: &'a Clauses, t: &'a Clauses, setting: &'a Setting<'a>) -> Self {
        let recreated = recreated(s, t);
        let reordered = if setting.strict_key_order { out_of_order(s, t) } else { BTreeSet::new() };
        let (filled, before, main, after, close) = Default::default();
        Self { s, t, setting, recreated, reordered, filled, before, main, after, close }
    }

    fn steps(mut self) -> Result<Steps, String> {
        self.checks_dropped();
        self.keys_dropped();
        self.columns_dropped();
        self.columns()?;
        self.keys_added();
        self.checks_added();
        self.others()?;
        let changes =
            option_changes(self.s, self.t, self.setting.source_defaults, self.setting.target_defaults)?;
        let leaves_aria = self.s.option("ENGINE") != self.t.option("ENGINE");
        let of_aria = |name: &str| leaves_aria && OF_ARIA.contains(&name) && self.s.option(name).is_none();
        let (late, now): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(name, _)| of_aria(name));
        self.main.extend(now.into_iter().map(|(_, item)| item));
        if !late.is_empty() {
            self.after.push(Step::Alter(late.into_iter().map(|(_, item)| item).collect(), None));
        }
        let partitions = self.partitions();
        let mut open = Vec::new();
        if !self.before.is_empty() {
            open.push(Step::Alter(self.before, None));
        }
        if !self.main.is_empty() || partitions.trailing.is_some() {
            open.push(Step::Alter(self.main, partitions.trailing));
        }
        open.extend(self.after);
        open.extend(partitions.own.map(|item| Step::Alter(vec![item], None)));
        let mut close = Vec::new();
        if !self.close.is_empty() || partitions.closing.is_some() {
            close.push(Step::Alter(self.close, partitions.closing));
        }
        close.extend(partitions.own_closing.map(|item| Step::Alter(vec![item], None)));
        let computes = computes_again(self.s);
        let other_engine =
            self.t.option("ENGINE").is_some_and(|engine| !engine.eq_ignore_ascii_case("InnoDB"));
        for step in open.iter_mut().chain(&mut close) {
            if other_engine {
                without_online_changes(step);
            }
            if let Some(column) = &computes {
                with_generated(step, column);
            }
        }
        Ok(Steps { open, close })
    }

    /// Where the change of the partitions stands. A partitioning that may have no place for a row waits for the rows,
    /// without any partitions until then: the rows that come may need the new ones, those that go the old ones.
    fn partitions(&self) -> Partitioning {
        let spelling = if self.setting.exact { Spelling::Exact } else { Spelling::Folded };
        let waits = self.setting.rows.is_some();
        let mut found = Partitioning::default();
        match partitions::change(self.s.partitions.as_deref(), self.t.partitions.as_deref(), spelling) {
            Some(PartitionChange::Trailing(sql, risk, why)) if waits && risk == Risk::MayFail => {
                found.closing = Some(Item::new(sql, risk, why));
                let why = "removes partitioning until the rows are there; rebuilds the table";
                let remove = Item::new("REMOVE PARTITIONING", Risk::Slow, why);
                found.trailing = self.t.partitions.is_some().then_some(remove);
            }
            Some(PartitionChange::Trailing(sql, risk, why)) => {
                found.trailing = Some(Item::new(sql, risk, why))
            }
            Some(PartitionChange::Own(sql, risk, why)) if waits && risk >= Risk::MayFail => {
                found.own_closing = Some(Item::new(sql, risk, why));
            }
            Some(PartitionChange::Own(sql, risk, why)) => found.own = Some(Item::new(sql, risk, why)),
            None => {}
        }
        found
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
                Some(_) if !dropped => {
                    let alter = format!("ALTER CHECK {} {enforced}ENFORCED", quote(name));
                    if check.enforced {
                        let why = format!("enforces check {}: fails where rows violate it", quote(name));
                        self.constraint(Item::new(alter, Risk::MayFail, why));
                    } else {
                        let why = format!("stops enforcing check {}", quote(name));
                        self.main.push(Item::new(alter, Risk::Safe, why));
                    }
                }
                _ if check.enforced => {
                    let add = Item::new(
                        format!("ADD {}", check.text),
                        Risk::MayFail,
                        format!("adds check {}: fails where rows violate it", quote(name)),
                    );
                    let replaces = self.t.checks.get(name).is_some();
                    match mentions_any(&check.text, &self.filled) {
                        true => self.after.push(Step::Alter(vec![add], None)),
                        // In one statement with the drop: the table is never without.
                        false if replaces => self.main.push(add),
                        false => self.constraint(add),
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

    /// Adds a constraint: after the rows of the run where such come, else with the other changes.
    fn constraint(&mut self, item: Item) {
        if self.setting.rows.is_some() { self.close.push(item) } else { self.main.push(item) }
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
                Risk::Slow,
                "drops a period",
            ));
        }
        for clause in self.s.others.iter().filter(|c| !self.t.others.contains(c)) {
            self.main.push(Item::new(
                format!("ADD {clause}"),
                Risk::MayFail,
                "adds a clause: fails where rows violate it",
            ));
        }
        Ok(())
    }
}

/// Parts of statements that change partitions: at the end of the main one, in one of their own; and after the rows.
#[derive(Default)]
struct Partitioning {
    trailing: Option<Item>,
    own: Option<Item>,
    closing: Option<Item>,
    own_closing: Option<Item>,
}

/// A generated column whose expression may fail: a copy of the table computes it again, for rows which came when the
/// server was less strict.
fn computes_again(s: &Clauses) -> Option<String> {
    s.columns.iter().find(|c| c.generated.is_some() && !always_fits(c, s)).map(|c| quote(&c.name))
}

fn with_generated(step: &mut Step, column: &str) {
    let Step::Alter(items, trailing) = step else { return };
    let copies = |item: &&mut Item| item.risk == Risk::Slow || (item.risk == Risk::Safe && item.may_copy);
    for item in items.iter_mut().chain(trailing).filter(copies) {
        item.risk = Risk::MayFail;
        item.why
            .push_str(&format!(" (fails where generated column {column} does not fit when computed again)"));
    }
}

/// True when `sql` names one of `columns` (lower case).
fn mentions_any(sql: &str, columns: &BTreeSet<String>) -> bool {
    !columns.is_empty()
        && significant(sql)
            .iter()
            .any(|t| t.kind == TokenKind::Name && columns.contains(&t.name().to_lowercase()))
}

impl<'a> TextDefaults<'a> {
    /// A column of `table` with what it says or inherits.
    pub(super) fn effective<'c>(&'c self, column: &'c Column, table: &'c Clauses) -> Effective<'c> {
        let (charset, collation) = self.of_column(column, table);
        Effective { column, charset, collation }
    }
}

/// Only InnoDB changes tables beside running traffic.
fn without_online_changes(step: &mut Step) {
    let Step::Alter(items, _) = step else { return };
    for item in items.iter_mut().filter(|item| item.risk == Risk::Safe) {
        item.risk = Risk::Slow;
        item.why.push_str(" (the engine copies the table)");
    }
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
