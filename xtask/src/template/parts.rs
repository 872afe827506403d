//! Reads the parts of a template, merges their sections and brings in included files.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::SECTIONS;

/// Reads a file that holds one JSON object.
///
/// # Errors
/// When the file cannot be read, is not JSON, or is not an object.
pub fn read_object(path: &Path) -> Result<Map<String, Value>> {
    match read_json(path)? {
        Value::Object(object) => Ok(object),
        _ => bail!("{}: not a JSON object", path.display()),
    }
}

fn read_json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// Merges the parts that a recipe lists, section by section, in [`SECTIONS`] order.
///
/// # Errors
/// When a part cannot be read, has a section that templates do not have, or defines a name that
/// another part has already defined in the same section.
pub fn merge(deploy: &Path, recipe: &Value) -> Result<Vec<(String, Map<String, Value>)>> {
    let names = recipe["Parts"].as_array().context("the recipe has no Parts")?;
    let mut merged: HashMap<String, Map<String, Value>> = HashMap::new();
    let mut origins: HashMap<(String, String), String> = HashMap::new();
    for name in names {
        let name = name.as_str().context("a part's name is not a string")?;
        let path = deploy.join(name);
        for (section, mut content) in read_object(&path)? {
            if !SECTIONS.contains(&section.as_str()) {
                bail!("{name}: a part cannot have a section {section}");
            }
            include(&mut content, &path)?;
            let Value::Object(entries) = content else { bail!("{name}: {section} is not an object") };
            for (key, entry) in entries {
                let origin = (section.clone(), key.clone());
                if let Some(first) = origins.insert(origin, name.to_owned()) {
                    bail!("{section} {key} is in {first} and again in {name}");
                }
                merged.entry(section.clone()).or_default().insert(key, entry);
            }
        }
    }
    Ok(SECTIONS.iter().filter_map(|section| merged.remove_entry(*section)).collect())
}

/// Replaces `{"Lockstep::Include": FILE}` by the JSON in FILE, which may include others in its turn, and
/// `{"Lockstep::IncludeSub": FILE}` by an `Fn::Sub` of that JSON as text, with `Lockstep::Variables` beside it
/// as the variables of the `Fn::Sub`; FILE is relative to the file that names it.
fn include(value: &mut Value, part: &Path) -> Result<()> {
    match value {
        Value::Object(object) => {
            let included =
                |key: &str| object.get(key).and_then(Value::as_str).map(|file| part.with_file_name(file));
            if let Some(file) = included("Lockstep::Include") {
                *value = read_json(&file)?;
                include(value, &file)?;
            } else if let Some(file) = included("Lockstep::IncludeSub") {
                let text = read_json(&file)?.to_string();
                *value = match object.get("Lockstep::Variables") {
                    Some(variables) => json!({ "Fn::Sub": [text, variables] }),
                    None => json!({ "Fn::Sub": text }),
                };
            } else {
                object.values_mut().try_for_each(|child| include(child, part))?;
            }
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| include(item, part))?,
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge_two(first: &str, second: &str) -> Result<Vec<(String, Map<String, Value>)>> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("first.json"), first).unwrap();
        fs::write(folder.path().join("second.json"), second).unwrap();
        fs::write(folder.path().join("body.json"), r#"{ "a": 1 }"#).unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        let inner = r#"{ "b": { "Lockstep::Include": "../body.json" } }"#;
        fs::write(folder.path().join("inner/body.json"), inner).unwrap();
        merge(folder.path(), &json!({ "Parts": ["first.json", "second.json"] }))
    }

    #[test]
    fn sections_come_in_order_whatever_the_parts_say() {
        let sections = merge_two(r#"{"Outputs": {"O": 1}}"#, r#"{"Resources": {"R": 2}}"#).unwrap();
        assert_eq!(
            sections.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["Resources", "Outputs"]
        );
    }

    #[test]
    fn a_name_defined_twice_is_refused_with_both_places() {
        let error = merge_two(r#"{"Resources": {"R": 1}}"#, r#"{"Resources": {"R": 1}}"#).unwrap_err();
        assert_eq!(error.to_string(), "Resources R is in first.json and again in second.json");
    }

    #[test]
    fn an_unknown_section_is_refused() {
        assert!(merge_two("{}", r#"{"Resource": {}}"#).unwrap_err().to_string().contains("section Resource"));
    }

    #[test]
    fn included_files_become_values_or_text() {
        let sections = merge_two(
            r#"{"Resources": {"R": {"Lockstep::Include": "body.json"}}}"#,
            r#"{"Resources": {"S": {"Lockstep::IncludeSub": "body.json"}}}"#,
        )
        .unwrap();
        assert_eq!(sections[0].1["R"], json!({ "a": 1 }));
        assert_eq!(sections[0].1["S"], json!({ "Fn::Sub": r#"{"a":1}"# }));
    }

    #[test]
    fn an_included_file_includes_from_where_it_lies() {
        let sections =
            merge_two(r#"{"Resources": {"R": {"Lockstep::Include": "inner/body.json"}}}"#, "{}").unwrap();
        assert_eq!(sections[0].1["R"], json!({ "b": { "a": 1 } }));
    }
}
