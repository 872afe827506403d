//! Mistake 4: database credentials that are not in Secrets Manager, or not rotated.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "credentials-in-secrets-manager",
    former: Some("mistake-04"),
    title: "Database credentials are in Secrets Manager and rotated",
    covers: &["R-C7"],
    levels: [ERROR, ERROR, WARNING],
    why: "A password that never changes works for whoever once saw it, and a password given as a parameter is known to people and logs.",
    source: "catalogue of mistakes, 4; Amazon Aurora user guide, password management with Secrets Manager",
    fix: "Set ManageMasterUserPassword: true with MasterUserSecret.KmsKeyId, or generate the secret and give it an AWS::SecretsManager::RotationSchedule.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
    good: r"
Resources:
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {ManageMasterUserPassword: true}
",
    bad: r#"
Resources:
  S:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {SecretStringTemplate: '{"username": "a"}'}}
  Db:
    Type: AWS::RDS::DBCluster
    Properties: {MasterUserPassword: !Sub '{{resolve:secretsmanager:${S}:SecretString:password}}'}
"#,
};

fn check(cx: &Cx<'_>) {
    for store in stores(cx) {
        let managed = store.get("ManageMasterUserPassword");
        let password = store.get("MasterUserPassword");
        let member_of_global = store.get("GlobalClusterIdentifier").is_set();
        if managed.flag() == Some(true)
            || managed.is_unknown()
            || (password.is_absent() && (inherits(&store) || member_of_global))
        {
            continue;
        }
        let shown = password.show();
        if password.is_absent()
            && store.get("MasterUserName").is_absent()
            && store.get("MasterUsername").is_absent()
        {
            continue;
        }
        if !shown.contains("{{resolve:secretsmanager:") {
            cx.error(
                password.span,
                format!("the master password of {} is not kept in Secrets Manager", store.id()),
            );
        }
    }
    for secret in cx.resources("AWS::SecretsManager::Secret") {
        if is_database_secret(cx, &secret) && !is_rotated(cx, &secret) {
            cx.error(
                secret.span(),
                format!("{} holds database credentials and is never rotated", secret.id()),
            );
        }
    }
}

fn is_database_secret(cx: &Cx<'_>, secret: &Res<'_>) -> bool {
    let attached = cx
        .resources("AWS::SecretsManager::SecretTargetAttachment")
        .iter()
        .any(|attachment| points_at(attachment, "SecretId", secret.id()));
    attached || stores(cx).iter().any(|store| points_at(store, "MasterUserPassword", secret.id()))
}

fn is_rotated(cx: &Cx<'_>, secret: &Res<'_>) -> bool {
    let attachments = cx.resources("AWS::SecretsManager::SecretTargetAttachment");
    let through = |schedule: &Res<'_>| {
        attachments.iter().any(|attachment| {
            points_at(attachment, "SecretId", secret.id()) && points_at(schedule, "SecretId", attachment.id())
        })
    };
    cx.resources("AWS::SecretsManager::RotationSchedule")
        .iter()
        .any(|schedule| points_at(schedule, "SecretId", secret.id()) || through(schedule))
}
