//! Statements whose effect on rows depends on the time zone, the moment or zero dates: the settings under which they run, and
//! what the plan says of them.
//!
//! Rows travel in UTC, and definitions are read in UTC: a literal default of a TIMESTAMP column is shown in the session's
//! zone. What a statement on a table makes of rows that exist is another matter: that is done as an administrator of the
//! target would do it, in the server's own zone. The mode is always strict. Zero dates that rows hold already stay as
//! they are; a statement that would fill them in fails instead, unless the table itself has zero dates as defaults.

use super::{SchemaDiff, Settings};
use crate::names::quote;
use crate::schema::column::{Column, Null};
use crate::schema::lexer::{TokenKind, significant};
use crate::schema::model::{ObjectKind, Schema, Table};
use crate::schema::statement::{DATES_SQL_MODE, TABLE_SQL_MODE};
use crate::schema::table::Clauses;
use crate::server::Zone;

/// Words whose value is the moment of the statement.
const MOMENTS: [&str; 12] = [
    "CURRENT_TIMESTAMP",
    "NOW",
    "CURDATE",
    "CURRENT_DATE",
    "CURTIME",
    "CURRENT_TIME",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "SYSDATE",
    "UNIX_TIMESTAMP",
    "UTC_TIMESTAMP",
    "UTC_DATE",
];

/// Functions whose value depends on the session's zone, whatever they are given.
const ZONED: [&str; 2] = ["FROM_UNIXTIME", "UNIX_TIMESTAMP"];

/// Sets the zone and the mode of the statements that change tables which both sides have, and adds the notes on them.
pub(super) fn settle(diff: &mut SchemaDiff, source: &Schema, target: &Schema) {
    let mut said = Vec::new();
    for statement in &mut diff.statements {
        if statement.object.kind != ObjectKind::Table {
            continue;
        }
        let (database, name) = (&statement.object.database, &statement.object.name);
        let clauses = |schema: &Schema| {
            let table: Option<&Table> = schema.databases.get(database).and_then(|d| d.tables.get(name));
            table.and_then(|table| Clauses::parse(&table.create).ok())
        };
        let (Some(wanted), Some(current)) = (clauses(source), clauses(target)) else { continue };
        let change = Change { wanted: &wanted, current: &current, zone: &target.server.zone };
        change.set(&mut statement.settings);
        if !said.contains(&statement.object) {
            said.push(statement.object.clone());
            let object = &statement.object;
            diff.notes.extend(change.notes().into_iter().map(|note| format!("{object}: {note}")));
        }
    }
}

/// The generated columns of a table whose values depend on the session's time zone. `create` is what `SHOW CREATE TABLE` says.
pub(crate) fn zoned_columns(create: &str) -> Vec<String> {
    Clauses::parse(create).map_or_else(|_| Vec::new(), |clauses| zoned(&clauses))
}

fn zoned(clauses: &Clauses) -> Vec<String> {
    let is_moment =
        |name: &str| clauses.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name) && is_timestamp(c));
    let depends = |column: &&Column| {
        let tokens = column.generated.as_ref().map(|g| significant(&g.expression)).unwrap_or_default();
        tokens.iter().any(|token| match token.kind {
            TokenKind::Name => is_moment(&token.name()),
            TokenKind::Word => is_moment(token.text) || ZONED.iter().any(|word| token.is(word)),
            _ => false,
        })
    };
    clauses.columns.iter().filter(depends).map(|c| c.name.clone()).collect()
}

/// A table that both sides have.
struct Change<'a> {
    wanted: &'a Clauses,
    current: &'a Clauses,
    zone: &'a Zone,
}

impl Change<'_> {
    fn set(&self, settings: &mut Settings) {
        if self.depends_on_zone() && !self.shows_moments() && !self.zone.is_utc {
            settings.time_zone = Some(self.zone.name.clone());
        }
        let fills = self.added().any(is_unset_date);
        if settings.sql_mode.as_deref() == Some(TABLE_SQL_MODE) && fills && !self.has_zero_defaults() {
            settings.sql_mode = Some(DATES_SQL_MODE.to_owned());
        }
    }

    fn added(&self) -> impl Iterator<Item = &Column> {
        self.wanted.columns.iter().filter(|c| self.current.column(&c.name).is_none())
    }

    /// New columns that rows which exist get a moment in.
    fn stamped(&self) -> Vec<&Column> {
        self.added().filter(|c| c.default.as_deref().is_some_and(is_moment)).collect()
    }

    /// Columns whose values are converted from a moment to a date and time, or back.
    fn converted(&self) -> Vec<&Column> {
        let crosses = |c: &&Column| {
            self.current.column(&c.name).is_some_and(|old| is_timestamp(old) != is_timestamp(c))
        };
        self.wanted.columns.iter().filter(crosses).collect()
    }

    fn depends_on_zone(&self) -> bool {
        !self.stamped().is_empty()
            || !self.converted().is_empty()
            || !zoned(self.wanted).is_empty()
            || !zoned(self.current).is_empty()
    }

    /// Whether the change writes a moment in the zone in which definitions are read. Such a statement, where it depends on
    /// the zone besides, runs in the server's zone all the same: the rehearsal then shows that the moment is another one.
    fn shows_moments(&self) -> bool {
        let literal = |c: &Column| {
            is_timestamp(c) && c.default.as_deref().is_some_and(|d| d.starts_with('\'') && !is_zero_date(d))
        };
        let changed = |c: &&Column| self.current.column(&c.name).is_none_or(|old| old.default != c.default);
        self.stamped().is_empty()
            && self.converted().is_empty()
            && zoned(self.wanted).is_empty()
            && self.wanted.columns.iter().filter(changed).any(literal)
    }

    fn has_zero_defaults(&self) -> bool {
        let zero = |c: &Column| is_temporal(c) && c.default.as_deref().is_some_and(is_zero_date);
        self.wanted.columns.iter().chain(&self.current.columns).any(zero)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let zone = &self.zone.name;
        for column in self.stamped() {
            let default = column.default.as_deref().unwrap_or_default();
            notes.push(format!(
                "rows that exist get the moment of the change in the new column {} ({default}), in the target's time zone {zone}",
                quote(&column.name)
            ));
        }
        for column in self.converted() {
            notes.push(format!(
                "the values of column {} are converted in the target's time zone {zone}",
                quote(&column.name)
            ));
        }
        for name in zoned(self.wanted) {
            notes.push(format!(
                "the generated column {} depends on the time zone: rows that exist get its value in the target's time zone {zone}",
                quote(&name)
            ));
        }
        if self.has_zero_defaults() {
            notes.extend(self.added().filter(|c| is_unset_date(c)).map(|column| {
                format!("rows that exist get the zero date in the new column {}", quote(&column.name))
            }));
        }
        let partitions =
            self.wanted.partitions.as_deref().filter(|p| Some(*p) != self.current.partitions.as_deref());
        if partitions.is_some_and(|p| significant(p).iter().any(|t| t.is("UNIX_TIMESTAMP"))) {
            notes.push(
                "its partitions are cut at moments: the bounds travel as numbers, whatever the time zones"
                    .into(),
            );
        }
        notes
    }
}

fn is_temporal(column: &Column) -> bool {
    ["date", "datetime", "timestamp"].iter().any(|kind| has_type(column, kind))
}

fn is_timestamp(column: &Column) -> bool {
    has_type(column, "timestamp")
}

fn has_type(column: &Column, kind: &str) -> bool {
    let end = column.data_type.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(column.data_type.len());
    column.data_type[..end].eq_ignore_ascii_case(kind)
}

/// A new date that rows which exist would get no value for but the zero date.
fn is_unset_date(column: &Column) -> bool {
    is_temporal(column) && column.null == Null::No && column.default.is_none() && column.generated.is_none()
}

fn is_moment(default: &str) -> bool {
    significant(default).iter().any(|token| MOMENTS.iter().any(|word| token.is(word)))
}

/// A literal date with a year, month or day of zero, or that no calendar has.
fn is_zero_date(default: &str) -> bool {
    let mut parts = default.trim_matches('\'').splitn(3, '-').map(|part| {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..digits].parse::<i16>().ok()
    });
    let mut next = || parts.next().flatten();
    let (Some(year), Some(month), Some(day)) = (next(), next(), next()) else { return false };
    let part = |n: i16| i8::try_from(n).unwrap_or(0);
    jiff::civil::Date::new(year, part(month), part(day)).is_err() || year == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_only_a_lax_mode_takes() {
        for zero in
            ["'0000-00-00'", "'0000-00-00 00:00:00.000'", "'2020-00-01'", "'2020-02-31'", "'2021-02-29'"]
        {
            assert!(is_zero_date(zero), "{zero}");
        }
        for date in ["'2020-02-29'", "'1000-01-01 00:00:00'", "current_timestamp()", "NULL", "'x-y'", "'1'"] {
            assert!(!is_zero_date(date), "{date}");
        }
    }

    #[test]
    fn generated_columns_over_moments_depend_on_the_zone() {
        let create = "CREATE TABLE `t` (\n  `ts` timestamp NULL DEFAULT NULL,\n  `dt` datetime DEFAULT NULL,\n  \
            `a` date GENERATED ALWAYS AS (cast(`ts` as date)) STORED,\n  `b` date GENERATED ALWAYS AS (cast(`dt` as date)) \
            VIRTUAL,\n  `c` datetime GENERATED ALWAYS AS (from_unixtime(`n`)) VIRTUAL,\n  `n` int DEFAULT NULL\n) ENGINE=InnoDB";
        assert_eq!(zoned_columns(create), ["a", "c"]);
    }
}
