//! Trying again, and going elsewhere. (Source: the States Language, "Retrying after error", "Fallback states".)

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use serde_json::Value;

use super::definition::{Catcher, Jitter, Retrier};
use super::failure::Failure;
use super::path;

/// How often each retrier of a state has been used since the state was entered.
pub(crate) struct Retries<'a> {
    state: &'a str,
    retriers: &'a [Retrier],
    used: Vec<u32>,
}

impl<'a> Retries<'a> {
    pub fn new(state: &'a str, retriers: &'a [Retrier]) -> Self {
        Self { state, retriers, used: vec![0; retriers.len()] }
    }

    /// How long to wait before the next attempt. The first retrier that names the error decides, also when it
    /// is used up: then there is no other attempt.
    pub fn delay(&mut self, failure: &Failure) -> Option<Duration> {
        let i = self.retriers.iter().position(|retrier| failure.matches(&retrier.error_equals))?;
        let retrier = &self.retriers[i];
        if self.used[i] == retrier.max_attempts {
            return None;
        }
        let power = i32::try_from(self.used[i]).expect("a number of attempts");
        self.used[i] += 1;
        let whole = f64::from(retrier.interval_seconds) * retrier.backoff_rate.powi(power);
        let whole = retrier.max_delay_seconds.map_or(whole, |most| whole.min(most.into()));
        let part = match retrier.jitter_strategy {
            Jitter::None => 1.0,
            Jitter::Full => fraction(self.state, self.used[i]),
        };
        Some(Duration::from_secs_f64(whole * part))
    }
}

/// A number from 0 to 1 that is the same in each run: what chance gives the service.
fn fraction(state: &str, attempt: u32) -> f64 {
    let mut hasher = DefaultHasher::new();
    (state, attempt).hash(&mut hasher);
    let steps = u32::try_from(hasher.finish() % 1001).expect("at most 1000");
    f64::from(steps) / 1000.0
}

/// The input and name of the state that the first catcher of this error leads to.
///
/// # Errors
/// The failure itself when nothing catches it.
pub(crate) fn caught<'a>(
    catchers: &'a [Catcher],
    failure: Failure,
    input: &Value,
) -> Result<(Value, Option<&'a str>), Failure> {
    let catcher = catchers.iter().find(|catcher| failure.matches(&catcher.error_equals));
    let Some(catcher) = catcher else { return Err(failure) };
    let output = path::put(catcher.result_path.as_deref(), input, failure.output())?;
    Ok((output, Some(&catcher.next)))
}
