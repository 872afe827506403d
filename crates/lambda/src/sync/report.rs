//! Says whether a failed run is to be mailed to people: the schedule starts one each minute, and a failure that
//! lasts shall not bury the mails that ask for an approval.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Call, outline};
use crate::clock::now_seconds;
use crate::failure::{Failure, Result};
use crate::state::State;

/// Seconds for which a failure counts as told.
const AGAIN_SECONDS: u64 = 3600;

/// The most mails within that time, however many kinds of failure there are.
const MOST: usize = 6;

/// Digits of the digest that stands for a failure.
const DIGITS: usize = 16;

/// What went wrong in a run of the workflow. A person who ends a task may leave both out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Trouble {
    /// The error's name.
    pub error: Option<String>,
    /// What the mail says of it.
    pub cause: Option<String>,
}

/// Failures that were mailed since both sides were last equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told(Vec<Mail>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mail {
    what: String,
    time: u64,
}

impl Told {
    /// Whether another mail about `what` would tell nothing new, or be one too many.
    fn is_enough(&self, what: &str, now: u64) -> bool {
        let mut recent = self.0.iter().filter(|mail| mail.is_recent(now));
        recent.clone().any(|mail| mail.what == what) || recent.nth(MOST - 1).is_some()
    }

    /// Notes a mail, and forgets those that are older than an hour.
    fn note(&mut self, what: String, now: u64) {
        self.0.retain(|mail| mail.is_recent(now) && mail.what != what);
        self.0.push(Mail { what, time: now });
    }
}

impl Mail {
    fn is_recent(&self, now: u64) -> bool {
        now.saturating_sub(self.time) < AGAIN_SECONDS
    }
}

/// Answers `report`: before the mail whether it is to be sent, and after it, with `told`, notes that it was.
/// Whoever started a run by hand is always told.
pub(super) async fn handle(call: &Call<'_>) -> Result<Value> {
    let trouble = call.event.error.as_ref().ok_or_else(|| Failure::event("the event has no error"))?;
    let what = name(trouble, &call.event.plan);
    let now = now_seconds();
    if call.event.told {
        call.note(|state| state.told.get_or_insert_default().note(what.clone(), now)).await?;
        return Ok(json!({ "status": "noted" }));
    }
    let state = State::read(call.aws).await?;
    // A run that has failed waits for nobody: people may not even have been asked.
    if state.waiting_since.is_some() && plan_id(&call.event.plan) == state.plan_id.as_deref() {
        call.note(|state| state.end_wait(now)).await?;
    }
    let scheduled = call.event.input.trigger == "schedule";
    let told = scheduled && state.told.is_some_and(|told| told.is_enough(&what, now));
    Ok(json!({ "status": if told { "told" } else { "new" } }))
}

/// The plan of the run, where it has made one.
fn plan_id(plan: &Value) -> Option<&str> {
    plan["result"]["planId"].as_str()
}

/// A digest of the error's name and of the plan that it was met with. Causes hold times and addresses, which differ
/// from run to run.
fn name(trouble: &Trouble, plan: &Value) -> String {
    let plan = plan_id(plan).unwrap_or_default();
    let text = format!("{}\n{plan}", trouble.error.as_deref().unwrap_or_default());
    outline::hex(Sha256::digest(text))[..DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_that_lasts_is_told_once_an_hour() {
        let mut told = Told::default();
        assert!(!told.is_enough("a", 10_000));
        told.note("a".into(), 10_000);
        assert!(told.is_enough("a", 13_599) && !told.is_enough("b", 13_599));
        assert!(!told.is_enough("a", 13_600));
        told.note("b".into(), 20_000);
        assert_eq!(told.0.len(), 1, "what is older than an hour is forgotten");
    }

    #[test]
    fn many_kinds_of_failures_are_few_mails() {
        let mut told = Told::default();
        for i in 0..MOST {
            assert!(!told.is_enough(&i.to_string(), 10_000));
            told.note(i.to_string(), 10_000);
        }
        assert!(told.is_enough("another", 10_000));
        assert!(!told.is_enough("another", 13_600));
    }

    #[test]
    fn the_same_error_of_another_plan_is_another_failure() {
        let trouble = Trouble { error: Some("Internal".into()), cause: None };
        let of = |plan| name(&trouble, &json!({ "result": { "planId": plan } }));
        assert_eq!(of("ab"), of("ab"));
        assert!(of("ab") != of("cd") && of("ab") != name(&trouble, &Value::Null));
    }
}
