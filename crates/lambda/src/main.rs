//! The functions of an AWS environment, in one binary: the runtime `provided.al2023` starts `bootstrap`, and
//! `LOCKSTEP_FUNCTION` says which function it is. docs/lambda-events.md describes events, answers and variables.
//!
//! The engine is synchronous and runs on a blocking thread ([`work::run`]); everything that talks to AWS is here.

mod aws;
mod cfn;
mod clock;
mod compare;
mod connection;
mod database_bootstrap;
mod emf;
mod failure;
mod grants;
mod lag;
mod log;
mod rotation;
mod secure_parameter;
mod settings;
mod state;
mod store;
mod summary;
mod sync;
mod work;

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::aws::Aws;
use crate::clock::Deadline;
use crate::failure::{Failure, Result};
use crate::settings::Function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let function = Function::from_environment();
    let aws = Aws::load().await;
    lambda_runtime::run(service_fn(|event| handle(&function, &aws, event))).await
}

/// Answers one event. A variable that is missing or wrong is reported at each event, where somebody sees it, and
/// not by a function that dies at its start.
async fn handle(function: &Result<Function>, aws: &Aws, event: LambdaEvent<Value>) -> Result<Value> {
    let deadline = Deadline::of(&event.context);
    let event = event.payload;
    // The workflow's name of its run, by which people search the log; other events have none.
    let run = event["run"].clone();
    let function = function.as_ref().map_err(Failure::clone)?;
    let result = match function {
        Function::Sync => sync::handle(aws, event, deadline).await,
        Function::Lag => lag::handle(aws).await,
        Function::Compare => compare::handle(aws, event, deadline).await,
        Function::Rotation => rotation::handle(aws, event).await,
        Function::SecureParameter => {
            cfn::answer(event, deadline, |request| secure_parameter::handle(aws.clone(), request)).await
        }
        Function::DatabaseBootstrap => {
            cfn::answer(event, deadline, |request| database_bootstrap::handle(aws.clone(), request)).await
        }
    };
    if let Err(failure) = &result {
        log::failure(failure, &run);
    }
    result
}
