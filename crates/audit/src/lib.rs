//! Audits CloudFormation templates against the deployment requirements.
//!
//! [`Audit`] is the front door: give it templates, parameter values and a [`Profile`], and it gives a [`Report`],
//! which [`output`] writes as text, JSON, SARIF or Markdown.
//!
//! A template goes through four steps. [`document`] parses JSON or YAML into one kind of tree in which every value
//! knows its line and column. [`template`] finds the sections. [`resolve`] gives rules the values that a parameter
//! file, a default, or any permitted value leads to. [`rules`] holds the rules: one file each, in a table.

pub mod document;
pub mod output;
pub mod report;
pub mod requirements;
pub mod resolve;
pub mod rules;
pub mod template;

mod audit;
mod baseline;
mod expand;
mod net;
mod parameters;
mod sam;
mod schema;
mod suppress;

pub use audit::{Audit, InputError, REQUIRED_TAGS};
pub use baseline::Baseline;
pub use parameters::read_file as read_parameters;
pub use report::{Finding, Report, SetAside};
pub use rules::{Profile, Rule, Severity};
