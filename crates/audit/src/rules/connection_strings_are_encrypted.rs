//! R, constraint 5: encrypted parameters.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "connection-strings-are-encrypted",
    former: Some("R-C5"),
    title: "Connection strings are SecureStrings under a customer managed key",
    covers: &["R-M7"],
    levels: [ERROR, ERROR, WARNING],
    why: "CloudFormation cannot make a SecureString: an AWS::SSM::Parameter with a connection string lies in clear for everyone with ssm:GetParameter.",
    source: "R constraint 5; CloudFormation, AWS::SSM::Parameter",
    fix: "Write it by a custom resource that calls ssm:PutParameter with Type SecureString and KeyId, without the password; keep the password in Secrets Manager.",
    check: Check::Template(&["AWS::SSM::Parameter", "Custom::"], check),
    good: r"
Resources:
  P:
    Type: Custom::SecureParameter
    Properties: {ServiceToken: f, Name: /a, KeyId: k}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  P:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !Sub 'mysql://app@${C.Endpoint.Address}:3306/app'
",
};

fn check(cx: &Cx<'_>) {
    let parameters = cx.resources("AWS::SSM::Parameter");
    let stores = if parameters.is_empty() { Vec::new() } else { stores(cx) };
    for parameter in parameters {
        let (kind, value) = (parameter.get("Type"), parameter.get("Value"));
        let shown = value.show().to_ascii_lowercase();
        let endpoint =
            stores.iter().any(|store| value.mentions(store.id())) || shown.contains("rds.amazonaws.com");
        let login = ["://", "user", "password", "pwd="].iter().any(|word| shown.contains(word));
        if kind.is("SecureString") {
            cx.error(kind.span, "CloudFormation cannot make a SecureString");
        } else if shown.contains("mysql://") || shown.contains("jdbc:mysql") || (endpoint && login) {
            cx.error(value.span, format!("{} holds a connection string in clear", parameter.id()));
        }
    }
    for custom in cx.custom_resources("Parameter") {
        let key = custom.get("KeyId");
        if lacks_own_key(&key) {
            cx.error(key.span, format!("{} names no customer managed key", custom.id()));
        }
    }
}
