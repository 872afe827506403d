//! Mistake 17: a password in the template.

use super::prelude::*;
use crate::document::node::Node;

pub(super) static RULE: Rule = Rule {
    name: "no-secrets-in-template",
    former: Some("mistake-17"),
    title: "No password stands in the template",
    covers: &["H-PC4", "R-C7"],
    levels: [ERROR, ERROR, ERROR],
    why: "Whoever can read the repository, the stack or its events can read the password.",
    source: "catalogue of mistakes, 17; CloudFormation best practices, do not embed credentials",
    fix: "Set ManageMasterUserPassword: true, or refer to a generated secret: `{{resolve:secretsmanager:${Secret}:SecretString:password}}`.",
    check: Check::Written(check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}'}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {MasterUserPassword: SimplePassword123}
",
};

const PROPERTIES: [(&str, &str); 5] = [
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::DocDB::DBCluster", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
    ("AWS::DMS::Endpoint", "Password"),
];

fn check(cx: &Cx<'_>) {
    let template = cx.template();
    for (kind, name) in PROPERTIES {
        for resource in template.of_type(kind) {
            let written = resource.node.get("Properties").and_then(|node| node.get(name));
            if let Some(written) = written {
                password(cx, resource.id, written);
            }
        }
    }
    for function in template.of_type(FUNCTION) {
        let variables = function.node.get("Properties").and_then(|node| node.get("Environment"));
        for entry in variables.and_then(|node| node.get("Variables")).map(Node::entries).unwrap_or_default() {
            if names_secret(&entry.key)
                && references(&entry.value, &|_| None).iter().any(|one| no_echo(cx, one.id))
            {
                let message =
                    format!("the variable {} of {} shows a NoEcho parameter", entry.key, function.id);
                strict_error(cx, entry.value.span, message);
            }
        }
    }
    parameters(cx);
    let Some(root) = template.root else { return };
    for section in ["Resources", "Outputs", "Mappings"] {
        for entry in root.get(section).map(Node::entries).unwrap_or_default() {
            written(cx, &entry.key, &entry.value);
        }
    }
    for output in &template.outputs {
        let value = output.value.get("Value").map(|node| references(node, &|_| None)).unwrap_or_default();
        for reference in value.iter().filter(|one| one.attribute.is_none() && no_echo(cx, one.id)) {
            let message = format!("the output {} shows {}, which is NoEcho", output.key, reference.id);
            cx.error(reference.span, message);
        }
    }
}

/// Whether a parameter is not to be shown.
fn no_echo(cx: &Cx<'_>, name: &str) -> bool {
    cx.template().parameters.iter().any(|one| one.name == name && one.no_echo)
}

/// Parameters that are passwords by their names, wherever they are used.
fn parameters(cx: &Cx<'_>) {
    for parameter in &cx.template().parameters {
        let plain = parameter.kind == "String" && parameter.allowed.is_empty();
        if plain && names_secret(parameter.name) && !parameter.no_echo {
            let message =
                format!("the password parameter {} is shown to everyone: NoEcho is not true", parameter.name);
            cx.error(parameter.key_span, message);
        }
    }
}

/// Every secret that is written out in a tree: by the name it stands under, or by its looks.
fn written(cx: &Cx<'_>, id: &str, node: &Node) {
    for entry in node.entries() {
        let text = entry.value.as_str();
        let is_password = names_secret(&entry.key) && !PROPERTIES.iter().any(|(_, name)| *name == entry.key);
        if is_password && text.is_some_and(is_secret_value) {
            cx.error(entry.value.span, format!("{id}: {} is written out", entry.key));
        } else {
            written(cx, id, &entry.value);
        }
    }
    node.items().iter().for_each(|item| written(cx, id, item));
    // Name and Value beside each other, as containers and builds have their variables.
    if let (Some(name), Some(value)) = (node.get("Name").and_then(Node::as_str), node.get("Value")) {
        let elsewhere = node.get("Type").is_some();
        if names_secret(name) && !elsewhere && value.as_str().is_some_and(is_secret_value) {
            cx.error(value.span, format!("{id}: {name} is written out"));
        }
    }
    if let Some(what) = node.as_str().and_then(secret_in) {
        cx.error(node.span, format!("{id} holds {what}"));
    }
}

fn password(cx: &Cx<'_>, id: &str, written: &Node) {
    if let Some(name) = referenced(written) {
        let declared = cx.template().parameters.iter().find(|one| one.name == name);
        if let Some(parameter) = declared {
            if parameter.default.as_ref().is_some_and(|default| !default.is_empty()) && !parameter.is_stored()
            {
                cx.error(parameter.key_span, format!("the password parameter {name} has a default"));
            }
            if !parameter.no_echo {
                cx.error(
                    parameter.key_span,
                    format!("the password parameter {name} is shown to everyone: NoEcho is not true"),
                );
            }
            return;
        }
    }
    let branches: &[Node] = written.get("Fn::If").map_or(&[], Node::items);
    if branches.len() == 3 {
        branches[1..]
            .iter()
            .filter(|branch| referenced(branch) != Some("AWS::NoValue"))
            .for_each(|branch| password(cx, id, branch));
        return;
    }
    let value = cx.value(written);
    if value.text().is_some_and(|text| !text.contains("{{resolve:")) {
        cx.error(written.span, format!("the password of {id} is written out"));
    }
}
