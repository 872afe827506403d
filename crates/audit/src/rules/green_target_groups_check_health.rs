//! Mistake 26: the green target group without a health check.

use super::prelude::*;
use super::target_groups_check_health::{TARGET_GROUP, check_health, is_green};

pub(super) static RULE: Rule = Rule {
    name: "green-target-groups-check-health",
    former: Some("mistake-26"),
    title: "The green target group has a health check of its own",
    covers: &[],
    levels: [ERROR, ERROR, WARNING],
    why: "Traffic is shifted to the green side because its check passes; the default check says nothing about the application.",
    source: "catalogue of mistakes, 26; Elastic Load Balancing, health checks for target groups",
    fix: "Give it the same HealthCheckPath, interval, thresholds and Matcher as the blue one.",
    check: Check::Resources(&[TARGET_GROUP], check),
    good: r"
Resources:
  Green:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: HTTP, HealthCheckPath: /health}
",
    bad: r"
Resources:
  Green:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: HTTP}
",
};

fn check(group: Res<'_>) {
    if is_green(&group) {
        check_health(&group);
    }
}
