//! Reference data on real servers: compared, applied, and checked by means that share no code with lockstep.

mod apply;
mod cases;
mod identity;
mod long_rows;
mod moved;
mod random;
mod slices;
mod support;
mod types;
