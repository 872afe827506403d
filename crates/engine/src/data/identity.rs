//! An identity that no unique key covers: the rows themselves must show that it tells them apart.

use super::column::{Column, Kind};
use super::layout::{Layout, Uniqueness, is_unique};
use crate::names::{literal, quote, quote_list};
use crate::{Error, Result, Session};

/// Rows that a refusal names.
const NAMED: usize = 3;

/// Makes sure that the identity which the topology names says which row is which, where no unique key without
/// NULLs does.
///
/// # Errors
/// [`crate::ErrorKind::Refused`] naming rows that are equal in the identity, or have a NULL in it; as
/// [`Session::query`].
pub(super) fn proven(session: &mut Session, mut layout: Layout) -> Result<Layout> {
    let identity = layout.identity();
    let covered = is_unique(&layout.unique, identity.iter().map(|c| c.name.as_str()));
    if layout.reference.identity().is_none() || (covered && !identity.iter().any(|c| c.nullable)) {
        return Ok(layout);
    }
    let nulls =
        identity.iter().map(|c| format!("{} IS NULL", quote(&c.name))).collect::<Vec<_>>().join(" OR ");
    let columns = quote_list(identity.iter().map(|c| &c.name));
    let own: Vec<Column> =
        layout.columns.iter().filter(|c| layout.primary.contains(&c.name)).cloned().collect();
    let named = if own.is_empty() { identity } else { &own };
    let without = rows(session, &layout, named, &layout.conditions(Some(&nulls)), "")?;
    if !without.is_empty() {
        return Err(refused(session, &layout, &columns, "holds NULL in", &without));
    }
    if covered {
        return Ok(layout);
    }
    let again = format!(" GROUP BY {columns} HAVING COUNT(*) > 1");
    let equal = rows(session, &layout, identity, &layout.conditions(None), &again)?;
    if !equal.is_empty() {
        return Err(refused(session, &layout, &columns, "is not unique: several rows are", &equal));
    }
    layout.uniqueness = Uniqueness::Rows { indexed: is_indexed(session, &layout)? };
    Ok(layout)
}

/// The values of `columns` in the first rows that meet a condition.
fn rows(
    session: &mut Session,
    layout: &Layout,
    columns: &[Column],
    condition: &str,
    end: &str,
) -> Result<Vec<String>> {
    let value = |column: &Column| match column.kind {
        Kind::Binary | Kind::Bit | Kind::Geometry => {
            format!("COALESCE(CONCAT('0x', HEX({0})), 'NULL')", quote(&column.name))
        }
        Kind::Integer { .. } => format!("COALESCE({}, 'NULL')", quote(&column.name)),
        _ => format!("QUOTE({})", quote(&column.name)),
    };
    let values = columns.iter().map(value).collect::<Vec<_>>().join(", ");
    let found: Vec<String> = session.query(format!(
        "SELECT CONCAT_WS(', ', {values}) FROM {}{condition}{end} LIMIT {}",
        layout.table().quoted(),
        NAMED + 1
    ))?;
    Ok(found)
}

fn refused(session: &Session, layout: &Layout, identity: &str, what: &str, rows: &[String]) -> Error {
    let mut shown: Vec<String> = rows.iter().take(NAMED).map(|row| format!("({row})")).collect();
    shown.extend((rows.len() > NAMED).then(|| "and more".to_owned()));
    let text = format!(
        "{}: {}: the identity ({identity}) {what} {}",
        session.endpoint(),
        layout.table(),
        shown.join(", ")
    );
    Error::refused(text).with_hint("name columns that tell the rows apart, or correct these rows")
}

/// Whether some index begins with a column of the identity, so that a row is found without reading all.
fn is_indexed(session: &mut Session, layout: &Layout) -> Result<bool> {
    let names = layout.identity().iter().map(|c| literal(&c.name)).collect::<Vec<_>>().join(", ");
    let found: Option<i64> = session.query_first(format!(
        "SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {} \
         AND SEQ_IN_INDEX = 1 AND COLUMN_NAME IN ({names})",
        literal(&layout.table().database),
        literal(&layout.table().name)
    ))?;
    Ok(found.is_some_and(|n| n > 0))
}
