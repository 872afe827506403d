//! Mistake 23: a burstable or too small instance class.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "instances-are-large-enough",
    former: Some("mistake-23"),
    title: "Instances are memory-optimised, db.r5.large or better",
    covers: &["R-C1"],
    levels: [ERROR, ERROR, INFO],
    why: "Burstable classes slow down when their credits are used up, and their small memory keeps the working set on disk.",
    source: "catalogue of mistakes, 23; R constraint 1; Amazon Aurora user guide, DB instance classes",
    fix: "Use db.r6g.large or another class of r5, r6g, r6i, r7g, r7i, r8g, x2g; restrict the parameter by AllowedValues.",
    check: Check::Resources(&[INSTANCE], check),
    good: r"
Resources:
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: c, DBInstanceClass: db.r6g.large}
",
    bad: r"
Resources:
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: c, DBInstanceClass: db.t3.medium}
",
};

fn check(instance: Res<'_>) {
    let cx = instance.cx();
    let class = instance.get("DBInstanceClass");
    if let Some(Hole::Parameter(name)) = class.only_hole() {
        if is_strict(cx) {
            cx.warning(class.span, format!("{name} permits any class: restrict it by AllowedValues"));
        }
        return;
    }
    let Some(text) = class.text().filter(|_| is_member(&instance) || is_strict(cx)) else { return };
    let family = text.split('.').nth(1).unwrap_or_default();
    if text == "db.serverless" {
        cx.warning(class.span, "a serverless instance has no fixed size; its smallest capacity must match db.r5.large (16 GiB: 8 ACU)");
    } else if family.starts_with('t') {
        cx.error(class.span, format!("{text} is burstable"));
    } else if family.starts_with("r3") || family.starts_with("r4") {
        cx.error(class.span, format!("{text} is of an older generation than r5"));
    } else if !family.starts_with('r') && !family.starts_with('x') {
        cx.error(class.span, format!("{text} is no memory-optimised class"));
    }
}
