//! One consistent, read-only view of one server's reference tables.

use std::time::Instant;

use mysql::{Row, Value};

use super::cell::{self, Cell};
use super::column::{Column, Kind};
use super::layout::Layout;
use crate::{Error, Flavor, Result, Session};

/// How fast rows travel from a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Measured when it matters: below some 250 Mbit/s counts as slow.
    #[default]
    Measured,
    /// All rows are streamed: nothing is left to a digest.
    Fast,
    /// Digests of groups are compared, and only the rows of groups that differ are read.
    Slow,
}

/// Bytes a second below which a link is slow: there, digests in the server win over streaming.
const SLOW_BYTES_PER_SECOND: f64 = 30e6;

/// The size of the answer that a link is measured with.
const PROBE_BYTES: u32 = 1024 * 1024;

/// A session inside a read-only transaction that sees one moment.
///
/// Strings arrive as the bytes of their column's own character set, so that nothing is lost in a conversion.
pub struct Snapshot {
    session: Session,
    position: Option<String>,
    link: Link,
}

impl Snapshot {
    /// Begins a snapshot on a session of its own.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn open(mut session: Session) -> Result<Self> {
        raw_strings(&mut session)?;
        session.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
        // Read before the snapshot: the snapshot holds at least what this position names.
        let position = super::moved::position(&mut session)?;
        session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")?;
        Ok(Self { session, position, link: Link::default() })
    }

    /// The server's executed GTID set just before the snapshot, where it has one.
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// Says how fast the link is, instead of measuring it.
    pub fn set_link(&mut self, link: Link) {
        self.link = link;
    }

    /// What was said of the link.
    pub(super) fn link(&self) -> Link {
        self.link
    }

    /// Family and version of the server.
    pub(super) fn server(&self) -> (Flavor, (u16, u16, u16)) {
        (self.session.server().flavor, self.session.server().version)
    }

    /// Whether the link is slow. Measures it, with a few MiB. An address on this machine may be a tunnel's end, so only
    /// a Unix socket is known to be fast.
    pub(super) fn is_slow(&mut self) -> Result<bool> {
        if self.link != Link::Measured || self.session.endpoint().socket.is_some() {
            return Ok(self.link == Link::Slow);
        }
        // A server answers NULL to a longer one.
        let probe = u32::try_from(self.session.packet_bytes() / 2).unwrap_or(u32::MAX).min(PROBE_BYTES);
        let mut seconds = |query: String| -> Result<f64> {
            let begun = Instant::now();
            self.session.query::<Vec<u8>>(query)?;
            Ok(begun.elapsed().as_secs_f64())
        };
        let mut whole = || seconds(format!("SELECT REPEAT('x', {probe})"));
        // The first answer opens TCP's window. The better of the two counts: a busy machine only ever adds to them.
        let best = whole()?.min(whole()?);
        let round_trip = seconds("SELECT 'x'".to_owned())?;
        Ok(f64::from(probe) / (best - round_trip).max(1e-9) < SLOW_BYTES_PER_SECOND)
    }

    /// Ends the snapshot and gives the session back.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn close(mut self) -> Result<Session> {
        self.session.execute("ROLLBACK")?;
        self.session.execute("SET character_set_results = utf8mb4")?;
        Ok(self.session)
    }

    /// The session, for reading reference tables.
    pub(super) fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}

/// Makes strings arrive as the bytes of their column's own character set.
pub(super) fn raw_strings(session: &mut Session) -> Result<()> {
    session.execute("SET character_set_results = NULL").map(drop)
}

/// Makes sure that the text of each JSON value in a row read with [`Layout::select_list`] says all of it.
///
/// # Errors
/// [`crate::ErrorKind::Refused`] when some value holds what JSON text cannot say.
pub(super) fn json_is_text(layout: &Layout, columns: &[Column], row: &Row) -> Result<()> {
    let json = columns.iter().filter(|c| c.kind == Kind::Json);
    for (column, flag) in json.zip(columns.len()..) {
        if !matches!(row.as_ref(flag), Some(Value::Int(1))) {
            let key = layout.identity().iter().zip(0..).filter_map(|(column, i)| {
                Some(super::json::text(column, cell::from_value(row.as_ref(i)?, column.kind.is_unsigned())))
            });
            return Err(Error::refused(format!(
                "{}: `{}` of row ({}) holds a date, a decimal or bytes inside JSON, which its text does not tell \
                 from a string or a number",
                layout.table(),
                column.name,
                key.collect::<Vec<_>>().join(", ")
            ))
            .with_hint("store it as a string or a number, or ignore the column (ignore_columns)"));
        }
    }
    Ok(())
}

/// One row's bytes with the ends of its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// Where the identity ends.
    pub key: usize,
    /// Where the compared columns end.
    pub compared: usize,
}

/// Appends the bytes of a row read with [`Layout::select`] to `out`.
///
/// # Errors
/// An identity column is NULL: two such rows could not be told apart. A JSON value is not what its text says.
pub(super) fn encode(layout: &Layout, row: &Row, out: &mut Vec<u8>) -> Result<Ends> {
    json_is_text(layout, layout.read(), row)?;
    let (identity, compared) = (layout.identity().len(), layout.compared());
    let mut ends = Ends { key: out.len(), compared: out.len() };
    for (i, column) in layout.read().iter().enumerate() {
        let value = row.as_ref(i).ok_or_else(|| Error::internal("a row with too few columns"))?;
        let cell = cell::from_value(value, column.kind.is_unsigned());
        if i < identity && cell == Cell::Null {
            return Err(Error::refused(format!(
                "{}: `{}` is part of the identity and NULL in some row, so that row cannot be told from others",
                layout.table(),
                column.name
            ))
            .with_hint("give the table a primary key, or name another identity"));
        }
        cell.push(out);
        if i + 1 == identity {
            ends.key = out.len();
        }
        if i + 1 == compared {
            ends.compared = out.len();
        }
    }
    Ok(ends)
}
