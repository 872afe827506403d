//! Suppressions: `Metadata: {lockstep: {suppress: [{rule: mistake-06, reason: …}]}}` on a resource or on the template.

use crate::document::node::Node;
use crate::document::source::Span;
use crate::report::{Finding, SetAside};
use crate::rules;
use crate::template::Template;

/// One suppression as written.
#[derive(Debug)]
pub(crate) struct Suppression {
    rule: String,
    reason: Option<String>,
    /// The resource it is on; none for the whole template.
    resource: Option<String>,
    span: Span,
    used: bool,
}

/// Every suppression of a template.
pub(crate) fn read(template: &Template<'_>) -> Vec<Suppression> {
    let mut found = Vec::new();
    if let Some(root) = template.root {
        collect(root, None, &mut found);
    }
    for resource in &template.resources {
        collect(resource.node, Some(resource.id), &mut found);
    }
    found
}

fn collect(holder: &Node, resource: Option<&str>, found: &mut Vec<Suppression>) {
    let list =
        holder.get("Metadata").and_then(|node| node.get("lockstep")).and_then(|node| node.get("suppress"));
    for item in list.map(Node::items).unwrap_or_default() {
        let text =
            |key: &str| item.get(key).and_then(Node::as_str).map(str::trim).filter(|text| !text.is_empty());
        found.push(Suppression {
            rule: text("rule").unwrap_or_default().to_owned(),
            reason: text("reason").map(str::to_owned),
            resource: resource.map(str::to_owned),
            span: item.span,
            used: false,
        });
    }
}

/// Marks the findings that are suppressed with a reason.
pub(crate) fn apply(suppressions: &mut [Suppression], findings: &mut [Finding]) {
    for finding in findings {
        let matching = suppressions.iter_mut().find(|one| {
            finding.rule.is_called(&one.rule)
                && one.reason.is_some()
                && one.resource.as_ref().is_none_or(|id| finding.resource.as_ref() == Some(id))
        });
        if let Some(suppression) = matching {
            suppression.used = true;
            finding.set_aside = suppression.reason.clone().map(SetAside::Suppressed);
        }
    }
}

/// What is wrong with the suppressions themselves. `looked` says whether a rule was run on everything that the
/// template permits: only then does a suppression of it that was not used suppress nothing.
pub(crate) fn complaints(
    suppressions: &[Suppression],
    looked: &dyn Fn(&rules::Rule) -> bool,
) -> Vec<(Span, rules::Severity, String)> {
    let complaint = |one: &Suppression| {
        let rule = rules::rule(&one.rule);
        if rule.is_none() {
            let message = format!("there is no rule `{}` to suppress", one.rule);
            Some((one.span, rules::Severity::Error, message))
        } else if one.reason.is_none() {
            let message = format!("the suppression of {} gives no reason, so it is not applied", one.rule);
            Some((one.span, rules::Severity::Error, message))
        } else if !one.used && rule.is_some_and(looked) {
            let message = format!("the suppression of {} suppresses nothing: remove it", one.rule);
            Some((one.span, rules::Severity::Warning, message))
        } else {
            None
        }
    };
    suppressions.iter().filter_map(complaint).collect()
}
