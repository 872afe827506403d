//! Policies of resources that let more callers in than those meant.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "resource-policies-let-nobody-else-in",
    former: None,
    title: "The policy of a resource names who may use it",
    covers: &["R-C8", "R-X1"],
    levels: [ERROR, ERROR, ERROR],
    why: "A principal of `*` without a condition on the caller is everyone in the world with an AWS account.",
    source: "IAM user guide, AWS JSON policy elements: Principal; S3, SNS and SQS developer guides, access policies",
    fix: "Name the account, role or service as Principal; for services add aws:SourceAccount or aws:SourceArn.",
    check: Check::Resources(&HOLDERS, check),
    good: r"
Resources:
  T:
    Type: AWS::SNS::Topic
  P:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref T]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: '*'
            Action: sns:Publish
            Resource: !Ref T
            Condition: {StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}}
",
    bad: r"
Resources:
  T:
    Type: AWS::SNS::Topic
  P:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref T]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: '*', Action: 'sns:Publish', Resource: !Ref T}]
",
};

const HOLDERS: [&str; 12] = [
    "AWS::SNS::TopicPolicy",
    "AWS::SNS::TopicInlinePolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SQS::QueueInlinePolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::Backup::BackupVault",
    "AWS::Events::EventBusPolicy",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::EC2::VPCEndpoint",
    "AWS::Lambda::Permission",
];

const DOCUMENTS: [&str; 6] = [
    "PolicyDocument",
    "ResourcePolicy",
    "AccessPolicy",
    "Statement",
    "RepositoryPolicyText",
    "FileSystemPolicy",
];

fn check(holder: Res<'_>) {
    match holder.kind() {
        "AWS::Lambda::Permission" => return permission(&holder),
        "AWS::EC2::VPCEndpoint" => return endpoint(&holder),
        _ => {}
    }
    for name in DOCUMENTS {
        let document = holder.get(name);
        let found =
            if name == "Statement" { vec![Statement { value: document }] } else { statements(&document) };
        for statement in found.iter().filter(|one| one.value.is_set() && one.allows()) {
            statement_of(&holder, statement);
        }
    }
}

fn statement_of(holder: &Res<'_>, statement: &Statement<'_>) {
    let cx = holder.cx();
    let excluded = statement.value.get("NotPrincipal");
    if excluded.is_set() {
        cx.error(excluded.span, format!("{} lets in everyone except a list: NotPrincipal", holder.id()));
    }
    let actions = statement.actions();
    let what = actions.first().map_or_else(|| "its actions".to_owned(), Val::show);
    for principal in statement.aws_principals() {
        let shown = principal.show();
        if shown == "*" && !statement.names_callers() {
            let message = format!("{}: anyone → {}, through {what}", holder.id(), guarded(holder));
            // A website is meant to be read by everyone.
            if is_website(holder) && actions.iter().all(|one| one.is("s3:GetObject")) && !is_strict(cx) {
                cx.info(principal.span, message);
            } else {
                cx.error(principal.span, message);
            }
        } else if literal_account(&shown) && !writes_logs(&actions) && !statement.names_callers() {
            let message = format!(
                "{}: account {shown} → {}, through {what}: it is written out",
                holder.id(),
                guarded(holder)
            );
            if is_strict(cx) { cx.error(principal.span, message) } else { cx.info(principal.span, message) }
        }
    }
}

fn permission(permission: &Res<'_>) {
    let principal = permission.get("Principal");
    let shown = principal.show();
    if literal_account(&shown) && is_strict(permission.cx()) {
        let function = permission.get("FunctionName").show();
        let message = format!("{}: account {shown} → {function}: it is written out", permission.id());
        permission.cx().error(principal.span, message);
    }
}

/// An endpoint's policy is a fence for what the network sends out; the default lets everything pass.
fn endpoint(endpoint: &Res<'_>) {
    let cx = endpoint.cx();
    let all = |values: Vec<Val<'_>>| values.iter().any(|one| one.is("*"));
    let document = endpoint.get("PolicyDocument");
    for statement in statements(&document).iter().filter(|one| one.allows() && is_strict(cx)) {
        let everyone = all(statement.aws_principals());
        if everyone && all(statement.actions()) && all(statement.resources()) && !statement.names_callers() {
            let span = statement.span();
            cx.error(span, format!("{} lets every request of everyone pass to every account", endpoint.id()));
        }
    }
}

fn guarded(holder: &Res<'_>) -> String {
    let names = ["Topics", "TopicArn", "Queues", "Queue", "Bucket", "SecretId", "EventBusName"];
    let value = names.iter().map(|name| holder.get(name)).find(Val::is_set);
    value.map_or_else(|| holder.id().to_owned(), |value| value.show().replace("${", "").replace('}', ""))
}

fn is_website(holder: &Res<'_>) -> bool {
    let bucket = holder.get("Bucket");
    let bucket = bucket.target().and_then(|id| holder.cx().resource(id));
    bucket.is_some_and(|bucket| bucket.get("WebsiteConfiguration").is_set())
}

fn literal_account(principal: &str) -> bool {
    let account = if principal.starts_with("arn:") { principal.split(':').nth(4) } else { Some(principal) };
    account.is_some_and(|one| one.len() == 12 && one.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Load balancers and others write their logs from accounts of AWS.
fn writes_logs(actions: &[Val<'_>]) -> bool {
    actions
        .iter()
        .all(|one| ["s3:PutObject", "s3:GetBucketAcl", "s3:PutObjectAcl"].iter().any(|known| one.is(known)))
}
