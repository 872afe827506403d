//! Findings as a compiler prints them, with the lines they are in.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::document::source::{Source, Span};
use crate::report::{Finding, Report, SetAside};
use crate::rules::{Rule, Severity};

/// Rules whose findings can stand on a line with a password.
const SECRET: [&str; 3] = ["mistake-17", "R-C5", "audit-values"];

/// The findings that count, each with its source lines, why it matters and how to fix it; then one line of totals.
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
    let title = level.primary_title(finding.full_message()).id(called(finding.rule));
    let place = finding.start;
    let is_secret = |line: usize| holds_secret(report, finding.template, line);
    let mut group = if is_secret(place.line) {
        title.element(Origin::path(source.name()).line(place.line).char_column(place.column))
    } else {
        title.element(snippet(source, finding.span, None))
    };
    let related = finding.related.iter().filter(|(_, span)| !is_secret(source.position(span.start).line));
    for (name, span) in related.take(2) {
        group = group.element(snippet(source, *span, Some(format!("{name} is declared here"))));
    }
    group = group.element(Level::NOTE.message(format!("{} ({})", finding.rule.why, finding.rule.source)));
    let covers = finding.rule.covers;
    if !covers.is_empty() {
        group = group.element(Level::NOTE.message(format!("also {}", covers.join(", "))));
    }
    group.element(Level::HELP.message(finding.rule.fix))
}

/// A rule's former id and its name, or the name alone.
fn called(rule: &Rule) -> String {
    rule.former.map_or_else(|| rule.name.to_owned(), |id| format!("{id} {}", rule.name))
}

/// Whether a password may stand on a line: such a line is not shown, since reports end up in logs.
fn holds_secret(report: &Report, template: usize, line: usize) -> bool {
    let secret = |one: &&Finding| SECRET.contains(&one.rule.id()) && one.template == template;
    report.findings.iter().filter(secret).any(|one| (one.start.line..=one.end.line).contains(&line))
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
