//! Mistake 31: a function timeout that is too short.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-have-a-minute",
    former: Some("mistake-31"),
    title: "Functions have 60 seconds or more",
    covers: &[],
    levels: [ERROR, ERROR, INFO],
    why: "The default is 3 seconds: a cold start, a TLS handshake and one query can take longer, and the work is cut off in the middle.",
    source: "catalogue of mistakes, 31",
    fix: "Set Timeout between 60 and 300.",
    check: Check::Resources(&[FUNCTION], check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 300}
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 30}
",
};

fn check(function: Res<'_>) {
    let timeout = function.get("Timeout");
    if timeout.is_absent() {
        function.cx().error(timeout.span, format!("{} has 3 seconds, the default", function.id()));
    } else if timeout.number().is_some_and(|seconds| seconds < 60.0) {
        function.cx().error(timeout.span, format!("{} has {} seconds", function.id(), timeout.show()));
    }
}
