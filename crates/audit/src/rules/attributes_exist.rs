//! Attributes of `Fn::GetAtt` that a type does not have.

use super::prelude::*;
use crate::document::node::Node;
use crate::schema;

pub(super) static RULE: Rule = Rule {
    name: "attributes-exist",
    former: None,
    title: "Every attribute that is referred to exists",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "CloudFormation refuses the template: the type has no such attribute.",
    source: "CloudFormation user guide, Fn::GetAtt; resource schemas",
    fix: "Take an attribute from the type's reference; its id is `Ref`, not `Fn::GetAtt`.",
    check: Check::Written(check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
Outputs:
  Host: {Value: !GetAtt C.Endpoint.Address}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
Outputs:
  Host: {Value: !GetAtt C.EndpointAddress}
",
};

fn check(cx: &Cx<'_>) {
    let template = cx.template();
    let Some(root) = template.root.filter(|_| !template.has_made_names()) else { return };
    for section in ["Resources", "Outputs"] {
        for entry in root.get(section).map(Node::entries).unwrap_or_default() {
            for reference in references(&entry.value, &|_| None) {
                let Some(attribute) = reference.attribute else { continue };
                let Some(target) = template.resource(reference.id) else { continue };
                let Some(kind) = schema::of(target.kind) else { continue };
                if kind.attribute(attribute).is_some() || attribute.contains("${") {
                    continue;
                }
                let wanted = attribute.replace('.', "").to_ascii_lowercase();
                let near = kind.attributes().find(|one| one.replace('.', "").to_ascii_lowercase() == wanted);
                let hint = near.map_or_else(String::new, |near| format!("; {near} is one"));
                cx.error(
                    reference.span,
                    format!("{} ({}) has no attribute {attribute}{hint}", target.id, target.kind),
                );
            }
        }
    }
}
