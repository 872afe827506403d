//! What the deployed templates permit: resolved for three accounts, then asked which packet arrives ([`network`]).

mod ids;
mod network;
mod stack;
