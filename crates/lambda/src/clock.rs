//! How much time a call has.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::Context;

/// Kept back at the end of a call for storing, logging and answering.
const RESERVE: Duration = Duration::from_secs(30);

/// The moment at which Lambda ends this call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(SystemTime);

impl Deadline {
    /// The call's deadline, from the runtime API.
    pub fn of(context: &Context) -> Self {
        Self(context.deadline())
    }

    /// What is left until `reserve` before the deadline; zero when that moment has passed.
    pub fn left(self, reserve: Duration) -> Duration {
        let left = self.0.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
        left.saturating_sub(reserve)
    }

    /// The engine's budget: at most `limit_seconds`, and 30 s before the deadline at the latest.
    pub fn budget(self, limit_seconds: u64) -> Duration {
        self.left(RESERVE).min(Duration::from_secs(limit_seconds))
    }
}

/// Seconds since 1970, UTC.
pub(crate) fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

/// Milliseconds since 1970, UTC.
pub(crate) fn now_millis() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    elapsed.as_secs() * 1000 + u64::from(elapsed.subsec_millis())
}
