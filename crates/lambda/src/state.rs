//! What the last call left for the next one: a small JSON object in the state parameter, kept by sync and lag.
//!
//! Both write the whole of it, and neither waits for the other. Each write has a version: when it is not the one after what was
//! read, the other function wrote between the two, and its words lie under ours. They are then read by their version, and
//! our change is made once more on top of them ([`State::change`]). The lag and its metrics rest on this object, and whether a
//! difference that verify finds is news of the source or a failure; plans and what is applied do not.

use aws_sdk_ssm::types::ParameterType;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::aws::{Aws, failed};
use crate::failure::{Failure, Result};
use crate::sync::Told;
use crate::{log, settings};

/// Times that a change is made before giving up; there are two writers, and neither writes twice in a second.
const ATTEMPTS: u32 = 4;

/// The state of this environment's flow. Times are seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct State {
    /// The status that the last sync call answered with.
    pub status: String,
    /// When it did.
    pub time: u64,
    /// The workflow's run.
    pub run: String,
    /// The plan at hand.
    pub plan_id: Option<String>,
    /// Where the source was before both sides were last found equal.
    pub in_step: Option<Position>,
    /// Where the source was before the plan at hand was read.
    pub planned: Option<Position>,
    /// Where the source was before the plan at hand was applied to its end.
    pub applied: Option<Position>,
    /// Where the source was when a plan that a person rejected was all that the target lacked.
    pub rejected: Option<Position>,
    /// When a change that the target lacks was first seen, later by the time that people took since.
    pub first_seen: Option<u64>,
    /// Since when a plan waits for a person.
    pub waiting_since: Option<u64>,
    /// Failures that were mailed since both sides were last found equal.
    pub told: Option<Told>,
    /// The run that found both sides equal again after such failures.
    pub recovered_by: Option<String>,
}

/// Where a source is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The server's own clock.
    pub time: u64,
    /// Digest of its executed GTIDs; `None` for a server that keeps none.
    pub gtids: Option<String>,
}

impl State {
    /// Up to where the source's changes are either here or were rejected; `None` before both sides were ever equal.
    pub fn settled(&self) -> Option<&Position> {
        self.rejected.as_ref().or(self.in_step.as_ref())
    }

    /// Notes that there is a change after `settled`, since `first`. A sync call that noted something newer knows better.
    pub fn see(&mut self, settled: Option<&Position>, first: u64) {
        if self.settled() == settled {
            self.first_seen.get_or_insert(first);
        }
    }

    /// Nobody is waited for any more. The time that it took is no lag of the flow.
    pub fn end_wait(&mut self, now: u64) {
        if let (Some(since), Some(first)) = (self.waiting_since.take(), &mut self.first_seen) {
            *first += now.saturating_sub(since.max(*first));
        }
    }

    /// Reads the parameter. A text that is none of ours counts as no state.
    ///
    /// # Errors
    /// When the parameter cannot be read.
    pub async fn read(aws: &Aws) -> Result<Self> {
        Ok(Self::read_version(aws, &settings::required("LOCKSTEP_STATE_PARAMETER")?).await?.0)
    }

    async fn read_version(aws: &Aws, name: &str) -> Result<(Self, i64)> {
        let (text, version) = aws.parameter_version(name).await?;
        Ok((serde_json::from_str(&text).unwrap_or_default(), version))
    }

    /// Makes a change and returns what was written. `change` is made again when another function wrote meanwhile.
    ///
    /// # Errors
    /// When the parameter cannot be read or written.
    pub async fn change(aws: &Aws, mut change: impl FnMut(&mut Self)) -> Result<Self> {
        let name = settings::required("LOCKSTEP_STATE_PARAMETER")?;
        let (mut state, mut version) = Self::read_version(aws, &name).await?;
        for _ in 1..ATTEMPTS {
            change(&mut state);
            let written = state.write(aws, &name).await?;
            if written <= version + 1 {
                return Ok(state);
            }
            match Self::read_version(aws, &format!("{name}:{}", written - 1)).await {
                Ok((theirs, _)) => (state, version) = (theirs, written),
                // No reason to end a run: the next plan, a minute later, notes most of it again.
                Err(failure) => {
                    let error = failure.to_string();
                    log::line("WARN", "a note of another function is lost", &json!({ "error": error }));
                    return Ok(state);
                }
            }
        }
        change(&mut state);
        state.write(aws, &name).await?;
        Ok(state)
    }

    /// Writes the parameter and returns its version. Under the environment's key: without a key named, each write moves a
    /// SecureString to the account's default key.
    async fn write(&self, aws: &Aws, name: &str) -> Result<i64> {
        let text = serde_json::to_string(self)
            .map_err(|e| Failure::new(crate::failure::Kind::Internal, format!("the state: {e}")))?;
        let request = aws.ssm().put_parameter().name(name).value(text).overwrite(true);
        let request =
            request.r#type(ParameterType::SecureString).key_id(settings::required("LOCKSTEP_KMS_KEY_ARN")?);
        let answer = request.send().await.map_err(|e| failed(&format!("parameter {name}"), &e))?;
        Ok(answer.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_take_is_no_lag() {
        let mut state = State { first_seen: Some(100), waiting_since: Some(130), ..State::default() };
        state.end_wait(1130);
        assert_eq!((state.first_seen, state.waiting_since), (Some(1100), None));
        state.end_wait(2000);
        assert_eq!(state.first_seen, Some(1100), "nobody was waited for");
    }

    #[test]
    fn what_the_probe_saw_before_a_newer_note_is_forgotten() {
        let at = |time| Some(Position { time, gtids: None });
        let mut state = State { in_step: at(200), ..State::default() };
        state.see(at(100).as_ref(), 90);
        assert_eq!(state.first_seen, None);
        state.see(at(200).as_ref(), 190);
        state.see(at(200).as_ref(), 195);
        assert_eq!(state.first_seen, Some(190));
    }
}
