//! Intrinsic functions: those that the workflow uses. (Source: the States Language, "Appendix B: List of
//! Intrinsic Functions".)

use serde_json::Value;

use super::failure::Failure;
use super::path::{self, Scope};

/// Calls `States.Name(argument, …)`. An argument is a path, a text in single quotes or a whole number.
///
/// # Errors
/// `States.IntrinsicFailure` when the arguments are not what the function takes.
pub(crate) fn call(text: &str, scope: Scope) -> Result<Value, Failure> {
    let parts = text.strip_suffix(')').and_then(|t| t.split_once('('));
    let (name, arguments) = parts.unwrap_or_else(|| panic!("{text}: neither a path nor a function"));
    let failed = || Failure::new("States.IntrinsicFailure", format!("{text} of {}", scope.input));
    let values = split(arguments)
        .into_iter()
        .map(|a| argument(a, scope).ok_or_else(failed))
        .collect::<Result<Vec<Value>, _>>()?;
    let result = match (name, values.as_slice()) {
        ("States.Format", [Value::String(format), values @ ..]) => fill(format, values).map(Value::String),
        ("States.MathAdd", [a, b]) => a.as_i64().zip(b.as_i64()).map(|(a, b)| Value::from(a + b)),
        ("States.ArrayLength", [Value::Array(items)]) => Some(Value::from(items.len())),
        ("States.Format" | "States.MathAdd" | "States.ArrayLength", _) => None,
        (name, _) => panic!("{name}: a function that this interpreter does not know"),
    };
    result.ok_or_else(failed)
}

/// Cuts at commas that are not in a text.
fn split(arguments: &str) -> Vec<&str> {
    assert!(
        !arguments.contains(['\\', '(']),
        "{arguments}: escapes and functions within functions are not known"
    );
    let mut quoted = false;
    let cut = |c: char| {
        quoted ^= c == '\'';
        c == ',' && !quoted
    };
    arguments.split(cut).map(str::trim).collect()
}

fn argument(text: &str, scope: Scope) -> Option<Value> {
    if text.starts_with('$') {
        return path::find(text, scope);
    }
    if let Some(inner) = text.strip_prefix('\'') {
        let inner = inner.strip_suffix('\'').unwrap_or_else(|| panic!("{text}: a text without an end"));
        return Some(Value::from(inner));
    }
    Some(Value::from(text.parse::<i64>().unwrap_or_else(|_| panic!("{text}: an argument that is not known"))))
}

/// Puts each value into the place of a `{}`; `None` when their numbers are not the same, or one is no scalar.
fn fill(format: &str, values: &[Value]) -> Option<String> {
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
