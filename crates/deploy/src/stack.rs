//! Stacks as CloudFormation knows them: their state is the only state there is.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::aws::Aws;
use crate::error::Result;

/// A stack.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    pub name: String,
    pub id: String,
    pub status: String,
    pub parameters: BTreeMap<String, String>,
    pub outputs: BTreeMap<String, String>,
    /// Whether termination protection is on.
    pub protected: bool,
}

impl Stack {
    /// Whether it has these parameters.
    pub fn has(&self, wanted: &BTreeMap<String, String>) -> bool {
        wanted.iter().all(|(name, value)| self.parameters.get(name).is_some_and(|live| live == value))
    }
}

/// What a stack's status means for whoever wants to change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It can be updated.
    Settled,
    /// Only looked at in a change set, never created.
    Reviewed,
    /// An operation is running.
    Busy,
    /// Its creation failed: it can only be deleted.
    NeverMade,
    /// An update failed, and so did the way back.
    Stuck,
    /// An update failed, and the way back was switched off.
    Halted,
    /// Its deletion failed.
    HalfDeleted,
}

impl Standing {
    /// (Source: CloudFormation User Guide, "Stack status codes".)
    pub fn of(status: &str) -> Self {
        match status {
            "REVIEW_IN_PROGRESS" => Self::Reviewed,
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => Self::NeverMade,
            "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => Self::Stuck,
            "UPDATE_FAILED" => Self::Halted,
            "DELETE_FAILED" => Self::HalfDeleted,
            other if other.ends_with("_IN_PROGRESS") => Self::Busy,
            _ => Self::Settled,
        }
    }
}

/// The stack of that name or id, or nothing.
///
/// # Errors
/// When the AWS CLI fails.
pub(crate) fn describe(aws: &Aws, name: &str) -> Result<Option<Stack>> {
    let answer = match aws.call(&["cloudformation", "describe-stacks", "--stack-name", name]) {
        Ok(answer) => answer,
        Err(error) if error.is_absent() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let stack = &answer["Stacks"][0];
    let status = text(&stack["StackStatus"]);
    if status == "DELETE_COMPLETE" {
        return Ok(None);
    }
    Ok(Some(Stack {
        name: text(&stack["StackName"]),
        id: text(&stack["StackId"]),
        status,
        parameters: pairs(&stack["Parameters"], "ParameterKey", "ParameterValue"),
        outputs: pairs(&stack["Outputs"], "OutputKey", "OutputValue"),
        protected: stack["EnableTerminationProtection"].as_bool().unwrap_or(false),
    }))
}

/// Whether the stack is made of this template.
///
/// # Errors
/// When the AWS CLI fails.
pub(crate) fn has_template(aws: &Aws, stack: &Stack, template: &Value) -> Result<bool> {
    let answer = aws.call(&["cloudformation", "get-template", "--stack-name", &stack.name])?;
    Ok(answer["TemplateBody"] == *template)
}

/// The physical ids of a stack's resources of one type, those that have one.
///
/// # Errors
/// When the AWS CLI fails.
pub(crate) fn physical_ids(aws: &Aws, stack: &str, kind: &str) -> Result<Vec<String>> {
    let answer = aws.call(&["cloudformation", "list-stack-resources", "--stack-name", stack])?;
    let resources = answer["StackResourceSummaries"].as_array().into_iter().flatten();
    let of_kind =
        resources.filter(|one| one["ResourceType"] == kind && one["ResourceStatus"] != "DELETE_COMPLETE");
    Ok(of_kind.map(|one| text(&one["PhysicalResourceId"])).filter(|id| !id.is_empty()).collect())
}

fn pairs(list: &Value, key: &str, value: &str) -> BTreeMap<String, String> {
    list.as_array().into_iter().flatten().map(|pair| (text(&pair[key]), text(&pair[value]))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// One event of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub(crate) id: String,
    /// When, as CloudFormation writes it.
    pub time: String,
    /// The resource's logical id; the stack's name for the stack itself.
    pub resource: String,
    /// Its type.
    pub kind: String,
    /// What became of it, e.g. `CREATE_COMPLETE`.
    pub status: String,
    /// Why, where CloudFormation says so.
    pub reason: String,
    /// Its physical id.
    pub physical: String,
    /// Whether it is about the stack itself.
    pub is_stack: bool,
}

impl Event {
    fn of(value: &Value) -> Self {
        let physical = text(&value["PhysicalResourceId"]);
        Self {
            id: text(&value["EventId"]),
            time: text(&value["Timestamp"]),
            resource: text(&value["LogicalResourceId"]),
            kind: text(&value["ResourceType"]),
            status: text(&value["ResourceStatus"]),
            reason: text(&value["ResourceStatusReason"]),
            is_stack: physical == text(&value["StackId"]),
            physical,
        }
    }

    /// Whether it reports a failure.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.status.ends_with("_FAILED")
    }
}

/// The newest events of a stack, newest first.
///
/// # Errors
/// When the AWS CLI fails.
pub(crate) fn events(aws: &Aws, stack: &str) -> Result<Vec<Event>> {
    Ok(aws.events(stack)?.iter().map(Event::of).collect())
}

/// Of events with the newest first, those of the newest operation.
pub(crate) fn last_operation(events: &[Event]) -> &[Event] {
    let begins = |event: &Event| {
        event.is_stack
            && matches!(
                event.status.as_str(),
                "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" | "DELETE_IN_PROGRESS" | "IMPORT_IN_PROGRESS"
            )
    };
    let end = events.iter().position(begins).map_or(events.len(), |start| start + 1);
    &events[..end]
}

/// The failure that caused the others. Of events with the newest first it is the oldest; what was cancelled
/// because of it is passed over.
pub(crate) fn first_failure(events: &[Event]) -> Option<&Event> {
    let told = |event: &&Event| {
        event.is_failure() && !event.reason.contains("cancelled") && !event.reason.is_empty()
    };
    let resources = || events.iter().rev().filter(told);
    resources().find(|event| !event.is_stack).or_else(|| resources().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(resource: &str, status: &str, reason: &str) -> Event {
        Event {
            id: format!("{resource}{status}"),
            time: String::new(),
            resource: resource.into(),
            kind: String::new(),
            status: status.into(),
            reason: reason.into(),
            physical: String::new(),
            is_stack: resource == "stack",
        }
    }

    #[test]
    fn the_first_failure_of_the_newest_operation_is_the_cause() {
        let events = [
            event("stack", "ROLLBACK_COMPLETE", ""),
            event("stack", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [B, A]."),
            event("B", "CREATE_FAILED", "Resource creation cancelled"),
            event("A", "CREATE_FAILED", "no such key"),
            event("A", "CREATE_IN_PROGRESS", ""),
            event("stack", "CREATE_IN_PROGRESS", "User Initiated"),
            event("A", "CREATE_FAILED", "of an earlier operation"),
        ];
        let operation = last_operation(&events);
        assert_eq!(operation.len(), 6);
        assert_eq!(first_failure(operation).map(|e| e.reason.as_str()), Some("no such key"));
    }

    #[test]
    fn a_status_says_what_can_be_done() {
        for (status, standing) in [
            ("UPDATE_ROLLBACK_COMPLETE", Standing::Settled),
            ("IMPORT_COMPLETE", Standing::Settled),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Standing::Busy),
            ("REVIEW_IN_PROGRESS", Standing::Reviewed),
            ("ROLLBACK_FAILED", Standing::NeverMade),
            ("UPDATE_ROLLBACK_FAILED", Standing::Stuck),
        ] {
            assert_eq!(Standing::of(status), standing, "{status}");
        }
    }
}
