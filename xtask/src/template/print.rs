//! Prints JSON for people: what fits on a line stays on one.

use serde_json::Value;

/// Width that a line may have before its object or list is broken up.
const WIDTH: usize = 120;

/// The value as JSON text with a line feed at its end.
pub fn print(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, 0, &mut text);
    text.push('\n');
    text
}

/// Appends `value`, indented by `depth` levels; `used` is what its line already holds beside the indentation.
fn write(value: &Value, depth: usize, used: usize, text: &mut String) {
    let line = inline(value);
    if depth > 1 && 2 * depth + used + line.len() < WIDTH {
        text.push_str(&line);
        return;
    }
    let (open, close, items): (_, _, Vec<(String, &Value)>) = match value {
        Value::Object(object) if !object.is_empty() => (
            '{',
            '}',
            object.iter().map(|(key, child)| (format!("{}: ", Value::from(key.as_str())), child)).collect(),
        ),
        Value::Array(items) if !items.is_empty() => {
            ('[', ']', items.iter().map(|item| (String::new(), item)).collect())
        }
        _ => return text.push_str(&line),
    };
    text.push(open);
    let last = items.len() - 1;
    for (index, (key, child)) in items.into_iter().enumerate() {
        text.push('\n');
        text.push_str(&"  ".repeat(depth + 1));
        text.push_str(&key);
        write(child, depth + 1, key.len(), text);
        if index < last {
            text.push(',');
        }
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

/// The value on one line, with a space inside braces and after separators.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(object) if !object.is_empty() => {
            let entries =
                object.iter().map(|(key, child)| format!("{}: {}", Value::from(key.as_str()), inline(child)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_values_stay_on_a_line_and_long_ones_are_broken_up() {
        let value = json!({ "Resources": { "A": { "Ref": "B", "List": [1, 2] }, "Long": ["x".repeat(70), "y".repeat(70)] } });
        let expected = format!(
            "{{\n  \"Resources\": {{\n    \"A\": {{ \"Ref\": \"B\", \"List\": [1, 2] }},\n    \"Long\": [\n      \"{}\",\n      \"{}\"\n    ]\n  }}\n}}\n",
            "x".repeat(70),
            "y".repeat(70)
        );
        assert_eq!(print(&value), expected);
        assert_eq!(serde_json::from_str::<Value>(&expected).unwrap(), value);
    }
}
