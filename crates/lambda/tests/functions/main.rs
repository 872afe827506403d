//! The functions as Lambda runs them: the real binary under an emulator of the runtime API, against a local AWS
//! API server and real MySQL servers with TLS.

mod accounts;
mod again;
mod api;
mod asl;
mod budget;
mod custom_resources;
mod emulator;
mod failures;
mod lag;
mod left;
mod long;
mod proxy;
mod rotation;
mod slices;
mod storage;
mod sync;
mod workflow;
mod world;
