//! H, platform: CloudFormation in JSON.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "template-is-json",
    former: Some("H-P0"),
    title: "The template is CloudFormation JSON",
    covers: &[],
    levels: [OFF, ERROR, OFF],
    why: "The brief makes JSON mandatory; the format version says which CloudFormation the text is for.",
    source: "H, platform and language",
    fix: "Convert the template to JSON and start it with \"AWSTemplateFormatVersion\": \"2010-09-09\".",
    check: Check::Template(&[], check),
    good: r#"
{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
"#,
    bad: r"
Resources:
  T:
    Type: AWS::SNS::Topic
",
};

fn check(cx: &Cx<'_>) {
    if !cx.scope.is_json {
        cx.error(cx.top(), "the template is YAML, JSON is asked for");
    }
    let version = cx.template().root.and_then(|root| root.get("AWSTemplateFormatVersion"));
    if version.and_then(|node| node.as_str()) != Some("2010-09-09") {
        cx.error(
            version.map_or_else(|| cx.top(), |node| node.span),
            "AWSTemplateFormatVersion is not 2010-09-09",
        );
    }
}
