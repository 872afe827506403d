//! Decision 1: which engine versions.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "engine-in-standard-support",
    former: Some("D-1"),
    title: "The engine version is in standard support",
    covers: &["R-E3"],
    levels: [WARNING, WARNING, WARNING],
    why: "5.7 (version 2) runs only in paid Extended Support, at the third-year price from 1 December 2026; minor versions past their date get no fixes and are upgraded by AWS when it likes.",
    source: "Release calendars for Amazon Aurora MySQL, as of November 2026",
    fix: "Use 8.0.mysql_aurora.3.10.6 (long-term support to 30 April 2028) or newer, or 8.4.",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql, EngineVersion: 8.0.mysql_aurora.3.10.6}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql, EngineVersion: 8.0.mysql_aurora.3.04.0}
",
};

/// The last minor version of version 3 below 3.08 that was in standard support ended on 31 October 2026.
const LAST_ENDED_MINOR: u32 = 7;

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    let version = cluster.get("EngineVersion");
    let Some(text) = version.text().filter(|_| is_aurora_mysql(&cluster)) else { return };
    let support = cluster.get("EngineLifecycleSupport");
    match major_version(text) {
        Some("5.7") if support.is("open-source-rds-extended-support-disabled") => {
            cx.warning(support.span, "5.7 cannot be made with Extended Support disabled");
        }
        Some("5.6" | "5.7") => {
            cx.warning(
                version.span,
                format!("{text} is out of standard support: Extended Support is charged for each vCPU-hour"),
            );
        }
        _ => {}
    }
    let minor =
        text.strip_prefix("8.0.mysql_aurora.3.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    if minor.is_some_and(|minor| minor <= LAST_ENDED_MINOR) {
        cx.warning(version.span, format!("standard support of {text} has ended"));
    }
}
