//! R, optional 2: notifications.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "topics-take-alarms",
    former: Some("R-O2"),
    title: "Topics are encrypted with a key that alarms may use",
    covers: &["H-PC2"],
    levels: [ERROR, ERROR, WARNING],
    why: "CloudWatch cannot publish to a topic under alias/aws/sns: the alarm changes its state and nobody hears of it.",
    source: "R optional 2; Amazon SNS developer guide, key management",
    fix: "Set KmsMasterKeyId to a customer managed key whose policy lets cloudwatch.amazonaws.com use kms:Decrypt and kms:GenerateDataKey*.",
    check: Check::Template(&["AWS::SNS::Topic", "AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  T:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: k}
",
    bad: r"
Resources:
  T:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: alias/aws/sns}
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmActions: [!Ref T]
",
};

fn check(cx: &Cx<'_>) {
    let alarms = cx.resources("AWS::CloudWatch::Alarm");
    for topic in cx.resources("AWS::SNS::Topic") {
        let key = topic.get("KmsMasterKeyId");
        let alarmed = alarms.iter().any(|alarm| points_at(alarm, "AlarmActions", topic.id()));
        if key.show() == "alias/aws/sns" && alarmed {
            cx.error(key.span, format!("alarms cannot publish to {}: its key is aws/sns", topic.id()));
        } else if key.is_absent() && is_strict(cx) {
            cx.error(topic.span(), format!("{} is not encrypted", topic.id()));
        }
    }
    if is_strict(cx)
        && cx.has("AWS::CloudWatch::Alarm")
        && !cx.has("AWS::SNS::Topic")
        && !may_be_elsewhere(cx)
    {
        cx.warning(cx.top(), "there are alarms, but no topic that tells anyone");
    }
}
