//! R, environment: StackSets.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "template-needs-no-macro",
    former: Some("R-E8"),
    title: "The template needs no macro",
    covers: &[],
    levels: [WARNING, OFF, OFF],
    why: "StackSets with service-managed permissions refuse templates with a Transform.",
    source: "R environment; CloudFormation user guide, StackSets and macros",
    fix: "Write loops out and replace HostedRotationLambda by a function of your own.",
    check: Check::Template(&[], check),
    good: r"
Resources:
  T:
    Type: AWS::SNS::Topic
",
    bad: r"
Transform: AWS::SecretsManager-2020-07-23
Resources:
  T:
    Type: AWS::SNS::Topic
",
};

fn check(cx: &Cx<'_>) {
    if let Some(transform) = cx.template().root.and_then(|root| root.entry("Transform")) {
        cx.warning(transform.key_span, "a Transform keeps the template out of service-managed StackSets");
    }
}
