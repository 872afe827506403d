//! Mistake 12: a DynamoDB table without point-in-time recovery.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "tables-recover-to-a-point",
    former: Some("mistake-12"),
    title: "DynamoDB tables have point-in-time recovery",
    covers: &[],
    levels: [ERROR, ERROR, WARNING],
    why: "A wrong write or delete cannot be undone without it.",
    source: "catalogue of mistakes, 12; Amazon DynamoDB developer guide, point-in-time recovery",
    fix: "Set PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}.",
    check: Check::Resources(&["AWS::DynamoDB::Table"], check),
    good: r"
Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties: {PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}
",
    bad: r"
Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: sessions}
",
};

fn check(table: Res<'_>) {
    let enabled = table.get("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled");
    if enabled.flag() != Some(true) && !enabled.is_unknown() {
        table.cx().error(enabled.span, format!("{} has no point-in-time recovery", table.id()));
    }
}
