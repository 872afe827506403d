//! Keys that stand twice.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "keys-stand-once",
    former: Some("N-2"),
    title: "No key stands twice in one map",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "Only the last one counts: what the first one says, and what a reader sees, is not what is made.",
    source: "RFC 8259, section 4; YAML 1.2, section 3.2.1.1",
    fix: "Remove one of the two.",
    check: Check::Written(check),
    good: r"
Resources:
  T:
    Type: AWS::SNS::Topic
",
    bad: r#"
{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Type": "AWS::SQS::Queue"}}}
"#,
};

fn check(cx: &Cx<'_>) {
    for (key, span) in &cx.scope.repeated_keys {
        cx.error(*span, format!("the key {key} stands twice; the first one does not count"));
    }
}
