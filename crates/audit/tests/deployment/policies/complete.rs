//! Whether the lists speak of everything that the policies permit.

use serde_json::Value;

use super::documents::{Document, Policies};
use super::principals::roles;
use super::trial::Trial;
use crate::stack::Environment;

/// What a policy permits and no line of the list mentions, in words.
pub fn unmentioned(list: &str, policies: &Policies, trials: &[Trial]) -> Vec<String> {
    let meant: Vec<&Trial> = trials.iter().filter(|trial| trial.meant).collect();
    match list {
        "roles" => {
            let asked = roles(policies).into_iter().filter(|who| !who.is_ruler);
            let of_role = |who: &str| -> Vec<&Trial> {
                meant.iter().filter(|trial| trial.request.principal == who).copied().collect()
            };
            let holes = asked.flat_map(|who| holes(&who.id, who.policies.iter(), &of_role(&who.id)));
            holes.collect()
        }
        "endpoints" => {
            let of = |((environment, service), policy): (&(Environment, String), &Document)| {
                let name = format!("endpoint {service} of {}", environment.name());
                holes(&name, std::iter::once(policy), &meant)
            };
            policies.endpoints.iter().flat_map(of).collect()
        }
        _ => services(policies, &meant),
    }
}

/// What statements permit, action by action and resource by resource, and no trial is about.
fn holes<'p>(whose: &str, policies: impl Iterator<Item = &'p Document>, meant: &[&Trial]) -> Vec<String> {
    let mut found = Vec::new();
    for statement in policies.flat_map(|policy| statements(policy)).filter(|one| one["Effect"] == "Allow") {
        for key in ["NotAction", "NotResource"] {
            assert!(statement.get(key).is_none(), "{whose}: {key} in a statement that allows");
        }
        for action in each(&statement["Action"]) {
            for resource in each(&statement["Resource"]) {
                let is_about = |trial: &&&Trial| {
                    trial.request.action == action && matches(resource, &trial.request.resource)
                };
                if !meant.iter().any(|trial| is_about(&trial)) {
                    found.push(format!("{whose} may {action} on {resource}, which no line mentions"));
                }
            }
        }
    }
    found
}

/// Services that a resource's policy lets in and no line does.
fn services(policies: &Policies, meant: &[&Trial]) -> Vec<String> {
    let mut found = Vec::new();
    for (resource, policy) in &policies.resources {
        for statement in statements(policy).filter(|one| one["Effect"] == "Allow") {
            for service in each(&statement["Principal"]["Service"]) {
                let is_about = |trial: &&&Trial| {
                    trial.request.principal == service
                        && trial.request.resource.starts_with(resource.as_str())
                };
                if !meant.iter().any(|trial| is_about(&trial)) {
                    found.push(format!("{service} is let in by {resource}, which no line mentions"));
                }
            }
        }
    }
    found
}

fn statements(policy: &Value) -> impl Iterator<Item = &Value> {
    policy["Statement"].as_array().expect("a list of statements").iter()
}

/// One text, or a list of them.
fn each(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// Whether an ARN is what a pattern with `*` means.
fn matches(pattern: &str, arn: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == arn,
        Some((start, rest)) => {
            let Some(tail) = arn.strip_prefix(start) else { return false };
            tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| matches(rest, &tail[at..]))
        }
    }
}
