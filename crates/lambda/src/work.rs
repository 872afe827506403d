//! The engine's synchronous work, away from the thread that talks to AWS.

use crate::failure::{Failure, Kind, Result};

/// Runs `work` on a blocking thread. A panic in it is a failure like any other.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Failure::new(Kind::Internal, format!("the work panicked: {error}"))),
    }
}
