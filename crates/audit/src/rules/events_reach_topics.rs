//! R, optional 2: EventBridge as a publisher.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "events-reach-topics",
    former: Some("R-O2-events"),
    title: "EventBridge may publish to the topics that its rules name",
    covers: &["R-O2"],
    levels: [ERROR, ERROR, ERROR],
    why: "EventBridge names no account and no rule when it publishes: under any Condition of the topic's policy every event is lost, and only FailedInvocations says so.",
    source: "Amazon EventBridge user guide, troubleshooting (no Condition in topic policies) and resource-based policies (no RoleArn)",
    fix: "Allow events.amazonaws.com to sns:Publish on this one topic in a statement of its own, without Condition, and leave RoleArn out of the target.",
    check: Check::Resources(&["AWS::Events::Rule"], check),
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
            Principal: {Service: events.amazonaws.com}
            Action: 'sns:Publish'
            Resource: !Ref T
  E:
    Type: AWS::Events::Rule
    Properties:
      Targets: [{Id: t, Arn: !Ref T}]
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
        Statement:
          - Effect: Allow
            Principal: {Service: events.amazonaws.com}
            Action: 'sns:Publish'
            Resource: !Ref T
            Condition: {StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}}
  E:
    Type: AWS::Events::Rule
    Properties:
      Targets: [{Id: t, Arn: !Ref T}]
",
};

fn check(rule: Res<'_>) {
    let cx = rule.cx();
    for target in rule.get("Targets").each() {
        let arn = target.get("Arn");
        let topic = arn.target().and_then(|id| cx.resource(id));
        let Some(topic) = topic.filter(|one| one.kind() == "AWS::SNS::Topic") else { continue };
        let role = target.get("RoleArn");
        if role.is_set() {
            let message = format!("{} publishes with a role: to an encrypted topic that may fail", rule.id());
            cx.warning(role.span, message);
        } else {
            by_policy(cx, &target, &topic);
        }
    }
}

fn by_policy(cx: &Cx<'_>, target: &Val<'_>, topic: &Res<'_>) {
    let policies = cx.resources_of(&["AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"]);
    let own = policies
        .iter()
        .filter(|one| ["Topics", "TopicArn"].iter().any(|name| points_at(one, name, topic.id())));
    let documents: Vec<Val<'_>> = own.map(|policy| policy.get("PolicyDocument")).collect();
    if documents.iter().any(Val::is_unknown) || may_be_elsewhere(cx) {
        return;
    }
    let all: Vec<Statement<'_>> = documents.iter().flat_map(statements).filter(admits_events).collect();
    match all.first() {
        None => cx.error(target.span, format!("EventBridge may not publish to {}", topic.id())),
        Some(first) if all.iter().all(|one| one.value.get("Condition").is_set()) => cx.error(
            first.value.get("Condition").span,
            format!("EventBridge meets no Condition: nothing that it publishes reaches {}", topic.id()),
        ),
        Some(_) => {}
    }
}

/// Whether a statement lets EventBridge publish, under a condition or not.
fn admits_events(statement: &Statement<'_>) -> bool {
    let everyone = statement.aws_principals().iter().any(|one| one.is("*"));
    let named = everyone || statement.services().iter().any(|one| one.starts_with("events.amazonaws.com"));
    let publishes = |action: &Val<'_>| {
        action
            .text()
            .is_none_or(|text| ["sns:publish", "sns:*", "*"].contains(&text.to_ascii_lowercase().as_str()))
    };
    statement.allows() && named && statement.actions().iter().any(publishes)
}
