//! Roles that are given to a service which their trust policy does not name.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "services-may-assume-their-roles",
    former: None,
    title: "A role trusts the service that it is given to",
    covers: &["R-C8"],
    levels: [ERROR, ERROR, ERROR],
    why: "The service cannot assume the role: the resource is refused, or it is made and never does anything.",
    source: "IAM user guide, creating a role for an AWS service",
    fix: "Name the service as Principal in AssumeRolePolicyDocument, with Action sts:AssumeRole.",
    check: Check::Every(check),
    good: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: 'sts:AssumeRole'}]
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties: {RoleArn: !GetAtt R.Arn}
",
    bad: r"
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties: {RoleArn: !GetAtt R.Arn}
",
};

/// Type, property with a role (a list's items, when there are several), and the service that assumes it.
const GIVEN: [(&str, &str, &str); 24] = [
    (FUNCTION, "Role", "lambda."),
    ("AWS::StepFunctions::StateMachine", "RoleArn", "states."),
    ("AWS::Events::Rule", "Targets.RoleArn", "events."),
    ("AWS::Events::Rule", "RoleArn", "events."),
    ("AWS::Scheduler::Schedule", "Target.RoleArn", "scheduler."),
    (CLUSTER, "MonitoringRoleArn", "monitoring.rds."),
    (INSTANCE, "MonitoringRoleArn", "monitoring.rds."),
    (CLUSTER, "AssociatedRoles.RoleArn", "rds."),
    (INSTANCE, "AssociatedRoles.RoleArn", "rds."),
    ("AWS::RDS::DBProxy", "RoleArn", "rds."),
    ("AWS::EC2::FlowLog", "DeliverLogsPermissionArn", "vpc-flow-logs."),
    ("AWS::Backup::BackupSelection", "BackupSelection.IamRoleArn", "backup."),
    ("AWS::IAM::InstanceProfile", "Roles", "ec2."),
    ("AWS::ECS::TaskDefinition", "TaskRoleArn", "ecs-tasks."),
    ("AWS::ECS::TaskDefinition", "ExecutionRoleArn", "ecs-tasks."),
    ("AWS::CloudTrail::Trail", "CloudWatchLogsRoleArn", "cloudtrail."),
    ("AWS::CodeBuild::Project", "ServiceRole", "codebuild."),
    ("AWS::CodePipeline::Pipeline", "RoleArn", "codepipeline."),
    ("AWS::KinesisFirehose::DeliveryStream", "S3DestinationConfiguration.RoleARN", "firehose."),
    ("AWS::KinesisFirehose::DeliveryStream", "ExtendedS3DestinationConfiguration.RoleARN", "firehose."),
    ("AWS::Logs::SubscriptionFilter", "RoleArn", "logs."),
    ("AWS::S3::Bucket", "ReplicationConfiguration.Role", "s3."),
    ("AWS::SNS::Subscription", "SubscriptionRoleArn", "sns."),
    ("AWS::ApiGateway::Account", "CloudWatchRoleArn", "apigateway."),
];

fn check(resource: Res<'_>) {
    let cx = resource.cx();
    for (_, path, service) in GIVEN.iter().filter(|(kind, _, _)| *kind == resource.kind()) {
        for given in each_at(&resource, path) {
            let Some(role) = given.target().and_then(|id| cx.resource(id)) else { continue };
            if role.kind() != "AWS::IAM::Role" {
                continue;
            }
            let trust = role.get("AssumeRolePolicyDocument");
            if trust.is_unknown() || trust.text().is_some() || trust.is_absent() {
                cx.undecided();
            } else if !trusts(&trust, service) {
                let message = format!(
                    "{service}amazonaws.com → {}, for {}: the role does not trust the service",
                    role.id(),
                    resource.id()
                );
                cx.error(trust.span, message);
            }
        }
    }
}

fn trusts(trust: &Val<'_>, service: &str) -> bool {
    statements(trust).iter().any(|one| {
        let named = one.value.get("Principal.Service");
        let is_service = |value: &Val<'_>| value.text().is_none_or(|text| text.starts_with(service));
        let admits =
            named.is_unknown() || named.each().iter().any(is_service) || one.value.get("Principal").is("*");
        one.allows() && one.is_about("sts:AssumeRole") && admits
    })
}

/// The values at a path; lists on the way are gone through.
fn each_at<'c>(resource: &Res<'c>, path: &str) -> Vec<Val<'c>> {
    let mut values = vec![resource.attribute("Properties")];
    for key in path.split('.') {
        values = values.iter().flat_map(|value| value.get(key).each()).collect();
    }
    values
}
