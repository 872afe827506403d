//! Mistake 7: nothing tracks the state of the migration.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "parameter-tracks-state",
    former: Some("mistake-07"),
    title: "A Systems Manager parameter tracks state and connections",
    covers: &["R-M7"],
    levels: [ERROR, ERROR, OFF],
    why: "Without it nobody and no function can tell which side is active or where the other environment is.",
    source: "catalogue of mistakes, 7; R requirement 7",
    fix: "Add a parameter: AWS::SSM::Parameter for plain state, a custom resource that writes a SecureString for connection strings.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
  P:
    Type: Custom::SecureParameter
    Properties: {ServiceToken: x, Name: /app/db, KeyId: k}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
",
};

fn check(cx: &Cx<'_>) {
    let stores = stores(cx);
    let Some(store) = stores.first().filter(|_| !may_be_elsewhere(cx)) else { return };
    if !cx.has("AWS::SSM::Parameter") && cx.custom_resources("Parameter").is_empty() {
        cx.error(
            store.span(),
            "no Systems Manager parameter says where the database is or which state it is in",
        );
    }
}
