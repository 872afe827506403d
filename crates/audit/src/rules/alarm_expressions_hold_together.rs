//! Composite alarms and metric maths.

use std::collections::BTreeSet;

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarm-expressions-hold-together",
    former: None,
    title: "Expressions of alarms refer to what exists, and one of them is the result",
    covers: &["H-P5"],
    levels: [ERROR, ERROR, ERROR],
    why: "CloudWatch refuses the alarm: an unknown id, no result or two.",
    source: "CloudWatch user guide, metric math; API reference, PutCompositeAlarm",
    fix: "Give each query its own Id, use only these ids in expressions, and set ReturnData false on all but one.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Metrics:
        - {Id: errors, ReturnData: false, MetricStat: {Stat: Sum, Period: 60, Metric: {Namespace: AWS/Lambda, MetricName: Errors}}}
        - {Id: rate, Expression: errors / 60}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Metrics:
        - {Id: errors, ReturnData: false, MetricStat: {Stat: Sum, Period: 60, Metric: {Namespace: AWS/Lambda, MetricName: Errors}}}
        - {Id: rate, Expression: error / 60}
",
};

fn check(alarm: Res<'_>) {
    if alarm.kind() == "AWS::CloudWatch::CompositeAlarm" { composite(&alarm) } else { maths(&alarm) }
}

fn maths(alarm: &Res<'_>) {
    let cx = alarm.cx();
    let queries = alarm.get("Metrics").each();
    let ids: Vec<String> = queries.iter().map(|query| query.get("Id").show()).collect();
    let mut results = 0;
    for (index, query) in queries.iter().enumerate() {
        let id = query.get("Id");
        if ids[..index].contains(&ids[index]) {
            cx.error(id.span, format!("{}: the id {} stands twice", alarm.id(), ids[index]));
        }
        let data = query.get("ReturnData");
        if data.is_unknown() {
            return cx.undecided();
        }
        results += usize::from(data.flag() != Some(false));
        let (expression, stat) = (query.get("Expression"), query.get("MetricStat"));
        if expression.is_set() == stat.is_set() {
            let message = format!("{}: {} needs either Expression or MetricStat", alarm.id(), ids[index]);
            cx.error(query.span, message);
        }
        let Some(text) = expression.text().filter(|text| !text.trim_start().starts_with("SELECT")) else {
            continue;
        };
        for name in names_in(text) {
            if !ids.contains(&name) {
                cx.error(expression.span, format!("{}: no query has the id {name}", alarm.id()));
            }
        }
    }
    // Beside a band of expected values the metric itself is a second result.
    let band = alarm.get("ThresholdMetricId").is_set();
    if !queries.is_empty() && !band && results != 1 {
        let span = alarm.get("Metrics").span;
        cx.error(span, format!("{}: {results} queries return data, one must", alarm.id()));
    }
}

/// The ids in an expression: words that begin with a small letter, outside of quotes.
fn names_in(expression: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (index, part) in expression.split(['\'', '"']).enumerate() {
        if index % 2 == 0 {
            let words = part.split(|one: char| !(one.is_ascii_alphanumeric() || one == '_'));
            names.extend(
                words
                    .filter(|word| word.starts_with(|one: char| one.is_ascii_lowercase()))
                    .map(str::to_owned),
            );
        }
    }
    names
}

fn composite(alarm: &Res<'_>) {
    let cx = alarm.cx();
    let rule = alarm.get("AlarmRule");
    let Some(text) = rule.pieces() else { return };
    for hole in text.holes() {
        let Some(resource) = hole.resource().and_then(|id| cx.resource(id)) else { continue };
        if !["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"].contains(&resource.kind()) {
            cx.error(
                rule.span,
                format!("{} → {}: not an alarm, but {}", alarm.id(), resource.id(), resource.kind()),
            );
        }
        if resource.id() == alarm.id() {
            cx.error(rule.span, format!("{} waits for itself", alarm.id()));
        }
    }
    let shown = rule.show();
    let words = outside_quotes(&shown);
    let known = ["ALARM", "OK", "INSUFFICIENT_DATA", "AND", "OR", "NOT", "TRUE", "FALSE", "AT_LEAST"];
    // Names may stand without quotes inside the brackets of a state.
    let unknown = words.iter().find(|(word, calls)| *calls && !known.contains(&word.as_str()));
    if let Some((word, _)) = unknown {
        cx.error(
            rule.span,
            format!("{}: {word} is not a state; ALARM, OK and INSUFFICIENT_DATA are", alarm.id()),
        );
    }
    let count = |sign: char| shown.chars().filter(|one| *one == sign).count();
    if count('(') != count(')') {
        cx.error(rule.span, format!("{}: the brackets of AlarmRule do not match", alarm.id()));
    }
}

/// The words of a rule, each with whether an opening bracket follows.
fn outside_quotes(rule: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    for (index, part) in rule.split(['"', '\'']).enumerate() {
        if index % 2 == 1 {
            continue;
        }
        let mut word = String::new();
        for sign in part.chars() {
            if sign.is_ascii_alphanumeric() || sign == '_' {
                word.push(sign);
            } else if !word.is_empty() {
                words.push((std::mem::take(&mut word), sign == '('));
            }
        }
    }
    words
}
