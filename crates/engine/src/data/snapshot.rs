//! One consistent, read-only view of one server's reference tables.

use mysql::Row;

use super::cell::{self, Cell};
use super::layout::Layout;
use crate::{Error, Result, Session};

/// A session inside a read-only transaction that sees one moment.
///
/// Strings arrive as the bytes of their column's own character set, so that nothing is lost in a conversion.
pub struct Snapshot {
    session: Session,
    position: Option<String>,
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
        Ok(Self { session, position })
    }

    /// The server's executed GTID set just before the snapshot, where it has one.
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
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
/// An identity column is NULL: two such rows could not be told apart.
pub(super) fn encode(layout: &Layout, row: &Row, out: &mut Vec<u8>) -> Result<Ends> {
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
