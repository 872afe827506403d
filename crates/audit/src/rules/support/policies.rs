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

    /// Each condition: its operator, its key in lower case, its value.
    pub fn conditions(&self) -> Vec<(&'c str, String, Val<'c>)> {
        let operators = self.value.get("Condition").entries();
        let each = operators.into_iter().flat_map(|(operator, _, keys)| {
            let keys = keys.entries().into_iter();
            keys.map(move |(key, _, value)| (operator, key.to_ascii_lowercase(), value))
        });
        each.collect()
    }

    /// Whether a condition says who may ask: an account, an organisation, a role, a source, a network. A value of `*`
    /// or of every address says nothing.
    pub fn names_callers(&self) -> bool {
        const KEYS: [&str; 19] = [
            "aws:sourcearn",
            "aws:sourceaccount",
            "aws:sourceowner",
            "aws:sourceorgid",
            "aws:sourceorgpaths",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:principalarn",
            "aws:principalaccount",
            "aws:sourcevpc",
            "aws:sourcevpce",
            "aws:sourceip",
            "aws:userid",
            "aws:username",
            "kms:calleraccount",
            "s3:dataaccesspointaccount",
            "sns:endpoint",
            "events:creatoraccount",
            "lambda:functionurlauthtype",
        ];
        let says = |value: &Val<'_>| {
            let all = value.each();
            all.is_empty() || all.iter().all(|one| !matches!(one.show().as_str(), "*" | "0.0.0.0/0" | "::/0"))
        };
        self.conditions().iter().any(|(operator, key, value)| {
            let positive = !operator.contains("Not") && !operator.starts_with("Null");
            let tag = key.starts_with("aws:principaltag/");
            positive && (tag || KEYS.contains(&key.as_str())) && says(value)
        })
    }

    /// Whether one of its actions includes the action, by name or by pattern; unknown actions count.
    pub fn is_about(&self, action: &str) -> bool {
        self.actions().iter().any(|one| one.text().is_none_or(|pattern| globs(pattern, action)))
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

/// Whether a pattern with `*` and `?` matches a text; case does not matter, as in the actions of IAM.
pub(in crate::rules) fn globs(pattern: &str, text: &str) -> bool {
    fn walk(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some(b'*'), _) => walk(&pattern[1..], text) || (!text.is_empty() && walk(pattern, &text[1..])),
            (Some(b'?'), Some(_)) => walk(&pattern[1..], &text[1..]),
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(other) && walk(&pattern[1..], &text[1..]),
            _ => false,
        }
    }
    // Several stars in a row say the same as one, and would cost time.
    let mut short = String::with_capacity(pattern.len());
    for one in pattern.chars() {
        if one != '*' || !short.ends_with('*') {
            short.push(one);
        }
    }
    walk(short.as_bytes(), text.as_bytes())
}

/// What the policies of a role say of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Answer {
    /// A statement allows it.
    Yes,
    /// Everything attached to the role is known, and nothing allows it.
    No,
    /// A policy is not in the template, or names what a parameter decides.
    Unknown,
}

/// Policies of AWS that allow a function's own affairs and nothing else.
const BASIC_POLICIES: [&str; 5] = [
    "/AWSLambdaBasicExecutionRole",
    "/AWSLambdaVPCAccessExecutionRole",
    "/AWSXRayDaemonWriteAccess",
    "/AWSXrayWriteOnlyAccess",
    "/CloudWatchLambdaInsightsExecutionRolePolicy",
];

/// Whether everything attached to a role stands in this template, or is known to allow only a function's own affairs.
pub(in crate::rules) fn knows_policies<'c>(cx: &'c Cx<'c>, role: &Res<'c>) -> bool {
    let managed = role.get("ManagedPolicyArns");
    let is_known = |arn: &Val<'_>| {
        let shown = arn.show();
        arn.target().is_some_and(|id| cx.resource(id).is_some())
            || BASIC_POLICIES.iter().any(|one| shown.ends_with(one))
    };
    !cx.template().is_partial()
        && !managed.is_unknown()
        && !role.get("Policies").is_unknown()
        && managed.each().iter().all(is_known)
}

/// Whether a role's policies allow an action on a resource of the template (on anything, when none is given).
pub(in crate::rules) fn may<'c>(
    cx: &'c Cx<'c>,
    role: &Res<'c>,
    action: &str,
    on: Option<&Res<'_>>,
) -> Answer {
    let mut answer = if knows_policies(cx, role) { Answer::No } else { Answer::Unknown };
    let allowed = role_permissions(cx, role).into_iter().filter(Statement::allows);
    for statement in allowed.filter(|one| one.value.get("NotAction").is_set() || one.is_about(action)) {
        let resources = statement.resources();
        let Some(on) = on.filter(|_| !resources.is_empty()) else { return Answer::Yes };
        for resource in resources {
            match names(&resource, on) {
                Answer::Yes => return Answer::Yes,
                Answer::Unknown => answer = Answer::Unknown,
                Answer::No => {}
            }
        }
    }
    answer
}

/// Whether the `Resource` of a statement includes a resource of the template.
pub(in crate::rules) fn names(written: &Val<'_>, resource: &Res<'_>) -> Answer {
    if written.is("*") || written.mentions(resource.id()) {
        return Answer::Yes;
    }
    let Some(text) = written.pieces() else { return Answer::Unknown };
    if text.holes().any(|hole| hole.resource().is_some_and(|id| resource.cx().resource(id).is_some())) {
        // Of another resource of the template.
        return Answer::No;
    }
    let shown = written.show();
    let service = |arn: &str| arn.split(':').nth(2).map(str::to_owned);
    let own = service_of(resource.kind());
    if service(&shown)
        .is_some_and(|one| !one.contains('*') && !one.contains('$') && Some(one.as_str()) != own)
    {
        return Answer::No;
    }
    match (written.text(), given_name(resource)) {
        (Some(pattern), Some(name)) => {
            let tail = pattern.rsplit([':', '/']).next().unwrap_or(pattern);
            let end = name.rsplit('/').next().unwrap_or(&name);
            let same =
                globs(tail, end) || pattern.contains(name.as_str()) || globs(tail, &format!("{end}-AbCdEf"));
            if same { Answer::Yes } else { Answer::No }
        }
        _ => Answer::Unknown,
    }
}

/// The service in the ARNs of a type.
pub(in crate::rules) fn service_of(kind: &str) -> Option<&'static str> {
    const SERVICES: [(&str, &str); 15] = [
        ("AWS::SecretsManager::", "secretsmanager"),
        ("AWS::SSM::", "ssm"),
        ("AWS::SQS::", "sqs"),
        ("AWS::SNS::", "sns"),
        ("AWS::DynamoDB::", "dynamodb"),
        ("AWS::S3::", "s3"),
        ("AWS::StepFunctions::", "states"),
        ("AWS::KMS::", "kms"),
        ("AWS::Lambda::", "lambda"),
        ("AWS::Events::", "events"),
        ("AWS::Logs::", "logs"),
        ("AWS::RDS::", "rds"),
        ("AWS::Kinesis::", "kinesis"),
        ("AWS::IAM::", "iam"),
        ("AWS::ECS::", "ecs"),
    ];
    SERVICES.iter().find(|(start, _)| kind.starts_with(start)).map(|(_, service)| *service)
}

/// The name that the template gives a resource, when it is known.
pub(in crate::rules) fn given_name(resource: &Res<'_>) -> Option<String> {
    const NAMES: [&str; 8] = [
        "Name",
        "QueueName",
        "TopicName",
        "TableName",
        "BucketName",
        "FunctionName",
        "StateMachineName",
        "LogGroupName",
    ];
    NAMES.iter().find_map(|name| resource.get(name).text().map(str::to_owned)).filter(|name| !name.is_empty())
}
