//! Decision 18: Database Insights.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "insights-settings-agree",
    former: Some("D-18"),
    title: "Database Insights and Performance Insights agree",
    covers: &["H-P5"],
    levels: [ERROR, ERROR, ERROR],
    why: "Advanced mode is refused without Performance Insights and 465 days; other retentions than 7, 731 or whole months are refused too.",
    source: "Amazon Aurora user guide, Database Insights; Amazon RDS API, CreateDBCluster",
    fix: "For advanced set PerformanceInsightsEnabled: true and a retention of 465; for standard 7, a multiple of 31, or 731.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties:
      DatabaseInsightsMode: advanced
      PerformanceInsightsEnabled: true
      PerformanceInsightsRetentionPeriod: 465
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties:
      DatabaseInsightsMode: advanced
      PerformanceInsightsEnabled: true
      PerformanceInsightsRetentionPeriod: 7
",
};

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    let switch =
        if resource.kind() == CLUSTER { "PerformanceInsightsEnabled" } else { "EnablePerformanceInsights" };
    let (enabled, days) = (resource.get(switch), resource.get("PerformanceInsightsRetentionPeriod"));
    if resource.get("DatabaseInsightsMode").is("advanced") {
        if enabled.flag() != Some(true) && !enabled.is_unknown() {
            cx.error(
                enabled.span,
                format!("{} has advanced Database Insights without {switch}", resource.id()),
            );
        }
        if !days.is_unknown() && days.number() != Some(465.0) {
            cx.error(
                days.span,
                format!("advanced Database Insights of {} needs a retention of 465 days", resource.id()),
            );
        }
    } else if let Some(number) = days.number() {
        let months = number % 31.0 == 0.0 && (31.0..=713.0).contains(&number);
        if number != 7.0 && number != 731.0 && number != 465.0 && !months {
            cx.error(days.span, format!("{number} days of Performance Insights do not exist"));
        }
    }
}
