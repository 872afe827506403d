//! CloudFormation's custom resources: the answer always arrives, also when the work fails, panics or runs out of
//! time. A stack that gets no answer waits for an hour.
//! (Source: CloudFormation User Guide, "Custom resource request and response".)

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::clock::Deadline;
use crate::failure::{Failure, Kind, Result};
use crate::{log, work};

/// Kept back for sending the answer.
const RESERVE: Duration = Duration::from_secs(8);

/// Times that the answer is sent before giving up, and seconds between them.
const SENDS: u32 = 3;
const SEND_PAUSE: Duration = Duration::from_millis(500);

/// The longest reason, in characters: an answer holds at most 4,096 bytes.
const REASON_LIMIT: usize = 800;

/// The physical id of a resource that could not be created. Deleting it, which CloudFormation asks for then,
/// must not touch anything.
pub(crate) const NOT_CREATED: &str = "not-created";

/// What CloudFormation wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Wanted {
    /// A new resource.
    Create,
    /// Other properties.
    Update,
    /// None any more.
    Delete,
}

/// A custom resource's event.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request {
    /// What CloudFormation wants.
    pub request_type: Wanted,
    /// The resource's id from an earlier answer; none before it is created.
    pub physical_resource_id: Option<String>,
    /// Its properties.
    #[serde(default)]
    pub resource_properties: Value,
    /// Its properties before an update.
    #[serde(default)]
    pub old_resource_properties: Value,
}

impl Request {
    /// The properties as `T`.
    ///
    /// # Errors
    /// When one is missing or of another type.
    pub fn properties<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(self.resource_properties.clone())
            .map_err(|e| Failure::configuration(format!("the resource's properties: {e}")))
    }
}

/// How the work ended well.
#[derive(Debug)]
pub(crate) struct Done {
    /// The resource's id: another one than before makes CloudFormation delete the earlier.
    pub physical_id: String,
    /// What `Fn::GetAtt` gives; no secrets.
    pub data: Value,
}

/// Does the work and answers. The event's own answer to the runtime is the answer without its data.
///
/// # Errors
/// Only when the answer cannot be delivered.
pub(crate) async fn answer<F, W>(event: Value, deadline: Deadline, work: W) -> Result<Value>
where
    W: FnOnce(Request) -> F,
    F: Future<Output = Result<Done>> + Send + 'static,
{
    let url = event["ResponseURL"].as_str().map(str::to_owned);
    let url =
        url.ok_or_else(|| Failure::event("the event has no ResponseURL: it is none of CloudFormation's"))?;
    let result = match serde_json::from_value::<Request>(event.clone()) {
        Err(error) => Err(Failure::event(format!("the event cannot be read: {error}"))),
        Ok(request) => bounded(work(request), deadline).await,
    };
    if let Err(failure) = &result {
        log::failure(failure, &Value::Null);
    }
    let answer = body(&event, &result);
    send(url, answer.to_string()).await?;
    let (status, id) = (&answer["Status"], &answer["PhysicalResourceId"]);
    log::info(
        "answered",
        &json!({ "status": status, "physicalId": id, "resource": event["LogicalResourceId"] }),
    );
    Ok(json!({ "status": status, "physicalId": id }))
}

/// The work's result, or a failure when it panics or is not done in time.
async fn bounded<F>(work: F, deadline: Deadline) -> Result<Done>
where
    F: Future<Output = Result<Done>> + Send + 'static,
{
    match tokio::time::timeout(deadline.left(RESERVE), tokio::spawn(work)).await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => Err(Failure::new(Kind::Internal, format!("the work panicked: {error}"))),
        Err(_) => Err(Failure::new(
            Kind::Temporary,
            "the work was not done before the function's deadline; it may be repeated",
        )),
    }
}

fn body(event: &Value, result: &Result<Done>) -> Value {
    let known = event["PhysicalResourceId"].as_str().unwrap_or(NOT_CREATED);
    let mut answer = json!({
        "Status": if result.is_ok() { "SUCCESS" } else { "FAILED" },
        "PhysicalResourceId": known,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    });
    match result {
        Ok(done) => {
            answer["PhysicalResourceId"] = json!(done.physical_id);
            answer["Data"] = done.data.clone();
        }
        Err(failure) => {
            let reason = format!("{}: {failure}", failure.word());
            answer["Reason"] = json!(reason.chars().take(REASON_LIMIT).collect::<String>());
        }
    }
    answer
}

/// Puts the answer to the signed address, which names a bucket and no content type.
async fn send(url: String, body: String) -> Result<()> {
    for attempt in 1..=SENDS {
        let (url, body) = (url.clone(), body.clone());
        let sent = work::run(move || put(&url, &body)).await;
        match sent {
            Err(failure) if attempt < SENDS => {
                log::line("WARN", "the answer was not taken", &json!({ "error": failure.to_string() }));
                tokio::time::sleep(SEND_PAUSE * attempt).await;
            }
            other => return other,
        }
    }
    Ok(())
}

fn put(url: &str, body: &str) -> Result<()> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).build().into();
    // The address is a secret for an hour: whoever has it can answer. Errors leave it out.
    let sent = agent.put(url).header("content-type", "").send(body.as_bytes());
    sent.map(drop).map_err(|error| {
        let why = match error {
            ureq::Error::StatusCode(code) => format!("status {code}"),
            ureq::Error::Timeout(_) => "no answer in time".to_owned(),
            ureq::Error::Io(error) => error.to_string(),
            _ => "no connection".to_owned(),
        };
        Failure::new(Kind::Temporary, format!("the answer to CloudFormation could not be delivered: {why}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_the_known_id_and_a_short_reason() {
        let failure = Failure::configuration("x".repeat(9000));
        let event = json!({ "StackId": "s", "RequestId": "r", "LogicalResourceId": "l" });
        let answer = body(&event, &Err(failure.clone()));
        assert_eq!(answer["PhysicalResourceId"], NOT_CREATED);
        assert!(answer.to_string().len() < 4096);
        let event = json!({ "PhysicalResourceId": "/a/b" });
        assert_eq!(body(&event, &Err(failure))["PhysicalResourceId"], "/a/b");
    }
}
