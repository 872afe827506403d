//! Rows as a file for `LOAD DATA LOCAL INFILE`: the quickest way to fill an empty table.
//!
//! The file is made in memory, a few MiB at a time. It is declared binary, so that strings arrive as the
//! bytes of their column's own character set.

use std::io::Write as _;

use mysql::LocalInfileHandler;

use super::cell::{Cell, Cells};
use super::column::{Column, Kind};
use super::json::text;
use super::layout::Layout;
use crate::names::quote;
use crate::{Result, Session};

/// The size at which a file is sent.
pub(super) const FILE_BYTES: usize = 2 * 1024 * 1024;

/// From this many rows on, a file is quicker than INSERT statements.
pub(super) const WORTH_LOADING_ROWS: u64 = 1000;

/// Whether the server takes files from clients.
pub(super) fn is_permitted(session: &mut Session) -> Result<bool> {
    Ok(session.query_first::<u8>("SELECT @@local_infile")? == Some(1))
}

/// Rows of one table in the form of a file, and the changes that they stand for.
#[derive(Default)]
pub(super) struct LoadFile {
    pub bytes: Vec<u8>,
    pub positions: Vec<u64>,
}

impl LoadFile {
    /// Appends a row.
    pub fn push(&mut self, layout: &Layout, position: u64, row: &[u8]) -> Result<()> {
        let mut cells = Cells::new(row);
        let mut first = true;
        for column in layout.read() {
            let cell = cells.take()?;
            if column.generated {
                continue;
            }
            if !first {
                self.bytes.push(b'\t');
            }
            first = false;
            self.push_field(column, cell);
        }
        self.bytes.push(b'\n');
        self.positions.push(position);
        Ok(())
    }

    fn push_field(&mut self, column: &Column, cell: Cell<'_>) {
        match cell {
            Cell::Null => self.bytes.extend_from_slice(b"\\N"),
            Cell::Bytes(bytes) if column.kind == Kind::Bit => {
                let number = bytes.iter().fold(0_u64, |n, &b| n << 8 | u64::from(b));
                self.bytes.extend_from_slice(number.to_string().as_bytes());
            }
            Cell::Bytes(bytes) => self.push_escaped(bytes),
            Cell::Float(v) => self.bytes.extend_from_slice(format!("{:e}", f64::from(v)).as_bytes()),
            // As text, a year of fewer digits would be one of this or the last century.
            Cell::UInt(v) if column.kind == Kind::Year => {
                self.bytes.extend_from_slice(format!("{v:04}").as_bytes())
            }
            cell => self.bytes.extend_from_slice(text(column, cell).as_bytes()),
        }
    }

    fn push_escaped(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                b'\\' => self.bytes.extend_from_slice(b"\\\\"),
                b'\t' => self.bytes.extend_from_slice(b"\\t"),
                b'\n' => self.bytes.extend_from_slice(b"\\n"),
                b'\r' => self.bytes.extend_from_slice(b"\\r"),
                0 => self.bytes.extend_from_slice(b"\\0"),
                byte => self.bytes.push(byte),
            }
        }
    }

    /// Sends the file and empties it. Returns how many rows arrived: the server passes over rows that have
    /// another in their way.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn send(&mut self, session: &mut Session, layout: &Layout) -> Result<u64> {
        let bytes = std::mem::take(&mut self.bytes);
        session.set_local_infile(Some(LocalInfileHandler::new(move |_, file| file.write_all(&bytes))));
        let result = session.execute(statement(layout));
        session.set_local_infile(None);
        result
    }
}

fn statement(layout: &Layout) -> String {
    let (mut fields, mut sets) = (Vec::new(), Vec::new());
    for (number, column) in layout.read().iter().enumerate().filter(|(_, c)| !c.generated) {
        let name = quote(&column.name);
        let value = match &column.kind {
            Kind::Json => Some(format!("CONVERT(@v{number} USING utf8mb4)")),
            // Also types of MariaDB's that take a text of ASCII, but would take a binary string for the value itself.
            Kind::Text { charset } if charset == "ascii" => Some(format!("CONVERT(@v{number} USING ascii)")),
            Kind::Bit => Some(format!("CAST(@v{number} AS UNSIGNED)")),
            Kind::Enum { by_number: true, .. } | Kind::Set { by_number: true, .. } => {
                Some(format!("CAST(@v{number} AS UNSIGNED)"))
            }
            Kind::Geometry | Kind::Binary => Some(format!("@v{number}")),
            _ => None,
        };
        match value {
            Some(value) => {
                fields.push(format!("@v{number}"));
                sets.push(format!("{name} = {value}"));
            }
            None => fields.push(name),
        }
    }
    let sets = if sets.is_empty() { String::new() } else { format!(" SET {}", sets.join(", ")) };
    format!(
        "LOAD DATA LOCAL INFILE 'lockstep' INTO TABLE {} CHARACTER SET binary \
         FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ({}){sets}",
        layout.table().quoted(),
        fields.join(", "),
    )
}
