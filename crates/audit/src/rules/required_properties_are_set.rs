//! Properties that a type cannot do without, or that exclude each other.

use super::prelude::*;
use crate::document::node::Node;
use crate::schema;

pub(super) static RULE: Rule = Rule {
    name: "required-properties-are-set",
    former: None,
    title: "A resource has the properties that its type asks for, and none that exclude each other",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "The service refuses the resource, and the whole stack rolls back.",
    source: "CloudFormation resource schemas, as AWS publishes them",
    fix: "Add the missing property, or take one of the two that exclude each other away.",
    check: Check::Every(check),
    good: r"
Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: 'lambda:InvokeFunction', Principal: events.amazonaws.com}
",
    bad: r"
Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Principal: events.amazonaws.com}
",
};

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    let Some(kind) = schema::of(resource.kind()) else { return };
    let declared = cx.template().resource(resource.id()).and_then(|one| one.node.get("Properties"));
    let entries = declared.map(Node::entries).unwrap_or_default();
    if entries.iter().any(|entry| entry.key.starts_with("Fn::")) {
        return;
    }
    // Only what is behind an `Fn::If` depends on the run.
    let absent = |name: &str| match resource.written(name) {
        None => true,
        Some(node) if node.get("Fn::If").is_some() || node.get("Ref").is_some() => {
            resource.get(name).is_absent()
        }
        Some(_) => false,
    };
    for name in kind.shape.required.iter().filter(|name| absent(name)) {
        cx.error(resource.span(), format!("{} lacks {name}", resource.id()));
    }
    for entry in entries {
        let (key, span) = (entry.key.as_str(), entry.key_span);
        let excluded = kind.shape.excluded_by(key).iter().find(|other| !absent(other));
        // Each pair is listed both ways; one finding is enough.
        if let Some(other) = excluded.filter(|other| key < other.as_str() && !absent(key)) {
            cx.error(span, format!("{} has {key} and {other}, which exclude each other", resource.id()));
        }
        let needs = kind.shape.requires.get(key).map(Vec::as_slice).unwrap_or_default();
        if let Some(other) = needs.iter().find(|other| absent(other)).filter(|_| !absent(key)) {
            cx.error(span, format!("{} has {key} and lacks {other}", resource.id()));
        }
    }
}
