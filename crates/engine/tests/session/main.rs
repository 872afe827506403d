//! Sessions on real servers: which variables there are.

mod variables;
