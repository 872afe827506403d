//! What stands in the way of one row change, as facts: the row by its key, and the row or the rows in its way.

use super::apply::{Applier, Deferred};
use super::cell::{self, Cells};
use super::changes::Change;
use super::layout::{ForeignKey, Layout};
use super::snapshot::json_is_text;
use super::{literal, short};
use crate::names::quote;
use crate::{Error, Result};

/// The server's codes for a value that another row holds.
const DUPLICATE: [u16; 2] = [1062, 1586];

/// Its codes for rows that refer to the row. The second names no table: the login may not see it.
const REFERRED_TO: [u16; 2] = [1451, 1217];

/// Its codes for a row that refers to none.
const REFERS_TO_NONE: [u16; 2] = [1452, 1216];

/// Foreign keys that one hint names at most.
const KEYS_NAMED: usize = 3;

/// Whether the error says that another row holds a unique value.
pub(super) fn is_duplicate(error: &Error) -> bool {
    is_one_of(error, DUPLICATE)
}

fn is_one_of(error: &Error, codes: [u16; 2]) -> bool {
    error.server_code().is_some_and(|code| codes.contains(&code))
}

/// The row that holds a unique value.
struct Holder {
    /// The unique key.
    key: String,
    /// The row's identity, as [`short::row_name`] writes it.
    row: String,
    /// Whether it is one of the rows that the topology's condition takes in.
    in_scope: bool,
}

impl Applier<'_, '_> {
    /// The error of a change that is not possible: which row, what the server says, and what is in its way.
    pub fn obstacle(&mut self, (index, position): Deferred, error: Error) -> Error {
        let work = self.set[index];
        let layout = work.layout;
        let described = work.difference.changes.at(position).and_then(|change| {
            let name = short::row_name(layout, change.key(layout.identity().len())?)?;
            Ok((change, name))
        });
        let Ok((change, name)) = described else { return error.context(layout.table()) };
        let verb = match change {
            Change::Insert(_) => "inserted",
            Change::Update(_) => "updated",
            Change::Delete(_) => "deleted",
        };
        let hint = if is_duplicate(&error) {
            // Where it cannot be found out, the server's own text has to do.
            self.holder(layout, &change).ok().flatten().map(|holder| duplicate_hint(&holder))
        } else if is_one_of(&error, REFERRED_TO) {
            Some(referred_to_hint(layout))
        } else if is_one_of(&error, REFERS_TO_NONE) {
            Some(self.refers_to_none_hint(layout))
        } else {
            None
        };
        let error = error.context(format_args!("{}: the row {name} cannot be {verb}", layout.table()));
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }

    /// The row that holds one of the unique values that a change brings, in scope or not.
    fn holder(&mut self, layout: &Layout, change: &Change) -> Result<Option<Holder>> {
        let values = new_values(layout, change)?;
        for (key, columns) in &layout.unique {
            // A column that stays as it is has the value of the target's row, which an update keeps.
            let Some(condition) = columns
                .iter()
                .map(|column| {
                    let (_, literal) = values.iter().find(|(name, _)| name == column)?;
                    Some(format!("{} = {literal}", quote(column)))
                })
                .collect::<Option<Vec<_>>>()
            else {
                continue;
            };
            if let Some(holder) = self.holder_by(layout, key, &condition.join(" AND "))? {
                return Ok(Some(holder));
            }
        }
        Ok(None)
    }

    fn holder_by(&mut self, layout: &Layout, key: &str, condition: &str) -> Result<Option<Holder>> {
        let scope = layout.reference.where_clause().unwrap_or("TRUE");
        let columns = layout.identity();
        let sql = format!(
            "SELECT {}, ({scope}) IS TRUE FROM {} WHERE {condition} LIMIT 1",
            layout.select_list(columns),
            layout.table().quoted()
        );
        let mut found = None;
        self.session.stream(&sql, |row| {
            json_is_text(layout, columns, &row)?;
            let mut bytes = Vec::new();
            for (i, column) in columns.iter().enumerate() {
                let value = row.as_ref(i).ok_or_else(|| Error::internal("a row with too few columns"))?;
                cell::from_value(value, column.kind.is_unsigned()).push(&mut bytes);
            }
            let in_scope = row.get::<Option<i64>, _>(row.len() - 1).flatten() == Some(1);
            found = Some(Holder { key: key.to_owned(), row: short::row_name(layout, &bytes)?, in_scope });
            Ok(())
        })?;
        Ok(found)
    }

    fn refers_to_none_hint(&self, layout: &Layout) -> String {
        let travels = |key: &&ForeignKey| self.set.iter().any(|w| *w.layout.table() == key.parent);
        let apart: Vec<&ForeignKey> = layout.foreign_keys.iter().filter(|key| !travels(key)).collect();
        let missing = "the target does not have the row that it refers to";
        match apart.as_slice() {
            [] => format!("{missing}, and neither do the rows in scope of the source"),
            keys => {
                let parents: Vec<_> = keys.iter().take(KEYS_NAMED).map(|k| k.parent.to_string()).collect();
                format!(
                    "{missing}; rows of {} do not travel: put the row there, or make that a reference table",
                    parents.join(" and ")
                )
            }
        }
    }
}

/// Says which row holds the value.
fn duplicate_hint(Holder { key, row, in_scope }: &Holder) -> String {
    if *in_scope {
        format!("the target's row {row} has the same value in the unique key {}", quote(key))
    } else {
        format!(
            "the target's row {row}, which the table's `where` leaves out, has the same value in the unique key {}",
            quote(key)
        )
    }
}

/// Says by which foreign keys rows can refer to a row of the table.
fn referred_to_hint(layout: &Layout) -> String {
    let keys = &layout.referenced_by;
    if keys.is_empty() {
        return "rows of a table that this login cannot see refer to the row: change or delete them first"
            .into();
    }
    let mut named: Vec<String> =
        keys.iter().take(KEYS_NAMED).map(|key| format!("{} ({})", key.child, key.name)).collect();
    if keys.len() > KEYS_NAMED {
        named.push(format!("{} more", keys.len() - KEYS_NAMED));
    }
    format!("rows that refer to it must change or go first; such foreign keys: {}", named.join(", "))
}

/// The values that a change brings, as SQL, by column.
fn new_values(layout: &Layout, change: &Change) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    let mut push = |column: &super::Column, cell| {
        let mut text = String::new();
        literal::push(&mut text, column, cell);
        out.push((column.name.clone(), text));
    };
    match change {
        Change::Insert(row) => {
            let mut cells = Cells::new(row);
            for column in layout.read() {
                push(column, cells.take()?);
            }
        }
        Change::Update(_) => {
            for (number, _, new) in change.sets(layout.identity().len())? {
                if let Some(column) = layout.columns.get(number) {
                    push(column, Cells::new(new).take()?);
                }
            }
        }
        Change::Delete(_) => {}
    }
    Ok(out)
}
