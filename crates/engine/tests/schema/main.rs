//! Definitions, compared and brought into step on real servers.

mod charsets;
mod copies;
mod given;
mod golden;
mod random;
mod scratch;
mod spelling;
mod support;
mod ties;
