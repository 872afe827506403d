//! Alarms: units.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarm-thresholds-in-metric-unit",
    former: Some("G-1"),
    title: "An alarm's threshold is in its metric's unit",
    covers: &["R-M6", "H-P5"],
    levels: [ERROR, ERROR, ERROR],
    why: "AuroraReplicaLag is in milliseconds: a threshold of 60 means 0.06 seconds and is always red, so nobody looks any more.",
    source: "Amazon Aurora user guide, CloudWatch metrics; AWS Lambda developer guide, metrics",
    fix: "Write 60 seconds of AuroraReplicaLag as 60000; memory and storage in bytes; Lambda Duration in milliseconds; leave Unit out.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: AuroraReplicaLag, Threshold: 60000}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: AuroraReplicaLag, Threshold: 60}
",
};

/// Thresholds that make sense for a metric (a few hundred milliseconds of lag do; 60 are meant as seconds), its unit's name, and what a number outside looks like.
struct Unit {
    namespace: &'static str,
    metrics: &'static [&'static str],
    name: &'static str,
    least: f64,
    most: f64,
}

const UNITS: [Unit; 6] = [
    Unit {
        namespace: "AWS/RDS",
        metrics: &["AuroraReplicaLag", "AuroraReplicaLagMaximum", "AuroraReplicaLagMinimum"],
        name: "Milliseconds",
        least: 100.0,
        most: 600_000.0,
    },
    Unit {
        namespace: "AWS/RDS",
        metrics: &["AuroraBinlogReplicaLag", "ReplicaLag"],
        name: "Seconds",
        least: 1.0,
        most: 86_400.0,
    },
    Unit {
        namespace: "AWS/RDS",
        metrics: &["FreeableMemory", "FreeLocalStorage", "FreeStorageSpace", "SwapUsage"],
        name: "Bytes",
        least: 1_000_000.0,
        most: f64::MAX,
    },
    Unit { namespace: "AWS/RDS", metrics: &["CPUUtilization"], name: "Percent", least: 1.0, most: 100.0 },
    Unit {
        namespace: "AWS/RDS",
        metrics: &["DatabaseConnections"],
        name: "Count",
        least: 1.0,
        most: 16_000.0,
    },
    Unit {
        namespace: "AWS/Lambda",
        metrics: &["Duration"],
        name: "Milliseconds",
        least: 901.0,
        most: 900_000.0,
    },
];

fn check(alarm: Res<'_>) {
    let cx = alarm.cx();
    for watch in watches_of(alarm).iter().filter(|watch| !watch.in_expression) {
        let unit =
            UNITS.iter().find(|unit| unit.metrics.iter().any(|metric| watch.is(unit.namespace, metric)));
        let Some(unit) = unit else { continue };
        let threshold = alarm.get("Threshold");
        let metric = watch.metric.show();
        if threshold.number().is_some_and(|number| number < unit.least || number > unit.most) {
            let message = format!(
                "{metric} is in {}: a threshold of {} is {}",
                unit.name,
                threshold.show(),
                meaning(unit, &threshold)
            );
            cx.error(threshold.span, message);
        }
        let written = alarm.get("Unit");
        if written.text().is_some_and(|text| text != unit.name) {
            cx.error(
                written.span,
                format!("{metric} is in {}, not in {}: the alarm never gets data", unit.name, written.show()),
            );
        }
        too_late(cx, &metric, &threshold);
    }
}

fn meaning(unit: &Unit, threshold: &Val<'_>) -> String {
    let Some(number) = threshold.number() else { return String::new() };
    match unit.name {
        "Milliseconds" if number < unit.least => format!("{} seconds", number / 1000.0),
        "Bytes" => format!("{number} bytes"),
        _ => "never reached, or always".to_owned(),
    }
}

/// The briefs ask for 60 seconds of lag: a later alarm is no unit mistake, but too late.
fn too_late(cx: &Cx<'_>, metric: &str, threshold: &Val<'_>) {
    let most = if metric.starts_with("AuroraReplicaLag") { 60_000.0 } else { return };
    if is_strict(cx) && threshold.number().is_some_and(|number| number > most) {
        cx.error(
            threshold.span,
            format!("{metric} alarms after {} ms, 60000 are asked for", threshold.show()),
        );
    }
}
