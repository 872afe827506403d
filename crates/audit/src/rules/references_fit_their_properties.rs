//! References of a type, or in a form, that the property cannot take.

use super::prelude::*;
use crate::resolve::Shape;
use crate::schema;

pub(super) static RULE: Rule = Rule {
    name: "references-fit-their-properties",
    former: None,
    title: "A reference is of the type, and in the form, that the property takes",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "A topic where a key belongs, or a name where an ARN does, is refused when the resource is made, or points at nothing.",
    source: "CloudFormation resource schemas, as AWS publishes them; CloudFormation user guide, Ref and Fn::GetAtt",
    fix: "Refer to the resource that the property asks for; `Ref` gives a name or an id for most types, the ARN is an attribute.",
    check: Check::Properties(check),
    good: r"
Resources:
  K: {Type: AWS::KMS::Key}
  T: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref K}}
",
    bad: r"
Resources:
  T: {Type: AWS::SNS::Topic}
  C: {Type: AWS::RDS::DBCluster, Properties: {KmsKeyId: !Ref T}}
",
};

const KEYS: &[&str] = &["AWS::KMS::Key", "AWS::KMS::Alias", "AWS::KMS::ReplicaKey"];
const ROLE: &[&str] = &["AWS::IAM::Role"];
const GROUP: &[&str] = &["AWS::EC2::SecurityGroup"];
const SUBNET: &[&str] = &["AWS::EC2::Subnet"];
const TOPIC: &[&str] = &["AWS::SNS::Topic"];
const FUNCTIONS: &[&str] = &[FUNCTION, "AWS::Lambda::Alias", "AWS::Lambda::Version"];
const ACTIONS: &[&str] = &[
    "AWS::SNS::Topic",
    "AWS::AutoScaling::ScalingPolicy",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    FUNCTION,
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
    "AWS::SSMIncidents::ResponsePlan",
];

/// Names of properties, wherever they stand in a resource of AWS, and the types that they take.
const TAKES: &[(&str, &[&str])] = &[
    ("KmsKeyId", KEYS),
    ("KmsKeyArn", KEYS),
    ("KMSMasterKeyID", KEYS),
    ("KmsMasterKeyId", KEYS),
    ("EncryptionKeyArn", KEYS),
    ("TargetKeyId", KEYS),
    ("PerformanceInsightsKmsKeyId", KEYS),
    ("Role", ROLE),
    ("RoleArn", ROLE),
    ("RoleARN", ROLE),
    ("IamRoleArn", ROLE),
    ("MonitoringRoleArn", ROLE),
    ("DeliverLogsPermissionArn", ROLE),
    ("PeerRoleArn", ROLE),
    ("SecurityGroupIds", GROUP),
    ("VpcSecurityGroupIds", GROUP),
    ("VPCSecurityGroups", GROUP),
    ("SourceSecurityGroupId", GROUP),
    ("DestinationSecurityGroupId", GROUP),
    ("SubnetIds", SUBNET),
    ("SubnetId", SUBNET),
    ("VpcSubnetIds", SUBNET),
    ("VpcId", &["AWS::EC2::VPC"]),
    ("RouteTableId", &["AWS::EC2::RouteTable"]),
    ("RouteTableIds", &["AWS::EC2::RouteTable"]),
    ("NetworkAclId", &["AWS::EC2::NetworkAcl"]),
    ("InternetGatewayId", &["AWS::EC2::InternetGateway"]),
    ("NatGatewayId", &["AWS::EC2::NatGateway"]),
    ("VpcPeeringConnectionId", &["AWS::EC2::VPCPeeringConnection"]),
    ("AllocationId", &["AWS::EC2::EIP"]),
    (
        "DBSubnetGroupName",
        &["AWS::RDS::DBSubnetGroup", "AWS::DocDB::DBSubnetGroup", "AWS::Neptune::DBSubnetGroup"],
    ),
    (
        "DBClusterParameterGroupName",
        &[
            "AWS::RDS::DBClusterParameterGroup",
            "AWS::DocDB::DBClusterParameterGroup",
            "AWS::Neptune::DBClusterParameterGroup",
        ],
    ),
    (
        "DBParameterGroupName",
        &["AWS::RDS::DBParameterGroup", "AWS::DocDB::DBParameterGroup", "AWS::Neptune::DBParameterGroup"],
    ),
    ("DBClusterIdentifiers", &["AWS::RDS::DBCluster"]),
    ("SnsTopicArn", TOPIC),
    ("TopicArn", TOPIC),
    ("Topics", TOPIC),
    ("Queues", &["AWS::SQS::Queue"]),
    (
        "SecretId",
        &[
            "AWS::SecretsManager::Secret",
            "AWS::SecretsManager::SecretTargetAttachment",
            "AWS::SecretsManager::RotationSchedule",
        ],
    ),
    ("RotationLambdaARN", FUNCTIONS),
    ("BackupVaultName", &["AWS::Backup::BackupVault"]),
    ("BackupPlanId", &["AWS::Backup::BackupPlan"]),
    ("TargetBackupVault", &["AWS::Backup::BackupVault"]),
    ("AlarmActions", ACTIONS),
    ("OKActions", ACTIONS),
    ("InsufficientDataActions", ACTIONS),
];

/// The same for properties whose names mean something else in other types.
const OF_TYPE: &[(&str, &str, &[&str])] = &[
    (INSTANCE, "DBClusterIdentifier", &["AWS::RDS::DBCluster"]),
    ("AWS::S3::BucketPolicy", "Bucket", &["AWS::S3::Bucket"]),
    ("AWS::Lambda::Permission", "FunctionName", FUNCTIONS),
    ("AWS::Lambda::EventSourceMapping", "FunctionName", FUNCTIONS),
    ("AWS::Lambda::EventInvokeConfig", "FunctionName", FUNCTIONS),
    ("AWS::IAM::Policy", "Roles", ROLE),
    ("AWS::IAM::ManagedPolicy", "Roles", ROLE),
    ("AWS::IAM::InstanceProfile", "Roles", ROLE),
    ("AWS::EC2::SecurityGroupIngress", "GroupId", GROUP),
    ("AWS::EC2::SecurityGroupEgress", "GroupId", GROUP),
];

/// Types whose `Ref` is a name, an id or a URL, and the attribute that is the ARN (empty: there is none).
const NOT_ARNS: &[(&str, &str)] = &[
    (FUNCTION, "Arn"),
    ("AWS::IAM::Role", "Arn"),
    ("AWS::IAM::User", "Arn"),
    ("AWS::KMS::Key", "Arn"),
    ("AWS::S3::Bucket", "Arn"),
    ("AWS::SQS::Queue", "Arn"),
    ("AWS::DynamoDB::Table", "Arn"),
    ("AWS::Logs::LogGroup", "Arn"),
    ("AWS::Events::Rule", "Arn"),
    ("AWS::RDS::DBCluster", "DBClusterArn"),
    ("AWS::RDS::DBInstance", "DBInstanceArn"),
    ("AWS::RDS::DBProxy", "DBProxyArn"),
    ("AWS::Backup::BackupVault", "BackupVaultArn"),
    ("AWS::ECS::Cluster", "Arn"),
    ("AWS::Kinesis::Stream", "Arn"),
    ("AWS::CodeBuild::Project", "Arn"),
    ("AWS::KinesisFirehose::DeliveryStream", "Arn"),
];

fn check(resource: Res<'_>, name: &str) {
    if resource.kind().starts_with("AWS::") && resource.kind() != "AWS::CloudFormation::Stack" {
        walk(&resource, &resource.get(name), name);
    }
}

fn walk(resource: &Res<'_>, value: &Val<'_>, name: &str) {
    match &value.shape {
        Shape::Map(_) if name == "Variables" || name == "DefinitionSubstitutions" || name == "Tags" => {}
        Shape::Map(_) => value.entries().iter().for_each(|(key, _, inner)| walk(resource, inner, key)),
        Shape::List(items) => items.iter().for_each(|item| walk(resource, item, name)),
        Shape::Text(_) => {
            kind(resource, value, name);
            form(resource, value, name);
        }
        Shape::Absent | Shape::Unknown(_) => {}
    }
}

/// Types whose references can be anything.
fn is_open(kind: &str) -> bool {
    !kind.starts_with("AWS::")
        || kind.ends_with("::MODULE")
        || ["AWS::CloudFormation::", "AWS::SSM::Parameter", "AWS::Serverless::", "AWS::ServiceCatalog::"]
            .iter()
            .any(|open| kind.starts_with(open))
}

fn kind(resource: &Res<'_>, value: &Val<'_>, name: &str) {
    let cx = resource.cx();
    let own = OF_TYPE.iter().find(|(kind, property, _)| *kind == resource.kind() && *property == name);
    let anywhere = || TAKES.iter().find(|(property, _)| *property == name).map(|(_, takes)| *takes);
    let Some(takes) = own.map(|(_, _, takes)| *takes).or_else(anywhere) else { return };
    let Some(target) = value.target().and_then(|id| cx.resource(id)).filter(|one| !is_open(one.kind()))
    else {
        return;
    };
    let found = match value.only_hole() {
        Some(Hole::Attribute(_, attribute)) => match attribute_of(target.kind(), attribute) {
            Some(kind) => kind.to_owned(),
            None => return,
        },
        _ => target.kind().to_owned(),
    };
    // `AlarmActions` and the like take more types than anyone lists: only the common ones are known to be wrong.
    let many = takes.len() > 5
        && !["AWS::KMS::", "AWS::IAM::", "AWS::S3::", "AWS::SQS::", "AWS::RDS::", "AWS::Logs::"]
            .iter()
            .any(|start| found.starts_with(start));
    if !takes.contains(&found.as_str()) && !many {
        let message = format!("{} → {}: {name} takes {}, not {found}", resource.id(), target.id(), takes[0]);
        cx.error(value.span, message);
    }
}

/// The type that an attribute names: its own for ARNs and ids, what the schema says for others.
fn attribute_of<'k>(kind: &'k str, attribute: &str) -> Option<&'k str> {
    let format = schema::of(kind).and_then(|one| one.attribute(attribute)).unwrap_or_default();
    if let Some((of, _)) = format.rsplit_once('.').filter(|(of, _)| of.starts_with("AWS::")) {
        // A format names a type of this table or another one; only its own is judged.
        return (of == kind).then_some(kind);
    }
    let own = ["Arn", "Id", "GroupId", "TopicArn", "KeyId", "DBClusterArn", "DBInstanceArn"];
    own.contains(&attribute).then_some(kind)
}

/// A `Ref` that gives a name where an ARN is asked for, and an ARN where a name is.
fn form(resource: &Res<'_>, value: &Val<'_>, name: &str) {
    let cx = resource.cx();
    let Some(target) = value.target().and_then(|id| cx.resource(id)) else { return };
    let Some((_, arn)) = NOT_ARNS.iter().find(|(kind, _)| *kind == target.kind()) else { return };
    match value.only_hole() {
        Some(Hole::Resource(id)) if wants_arn(resource.kind(), name) => {
            let message = format!(
                "{} → {id}: {name} takes an ARN, which is {id}.{arn}; Ref is its name or id",
                resource.id()
            );
            cx.error(value.span, message);
        }
        Some(Hole::Attribute(id, attribute)) if attribute == arn && wants_name(resource.kind(), name) => {
            cx.error(
                value.span,
                format!("{} → {id}: {name} takes a name, which is Ref, not {arn}", resource.id()),
            );
        }
        _ => {}
    }
}

fn wants_arn(kind: &str, name: &str) -> bool {
    // A task's roles may be given by name.
    let by_name = kind == "AWS::ECS::TaskDefinition" || name.starts_with("aws:");
    let policy = name == "Resource" && !kind.starts_with("AWS::ApiGateway");
    let role = name == "Role" && [FUNCTION, "AWS::S3::Bucket"].contains(&kind);
    !by_name
        && (name.ends_with("Arn") || name.ends_with("ARN") || name == "deadLetterTargetArn" || policy || role)
}

fn wants_name(kind: &str, name: &str) -> bool {
    let of_type = [
        ("AWS::S3::BucketPolicy", "Bucket"),
        ("AWS::SQS::QueuePolicy", "Queues"),
        ("AWS::IAM::Policy", "Roles"),
        ("AWS::IAM::InstanceProfile", "Roles"),
        ("AWS::Logs::SubscriptionFilter", "LogGroupName"),
        ("AWS::Logs::MetricFilter", "LogGroupName"),
        (INSTANCE, "DBClusterIdentifier"),
    ];
    of_type.contains(&(kind, name)) || name == "S3Bucket"
}
