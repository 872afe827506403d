//! What surrounds the tables that a run changes, and could be hurt by it: foreign keys that lead in, triggers that
//! write elsewhere, the owners of stored objects, the kind of server that the target is.
//!
//! Everything here answers questions about definitions; no row is read. [`Keys`] holds every foreign key of a
//! server, [`Reach`] what a trigger may write; [`Surroundings`] says which rows out of scope a plan's row changes would
//! reach by either; [`brake`] stops plans that change more rows than a release does.

mod around;
mod brake;
mod keys;
mod owners;
mod reach;
mod role;
mod rows;

pub use around::{Harm, Surroundings};
pub use brake::{Limit, brake};
pub use keys::{Key, Keys, Rule, hidden};
pub use owners::{Objection, Owners, probe};
pub use reach::{Definitions, Reach};
pub use role::{Role, role};
pub use rows::{RowChange, RowHarm, row_harms};
