//! Mistake 29: a function that is a stub.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-have-real-code",
    former: Some("mistake-29"),
    title: "Functions have real code",
    covers: &["R-M2"],
    levels: [ERROR, ERROR, WARNING],
    why: "A stub deploys and does nothing; nobody notices before it is needed.",
    source: "catalogue of mistakes, 29",
    fix: "Build and package the function, and name the package: Code: {S3Bucket, S3Key, S3ObjectVersion}.",
    check: Check::Resources(&[FUNCTION], check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Code: {S3Bucket: b, S3Key: sync.zip}
",
    bad: r#"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Code: {ZipFile: 'def handler(e, c): return "Hello from Lambda!"'}}
"#,
};

/// Words by which short code shows that it does something: it calls AWS, answers CloudFormation, or opens a connection.
const USES: [&str; 10] = [
    "boto3",
    "aws-sdk",
    "cfnresponse",
    "cfn-response",
    "urllib",
    "requests",
    "mysql",
    "fetch(",
    "https.",
    "subprocess",
];

/// Inline code with fewer lines than this, and none of those words, is a stub.
const FEWEST_LINES: usize = 10;

fn check(function: Res<'_>) {
    let cx = function.cx();
    let code = function.get("Code.ZipFile");
    if code.is_absent() {
        if function.get("Code").is_absent() {
            cx.error(function.span(), format!("{} has no code", function.id()));
        }
        return;
    }
    let text = code.show();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    if text.to_ascii_lowercase().contains("hello from lambda")
        || text.to_ascii_lowercase().contains("hello world")
    {
        cx.error(code.span, format!("the code of {} is the console's example", function.id()));
    } else if lines < FEWEST_LINES && !USES.iter().any(|word| text.contains(word)) {
        let message = format!("the code of {} has {lines} lines and calls nothing", function.id());
        if is_strict(cx) { cx.error(code.span, message) } else { cx.info(code.span, message) }
    }
}
