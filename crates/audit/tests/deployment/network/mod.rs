//! Which packet arrives: routes both ways, peerings, security groups and network ACLs of three VPCs.

mod matrix;
mod model;
mod mutants;
mod reach;

pub use matrix::deviations;
pub use model::Network;
