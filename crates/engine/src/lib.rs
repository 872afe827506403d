//! The lockstep engine: the schemas and the reference data of two MySQL environments, compared and
//! brought into step.
//!
//! Plain sequential code over the MySQL protocol. The engine knows no terminal, no process
//! environment, no cloud and no async runtime; whoever embeds it (the `lockstep` command, a Lambda
//! function) resolves secrets, prints progress and chooses exit codes.
//!
//! The way data flows: [`session`] speaks to one server; [`schema`] reads, compares and changes
//! definitions; [`data`] reads, compares and changes the rows of reference tables; [`surroundings`] knows what
//! such a change could reach beyond them.

pub mod data;
pub mod doctor;
pub mod endpoint;
pub mod error;
pub mod grants;
pub mod journal;
pub mod names;
pub mod plan;
pub mod privileges;
pub mod progress;
pub mod propose;
pub mod run;
pub mod schema;
pub mod server;
pub mod session;
pub mod surroundings;
pub mod topology;
pub mod words;

pub use endpoint::{Endpoint, Secret, Tls};
pub use error::{Error, ErrorKind, Result};
pub use names::TableName;
pub use server::{Flavor, ServerInfo};
pub use session::Session;
pub use topology::{ReferenceTable, Topology};
