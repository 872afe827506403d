//! The lists of what is meant: one line for each thing that could be done.

use std::collections::{BTreeMap, BTreeSet};

use crate::stack::{Environment, Stack};

/// An account that is none of ours.
pub const STRANGER: &str = "999999999999";

/// A line: actions on resources, and who may.
#[derive(Debug)]
pub struct Line<'l> {
    /// The heading above it.
    pub section: &'l str,
    pub what: &'l str,
    pub actions: Vec<&'l str>,
    pub resources: Vec<&'l str>,
    /// Condition keys of the request with their values.
    pub context: Vec<(&'l str, &'l str)>,
    /// By relation (whose resources, seen from who asks) the names of those who may.
    pub who: BTreeMap<&'l str, BTreeSet<&'l str>>,
}

impl Line<'_> {
    pub fn permits(&self, relation: &str, name: &str) -> bool {
        self.who.get(relation).is_some_and(|names| names.contains(name))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.who.values().flatten().copied()
    }
}

/// Reads a list.
pub fn read(text: &str) -> Vec<Line<'_>> {
    let mut section = "";
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("== ") {
            Some(title) => section = title,
            None => lines.push(read_line(section, line)),
        }
    }
    lines
}

fn read_line<'l>(section: &'l str, line: &'l str) -> Line<'l> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let [what, actions, resources, context, who] = parts[..] else {
        panic!("five parts are expected: {line}");
    };
    let context = context.split(';').map(str::trim).filter(|one| !one.is_empty());
    let pair = |one: &'l str| one.split_once('=').unwrap_or_else(|| panic!("a key and a value: {one}"));
    let who = if who == "nobody" { "" } else { who };
    let permitted = who.split(';').filter(|one| !one.is_empty()).map(|one| {
        let (relation, names) = one.split_once(':').unwrap_or_else(|| panic!("whose resources: {line}"));
        (relation.trim(), names.split_whitespace().collect())
    });
    Line {
        section,
        what,
        actions: actions.split_whitespace().collect(),
        resources: resources.split_whitespace().collect(),
        context: context.map(pair).collect(),
        who: permitted.collect(),
    }
}

/// What the placeholders of a line stand for.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'s> {
    pub stacks: &'s [Stack; 3],
    /// Whose resources they are.
    pub target: Environment,
    /// Name of the environment that asks, and its account.
    pub caller: (&'s str, &'s str),
}

impl Setting<'_> {
    /// A text with every placeholder filled; none where the environment has no such resource or neighbour.
    pub fn fill(&self, text: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or_else(|| panic!("a bracket is open: {text}"));
            filled.push_str(before);
            filled.push_str(&self.value(name)?);
            rest = after;
        }
        Some(filled + rest)
    }

    fn value(&self, name: &str) -> Option<String> {
        let arn_in = |environment: Environment, name: &str| {
            let (id, attribute) = name.split_once('.').unwrap_or((name, "Arn"));
            self.stacks[environment as usize].attribute(id, attribute)
        };
        let (lower, upper) = (self.target.lower(), self.target.upper());
        match name {
            "environment" => Some(self.target.name().to_owned()),
            "account" => Some(self.target.account().to_owned()),
            "caller" => Some(self.caller.0.to_owned()),
            "caller-account" | "source" => Some(self.caller.1.to_owned()),
            "lower-environment" => Some(lower?.name().to_owned()),
            "lower-account" => Some(lower?.account().to_owned()),
            "upper-account" => Some(upper?.account().to_owned()),
            _ => match name.split_once(':') {
                Some(("lower", name)) => arn_in(lower?, name),
                Some(("upper", name)) => arn_in(upper?, name),
                _ => arn_in(self.target, name),
            },
        }
    }
}
