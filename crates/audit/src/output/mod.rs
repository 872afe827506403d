//! Reports as text, JSON, SARIF and Markdown.

mod explain;
mod json;
mod markdown;
mod matrix;
mod sarif;
mod text;

pub use explain::{explain, reference, rule_list};
pub use json::json;
pub use markdown::markdown;
pub use matrix::{Status, matrix, matrix_rows};
pub use sarif::sarif;
pub use text::text;
