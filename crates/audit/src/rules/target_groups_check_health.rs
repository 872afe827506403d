//! Mistake 25: a target group without a health check.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "target-groups-check-health",
    former: Some("mistake-25"),
    title: "Each target group has a health check of its own",
    covers: &[],
    levels: [ERROR, ERROR, WARNING],
    why: "The default check asks for `/`: a target that answers it is healthy even when the application is not.",
    source: "catalogue of mistakes, 25; Elastic Load Balancing, health checks for target groups",
    fix: "Set HealthCheckPath (for instance /health), HealthCheckIntervalSeconds, thresholds and Matcher.",
    check: Check::Resources(&[TARGET_GROUP], check),
    good: r"
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: HTTP, HealthCheckPath: /health}
",
    bad: r"
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: HTTP}
",
};

pub(super) const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

fn check(group: Res<'_>) {
    if !is_green(&group) {
        check_health(&group);
    }
}

/// Whether a target group is the green one of a blue-green pair, by its id or name.
pub(super) fn is_green(group: &Res<'_>) -> bool {
    let name = group.get("Name").show();
    format!("{} {name}", group.id()).to_ascii_lowercase().contains("green")
}

/// Reports a target group for HTTP without a path to check, or one whose check is switched off.
pub(super) fn check_health(group: &Res<'_>) {
    let cx = group.cx();
    let protocol = group.get("Protocol");
    let by_http = protocol.is_absent() || protocol.text().is_some_and(|text| text.starts_with("HTTP"));
    let check_protocol = group.get("HealthCheckProtocol");
    let by_tcp = check_protocol.is("TCP") || group.get("TargetType").is("lambda");
    let enabled = group.get("HealthCheckEnabled");
    if enabled.flag() == Some(false) {
        cx.error(enabled.span, format!("the health check of {} is switched off", group.id()));
    } else if by_http && !by_tcp && group.get("HealthCheckPath").is_absent() {
        cx.error(group.span(), format!("{} has no HealthCheckPath", group.id()));
    }
}
