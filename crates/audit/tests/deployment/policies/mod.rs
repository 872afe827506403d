//! Who may do what: the policies of three accounts, asked by an IAM simulator and compared with what is meant.
//!
//! What is meant stands in three lists, [`LISTS`]. A line names who may; everyone else is expected to be denied, on the
//! resources of every environment. The lists are written by thought; docs/security.md shows what the simulator says.

mod complete;
mod documents;
mod list;
mod mutants;
mod page;
mod principals;
mod rules;
mod simulate;
mod trial;

pub use documents::Policies;

/// The lists: what roles may do, what AWS services may do, what passes the endpoints.
pub const LISTS: [(&str, &str); 3] = [
    ("roles", include_str!("who-may-what.txt")),
    ("services", include_str!("services.txt")),
    ("endpoints", include_str!("endpoints.txt")),
];
