//! The rows of reference tables: read, compared, changed and verified.
//!
//! [`layouts`] says what each table looks like; a [`Pair`] of layouts can be compared. [`compare`] streams
//! both sides of each pair from two [`Snapshot`]s and finds a [`TableDifference`]; [`connected_sets`] says which tables
//! change together; [`apply_set`] changes one such set in one transaction and proves, before it commits,
//! that the target's rows are the source's. Every query of rows is made from a [`Layout`], which holds a
//! [`crate::ReferenceTable`]: no other table can be named.

mod apply;
mod cell;
mod changes;
mod column;
mod compare;
mod cut;
mod digest;
mod free;
mod groups;
mod identity;
mod join;
mod json;
mod layout;
mod literal;
mod load;
mod moved;
mod obstacle;
mod park;
mod partition;
mod proof;
mod read_layout;
mod record;
mod respell;
mod sets;
mod short;
mod slice;
mod snapshot;
mod sql;
mod stream;

pub use apply::{Applied, Work, apply_set};
pub use cell::{Cell, Cells};
pub use changes::{Change, ChangeLog, Changes};
pub use column::{Column, Kind, Role};
pub use compare::{TableDifference, compare};
pub use cut::{Cutting, cut};
pub use digest::{Digest, Method};
pub use groups::digest_query;
pub use layout::{Action, Event, ForeignKey, Layout, Pair, Trigger, UniqueKey, Uniqueness};
pub use moved::{BinaryLog, Mark, binary_log, mark, position};
pub use read_layout::{existing, layout_of_each, layouts};
pub use record::{Recorded, record_set};
pub use sets::{Refusal, connected_sets, refusals};
pub use short::short_statement;
pub use slice::Slice;
pub use snapshot::{Link, Snapshot};
pub use sql::{Phase, Statement, Statements, statement, statements, too_long};

use crate::{Error, Result, TableName};

/// What goes wrong with the temporary files that take over when there is much: as a rule the folder is full.
fn in_temporary_folder(error: std::io::Error) -> Error {
    let folder = tempfile::env::temp_dir();
    Error::user(format!("temporary files in {} cannot be written: {error}", folder.display()))
        .with_hint(
            "make room there, or set TMPDIR to another folder: beyond some MiB the rows that differ are kept in files",
        )
        .with_source(error)
}

/// Hears how far the work has come. Called from the thread that compares or applies.
pub trait Observer {
    /// `rows` more rows of `table` were compared.
    fn compared(&self, table: &TableName, rows: u64) {
        let _ = (table, rows);
    }

    /// `rows` more rows of `table` were changed (the transaction is not committed yet).
    fn applied(&self, table: &TableName, rows: u64) {
        let _ = (table, rows);
    }

    /// The changed `table` was found to be equal to the source.
    fn verified(&self, table: &TableName) {
        let _ = table;
    }

    /// Asked every few thousand rows; an error ends the work, and a transaction is rolled back.
    ///
    /// # Errors
    /// Whatever is to end the work: the budget is used up, somebody pressed Ctrl-C.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

/// An observer that hears nothing.
pub struct Silent;

impl Observer for Silent {}
