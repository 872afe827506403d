//! lockstep's own database in the target.

/// The journal's database.
pub const DATABASE: &str = "lockstep";
