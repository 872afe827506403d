//! Findings as a compiler prints them, with the lines they are in.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::document::source::{Source, Span};
use crate::report::{Finding, Report, SetAside};
use crate::rules::Severity;

/// The findings that count, each with its source lines, why it matters and how to mend it; then one line of totals.
/// `color` adds ANSI colours.
pub fn text(report: &Report, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for finding in report.counting() {
        out += &renderer.render(&[group(report, finding)]);
        out += "\n\n";
    }
    out + &summary(report) + "\n"
}

fn group<'a>(report: &'a Report, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let source = report.source(finding);
    let mut group = level.primary_title(finding.full_message()).id(finding.rule.id).element(snippet(
        source,
        finding.span,
        None,
    ));
    for (name, span) in finding.related.iter().take(2) {
        group = group.element(snippet(source, *span, Some(format!("{name} is declared here"))));
    }
    group = group.element(Level::NOTE.message(format!("{} ({})", finding.rule.why, finding.rule.source)));
    let covers = finding.rule.covers;
    if !covers.is_empty() {
        group = group.element(Level::NOTE.message(format!("also {}", covers.join(", "))));
    }
    group.element(Level::HELP.message(finding.rule.mend))
}

/// The line of a place; only this is handed on, so that a large template costs no more than a small one.
fn snippet<'a>(
    source: &'a Source,
    span: Span,
    label: Option<String>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let line = source.position(span.start).line;
    let window = source.line(line);
    let start = span.start.clamp(window.start, window.end);
    let end = span.end.clamp(start, window.end);
    let kind = if label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let shown = &source.text()[window.start..window.end];
    Snippet::source(shown)
        .line_start(line)
        .path(source.name())
        .annotation(kind.span(start - window.start..end - window.start).label(label))
}

fn summary(report: &Report) -> String {
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let suppressed = |wanted: fn(&SetAside) -> bool| {
        report.findings.iter().filter(|one| one.set_aside.as_ref().is_some_and(wanted)).count()
    };
    let mut line = format!(
        "audit ({}): {}, {}, {} noted",
        report.profile.name(),
        plural(report.count(Severity::Error), "error"),
        plural(report.count(Severity::Warning), "warning"),
        report.count(Severity::Info),
    );
    let (set_aside, known) =
        (suppressed(|why| matches!(why, SetAside::Suppressed(_))), suppressed(|why| *why == SetAside::Known));
    if set_aside > 0 {
        line += &format!(", {set_aside} suppressed");
    }
    if known > 0 {
        line += &format!(", {known} known from the baseline");
    }
    line + &format!(
        "; {} in {}",
        plural(report.applied.len(), "rule"),
        plural(report.sources.len(), "template")
    )
}
