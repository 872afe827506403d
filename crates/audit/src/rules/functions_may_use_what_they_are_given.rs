//! Functions that are given a resource and lack the right to use it.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-may-use-what-they-are-given",
    former: None,
    title: "A function may use what its variables name",
    covers: &["R-M2", "R-C8"],
    levels: [ERROR, ERROR, WARNING],
    why: "The call is denied when the function runs for the first time, not when the stack is made.",
    source: "AWS Lambda developer guide, execution role",
    fix: "Add a statement to the role: the action, on exactly this resource; for a secret under a key of its own also kms:Decrypt.",
    check: Check::Resources(&[FUNCTION], check),
    good: r"
Resources:
  S:
    Type: AWS::SecretsManager::Secret
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument: {Statement: [{Effect: Allow, Action: 'secretsmanager:GetSecretValue', Resource: !Ref S}]}
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt R.Arn
      Environment: {Variables: {SECRET: !Ref S}}
",
    bad: r"
Resources:
  S:
    Type: AWS::SecretsManager::Secret
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument: {Statement: [{Effect: Allow, Action: 'logs:PutLogEvents', Resource: !Ref S}]}
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt R.Arn
      Environment: {Variables: {SECRET: !Ref S}}
",
};

/// A type, and actions of which a function that is given such a resource needs one.
const NEEDS: [(&str, &[&str]); 10] = [
    ("AWS::SecretsManager::Secret", &["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]),
    (
        "AWS::SSM::Parameter",
        &["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:PutParameter"],
    ),
    ("AWS::SQS::Queue", &["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:GetQueueAttributes"]),
    ("AWS::SNS::Topic", &["sns:Publish", "sns:Subscribe"]),
    (
        "AWS::DynamoDB::Table",
        &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:Scan"],
    ),
    ("AWS::S3::Bucket", &["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"]),
    ("AWS::StepFunctions::StateMachine", &["states:StartExecution", "states:ListExecutions"]),
    (FUNCTION, &["lambda:InvokeFunction", "lambda:InvokeAsync", "lambda:UpdateFunctionCode"]),
    ("AWS::Events::EventBus", &["events:PutEvents"]),
    ("AWS::Kinesis::Stream", &["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:GetRecords"]),
];

fn check(function: Res<'_>) {
    let cx = function.cx();
    let Some(role) = role_of(&function) else { return };
    for (name, _, value) in function.get("Environment.Variables").entries() {
        if let Some(given) = value.target().and_then(|id| cx.resource(id)) {
            may_use(&function, &role, &given, name, &value);
        } else if names_parameter(name, &value) && !has_right(cx, &role, "ssm") {
            let message = format!(
                "{} → {}, through {name}: {} allows no reading of parameters",
                function.id(),
                value.show(),
                role.id()
            );
            cx.error(value.span, message);
        }
    }
}

fn may_use<'c>(function: &Res<'c>, role: &Res<'c>, given: &Res<'c>, name: &str, value: &Val<'_>) {
    let cx = function.cx();
    let Some((_, actions)) = NEEDS.iter().find(|(kind, _)| *kind == given.kind()) else { return };
    let answers: Vec<Answer> = actions.iter().map(|action| may(cx, role, action, Some(given))).collect();
    let path = format!("{} → {}, through {name}", function.id(), given.id());
    if answers.contains(&Answer::Yes) {
        decrypts(function, role, given, &path, value);
    } else if answers.contains(&Answer::Unknown) {
        cx.undecided();
    } else if !own_policy_admits(cx, given) {
        cx.error(value.span, format!("{path}: {} does not allow {}", role.id(), actions[0]));
    }
}

/// What is under a key of the template, the role must be able to decrypt.
fn decrypts<'c>(function: &Res<'c>, role: &Res<'c>, given: &Res<'c>, path: &str, value: &Val<'_>) {
    let cx = function.cx();
    if given.kind() != "AWS::SecretsManager::Secret" {
        return;
    }
    let key = given.get("KmsKeyId");
    let Some(key) = key.target().and_then(|id| cx.resource(id)).filter(|one| one.kind() == "AWS::KMS::Key")
    else {
        return;
    };
    let by_policy = statements(&key.get("KeyPolicy")).iter().any(|one| {
        let whole = one.aws_principals().iter().any(|who| who.is("*") || who.mentions(role.id()));
        one.allows() && whole && one.is_about("kms:Decrypt")
    });
    let answer = may(cx, role, "kms:Decrypt", Some(&key));
    if answer == Answer::Unknown {
        cx.undecided();
    } else if answer == Answer::No && !by_policy {
        let message = format!("{path}: {} does not allow kms:Decrypt with {}", role.id(), key.id());
        cx.error(value.span, message);
    }
}

/// Whether a policy of the resource itself may let the function in.
fn own_policy_admits(cx: &Cx<'_>, given: &Res<'_>) -> bool {
    let holders = [
        ("AWS::S3::BucketPolicy", "Bucket"),
        ("AWS::SQS::QueuePolicy", "Queues"),
        ("AWS::SNS::TopicPolicy", "Topics"),
        ("AWS::SecretsManager::ResourcePolicy", "SecretId"),
    ];
    holders.iter().any(|(kind, property)| {
        let mut policies = cx.resources(kind).into_iter().filter(|one| points_at(one, property, given.id()));
        policies.any(|policy| {
            let document = ["PolicyDocument", "ResourcePolicy"].map(|name| policy.get(name));
            let mut all = document.iter().flat_map(statements);
            all.any(|one| one.allows() && !one.aws_principals().is_empty())
        })
    })
}

/// A variable that names a parameter of Systems Manager by its path.
fn names_parameter(name: &str, value: &Val<'_>) -> bool {
    let name = name.to_ascii_uppercase();
    let about = ["PARAM", "SSM"].iter().any(|word| name.contains(word));
    about && value.show().starts_with('/')
}

/// Whether the role has, or may have, some right of a service.
fn has_right<'c>(cx: &'c Cx<'c>, role: &Res<'c>, service: &str) -> bool {
    let all = role_permissions(cx, role);
    let about =
        |action: &Val<'_>| action.text().is_none_or(|text| text == "*") || is_of_service(action, service);
    !knows_policies(cx, role) || all.iter().any(|one| one.allows() && one.actions().iter().any(about))
}
