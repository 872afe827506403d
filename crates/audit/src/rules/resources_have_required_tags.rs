//! Mistake 1: required tags missing.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "resources-have-required-tags",
    former: Some("mistake-01"),
    title: "Every taggable resource has the required tags",
    covers: &["H-PC6"],
    levels: [ERROR, ERROR, INFO],
    why: "Costs cannot be allocated, and clean-up after the migration cannot find, what is not tagged.",
    source: "catalogue of mistakes, 1; H constraint 6",
    fix: "Add the missing keys to the resource's tags (`--tag KEY` names other keys than Environment, CostCenter, MigrationPhase).",
    check: Check::Resources(TAGGABLE, check),
    good: r"
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Tags: [{Key: Environment, Value: dev}, {Key: CostCenter, Value: a}, {Key: MigrationPhase, Value: b}]
",
    bad: r"
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Tags: [{Key: Environment, Value: dev}]
",
};

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    let tags = tags(&resource);
    let Some(keys) = tag_keys(&tags).filter(|keys| !keys.is_empty()) else { return };
    let missing: Vec<&str> = cx
        .scope
        .required_tags
        .iter()
        .map(String::as_str)
        .filter(|required| !keys.iter().any(|key| key == required))
        .collect();
    if !missing.is_empty() {
        cx.error(tags.span, format!("{} has no tag {}", resource.id(), missing.join(", ")));
    }
}
