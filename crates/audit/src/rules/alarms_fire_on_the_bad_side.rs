//! Alarms that fire when all is well, or never.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarms-fire-on-the-bad-side",
    former: None,
    title: "An alarm fires when its metric is bad",
    covers: &["H-P5", "R-M6"],
    levels: [ERROR, ERROR, ERROR],
    why: "An alarm in the wrong direction, or on a statistic that cannot pass its threshold, is worse than none: people rely on it.",
    source: "CloudWatch user guide, alarms, statistics, evaluating an alarm",
    fix: "Greater than for load, lag and errors; less than for free memory and storage. Sum for errors, Average or Maximum for levels.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: FreeableMemory, Statistic: Average, Period: 60, EvaluationPeriods: 5, Threshold: 1000000000, ComparisonOperator: LessThanThreshold}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: FreeableMemory, Statistic: Average, Period: 60, EvaluationPeriods: 5, Threshold: 1000000000, ComparisonOperator: GreaterThanThreshold}
",
};

fn check(alarm: Res<'_>) {
    evaluation(&alarm);
    for watch in watches_of(alarm).iter().filter(|watch| !watch.in_expression) {
        period(watch);
        if let Some(metric) = metric_of(watch).filter(|_| !scales(&alarm)) {
            direction(watch, metric);
            statistic(watch, metric);
        }
    }
    let single = alarm.get("MetricName").is_set() && alarm.get("Metrics").is_absent();
    let band = alarm.get("ThresholdMetricId").is_set();
    let lacks = |name: &str| alarm.get(name).is_absent();
    if single
        && !band
        && lacks("Statistic")
        && lacks("ExtendedStatistic")
        && !lacks("Threshold")
        && !lacks("Period")
    {
        alarm.cx().error(alarm.span(), format!("{} names no Statistic", alarm.id()));
    }
}

/// Alarms that scale have one for each direction.
fn scales(alarm: &Res<'_>) -> bool {
    alarm.get("AlarmActions").each().iter().any(|action| {
        let declared = action.target().and_then(|id| alarm.cx().resource(id));
        declared.is_some_and(|one| one.kind().contains("Scaling"))
            || action.show().contains("scalingPolicy")
            || action.show().contains("automate:")
    })
}

fn direction(watch: &Watch<'_>, metric: &Metric) {
    let (cx, id) = (watch.alarm.cx(), watch.alarm.id());
    let operator = watch.alarm.get("ComparisonOperator");
    let Some(text) = operator.text() else { return };
    let threshold = watch.alarm.get("Threshold").number();
    let (below, above) =
        (text.starts_with("LessThan") && !text.contains("Greater"), text.starts_with("Greater"));
    // An idle database is a reason for an alarm, too: few connections, little load.
    let idle = match metric.name {
        "DatabaseConnections" => threshold.is_none_or(|number| number <= 1.0),
        "CPUUtilization" => threshold.is_none_or(|number| number <= 10.0),
        _ => false,
    };
    if metric.bad == Bad::High && below && !idle {
        cx.error(operator.span, format!("{id} fires while {} is low, which is good", metric.name));
    } else if metric.bad == Bad::Low && above {
        cx.error(operator.span, format!("{id} fires while {} is high, which is good", metric.name));
    }
}

fn statistic(watch: &Watch<'_>, metric: &Metric) {
    let (cx, id) = (watch.alarm.cx(), watch.alarm.id());
    let Some(text) = watch.statistic.text() else { return };
    let span = watch.statistic.span;
    if metric.points == Points::Level && ["Sum", "SampleCount"].contains(&text) {
        let message = format!(
            "{id}: the {text} of {} grows with the number of points, not with the metric",
            metric.name
        );
        return cx.error(span, message);
    }
    let operator = watch.alarm.get("ComparisonOperator");
    let threshold = watch.alarm.get("Threshold").number();
    let beyond = match operator.text() {
        Some("GreaterThanThreshold") => threshold.is_some_and(|number| number >= 1.0),
        Some("GreaterThanOrEqualToThreshold") => threshold.is_some_and(|number| number > 1.0),
        _ => false,
    };
    if metric.points == Points::Events && ["Average", "Minimum", "Maximum"].contains(&text) && beyond {
        cx.error(span, format!("{id}: the {text} of {} is 1 at most, so the alarm never fires", metric.name));
    }
}

fn period(watch: &Watch<'_>) {
    let (cx, id) = (watch.alarm.cx(), watch.alarm.id());
    let of_aws = watch.namespace.text().is_some_and(|name| name.starts_with("AWS/"));
    if of_aws && watch.period.number().is_some_and(|seconds| seconds < 60.0) {
        let message = format!(
            "{id}: services write a point a minute; in {} seconds there is none",
            watch.period.show()
        );
        cx.error(watch.period.span, message);
    }
}

fn evaluation(alarm: &Res<'_>) {
    let cx = alarm.cx();
    let number = |name: &str| alarm.get(name).number();
    let (periods, points) = (number("EvaluationPeriods"), number("DatapointsToAlarm"));
    if let (Some(periods), Some(points)) = (periods, points)
        && points > periods
    {
        let span = alarm.get("DatapointsToAlarm").span;
        cx.error(span, format!("{}: {points} of {periods} points can never be bad", alarm.id()));
    }
    if let (Some(periods), Some(seconds)) = (periods, number("Period")) {
        let most = if seconds < 3600.0 { 86_400.0 } else { 604_800.0 };
        if periods * seconds > most {
            let span = alarm.get("EvaluationPeriods").span;
            cx.error(
                span,
                format!("{} looks back {} seconds; {most} are possible", alarm.id(), periods * seconds),
            );
        }
    }
}
