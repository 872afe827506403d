//! What an audit found.

use serde::Serialize;

use crate::document::source::{Position, Source, Span};
use crate::rules::{Profile, Rule, Severity};

/// The result of an audit.
#[derive(Debug)]
pub struct Report {
    /// The profile that was audited for.
    pub profile: Profile,
    /// The templates, in the order they were given.
    pub sources: Vec<Source>,
    /// Names of the environments, in the order they were given.
    pub environments: Vec<String>,
    /// Findings by template and place, suppressed and known ones included.
    pub findings: Vec<Finding>,
    /// Ids of the rules that had something to look at.
    pub applied: Vec<&'static str>,
    /// Ids of those among them that could not decide everything: what they asked is not in the template.
    pub undecided: Vec<&'static str>,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that says so.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Index of the template in [`Report::sources`].
    pub template: usize,
    /// Where in the template.
    pub span: Span,
    /// The same as line and column.
    pub start: Position,
    /// The end, exclusive.
    pub end: Position,
    /// The logical id of the resource it is in.
    pub resource: Option<String>,
    /// Keys and indexes from the template's root to the place.
    pub path: String,
    /// The environments in which it is so; empty when none were given.
    pub environments: Vec<String>,
    /// What it takes, for instance "Environment is prod"; empty when it is always so.
    pub when: Vec<String>,
    /// Whether it takes a permitted parameter value other than the default.
    pub beyond_default: bool,
    /// Declarations of the parameters it depends on: name and place.
    pub related: Vec<(String, Span)>,
    /// Why it does not count, when it does not.
    pub set_aside: Option<SetAside>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetAside {
    /// A suppression in the template's `Metadata`, with its reason.
    Suppressed(String),
    /// It is in the baseline file.
    Known,
}

impl Finding {
    /// What the finding is recognised by in a baseline and in other tools: it stays the same when lines move.
    pub fn fingerprint(&self, template: &str) -> String {
        let file = template.rsplit(['/', '\\']).next().unwrap_or(template);
        format!("{}|{file}|{}|{}", self.rule.id(), self.path, self.environments.join("+"))
    }

    /// The message with what it takes and where it is so.
    pub fn full_message(&self) -> String {
        let mut text = self.message.clone();
        if self.beyond_default {
            text += " (the default passes, the permitted range does not)";
        }
        if !self.when.is_empty() {
            text += &format!(", when {}", self.when.join(" and "));
        }
        if !self.environments.is_empty() {
            text += &format!(" [{}]", self.environments.join(", "));
        }
        text
    }

    /// Whether it counts.
    pub fn counts(&self) -> bool {
        self.set_aside.is_none()
    }
}

impl Report {
    /// The worst severity among the findings that count.
    pub fn worst(&self) -> Option<Severity> {
        self.counting().map(|finding| finding.severity).max()
    }

    /// The findings that count: neither suppressed nor in the baseline.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.counts())
    }

    /// How many findings of a severity count.
    pub fn count(&self, severity: Severity) -> usize {
        self.counting().filter(|finding| finding.severity == severity).count()
    }

    /// The template that a finding is in.
    pub fn source(&self, finding: &Finding) -> &Source {
        &self.sources[finding.template]
    }
}
