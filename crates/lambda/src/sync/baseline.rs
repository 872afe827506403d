//! What a run notes when it has made a plan, for its own calls that apply it: beside the plans, under the run's name.
//!
//! The same plan may come again: a fee that goes up and down, an attempt that failed. Then its outline is there already,
//! and the journal has runs with its fingerprint. What this run may count as its own begins here.

use serde::{Deserialize, Serialize};

use super::Call;
use crate::failure::{Failure, Kind, Result};
use crate::store::{Present, Store};

/// Where a run stood when it made a plan.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Baseline {
    /// The newest run in the target's journal then; 0 for none. Only later ones can be calls that applied the plan.
    pub journal_run: u64,
    /// Whether the settings of that moment wanted a person to approve the plan.
    pub approval_required: bool,
}

impl Baseline {
    /// Notes it. A later plan of the same run with the same fingerprint begins again.
    ///
    /// # Errors
    /// When it cannot be put.
    pub async fn keep(&self, call: &Call<'_>, id: &str) -> Result<()> {
        let text = serde_json::to_string(self)
            .map_err(|e| Failure::new(Kind::Internal, format!("the plan's baseline: {e}")))?;
        let (folder, name) = (folder(call), name(id));
        Store::open(call.aws)?.put_text(&folder, &name, text, Present::Replaced).await.map(drop)
    }

    /// What this run noted when it made the plan.
    ///
    /// # Errors
    /// When this run made no such plan, or with another version of the functions.
    pub async fn load(call: &Call<'_>, id: &str) -> Result<Self> {
        let store = Store::open(call.aws)?;
        let (folder, name) = (folder(call), name(id));
        let url = store.url(&folder, &name);
        let text = store.get(&folder, &name).await?.ok_or_else(|| {
            Failure::configuration(format!(
                "this run did not make plan {id}: there is no {url}; start the workflow again"
            ))
        })?;
        serde_json::from_str(&text)
            .map_err(|e| Failure::configuration(format!("{url}: {e}; start the workflow again")))
    }
}

fn folder(call: &Call<'_>) -> String {
    format!("run-{}", call.event.run)
}

fn name(id: &str) -> String {
    format!("baseline-{id}.json")
}
