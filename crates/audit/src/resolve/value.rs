//! Values as rules see them.

use super::state::Cx;
use crate::document::node::Node;
use crate::document::source::Span;
use crate::template::Resource;

/// A part of a text that the template does not fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hole {
    /// A parameter with a value that the template does not name.
    Parameter(String),
    /// `Ref` of a resource.
    Resource(String),
    /// `Fn::GetAtt` of a resource.
    Attribute(String, String),
    /// The n-th Availability Zone of the Region.
    Zone(usize),
    /// An export of another stack.
    Import(String),
    /// Anything else, in words.
    Other(String),
}

impl Hole {
    /// The logical id that the hole refers to.
    pub fn resource(&self) -> Option<&str> {
        match self {
            Self::Resource(id) | Self::Attribute(id, _) => Some(id),
            _ => None,
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Known characters.
    Known(String),
    /// Not fixed by the template.
    Hole(Hole),
}

/// A text of known and unknown pieces; two known pieces never stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    pieces: Vec<Piece>,
}

impl Text {
    /// A known text.
    pub fn known(text: impl Into<String>) -> Self {
        let mut new = Self::default();
        new.push_known(&text.into());
        new
    }

    /// A text that is one hole.
    pub fn hole(hole: Hole) -> Self {
        Self { pieces: vec![Piece::Hole(hole)] }
    }

    /// Adds known characters.
    pub fn push_known(&mut self, more: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Known(text)) => text.push_str(more),
            _ if more.is_empty() => {}
            _ => self.pieces.push(Piece::Known(more.to_owned())),
        }
    }

    /// Adds another text.
    pub fn push(&mut self, other: Text) {
        for piece in other.pieces {
            match piece {
                Piece::Known(text) => self.push_known(&text),
                hole @ Piece::Hole(_) => self.pieces.push(hole),
            }
        }
    }

    /// The text, when all of it is known.
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// The hole, when the text is one.
    pub fn only_hole(&self) -> Option<&Hole> {
        match self.pieces.as_slice() {
            [Piece::Hole(hole)] => Some(hole),
            _ => None,
        }
    }

    /// The pieces.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The holes.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Known(_) => None,
        })
    }

    /// The text with `${…}` for what is not known.
    pub fn show(&self) -> String {
        let words = self.pieces.iter().map(|piece| match piece {
            Piece::Known(text) => text.clone(),
            Piece::Hole(Hole::Parameter(name) | Hole::Resource(name)) => format!("${{{name}}}"),
            Piece::Hole(Hole::Attribute(id, attribute)) => format!("${{{id}.{attribute}}}"),
            Piece::Hole(Hole::Zone(index)) => format!("${{zone {index}}}"),
            Piece::Hole(Hole::Import(name)) => format!("${{import {name}}}"),
            Piece::Hole(Hole::Other(what)) => format!("${{{what}}}"),
        });
        words.collect()
    }
}

/// What a value is, once decided.
#[derive(Debug, Clone)]
pub enum Shape<'c> {
    /// Not there: never written, `null`, or `AWS::NoValue`.
    Absent,
    /// A string, number or truth value.
    Text(Text),
    /// A list; what is `AWS::NoValue` in it is left out.
    List(Vec<Val<'c>>),
    /// A map, read as it is asked for.
    Map(&'c Node),
    /// Not fixed by the template, and of a form that is not known either.
    Unknown(Hole),
}

/// A value of the template in one run, with the place it was written at.
#[derive(Debug, Clone)]
pub struct Val<'c> {
    pub(super) cx: &'c Cx<'c>,
    /// Where it is written; for what is absent, where it would belong.
    pub span: Span,
    /// What it is.
    pub shape: Shape<'c>,
}

impl<'c> Val<'c> {
    pub(super) fn new(cx: &'c Cx<'c>, span: Span, shape: Shape<'c>) -> Self {
        Self { cx, span, shape }
    }

    /// The value under a key; a path such as `A.B` goes through several. Absent when this is no map, and unknown
    /// when this is unknown.
    pub fn get(&self, path: &str) -> Val<'c> {
        let mut value = self.clone();
        for key in path.split('.') {
            value = value.step(key);
        }
        value
    }

    fn step(&self, key: &str) -> Val<'c> {
        let shape = match &self.shape {
            Shape::Map(node) => match node.get(key) {
                Some(inner) => return self.cx.value(inner),
                None => Shape::Absent,
            },
            Shape::Unknown(hole) => Shape::Unknown(hole.clone()),
            Shape::Text(text) if text.only_hole().is_some() => Shape::Unknown(Hole::Other(text.show())),
            _ => Shape::Absent,
        };
        Val::new(self.cx, self.span, shape)
    }

    /// The rule's view of the template.
    pub fn cx(&self) -> &'c Cx<'c> {
        self.cx
    }

    /// Whether it is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self.shape, Shape::Absent)
    }

    /// Whether it is there, known or not.
    pub fn is_set(&self) -> bool {
        !self.is_absent()
    }

    /// Whether the template leaves it (or a part of it) open.
    pub fn is_unknown(&self) -> bool {
        match &self.shape {
            Shape::Unknown(_) => true,
            Shape::Text(text) => text.literal().is_none(),
            _ => false,
        }
    }

    /// The text of a known string, number or truth value.
    pub fn text(&self) -> Option<&str> {
        match &self.shape {
            Shape::Text(text) => text.literal(),
            _ => None,
        }
    }

    /// The text with its holes.
    pub fn pieces(&self) -> Option<&Text> {
        match &self.shape {
            Shape::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value in words: `${…}` stands for what is not known.
    pub fn show(&self) -> String {
        match &self.shape {
            Shape::Absent => "nothing".to_owned(),
            Shape::Text(text) => text.show(),
            Shape::List(items) => items.iter().map(Val::show).collect::<Vec<_>>().join(", "),
            Shape::Map(_) => "a map".to_owned(),
            Shape::Unknown(hole) => Text::hole(hole.clone()).show(),
        }
    }

    /// A known number, also when it is written as a string.
    pub fn number(&self) -> Option<f64> {
        self.text()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A known truth value, also when it is written as a string.
    pub fn flag(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Whether it is known to be this text.
    pub fn is(&self, text: &str) -> bool {
        self.text() == Some(text)
    }

    /// The items of a known list; a single value is a list of one, as IAM and others have it. Empty when absent
    /// or unknown.
    pub fn each(&self) -> Vec<Val<'c>> {
        match &self.shape {
            Shape::List(items) => items.clone(),
            Shape::Text(text) if text.only_hole().is_some_and(|hole| matches!(hole, Hole::Other(_))) => {
                Vec::new()
            }
            Shape::Text(_) | Shape::Map(_) => vec![self.clone()],
            Shape::Absent | Shape::Unknown(_) => Vec::new(),
        }
    }

    /// The keys and values of a map.
    pub fn entries(&self) -> Vec<(&'c str, Span, Val<'c>)> {
        match &self.shape {
            Shape::Map(node) => {
                let entries = node.entries().iter();
                let values = entries.map(|one| (one.key.as_str(), one.key_span, self.cx.value(&one.value)));
                values.filter(|(_, _, value)| value.is_set()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The hole that the whole value is.
    pub fn only_hole(&self) -> Option<&Hole> {
        match &self.shape {
            Shape::Text(text) => text.only_hole(),
            Shape::Unknown(hole) => Some(hole),
            _ => None,
        }
    }

    /// The logical id of the resource that the value is a `Ref` or `Fn::GetAtt` of.
    pub fn target(&self) -> Option<&str> {
        self.only_hole().and_then(Hole::resource)
    }

    /// Whether the value refers to the resource anywhere in its text, items or inner values.
    pub fn mentions(&self, id: &str) -> bool {
        match &self.shape {
            Shape::Text(text) => text.holes().any(|hole| hole.resource() == Some(id)),
            Shape::List(items) => items.iter().any(|item| item.mentions(id)),
            Shape::Map(_) => self.entries().iter().any(|(_, _, value)| value.mentions(id)),
            Shape::Unknown(hole) => hole.resource() == Some(id),
            Shape::Absent => false,
        }
    }
}

/// A resource in one run.
#[derive(Debug, Clone, Copy)]
pub struct Res<'c> {
    cx: &'c Cx<'c>,
    resource: &'c Resource<'c>,
}

impl<'c> Res<'c> {
    pub(super) fn new(cx: &'c Cx<'c>, resource: &'c Resource<'c>) -> Self {
        Self { cx, resource }
    }

    /// Its logical id.
    pub fn id(&self) -> &'c str {
        self.resource.id
    }

    /// Its type.
    pub fn kind(&self) -> &'c str {
        self.resource.kind
    }

    /// Where its logical id stands.
    pub fn span(&self) -> Span {
        self.resource.key_span
    }

    /// A property; a path such as `A.B` goes through several. An absent one stands where the logical id does.
    pub fn get(&self, path: &str) -> Val<'c> {
        let mut value = self.attribute("Properties");
        for key in path.split('.') {
            let inner = value.get(key);
            value = if inner.is_absent() && value.span == self.span() {
                Val::new(self.cx, self.span(), Shape::Absent)
            } else {
                inner
            };
        }
        value
    }

    /// Where a property's name stands.
    pub fn property(&self, name: &str) -> Span {
        let properties = self.resource.node.get("Properties");
        properties.and_then(|node| node.entry(name)).map_or(self.span(), |entry| entry.key_span)
    }

    /// An attribute beside `Properties`, such as `DeletionPolicy`.
    pub fn attribute(&self, name: &str) -> Val<'c> {
        match self.resource.node.get(name) {
            Some(node) => {
                let mut value = self.cx.value(node);
                if name == "Properties" {
                    value.span = self.span();
                }
                value
            }
            None => Val::new(self.cx, self.span(), Shape::Absent),
        }
    }

    /// A property as it is written, nothing resolved.
    pub fn written(&self, name: &str) -> Option<&'c Node> {
        self.resource.node.get("Properties")?.get(name)
    }

    /// The rule's view of the template.
    pub fn cx(&self) -> &'c Cx<'c> {
        self.cx
    }
}
