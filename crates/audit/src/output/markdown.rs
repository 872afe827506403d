//! The report as Markdown, for a pull request.

use crate::report::{Report, SetAside};
use crate::rules::Severity;

/// A table of the findings that count, the suppressed ones with their reasons, and how to fix each.
pub fn markdown(report: &Report) -> String {
    let mut out = format!(
        "## Template audit ({})\n\n{} errors, {} warnings, {} noted\n",
        report.profile.name(),
        report.count(Severity::Error),
        report.count(Severity::Warning),
        report.count(Severity::Info),
    );
    if report.counting().next().is_some() {
        out += "\n| severity | rule | where | what | fix |\n|---|---|---|---|---|\n";
    }
    for finding in report.counting() {
        let place = format!("{}:{}", report.source(finding).name(), finding.start.line);
        out += &format!(
            "| {} | {} | {} `{}` | {} | {} |\n",
            finding.severity.word(),
            finding.rule.id(),
            cell(&place),
            cell(finding.resource.as_deref().unwrap_or("-")),
            cell(&finding.full_message()),
            cell(finding.rule.fix),
        );
    }
    let suppressed: Vec<String> = report
        .findings
        .iter()
        .filter_map(|finding| match &finding.set_aside {
            Some(SetAside::Suppressed(reason)) => {
                Some(format!("- {} at {}: {}\n", finding.rule.id(), cell(&finding.path), cell(reason)))
            }
            _ => None,
        })
        .collect();
    if !suppressed.is_empty() {
        out += &format!("\nSuppressed:\n\n{}", suppressed.concat());
    }
    out
}

/// Text that stays in its cell and is not read as markup.
pub(super) fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
