//! What the last call left for the next one: a small JSON object in the state parameter, kept by sync and lag.
//!
//! Both write the whole of it. A lag call that wrote at the very moment of a sync call could undo its note;
//! the next plan, a minute later, writes it again. The lag and its metrics rest on it, and whether a difference
//! that verify finds is news of the source or a failure; plans and what is applied do not.

use aws_sdk_ssm::types::ParameterType;
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, failed};
use crate::failure::{Failure, Result};
use crate::settings;
use crate::sync::Told;

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
    /// The lag at that time.
    pub lag_seconds: u64,
    /// Where the source was before both sides were last found equal.
    pub in_step: Option<Position>,
    /// Where the source was before the last plan was applied to its end.
    pub applied: Option<Position>,
    /// When a change that the target has not got was first seen.
    pub first_seen: Option<u64>,
    /// Since when a plan waits for a person.
    pub waiting_since: Option<u64>,
    /// Failures that people were told of since both sides were last found equal.
    pub told: Option<Told>,
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
    /// Reads the parameter. A text that is none of ours counts as no state.
    ///
    /// # Errors
    /// When the parameter cannot be read.
    pub async fn read(aws: &Aws) -> Result<Self> {
        let text = aws.parameter(&settings::required("LOCKSTEP_STATE_PARAMETER")?).await?;
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Writes the parameter under the environment's key: without a key named, each write moves a SecureString to the
    /// account's default key.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn write(&self, aws: &Aws) -> Result<()> {
        let name = settings::required("LOCKSTEP_STATE_PARAMETER")?;
        let text = serde_json::to_string(self)
            .map_err(|e| Failure::new(crate::failure::Kind::Internal, format!("the state: {e}")))?;
        let request = aws.ssm().put_parameter().name(&name).value(text).overwrite(true);
        let request =
            request.r#type(ParameterType::SecureString).key_id(settings::required("LOCKSTEP_KMS_KEY_ARN")?);
        request.send().await.map(drop).map_err(|e| failed(&format!("parameter {name}"), &e))
    }
}
