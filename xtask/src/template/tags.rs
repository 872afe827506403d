//! Adds the required tags to every resource whose type can carry them.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Where the tags of a resource type go.
enum Place {
    /// A list of `Key`, `Value` pairs in this property.
    List(&'static str),
    /// An object of tags in this property.
    Object(&'static str),
    /// The type cannot be tagged.
    Nowhere,
}

/// Parameters whose values are tags of the same name on every resource.
const TAG_PARAMETERS: [&str; 4] = ["Project", "Environment", "CostCenter", "MigrationPhase"];

/// Adds `Project`, `Environment`, `CostCenter`, `MigrationPhase` and `Name` tags.
///
/// # Errors
/// When a resource has a type of which [`place`] does not know whether it can be tagged, or brings
/// tags of its own.
pub fn add(template: &mut Value) -> Result<()> {
    let resources = template["Resources"].as_object_mut().context("the template has no resources")?;
    for (name, resource) in resources {
        let kind = resource["Type"].as_str().with_context(|| format!("{name} has no Type"))?;
        let place =
            place(kind).with_context(|| format!("{name}: is {kind} taggable? Say so in xtask's tags.rs"))?;
        let name_tag = json!({ "Fn::Sub": format!("${{Project}}-${{Environment}}-{name}") });
        let tags =
            TAG_PARAMETERS.map(|tag| (tag, json!({ "Ref": tag }))).into_iter().chain([("Name", name_tag)]);
        let (property, tags) = match place {
            Place::List(property) => {
                (property, tags.map(|(tag, value)| json!({ "Key": tag, "Value": value })).collect())
            }
            Place::Object(property) => {
                (property, Value::Object(tags.map(|(tag, value)| (tag.to_owned(), value)).collect()))
            }
            Place::Nowhere => continue,
        };
        if resource["Properties"].get(property).is_some() {
            bail!("{name} brings tags of its own; they are added when the template is assembled");
        }
        resource["Properties"][property] = tags;
    }
    Ok(())
}

/// Where a type's tags go, from the resource schemas that CloudFormation publishes; none for a type
/// that is not used here yet.
fn place(kind: &str) -> Option<Place> {
    Some(match kind {
        "AWS::Backup::BackupPlan" => Place::Object("BackupPlanTags"),
        "AWS::Backup::BackupVault" => Place::Object("BackupVaultTags"),
        "AWS::SSM::Parameter" => Place::Object("Tags"),
        "AWS::CloudWatch::Alarm"
        | "AWS::CloudWatch::Dashboard"
        | "AWS::EC2::FlowLog"
        | "AWS::EC2::NetworkAcl"
        | "AWS::EC2::RouteTable"
        | "AWS::EC2::SecurityGroup"
        | "AWS::EC2::Subnet"
        | "AWS::EC2::VPC"
        | "AWS::EC2::VPCEndpoint"
        | "AWS::EC2::VPCPeeringConnection"
        | "AWS::Events::Rule"
        | "AWS::IAM::Role"
        | "AWS::KMS::Key"
        | "AWS::Lambda::Function"
        | "AWS::Logs::LogGroup"
        | "AWS::RDS::DBCluster"
        | "AWS::RDS::DBClusterParameterGroup"
        | "AWS::RDS::DBInstance"
        | "AWS::RDS::DBParameterGroup"
        | "AWS::RDS::DBProxy"
        | "AWS::RDS::DBProxyTargetGroup"
        | "AWS::RDS::DBSubnetGroup"
        | "AWS::RDS::EventSubscription"
        | "AWS::S3::Bucket"
        | "AWS::SNS::Topic"
        | "AWS::SQS::Queue"
        | "AWS::SecretsManager::Secret"
        | "AWS::StepFunctions::StateMachine"
        // Our own resource, which hands its tags on to the parameter that it makes.
        | "Custom::SecureParameter" => Place::List("Tags"),
        "AWS::Backup::BackupSelection"
        | "AWS::EC2::NetworkAclEntry"
        | "AWS::EC2::Route"
        | "AWS::EC2::SecurityGroupEgress"
        | "AWS::EC2::SecurityGroupIngress"
        | "AWS::EC2::SubnetNetworkAclAssociation"
        | "AWS::EC2::SubnetRouteTableAssociation"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::RolePolicy"
        | "AWS::KMS::Alias"
        | "AWS::Lambda::EventInvokeConfig"
        | "AWS::Lambda::Permission"
        | "AWS::S3::BucketPolicy"
        | "AWS::SNS::Subscription"
        | "AWS::SNS::TopicPolicy"
        | "AWS::SQS::QueuePolicy"
        | "AWS::SecretsManager::RotationSchedule"
        | "AWS::SecretsManager::SecretTargetAttachment" => Place::Nowhere,
        _ if kind.starts_with("Custom::") => Place::Nowhere,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(resource: Value) -> Result<Value> {
        let mut template = json!({ "Resources": { "R": resource } });
        add(&mut template)?;
        Ok(template["Resources"]["R"]["Properties"].clone())
    }

    #[test]
    fn lists_and_objects_take_the_form_their_type_wants() {
        let list = tagged(json!({ "Type": "AWS::EC2::VPC", "Properties": {} })).unwrap();
        assert_eq!(list["Tags"][2], json!({ "Key": "CostCenter", "Value": { "Ref": "CostCenter" } }));
        assert_eq!(list["Tags"][4]["Value"], json!({ "Fn::Sub": "${Project}-${Environment}-R" }));
        let object = tagged(json!({ "Type": "AWS::Backup::BackupPlan", "Properties": {} })).unwrap();
        assert_eq!(object["BackupPlanTags"]["MigrationPhase"], json!({ "Ref": "MigrationPhase" }));
    }

    #[test]
    fn untaggable_types_are_left_alone_and_unknown_ones_refused() {
        assert_eq!(tagged(json!({ "Type": "Custom::Thing", "Properties": {} })).unwrap(), json!({}));
        assert!(
            tagged(json!({ "Type": "AWS::New::Thing" }))
                .unwrap_err()
                .to_string()
                .contains("is AWS::New::Thing taggable?")
        );
    }

    #[test]
    fn tags_of_its_own_are_refused() {
        assert!(tagged(json!({ "Type": "AWS::EC2::VPC", "Properties": { "Tags": [] } })).is_err());
    }
}
