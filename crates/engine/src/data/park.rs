//! Rows whose new values are held by each other (two rows that swap a unique value): each is set aside first, then given
//! its own values.
//!
//! A row is set aside by an UPDATE to a free value, so that no DELETE or INSERT happens that the plan does not show: a
//! trigger would fire, and rows that refer would be looked for. Where no value is free the row is taken out and put
//! back, if nothing can notice.

use super::apply::{Applier, Deferred};
use super::cell::{self, Cells};
use super::changes::{Change, ChangeLog};
use super::column::{Column, Kind, Role};
use super::free::Inventor;
use super::layout::{Event, Layout};
use super::obstacle::is_duplicate;
use super::snapshot::json_is_text;
use super::sql::{insert_into, key_condition, tuple, update_by_identity};
use crate::names::quote;
use crate::{Error, ErrorKind, Result};

/// What a server says of a value that a column cannot take: taken by another row; NULL; out of range; too long;
/// truncated; of another form; forbidden by a check (MySQL; MariaDB), by a parent, by a partition, by a trigger.
const CANNOT_TAKE: [u16; 16] =
    [1062, 1586, 1048, 1264, 1406, 1265, 1366, 1292, 1411, 3819, 4025, 1452, 1216, 1526, 1748, 1644];

/// Makes the inserts and updates among `deferred` by setting every row to be updated aside first. Returns the deletes.
pub(super) fn park(applier: &mut Applier<'_, '_>, deferred: Vec<Deferred>) -> Result<Vec<Deferred>> {
    let (mut inserts, mut deletes, mut freed, mut taken) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut inventor = Inventor::new();
    for (index, position) in deferred {
        match applier.set[index].difference.changes.at(position)? {
            Change::Insert(_) => inserts.push((index, position)),
            Change::Delete(_) => deletes.push((index, position)),
            change @ Change::Update(_) => {
                match why_not(applier, (index, position))? {
                    InTheWay::Nothing => continue,
                    InTheWay::Reference => {
                        freed.push((index, position));
                        continue;
                    }
                    InTheWay::Value => {}
                }
                // Where one row had to be taken out there is no free value; the one it leaves is another's.
                let none_is_free = taken.get(index).is_some_and(|log: &ChangeLog| log.inserts() > 0);
                if !none_is_free && set_aside(applier, (index, position), &change, &mut inventor)? {
                    freed.push((index, position));
                    continue;
                }
                if taken.len() <= index {
                    taken.resize_with(index + 1, ChangeLog::default);
                }
                taken[index].push(&Change::Insert(take_out(applier, (index, position), &change)?))?;
                applier.count(index, &[position])?;
            }
        }
    }
    // Rows that these replace may be on their way out: deletes first, as far as they go.
    deletes = still_in_the_way(applier, deletes)?;
    let mut left = Vec::new();
    for delete in deletes {
        if applier.can_be_forced(delete)? {
            applier.force(delete)?;
        } else {
            left.push(delete);
        }
    }
    give_all(applier, freed)?;
    for (index, log) in taken.iter().enumerate() {
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

/// What keeps an update from being made.
enum InTheWay {
    /// Nothing any more: it is made.
    Nothing,
    /// A row that it refers to, or that refers to it.
    Reference,
    /// Another row has its value, or the server takes the new value for the old one.
    Value,
}

/// Tries an update once more.
fn why_not(applier: &mut Applier<'_, '_>, at: Deferred) -> Result<InTheWay> {
    let skipped = applier.skipped.len();
    Ok(match applier.retry(at)? {
        None if applier.skipped.len() == skipped => InTheWay::Nothing,
        None => {
            applier.skipped.truncate(skipped);
            InTheWay::Value
        }
        Some(error) if matches!(error.server_code(), Some(1062 | 1586)) => InTheWay::Value,
        // The server looks at foreign keys first: behind one, another row may have the value too.
        Some(_) if touches_unique(applier, at)? => InTheWay::Value,
        Some(_) => InTheWay::Reference,
    })
}

/// Whether an update sets a column of a unique key.
fn touches_unique(applier: &Applier<'_, '_>, at: Deferred) -> Result<bool> {
    let work = applier.set[at.0];
    let layout = work.layout;
    let change = work.difference.changes.at(at.1)?;
    let sets = change.sets(layout.identity().len())?;
    let is_set = |name: &String| {
        sets.iter().any(|(n, ..)| layout.columns.get(*n).is_some_and(|c| c.name == *name))
            || layout.columns.iter().any(|c| c.name == *name && c.generated)
    };
    Ok(layout.unique.iter().any(|(_, key)| key.iter().any(is_set)))
}

/// Gives the row that `change` updates free values in the columns that other rows may wait for. False where it has no such
/// column, or no value is free.
fn set_aside(
    applier: &mut Applier<'_, '_>,
    at: Deferred,
    change: &Change,
    inventor: &mut Inventor,
) -> Result<bool> {
    let layout = applier.set[at.0].layout;
    if let Some(trigger) = layout.triggers.iter().find(|t| t.event == Event::Update && t.writes_elsewhere) {
        return Err(Error::refused(format!(
            "{}: rows exchange values of a unique key, which takes two updates of a row: trigger {trigger} would fire \
             once more than the plan shows",
            layout.table()
        ))
        .with_hint("bring these rows into step by hand"));
    }
    let columns = to_free(layout, change)?;
    for column in &columns {
        if !free(applier, at, change, column, inventor)? {
            return Ok(false);
        }
    }
    Ok(!columns.is_empty())
}

/// The columns to give a free value: one of each unique key that the change touches, and JSON values, which the server may
/// take for equal.
fn to_free(layout: &Layout, change: &Change) -> Result<Vec<Column>> {
    let scope = layout.reference.where_clause().unwrap_or_default().to_lowercase();
    let sets = change.sets(layout.identity().len())?;
    let mut changed: Vec<&Column> = sets
        .iter()
        .filter_map(|(number, ..)| layout.columns.get(*number))
        // A row must still be found, and be in scope.
        .filter(|c| !c.generated && c.role != Role::Identity && !scope.contains(&c.name.to_lowercase()))
        .collect();
    changed.sort_by_key(|c| !c.nullable);
    let is_generated = |name: &String| layout.columns.iter().any(|c| c.name == *name && c.generated);
    let mut chosen: Vec<&Column> = changed.iter().copied().filter(|c| c.kind == Kind::Json).collect();
    for (_, key) in &layout.unique {
        if chosen.iter().any(|c| key.contains(&c.name)) {
            continue;
        }
        match changed.iter().find(|c| key.contains(&c.name)) {
            Some(column) => chosen.push(column),
            // What a generated column is computed from is not known here: all that changes may be.
            None if key.iter().any(is_generated) => chosen.extend(&changed),
            None => {}
        }
    }
    if chosen.is_empty() {
        // A unique key over expressions.
        chosen = changed;
    }
    let mut found: Vec<Column> = Vec::new();
    for column in chosen {
        if !found.iter().any(|c| c.name == column.name) {
            found.push(column.clone());
        }
    }
    Ok(found)
}

/// Tries values until one is free.
fn free(
    applier: &mut Applier<'_, '_>,
    at: Deferred,
    change: &Change,
    column: &Column,
    inventor: &mut Inventor,
) -> Result<bool> {
    let layout = applier.set[at.0].layout;
    let condition = key_condition(layout, change.key(layout.identity().len())?)?;
    let still: String = layout
        .columns
        .iter()
        .filter(|c| c.on_update && c.name != column.name)
        .map(|c| format!(", {0} = {0}", quote(&c.name)))
        .collect();
    for (place, value) in inventor.for_table(at.0, column) {
        let name = quote(&column.name);
        let sql = format!("UPDATE {} SET {name} = {value}{still} WHERE {condition}", layout.table().quoted());
        match execute(applier, at, &sql) {
            Ok(0) => {} // It is the value that the row has already.
            Ok(_) => {
                inventor.took(at.0, column, place);
                return Ok(true);
            }
            Err(error) if error.server_code().is_some_and(|code| CANNOT_TAKE.contains(&code)) => {}
            // Rows elsewhere refer to the value.
            Err(error) if matches!(error.server_code(), Some(1451 | 1217)) => return Ok(false),
            Err(error) => return Err(error.context(layout.table())),
        }
    }
    Ok(false)
}

/// Gives rows that were set aside their own values. One may wait for the value that another has for the moment.
fn give_all(applier: &mut Applier<'_, '_>, mut rows: Vec<Deferred>) -> Result<()> {
    while !rows.is_empty() {
        let before = rows.len();
        let (mut left, mut last) = (Vec::new(), None);
        for at in rows {
            let work = applier.set[at.0];
            let sql = update_by_identity(work.layout, &work.difference.changes.at(at.1)?)?;
            match execute(applier, at, &sql) {
                Ok(_) => applier.count(at.0, &[at.1])?,
                Err(error) if matches!(error.server_code(), Some(1062 | 1586)) => {
                    left.push(at);
                    last = Some(error.context(work.layout.table()));
                }
                Err(error) => return Err(error.context(work.layout.table())),
            }
        }
        match last {
            Some(error) if left.len() == before => return Err(error),
            _ => rows = left,
        }
    }
    Ok(())
}

/// Runs one update; without foreign-key checks where these stop it and the orphan check can take their place.
fn execute(applier: &mut Applier<'_, '_>, at: Deferred, sql: &str) -> Result<u64> {
    match applier.session.execute(sql) {
        Err(error)
            if matches!(error.server_code(), Some(1451 | 1452 | 1216 | 1217))
                && applier.can_be_forced(at)? =>
        {
            applier.set_checks(false)?;
            applier.unchecked.insert(applier.set[at.0].layout.table().clone());
            let again = applier.session.execute(sql);
            if !applier.session.is_poisoned() {
                applier.set_checks(true)?;
            }
            again
        }
        result => result,
    }
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

/// Reads the row that `change` updates, deletes it, and returns it as it will be. Only where nothing can notice: no
/// trigger fires, and every row that may refer to it is in the set.
fn take_out(applier: &mut Applier<'_, '_>, at: Deferred, change: &Change) -> Result<Vec<u8>> {
    let layout = applier.set[at.0].layout;
    let identity = layout.identity().len();
    let sets = change.sets(identity)?;
    if layout.fires_on(Event::Delete) || layout.fires_on(Event::Insert) || !applier.holds_children(layout) {
        // Perhaps no rows exchange values, and a row out of scope refers to the old value.
        let mut changed = sets.iter().filter_map(|(number, ..)| layout.columns.get(*number));
        if changed.any(|c| applier.is_referred_to_from_outside(layout, &c.name))
            && let Some(error) = applier.retry(at)?.filter(|e| matches!(e.server_code(), Some(1451 | 1217)))
        {
            return Err(applier.obstacle(at, error));
        }
        return Err(Error::refused(format!(
            "{}: rows exchange values of a unique key, and no value is free to set one aside; taking it out and putting \
             it back would fire triggers, or leave rows of other tables without it",
            layout.table()
        ))
        .with_hint("bring these rows into step by hand"));
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
    applier.set_checks(false)?;
    applier.unchecked.insert(layout.table().clone());
    applier.session.execute(format!("DELETE FROM {table} WHERE {condition}"))?;
    applier.set_checks(true)?;
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
