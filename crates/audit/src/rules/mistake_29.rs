//! Mistake 29: a function that is a stub.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "mistake-29",
    title: "Functions have real code",
    covers: &["R-M2"],
    levels: [ERROR, ERROR, WARNING],
    why: "A stub deploys and does nothing; nobody notices before it is needed.",
    source: "catalogue of mistakes, 29",
    mend: "Build and package the function, and name the package: Code: {S3Bucket, S3Key, S3ObjectVersion}.",
    check: Check::Resources(&[FUNCTION], check),
    good: "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: sync.zip}}}}",
    bad: "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: 'def handler(e, c): return \"Hello from Lambda!\"'}}}}",
};

/// Inline code with fewer lines than this does nothing of use.
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
    } else if is_strict(cx) {
        cx.error(
            code.span,
            format!(
                "the code of {} is written in the template, where it is neither built nor tested",
                function.id()
            ),
        );
    } else if lines < FEWEST_LINES && !text.contains("cfnresponse") && !text.contains("cfn-response") {
        cx.info(code.span, format!("the code of {} has {lines} lines", function.id()));
    }
}
