//! A definition as it is written. A member, a type of state or a rule that is not listed here ends the test
//! with its name: nothing in a definition is passed over.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::choice::Rule;

/// States and where they start: a whole machine, or what a Map state does for each item.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Machine {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    pub start_at: String,
    pub states: BTreeMap<String, State>,
    /// Seconds after which the whole execution ends.
    pub timeout_seconds: Option<u64>,
    /// Of an item processor.
    #[serde(rename = "ProcessorConfig")]
    _processor_config: Option<ProcessorConfig>,
}

/// How a Map state's items are run; only within the execution itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ProcessorConfig {
    #[serde(rename = "Mode")]
    _mode: Mode,
}

#[derive(Debug, Deserialize)]
enum Mode {
    #[serde(rename = "INLINE")]
    Inline,
}

/// One state.
#[derive(Debug, Deserialize)]
#[serde(tag = "Type")]
pub(crate) enum State {
    Task(Task),
    Map(Map),
    Pass(Pass),
    Choice(Choice),
    Wait(Wait),
    Succeed(Succeed),
    Fail(Fail),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Task {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    pub resource: String,
    pub parameters: Option<Value>,
    pub result_selector: Option<Value>,
    #[serde(default = "whole", deserialize_with = "present")]
    pub result_path: Option<String>,
    #[serde(default = "whole", deserialize_with = "present")]
    pub output_path: Option<String>,
    pub timeout_seconds: Option<u64>,
    #[serde(default)]
    pub retry: Vec<Retrier>,
    #[serde(default)]
    pub catch: Vec<Catcher>,
    pub next: Option<String>,
    #[serde(default)]
    pub end: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Map {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    pub items_path: String,
    /// Items at a time; zero for no limit.
    #[serde(default)]
    pub max_concurrency: usize,
    pub item_selector: Option<Value>,
    pub item_processor: Machine,
    #[serde(default = "whole", deserialize_with = "present")]
    pub result_path: Option<String>,
    #[serde(default)]
    pub retry: Vec<Retrier>,
    #[serde(default)]
    pub catch: Vec<Catcher>,
    pub next: Option<String>,
    #[serde(default)]
    pub end: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Pass {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    #[serde(default = "whole", deserialize_with = "present")]
    pub input_path: Option<String>,
    pub result: Option<Value>,
    pub parameters: Option<Value>,
    #[serde(default = "whole", deserialize_with = "present")]
    pub result_path: Option<String>,
    pub next: Option<String>,
    #[serde(default)]
    pub end: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Choice {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    pub choices: Vec<Rule>,
    pub default: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Wait {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    pub seconds: u64,
    pub next: Option<String>,
    #[serde(default)]
    pub end: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Succeed {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Fail {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    pub error: String,
    pub cause: String,
}

/// When and how often to try again. (Source: the States Language, "Retrying after error".)
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Retrier {
    pub error_equals: Vec<String>,
    #[serde(default = "one")]
    pub interval_seconds: u32,
    #[serde(default = "three")]
    pub max_attempts: u32,
    #[serde(default = "two")]
    pub backoff_rate: f64,
    pub max_delay_seconds: Option<u32>,
    #[serde(default)]
    pub jitter_strategy: Jitter,
}

/// Whether a delay is anything between nothing and its whole length.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Jitter {
    #[default]
    None,
    Full,
}

/// Where to go with an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Catcher {
    pub error_equals: Vec<String>,
    #[serde(default = "whole", deserialize_with = "present")]
    pub result_path: Option<String>,
    pub next: String,
}

/// A path that says `null` is no path, and one that is left out is the whole.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

// The type is that of the member whose default this is.
#[allow(clippy::unnecessary_wraps)]
fn whole() -> Option<String> {
    Some("$".to_owned())
}

fn one() -> u32 {
    1
}

fn three() -> u32 {
    3
}

fn two() -> f64 {
    2.0
}

impl Machine {
    /// Reads a definition.
    pub fn parse(text: &str) -> Self {
        let machine: Self =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("the definition: {error}"));
        machine.check();
        machine
    }

    /// Every state that another one names exists.
    fn check(&self) {
        let exists = |name: &str| assert!(self.states.contains_key(name), "there is no state {name}");
        exists(&self.start_at);
        for (name, state) in &self.states {
            state.targets().into_iter().for_each(exists);
            if let State::Map(map) = state {
                map.item_processor.check();
            }
            assert!(state.goes_on(), "{name} needs Next or End");
            let (retry, catch): (&[Retrier], &[Catcher]) = match state {
                State::Task(s) => (&s.retry, &s.catch),
                State::Map(s) => (&s.retry, &s.catch),
                _ => (&[], &[]),
            };
            all_is_last(name, &retry.iter().map(|r| r.error_equals.as_slice()).collect::<Vec<_>>());
            all_is_last(name, &catch.iter().map(|c| c.error_equals.as_slice()).collect::<Vec<_>>());
        }
    }

    /// The names of all states, those within Map states too.
    pub fn names(&self) -> Vec<&str> {
        let mut out: Vec<&str> = self.states.keys().map(String::as_str).collect();
        for state in self.states.values() {
            if let State::Map(map) = state {
                out.extend(map.item_processor.names());
            }
        }
        out
    }
}

/// `States.ALL` stands alone, and nothing comes after it.
fn all_is_last(state: &str, lists: &[&[String]]) {
    for (i, names) in lists.iter().enumerate() {
        if names.iter().any(|name| name == "States.ALL") {
            assert!(names.len() == 1 && i + 1 == lists.len(), "{state}: States.ALL is not alone and last");
        }
    }
}

impl State {
    fn targets(&self) -> Vec<&str> {
        let (next, catch): (Option<&String>, &[Catcher]) = match self {
            Self::Task(s) => (s.next.as_ref(), &s.catch),
            Self::Map(s) => (s.next.as_ref(), &s.catch),
            Self::Pass(s) => (s.next.as_ref(), &[]),
            Self::Wait(s) => (s.next.as_ref(), &[]),
            Self::Choice(s) => {
                let next = s.choices.iter().map(|rule| rule.next.as_str());
                return next.chain(s.default.as_deref()).collect();
            }
            Self::Succeed(_) | Self::Fail(_) => (None, &[]),
        };
        next.map(String::as_str).into_iter().chain(catch.iter().map(|c| c.next.as_str())).collect()
    }

    fn goes_on(&self) -> bool {
        match self {
            Self::Task(s) => s.next.is_some() != s.end,
            Self::Map(s) => s.next.is_some() != s.end,
            Self::Pass(s) => s.next.is_some() != s.end,
            Self::Wait(s) => s.next.is_some() != s.end,
            Self::Choice(_) | Self::Succeed(_) | Self::Fail(_) => true,
        }
    }
}
