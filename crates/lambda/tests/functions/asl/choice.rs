//! Rules of Choice states: those comparisons that the workflow uses.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::definition::Choice;
use super::failure::Failure;
use super::path::{self, Scope};

/// A rule of a Choice state.
#[derive(Debug, Deserialize)]
#[serde(from = "Map<String, Value>")]
pub(crate) struct Rule {
    pub next: String,
    test: Test,
}

#[derive(Debug)]
enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Compare { variable: String, operator: String, with: Value },
}

/// Says whether an operand is one that a comparison takes.
type Operand = fn(&Value) -> bool;

/// The comparisons that are known.
const OPERATORS: [(&str, Operand); 8] = [
    ("StringEquals", Value::is_string),
    ("StringMatches", Value::is_string),
    ("StringEqualsPath", Value::is_string),
    ("NumericEquals", Value::is_number),
    ("NumericGreaterThan", Value::is_number),
    ("NumericLessThan", Value::is_number),
    ("BooleanEquals", Value::is_boolean),
    ("IsPresent", Value::is_boolean),
];

impl From<Map<String, Value>> for Rule {
    fn from(mut members: Map<String, Value>) -> Self {
        let next = members.remove("Next").and_then(|next| next.as_str().map(str::to_owned));
        members.remove("Comment");
        Self { next: next.expect("a rule without Next"), test: Test::new(members) }
    }
}

impl Test {
    fn new(mut members: Map<String, Value>) -> Self {
        if let Some(variable) = members.remove("Variable") {
            let mut rest = members.into_iter();
            let (operator, with) = rest.next().expect("a comparison without an operator");
            let more = rest.next();
            assert!(more.is_none(), "{more:?}: a comparison has one operator");
            let known = OPERATORS.iter().find(|(name, _)| *name == operator);
            let (_, operand) = known.unwrap_or_else(|| panic!("{operator}: an operator that is not known"));
            assert!(operand(&with), "{operator}: {with}");
            let variable = variable.as_str().expect("a path").to_owned();
            return Self::Compare { variable, operator, with };
        }
        let mut rest = members.into_iter();
        let member = rest.next().expect("an empty rule");
        let more = rest.next();
        assert!(more.is_none(), "{more:?}: a rule has one operator");
        let object = |value: Value| match value {
            Value::Object(members) => Self::new(members),
            other => panic!("{other}: a rule is an object"),
        };
        let list = |value: Value| match value {
            Value::Array(rules) => rules.into_iter().map(object).collect(),
            other => panic!("{other}: a list of rules"),
        };
        match (member.0.as_str(), member.1) {
            ("And", rules) => Self::And(list(rules)),
            ("Or", rules) => Self::Or(list(rules)),
            ("Not", rule) => Self::Not(Box::new(object(rule))),
            (operator, _) => panic!("{operator}: an operator that is not known"),
        }
    }

    /// Rules are tried from left to right, as far as needed.
    fn holds(&self, scope: Scope) -> Result<bool, Failure> {
        match self {
            Self::And(tests) => {
                for test in tests {
                    if !test.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(tests) => {
                for test in tests {
                    if test.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(test) => test.holds(scope).map(|holds| !holds),
            Self::Compare { variable, operator, with } => {
                let found = path::find(variable, scope);
                if operator == "IsPresent" {
                    return Ok(found.is_some() == (*with == Value::Bool(true)));
                }
                let nothing = || Failure::runtime(format!("{variable} leads nowhere in {}", scope.input));
                let found = found.ok_or_else(nothing)?;
                compare(&found, operator, with, scope)
            }
        }
    }
}

/// A value of another type than the operator's is simply not equal, greater or less.
fn compare(found: &Value, operator: &str, with: &Value, scope: Scope) -> Result<bool, Failure> {
    let numbers = found.as_f64().zip(with.as_f64());
    Ok(match operator {
        "StringEquals" | "BooleanEquals" => found == with,
        "StringMatches" => {
            let pattern = with.as_str().unwrap_or_default();
            let start = pattern.strip_suffix('*').filter(|start| !start.contains(['*', '\\']));
            let start = start.unwrap_or_else(|| panic!("{pattern}: only a `*` at the end is known"));
            found.as_str().is_some_and(|text| text.starts_with(start))
        }
        "StringEqualsPath" => {
            let other = path::get(with.as_str().unwrap_or_default(), scope)?;
            found.is_string() && *found == other
        }
        "NumericEquals" => numbers.is_some_and(|(a, b)| a.total_cmp(&b).is_eq()),
        "NumericGreaterThan" => numbers.is_some_and(|(a, b)| a > b),
        "NumericLessThan" => numbers.is_some_and(|(a, b)| a < b),
        _ => unreachable!("{operator} was checked when the definition was read"),
    })
}

/// The state that the first rule that holds leads to, else the default.
///
/// # Errors
/// `States.NoChoiceMatched`; `States.Runtime` when a variable is not there.
pub(crate) fn choose<'a>(choice: &'a Choice, scope: Scope) -> Result<&'a str, Failure> {
    for rule in &choice.choices {
        if rule.test.holds(scope)? {
            return Ok(&rule.next);
        }
    }
    let none = || Failure::new("States.NoChoiceMatched", scope.input.to_string());
    choice.default.as_deref().ok_or_else(none)
}
