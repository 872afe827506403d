//! The project's own templates: they pass, and every mistake made in them is named.

mod mutations;
mod own;
mod passes;
