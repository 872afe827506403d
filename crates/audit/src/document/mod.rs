//! Templates as text: sources, positions, and the two parsers that make one kind of tree.

pub mod json;
pub mod node;
pub mod source;
pub mod yaml;

use node::Node;
use source::{Source, Span};

/// Bounds on what is read, so that no input can exhaust memory or the stack.
pub struct Limits;

impl Limits {
    /// Deepest nesting of values.
    pub const DEPTH: usize = 100;
    /// Most values in one document once YAML anchors are written out.
    pub const NODES: usize = 500_000;
    /// Largest file in bytes; CloudFormation itself takes 1 MB.
    pub const BYTES: usize = 16 << 20;
}

/// Text that is neither JSON nor YAML: where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset.
    pub at: usize,
    /// What was found and what was expected.
    pub cause: String,
}

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its text.
    pub source: Source,
    /// Its outermost value.
    pub root: Node,
    /// Whether it was read as JSON.
    pub is_json: bool,
    /// Keys that stand twice in one map: only the last of them counts.
    pub repeated_keys: Vec<(String, Span)>,
}

/// Parses a file: JSON when it starts with a bracket (YAML flow style if that fails and the name does not end in
/// `.json`), YAML otherwise.
///
/// # Errors
/// What is wrong with the text and where.
pub fn parse(source: Source) -> Result<Document, (Source, SyntaxError)> {
    if source.text().len() > Limits::BYTES {
        let cause = format!("the file is larger than {} MB", Limits::BYTES >> 20);
        return Err((source, SyntaxError { at: 0, cause }));
    }
    let start = source.text().trim_start_matches('\u{feff}').trim_start();
    let named_json = source.name().ends_with(".json");
    let parsed = if named_json || start.starts_with(['{', '[']) {
        match json::parse(source.text()) {
            Ok(root) => Ok((root, true)),
            Err(error) if named_json => Err(error),
            Err(error) => yaml::parse(&source).map(|root| (root, false)).map_err(|_| error),
        }
    } else {
        yaml::parse(&source).map(|root| (root, false))
    };
    match parsed {
        Err(error) => Err((source, error)),
        Ok((root, is_json)) => {
            let mut repeated_keys = Vec::new();
            find_repeated(&root, &mut repeated_keys);
            Ok(Document { source, root, is_json, repeated_keys })
        }
    }
}

fn find_repeated(node: &Node, found: &mut Vec<(String, Span)>) {
    let mut seen = std::collections::HashSet::new();
    for entry in node.entries() {
        if !seen.insert(entry.key.as_str()) {
            found.push((entry.key.clone(), entry.key_span));
        }
        find_repeated(&entry.value, found);
    }
    for item in node.items() {
        find_repeated(item, found);
    }
}
