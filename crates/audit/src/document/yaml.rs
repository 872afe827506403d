//! YAML with the position of every value, CloudFormation's short forms written out (`!Ref X` becomes `{"Ref": "X"}`).

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::node::{Entry, Kind, Node};
use super::source::{Source, Span};
use super::{Limits, SyntaxError};

/// Parses the first document of `source` as YAML.
///
/// # Errors
/// The parser's complaint with its byte offset; nesting deeper than [`Limits::DEPTH`]; more than [`Limits::NODES`]
/// values after anchors are written out; a key that is not a scalar; an empty file.
pub fn parse(source: &Source) -> Result<Node, SyntaxError> {
    let mut events = Parser::new_from_str(source.text());
    let mut builder = Builder {
        source,
        anchors: HashMap::new(),
        nodes: 0,
        last_key: String::new(),
        cursor: Cursor::default(),
    };
    loop {
        let Some(event) = next(&mut events, source, &mut builder.cursor)? else {
            return Err(SyntaxError { at: 0, cause: "the file holds no YAML value".to_owned() });
        };
        if !matches!(event.0, Event::StreamStart | Event::DocumentStart(_) | Event::Nothing) {
            if matches!(event.0, Event::StreamEnd | Event::DocumentEnd) {
                return Err(SyntaxError { at: 0, cause: "the file holds no YAML value".to_owned() });
            }
            return builder.value(event, &mut events, 0);
        }
    }
}

/// Where the last marker was: on a long line the next one is found from there, not from the line's start.
#[derive(Default)]
struct Cursor {
    line: usize,
    column: usize,
    byte: usize,
}

impl Cursor {
    fn offset(&mut self, source: &Source, line: usize, column: usize) -> usize {
        let byte = if line == self.line && column >= self.column {
            let rest = &source.text()[self.byte..];
            let step = rest.char_indices().nth(column - self.column);
            step.map_or(source.text().len(), |(at, _)| self.byte + at)
        } else {
            source.offset(line, column)
        };
        *self = Self { line, column, byte };
        byte
    }
}

type Spanned<'a> = (Event<'a>, Span);

fn next<'a>(
    events: &mut impl Iterator<Item = Result<(Event<'a>, saphyr_parser::Span), ScanError>>,
    source: &Source,
    cursor: &mut Cursor,
) -> Result<Option<Spanned<'a>>, SyntaxError> {
    match events.next() {
        None => Ok(None),
        Some(Ok((event, span))) => {
            let start = cursor.offset(source, span.start.line(), span.start.col());
            let end = cursor.offset(source, span.end.line(), span.end.col());
            Ok(Some((event, Span::new(start, end))))
        }
        Some(Err(error)) => {
            let at = source.offset(error.marker().line(), error.marker().col());
            Err(SyntaxError { at, cause: error.info().to_owned() })
        }
    }
}

struct Builder<'s> {
    source: &'s Source,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    last_key: String,
    cursor: Cursor,
}

impl Builder<'_> {
    fn value<'a>(
        &mut self,
        (event, span): Spanned<'a>,
        events: &mut impl Iterator<Item = Result<(Event<'a>, saphyr_parser::Span), ScanError>>,
        depth: usize,
    ) -> Result<Node, SyntaxError> {
        if depth > Limits::DEPTH {
            let cause = format!("values are nested deeper than {} levels", Limits::DEPTH);
            return Err(SyntaxError { at: span.start, cause });
        }
        let before = self.nodes;
        self.count(1, span)?;
        let (mut node, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (Node::new(self.trimmed(span), scalar(text, style, tag.as_deref())), anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => (self.list(span, events, depth)?, anchor, tag),
            Event::MappingStart(anchor, tag) => (self.map(span, events, depth)?, anchor, tag),
            Event::Alias(id) => return self.alias(id, span, depth),
            _ => return Err(SyntaxError { at: span.start, cause: "a value was expected here".to_owned() }),
        };
        if let Some(tag) = tag {
            node = short_form(&tag, node);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before));
        }
        Ok(node)
    }

    /// A plain scalar's span ends before the spaces and line ends that follow it.
    fn trimmed(&self, span: Span) -> Span {
        let text = &self.source.text()[span.start..span.end.min(self.source.text().len())];
        Span::new(span.start, span.start + text.trim_end().len())
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), SyntaxError> {
        self.nodes += nodes;
        if self.nodes > Limits::NODES {
            let cause = format!("more than {} values once anchors are written out", Limits::NODES);
            return Err(SyntaxError { at: span.start, cause });
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, span: Span, depth: usize) -> Result<Node, SyntaxError> {
        let Some((node, size)) = self.anchors.get(&id).cloned() else {
            return Err(SyntaxError {
                at: span.start,
                cause: "this alias names no anchor before it".to_owned(),
            });
        };
        self.count(size, span)?;
        if depth + height(&node) > Limits::DEPTH {
            let cause = format!("values are nested deeper than {} levels", Limits::DEPTH);
            return Err(SyntaxError { at: span.start, cause });
        }
        Ok(node)
    }

    fn list<'a>(
        &mut self,
        open: Span,
        events: &mut impl Iterator<Item = Result<(Event<'a>, saphyr_parser::Span), ScanError>>,
        depth: usize,
    ) -> Result<Node, SyntaxError> {
        let mut items: Vec<Node> = Vec::new();
        while let Some((event, span)) = next(events, self.source, &mut self.cursor)? {
            if matches!(event, Event::SequenceEnd) {
                let last = items.last().map_or(open.end, |item| item.span.end);
                return Ok(Node::new(Span::new(open.start, self.end(span, last)), Kind::List(items)));
            }
            items.push(self.value((event, span), events, depth + 1)?);
        }
        Err(SyntaxError { at: open.start, cause: "this list does not end".to_owned() })
    }

    fn map<'a>(
        &mut self,
        open: Span,
        events: &mut impl Iterator<Item = Result<(Event<'a>, saphyr_parser::Span), ScanError>>,
        depth: usize,
    ) -> Result<Node, SyntaxError> {
        let mut entries: Vec<Entry> = Vec::new();
        while let Some((event, span)) = next(events, self.source, &mut self.cursor)? {
            if matches!(event, Event::MappingEnd) {
                let last = entries.last().map_or(open.end, |entry| entry.value.span.end);
                let end = self.end(span, last);
                let mut node = Node::new(Span::new(open.start, end), Kind::Map(entries));
                merge(&mut node);
                return Ok(node);
            }
            let key_node = self.value((event, span), events, depth + 1)?;
            let key_span = key_node.span;
            let Some(key) =
                key_node.scalar().or_else(|| matches!(key_node.kind, Kind::Null).then(String::new))
            else {
                let cause = "a key must be a plain word; a list or map stands here".to_owned();
                return Err(SyntaxError { at: key_span.start, cause });
            };
            self.last_key.clone_from(&key);
            let Some(inner) = next(events, self.source, &mut self.cursor)? else { break };
            entries.push(Entry { key, key_span, value: self.value(inner, events, depth + 1)? });
        }
        let cause = format!("this map does not end (its last key is \"{}\")", self.last_key);
        Err(SyntaxError { at: open.start, cause })
    }

    /// A flow collection ends at its bracket; a block collection where its last value ends.
    fn end(&self, close: Span, last: usize) -> usize {
        let bracket = self.source.text()[close.start..close.end].ends_with([']', '}']);
        if bracket { close.end } else { last }
    }
}

fn height(node: &Node) -> usize {
    let inner = match &node.kind {
        Kind::List(items) => items.iter().map(height).max(),
        Kind::Map(entries) => entries.iter().map(|entry| height(&entry.value)).max(),
        _ => None,
    };
    1 + inner.unwrap_or(0)
}

/// `<<: *anchor` brings the keys of the anchored map that the map itself has not.
fn merge(node: &mut Node) {
    let Kind::Map(entries) = &mut node.kind else { return };
    let Some(at) = entries.iter().position(|entry| entry.key == "<<") else { return };
    let merged = entries.remove(at).value;
    let sources = if merged.items().is_empty() { vec![merged] } else { merged.items().to_vec() };
    for source in sources {
        for entry in source.entries() {
            if !entries.iter().any(|own| own.key == entry.key) {
                entries.push(entry.clone());
            }
        }
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Kind {
    let forced_text = tag.is_some_and(|tag| !tag.is_yaml_core_schema() || tag.suffix == "str");
    if style != ScalarStyle::Plain || forced_text {
        return Kind::Text(text.into_owned());
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        number if is_number(number) => Kind::Number(text.into_owned()),
        _ => Kind::Text(text.into_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

/// `!Ref`, `!Condition` and `!GetAtt` and so on as the maps they abbreviate.
fn short_form(tag: &Tag, node: Node) -> Node {
    if tag.handle != "!" {
        return node;
    }
    let span = node.span;
    let key = match tag.suffix.as_str() {
        "Ref" | "Condition" => tag.suffix.clone(),
        other => format!("Fn::{other}"),
    };
    let value = match (tag.suffix.as_str(), node.as_str()) {
        ("GetAtt", Some(text)) => {
            let (resource, attribute) = text.split_once('.').unwrap_or((text, ""));
            Node::new(span, Kind::List(vec![Node::text(span, resource), Node::text(span, attribute)]))
        }
        _ => node,
    };
    Node::new(span, Kind::Map(vec![Entry { key, key_span: span, value }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        parse(&Source::new("t.yaml", text)).unwrap()
    }

    #[test]
    fn writes_short_forms_out() {
        let root = read("A: !Ref X\nB: !GetAtt Key.Arn\nC: !If [Prod, !Sub 'a-${B}', 1]\n");
        assert_eq!(root.get("A").unwrap().get("Ref").unwrap().as_str(), Some("X"));
        let arguments = root.get("B").unwrap().get("Fn::GetAtt").unwrap().items();
        assert_eq!((arguments[0].as_str(), arguments[1].as_str()), (Some("Key"), Some("Arn")));
        let branches = root.get("C").unwrap().get("Fn::If").unwrap().items();
        assert_eq!(branches[1].get("Fn::Sub").unwrap().as_str(), Some("a-${B}"));
    }

    #[test]
    fn spans_are_those_of_the_text() {
        let text = "A:\n  B: hello   # why\n  C: [é, two]\n";
        let root = read(text);
        let b = root.get("A").unwrap().get("B").unwrap().span;
        assert_eq!(&text[b.start..b.end], "hello");
        let two = root.get("A").unwrap().get("C").unwrap().items()[1].span;
        assert_eq!(&text[two.start..two.end], "two");
    }

    #[test]
    fn keeps_scalars_as_written() {
        let root = read("A: 012345678901\nB: '7'\nC: yes\nD: 2010-09-09\nE: True\nF:\n");
        assert_eq!(root.get("A").unwrap().scalar().as_deref(), Some("012345678901"));
        assert!(matches!(root.get("B").unwrap().kind, Kind::Text(_)));
        assert!(matches!(root.get("C").unwrap().kind, Kind::Text(_)));
        assert!(matches!(root.get("D").unwrap().kind, Kind::Text(_)));
        assert!(matches!(root.get("E").unwrap().kind, Kind::Bool(true)));
        assert!(matches!(root.get("F").unwrap().kind, Kind::Null));
    }

    #[test]
    fn anchors_are_written_out_within_bounds() {
        let root = read("A: &t {K: 1}\nB: *t\nC:\n  <<: *t\n  L: 2\n");
        assert!(root.get("B").unwrap().get("K").is_some());
        assert!(root.get("C").unwrap().get("K").is_some());
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let reference = format!("*a{}", level - 1);
            bomb += &format!("a{level}: &a{level} [{}]\n", vec![reference; 10].join(", "));
        }
        let error = parse(&Source::new("t", bomb)).unwrap_err();
        assert!(error.cause.contains("once anchors are written out"), "{}", error.cause);
    }

    #[test]
    fn broken_text_gives_place_and_cause() {
        let source = Source::new("t", "A:\n  - b\n c: [1\n");
        let error = parse(&source).unwrap_err();
        assert!(source.position(error.at).line >= 2, "{error:?}");
        assert!(!error.cause.is_empty());
    }
}
