//! Folds away conditions whose value is fixed for a template.

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

/// Resolves the `fixed` conditions: resources and outputs under a true one lose the condition, under
/// a false one they go, and `Fn::If` on one becomes the branch it takes (`AWS::NoValue` the absence
/// of the property or list item).
///
/// # Errors
/// When a fixed value is not a boolean.
pub fn fold(template: &mut Value, fixed: &Map<String, Value>) -> Result<()> {
    if let Some((name, _)) = fixed.iter().find(|(_, value)| !value.is_boolean()) {
        bail!("the fixed condition {name} must be true or false");
    }
    if let Some(conditions) = template.get_mut("Conditions").and_then(Value::as_object_mut) {
        conditions.retain(|name, _| !fixed.contains_key(name));
    }
    let condition = |entry: &Value| entry["Condition"].as_str().and_then(|name| fixed.get(name)?.as_bool());
    for section in ["Resources", "Outputs"] {
        let Some(entries) = template.get_mut(section).and_then(Value::as_object_mut) else { continue };
        entries.retain(|_, entry| condition(entry) != Some(false));
        for entry in entries.values_mut() {
            if condition(entry) == Some(true)
                && let Some(object) = entry.as_object_mut()
            {
                object.shift_remove("Condition");
            }
            *entry = folded(entry.take(), fixed).unwrap_or_default();
        }
    }
    Ok(())
}

/// The value with fixed `Fn::If`s resolved; none when one resolves to `AWS::NoValue`.
fn folded(value: Value, fixed: &Map<String, Value>) -> Option<Value> {
    match value {
        Value::Object(object) => {
            if let Some(branch) = taken_branch(&object, fixed) {
                return if branch == json!({ "Ref": "AWS::NoValue" }) { None } else { folded(branch, fixed) };
            }
            let entries = object.into_iter().filter_map(|(key, child)| Some((key, folded(child, fixed)?)));
            Some(Value::Object(entries.collect()))
        }
        Value::Array(items) => Some(items.into_iter().filter_map(|item| folded(item, fixed)).collect()),
        scalar => Some(scalar),
    }
}

fn taken_branch(object: &Map<String, Value>, fixed: &Map<String, Value>) -> Option<Value> {
    let arguments = object.get("Fn::If")?.as_array()?;
    let taken = fixed.get(arguments.first()?.as_str()?)?.as_bool()?;
    arguments.get(if taken { 1 } else { 2 }).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_conditions_leave_no_trace_and_others_stay() {
        let mut template = json!({
            "Conditions": { "On": {}, "Off": {}, "Open": {} },
            "Resources": {
                "Kept": {
                    "Condition": "On",
                    "Items": [1, { "Fn::If": ["On", 2, 3] }, { "Fn::If": ["Off", 4, { "Ref": "AWS::NoValue" }] }],
                    "Property": { "Fn::If": ["Off", 5, { "Ref": "AWS::NoValue" }] },
                    "Open": { "Fn::If": ["Open", { "Fn::If": ["On", 6, 7] }, { "Ref": "AWS::NoValue" }] }
                },
                "Gone": { "Condition": "Off" },
                "Other": { "Condition": "Open" }
            }
        });
        fold(&mut template, json!({ "On": true, "Off": false }).as_object().unwrap()).unwrap();
        assert_eq!(
            template,
            json!({
                "Conditions": { "Open": {} },
                "Resources": {
                    "Kept": {
                        "Items": [1, 2],
                        "Open": { "Fn::If": ["Open", 6, { "Ref": "AWS::NoValue" }] }
                    },
                    "Other": { "Condition": "Open" }
                }
            })
        );
    }
}
