//! Mistake 13: a DynamoDB table without a customer managed key.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "tables-under-customer-key",
    former: Some("mistake-13"),
    title: "DynamoDB tables are under a customer managed key",
    covers: &["H-PC2"],
    levels: [ERROR, ERROR, INFO],
    why: "By default the key belongs to AWS: nobody can restrict, audit or revoke its use.",
    source: "catalogue of mistakes, 13; Amazon DynamoDB developer guide, encryption at rest",
    fix: "Set SSESpecification: {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: …}.",
    check: Check::Resources(&["AWS::DynamoDB::Table"], check),
    good: r"
Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties:
      SSESpecification: {SSEEnabled: true, KMSMasterKeyId: k}
",
    bad: r"
Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties: {SSESpecification: {SSEEnabled: true}}
",
};

fn check(table: Res<'_>) {
    let cx = table.cx();
    let (enabled, key) =
        (table.get("SSESpecification.SSEEnabled"), table.get("SSESpecification.KMSMasterKeyId"));
    if enabled.flag() != Some(true) && !enabled.is_unknown() {
        cx.error(
            enabled.span,
            format!("{} is under AWS's own key: SSESpecification.SSEEnabled is not true", table.id()),
        );
    } else if lacks_own_key(&key) {
        cx.error(key.span, format!("{} names no customer managed key", table.id()));
    }
}
