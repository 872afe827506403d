//! Row changes as SQL statements: the text that a person reads in a plan is the text that apply executes.

use super::cell::{Cell, Cells};
use super::changes::{Change, ChangeLog, Changes};
use super::column::Column;
use super::layout::Layout;
use super::literal;
use crate::Result;
use crate::names::{quote, quote_list};

/// Rows in one INSERT at most.
const INSERT_ROWS: usize = 1000;

/// Rows in one DELETE at most.
const DELETE_ROWS: usize = 200;

/// UPDATEs in one round trip at most.
const UPDATE_ROWS: usize = 200;

/// A statement is at most this long, unless one row alone is longer.
const STATEMENT_BYTES: usize = 1024 * 1024;

/// What a statement must stay below the server's limit: the protocol's own bytes, and what parking puts around a row.
const MARGIN_BYTES: u64 = 1024;

/// How long a statement on the table may be.
fn longest(layout: &Layout) -> usize {
    let packet = layout.packet_bytes.saturating_sub(MARGIN_BYTES);
    usize::try_from(packet).unwrap_or(usize::MAX).min(STATEMENT_BYTES)
}

/// Which changes: those that must come before, and those that must come after, the deletes' moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Inserts and updates, parent tables first.
    Write,
    /// Deletes, child tables first.
    Delete,
}

/// A statement, or several UPDATEs that travel together, and the changes that they make.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// The text, `;` between statements and none at the end.
    pub sql: String,
    /// The changes, by their positions in the [`ChangeLog`].
    pub positions: Vec<u64>,
    /// UPDATEs: as many as there are changes.
    pub updates: bool,
}

/// The statements of one phase of one table.
pub struct Statements<'a> {
    layout: &'a Layout,
    changes: Changes<'a>,
    phase: Phase,
    pending: Statement,
    updates: Statement,
    longest: usize,
}

/// The statements that make the changes of one phase in the table of `layout`, the target's.
pub fn statements<'a>(layout: &'a Layout, log: &'a ChangeLog, phase: Phase) -> Statements<'a> {
    let updates = Statement { updates: true, ..Statement::default() };
    let longest = longest(layout);
    Statements { layout, changes: log.iter(), phase, pending: Statement::default(), updates, longest }
}

/// The statement that makes one change.
///
/// # Errors
/// Damaged bytes.
pub fn statement(layout: &Layout, change: &Change) -> Result<String> {
    statement_with(layout, change, literal::push)
}

/// How a value is written into a statement: exact, or shortened for reading.
pub(super) type Push = fn(&mut String, &Column, Cell<'_>);

/// As [`statement`], with values written by `push`.
pub(super) fn statement_with(layout: &Layout, change: &Change, push: Push) -> Result<String> {
    match change {
        Change::Insert(row) => {
            Ok(format!("{}\n  {}", insert_head(layout), tuple_with(layout.read(), row, push)?))
        }
        Change::Update(_) => update(layout, change, push),
        Change::Delete(row) => Ok(format!(
            "DELETE FROM {} WHERE {}",
            layout.table().quoted(),
            key_condition_with(layout, row, push)?
        )),
    }
}

/// The first change that no statement can make, since a row is too long for the server: its key as a condition, and the length
/// in bytes of the statement that would make it.
///
/// # Errors
/// Damaged bytes.
pub fn too_long(layout: &Layout, log: &ChangeLog) -> Result<Option<(String, u64)>> {
    let limit = layout.packet_bytes.saturating_sub(MARGIN_BYTES);
    for change in log.iter() {
        let (_, change) = change?;
        // A value takes at most a few times its bytes as a literal.
        if change.bytes() as u64 * 4 + MARGIN_BYTES < limit {
            continue;
        }
        let length = statement(layout, &change)?.len() as u64;
        if length > limit {
            return Ok(Some((
                equals(layout.identity(), change.key(layout.identity().len())?, literal::push)?,
                length,
            )));
        }
    }
    Ok(None)
}

impl Statements<'_> {
    /// Adds to the pending statement; hands out the one before when that is full.
    fn add(&mut self, position: u64, change: &Change) -> Result<Option<Statement>> {
        let (rows, begin, part) = match change {
            Change::Update(_) => return self.add_update(position, change),
            Change::Insert(row) => {
                let tuple = tuple(self.layout.read(), row)?;
                (INSERT_ROWS, insert_head(self.layout), format!("\n  {tuple}"))
            }
            Change::Delete(row) => (DELETE_ROWS, self.delete_head(), self.deleted(row)?),
        };
        let between = match change {
            Change::Insert(_) => ",",
            _ if self.layout.identity().len() == 1 => ", ",
            _ => "\n  OR ",
        };
        let is_full = self.pending.positions.len() >= rows
            || self.pending.sql.len() + between.len() + part.len() >= self.longest;
        let full = if is_full { self.finish() } else { None };
        let pending = &mut self.pending;
        pending.sql.push_str(if pending.sql.is_empty() { &begin } else { between });
        pending.sql.push_str(&part);
        pending.positions.push(position);
        Ok(full)
    }

    fn add_update(&mut self, position: u64, change: &Change) -> Result<Option<Statement>> {
        let update = update(self.layout, change, literal::push)?;
        let is_full = self.updates.positions.len() >= UPDATE_ROWS
            || self.updates.sql.len() + update.len() + 2 >= self.longest;
        let full = if is_full { self.finish_updates() } else { None };
        if !self.updates.sql.is_empty() {
            self.updates.sql.push_str(";\n");
        }
        self.updates.sql.push_str(&update);
        self.updates.positions.push(position);
        Ok(full)
    }

    /// What a DELETE begins with, up to its first row.
    fn delete_head(&self) -> String {
        let mut head = format!("DELETE FROM {} WHERE ", self.layout.table().quoted());
        if let Some(condition) = self.layout.reference.where_clause() {
            head.push_str(&format!("({condition}) AND "));
        }
        match self.layout.identity() {
            [only] => head.push_str(&format!("{} IN (", quote(&only.name))),
            _ => head.push('('),
        }
        head
    }

    /// One row of a DELETE.
    fn deleted(&self, row: &[u8]) -> Result<String> {
        match self.layout.identity() {
            [only] => {
                let mut out = String::new();
                literal::push(&mut out, only, Cells::new(row).take()?);
                Ok(out)
            }
            identity => Ok(format!("({})", equals(identity, row, literal::push)?)),
        }
    }

    /// The pending updates, if there are any.
    fn finish_updates(&mut self) -> Option<Statement> {
        let next = Statement { updates: true, ..Statement::default() };
        let statement = std::mem::replace(&mut self.updates, next);
        (!statement.positions.is_empty()).then_some(statement)
    }

    /// The pending statement, if there is one.
    fn finish(&mut self) -> Option<Statement> {
        let mut statement = std::mem::take(&mut self.pending);
        if self.phase == Phase::Delete {
            statement.sql.push(')');
        }
        (!statement.positions.is_empty()).then_some(statement)
    }
}

impl Iterator for Statements<'_> {
    type Item = Result<Statement>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(change) = self.changes.next() else {
                return self.finish().or_else(|| self.finish_updates()).map(Ok);
            };
            let added = change.and_then(|(position, change)| {
                let wanted = matches!(change, Change::Delete(_)) == (self.phase == Phase::Delete);
                if wanted { self.add(position, &change) } else { Ok(None) }
            });
            if let Some(result) = added.transpose() {
                return Some(result);
            }
        }
    }
}

/// The condition that finds the row whose bytes begin with its identity, if it is in scope.
pub(super) fn key_condition(layout: &Layout, row: &[u8]) -> Result<String> {
    key_condition_with(layout, row, literal::push)
}

fn key_condition_with(layout: &Layout, row: &[u8], push: Push) -> Result<String> {
    let key = equals(layout.identity(), row, push)?;
    Ok(match layout.reference.where_clause() {
        Some(condition) => format!("{key} AND ({condition})"),
        None => key,
    })
}

fn equals(columns: &[Column], row: &[u8], push: Push) -> Result<String> {
    let mut cells = Cells::new(row);
    let mut out = String::new();
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            out.push_str(" AND ");
        }
        out.push_str(&quote(&column.name));
        out.push_str(" = ");
        push(&mut out, column, cells.take()?);
    }
    Ok(out)
}

fn insert_head(layout: &Layout) -> String {
    insert_into(layout, layout.read())
}

/// `INSERT INTO … (…) VALUES` for those of `columns` that can be written.
pub(super) fn insert_into(layout: &Layout, columns: &[Column]) -> String {
    let names = columns.iter().filter(|c| !c.generated).map(|c| &c.name);
    format!("INSERT INTO {} ({}) VALUES", layout.table().quoted(), quote_list(names))
}

/// One row's values in parentheses, without the generated ones.
pub(super) fn tuple(columns: &[Column], row: &[u8]) -> Result<String> {
    tuple_with(columns, row, literal::push)
}

fn tuple_with(columns: &[Column], row: &[u8], push: Push) -> Result<String> {
    let mut cells = Cells::new(row);
    let mut out = String::from("(");
    for column in columns {
        let cell = cells.take()?;
        if column.generated {
            continue;
        }
        if out.len() > 1 {
            out.push_str(", ");
        }
        push(&mut out, column, cell);
    }
    out.push(')');
    Ok(out)
}

/// The update of a row that was found by its whole condition before, when columns that decide whether it is in scope may
/// have changed since.
pub(super) fn update_by_identity(layout: &Layout, change: &Change) -> Result<String> {
    let key = equals(layout.identity(), change.key(layout.identity().len())?, literal::push)?;
    update_where(layout, change, &key, literal::push)
}

fn update(layout: &Layout, change: &Change, push: Push) -> Result<String> {
    let key = key_condition_with(layout, change.key(layout.identity().len())?, push)?;
    update_where(layout, change, &key, push)
}

fn update_where(layout: &Layout, change: &Change, condition: &str, push: Push) -> Result<String> {
    let sets = change.sets(layout.identity().len())?;
    let mut list = Vec::new();
    for (number, _, new) in &sets {
        if let Some(column) = layout.columns.get(*number).filter(|c| !c.generated) {
            let mut text = format!("{} = ", quote(&column.name));
            push(&mut text, column, Cells::new(new).take()?);
            list.push(text);
        }
    }
    for (number, column) in layout.columns.iter().enumerate() {
        if column.on_update && !sets.iter().any(|s| s.0 == number) {
            list.push(format!("{0} = {0}", quote(&column.name)));
        }
    }
    Ok(format!("UPDATE {} SET {} WHERE {condition}", layout.table().quoted(), list.join(", ")))
}
