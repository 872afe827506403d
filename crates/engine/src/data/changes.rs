//! The row changes of one table, kept compactly: in memory while they are few, else in a temporary file.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

use super::cell::Cells;
use super::in_temporary_folder;
use crate::{Error, Result};

/// Changes up to this size stay in memory.
const MEMORY_BYTES: usize = 4 * 1024 * 1024;

/// How much of the file is read at a time.
const READ_BYTES: usize = 256 * 1024;

/// One row change, as encoded cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A row that only the source has: all columns that are read.
    Insert(Vec<u8>),
    /// A row whose values differ: the target's identity, then for each column that differs its number,
    /// the old and the new value.
    Update(Vec<u8>),
    /// A row that only the target has: all columns that are read.
    Delete(Vec<u8>),
}

/// A column that an update sets: its number, the old cell's bytes, the new cell's bytes.
pub type Set<'a> = (usize, &'a [u8], &'a [u8]);

impl Change {
    /// An update of the row `key` (the target's identity) that turns `old` into `new`, of which the
    /// first `columns` are compared.
    pub(super) fn update(key: &[u8], old: &[u8], new: &[u8], columns: usize) -> Result<Self> {
        let (mut old, mut new) = (Cells::new(old), Cells::new(new));
        let mut out = key.to_vec();
        for column in 0..columns {
            let (before, after) = (old.skip(1)?, new.skip(1)?);
            if before != after {
                // MySQL allows 4096 columns.
                out.extend_from_slice(&u16::try_from(column).unwrap_or(u16::MAX).to_be_bytes());
                out.extend_from_slice(before);
                out.extend_from_slice(after);
            }
        }
        Ok(Change::Update(out))
    }

    /// The target's identity of the row, given how many columns it has.
    ///
    /// # Errors
    /// Damaged bytes.
    pub fn key(&self, identity: usize) -> Result<&[u8]> {
        let (Change::Insert(bytes) | Change::Update(bytes) | Change::Delete(bytes)) = self;
        Cells::new(bytes).skip(identity)
    }

    /// What an update sets; nothing for others.
    ///
    /// # Errors
    /// Damaged bytes.
    pub fn sets(&self, identity: usize) -> Result<Vec<Set<'_>>> {
        let Change::Update(bytes) = self else { return Ok(Vec::new()) };
        let mut cells = Cells::new(bytes);
        cells.skip(identity)?;
        let mut out = Vec::new();
        while let Some((number, rest)) = cells.rest().split_first_chunk::<2>() {
            cells = Cells::new(rest);
            out.push((usize::from(u16::from_be_bytes(*number)), cells.skip(1)?, cells.skip(1)?));
        }
        Ok(out)
    }

    /// How many bytes its values take.
    pub(super) fn bytes(&self) -> usize {
        self.parts().1.len()
    }

    fn parts(&self) -> (u8, &[u8]) {
        match self {
            Change::Insert(bytes) => (b'I', bytes),
            Change::Update(bytes) => (b'U', bytes),
            Change::Delete(bytes) => (b'D', bytes),
        }
    }
}

/// A list of changes that can be read many times.
#[derive(Debug, Default)]
pub struct ChangeLog {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
    inserts: u64,
    updates: u64,
    deletes: u64,
}

impl ChangeLog {
    /// Appends a change.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub fn push(&mut self, change: &Change) -> Result<()> {
        let (tag, bytes) = change.parts();
        match tag {
            b'I' => self.inserts += 1,
            b'U' => self.updates += 1,
            _ => self.deletes += 1,
        }
        self.memory.push(tag);
        // A row is at most a protocol packet long, which is below 4 GiB.
        self.memory.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.memory.extend_from_slice(bytes);
        self.length += 5 + bytes.len() as u64;
        let bound = if self.file.is_some() { READ_BYTES } else { MEMORY_BYTES };
        if self.memory.len() > bound { self.flush() } else { Ok(()) }
    }

    /// Moves what is in memory to the file, which is made when there is none.
    fn flush(&mut self) -> Result<()> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile().map_err(in_temporary_folder)?);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.memory).map_err(in_temporary_folder)?;
        }
        self.memory = Vec::new();
        Ok(())
    }

    /// Rows to insert.
    pub fn inserts(&self) -> u64 {
        self.inserts
    }

    /// Rows to update.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Rows to delete.
    pub fn deletes(&self) -> u64 {
        self.deletes
    }

    /// All changes.
    pub fn len(&self) -> u64 {
        self.inserts + self.updates + self.deletes
    }

    /// No change.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the changes from the first on.
    pub fn iter(&self) -> Changes<'_> {
        Changes { log: self, position: 0, window: Vec::new(), window_at: 0 }
    }

    /// Reads one change again, by the position that [`Changes`] gave.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn at(&self, position: u64) -> Result<Change> {
        let mut from = Changes { log: self, position, window: Vec::new(), window_at: 0 };
        from.next().transpose()?.map(|(_, change)| change).ok_or_else(short)
    }

    /// How much is in the file.
    fn filed(&self) -> u64 {
        self.length - self.memory.len() as u64
    }
}

impl<'a> IntoIterator for &'a ChangeLog {
    type Item = Result<(u64, Change)>;
    type IntoIter = Changes<'a>;

    fn into_iter(self) -> Changes<'a> {
        self.iter()
    }
}

/// Iterates over changes and their positions.
pub struct Changes<'a> {
    log: &'a ChangeLog,
    position: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl Changes<'_> {
    /// `length` bytes at the current position, which moves on.
    fn take(&mut self, length: usize) -> Result<&[u8]> {
        let filed = self.log.filed();
        let at = self.position;
        self.position += length as u64;
        if at >= filed {
            let start = usize::try_from(at - filed).map_err(|_| short())?;
            return self.log.memory.get(start..start + length).ok_or_else(short);
        }
        let inside = at >= self.window_at && at + length as u64 <= self.window_at + self.window.len() as u64;
        if !inside {
            let wanted = length.max(READ_BYTES).min(usize::try_from(filed - at).map_err(|_| short())?);
            self.window.resize(wanted, 0);
            self.window_at = at;
            let file = self.log.file.as_ref().ok_or_else(short)?;
            file.read_exact_at(&mut self.window, at)?;
        }
        let start = usize::try_from(at - self.window_at).map_err(|_| short())?;
        self.window.get(start..start + length).ok_or_else(short)
    }

    fn read(&mut self) -> Result<(u64, Change)> {
        let position = self.position;
        let head: [u8; 5] = self.take(5)?.try_into().map_err(|_| short())?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let bytes = self.take(length)?.to_vec();
        Ok((
            position,
            match head[0] {
                b'I' => Change::Insert(bytes),
                b'U' => Change::Update(bytes),
                _ => Change::Delete(bytes),
            },
        ))
    }
}

impl Iterator for Changes<'_> {
    type Item = Result<(u64, Change)>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.position < self.log.length).then(|| self.read())
    }
}

fn short() -> Error {
    Error::internal("the list of row changes ends too early")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::cell::Cell;

    #[test]
    fn changes_come_back_from_memory_and_file() {
        let mut log = ChangeLog::default();
        let big = vec![7_u8; 1 << 20];
        let change = |i: u64| {
            let mut row = Cell::UInt(i).to_vec();
            Cell::Bytes(if i.is_multiple_of(3) { &big } else { b"x" }).push(&mut row);
            if i.is_multiple_of(2) { Change::Insert(row) } else { Change::Delete(row) }
        };
        (0..101).for_each(|i| log.push(&change(i)).unwrap());
        assert!(log.file.is_some() && !log.memory.is_empty());
        let read: Vec<_> = log.iter().map(Result::unwrap).collect();
        assert_eq!(read.len(), 101);
        for (i, (position, found)) in (0..).zip(&read) {
            assert_eq!(*found, change(i));
            assert_eq!(log.at(*position).unwrap(), change(i));
        }
        assert_eq!((log.inserts(), log.deletes()), (51, 50));
    }

    #[test]
    fn an_update_names_what_differs() {
        let row = |b: &[u8]| [Cell::Int(1).to_vec(), Cell::Null.to_vec(), Cell::Bytes(b).to_vec()].concat();
        let update = Change::update(&Cell::Int(1).to_vec(), &row(b"a"), &row(b"b"), 3).unwrap();
        let (old, new) = (Cell::Bytes(b"a").to_vec(), Cell::Bytes(b"b").to_vec());
        assert_eq!(update.sets(1).unwrap(), vec![(2, old.as_slice(), new.as_slice())]);
    }
}
