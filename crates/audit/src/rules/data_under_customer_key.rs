//! H, constraint 2: customer managed keys for all data.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "data-under-customer-key",
    former: Some("H-PC2"),
    title: "All data at rest is under a customer managed key",
    covers: &["mistake-02"],
    levels: [ERROR, ERROR, INFO],
    why: "Secrets, logs, metrics and messages hold the same data as the database: one of them under another key is the open side door.",
    source: "H constraint 2",
    fix: "Set the key property named in the finding.",
    check: Check::Resources(TYPES, check),
    good: r"
Resources:
  S:
    Type: AWS::SecretsManager::Secret
    Properties: {KmsKeyId: k}
",
    bad: r"
Resources:
  S:
    Type: AWS::SecretsManager::Secret
    Properties: {Name: n}
",
};

const TYPES: &[&str] = &[
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::SecretsManager::Secret",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
    "AWS::Backup::BackupVault",
    "AWS::Lambda::Function",
    "AWS::StepFunctions::StateMachine",
];

/// For each type, the setting that must be on for the key to matter (empty when always), and the key's property.
const KEYS: [(&str, &str, &str); 9] = [
    ("AWS::RDS::DBCluster", "ManageMasterUserPassword", "MasterUserSecret.KmsKeyId"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsEnabled", "PerformanceInsightsKmsKeyId"),
    ("AWS::RDS::DBInstance", "EnablePerformanceInsights", "PerformanceInsightsKMSKeyId"),
    ("AWS::SecretsManager::Secret", "", "KmsKeyId"),
    ("AWS::Logs::LogGroup", "", "KmsKeyId"),
    ("AWS::SQS::Queue", "", "KmsMasterKeyId"),
    ("AWS::Backup::BackupVault", "", "EncryptionKeyArn"),
    ("AWS::Lambda::Function", "Environment.Variables", "KmsKeyArn"),
    ("AWS::StepFunctions::StateMachine", "", "EncryptionConfiguration.KmsKeyId"),
];

fn check(resource: Res<'_>) {
    for (_, setting, property) in KEYS.iter().filter(|(kind, _, _)| *kind == resource.kind()) {
        let needed = setting.is_empty() || {
            let value = resource.get(setting);
            value.is_set() && value.flag() != Some(false)
        };
        let key = resource.get(property);
        if needed && lacks_own_key(&key) {
            resource.cx().error(
                key.span,
                format!("{} has no customer managed key: {property} is not set", resource.id()),
            );
        }
    }
}
