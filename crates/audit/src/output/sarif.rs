//! The report as SARIF 2.1.0 (OASIS), which code-scanning services read.

use serde_json::{Value, json};

use crate::report::{Finding, Report, SetAside};
use crate::rules::{RULES, Rule, Severity};

/// A SARIF log with one run. Suppressed findings carry `suppressions`, those of the baseline `baselineState`.
pub fn sarif(report: &Report) -> Value {
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lockstep audit",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(|rule| descriptor(rule, report)).collect::<Vec<_>>(),
            }},
            "artifacts": report.sources.iter().map(|source| json!({"location": {"uri": uri(source.name())}}))
                .collect::<Vec<_>>(),
            "columnKind": "unicodeCodePoints",
            "results": report.findings.iter().map(|one| result(report, one)).collect::<Vec<_>>(),
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn descriptor(rule: &Rule, report: &Report) -> Value {
    let default = rule.level(report.profile);
    let mut configuration = json!({ "enabled": default.is_some() });
    if let Some(severity) = default {
        configuration["level"] = json!(level(severity));
    }
    json!({
        "id": rule.id(),
        "name": rule.name,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": format!("{} Source: {}.", rule.why, rule.source) },
        "help": { "text": rule.fix },
        "defaultConfiguration": configuration,
        "properties": { "tags": rule.covers },
    })
}

fn result(report: &Report, finding: &Finding) -> Value {
    let source = report.source(finding);
    let index = RULES.iter().position(|rule| std::ptr::eq(*rule, finding.rule));
    let mut result = json!({
        "ruleId": finding.rule.id(),
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": finding.full_message() },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(source.name()), "index": finding.template },
            "region": {
                "startLine": finding.start.line,
                "startColumn": finding.start.column,
                "endLine": finding.end.line,
                "endColumn": finding.end.column,
            },
        }, "logicalLocations": [{ "fullyQualifiedName": finding.path }] }],
        "partialFingerprints": { "lockstepAudit/v1": finding.fingerprint(source.name()) },
    });
    match &finding.set_aside {
        Some(SetAside::Suppressed(reason)) => {
            result["suppressions"] =
                json!([{ "kind": "inSource", "status": "accepted", "justification": reason }]);
        }
        Some(SetAside::Known) => {
            result["baselineState"] = json!("unchanged");
            result["suppressions"] =
                json!([{ "kind": "external", "status": "accepted", "justification": "baseline" }]);
        }
        None => {}
    }
    result
}

/// A path as a relative URI reference: what is not plain is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(byte as char);
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    if path.starts_with('/') { format!("file://{uri}") } else { uri }
}
