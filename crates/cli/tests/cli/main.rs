//! The `lockstep` command, used as a person would use it, on real servers.

mod across;
mod audit;
mod bad_input;
mod common;
mod deploy;
mod environments;
mod folder;
mod frozen;
mod gate;
mod general_log;
mod interruption;
mod isolation;
mod json;
mod kills;
mod left;
mod main_job;
mod pages;
mod plan_formats;
mod private_pair;
mod prompt;
mod resume;
mod style;
mod urls;
mod words;
