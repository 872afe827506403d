//! Decision 10: how often, against how much lag.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "schedule-keeps-up-with-lag-alarm",
    former: Some("D-10"),
    title: "The schedule is no slower than the lag alarm",
    covers: &["R-M6", "R-O1"],
    levels: [WARNING, OFF, OFF],
    why: "A change waits for the next run: with rate(5 minutes) an alarm at 60 seconds is always red.",
    source: "R requirement 6 with optional 1",
    fix: "Schedule the synchronisation (or the lag probe) with rate(1 minute).",
    check: Check::Template(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: N, MetricName: SyncLag, Threshold: 60}
  E:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 minute)}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: N, MetricName: SyncLag, Threshold: 60}
  E:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(5 minutes)}
",
};

fn check(cx: &Cx<'_>) {
    let watches = watches(cx);
    let lag = watches
        .iter()
        .any(|one| !one.namespace.show().starts_with("AWS/") && one.metric.show().contains("Lag"));
    let rules = cx.resources_of(&["AWS::Events::Rule", "AWS::Scheduler::Schedule"]);
    let schedules: Vec<Val<'_>> =
        rules.iter().map(|rule| rule.get("ScheduleExpression")).filter(Val::is_set).collect();
    let Some(first) = schedules.first().filter(|_| lag) else { return };
    let every_minute = |one: &Val<'_>| {
        one.is_unknown()
            || one.is("rate(1 minute)")
            || one.show().starts_with("cron(* ")
            || one.show().starts_with("cron(*/1 ")
    };
    if !schedules.iter().any(every_minute) {
        cx.warning(
            first.span,
            format!("{} is slower than the lag of 60 seconds that the alarm permits", first.show()),
        );
    }
}
