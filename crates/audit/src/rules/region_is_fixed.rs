//! Mistake 36: the region is not fixed.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "region-is-fixed",
    former: Some("mistake-36"),
    title: "The stack can only be made in us-east-1",
    covers: &["R-E1"],
    levels: [ERROR, ERROR, OFF],
    why: "In another Region keys, peers and packages are missing, and data would be where it must not be.",
    source: "catalogue of mistakes, 36; R environment",
    fix: "Add an entry to Rules that asserts `Fn::Equals: [!Ref AWS::Region, us-east-1]`, and name no other Region.",
    check: Check::Template(&[], check),
    good: r"
Rules:
  Region:
    Assertions: [{Assert: !Equals [!Ref AWS::Region, us-east-1]}]
Resources:
  A:
    Type: AWS::SNS::Topic
",
    bad: r"
Resources:
  A:
    Type: AWS::SNS::Topic
",
};

const WANTED: &str = "us-east-1";

fn check(cx: &Cx<'_>) {
    let asserts_region = cx.template().rules.iter().any(|rule| {
        let assertions = rule.value.get("Assertions").map(|node| node.items()).unwrap_or_default();
        rule.value.get("RuleCondition").is_none() && assertions.iter().any(names_region)
    });
    if !asserts_region {
        cx.error(cx.top(), format!("nothing keeps the stack in {WANTED}: no rule asserts AWS::Region"));
    }
    for resource in &cx.template().resources {
        each_text(resource.node, &mut |text, span| {
            if let Some(region) = other_region(text) {
                cx.error(span, format!("{} names another Region: {region}", resource.id));
            }
        });
    }
}

fn names_region(assertion: &crate::document::node::Node) -> bool {
    let (mut reference, mut literal) = (false, false);
    each_text(assertion, &mut |text, _| {
        reference |= text == "AWS::Region";
        literal |= text == WANTED;
    });
    reference && literal
}

/// The first Region's name in a text that is not the wanted one: `eu-west-1`, also as part of a zone or an ARN.
fn other_region(text: &str) -> Option<&str> {
    const AREAS: [&str; 9] = ["us", "eu", "ap", "ca", "sa", "me", "af", "il", "cn"];
    const SIDES: [&str; 9] =
        ["north", "south", "east", "west", "central", "northeast", "southeast", "northwest", "southwest"];
    let words = text.split(|one: char| !(one.is_ascii_alphanumeric() || one == '-'));
    words
        .filter_map(|word| {
            let mut parts = word.split('-');
            let (area, side, number) = (parts.next()?, parts.next()?, parts.next()?);
            let is_region = AREAS.contains(&area)
                && SIDES.contains(&side)
                && number.starts_with(|one: char| one.is_ascii_digit());
            let end = area.len() + side.len() + 3;
            (is_region && parts.next().is_none()).then(|| &word[..end])
        })
        .find(|region| *region != WANTED)
}
