//! Differences as JSON, for plan files and `--format json`; written and read as a stream.
//!
//! ```json
//! {"table": {"database": "shop", "name": "currency"},
//!  "columns": [{"name": "code", "kind": {"text": {"charset": "ascii"}}, "role": "identity", …}, …],
//!  "equal": 178, "source": {"rows": 180, "sum": "…"}, "target": {…},
//!  "inserts": 1, "updates": 1, "deletes": 1,
//!  "changes": [{"insert": ["XDR", "Special drawing right"]},
//!              {"update": ["ISK"], "set": {"name": ["Krona", "Iceland krona"]}},
//!              {"delete": ["ATS", "Schilling"]}]}
//! ```
//!
//! A row lists its values in the order of `columns`; `update` names the row by its identity and `set`
//! gives each differing column's old and new value. A value is `null`, a string, or `{"hex": "…"}` for
//! bytes that are not text. Numbers and dates are strings too, so that no reader rounds them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use super::cell::{Cell, Cells};
use super::changes::{Change, ChangeLog};
use super::column::{Column, Kind};
use super::compare::TableDifference;
use crate::Result;

impl Serialize for TableDifference {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut out = to.serialize_struct("TableDifference", 9)?;
        out.serialize_field("table", &self.table)?;
        out.serialize_field("columns", &self.columns)?;
        out.serialize_field("equal", &self.equal)?;
        out.serialize_field("source", &self.source)?;
        out.serialize_field("target", &self.target)?;
        out.serialize_field("inserts", &self.changes.inserts())?;
        out.serialize_field("updates", &self.changes.updates())?;
        out.serialize_field("deletes", &self.changes.deletes())?;
        out.serialize_field(
            "changes",
            &ShownLog { columns: &self.columns, identity: self.identity(), log: &self.changes },
        )?;
        out.end()
    }
}

struct ShownLog<'a> {
    columns: &'a [Column],
    identity: usize,
    log: &'a ChangeLog,
}

impl Serialize for ShownLog<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut out = to.serialize_seq(usize::try_from(self.log.len()).ok())?;
        for change in self.log {
            let (_, change) = change.map_err(S::Error::custom)?;
            out.serialize_element(&ShownChange {
                columns: self.columns,
                identity: self.identity,
                change: &change,
            })?;
        }
        out.end()
    }
}

/// One change as JSON, given the columns of its table.
struct ShownChange<'a> {
    columns: &'a [Column],
    identity: usize,
    change: &'a Change,
}

impl Serialize for ShownChange<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut out = to.serialize_map(None)?;
        match self.change {
            Change::Insert(row) => out.serialize_entry("insert", &ShownRow(self.columns, row))?,
            Change::Delete(row) => out.serialize_entry("delete", &ShownRow(self.columns, row))?,
            Change::Update(_) => {
                let key = self.change.key(self.identity).map_err(S::Error::custom)?;
                out.serialize_entry("update", &ShownRow(&self.columns[..self.identity], key))?;
                out.serialize_entry("set", &ShownSets(self))?;
            }
        }
        out.end()
    }
}

struct ShownRow<'a>(&'a [Column], &'a [u8]);

impl Serialize for ShownRow<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut cells = Cells::new(self.1);
        let mut out = to.serialize_seq(Some(self.0.len()))?;
        for column in self.0 {
            out.serialize_element(&ShownCell(column, cells.take().map_err(S::Error::custom)?))?;
        }
        out.end()
    }
}

struct ShownSets<'a>(&'a ShownChange<'a>);

impl Serialize for ShownSets<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut out = to.serialize_map(None)?;
        for (number, old, new) in self.0.change.sets(self.0.identity).map_err(S::Error::custom)? {
            let column = self.0.columns.get(number).ok_or_else(|| S::Error::custom("no such column"))?;
            let read = |raw| Cells::new(raw).take().map_err(S::Error::custom);
            out.serialize_entry(
                &column.name,
                &[ShownCell(column, read(old)?), ShownCell(column, read(new)?)],
            )?;
        }
        out.end()
    }
}

struct ShownCell<'a>(&'a Column, Cell<'a>);

impl Serialize for ShownCell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Cell::Null => to.serialize_none(),
            Cell::Bytes(bytes) if !is_text(self.0, bytes) => {
                let mut hex = String::with_capacity(bytes.len() * 2);
                for byte in bytes {
                    write!(hex, "{byte:02X}").map_err(S::Error::custom)?;
                }
                BTreeMap::from([("hex", hex)]).serialize(to)
            }
            cell => to.serialize_str(&text(self.0, cell)),
        }
    }
}

/// Whether a value's bytes are text that JSON can carry and a person can read.
fn is_text(column: &Column, bytes: &[u8]) -> bool {
    match &column.kind {
        Kind::Decimal | Kind::Json => true,
        Kind::Text { charset } | Kind::Enum { charset, .. } | Kind::Set { charset, .. } => {
            match charset.as_str() {
                "utf8mb4" | "utf8mb3" | "utf8" => std::str::from_utf8(bytes).is_ok(),
                "ucs2" | "utf16" | "utf16le" | "utf32" => false,
                _ => bytes.is_ascii(),
            }
        }
        _ => false,
    }
}

/// A value as a person reads it. Reading it back gives the same value.
pub(super) fn text(column: &Column, cell: Cell<'_>) -> String {
    let fraction = |micros: u32| if micros == 0 { String::new() } else { format!(".{micros:06}") };
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Int(v) => v.to_string(),
        Cell::UInt(v) => v.to_string(),
        Cell::Float(v) => format!("{v:?}"),
        Cell::Double(v) => format!("{v:?}"),
        Cell::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Cell::Date([y, m, d, ..], _) if column.kind == Kind::Date => format!("{y:04}-{m:02}-{d:02}"),
        Cell::Date([y, m, d, h, i, s], micros) => {
            format!("{y:04}-{m:02}-{d:02} {h:02}:{i:02}:{s:02}{}", fraction(micros))
        }
        Cell::Time(negative, h, i, s, micros) => {
            format!("{}{h:02}:{i:02}:{s:02}{}", if negative { "-" } else { "" }, fraction(micros))
        }
    }
}

/// A value as a JSON file has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Hex { hex: String },
}

/// The cell that a file's value stands for; `None` when it cannot be a value of the column.
fn cell_bytes(column: &Column, written: Option<Written>) -> Option<Vec<u8>> {
    let text = match written {
        None => return Some(Cell::Null.to_vec()),
        Some(Written::Hex { hex }) => {
            let digits = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
            let bytes: Option<Vec<u8>> = digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
            return Some(Cell::Bytes(&bytes?).to_vec());
        }
        Some(Written::Text(text)) => text,
    };
    let cell = match &column.kind {
        kind if kind.is_number() && kind.is_unsigned() => Cell::UInt(text.parse().ok()?),
        kind if kind.is_number() => Cell::Int(text.parse().ok()?),
        Kind::Float => Cell::Float(text.parse().ok()?),
        Kind::Double => Cell::Double(text.parse().ok()?),
        Kind::Date | Kind::DateTime | Kind::Timestamp => {
            let (date, time) = text.split_once(' ').unwrap_or((&text, "00:00:00"));
            let mut date = date.split('-').map(str::parse);
            let mut part = || date.next()?.ok();
            let (year, month, day) = (part()?, part()?, part()?);
            let (hour, minute, second, micros) = clock(time)?;
            let hour = u16::try_from(hour).ok()?;
            Cell::Date([year, month, day, hour, minute.into(), second.into()], micros)
        }
        Kind::Time => {
            let positive = text.strip_prefix('-');
            let (hours, minutes, seconds, micros) = clock(positive.unwrap_or(&text))?;
            Cell::Time(positive.is_some(), hours, minutes, seconds, micros)
        }
        _ => Cell::Bytes(text.as_bytes()),
    };
    Some(cell.to_vec())
}

/// Reads `HH:MM:SS[.ffffff]`; hours may have more digits.
fn clock(text: &str) -> Option<(u32, u8, u8, u32)> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':');
    let hours = parts.next()?.parse().ok()?;
    let mut part = || parts.next()?.parse().ok();
    Some((hours, part()?, part()?, fraction.parse().ok()?))
}

impl<'de> Deserialize<'de> for TableDifference {
    /// Reads what [`Serialize`] wrote; `columns` must come before `changes`.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(DifferenceVisitor)
    }
}

struct DifferenceVisitor;

impl<'de> Visitor<'de> for DifferenceVisitor {
    type Value = TableDifference;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the difference of a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TableDifference, A::Error> {
        let (mut table, mut columns, mut equal) = (None, None::<Vec<Column>>, 0);
        let (mut source, mut target, mut changes) = (None, None, None);
        let mut counts = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "table" => table = Some(map.next_value()?),
                "columns" => columns = Some(map.next_value()?),
                "equal" => equal = map.next_value()?,
                "source" => source = Some(map.next_value()?),
                "target" => target = Some(map.next_value()?),
                "inserts" | "updates" | "deletes" => {
                    counts.insert(key, map.next_value::<u64>()?);
                }
                "changes" => {
                    let columns = columns.as_ref().ok_or_else(|| A::Error::missing_field("columns"))?;
                    changes = Some(map.next_value_seed(LogSeed(columns))?);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let changes = changes.ok_or_else(|| A::Error::missing_field("changes"))?;
        for (name, found) in
            [("inserts", changes.inserts()), ("updates", changes.updates()), ("deletes", changes.deletes())]
        {
            if counts.get(name).is_some_and(|count| *count != found) {
                return Err(A::Error::custom(format!("{name} does not count the changes")));
            }
        }
        Ok(TableDifference {
            table: table.ok_or_else(|| A::Error::missing_field("table"))?,
            columns: columns.ok_or_else(|| A::Error::missing_field("columns"))?,
            equal,
            changes,
            source: source.ok_or_else(|| A::Error::missing_field("source"))?,
            target: target.ok_or_else(|| A::Error::missing_field("target"))?,
        })
    }
}

/// Reads a list of changes straight into a log, which keeps memory flat.
struct LogSeed<'a>(&'a [Column]);

impl<'de> DeserializeSeed<'de> for LogSeed<'_> {
    type Value = ChangeLog;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<ChangeLog, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for LogSeed<'_> {
    type Value = ChangeLog;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of row changes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ChangeLog, A::Error> {
        let mut log = ChangeLog::default();
        while let Some(written) = seq.next_element::<WrittenChange>()? {
            let change =
                written.read(self.0).ok_or_else(|| A::Error::custom("a row change cannot be read"))?;
            log.push(&change).map_err(A::Error::custom)?;
        }
        Ok(log)
    }
}

/// A change as a JSON file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChange {
    insert: Option<Vec<Option<Written>>>,
    delete: Option<Vec<Option<Written>>>,
    update: Option<Vec<Option<Written>>>,
    #[serde(default)]
    set: serde_json::Map<String, serde_json::Value>,
}

impl WrittenChange {
    fn read(self, columns: &[Column]) -> Option<Change> {
        match (self.insert, self.delete, self.update) {
            (Some(row), None, None) => row_bytes(columns, row).map(Change::Insert),
            (None, Some(row), None) => row_bytes(columns, row).map(Change::Delete),
            (None, None, Some(key)) => {
                let identity = columns.iter().filter(|c| c.role == super::Role::Identity).count();
                let mut out = row_bytes(columns.get(..identity)?, key)?;
                for (name, values) in self.set {
                    let number = columns.iter().position(|c| c.name == name)?;
                    let [old, new]: [Option<Written>; 2] = serde_json::from_value(values).ok()?;
                    out.extend_from_slice(&u16::try_from(number).ok()?.to_be_bytes());
                    out.extend(cell_bytes(&columns[number], old)?);
                    out.extend(cell_bytes(&columns[number], new)?);
                }
                Some(Change::Update(out))
            }
            _ => None,
        }
    }
}

fn row_bytes(columns: &[Column], row: Vec<Option<Written>>) -> Option<Vec<u8>> {
    if row.len() != columns.len() {
        return None;
    }
    let cells: Option<Vec<_>> =
        columns.iter().zip(row).map(|(column, value)| cell_bytes(column, value)).collect();
    Some(cells?.concat())
}
