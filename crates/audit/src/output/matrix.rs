//! Requirement by requirement: what was checked and how it came out.

use crate::report::Report;
use crate::requirements::REQUIREMENTS;
use crate::rules::{RULES, Severity};

/// How a requirement came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Every rule that applies has nothing against it.
    Met,
    /// There are warnings (and this many findings).
    Warned(usize),
    /// There are errors (and this many findings).
    Broken(usize),
    /// Nothing is against it, but part of what it asks is not in the templates.
    Unknown,
    /// No template of the run has anything it is about, or the profile leaves it out.
    NotApplicable,
}

impl Status {
    /// The word that outputs use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Warned(_) => "warned",
            Self::Broken(_) => "broken",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// One row for each requirement: id, words, the rules that check it, and how it came out.
pub fn matrix_rows(report: &Report) -> Vec<(&'static str, &'static str, Vec<&'static str>, Status)> {
    let row = |&(id, words): &(&'static str, &'static str)| {
        let rules: Vec<&str> = RULES
            .iter()
            .filter(|rule| rule.requirements().any(|one| one == id))
            .map(|rule| rule.id())
            .collect();
        let status = status(report, &rules);
        (id, words, rules, status)
    };
    REQUIREMENTS.iter().map(row).collect()
}

fn status(report: &Report, rules: &[&str]) -> Status {
    let mine = || report.counting().filter(|finding| rules.contains(&finding.rule.id()));
    let count = mine().filter(|finding| finding.severity > Severity::Info).count();
    match mine().map(|finding| finding.severity).max() {
        Some(Severity::Error) => Status::Broken(count),
        Some(Severity::Warning) => Status::Warned(count),
        _ if rules.iter().any(|id| report.undecided.contains(id)) => Status::Unknown,
        _ if rules.iter().any(|id| report.applied.contains(id)) => Status::Met,
        _ => Status::NotApplicable,
    }
}

/// The rows as a Markdown table.
pub fn matrix(report: &Report) -> String {
    let mut out =
        format!("| requirement | what it asks | {} | rules |\n|---|---|---|---|\n", report.profile.name());
    for (id, words, rules, status) in matrix_rows(report) {
        let status = match status {
            Status::Warned(count) => format!("warned ({count})"),
            Status::Broken(count) => format!("**broken ({count})**"),
            other => other.word().to_owned(),
        };
        out += &format!("| {id} | {} | {status} | {} |\n", super::markdown::cell(words), rules.join(", "));
    }
    out
}
