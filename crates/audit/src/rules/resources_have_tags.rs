//! Mistake 34: resources without any tags.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "resources-have-tags",
    former: Some("mistake-34"),
    title: "No taggable resource is without tags",
    covers: &["H-PC6"],
    levels: [ERROR, ERROR, INFO],
    why: "Tags that are decided once at the entry of the stack must reach every resource; one without any was forgotten.",
    source: "catalogue of mistakes, 34; H constraint 6",
    fix: "Add Tags with the required keys; their values come from parameters of the stack.",
    check: Check::Resources(TAGGABLE, check),
    good: r"
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Tags: [{Key: Environment, Value: dev}]
",
    bad: r"
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: t}
",
};

fn check(resource: Res<'_>) {
    if tag_keys(&tags(&resource)).is_some_and(|keys| keys.is_empty()) {
        resource.cx().error(resource.span(), format!("{} has no tags", resource.id()));
    }
}
