//! What the deployed templates permit: resolved for three accounts, then asked which packet arrives
//! ([`network`]) and who may do what ([`policies`]).

mod ids;
mod network;
mod policies;
mod stack;
