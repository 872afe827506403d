//! Intrinsic functions: those that the workflow uses. (Source: the States Language, "Appendix B: List of
//! Intrinsic Functions"; the Step Functions Developer Guide, "Intrinsic functions", for their nesting.)

use serde_json::Value;

use super::failure::Failure;
use super::path::{self, Scope};

/// The most functions within one another and beside one another in one field.
const MOST_CALLS: usize = 10;

/// Calls `States.Name(argument, …)`. An argument is a path, a text in single quotes, a whole number or a call.
///
/// # Errors
/// `States.IntrinsicFailure` when the arguments are not what the function takes.
pub(crate) fn call(text: &str, scope: Scope) -> Result<Value, Failure> {
    assert!(text.matches("States.").count() <= MOST_CALLS, "{text}: more than {MOST_CALLS} functions");
    let parts = text.strip_suffix(')').and_then(|t| t.split_once('('));
    let (name, arguments) = parts.unwrap_or_else(|| panic!("{text}: neither a path nor a function"));
    let failed = || Failure::new("States.IntrinsicFailure", format!("{text} of {}", scope.input));
    let mut values = Vec::new();
    for argument in split(arguments) {
        values.push(value(argument, scope)?.ok_or_else(failed)?);
    }
    apply(name, &values).ok_or_else(failed)
}

/// The function's result; `None` when it does not take these values.
fn apply(name: &str, values: &[Value]) -> Option<Value> {
    match (name, values) {
        ("States.Format", [Value::String(format), values @ ..]) => fill(format, values).map(Value::String),
        ("States.MathAdd", [a, b]) => a.as_i64().zip(b.as_i64()).map(|(a, b)| Value::from(a + b)),
        ("States.ArrayLength", [Value::Array(items)]) => Some(Value::from(items.len())),
        ("States.StringSplit", [Value::String(text), Value::String(delimiters)]) => {
            // Every character of the second text separates, and nothing is between two that stand together.
            let pieces = text.split(|c| delimiters.contains(c)).filter(|piece| !piece.is_empty());
            Some(pieces.collect())
        }
        ("States.Format" | "States.MathAdd" | "States.ArrayLength" | "States.StringSplit", _) => None,
        (name, _) => panic!("{name}: a function that this interpreter does not know"),
    }
}

/// Cuts at commas that are neither in a text nor in a function's arguments.
fn split(arguments: &str) -> Vec<&str> {
    assert!(!arguments.contains('\\'), "{arguments}: escapes are not known");
    let (mut quoted, mut depth) = (false, 0);
    let cut = |c: char| {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        c == ',' && !quoted && depth == 0
    };
    arguments.split(cut).map(str::trim).collect()
}

fn value(text: &str, scope: Scope) -> Result<Option<Value>, Failure> {
    if text.starts_with('$') {
        return Ok(path::find(text, scope));
    }
    if text.starts_with("States.") {
        return call(text, scope).map(Some);
    }
    if let Some(inner) = text.strip_prefix('\'') {
        let inner = inner.strip_suffix('\'').unwrap_or_else(|| panic!("{text}: a text without an end"));
        return Ok(Some(Value::from(inner)));
    }
    let number = text.parse::<i64>();
    Ok(Some(Value::from(number.unwrap_or_else(|_| panic!("{text}: an argument that is not known")))))
}

/// Puts each value into the place of a `{}`; `None` when their numbers are not the same, or one is no scalar.
fn fill(format: &str, values: &[Value]) -> Option<String> {
    assert!(!format.contains('\\'), "{format}: escapes are not known");
    let pieces: Vec<&str> = format.split("{}").collect();
    if pieces.len() != values.len() + 1 {
        return None;
    }
    let mut out = pieces[0].to_owned();
    for (value, piece) in values.iter().zip(&pieces[1..]) {
        match value {
            Value::String(text) => out += text,
            Value::Number(_) | Value::Bool(_) | Value::Null => out += &value.to_string(),
            Value::Array(_) | Value::Object(_) => return None,
        }
        out += piece;
    }
    Some(out)
}
