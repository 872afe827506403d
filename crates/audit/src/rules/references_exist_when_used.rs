//! References to resources that a condition leaves out.

use super::prelude::*;
use crate::document::node::Node;

pub(super) static RULE: Rule = Rule {
    name: "references-exist-when-used",
    former: None,
    title: "What is referred to exists whenever it is referred to",
    covers: &["R-C9"],
    levels: [ERROR, ERROR, ERROR],
    why: "With the other value of the condition CloudFormation refuses the template: an unresolved resource dependency.",
    source: "CloudFormation user guide, Conditions",
    fix: "Put the reference under the same condition: `Fn::If`, or the resource's own Condition.",
    check: Check::Every(check),
    good: r"
Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  T:
    Type: AWS::SNS::Topic
    Condition: IsProd
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmActions: [!If [IsProd, !Ref T, !Ref 'AWS::NoValue']]
",
    bad: r"
Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  T:
    Type: AWS::SNS::Topic
    Condition: IsProd
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [!Ref T]}
",
};

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    let Some(properties) = cx.template().resource(resource.id()).and_then(|one| one.node.get("Properties"))
    else {
        return;
    };
    if mentions_conditional(cx, properties) {
        report(cx, resource.id(), properties);
    }
    let outputs = || cx.template().outputs.iter().filter(|one| mentions_conditional(cx, &one.value));
    // Outputs are looked at once, with the first resource.
    if cx.template().resources.first().is_some_and(|one| one.id == resource.id()) {
        for output in outputs() {
            let condition = output.value.get("Condition").and_then(Node::as_str);
            if cx.exists(condition) {
                report(cx, &format!("the output {}", output.key), &output.value);
            }
        }
    }
}

/// Whether any reference is to a resource under a condition: only then the choices of the template matter.
fn mentions_conditional(cx: &Cx<'_>, node: &Node) -> bool {
    let conditional = |id: &str| cx.template().resource(id).is_some_and(|one| one.condition.is_some());
    references(node, &|_| None).iter().any(|one| conditional(one.id))
}

fn report(cx: &Cx<'_>, who: &str, node: &Node) {
    for reference in references_now(cx, node) {
        let declared = cx.template().resource(reference.id);
        let condition = declared.and_then(|one| one.condition);
        if condition.is_some_and(|name| cx.template().conditions.contains_key(name) && !cx.condition(name)) {
            let message = format!("{who} refers to {}, which does not exist then", reference.id);
            cx.error(reference.span, message);
        }
    }
}
