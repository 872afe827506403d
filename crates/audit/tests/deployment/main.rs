//! What the deployed templates permit: resolved for three accounts, then asked which packet arrives
//! ([`network`]) and who may do what ([`policies`]); and given to an API that makes it ([`api`]).

mod api;
mod ids;
mod network;
mod policies;
mod stack;
