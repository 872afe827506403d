//! Row changes as SQL statements: the text that a person reads in a plan is the text that apply executes, except for
//! what [`detour`] puts before an update in a script.

use super::cell::{Cell, Cells};
use super::changes::{Change, ChangeLog, Changes};
use super::column::{Column, Kind};
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

/// A statement is sent when it is this long.
const STATEMENT_BYTES: usize = 1024 * 1024;

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
}

/// The statements that make the changes of one phase in the table of `layout`, the target's.
pub fn statements<'a>(layout: &'a Layout, log: &'a ChangeLog, phase: Phase) -> Statements<'a> {
    let updates = Statement { updates: true, ..Statement::default() };
    Statements { layout, changes: log.iter(), phase, pending: Statement::default(), updates }
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

impl Statements<'_> {
    /// Adds to the pending statement; hands it out when it is full.
    fn add(&mut self, position: u64, change: &Change) -> Result<Option<Statement>> {
        let rows = match change {
            Change::Update(_) => return self.add_update(position, change),
            Change::Insert(row) => {
                let head =
                    if self.pending.sql.is_empty() { insert_head(self.layout) } else { ",".to_owned() };
                self.pending.sql.push_str(&head);
                self.pending.sql.push_str("\n  ");
                self.pending.sql.push_str(&tuple(self.layout.read(), row)?);
                INSERT_ROWS
            }
            Change::Delete(row) => {
                self.add_delete(row)?;
                DELETE_ROWS
            }
        };
        self.pending.positions.push(position);
        let full = self.pending.positions.len() >= rows || self.pending.sql.len() >= STATEMENT_BYTES;
        Ok(if full { self.finish() } else { None })
    }

    fn add_update(&mut self, position: u64, change: &Change) -> Result<Option<Statement>> {
        if !self.updates.sql.is_empty() {
            self.updates.sql.push_str(";\n");
        }
        self.updates.sql.push_str(&update(self.layout, change, literal::push)?);
        self.updates.positions.push(position);
        let full = self.updates.positions.len() >= UPDATE_ROWS || self.updates.sql.len() >= STATEMENT_BYTES;
        Ok(if full { self.finish_updates() } else { None })
    }

    fn add_delete(&mut self, row: &[u8]) -> Result<()> {
        let pending = &mut self.pending.sql;
        if pending.is_empty() {
            pending.push_str(&format!("DELETE FROM {} WHERE ", self.layout.table().quoted()));
            if let Some(condition) = self.layout.reference.where_clause() {
                pending.push_str(&format!("({condition}) AND "));
            }
            match self.layout.identity() {
                [only] => pending.push_str(&format!("{} IN (", quote(&only.name))),
                _ => pending.push('('),
            }
        } else {
            pending.push_str(if self.layout.identity().len() == 1 { ", " } else { "\n  OR " });
        }
        match self.layout.identity() {
            [only] => literal::push(pending, only, Cells::new(row).take()?),
            _ => pending.push_str(&format!("({})", equals(self.layout.identity(), row, literal::push)?)),
        }
        Ok(())
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

/// For a script that is run as it stands: the statement that must come before an update of JSON values which may
/// compare equal, such as `1.0` and `1`. MySQL then says that it changed the row and leaves it as it is, so the
/// values are made others first. `None` where that is not needed, and where the column, or a generated one, decides
/// whether the row is in scope: the update could not find the row again.
///
/// # Errors
/// Damaged bytes.
pub fn detour(layout: &Layout, change: &Change) -> Result<Option<String>> {
    let mut list = Vec::new();
    let sets = change.sets(layout.identity().len())?;
    let in_scope = layout.reference.where_clause().unwrap_or_default().to_lowercase();
    let decides = |c: &Column| in_scope.contains(&c.name.to_lowercase());
    // A generated column may be made of the value.
    if layout.columns.iter().any(|c| c.generated && decides(c)) {
        return Ok(None);
    }
    for (number, old, new) in &sets {
        let wanted = |c: &&Column| c.kind == Kind::Json && !c.generated && !decides(c);
        let Some(column) = layout.columns.get(*number).filter(wanted) else { continue };
        if let (Cell::Bytes(old), Cell::Bytes(new)) = (Cells::new(old).take()?, Cells::new(new).take()?)
            && may_compare_equal(old, new)
        {
            let other = if column.nullable { "NULL" } else { "JSON_ARRAY('on the way', UUID())" };
            list.push(format!("{} = {other}", quote(&column.name)));
        }
    }
    if list.is_empty() {
        return Ok(None);
    }
    let moving = layout.columns.iter().filter(|c| c.on_update);
    list.extend(moving.map(|column| format!("{0} = {0}", quote(&column.name))));
    let key = key_condition(layout, change.key(layout.identity().len())?)?;
    Ok(Some(format!("UPDATE {} SET {} WHERE {key}", layout.table().quoted(), list.join(", "))))
}

/// Whether two JSON texts differ at most in how numbers are written.
fn may_compare_equal(one: &[u8], two: &[u8]) -> bool {
    use serde_json::Value;
    fn alike(one: &Value, two: &Value) -> bool {
        match (one, two) {
            (Value::Number(one), Value::Number(two)) => one.as_f64() == two.as_f64(),
            (Value::Array(one), Value::Array(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| alike(one, two))
            }
            (Value::Object(one), Value::Object(two)) => {
                one.len() == two.len()
                    && one.iter().all(|(key, one)| two.get(key).is_some_and(|two| alike(one, two)))
            }
            (one, two) => one == two,
        }
    }
    match (serde_json::from_slice(one), serde_json::from_slice(two)) {
        (Ok(one), Ok(two)) => alike(&one, &two),
        // Beyond what the reader takes, such as very deep nesting: the detour does no harm.
        _ => true,
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

fn update(layout: &Layout, change: &Change, push: Push) -> Result<String> {
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
    let key = key_condition_with(layout, change.key(layout.identity().len())?, push)?;
    Ok(format!("UPDATE {} SET {} WHERE {key}", layout.table().quoted(), list.join(", ")))
}
