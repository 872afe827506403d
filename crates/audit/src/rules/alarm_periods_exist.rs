//! Alarms: periods.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarm-periods-exist",
    former: Some("G-2"),
    title: "An alarm's period exists",
    covers: &["H-P5"],
    levels: [ERROR, ERROR, ERROR],
    why: "CloudWatch takes 10, 20, 30 or a multiple of 60 seconds, and at most a day of periods (a week for periods of an hour or more).",
    source: "Amazon CloudWatch API, PutMetricAlarm",
    fix: "Use Period: 60 and as many EvaluationPeriods as needed.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Period: 60, EvaluationPeriods: 5}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Period: 45, EvaluationPeriods: 5}
",
};

const DAY_SECONDS: f64 = 86_400.0;

fn check(alarm: Res<'_>) {
    let cx = alarm.cx();
    let evaluations = alarm.get("EvaluationPeriods").number().unwrap_or(1.0);
    for watch in watches_of(alarm) {
        let Some(seconds) = watch.period.number() else { continue };
        if seconds <= 0.0 || (seconds % 60.0 != 0.0 && ![10.0, 20.0, 30.0].contains(&seconds)) {
            cx.error(watch.period.span, format!("a period of {seconds} seconds does not exist"));
        }
        let most = if seconds >= 3600.0 { 7.0 * DAY_SECONDS } else { DAY_SECONDS };
        if seconds * evaluations > most {
            cx.error(
                watch.period.span,
                format!("{} looks at more than CloudWatch permits: {seconds} s × {evaluations}", alarm.id()),
            );
        }
    }
    let needed = alarm.get("DatapointsToAlarm");
    if needed.number().is_some_and(|needed| needed > evaluations) {
        cx.error(needed.span, format!("{} asks for more data points than it evaluates", alarm.id()));
    }
}
