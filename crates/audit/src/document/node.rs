//! The tree that both parsers make: plain data, each value with the range of bytes it was read from.

use super::source::Span;

/// One value of a template.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where the value stands in its source.
    pub span: Span,
    /// What the value is.
    pub kind: Kind,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`, or an empty YAML value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it was written: account ids keep their leading zeros.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text.
    Map(Vec<Entry>),
}

/// One key of a map and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A node of the given kind.
    pub fn new(span: Span, kind: Kind) -> Self {
        Self { span, kind }
    }

    /// A string node.
    pub fn text(span: Span, text: impl Into<String>) -> Self {
        Self::new(span, Kind::Text(text.into()))
    }

    /// The value under `key`, when this is a map that has it. The last of several equal keys counts.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`, when this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// A string's text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string, number or truth value, as CloudFormation would write it.
    pub fn scalar(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) | Kind::Number(text) => Some(text.clone()),
            Kind::Bool(value) => Some(value.to_string()),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The single entry of a map with exactly one: the form of every intrinsic function.
    pub fn single(&self) -> Option<&Entry> {
        match self.entries() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The path of keys and indexes from this node to the innermost node that holds `span`,
    /// for instance `Resources/Cluster/Properties/KmsKeyId`.
    pub fn path_to(&self, span: Span) -> String {
        let mut path = Vec::new();
        let mut node = self;
        loop {
            let next = match &node.kind {
                Kind::Map(entries) => entries
                    .iter()
                    .find(|entry| entry.value.span.holds(span) || entry.key_span == span)
                    .map(|entry| (entry.key.clone(), &entry.value)),
                Kind::List(items) => items
                    .iter()
                    .enumerate()
                    .find(|(_, item)| item.span.holds(span))
                    .map(|(index, item)| (index.to_string(), item)),
                _ => None,
            };
            let Some((step, inner)) = next else { break };
            path.push(step);
            node = inner;
        }
        path.join("/")
    }
}
