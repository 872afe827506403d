//! IAM policies, wherever they are written.

use crate::document::source::Span;
use crate::resolve::{Cx, Res, Val};

/// One statement of a policy.
#[derive(Debug, Clone)]
pub(in crate::rules) struct Statement<'c> {
    /// The whole statement.
    pub value: Val<'c>,
}

impl<'c> Statement<'c> {
    /// Whether it allows.
    pub fn allows(&self) -> bool {
        !self.value.get("Effect").is("Deny")
    }

    /// Its actions.
    pub fn actions(&self) -> Vec<Val<'c>> {
        self.value.get("Action").each()
    }

    /// Its resources.
    pub fn resources(&self) -> Vec<Val<'c>> {
        self.value.get("Resource").each()
    }

    /// Its AWS principals, `*` included.
    pub fn aws_principals(&self) -> Vec<Val<'c>> {
        let principal = self.value.get("Principal");
        if principal.is("*") { vec![principal] } else { principal.get("AWS").each() }
    }

    /// Its service principals.
    pub fn services(&self) -> Vec<String> {
        self.value.get("Principal.Service").each().iter().map(Val::show).collect()
    }

    /// The keys of its conditions, in lower case.
    pub fn condition_keys(&self) -> Vec<String> {
        let operators = self.value.get("Condition").entries();
        let keys = operators.iter().flat_map(|(_, _, operator)| operator.entries());
        keys.map(|(key, _, _)| key.to_ascii_lowercase()).collect()
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.value.span
    }
}

/// The statements of a policy document.
pub(in crate::rules) fn statements<'c>(document: &Val<'c>) -> Vec<Statement<'c>> {
    document.get("Statement").each().into_iter().map(|value| Statement { value }).collect()
}

/// Resources that carry permissions.
pub(in crate::rules) const POLICY_HOLDERS: &[&str] = &[
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::IAM::Group",
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
];

/// The permissions that a resource of [`POLICY_HOLDERS`] carries itself; trust policies are not among them.
pub(in crate::rules) fn permissions<'c>(holder: &Res<'c>) -> Vec<Statement<'c>> {
    let own = holder.get("PolicyDocument");
    let inline = holder.get("Policies").each();
    let documents = std::iter::once(own).chain(inline.iter().map(|policy| policy.get("PolicyDocument")));
    documents.flat_map(|document| statements(&document)).collect()
}

/// Everything this template permits a role: inline policies and policies that are attached to it.
pub(in crate::rules) fn role_permissions<'c>(cx: &'c Cx<'c>, role: &Res<'c>) -> Vec<Statement<'c>> {
    let mut all = permissions(role);
    for kind in ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"] {
        for policy in cx.resources(kind) {
            let attached =
                policy.get("Roles").mentions(role.id()) || policy.get("RoleName").mentions(role.id());
            let listed = role.get("ManagedPolicyArns").mentions(policy.id());
            if attached || listed {
                all.extend(permissions(&policy));
            }
        }
    }
    all
}

/// Whether a role's trust policy names a service.
pub(in crate::rules) fn trusts_service(role: &Res<'_>, service: &str) -> bool {
    statements(&role.get("AssumeRolePolicyDocument"))
        .iter()
        .any(|statement| statement.services().iter().any(|one| one.starts_with(service)))
}

/// Whether an action, which may hold `*`, matches a pattern such as `secretsmanager:`.
pub(in crate::rules) fn is_of_service(action: &Val<'_>, service: &str) -> bool {
    action.text().is_some_and(|text| text.to_ascii_lowercase().starts_with(&format!("{service}:")))
}
