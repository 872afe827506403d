//! An interpreter of the Amazon States Language (<https://states-language.net/spec.html>), as far as the workflow
//! uses it: JSONPath, retries and waits in a time of its own, tokens that a test answers.
//!
//! What it does not know it does not pass over: it panics with the name.

mod choice;
mod definition;
mod failure;
mod intrinsic;
mod map;
mod path;
mod retry;
mod run;
mod template;
mod tests;

pub(crate) use definition::Machine;
pub(crate) use failure::Failure;
pub(crate) use run::{Call, Ended, Reply, Services, run};
