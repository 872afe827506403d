//! Keys: services that write under them.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "keys-admit-writing-services",
    former: Some("J-3"),
    title: "A key's policy lets in the services that write under it",
    covers: &["R-C6", "R-O2"],
    levels: [ERROR, ERROR, ERROR],
    why: "A log group under a key that CloudWatch Logs may not use cannot be made; an alarm cannot publish to such a topic, in silence.",
    source: "CloudWatch Logs user guide, encrypt log data; Amazon SNS developer guide, key management",
    fix: "Add statements for logs.REGION.amazonaws.com (with kms:EncryptionContext:aws:logs:arn) and cloudwatch.amazonaws.com, events.amazonaws.com, with kms:Decrypt and kms:GenerateDataKey*.",
    check: Check::Resources(&["AWS::KMS::Key"], check),
    good: r"
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {Service: !Sub 'logs.${AWS::Region}.amazonaws.com'}
            Action: 'kms:Decrypt'
  L:
    Type: AWS::Logs::LogGroup
    Properties: {KmsKeyId: !GetAtt K.Arn}
",
    bad: r"
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: {AWS: r}, Action: 'kms:*'}]
  L:
    Type: AWS::Logs::LogGroup
    Properties: {KmsKeyId: !GetAtt K.Arn}
",
};

fn check(key: Res<'_>) {
    let cx = key.cx();
    let policy = key.get("KeyPolicy");
    let statements: Vec<_> = statements(&policy).into_iter().filter(Statement::allows).collect();
    if statements.is_empty() {
        return;
    }
    let open = statements.iter().any(|one| one.value.get("Principal").is("*"));
    let admits = |service: &str| {
        open || statements.iter().flat_map(Statement::services).any(|one| one.starts_with(service))
    };
    let uses = |kind: &str, property: &str| {
        cx.resources(kind).into_iter().any(|one| points_at(&one, property, key.id()))
    };
    if uses("AWS::Logs::LogGroup", "KmsKeyId") && !admits("logs.") {
        cx.error(
            policy.span,
            format!("log groups are under {}, but CloudWatch Logs may not use it", key.id()),
        );
    }
    let topics = cx.resources("AWS::SNS::Topic");
    let own: Vec<&Res<'_>> =
        topics.iter().filter(|topic| points_at(topic, "KmsMasterKeyId", key.id())).collect();
    let alarms = cx.resources("AWS::CloudWatch::Alarm");
    let alarmed =
        own.iter().any(|topic| alarms.iter().any(|alarm| points_at(alarm, "AlarmActions", topic.id())));
    if alarmed && !admits("cloudwatch.") {
        cx.error(
            policy.span,
            format!("alarms publish to a topic under {}, but CloudWatch may not use it", key.id()),
        );
    }
}
