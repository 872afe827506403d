//! Mistake 26: the green target group without a health check.

use super::mistake_25::{TARGET_GROUP, check_health, is_green};
use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "mistake-26",
    title: "The green target group has a health check of its own",
    covers: &[],
    levels: [ERROR, ERROR, WARNING],
    why: "Traffic is shifted to the green side because its check passes; the default check says nothing about the application.",
    source: "catalogue of mistakes, 26; Elastic Load Balancing, health checks for target groups",
    mend: "Give it the same HealthCheckPath, interval, thresholds and Matcher as the blue one.",
    check: Check::Resources(&[TARGET_GROUP], check),
    good: "Resources: {Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: HTTP, HealthCheckPath: /health}}}",
    bad: "Resources: {Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: HTTP}}}",
};

fn check(group: Res<'_>) {
    if is_green(&group) {
        check_health(&group);
    }
}
