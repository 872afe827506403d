//! R, constraint 9: conditions.

use super::prelude::*;
use crate::document::node::Node;
use crate::rules::Profile;

pub(super) static RULE: Rule = Rule {
    name: "conditions-are-used",
    former: Some("R-C9"),
    title: "Conditions exist where environments differ, and each is used",
    covers: &[],
    levels: [ERROR, WARNING, WARNING],
    why: "Without conditions every environment is the same size and price; a condition that nothing uses was meant to protect something.",
    source: "R constraint 9",
    fix: "Use the condition on a resource, in an Fn::If or in another condition, or remove it.",
    check: Check::Template(&[], check),
    good: r"
Parameters:
  Environment:
    Type: String
Conditions: {IsProd: !Equals [!Ref Environment, prod]}
Resources:
  T:
    Type: AWS::SNS::Topic
    Condition: IsProd
",
    bad: r"
Parameters:
  Environment:
    Type: String
Conditions: {IsProd: !Equals [!Ref Environment, prod]}
Resources:
  T:
    Type: AWS::SNS::Topic
",
};

fn check(cx: &Cx<'_>) {
    let template = cx.template();
    let has_cluster = template.of_type(CLUSTER).next().is_some();
    if template.conditions.is_empty() && has_cluster && cx.scope.profile == Profile::Replication {
        cx.error(cx.top(), "the template has no Conditions: nothing differs between environments");
    }
    let mut used = std::collections::HashSet::new();
    if let Some(root) = template.root {
        collect(root, &mut used);
    }
    let mut unused: Vec<_> =
        template.conditions.values().filter(|one| !used.contains(one.key.as_str())).collect();
    unused.sort_by_key(|one| one.key_span);
    for condition in unused {
        cx.warning(condition.key_span, format!("the condition {} is used nowhere", condition.key));
    }
}

/// Names of conditions wherever one can be used: `Condition: X`, `{"Condition": "X"}` and the first argument of `Fn::If`.
fn collect<'n>(node: &'n Node, used: &mut std::collections::HashSet<&'n str>) {
    for entry in node.entries() {
        if entry.key == "Condition" {
            used.extend(entry.value.as_str());
        }
        if entry.key == "Fn::If" {
            used.extend(entry.value.items().first().and_then(Node::as_str));
        }
        collect(&entry.value, used);
    }
    node.items().iter().for_each(|item| collect(item, used));
}
