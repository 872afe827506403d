//! R, environment: keys are made beforehand.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "key-arn-is-a-parameter",
    former: Some("R-E7"),
    title: "The key's ARN is a parameter that only takes key ARNs",
    covers: &["R-M8"],
    levels: [ERROR, OFF, OFF],
    why: "Keys exist in each account before the stack; a wrong text given for the ARN is found only when the cluster is made.",
    source: "R environment",
    fix: "Add a parameter with AllowedPattern ^arn:aws[a-z-]*:kms:us-east-1:\\d{12}:key/.+$ (empty permitted where a condition makes a key).",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
    good: r"
Parameters:
  KmsKeyArn:
    Type: String
    AllowedPattern: 'arn:aws:kms:us-east-1:\d{12}:key/.*'
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {KmsKeyId: !Ref KmsKeyArn}
",
    bad: r"
Parameters:
  KmsKeyArn:
    Type: String
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {KmsKeyId: !Ref KmsKeyArn}
",
};

fn check(cx: &Cx<'_>) {
    let stores = stores(cx);
    let Some(store) = stores.first() else { return };
    let template = cx.template();
    let is_key = |name: &str| {
        name.to_ascii_lowercase().contains("kmskey") || name.to_ascii_lowercase().contains("keyarn")
    };
    let mut keys = template.parameters.iter().filter(|one| is_key(one.name)).peekable();
    if keys.peek().is_none() {
        cx.error(store.get("KmsKeyId").span, "no parameter takes the ARN of a key that was made beforehand");
    }
    for parameter in keys {
        let pattern = parameter.node.get("AllowedPattern").and_then(|node| node.as_str());
        if !pattern.is_some_and(|pattern| pattern.contains("kms")) {
            cx.error(
                parameter.key_span,
                format!("{} takes any text: give it an AllowedPattern for key ARNs", parameter.name),
            );
        }
    }
}
