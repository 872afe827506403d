//! The workflow's definition as `deploy/environment.json` deploys it.

use serde_json::Value;

use crate::asl::Machine;

/// The definition with its substitutions: the names in it stand for what `reference` says of a `Ref`, and of a
/// `Fn::GetAtt` written as `Resource.Attribute`.
pub(crate) fn load(reference: &dyn Fn(&str) -> String) -> Machine {
    let template = template();
    let workflow = &template["Resources"]["Workflow"]["Properties"];
    let substitutions = &workflow["DefinitionSubstitutions"];
    let mut text = workflow["Definition"].to_string();
    for (name, value) in substitutions.as_object().expect("substitutions") {
        let placeholder = format!("${{{name}}}");
        assert!(text.contains(&placeholder), "the definition does not use {name}");
        text = text.replace(&placeholder, &resolve(value, &template, reference));
    }
    let left = text.find("${").map(|at| text[at..].chars().take(40).collect::<String>());
    assert_eq!(left, None, "the template has no such substitution");
    Machine::parse(&text)
}

/// All Task states, those within Map states too, by name and as they are written.
pub(crate) fn tasks() -> Vec<(String, Value)> {
    let mut machines = vec![template()["Resources"]["Workflow"]["Properties"]["Definition"].take()];
    let mut tasks = Vec::new();
    while let Some(machine) = machines.pop() {
        for (name, state) in machine["States"].as_object().expect("states") {
            match state["Type"].as_str() {
                Some("Task") => tasks.push((name.clone(), state.clone())),
                Some("Map") => machines.push(state["ItemProcessor"].clone()),
                _ => {}
            }
        }
    }
    tasks
}

fn template() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/environment.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect(path)
}

/// A value of the template, for the intrinsic functions that substitutions use.
fn resolve(value: &Value, template: &Value, reference: &dyn Fn(&str) -> String) -> String {
    let text =
        |value: &Value| value.as_str().map_or_else(|| resolve(value, template, reference), str::to_owned);
    let members = value.as_object().unwrap_or_else(|| panic!("{value}: no intrinsic function"));
    let (function, argument) = members.iter().next().expect("a function");
    match (function.as_str(), argument) {
        ("Ref", Value::String(name)) => reference(name),
        ("Fn::GetAtt", Value::Array(parts)) => {
            reference(&parts.iter().map(text).collect::<Vec<_>>().join("."))
        }
        ("Fn::FindInMap", Value::Array(keys)) => {
            let found = keys.iter().fold(&template["Mappings"], |map, key| &map[text(key)]);
            found.as_str().unwrap_or_else(|| panic!("{argument}: not in the mappings")).to_owned()
        }
        ("Fn::Sub", Value::String(text)) => {
            let mut pieces = text.split("${");
            let mut out = pieces.next().unwrap_or_default().to_owned();
            for piece in pieces {
                let (name, rest) = piece.split_once('}').expect("a name");
                out += &reference(name);
                out += rest;
            }
            out
        }
        _ => panic!("{function}: not known here"),
    }
}
