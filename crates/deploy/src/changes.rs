//! Change sets: made, shown, and judged before anything is executed.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::aws::{Aws, CallError};
use crate::error::{Error, ErrorKind, Result};
use crate::stack::Stack;

/// The name of the change set: there is one at a time, and one that a stopped run left behind is replaced.
const NAME: &str = "lockstep-deploy";

/// Types that hold what cannot be made again: data, secrets, and the keys to them.
const PRECIOUS: [&str; 5] = [
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::S3::Bucket",
];

/// Pauses between two looks at a change set that is being made.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where the template comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// Its text, for templates that the API takes directly.
    Text(&'a str),
    /// An address in a bucket.
    Url(&'a str),
    /// The one that the stack has.
    Previous,
}

/// What a change set is made of.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    pub stack: &'a str,
    /// The stack as it is; `None` for one that is to be created.
    pub live: Option<&'a Stack>,
    /// Whether an earlier change set has left a stack without resources.
    pub reviewed: bool,
    pub source: Source<'a>,
    pub parameters: &'a BTreeMap<String, String>,
    /// The role that CloudFormation assumes, where it is not the caller's.
    pub role_arn: Option<String>,
}

/// A change set, ready to be executed.
#[derive(Clone, Debug)]
pub(crate) struct ChangeSet {
    id: String,
    pub stack_id: String,
    pub changes: Vec<Change>,
    /// Parameters whose values change: name, old, new.
    parameters: Vec<(String, String, String)>,
    creates: bool,
}

/// One change of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    action: String,
    resource: String,
    kind: String,
    replacement: String,
}

impl Change {
    fn of(value: &Value) -> Self {
        let text = |key: &str| value["ResourceChange"][key].as_str().unwrap_or_default().to_owned();
        Self {
            action: text("Action"),
            resource: text("LogicalResourceId"),
            kind: text("ResourceType"),
            replacement: text("Replacement"),
        }
    }

    /// Whether something that cannot be made again may be lost.
    pub fn is_dangerous(&self) -> bool {
        let lost = self.action == "Remove" || matches!(self.replacement.as_str(), "True" | "Conditional");
        lost && PRECIOUS.contains(&self.kind.as_str())
    }

    fn line(&self) -> String {
        let what = match (self.action.as_str(), self.replacement.as_str()) {
            ("Modify", "True") => "Replace",
            ("Modify", "Conditional") => "Replace?",
            (action, _) => action,
        };
        let mark = if self.is_dangerous() { "!!" } else { "  " };
        format!("  {mark} {what:<8} {:<32} {}", self.resource, self.kind)
    }
}

impl ChangeSet {
    /// The lines that a person reads before saying yes.
    pub fn lines(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for (name, old, new) in &self.parameters {
            out.push(format!("     {name}: {} → {}", shown(old), shown(new)));
        }
        out.extend(self.changes.iter().map(Change::line));
        out
    }

    /// The changes that may lose something.
    pub fn dangers(&self) -> Vec<&Change> {
        self.changes.iter().filter(|change| change.is_dangerous()).collect()
    }

    /// Starts it. What a failed operation has made goes with it, also what is otherwise retained: a bucket or a
    /// backup vault left behind would be in the way of the next attempt.
    ///
    /// # Errors
    /// When the AWS CLI fails.
    pub fn execute(&self, aws: &Aws) -> Result<()> {
        let words = ["cloudformation", "execute-change-set", "--change-set-name", &self.id];
        aws.call(&[words.as_slice(), &["--retain-except-on-create"]].concat())?;
        Ok(())
    }

    /// Takes it away again, and with it a stack that was made only to be looked at.
    ///
    /// # Errors
    /// When the AWS CLI fails.
    pub fn discard(&self, aws: &Aws) -> Result<()> {
        aws.call(&["cloudformation", "delete-change-set", "--change-set-name", &self.id])?;
        if self.creates {
            aws.call(&["cloudformation", "delete-stack", "--stack-name", &self.stack_id])?;
        }
        Ok(())
    }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}

impl Change {
    /// The resource's logical id and type.
    pub fn name(&self) -> String {
        format!("{} ({})", self.resource, self.kind)
    }
}

/// Makes a change set; nothing when it would change nothing.
///
/// # Errors
/// When CloudFormation cannot make it, with its reason.
pub(crate) fn make(aws: &Aws, request: &Request) -> Result<Option<ChangeSet>> {
    let answer = match create(aws, request) {
        // A stopped run has left it.
        Err(error) if error.code.as_deref() == Some("AlreadyExistsException") => {
            remove(aws, request.stack)?;
            create(aws, request)?
        }
        answer => answer?,
    };
    let id = answer["Id"].as_str().unwrap_or_default().to_owned();
    let described = settled(aws, &id)?;
    let mut set = ChangeSet {
        stack_id: answer["StackId"].as_str().unwrap_or_default().to_owned(),
        changes: described["Changes"].as_array().into_iter().flatten().map(Change::of).collect(),
        parameters: differences(request),
        creates: request.live.is_none() && !request.reviewed,
        id,
    };
    set.changes.sort_by_key(|change| !change.is_dangerous());
    if described["Status"] != "FAILED" {
        return Ok(Some(set));
    }
    let reason = described["StatusReason"].as_str().unwrap_or("no reason was given").to_owned();
    set.discard(aws)?;
    // (Source: what `aws cloudformation deploy` takes for an empty change set.)
    if reason.contains("didn't contain changes") || reason.contains("No updates are to be performed") {
        return Ok(None);
    }
    Err(Error::new(
        ErrorKind::Stack,
        format!("{}: no change set can be made for {}: {reason}", aws.place(), request.stack),
    ))
}

fn create(aws: &Aws, request: &Request) -> Result<Value, CallError> {
    let list: Vec<Value> = request
        .parameters
        .iter()
        .map(|(key, value)| json!({ "ParameterKey": key, "ParameterValue": value }))
        .collect();
    let list = Value::Array(list).to_string();
    let kind = if request.live.is_some() { "UPDATE" } else { "CREATE" };
    let mut words = vec!["cloudformation", "create-change-set", "--stack-name", request.stack];
    words.extend(["--change-set-name", NAME, "--change-set-type", kind, "--parameters", &list]);
    words.extend(["--capabilities", "CAPABILITY_NAMED_IAM"]);
    match request.source {
        Source::Text(text) => words.extend(["--template-body", text]),
        Source::Url(address) => words.extend(["--template-url", address]),
        Source::Previous => words.push("--use-previous-template"),
    }
    if let Some(role) = &request.role_arn {
        words.extend(["--role-arn", role]);
    }
    aws.call(&words)
}

/// Waits until the change set is made or has failed.
fn settled(aws: &Aws, id: &str) -> Result<Value> {
    let mut pause = PAUSE;
    loop {
        let described = aws.call(&["cloudformation", "describe-change-set", "--change-set-name", id])?;
        match described["Status"].as_str() {
            Some("CREATE_PENDING" | "CREATE_IN_PROGRESS") => {}
            _ => return Ok(described),
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Deletes the change set that a stopped run has left.
fn remove(aws: &Aws, stack: &str) -> Result<()> {
    let words = ["cloudformation", "delete-change-set", "--stack-name", stack, "--change-set-name", NAME];
    aws.call(&words)?;
    Ok(())
}

/// The parameters whose values the request changes.
fn differences(request: &Request) -> Vec<(String, String, String)> {
    let Some(live) = request.live else { return Vec::new() };
    let changed = |(name, new): (&String, &String)| {
        let old = live.parameters.get(name).cloned().unwrap_or_default();
        (old != *new).then(|| (name.clone(), old, new.clone()))
    };
    request.parameters.iter().filter_map(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, kind: &str, replacement: &str) -> Change {
        let resource = "Database".to_owned();
        Change { action: action.into(), resource, kind: kind.into(), replacement: replacement.into() }
    }

    #[test]
    fn losing_what_cannot_be_made_again_is_a_danger() {
        for (action, kind, replacement, danger) in [
            ("Add", "AWS::RDS::DBCluster", "", false),
            ("Modify", "AWS::RDS::DBCluster", "False", false),
            ("Modify", "AWS::RDS::DBCluster", "True", true),
            ("Modify", "AWS::KMS::Key", "Conditional", true),
            ("Remove", "AWS::RDS::DBInstance", "", true),
            ("Remove", "AWS::CloudWatch::Alarm", "", false),
            ("Modify", "AWS::Lambda::Function", "True", false),
        ] {
            let change = change(action, kind, replacement);
            assert_eq!(change.is_dangerous(), danger, "{}", change.line());
            assert_eq!(change.line().contains("!!"), danger);
        }
    }
}
