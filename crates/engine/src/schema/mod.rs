//! Definitions: read from a server, compared, and brought into step.
//!
//! [`read`] takes every object as the server's own `SHOW CREATE`; [`diff`] compares two such values and
//! writes the statements that lead from one to the other; [`rehearse`] runs them on empty copies and
//! checks that they arrive; [`execute`] runs one of them for real. [`fingerprint`] names a state, and
//! [`load_directory`] reads definitions kept as files.
//!
//! What is no drift: the `AUTO_INCREMENT` counter, `DEFINER`, the order of keys (unless
//! [`Options::strict_key_order`]), foreign keys and checks, names and texts that a server made up, and between
//! servers of different flavour or age the spellings that mean the same there.

mod asleep;
mod column;
mod definer;
mod diff;
mod directory;
mod execute;
mod fingerprint;
mod given;
mod grouping;
pub(crate) mod lexer;
mod model;
mod reach;
mod read;
mod references;
mod rehearse;
mod rename;
mod scratch;
pub mod script;
mod spelling;
mod statement;
mod table;

pub use definer::with_definer;
pub use diff::{Options, SchemaDiff, Unsupported, diff};
pub use directory::load_directory;
pub use execute::{Patience, execute};
pub use fingerprint::fingerprint;
pub use model::{Database, ObjectKind, ObjectRef, Schema, Stored, Table, TriggerPlace};
pub use read::read;
pub use rehearse::{Companion, Rehearsal, rehearse, rehearse_with};
pub(crate) use scratch::PREFIX as SCRATCH_PREFIX;
pub use scratch::{drop_leftovers, leftovers};
pub use statement::{Method, Risk, Settings, Statement};
