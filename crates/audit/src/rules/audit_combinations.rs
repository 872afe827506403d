//! The audit itself: bounds.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "audit-combinations",
    former: None,
    title: "Every combination of parameters was looked at",
    covers: &[],
    levels: [INFO, INFO, INFO],
    why: "Where parameters combine in too many ways, a rule looks at the first ones only: defaults, then the values that differ last.",
    source: "this audit",
    fix: "Audit with --environment: then every parameter has one value.",
    check: Check::Audit,
    good: r"
Resources:
  T:
    Type: AWS::SNS::Topic
",
    bad: r"
Resources:
  T:
    Type: AWS::SNS::Topic
",
};
