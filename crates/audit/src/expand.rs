//! `Fn::ForEach` written out before anything else looks at a template (the `AWS::LanguageExtensions` transform).

use std::collections::HashMap;

use crate::document::Limits;
use crate::document::node::{Entry, Kind, Node};

/// Writes out every loop whose collection is known: a literal list, a parameter with a value, or a mapping.
/// A loop whose collection is not known stays as it is and is seen by no rule.
pub fn for_each(root: &Node, values: &HashMap<String, String>) -> Node {
    if !mentions_loop(root) {
        return root.clone();
    }
    let mut expander = Expander { root, values, nodes: 0 };
    expander.copy(root, &[])
}

fn mentions_loop(node: &Node) -> bool {
    node.entries().iter().any(|entry| entry.key.starts_with("Fn::ForEach::") || mentions_loop(&entry.value))
        || node.items().iter().any(mentions_loop)
}

struct Expander<'r> {
    root: &'r Node,
    values: &'r HashMap<String, String>,
    nodes: usize,
}

type Bindings<'b> = [(String, String)];

impl Expander<'_> {
    fn copy(&mut self, node: &Node, bound: &Bindings<'_>) -> Node {
        self.nodes += 1;
        let kind = match &node.kind {
            Kind::Text(text) => Kind::Text(substitute(text, bound)),
            Kind::List(items) => Kind::List(items.iter().map(|item| self.copy(item, bound)).collect()),
            Kind::Map(entries) => {
                if let Some(value) = bound_reference(node, bound) {
                    return Node::text(node.span, value);
                }
                Kind::Map(self.entries(entries, bound))
            }
            other => other.clone(),
        };
        Node::new(node.span, kind)
    }

    fn entries(&mut self, entries: &[Entry], bound: &Bindings<'_>) -> Vec<Entry> {
        let mut written = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry.key.starts_with("Fn::ForEach::").then(|| self.unroll(entry, bound)).flatten() {
                Some(unrolled) => written.extend(unrolled),
                None => written.push(Entry {
                    key: substitute(&entry.key, bound),
                    key_span: entry.key_span,
                    value: self.copy(&entry.value, bound),
                }),
            }
        }
        written
    }

    fn unroll(&mut self, entry: &Entry, bound: &Bindings<'_>) -> Option<Vec<Entry>> {
        let [identifier, collection, body] = entry.value.items() else { return None };
        let collection = self.collection(collection, bound)?;
        let mut written = Vec::new();
        for value in collection {
            if self.nodes > Limits::NODES {
                return None;
            }
            let mut inner = bound.to_vec();
            inner.push((identifier.as_str()?.to_owned(), value));
            written.extend(self.entries(body.entries(), &inner));
        }
        Some(written)
    }

    fn collection(&self, node: &Node, bound: &Bindings<'_>) -> Option<Vec<String>> {
        if let Kind::List(items) = &node.kind {
            let values = items.iter().map(|item| self.scalar(item, bound));
            return values.collect::<Option<Vec<_>>>();
        }
        let call = node.single()?;
        match call.key.as_str() {
            "Ref" => self.parameter(&substitute(call.value.as_str()?, bound)).map(|text| split(&text)),
            "Fn::FindInMap" => {
                let mut found = self.root.get("Mappings")?;
                for key in call.value.items() {
                    found = found.get(&self.scalar(key, bound)?)?;
                }
                found.items().iter().map(Node::scalar).collect()
            }
            _ => None,
        }
    }

    fn scalar(&self, node: &Node, bound: &Bindings<'_>) -> Option<String> {
        if let Some(text) = node.scalar() {
            return Some(substitute(&text, bound));
        }
        bound_reference(node, bound)
            .or_else(|| self.parameter(node.single().filter(|call| call.key == "Ref")?.value.as_str()?))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let default = || self.root.get("Parameters")?.get(name)?.get("Default")?.scalar();
        self.values.get(name).cloned().or_else(default)
    }
}

fn split(text: &str) -> Vec<String> {
    text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

fn bound_reference(node: &Node, bound: &Bindings<'_>) -> Option<String> {
    let call = node.single().filter(|call| call.key == "Ref")?;
    let name = call.value.as_str()?;
    bound.iter().rev().find(|(identifier, _)| identifier == name).map(|(_, value)| value.clone())
}

fn substitute(text: &str, bound: &Bindings<'_>) -> String {
    let mut text = text.to_owned();
    for (identifier, value) in bound {
        let alphanumeric: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        text = text.replace(&format!("${{{identifier}}}"), value);
        text = text.replace(&format!("&{{{identifier}}}"), &alphanumeric);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{parse, source::Source};

    #[test]
    fn loops_are_written_out_with_their_bindings() {
        let text = "Parameters: {Names: {Type: CommaDelimitedList, Default: 'A,B'}}\nResources:\n  Fn::ForEach::Each:\n    - N\n    - !Ref Names\n    - Db${N}:\n        Type: AWS::RDS::DBInstance\n        Properties: {PromotionTier: !Ref N}\n";
        let document = parse(Source::new("t.yaml", text)).unwrap();
        let root = for_each(&document.root, &HashMap::new());
        let resources = root.get("Resources").unwrap();
        assert_eq!(resources.entries().len(), 2);
        let tier = resources.get("DbB").unwrap().get("Properties").unwrap().get("PromotionTier").unwrap();
        assert_eq!(tier.as_str(), Some("B"));
        let given = HashMap::from([("Names".to_owned(), "X".to_owned())]);
        assert!(for_each(&document.root, &given).get("Resources").unwrap().get("DbX").is_some());
    }
}
