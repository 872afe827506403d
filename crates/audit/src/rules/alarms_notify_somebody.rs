//! Alarms: somebody learns of them.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarms-notify-somebody",
    former: Some("G-5"),
    title: "Every alarm tells somebody",
    covers: &["R-O2", "H-P5"],
    levels: [ERROR, ERROR, WARNING],
    why: "An alarm without action changes its colour in a console that nobody looks at.",
    source: "Amazon CloudWatch user guide, alarms",
    fix: "Add AlarmActions (and OKActions) with the topic, and leave ActionsEnabled true.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [topic]}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {MetricName: CPUUtilization}
",
};

fn check(alarm: Res<'_>) {
    let cx = alarm.cx();
    let actions = alarm.get("AlarmActions");
    let enabled = alarm.get("ActionsEnabled");
    let composite = cx
        .resources("AWS::CloudWatch::CompositeAlarm")
        .iter()
        .any(|one| one.get("AlarmRule").mentions(alarm.id()));
    if enabled.flag() == Some(false) {
        let message = format!("the actions of {} are switched off", alarm.id());
        // What a condition switches off, somebody has thought of: an alarm on a schedule that does not run.
        let always = alarm.written("ActionsEnabled").is_some_and(|node| node.scalar().is_some());
        if always { cx.error(enabled.span, message) } else { cx.info(enabled.span, message) }
    } else if actions.each().is_empty() && !actions.is_unknown() && !composite && !is_scaling(&alarm) {
        cx.error(alarm.span(), format!("{} has no AlarmActions", alarm.id()));
    }
}

/// An alarm may also act by its other states.
fn is_scaling(alarm: &Res<'_>) -> bool {
    alarm.get("OKActions").is_set() || alarm.get("InsufficientDataActions").is_set()
}
