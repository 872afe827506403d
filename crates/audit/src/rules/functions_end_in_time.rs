//! R, constraint 2: functions end within five minutes.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-end-in-time",
    former: Some("R-C2"),
    title: "Functions end within 300 seconds",
    covers: &[],
    levels: [ERROR, WARNING, OFF],
    why: "A synchronisation must be over within five minutes; one that may run longer hides that it is not.",
    source: "R constraint 2",
    fix: "Set Timeout to 300 or less, and MaxValue: 300 on its parameter.",
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
    Properties: {Timeout: 900}
",
};

fn check(function: Res<'_>) {
    let timeout = function.get("Timeout");
    if timeout.number().is_some_and(|seconds| seconds > 300.0) {
        function
            .cx()
            .error(timeout.span, format!("{} may run for {} seconds", function.id(), timeout.show()));
    }
}
