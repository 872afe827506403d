//! Payload templates: `Parameters`, `ResultSelector` and `ItemSelector`.

use serde_json::{Map, Value};

use super::failure::Failure;
use super::intrinsic;
use super::path::{self, Scope};

/// Fills in a template: the value of each member whose name ends in `.$` is a path or an intrinsic function.
///
/// # Errors
/// `States.ParameterPathFailure` when a path leads nowhere; `States.IntrinsicFailure`.
pub(crate) fn fill(template: &Value, scope: Scope) -> Result<Value, Failure> {
    match template {
        Value::Object(members) => {
            let mut out = Map::new();
            for (name, value) in members {
                let (name, value) = match name.strip_suffix(".$") {
                    None => (name.as_str(), fill(value, scope)?),
                    Some(name) => {
                        let text = value.as_str().unwrap_or_else(|| panic!("{name}.$ is not a text"));
                        (name, expression(text, scope)?)
                    }
                };
                assert!(out.insert(name.to_owned(), value).is_none(), "{name} is there twice");
            }
            Ok(Value::Object(out))
        }
        Value::Array(items) => items.iter().map(|item| fill(item, scope)).collect(),
        other => Ok(other.clone()),
    }
}

fn expression(text: &str, scope: Scope) -> Result<Value, Failure> {
    if !text.starts_with('$') {
        return intrinsic::call(text, scope);
    }
    path::find(text, scope).ok_or_else(|| {
        Failure::new("States.ParameterPathFailure", format!("{text} leads nowhere in {}", scope.input))
    })
}
