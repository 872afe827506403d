//! The report as JSON, for programs.

use serde_json::{Value, json};

use crate::report::{Finding, Report, SetAside};
use crate::rules::Severity;

/// The whole report; the form is described in docs/audit.md and only ever grows.
pub fn json(report: &Report) -> Value {
    json!({
        "version": 1,
        "profile": report.profile.name(),
        "environments": report.environments,
        "templates": report.sources.iter().map(|source| source.name()).collect::<Vec<_>>(),
        "counts": {
            "error": report.count(Severity::Error),
            "warning": report.count(Severity::Warning),
            "info": report.count(Severity::Info),
        },
        "applied": report.applied,
        "undecided": report.undecided,
        "findings": report.findings.iter().map(|one| finding(report, one)).collect::<Vec<_>>(),
    })
}

fn finding(report: &Report, finding: &Finding) -> Value {
    let source = report.source(finding);
    json!({
        "rule": finding.rule.id(),
        "name": finding.rule.name,
        "covers": finding.rule.covers,
        "severity": finding.severity,
        "message": finding.message,
        "when": finding.when,
        "default_passes": finding.beyond_default,
        "environments": finding.environments,
        "template": source.name(),
        "resource": finding.resource,
        "path": finding.path,
        "start": finding.start,
        "end": finding.end,
        "fix": finding.rule.fix,
        "suppressed": match &finding.set_aside {
            Some(SetAside::Suppressed(reason)) => json!(reason),
            _ => Value::Null,
        },
        "known": finding.set_aside == Some(SetAside::Known),
        "fingerprint": finding.fingerprint(source.name()),
    })
}
