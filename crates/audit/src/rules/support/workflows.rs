//! Definitions of state machines, wherever they are written: as a map, as text, in `Fn::Sub`, with substitutions.

use serde_json::{Map, Value};

use crate::document::source::Span;
use crate::resolve::{Hole, Piece, Res, Shape, Text, Val};

/// The type of a state machine.
pub(in crate::rules) const MACHINE: &str = "AWS::StepFunctions::StateMachine";

/// A definition that was read.
#[derive(Debug)]
pub(in crate::rules) struct Workflow {
    /// The definition. What the template leaves open stands in it as a number that [`Workflow::hole`] knows.
    pub root: Value,
    /// Where it is written.
    pub span: Span,
    /// Names in `${…}` that nothing fills.
    pub unfilled: Vec<String>,
    holes: Vec<Hole>,
}

/// The result of reading one.
#[derive(Debug)]
pub(in crate::rules) enum Definition {
    Known(Workflow),
    /// The text is not JSON: why.
    Broken(Span, String),
    /// It is in a bucket, or a parameter holds it.
    Elsewhere,
}

/// Numbers from here on stand for holes: they are read alike inside and outside of quotes.
const FIRST: u64 = 7_770_000_000;

/// The definition of a state machine.
pub(in crate::rules) fn definition(machine: &Res<'_>) -> Definition {
    let mut holes = Vec::new();
    let (text, object) = (machine.get("DefinitionString"), machine.get("Definition"));
    let value = if text.is_set() { &text } else { &object };
    let (root, unfilled) = match &value.shape {
        Shape::Map(_) => {
            let mut unfilled = Vec::new();
            let root = plain(value, &machine.get("DefinitionSubstitutions"), &mut holes, &mut unfilled);
            (root, unfilled)
        }
        Shape::Text(written) if written.only_hole().is_none() => {
            let substitutions = machine.get("DefinitionSubstitutions");
            let (filled, unfilled) = fill(&marked(written, &mut holes), &substitutions, &mut holes);
            match serde_json::from_str(&filled) {
                Ok(root) => (root, unfilled),
                Err(why) => return Definition::Broken(value.span, why.to_string()),
            }
        }
        _ => return Definition::Elsewhere,
    };
    Definition::Known(Workflow { root, span: value.span, unfilled, holes })
}

/// A text with numbers for its holes.
fn marked(text: &Text, holes: &mut Vec<Hole>) -> String {
    let mut out = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Known(known) => out += known,
            Piece::Hole(hole) => {
                out += &(FIRST + holes.len() as u64).to_string();
                holes.push(hole.clone());
            }
        }
    }
    out
}

/// Fills `${Name}` from the substitutions; names that nothing fills are given back.
fn fill(text: &str, substitutions: &Val<'_>, holes: &mut Vec<Hole>) -> (String, Vec<String>) {
    let (mut out, mut rest, mut unfilled) = (String::new(), text, Vec::new());
    while let Some(open) = rest.find("${") {
        out += &rest[..open];
        let Some(length) = rest[open..].find('}') else { break };
        let name = rest[open + 2..open + length].trim();
        let value = substitutions.get(name);
        match &value.shape {
            Shape::Text(text) => out += &marked(text, holes),
            Shape::Absent => {
                unfilled.push(name.to_owned());
                out += &(FIRST + holes.len() as u64).to_string();
                holes.push(Hole::Other(name.to_owned()));
            }
            _ => {
                out += &(FIRST + holes.len() as u64).to_string();
                holes.push(Hole::Other(name.to_owned()));
            }
        }
        rest = &rest[open + length + 1..];
    }
    (out + rest, unfilled)
}

fn plain(
    value: &Val<'_>,
    substitutions: &Val<'_>,
    holes: &mut Vec<Hole>,
    unfilled: &mut Vec<String>,
) -> Value {
    match &value.shape {
        Shape::Absent => Value::Null,
        Shape::Text(text) => {
            let (filled, missing) = fill(&marked(text, holes), substitutions, holes);
            unfilled.extend(missing);
            Value::String(filled)
        }
        Shape::List(items) => items.iter().map(|item| plain(item, substitutions, holes, unfilled)).collect(),
        Shape::Unknown(hole) => Value::String(marked(&Text::hole(hole.clone()), holes)),
        Shape::Map(_) => {
            let entries = value.entries().into_iter();
            let pairs: Vec<(String, Value)> = entries
                .map(|(key, _, inner)| (key.to_owned(), plain(&inner, substitutions, holes, unfilled)))
                .collect();
            Value::Object(pairs.into_iter().collect::<Map<_, _>>())
        }
    }
}

impl Workflow {
    /// The hole that a text of the definition is, or begins with (`${Function.Arn}:live`).
    pub fn hole(&self, text: &str) -> Option<&Hole> {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let number: u64 = digits.parse().ok()?;
        self.holes.get(usize::try_from(number.checked_sub(FIRST)?).ok()?)
    }

    /// Every state with its name and the states beside it, those inside of branches and maps included.
    pub fn states(&self) -> Vec<State<'_>> {
        let mut found = Vec::new();
        collect(&self.root, &mut found);
        found
    }
}

/// A state of a definition.
#[derive(Debug, Clone, Copy)]
pub(in crate::rules) struct State<'w> {
    pub name: &'w str,
    pub value: &'w Value,
    /// The map of states that it is in.
    pub beside: &'w Map<String, Value>,
}

impl<'w> State<'w> {
    /// The states that it leads to, by the names it gives.
    pub fn next(&self) -> Vec<&'w str> {
        let list = |key: &str| self.value[key].as_array().map(Vec::as_slice).unwrap_or_default();
        let own = [&self.value["Next"], &self.value["Default"]].into_iter();
        let inner = list("Choices").iter().chain(list("Catch")).map(|one| &one["Next"]);
        own.chain(inner).filter_map(Value::as_str).collect()
    }

    /// Whether a field is set to true, as a truth value or as its word.
    pub fn is(&self, key: &str) -> bool {
        self.value[key].as_bool() == Some(true) || self.value[key].as_str() == Some("true")
    }

    /// A number of the state, also when it is written as a text.
    pub fn number(&self, key: &str) -> Option<f64> {
        let value = &self.value[key];
        let number = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
        (number < FIRST as f64).then_some(number)
    }
}

/// The machines inside of a machine: `{StartAt, States}` of branches and maps, itself first.
pub(in crate::rules) fn machines(root: &Value) -> Vec<&Value> {
    let mut found = vec![root];
    for state in root["States"].as_object().into_iter().flat_map(Map::values) {
        let branches = state["Branches"].as_array().map(Vec::as_slice).unwrap_or_default();
        let inner = [&state["Iterator"], &state["ItemProcessor"]].into_iter().filter(|one| one.is_object());
        for machine in branches.iter().chain(inner) {
            found.extend(machines(machine));
        }
    }
    found
}

fn collect<'w>(root: &'w Value, found: &mut Vec<State<'w>>) {
    for machine in machines(root) {
        let Some(states) = machine["States"].as_object() else { continue };
        found.extend(states.iter().map(|(name, value)| State { name, value, beside: states }));
    }
}
