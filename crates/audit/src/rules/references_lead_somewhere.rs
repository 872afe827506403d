//! References that lead nowhere.

use super::prelude::*;
use crate::document::node::Node;

pub(super) static RULE: Rule = Rule {
    name: "references-lead-somewhere",
    former: Some("N-3"),
    title: "Every reference leads somewhere",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "A Ref, GetAtt, Sub, DependsOn or Condition of what is not declared is refused when the stack is made.",
    source: "CloudFormation user guide, intrinsic functions",
    fix: "Correct the name, or declare what it names.",
    check: Check::Written(check),
    good: r"
Resources:
  T:
    Type: AWS::SNS::Topic
  Q:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !GetAtt T.TopicName}
",
    bad: r"
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !GetAtt Topik.TopicName}
",
};

fn check(cx: &Cx<'_>) {
    let template = cx.template();
    if template.has_made_names() {
        return;
    }
    let Some(root) = template.root else { return };
    for section in ["Resources", "Outputs", "Conditions"] {
        for entry in root.get(section).map(Node::entries).unwrap_or_default() {
            if !entry.key.starts_with("Fn::ForEach::") {
                walk(cx, &entry.value, &[]);
            }
        }
    }
    for resource in &template.resources {
        let depends = resource.node.get("DependsOn");
        let names = depends.iter().flat_map(|node| std::iter::once(*node).chain(node.items()));
        for name in names.filter(|node| node.as_str().is_some_and(|id| template.resource(id).is_none())) {
            cx.error(
                name.span,
                format!(
                    "{} depends on {}, which is not declared",
                    resource.id,
                    name.as_str().unwrap_or_default()
                ),
            );
        }
        if let Some(condition) = resource.condition.filter(|name| !template.conditions.contains_key(name)) {
            cx.error(
                resource.key_span,
                format!("{} has the condition {condition}, which is not declared", resource.id),
            );
        }
    }
}

fn walk(cx: &Cx<'_>, node: &Node, locals: &[&str]) {
    if let Some(call) = node.single() {
        let argument = &call.value;
        match call.key.as_str() {
            "Ref" => name(cx, argument.as_str(), argument.span, locals),
            "Fn::GetAtt" => {
                let id = argument.as_str().or_else(|| argument.items().first().and_then(Node::as_str));
                resource(cx, id.map(|id| id.split('.').next().unwrap_or(id)), argument.span);
            }
            "Fn::Sub" => return substitution(cx, argument, locals),
            "Fn::If" => condition(cx, argument.items().first()),
            _ => {}
        }
    }
    node.entries()
        .iter()
        .filter(|entry| !entry.key.starts_with("Fn::ForEach::"))
        .for_each(|entry| walk(cx, &entry.value, locals));
    node.items().iter().for_each(|item| walk(cx, item, locals));
}

fn name(cx: &Cx<'_>, written: Option<&str>, span: Span, locals: &[&str]) {
    let Some(written) = written else { return };
    let known = written.starts_with("AWS::")
        || locals.contains(&written)
        || cx.template().parameter_index(written).is_some();
    if !known {
        resource(cx, Some(written), span);
    }
}

fn resource(cx: &Cx<'_>, id: Option<&str>, span: Span) {
    if let Some(id) = id.filter(|id| cx.template().resource(id).is_none()) {
        cx.error(span, format!("{id} is not declared"));
    }
}

fn condition(cx: &Cx<'_>, written: Option<&Node>) {
    let Some(node) = written else { return };
    if let Some(name) = node.as_str().filter(|name| !cx.template().conditions.contains_key(name)) {
        cx.error(node.span, format!("the condition {name} is not declared"));
    }
}

fn substitution(cx: &Cx<'_>, argument: &Node, locals: &[&str]) {
    let (text, own) = match (argument.as_str(), argument.items()) {
        (Some(text), _) => (text, None),
        (None, [pattern, own]) => (pattern.as_str().unwrap_or_default(), Some(own)),
        _ => return,
    };
    let mut known = locals.to_vec();
    known.extend(own.map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.as_str()));
    if let Some(own) = own {
        walk(cx, own, locals);
    }
    for part in text.split("${").skip(1) {
        let Some((variable, _)) = part.split_once('}') else { continue };
        let variable = variable.trim();
        if variable.starts_with('!') || known.contains(&variable) {
            continue;
        }
        match variable.split_once('.') {
            Some((id, _)) => resource(cx, Some(id), argument.span),
            None => name(cx, Some(variable), argument.span, &known),
        }
    }
}
