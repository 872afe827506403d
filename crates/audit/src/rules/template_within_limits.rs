//! Limits of CloudFormation.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "template-within-limits",
    former: Some("N-1"),
    title: "The template is within CloudFormation's limits",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "Above them the template is refused as a whole.",
    source: "CloudFormation user guide, quotas",
    fix: "Split the template, or give it by an S3 URL when it is larger than 51,200 bytes.",
    check: Check::Written(check),
    good: r"
Resources:
  T:
    Type: AWS::SNS::Topic
",
    bad: r"
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::A:
    - A
    - [a, b, c, d, e, f, g, h]
    - Fn::ForEach::B:
        - B
        - [a, b, c, d, e, f, g, h]
        - Fn::ForEach::C:
            - C
            - [a, b, c, d, e, f, g, h]
            - 'T${A}${B}${C}':
                Type: AWS::SNS::Topic
",
};

const DESCRIPTION_BYTES: usize = 1_024;
const TEMPLATE_BYTES: usize = 1_000_000;

fn check(cx: &Cx<'_>) {
    let template = cx.template();
    let counted = [
        ("resources", template.resources.len(), 500),
        ("parameters", template.parameters.len(), 200),
        ("outputs", template.outputs.len(), 200),
        ("mappings", template.mappings.map_or(0, |node| node.entries().len()), 200),
    ];
    for (what, count, most) in counted {
        if count > most {
            cx.error(cx.top(), format!("{count} {what}; {most} are the most"));
        }
    }
    if cx.scope.bytes > TEMPLATE_BYTES {
        cx.error(cx.top(), format!("{} bytes; {TEMPLATE_BYTES} are the most", cx.scope.bytes));
    }
    let description = template.root.and_then(|root| root.get("Description"));
    if let Some(node) =
        description.filter(|node| node.as_str().is_some_and(|text| text.len() > DESCRIPTION_BYTES))
    {
        cx.error(node.span, format!("the Description is longer than {DESCRIPTION_BYTES} bytes"));
    }
}
