//! The functions as Lambda runs them: the real binary under an emulator of the runtime API, against a local AWS
//! API server and real MySQL servers with TLS.

mod accounts;
mod api;
mod asl;
mod budget;
mod custom_resources;
mod emulator;
mod failures;
mod long;
mod rotation;
mod slices;
mod sync;
mod workflow;
mod world;
