//! Which types take tags, and in which property.

use crate::resolve::{Res, Shape, Val};

/// Types that take tags among those that the two briefs and their catalogue name.
pub(in crate::rules) const TAGGABLE: &[&str] = &[
    "AWS::Backup::BackupPlan",
    "AWS::Backup::BackupVault",
    "AWS::CloudFormation::StackSet",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::DynamoDB::Table",
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::EventSubscription",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
];

/// The resource's tags property.
pub(in crate::rules) fn tags<'c>(resource: &Res<'c>) -> Val<'c> {
    match resource.kind() {
        "AWS::Backup::BackupPlan" => resource.get("BackupPlanTags"),
        "AWS::Backup::BackupVault" => resource.get("BackupVaultTags"),
        _ => resource.get("Tags"),
    }
}

/// The keys of a tags property, a list of `Key` and `Value` or a map; none when a key is not known.
pub(in crate::rules) fn tag_keys(tags: &Val<'_>) -> Option<Vec<String>> {
    match &tags.shape {
        Shape::Absent => Some(Vec::new()),
        Shape::Map(_) => Some(tags.entries().into_iter().map(|(key, _, _)| key.to_owned()).collect()),
        Shape::List(items) => items.iter().map(|item| item.get("Key").text().map(str::to_owned)).collect(),
        Shape::Text(_) | Shape::Unknown(_) => None,
    }
}
