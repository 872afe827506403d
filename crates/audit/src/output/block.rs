//! Examples in block YAML, with CloudFormation's short forms: rules keep them on one line, people read them like this.

use crate::document;
use crate::document::node::{Kind, Node};
use crate::document::source::Source;

/// The example as block YAML; as it is when it is JSON (or does not parse).
pub(super) fn pretty(example: &str) -> String {
    let documents =
        example.split("\n---\n").map(|text| match document::parse(Source::new("example", text)) {
            Ok(document) if !document.is_json => {
                let mut out = String::new();
                block(&document.root, 0, &mut out);
                out.trim_start_matches('\n').to_owned()
            }
            _ => text.to_owned(),
        });
    documents.collect::<Vec<_>>().join("\n---\n")
}

/// Writes a value behind a key or dash: on the same line when it is short, else below, indented.
fn block(node: &Node, indent: usize, out: &mut String) {
    if let Some(short) = short(node).filter(|short| short.len() + indent < 100) {
        out.push_str(&format!(" {short}"));
        return;
    }
    let margin = "  ".repeat(indent);
    for entry in node.entries() {
        out.push_str(&format!("\n{margin}{}:", quoted(&entry.key)));
        block(&entry.value, indent + 1, out);
    }
    for item in node.items() {
        let mut inner = String::new();
        block(item, indent + 1, &mut inner);
        out.push_str(&format!("\n{margin}- {}", inner.trim_start()));
    }
}

/// A value on one line: scalars, calls of functions, lists of scalars, and maps of one or two scalars.
fn short(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Null => Some("null".to_owned()),
        Kind::Bool(_) | Kind::Number(_) => node.scalar(),
        Kind::Text(text) => Some(quoted(text)),
        Kind::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(short).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Kind::Map(entries) => match node.single() {
            Some(call) if call.key == "Ref" => Some(format!("!Ref {}", short(&call.value)?)),
            Some(call) if call.key == "Fn::GetAtt" => {
                let parts: Vec<String> = call.value.items().iter().filter_map(Node::scalar).collect();
                Some(format!("!GetAtt {}", parts.join(".")))
            }
            Some(call) if call.key.starts_with("Fn::") && !call.key.contains("ForEach") => {
                Some(format!("!{} {}", &call.key[4..], short(&call.value)?))
            }
            _ if entries.len() <= 4
                && entries.iter().all(|entry| is_flat(&entry.value))
                && !holds_type(node) =>
            {
                let pairs: Option<Vec<String>> = entries
                    .iter()
                    .map(|entry| Some(format!("{}: {}", quoted(&entry.key), short(&entry.value)?)))
                    .collect();
                Some(format!("{{{}}}", pairs?.join(", ")))
            }
            _ => None,
        },
    }
}

fn is_flat(node: &Node) -> bool {
    node.items().iter().all(|item| item.entries().is_empty())
        && (node.entries().is_empty() || node.single().is_some())
}

/// Resources and parameters are written out.
fn holds_type(node: &Node) -> bool {
    node.get("Type").is_some() || node.entries().iter().any(|entry| entry.value.get("Type").is_some())
}

fn quoted(text: &str) -> String {
    let plain = |one: char| one.is_ascii_alphanumeric() || "_-./$()@ +".contains(one);
    let numeric = text.parse::<f64>().is_ok()
        || ["true", "false", "null", "on", "off"].contains(&text.to_lowercase().as_str());
    let starts_plain = text.starts_with(|one: char| one.is_ascii_alphanumeric() || one == '_' || one == '/');
    let is_type =
        text.contains("::") && !text.contains(['{', '}']) && text.chars().all(|one| plain(one) || one == ':');
    let safe = text.chars().all(plain) || is_type;
    if starts_plain && safe && !numeric { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn what_is_written_reads_as_the_same_template() {
        for example in RULES.iter().flat_map(|rule| [rule.good, rule.bad]) {
            for (one, other) in example.split("\n---\n").zip(pretty(example).split("\n---\n")) {
                let read = |text: &str| {
                    document::parse(Source::new("t", text))
                        .unwrap_or_else(|error| panic!("{error:?}\n{text}"))
                };
                assert_eq!(plain(&read(one).root), plain(&read(other).root), "{other}");
            }
        }
    }

    fn plain(node: &Node) -> String {
        match &node.kind {
            Kind::List(items) => format!("{:?}", items.iter().map(plain).collect::<Vec<_>>()),
            Kind::Map(entries) => {
                format!(
                    "{:?}",
                    entries.iter().map(|entry| (entry.key.clone(), plain(&entry.value))).collect::<Vec<_>>()
                )
            }
            _ => node.scalar().unwrap_or_default(),
        }
    }
}
