//! Who asks: the roles of the template, AWS services, and people with full rights in their own account.

use std::collections::BTreeMap;

use serde_json::json;

use super::documents::{Document, Policies, Role};
use super::list::STRANGER;
use crate::stack::{Environment, parameters};

/// A principal with what is attached to it.
#[derive(Debug, Clone)]
pub struct Principal {
    /// What the lists call it.
    pub name: String,
    /// Where its requests come from; none for services and strangers.
    pub environment: Option<Environment>,
    /// What the simulator calls it: a session of a role, or a service.
    pub id: String,
    pub policies: Vec<Document>,
    /// Condition keys that AWS sets for it.
    pub context: BTreeMap<String, String>,
    /// The environment whose VPC endpoints its own code goes through.
    pub endpoints_of: Option<Environment>,
    /// Whether it rules over its own account: then only what it may do in others says something.
    pub is_ruler: bool,
}

/// The roles of the template, and two that rule over each account.
pub fn roles(policies: &Policies) -> Vec<Principal> {
    let asked = policies.roles.iter().filter(|role| !role.has_policy_of_aws);
    let mut all: Vec<_> = asked.map(of_template).collect();
    for environment in Environment::ALL {
        all.push(ruler("administrator", environment.account(), Some(environment), "Administrator"));
        all.push(ruler("deployer", environment.account(), Some(environment), &deployer()));
    }
    all
}

/// The role, with its path, that the parameter files of the lower environments name for the account above.
fn deployer() -> String {
    let named = parameters(Environment::Dev).into_iter().find(|(name, _)| name == "DeployerRoleName");
    named.expect("dev's DeployerRoleName").1
}

fn of_template(role: &Role) -> Principal {
    let account = role.environment.account();
    let role_name = role.arn.rsplit('/').next().expect("a role's name");
    let name = role.id.strip_suffix("Role").unwrap_or_else(|| panic!("{} is no role", role.id));
    let upper = if role.id == "SyncSourceRole" { role.environment.upper() } else { None };
    Principal {
        name: kebab(name),
        environment: Some(role.environment),
        id: session(account, role_name),
        policies: role.policies.clone(),
        context: of_role(account, &role.arn),
        endpoints_of: if role.is_function { Some(role.environment) } else { upper },
        is_ruler: false,
    }
}

/// A role, named with its path, that may do everything, as far as its own account goes.
pub fn ruler(name: &str, account: &str, environment: Option<Environment>, role: &str) -> Principal {
    let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    Principal {
        name: name.to_owned(),
        environment,
        id: session(account, role.rsplit('/').next().unwrap_or(role)),
        policies: vec![Document::new(json!({ "Version": "2012-10-17", "Statement": [everything] }))],
        context: of_role(account, &format!("arn:aws:iam::{account}:role/{role}")),
        endpoints_of: None,
        is_ruler: true,
    }
}

/// A service of AWS, working for an account.
pub fn service(name: &str, account: &str) -> Principal {
    let context = [("aws:SourceAccount", account), ("aws:PrincipalIsAWSService", "true")];
    Principal {
        name: name.to_owned(),
        environment: None,
        id: format!("{name}.amazonaws.com"),
        policies: Vec::new(),
        context: owned(&context),
        endpoints_of: None,
        is_ruler: false,
    }
}

/// Whether a service says on whose behalf it makes a request. EventBridge does not when it publishes to a topic: its user
/// guide (troubleshooting) therefore supports no Condition in a topic's policy.
pub fn says_its_account(service: &str, action: &str) -> bool {
    (service, action) != ("events", "sns:Publish")
}

/// Someone who rules over an account that is none of ours.
pub fn stranger() -> Principal {
    ruler("stranger", STRANGER, None, "Stranger")
}

fn session(account: &str, role: &str) -> String {
    format!("arn:aws:sts::{account}:assumed-role/{role}/session")
}

fn of_role(account: &str, arn: &str) -> BTreeMap<String, String> {
    owned(&[
        ("aws:PrincipalArn", arn),
        ("aws:PrincipalAccount", account),
        ("aws:PrincipalIsAWSService", "false"),
    ])
}

fn owned(context: &[(&str, &str)]) -> BTreeMap<String, String> {
    let tls = [("aws:SecureTransport", "true")];
    let all = context.iter().chain(&tls);
    all.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// `SecureParameter` as `secure-parameter`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
