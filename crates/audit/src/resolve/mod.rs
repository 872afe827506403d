//! What a template's values can be.
//!
//! A rule reads concrete values. Where a value is not fixed (a parameter with several permitted values, an
//! `Fn::If`), the rule runs once for each way it can turn out: the first run takes the first choice everywhere,
//! and each further run changes the last choice that has alternatives left. So a rule sees only the choices it
//! asks about, every combination it sees is one that parameters can really produce, and no rule has to know.

mod candidates;
mod conditions;
mod functions;
mod state;
mod value;

pub use candidates::Given;
pub use state::{Assumption, Cx, Draft, Explored, Scope, View};
pub use value::{Hole, Piece, Res, Shape, Text, Val};
