//! Paths: `$.member`, `[0]` and `[*]` into a state's input, and `$$` into the context object. Any other
//! spelling ends the test.

use serde_json::Value;

use super::failure::Failure;

/// What paths lead into.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub input: &'a Value,
    pub context: &'a Value,
}

enum Step<'a> {
    Member(&'a str),
    Index(usize),
    All,
}

/// What a path leads to; `None` when there is nothing.
pub(crate) fn find(path: &str, scope: Scope) -> Option<Value> {
    let (from, rest) = match path.strip_prefix("$$") {
        Some(rest) => (scope.context, rest),
        None => (scope.input, path.strip_prefix('$').unwrap_or_else(|| panic!("{path}: not a path"))),
    };
    let mut found = vec![from];
    let mut many = false;
    for step in steps(rest, path) {
        found = match step {
            Step::Member(name) => found.iter().filter_map(|v| v.as_object()?.get(name)).collect(),
            Step::Index(index) => found.iter().filter_map(|v| v.as_array()?.get(index)).collect(),
            Step::All => {
                many = true;
                found.iter().filter_map(|v| v.as_array()).flatten().collect()
            }
        };
    }
    // A path that may lead to several places gives a list, also of one or none.
    if many { Some(found.into_iter().cloned().collect()) } else { found.first().copied().cloned() }
}

/// What a path leads to.
///
/// # Errors
/// `States.Runtime` when it leads nowhere.
pub(crate) fn get(path: &str, scope: Scope) -> Result<Value, Failure> {
    find(path, scope).ok_or_else(|| Failure::runtime(format!("{path} leads nowhere in {}", scope.input)))
}

fn steps<'a>(rest: &'a str, path: &str) -> Vec<Step<'a>> {
    let mut out = Vec::new();
    let mut left = rest;
    while !left.is_empty() {
        if let Some(after) = left.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let name = &after[..end];
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            assert!(plain, "{path}: a path that this interpreter does not know");
            out.push(Step::Member(name));
            left = &after[end..];
            continue;
        }
        let inner = left.strip_prefix('[').and_then(|l| l.split_once(']'));
        let (inner, after) =
            inner.unwrap_or_else(|| panic!("{path}: a path that this interpreter does not know"));
        out.push(match inner {
            "*" => Step::All,
            index => Step::Index(index.parse().unwrap_or_else(|_| panic!("{path}: [{index}] is not known"))),
        });
        left = after;
    }
    out
}

/// Puts a result into a state's input as `ResultPath` says: `None` discards it, `$` replaces the input.
///
/// # Errors
/// `States.ResultPathMatchFailure` when the input has no place for it.
pub(crate) fn put(path: Option<&str>, input: &Value, result: Value) -> Result<Value, Failure> {
    let Some(path) = path else { return Ok(input.clone()) };
    let mut output = input.clone();
    let mut place = &mut output;
    let rest = path.strip_prefix('$').unwrap_or_else(|| panic!("{path}: not a reference path"));
    for step in steps(rest, path) {
        let Step::Member(name) = step else { panic!("{path}: only members can be written") };
        let none =
            || Failure::new("States.ResultPathMatchFailure", format!("{path} has no place in {input}"));
        place = place
            .as_object_mut()
            .ok_or_else(none)?
            .entry(name)
            .or_insert_with(|| Value::Object(Default::default()));
    }
    *place = result;
    Ok(output)
}
