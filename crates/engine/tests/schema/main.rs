//! Definitions, compared and brought into step on real servers.

mod files;
mod golden;
mod hostile;
mod random;
mod scratch;
mod spelling;
mod support;
mod ties;
