//! Definitions, compared and brought into step on real servers.

mod charsets;
mod copies;
mod files;
mod given;
mod golden;
mod hostile;
mod random;
mod scratch;
mod spelling;
mod support;
mod ties;
