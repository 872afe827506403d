//! The audit itself: suppressions.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "audit-suppression",
    former: None,
    title: "A suppression has a reason and suppresses something",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "A suppression without reason cannot be judged; one that suppresses nothing will hide the next mistake.",
    source: "this audit",
    fix: "Write `Metadata: {lockstep: {suppress: [{rule: ID, reason: …}]}}` on the resource or the template, or remove it.",
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
    Metadata:
      lockstep:
        suppress: [{rule: mistake-14}]
",
};
