//! Mistake 33: a function without environment variables.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-have-variables",
    former: Some("mistake-33"),
    title: "Functions have the variables that they read",
    covers: &["R-M2"],
    levels: [ERROR, ERROR, OFF],
    why: "A function that knows no ARN and no parameter name cannot reach the resources of its stack.",
    source: "catalogue of mistakes, 33",
    fix: "Pass names and ARNs by Environment.Variables; never values of secrets.",
    check: Check::Resources(&[FUNCTION], check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Environment: {Variables: {PARAMETER: /a}}}
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 60}
",
};

fn check(function: Res<'_>) {
    let variables = function.get("Environment.Variables");
    if !variables.is_unknown() && variables.entries().is_empty() {
        function.cx().error(variables.span, format!("{} has no environment variables", function.id()));
    }
}
