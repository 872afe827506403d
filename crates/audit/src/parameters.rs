//! Parameter values: files, and the checks that CloudFormation would make of them.

use crate::audit::InputError;
use crate::document::node::Node;
use crate::document::source::{Source, Span};
use crate::document::{self, SyntaxError};
use crate::resolve::Given;
use crate::rules::Severity;
use crate::template::{Parameter, Template};

/// Reads a parameter file: `[{"ParameterKey": …, "ParameterValue": …}]`, `{"Parameters": {…}}`, or a plain map of
/// names and values; JSON or YAML. Lists become comma-separated text.
///
/// # Errors
/// Text that is neither JSON nor YAML, or a file of another form, with the place.
pub fn read_file(source: Source) -> Result<Vec<(String, String)>, InputError> {
    let document = document::parse(source).map_err(|(source, error)| InputError::new(&source, error))?;
    let root = document.root.get("Parameters").unwrap_or(&document.root);
    let values = read_values(root);
    values.map_err(|at| {
        let cause = "a parameter file is a list of {\"ParameterKey\": …, \"ParameterValue\": …}, or a map of names and values"
            .to_owned();
        InputError::new(&document.source, SyntaxError { at, cause })
    })
}

fn read_values(root: &Node) -> Result<Vec<(String, String)>, usize> {
    let mut values = Vec::new();
    for item in root.items() {
        let key = item.get("ParameterKey").and_then(Node::as_str).ok_or(item.span.start)?;
        if let Some(value) = item.get("ParameterValue").or_else(|| item.get("ResolvedValue")) {
            values.push((key.to_owned(), flatten(value).ok_or(value.span.start)?));
        }
    }
    for entry in root.entries() {
        values.push((entry.key.clone(), flatten(&entry.value).ok_or(entry.value.span.start)?));
    }
    if values.is_empty() && root.items().is_empty() && root.entries().is_empty() && root.scalar().is_some() {
        return Err(root.span.start);
    }
    Ok(values)
}

fn flatten(node: &Node) -> Option<String> {
    if !node.items().is_empty() {
        let items: Option<Vec<String>> = node.items().iter().map(Node::scalar).collect();
        return items.map(|items| items.join(","));
    }
    node.scalar()
}

/// What CloudFormation would refuse about the values and the defaults: place, severity and message.
pub(crate) fn complaints(
    template: &Template<'_>,
    given: &Given,
    alone: bool,
) -> Vec<(Span, Severity, String)> {
    let mut found = Vec::new();
    for parameter in &template.parameters {
        let value = given.values.get(parameter.name);
        if let Some(why) = value.and_then(|value| refusal(parameter, value)) {
            let message = format!("the value given for {} {why}", parameter.name);
            found.push((parameter.key_span, Severity::Error, message));
        }
        if let Some(why) = parameter.default.as_deref().and_then(|value| refusal(parameter, value)) {
            let message = format!("the default of {} {why}", parameter.name);
            found.push((parameter.key_span, Severity::Error, message));
        }
        if value.is_none() && parameter.default.is_none() && given.complete {
            let message =
                format!("{} has no default and the environment gives no value for it", parameter.name);
            found.push((parameter.key_span, Severity::Error, message));
        }
    }
    let unknown = |name: &&String| template.parameter_index(name).is_none() && !name.starts_with("AWS::");
    if alone {
        let top = template
            .root
            .and_then(|root| root.entries().first())
            .map_or(Span::default(), |entry| entry.key_span);
        let mut names: Vec<&String> = given.values.keys().filter(unknown).collect();
        names.sort();
        found.extend(names.into_iter().map(|name| {
            (
                top,
                Severity::Warning,
                format!("a value is given for {name}, which is no parameter of this template"),
            )
        }));
    }
    found
}

/// Why a value is not permitted. The value itself is not shown for a parameter with `NoEcho`.
fn refusal(parameter: &Parameter<'_>, value: &str) -> Option<String> {
    if parameter.is_stored() {
        return None;
    }
    let shown = if parameter.no_echo { "(hidden)".to_owned() } else { format!("`{value}`") };
    let items: Vec<&str> =
        if parameter.is_list() { value.split(',').map(str::trim).collect() } else { vec![value] };
    for item in items {
        if !parameter.allowed.is_empty() && !parameter.allowed.iter().any(|allowed| allowed == item) {
            return Some(format!("is {shown}, which is not among its AllowedValues"));
        }
        if parameter.kind == "Number" {
            let Ok(number) = item.parse::<f64>() else {
                return Some(format!("is {shown}, which is no number"));
            };
            if parameter.min.is_some_and(|min| number < min) || parameter.max.is_some_and(|max| number > max)
            {
                return Some(format!("is {shown}, outside MinValue and MaxValue"));
            }
        }
        if does_not_match(parameter, item) {
            return Some(format!("is {shown}, which does not match its AllowedPattern"));
        }
        let bound = |key: &str| parameter.node.get(key).and_then(Node::scalar)?.parse::<usize>().ok();
        let length = item.chars().count();
        if bound("MinLength").is_some_and(|min| length < min)
            || bound("MaxLength").is_some_and(|max| length > max)
        {
            return Some(format!("is {length} characters long, outside MinLength and MaxLength"));
        }
    }
    None
}

/// A pattern that this crate's engine does not know counts as matched.
fn does_not_match(parameter: &Parameter<'_>, value: &str) -> bool {
    let pattern = parameter.node.get("AllowedPattern").and_then(Node::as_str);
    let compiled = pattern.and_then(|pattern| regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok());
    compiled.is_some_and(|regex| !regex.is_match(value))
}
