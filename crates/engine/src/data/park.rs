//! Rows whose new values are held by each other (two rows that swap a unique value): taken out of the
//! table together and put back together.

use super::apply::{Applier, Deferred};
use super::cell::{self, Cells};
use super::changes::{Change, ChangeLog};
use super::column::{Column, Role};
use super::layout::Layout;
use super::obstacle::is_duplicate;
use super::snapshot::json_is_text;
use super::sql::{insert_into, key_condition, tuple};
use crate::{Error, ErrorKind, Result};

/// Makes the inserts and updates among `deferred` by taking out every row to be updated first. Returns the deletes.
///
/// Rows are taken out while foreign keys are not checked, so no child row is touched; they come back with
/// the keys that children refer to.
pub(super) fn park(applier: &mut Applier<'_, '_>, deferred: Vec<Deferred>) -> Result<Vec<Deferred>> {
    let (mut inserts, mut deletes, mut parked) = (Vec::new(), Vec::new(), Vec::new());
    applier.set_checks(false)?;
    for (index, position) in deferred {
        let work = applier.set[index];
        match work.difference.changes.at(position)? {
            Change::Insert(_) => inserts.push((index, position)),
            Change::Delete(_) => deletes.push((index, position)),
            change @ Change::Update(_) => {
                if parked.len() <= index {
                    parked.resize_with(index + 1, ChangeLog::default);
                }
                parked[index].push(&Change::Insert(take_out(applier, work.layout, &change)?))?;
                applier.unchecked.insert(work.layout.table().clone());
                applier.count(index, &[position])?;
            }
        }
    }
    applier.set_checks(true)?;
    // Rows that the parked ones replace may be on their way out: deletes first, as far as they go.
    deletes = still_in_the_way(applier, deletes)?;
    let mut left = Vec::new();
    for delete in deletes {
        if applier.can_be_forced(delete)? {
            applier.force(delete)?;
        } else {
            left.push(delete);
        }
    }
    for (index, log) in parked.iter().enumerate() {
        let layout = applier.set[index].layout;
        let columns = written(layout);
        for change in log {
            if let (_, Change::Insert(row)) = change? {
                let sql = format!("{}\n  {}", insert_into(layout, &columns), tuple(&columns, &row)?);
                if let Err(error) = put_back(applier, layout, &sql) {
                    return Err(blocked(applier, index, &left, error));
                }
            }
        }
    }
    for change in still_in_the_way(applier, inserts)? {
        if let Err(error) = applier.force(change) {
            return Err(blocked(applier, change.0, &left, error));
        }
    }
    Ok(left)
}

/// The error of a change that is not possible. Where a row of the same table holds the value and should go, but cannot,
/// what keeps that row is what a person must know.
fn blocked(applier: &mut Applier<'_, '_>, index: usize, deletes: &[Deferred], error: Error) -> Error {
    if !is_duplicate(&error) {
        return error;
    }
    for &delete in deletes.iter().filter(|delete| delete.0 == index) {
        match applier.retry(delete) {
            Ok(Some(why)) => return applier.obstacle(delete, why),
            Ok(None) => {}
            Err(worse) => return worse,
        }
    }
    error
}

/// Tries each change; returns those that fail.
fn still_in_the_way(applier: &mut Applier<'_, '_>, changes: Vec<Deferred>) -> Result<Vec<Deferred>> {
    let mut left = Vec::new();
    for change in changes {
        if applier.retry(change)?.is_some() {
            left.push(change);
        }
    }
    Ok(left)
}

/// The columns of a whole row: the identity, and all that can be written, ignored ones included.
fn written(layout: &Layout) -> Vec<Column> {
    layout.columns.iter().filter(|c| !c.generated || c.role == Role::Identity).cloned().collect()
}

/// Reads the row that `change` updates, deletes it, and returns it as it will be.
fn take_out(applier: &mut Applier<'_, '_>, layout: &Layout, change: &Change) -> Result<Vec<u8>> {
    let identity = layout.identity().len();
    let sets = change.sets(identity)?;
    for key in &layout.referenced_by {
        let inside = applier.set.iter().any(|w| *w.layout.table() == key.child);
        let referred = |n: usize| layout.columns.get(n).is_some_and(|c| key.parent_columns.contains(&c.name));
        if !inside && sets.iter().any(|(n, ..)| referred(*n)) {
            return Err(Error::refused(format!(
                "{}: rows of {} refer (by {}) to values that would change",
                layout.table(),
                key.child,
                key.name
            )));
        }
    }
    let columns = written(layout);
    let condition = key_condition(layout, change.key(identity)?)?;
    let table = layout.table().quoted();
    let mut rows = Vec::new();
    applier.session.stream(
        &format!("SELECT {} FROM {table} WHERE {condition} FOR UPDATE", layout.select_list(&columns)),
        |row| {
            json_is_text(layout, &columns, &row)?;
            let mut bytes = Vec::new();
            for (i, column) in columns.iter().enumerate() {
                let set =
                    sets.iter().find(|(n, ..)| layout.columns.get(*n).is_some_and(|c| c.name == column.name));
                match (set, row.as_ref(i)) {
                    (Some((.., new)), _) => bytes.extend_from_slice(new),
                    (None, Some(value)) => {
                        cell::from_value(value, column.kind.is_unsigned()).push(&mut bytes)
                    }
                    (None, None) => return Err(Error::internal("a row with too few columns")),
                }
            }
            rows.push(bytes);
            Ok(())
        },
    )?;
    let [row] = rows.as_slice() else {
        return Err(Error::new(
            ErrorKind::Stale,
            format!("{}: a row to be updated is not there any more", layout.table()),
        )
        .with_hint("the target's rows moved after they were compared; run again"));
    };
    Cells::new(row).skip(columns.len())?;
    applier.session.execute(format!("DELETE FROM {table} WHERE {condition}"))?;
    Ok(row.clone())
}

/// Inserts a parked row, without foreign-key checks where these fail and can be made up for.
fn put_back(applier: &mut Applier<'_, '_>, layout: &Layout, sql: &str) -> Result<()> {
    match applier.session.execute(sql) {
        Ok(_) => Ok(()),
        Err(error) if error.server_code() == Some(1452) && applier.is_closed(layout) => {
            applier.set_checks(false)?;
            applier.session.execute(sql).map_err(|e| e.context(layout.table()))?;
            applier.set_checks(true)
        }
        Err(error) => Err(error.context(layout.table())),
    }
}
