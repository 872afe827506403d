//! Definitions: read from a server, compared, and brought into step.
//!
//! [`read`] takes every object as the server's own `SHOW CREATE`; [`diff`] compares two such values and
//! writes the statements that lead from one to the other; [`rehearse`] runs them on empty copies and
//! checks that they arrive; [`execute`] runs one of them for real. [`fingerprint`] names a state, and
//! [`load_folder`] reads definitions kept as files.
//!
//! What is no drift: the `AUTO_INCREMENT` counter, `DEFINER`, the order of keys (unless
//! [`Options::strict_key_order`]), foreign keys and checks, names and texts that a server made up, and between
//! servers of different flavour or age the spellings that mean the same there.

mod column;
mod definer;
mod diff;
mod execute;
mod files;
mod fingerprint;
mod given;
mod grouping;
mod keys_as_printed;
pub(crate) mod lexer;
mod model;
mod read;
pub(crate) mod references;
mod rehearse;
mod rename;
mod scratch;
pub mod script;
mod shown;
mod spelling;
mod statement;
pub(crate) mod table;

pub use definer::with_definer;
pub(crate) use diff::moments::zoned_columns;
pub use diff::{Disturbance, Options, SchemaDiff, Unsupported, diff, disturbance};
pub(crate) use execute::reads_alike;
pub use execute::{Patience, execute};
pub use files::{Folder, Like, Loaded, PrivateServer, PrivateServers, load_folder};
pub(crate) use files::{RIGHTS as LOADER_RIGHTS, beyond_fence};
pub use fingerprint::fingerprint;
pub use model::{Database, ObjectKind, ObjectRef, Schema, Stored, Table, TriggerPlace};
pub use read::read;
pub use rehearse::{Companion, Rehearsal, rehearse, rehearse_with};
pub(crate) use rename::rename_databases;
pub(crate) use scratch::{FILES_PREFIX, PREFIX as SCRATCH_PREFIX, in_scratch};
pub use scratch::{drop_leftovers, leftovers};
pub use statement::{Action, Method, Risk, Settings, Stage, Statement};
