//! Mistake 30: an old runtime.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "runtimes-are-supported",
    former: Some("mistake-30"),
    title: "Functions use a supported runtime",
    covers: &["R-E4"],
    levels: [ERROR, ERROR, WARNING],
    why: "A deprecated runtime gets no security fixes; later, functions on it cannot be made or changed.",
    source: "catalogue of mistakes, 30; AWS Lambda developer guide, runtime deprecation policy (as of November 2026)",
    fix: "Use provided.al2023 for compiled functions, else the newest version of the language's runtime.",
    check: Check::Resources(&[FUNCTION], check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: provided.al2023}
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.9}
",
};

/// Runtimes past their deprecation date.
const DEPRECATED: [&str; 32] = [
    "dotnet6",
    "dotnet8",
    "dotnet9",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "go1.x",
    "java8",
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "nodejs20.x",
    "provided",
    "provided.al2",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "python3.9",
    "python3.10",
    "ruby2.5",
    "ruby2.7",
    "ruby3.2",
    "dotnet5.0",
];

fn check(function: Res<'_>) {
    let cx = function.cx();
    let runtime = function.get("Runtime");
    if runtime.text().is_some_and(|text| DEPRECATED.contains(&text)) {
        cx.error(runtime.span, format!("the runtime {} of {} is deprecated", runtime.show(), function.id()));
    } else if runtime.is_absent()
        && !function.get("PackageType").is("Image")
        && function.get("Code.ImageUri").is_absent()
    {
        strict_error(cx, runtime.span, format!("{} names no runtime", function.id()));
    }
}
