//! Changes that one statement cannot make and two can: the table that lies between.

use crate::schema::column::Column;
use crate::schema::lexer::{significant, span, split_commas};
use crate::schema::table::{Clauses, Key, same_name};

/// The table over which the way from `t` to `s` leads; `None` where a direct one is tried.
pub(super) fn waypoint(s: &Clauses, t: &Clauses) -> Option<Clauses> {
    stored_first(s, t).or_else(|| history_apart(s, t)).or_else(|| without_history(s, t))
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

/// MariaDB does not end a history that has partitions of its own.
fn history_apart(s: &Clauses, t: &Clauses) -> Option<Clauses> {
    let ends = is_versioned(t) && (!is_versioned(s) || begins_again(s, t));
    let apart = t.partitions.as_ref().is_some_and(|p| p.contains("BY SYSTEM_TIME"));
    (ends && apart).then(|| Clauses { partitions: None, ..t.clone() })
}

/// A history that moves to other columns, or to an engine that keeps it in another way, must end first.
fn without_history(s: &Clauses, t: &Clauses) -> Option<Clauses> {
    if !begins_again(s, t) {
        return None;
    }
    let mut between = t.clone();
    between.options.retain(|(name, _)| name != VERSIONING);
    between.others.retain(|clause| !is_period(clause));
    let gone: Vec<String> =
        t.columns.iter().filter(|c| is_row_time(c)).map(|column| column.name.clone()).collect();
    between.columns.retain(|column| !is_row_time(column));
    for column in &mut between.columns {
        column.others.retain(|other| other != "WITHOUT SYSTEM VERSIONING");
        column.text = column.text.replacen(" WITHOUT SYSTEM VERSIONING", "", 1);
    }
    between.keys.iter_mut().for_each(|key| leave_out(key, &gone));
    Some(between)
}

const VERSIONING: &str = "SYSTEM VERSIONING";

fn is_versioned(table: &Clauses) -> bool {
    table.option(VERSIONING).is_some()
}

/// Whether both keep a history, and not the same one.
fn begins_again(s: &Clauses, t: &Clauses) -> bool {
    let times = |table: &Clauses| -> Vec<String> {
        table.columns.iter().filter(|c| is_row_time(c)).map(|c| format!("{} {}", c.name, c.text)).collect()
    };
    let moves = !times(t).is_empty() && !times(s).is_empty() && times(s) != times(t);
    let appears = times(t).is_empty() && !times(s).is_empty();
    is_versioned(s) && is_versioned(t) && (moves || appears || s.option("ENGINE") != t.option("ENGINE"))
}

fn is_row_time(column: &Column) -> bool {
    column.others.iter().any(|other| other.starts_with("GENERATED ALWAYS AS ROW"))
}

fn is_period(clause: &str) -> bool {
    significant(clause).iter().any(|token| token.is("SYSTEM_TIME"))
}

/// Takes columns out of a key. The server puts the end of a row's time into each unique key by itself.
fn leave_out(key: &mut Key, gone: &[String]) {
    if !key.columns.iter().any(|column| gone.contains(column)) {
        return;
    }
    let tokens = significant(&key.parts);
    let stays = |column: &String| !gone.iter().any(|gone| same_name(gone, column));
    let parts: Vec<&str> = split_commas(&tokens)
        .into_iter()
        .zip(&key.columns)
        .filter(|(_, column)| stays(column))
        .map(|(part, _)| span(&key.parts, part))
        .collect();
    let parts = parts.join(",");
    key.text = key.text.replacen(&key.parts, &parts, 1);
    key.columns.retain(stays);
    key.parts = parts;
}
