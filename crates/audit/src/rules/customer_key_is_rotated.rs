//! Mistake 2: no customer managed key, or one that is not rotated.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "customer-key-is-rotated",
    former: Some("mistake-02"),
    title: "Data is under a customer managed key that is rotated",
    covers: &["H-P6", "H-PC2"],
    levels: [ERROR, ERROR, WARNING],
    why: "With AWS's own keys nobody can restrict, audit or revoke the use of the key; without rotation one leaked key opens everything.",
    source: "catalogue of mistakes, 2; AWS KMS developer guide, rotating keys",
    fix: "Declare an AWS::KMS::Key with EnableKeyRotation: true (or take a key ARN as a parameter) and use it in every encrypted resource.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::KMS::Key"], check),
    good: r"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: true}
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {KmsKeyId: !Ref Key}
",
    bad: r"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {Description: data}
",
};

fn check(cx: &Cx<'_>) {
    for key in cx.resources("AWS::KMS::Key") {
        let spec = key.get("KeySpec");
        let symmetric = spec.is_absent() || spec.is("SYMMETRIC_DEFAULT");
        let origin = key.get("Origin");
        let rotation = key.get("EnableKeyRotation");
        let own_material = origin.is_absent() || origin.is("AWS_KMS");
        if symmetric && own_material && rotation.flag() != Some(true) && !rotation.is_unknown() {
            cx.error(rotation.span, format!("{} is not rotated: EnableKeyRotation is not true", key.id()));
        }
    }
    if cx.has("AWS::KMS::Key") || may_be_elsewhere(cx) {
        return;
    }
    let stores = stores(cx);
    if let Some(store) = stores
        .first()
        .filter(|_| stores.iter().all(|store| lacks_own_key(&store.get("KmsKeyId")) && !inherits(store)))
    {
        cx.error(store.span(), "there is neither a customer managed key nor a parameter that brings one");
    }
}
