//! What several rules need to know about templates.

mod alarms;
mod database;
mod functions;
mod metrics;
mod network;
mod policies;
mod reach;
mod references;
mod secrets;
mod tags;
mod workflows;

pub(super) use alarms::*;
pub(super) use database::*;
pub(super) use functions::*;
pub(super) use metrics::*;
pub(super) use network::*;
pub(super) use policies::*;
pub(super) use reach::*;
pub(super) use references::*;
pub(super) use secrets::*;
pub(super) use tags::*;
pub(super) use workflows::*;

use super::Profile;
use crate::document::node::{Kind, Node};
use crate::document::source::Span;
use crate::resolve::{Cx, Res, Val};

/// Whether the audit is for one of the two briefs, not for any stack.
pub(super) fn is_strict(cx: &Cx<'_>) -> bool {
    cx.scope.profile != Profile::AnyAurora
}

/// Reports what a brief forbids: an error under a brief's profile, otherwise a warning.
pub(super) fn strict_error(cx: &Cx<'_>, span: Span, message: impl Into<String>) {
    if is_strict(cx) {
        cx.error(span, message);
    } else {
        cx.warning(span, message);
    }
}

/// The first of the template's own parameters with one of the names (case does not matter), decided for this run.
pub(super) fn environment<'c>(cx: &'c Cx<'c>) -> Option<Val<'c>> {
    const NAMES: [&str; 8] = [
        "environment",
        "environmentname",
        "env",
        "stage",
        "envname",
        "environmentstage",
        "environmenttype",
        "envtype",
    ];
    let parameters = &cx.template().parameters;
    let found = parameters.iter().find(|one| NAMES.contains(&one.name.to_ascii_lowercase().as_str()))?;
    Some(cx.parameter(found.name))
}

/// Whether this run is for a production environment, or for one that the template does not name.
pub(super) fn is_production(cx: &Cx<'_>) -> bool {
    environment(cx).is_none_or(|name| {
        name.text().is_none_or(|name| {
            let name = name.to_ascii_lowercase();
            !["dev", "development", "staging", "stage", "test", "qa", "sandbox"].contains(&name.as_str())
        })
    })
}

/// Whether something must not be called missing: other resources may be in nested stacks or made by macros.
pub(super) fn may_be_elsewhere(cx: &Cx<'_>) -> bool {
    let partial = cx.template().is_partial();
    if partial {
        cx.undecided();
    }
    partial
}

/// The name of the parameter that a node is a plain `Ref` of.
pub(super) fn referenced(node: &Node) -> Option<&str> {
    node.single().filter(|call| call.key == "Ref").and_then(|call| call.value.as_str())
}

/// Calls `visit` with every string in a tree.
pub(super) fn each_text<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n str, Span)) {
    match &node.kind {
        Kind::Text(text) => visit(text, node.span),
        Kind::List(items) => items.iter().for_each(|item| each_text(item, visit)),
        Kind::Map(entries) => entries.iter().for_each(|entry| each_text(&entry.value, visit)),
        _ => {}
    }
}

/// Whether a resource has another resource's id in a property, or in one of its list's items.
pub(super) fn points_at(resource: &Res<'_>, property: &str, id: &str) -> bool {
    resource.get(property).mentions(id)
}
