//! Mistake 35: required outputs missing.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "mistake-35",
    title: "Endpoints and identifiers are outputs",
    covers: &["H-OUT", "H-P2"],
    levels: [ERROR, ERROR, INFO],
    why: "Whoever operates the stack, and every stack that builds on it, would have to look the values up by hand.",
    source: "catalogue of mistakes, 35; H, expected output",
    mend: "Add an output with Description and Export for each: cluster endpoint, reader endpoint, identifiers, key, VPC, secret, bucket, functions, topic.",
    check: Check::Template(check),
    good: "Resources: {C: {Type: AWS::RDS::DBCluster}}\nOutputs: {E: {Description: d, Value: !GetAtt C.Endpoint.Address, Export: {Name: e}}, I: {Description: d, Value: !Ref C, Export: {Name: i}}}",
    bad: "Resources: {C: {Type: AWS::RDS::DBCluster}}\nOutputs: {I: {Description: d, Value: !Ref C, Export: {Name: i}}}",
};

/// Types of which at least one must be named by an output.
const NAMED: [&str; 8] = [
    "AWS::EC2::VPC",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::S3::Bucket",
    "AWS::StepFunctions::StateMachine",
    "AWS::SNS::Topic",
    "AWS::DynamoDB::Table",
    "AWS::Backup::BackupVault",
];

fn check(cx: &Cx<'_>) {
    let outputs: Vec<(&str, Span, Val<'_>)> = outputs(cx);
    let named = |id: &str| outputs.iter().any(|(_, _, value)| value.get("Value").mentions(id));
    let gives = |id: &str, attribute: &str| {
        outputs.iter().any(|(_, _, value)| {
            let value = value.get("Value");
            let Some(text) = value.pieces() else { return false };
            text.holes()
                .any(|hole| matches!(hole, Hole::Attribute(of, name) if of == id && name == attribute))
        })
    };
    let mut missing: Vec<String> = Vec::new();
    for cluster in cx.resources(CLUSTER) {
        if !gives(cluster.id(), "Endpoint.Address") {
            missing.push(format!("the endpoint of {}", cluster.id()));
        }
        if members(cx, &cluster).len() > 1 && !gives(cluster.id(), "ReadEndpoint.Address") {
            missing.push(format!("the reader endpoint of {}", cluster.id()));
        }
    }
    if is_strict(cx) {
        for kind in NAMED {
            let all = cx.resources(kind);
            if let Some(first) = all.first().filter(|_| !all.iter().any(|one| named(one.id()))) {
                missing.push(first.id().to_owned());
            }
        }
        undescribed(cx, &outputs);
    }
    if !missing.is_empty() {
        let place = cx
            .template()
            .root
            .and_then(|root| root.entry("Outputs"))
            .map_or_else(|| cx.top(), |entry| entry.key_span);
        cx.error(place, format!("no output gives {}", missing.join(", ")));
    }
}

fn outputs<'c>(cx: &'c Cx<'c>) -> Vec<(&'c str, Span, Val<'c>)> {
    let declared = cx.template().outputs.iter();
    let existing =
        declared.filter(|entry| cx.exists(entry.value.get("Condition").and_then(|name| name.as_str())));
    existing.map(|entry| (entry.key.as_str(), entry.key_span, cx.value(&entry.value))).collect()
}

fn undescribed(cx: &Cx<'_>, outputs: &[(&str, Span, Val<'_>)]) {
    for (name, span, value) in outputs {
        if value.get("Description").is_absent() || value.get("Export.Name").is_absent() {
            cx.warning(*span, format!("the output {name} has no Description or no Export"));
        }
    }
}
