//! How much time a call has.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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

    /// The budget of a call that begins now: at most `limit_seconds`, and until 30 s before the deadline at the latest.
    pub fn budget(self, limit_seconds: u64) -> Budget {
        let whole = self.left(RESERVE).min(Duration::from_secs(limit_seconds));
        Budget { begun: Instant::now(), whole }
    }
}

/// The time for a call's work, from the call's beginning: what reading settings and passwords takes is a part of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    begun: Instant,
    whole: Duration,
}

impl Budget {
    /// All of it, used or not.
    pub fn whole(self) -> Duration {
        self.whole
    }

    /// What is left of it.
    pub fn left(self) -> Duration {
        self.whole.saturating_sub(self.begun.elapsed())
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
