//! References between resources: `Ref`, `Fn::GetAtt`, the variables of `Fn::Sub`, `DependsOn`.

use crate::document::node::Node;
use crate::document::source::Span;
use crate::resolve::Cx;

/// One reference as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) struct Reference<'n> {
    /// The logical id, or the name of a parameter.
    pub id: &'n str,
    /// The attribute, for `Fn::GetAtt` and `${Id.Attribute}`.
    pub attribute: Option<&'n str>,
    /// Where it stands.
    pub span: Span,
}

/// Every reference in a tree. `takes` says which branch of an `Fn::If` counts: none for both.
pub(in crate::rules) fn references<'n>(
    node: &'n Node,
    takes: &dyn Fn(&'n Node) -> Option<bool>,
) -> Vec<Reference<'n>> {
    let mut found = Vec::new();
    collect(node, &[], takes, &mut found);
    found
}

/// Every reference of a tree that counts in this run: conditions are decided.
pub(in crate::rules) fn references_now<'n>(cx: &Cx<'_>, node: &'n Node) -> Vec<Reference<'n>> {
    references(node, &|condition| condition.as_str().map(|name| cx.condition(name)))
}

fn collect<'n>(
    node: &'n Node,
    locals: &[&'n str],
    takes: &dyn Fn(&'n Node) -> Option<bool>,
    found: &mut Vec<Reference<'n>>,
) {
    if let Some(call) = node.single() {
        let argument = &call.value;
        match call.key.as_str() {
            "Ref" => {
                let id = argument.as_str();
                found.extend(id.map(|id| Reference { id, attribute: None, span: argument.span }));
                return;
            }
            "Fn::GetAtt" => return found.extend(attribute(argument)),
            "Fn::Sub" => return substitution(argument, locals, takes, found),
            "Fn::If" => {
                if let [condition, yes, no] = argument.items() {
                    let taken = takes(condition);
                    for (branch, value) in [(yes, true), (no, false)] {
                        if taken.is_none_or(|taken| taken == value) {
                            collect(branch, locals, takes, found);
                        }
                    }
                    return;
                }
            }
            _ => {}
        }
    }
    let inner = node.entries().iter().filter(|entry| !entry.key.starts_with("Fn::ForEach::"));
    inner.for_each(|entry| collect(&entry.value, locals, takes, found));
    node.items().iter().for_each(|item| collect(item, locals, takes, found));
}

fn attribute(argument: &Node) -> Option<Reference<'_>> {
    let (id, attribute) = match (argument.as_str(), argument.items()) {
        (Some(text), _) => text.split_once('.')?,
        (None, [id, attribute]) => (id.as_str()?, attribute.as_str()?),
        _ => return None,
    };
    Some(Reference { id, attribute: Some(attribute), span: argument.span })
}

fn substitution<'n>(
    argument: &'n Node,
    locals: &[&'n str],
    takes: &dyn Fn(&'n Node) -> Option<bool>,
    found: &mut Vec<Reference<'n>>,
) {
    let (text, own) = match (argument.as_str(), argument.items()) {
        (Some(text), _) => (text, None),
        (None, [pattern, own]) => (pattern.as_str().unwrap_or_default(), Some(own)),
        _ => return,
    };
    let mut known = locals.to_vec();
    if let Some(own) = own {
        known.extend(own.entries().iter().map(|entry| entry.key.as_str()));
        own.entries().iter().for_each(|entry| collect(&entry.value, locals, takes, found));
    }
    for part in text.split("${").skip(1) {
        let Some((variable, _)) = part.split_once('}') else { continue };
        let variable = variable.trim();
        if variable.starts_with('!') || known.contains(&variable) {
            continue;
        }
        let (id, attribute) = match variable.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (variable, None),
        };
        found.push(Reference { id, attribute, span: argument.span });
    }
}
