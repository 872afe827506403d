//! Definitions, compared and brought into step on real servers.

mod golden;
mod random;
mod support;
