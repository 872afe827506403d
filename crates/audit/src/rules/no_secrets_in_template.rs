//! Mistake 17: a password in the template.

use super::prelude::*;
use crate::document::node::Node;

pub(super) static RULE: Rule = Rule {
    name: "no-secrets-in-template",
    former: Some("mistake-17"),
    title: "No password stands in the template",
    covers: &["H-PC4", "R-C7"],
    levels: [ERROR, ERROR, ERROR],
    why: "Whoever can read the repository, the stack or its events can read the password.",
    source: "catalogue of mistakes, 17; CloudFormation best practices, do not embed credentials",
    mend: "Set ManageMasterUserPassword: true, or refer to a generated secret: `{{resolve:secretsmanager:${Secret}:SecretString:password}}`.",
    check: Check::Template(&[], check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}'}
",
    bad: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {MasterUserPassword: SimplePassword123}
",
};

const PROPERTIES: [(&str, &str); 5] = [
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::DocDB::DBCluster", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
    ("AWS::DMS::Endpoint", "Password"),
];

fn check(cx: &Cx<'_>) {
    for (kind, property) in PROPERTIES {
        for resource in cx.resources(kind) {
            if let Some(written) = resource.written(property) {
                password(cx, resource.id(), written);
            }
        }
    }
    for secret in cx.resources("AWS::SecretsManager::Secret") {
        let value = secret.get("SecretString");
        let text = value.show();
        if value.is_set() && !value.is_unknown() && text.to_ascii_lowercase().contains("password") {
            cx.error(value.span, format!("{} has its password written out in SecretString", secret.id()));
        }
    }
    for function in cx.resources(FUNCTION) {
        for (name, _, value) in function.get("Environment.Variables").entries() {
            let is_password = names_password(name) && value.text().is_some_and(|text| !text.is_empty());
            if is_password && !value.show().contains("{{resolve:") {
                cx.error(value.span, format!("the variable {name} of {} holds a password", function.id()));
            }
        }
    }
}

/// `DB_PASSWORD` names a password; `PASSWORD_SECRET_ARN` and `PasswordLength` name something about one.
fn names_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("password") || name.ends_with("passwd") || name.ends_with("pwd")
}

fn password(cx: &Cx<'_>, id: &str, written: &Node) {
    if let Some(name) = referenced(written) {
        let declared = cx.template().parameters.iter().find(|one| one.name == name);
        if let Some(parameter) = declared {
            if parameter.default.as_ref().is_some_and(|default| !default.is_empty()) && !parameter.is_stored()
            {
                cx.error(parameter.key_span, format!("the password parameter {name} has a default"));
            }
            if !parameter.no_echo {
                cx.error(
                    parameter.key_span,
                    format!("the password parameter {name} is shown to everyone: NoEcho is not true"),
                );
            }
            return;
        }
    }
    let branches: &[Node] = written.get("Fn::If").map_or(&[], Node::items);
    if branches.len() == 3 {
        branches[1..]
            .iter()
            .filter(|branch| referenced(branch) != Some("AWS::NoValue"))
            .for_each(|branch| password(cx, id, branch));
        return;
    }
    let value = cx.value(written);
    if value.text().is_some_and(|text| !text.contains("{{resolve:")) {
        cx.error(written.span, format!("the password of {id} is written out"));
    }
}
