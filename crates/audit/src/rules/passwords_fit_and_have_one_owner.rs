//! R, constraint 7: how passwords are generated.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "passwords-fit-and-have-one-owner",
    former: Some("R-C7"),
    title: "Passwords fit the engine, and one side manages them",
    covers: &["mistake-04"],
    levels: [ERROR, ERROR, ERROR],
    why: "ManageMasterUserPassword with a MasterUserPassword is refused; a generated password with / \" or @, or of more than 41 characters, is refused too, now or at the first rotation.",
    source: "R constraint 7; Amazon RDS API, CreateDBCluster",
    fix: "Keep one of the two; in GenerateSecretString set ExcludeCharacters to contain \"@/ and PasswordLength to 41 or less.",
    check: Check::Template(
        &["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::SecretsManager::Secret"],
        check,
    ),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {ManageMasterUserPassword: true}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {ManageMasterUserPassword: true, MasterUserPassword: '{{resolve:secretsmanager:a}}'}
",
};

fn check(cx: &Cx<'_>) {
    for store in stores(cx) {
        let password = store.get("MasterUserPassword");
        if store.get("ManageMasterUserPassword").flag() == Some(true) && password.is_set() {
            cx.error(
                password.span,
                format!("{} has ManageMasterUserPassword and MasterUserPassword", store.id()),
            );
        }
    }
    for secret in cx.resources("AWS::SecretsManager::Secret") {
        let used = stores(cx).iter().any(|store| points_at(store, "MasterUserPassword", secret.id()));
        let attached = cx
            .resources("AWS::SecretsManager::SecretTargetAttachment")
            .iter()
            .any(|one| points_at(one, "SecretId", secret.id()));
        if used || attached {
            generated(cx, &secret);
        }
    }
    for schedule in cx.resources("AWS::SecretsManager::RotationSchedule") {
        let rules = schedule.get("RotationRules");
        if rules.is_absent() && is_strict(cx) {
            cx.error(schedule.span(), format!("{} never rotates by itself: no RotationRules", schedule.id()));
        }
    }
}

fn generated(cx: &Cx<'_>, secret: &Res<'_>) {
    let generate = secret.get("GenerateSecretString");
    if generate.is_absent() || generate.is_unknown() {
        return;
    }
    let length = generate.get("PasswordLength");
    if length.number().is_some_and(|length| length > 41.0) {
        cx.error(
            length.span,
            format!("{} generates {} characters; MySQL takes 41", secret.id(), length.show()),
        );
    }
    let excluded = generate.get("ExcludeCharacters");
    let no_punctuation = generate.get("ExcludePunctuation").flag() == Some(true);
    let missing: String = ['"', '@', '/'].into_iter().filter(|one| !excluded.show().contains(*one)).collect();
    if !no_punctuation && !missing.is_empty() && !excluded.is_unknown() {
        cx.error(excluded.span, format!("{} may generate a password with {missing}", secret.id()));
    }
}
