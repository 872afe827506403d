//! Streams tables from one server in a thread of its own, as batches of encoded rows.

use std::sync::mpsc::{Receiver, SyncSender};

use super::digest::Digest;
use super::layout::Layout;
use super::snapshot::{Snapshot, encode};
use crate::{Error, ErrorKind, Result};

/// A batch is sent when it holds this many bytes. Two batches wait in each channel, so the memory of a
/// side is about four times this, or a few times the largest row.
const BATCH_BYTES: usize = 256 * 1024;

/// How many batches may wait for the join.
pub(super) const BATCHES_WAITING: usize = 2;

/// What a reader sends.
pub(super) enum Message {
    /// Rows of the current table.
    Rows(Batch),
    /// The current table is at its end.
    End(Digest),
}

/// Encoded rows, one after the other.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    rows: Vec<Span>,
}

struct Span {
    start: usize,
    key: usize,
    compared: usize,
    end: usize,
}

/// One encoded row.
#[derive(Clone, Copy)]
pub(super) struct RowRef<'a> {
    /// The whole row.
    pub bytes: &'a [u8],
    /// How many of them are the identity.
    pub key: usize,
    /// How many of them are identity and compared columns.
    pub compared: usize,
}

impl<'a> RowRef<'a> {
    pub fn key(&self) -> &'a [u8] {
        &self.bytes[..self.key]
    }

    pub fn compared(&self) -> &'a [u8] {
        &self.bytes[..self.compared]
    }
}

impl Batch {
    /// A batch of one row, of which the first `key` bytes are the identity and all are compared.
    #[cfg(test)]
    pub fn of(row: &[u8], key: usize) -> Self {
        Self { bytes: row.to_vec(), rows: vec![Span { start: 0, key, compared: row.len(), end: row.len() }] }
    }

    fn row(&self, index: usize) -> Option<RowRef<'_>> {
        self.rows.get(index).map(|span| RowRef {
            bytes: &self.bytes[span.start..span.end],
            key: span.key - span.start,
            compared: span.compared - span.start,
        })
    }
}

/// What is read of one table: all its rows, or those that meet each of some conditions in turn.
pub(super) struct Task<'a> {
    pub layout: &'a Layout,
    pub parts: Vec<Option<&'a str>>,
}

/// Streams the tables one after the other, each part with an end of its own; stops early when nobody
/// listens any more.
pub(super) fn read_tables(snapshot: &mut Snapshot, tasks: &[Task<'_>], to: &SyncSender<Result<Message>>) {
    for task in tasks {
        for part in &task.parts {
            if let Err(error) = read_part(snapshot, task.layout, *part, to) {
                // When the join has ended for a reason of its own, nobody is there to hear this one.
                let _ = to.send(Err(explain(task.layout, error)));
                return;
            }
        }
    }
}

/// The server's codes for what a condition can get wrong: an unknown column, a syntax error, an unknown function, too
/// few arguments, mixed collations, a misplaced aggregate, a value out of range, a value of a wrong type, invalid JSON.
const CONDITION: [u16; 10] = [1054, 1064, 1305, 1582, 1267, 1271, 1111, 1690, 1292, 3141];

/// Names the table of a failed query, and the topology's condition where that may be the reason.
fn explain(layout: &Layout, error: Error) -> Error {
    if error.server_code().is_none() {
        return error;
    }
    let error = error.context(format_args!("reading {}", layout.table()));
    let may_be_its_fault = error.server_code().is_some_and(|code| CONDITION.contains(&code));
    match layout.reference.where_clause() {
        Some(condition) if may_be_its_fault => {
            error.with_hint(format!("check the table's where = \"{condition}\" in the topology"))
        }
        _ => error,
    }
}

fn read_part(
    snapshot: &mut Snapshot,
    layout: &Layout,
    part: Option<&str>,
    to: &SyncSender<Result<Message>>,
) -> Result<()> {
    let send = |message| {
        to.send(Ok(message)).map_err(|_| Error::new(ErrorKind::Interrupted, "the comparison ended"))
    };
    let mut batch = Batch::default();
    let mut digest = Digest::default();
    snapshot.session().stream(&layout.select(part), |row| {
        let start = batch.bytes.len();
        let ends = encode(layout, &row, &mut batch.bytes)?;
        digest.add(&batch.bytes[start..ends.compared]);
        batch.rows.push(Span { start, key: ends.key, compared: ends.compared, end: batch.bytes.len() });
        if batch.bytes.len() >= BATCH_BYTES {
            send(Message::Rows(std::mem::take(&mut batch)))?;
            batch.bytes.reserve(BATCH_BYTES + BATCH_BYTES / 8);
        }
        Ok(())
    })?;
    send(Message::Rows(batch))?;
    send(Message::End(digest))
}

/// The join's end of one side's channel: a cursor over the rows of one table at a time.
pub(super) struct Side<'a> {
    from: &'a Receiver<Result<Message>>,
    batch: Batch,
    next: usize,
    end: Option<Digest>,
}

impl<'a> Side<'a> {
    /// A cursor before the first row of the next table.
    pub fn new(from: &'a Receiver<Result<Message>>) -> Self {
        Self { from, batch: Batch::default(), next: 0, end: None }
    }

    /// Makes sure that [`Side::row`] shows the next row, if there is one.
    pub fn fill(&mut self) -> Result<()> {
        while self.next >= self.batch.rows.len() && self.end.is_none() {
            match self.from.recv() {
                Ok(Ok(Message::Rows(batch))) => (self.batch, self.next) = (batch, 0),
                Ok(Ok(Message::End(digest))) => self.end = Some(digest),
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(Error::internal("a reader ended without a word")),
            }
        }
        Ok(())
    }

    /// The row at the cursor; `None` at the table's end. Call [`Side::fill`] before.
    pub fn row(&self) -> Option<RowRef<'_>> {
        self.batch.row(self.next)
    }

    /// Moves to the next row.
    pub fn advance(&mut self) {
        self.next += 1;
    }

    /// The digest of the whole table, known at its end.
    pub fn digest(&self) -> Digest {
        self.end.unwrap_or_default()
    }
}
