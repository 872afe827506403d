//! Mistake 35: required outputs missing.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "endpoints-are-outputs",
    former: Some("mistake-35"),
    title: "Endpoints and identifiers are outputs",
    covers: &["H-OUT", "H-P2"],
    levels: [ERROR, ERROR, INFO],
    why: "Whoever operates the stack, and every stack that builds on it, would have to look the values up by hand.",
    source: "catalogue of mistakes, 35; H, expected output",
    fix: "Add an output with Description and Export for each: cluster endpoint, reader endpoint, identifiers, key, VPC, secret, bucket, functions, topic.",
    check: Check::Resources(TYPES, check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
Outputs:
  E: {Description: d, Value: !GetAtt C.Endpoint.Address, Export: {Name: e}}
  I: {Description: d, Value: !Ref C, Export: {Name: i}}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
Outputs:
  I: {Description: d, Value: !Ref C, Export: {Name: i}}
",
};

/// Types of which an output must name at least one resource.
const TYPES: &[&str] = &[
    CLUSTER,
    "AWS::EC2::VPC",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::S3::Bucket",
    "AWS::StepFunctions::StateMachine",
    "AWS::SNS::Topic",
    "AWS::DynamoDB::Table",
    "AWS::Backup::BackupVault",
    FUNCTION,
];

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    if resource.kind() == CLUSTER {
        if !gives(cx, resource.id(), Some("Endpoint.Address")) {
            cx.error(place(cx), format!("no output gives the endpoint of {}", resource.id()));
        }
        if members(cx, &resource).len() > 1 && !gives(cx, resource.id(), Some("ReadEndpoint.Address")) {
            cx.error(place(cx), format!("no output gives the reader endpoint of {}", resource.id()));
        }
        if is_strict(cx) {
            undescribed(cx);
        }
    }
    let first = cx.template().of_type(resource.kind()).next().is_some_and(|first| first.id == resource.id());
    if first && is_strict(cx) && !cx.resources(resource.kind()).iter().any(|one| gives(cx, one.id(), None)) {
        cx.error(place(cx), format!("no output names {}", resource.id()));
    }
}

fn place(cx: &Cx<'_>) -> Span {
    let outputs = cx.template().root.and_then(|root| root.entry("Outputs"));
    outputs.map_or_else(|| cx.top(), |entry| entry.key_span)
}

/// Whether an output of this run gives the attribute of a resource, or anything of it.
fn gives(cx: &Cx<'_>, id: &str, attribute: Option<&str>) -> bool {
    cx.template().outputs.iter().any(|output| {
        let mut written = false;
        each_text(&output.value, &mut |text, _| written |= text.contains(id));
        // Only the conditions of outputs that may fit are looked at.
        written && cx.exists(output.value.get("Condition").and_then(|name| name.as_str())) && {
            let value = cx.value(&output.value).get("Value");
            match (attribute, value.pieces()) {
                (Some(wanted), Some(text)) => text
                    .holes()
                    .any(|hole| matches!(hole, Hole::Attribute(of, name) if of == id && name == wanted)),
                (Some(_), None) => false,
                (None, _) => value.mentions(id),
            }
        }
    })
}

fn undescribed(cx: &Cx<'_>) {
    for output in &cx.template().outputs {
        if output.value.get("Description").is_none() || output.value.get("Export").is_none() {
            cx.warning(output.key_span, format!("the output {} has no Description or no Export", output.key));
        }
    }
}
