//! Rules, topics, buckets and filters that send to what does not let them.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "senders-may-reach-their-targets",
    former: None,
    title: "What sends to a function, queue or state machine may do so",
    covers: &["R-O1", "R-O2", "R-C8"],
    levels: [ERROR, ERROR, ERROR],
    why: "The service drops what it may not deliver; the template deploys, and nothing ever arrives.",
    source: "EventBridge user guide, resource-based policies; SNS and SQS developer guides; AWS Lambda developer guide",
    fix: "Add the permission or the policy's statement for exactly this source; give a target's role the action.",
    check: Check::Every(check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
  E:
    Type: AWS::Events::Rule
    Properties: {Targets: [{Id: f, Arn: !GetAtt F.Arn}]}
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref F, Action: 'lambda:InvokeFunction', Principal: events.amazonaws.com, SourceArn: !GetAtt E.Arn}
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
  E:
    Type: AWS::Events::Rule
    Properties: {Targets: [{Id: f, Arn: !GetAtt F.Arn}]}
  O:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 day)}
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref F, Action: 'lambda:InvokeFunction', Principal: events.amazonaws.com, SourceArn: !GetAtt O.Arn}
",
};

const QUEUE: &str = "AWS::SQS::Queue";

fn check(resource: Res<'_>) {
    if may_be_elsewhere(resource.cx()) {
        return;
    }
    match resource.kind() {
        "AWS::Events::Rule" => rule(&resource),
        "AWS::SNS::Subscription" => subscription(&resource),
        "AWS::S3::Bucket" => bucket(&resource),
        "AWS::Logs::SubscriptionFilter" => {
            reach(&resource, &resource.get("DestinationArn"), "logs.", &["logs."]);
        }
        "AWS::CloudWatch::Alarm" => alarm(&resource),
        "AWS::Lambda::Permission" => permission(&resource),
        "AWS::Scheduler::Schedule" => {
            let target = resource.get("Target");
            by_role(&resource, &target, &target.get("Arn"));
        }
        _ => {}
    }
}

fn rule(rule: &Res<'_>) {
    for target in rule.get("Targets").each() {
        let arn = target.get("Arn");
        if target.get("RoleArn").is_set() {
            by_role(rule, &target, &arn);
        } else {
            reach(rule, &arn, "events.", &["events."]);
        }
        reach(rule, &target.get("DeadLetterConfig.Arn"), "events.", &["events."]);
    }
}

fn subscription(subscription: &Res<'_>) {
    let endpoint = subscription.get("Endpoint");
    let topic = subscription.get("TopicArn");
    let source = topic.target().and_then(|id| subscription.cx().resource(id));
    reach(&source.unwrap_or(*subscription), &endpoint, "sns.", &["sns."]);
}

fn bucket(bucket: &Res<'_>) {
    let notes = bucket.get("NotificationConfiguration");
    for (list, name) in [
        ("LambdaConfigurations", "Function"),
        ("QueueConfigurations", "Queue"),
        ("TopicConfigurations", "Topic"),
    ] {
        for note in notes.get(list).each() {
            reach(bucket, &note.get(name), "s3.", &["s3."]);
        }
    }
}

fn alarm(alarm: &Res<'_>) {
    for list in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
        for action in alarm.get(list).each() {
            reach(alarm, &action, "cloudwatch.", &["cloudwatch.", "lambda.alarms.cloudwatch."]);
        }
    }
}

/// Whether the target's own policy lets the service in.
fn reach(source: &Res<'_>, arn: &Val<'_>, service: &str, principals: &[&str]) {
    let cx = source.cx();
    let Some(target) = arn.target().and_then(|id| cx.resource(id)) else { return };
    let path = format!("{} → {}", source.id(), target.id());
    match target.kind() {
        FUNCTION => function(source, &target, arn, principals, &path),
        QUEUE => {
            let policies = ["AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"];
            let own = own_policies(cx, &policies, &["Queues", "Queue"], &target);
            let admits = own.as_ref().is_none_or(|all| admits(all, principals, "sqs:SendMessage"));
            if !admits {
                cx.error(arn.span, format!("{path}: no queue policy lets {service}amazonaws.com send"));
            }
        }
        "AWS::SNS::Topic" if service != "events." => {
            let policies = ["AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"];
            let own = own_policies(cx, &policies, &["Topics", "TopicArn"], &target);
            // Without a policy of its own a topic takes what its account sends; that includes alarms, not buckets.
            let default = own.as_ref().is_some_and(Vec::is_empty) && service == "cloudwatch.";
            if !default && own.is_some_and(|all| !admits(&all, principals, "sns:Publish")) {
                cx.error(
                    arn.span,
                    format!("{path}: the topic's policy does not let {service}amazonaws.com publish"),
                );
            }
        }
        _ => {}
    }
}

/// The statements of a resource's own policies; none when one of them is not known.
fn own_policies<'c>(
    cx: &'c Cx<'c>,
    kinds: &[&str],
    properties: &[&str],
    target: &Res<'_>,
) -> Option<Vec<Statement<'c>>> {
    let mut all = Vec::new();
    for policy in cx.resources_of(kinds) {
        let lists = properties.iter().map(|name| policy.get(name));
        let mut lists = lists.filter(Val::is_set).peekable();
        if lists.peek().is_some_and(Val::is_unknown)
            && lists.peek().is_some_and(|list| list.target().is_none())
        {
            return None;
        }
        if lists.any(|list| list.mentions(target.id())) {
            let document = policy.get("PolicyDocument");
            if document.is_unknown() || document.text().is_some() {
                return None;
            }
            all.extend(statements(&document));
        }
    }
    Some(all)
}

fn admits(all: &[Statement<'_>], principals: &[&str], action: &str) -> bool {
    all.iter().any(|one| {
        let service = one.value.get("Principal.Service");
        let named = service.is_unknown()
            || service.each().iter().any(|one| {
                one.text().is_none_or(|text| principals.iter().any(|start| text.starts_with(start)))
            });
        let everyone = one.aws_principals().iter().any(|who| who.is("*"));
        // Alarms act for their account: a topic that lets its own account publish lets them.
        let account = principals.contains(&"cloudwatch.") && !one.aws_principals().is_empty();
        one.allows() && (named || everyone || account) && one.is_about(action)
    })
}

fn function(source: &Res<'_>, function: &Res<'_>, arn: &Val<'_>, principals: &[&str], path: &str) {
    let cx = source.cx();
    let of_function = |one: &Res<'_>| {
        let name = one.get("FunctionName");
        name.mentions(function.id())
            || (name.text().is_some() && given_name(function).as_deref() == name.text())
    };
    let all: Vec<Res<'_>> = cx.resources("AWS::Lambda::Permission").into_iter().filter(of_function).collect();
    let by_service = all.iter().filter(|one| {
        let principal = one.get("Principal");
        principal.text().is_none_or(|text| principals.iter().any(|start| text.starts_with(start)))
    });
    let by_service: Vec<&Res<'_>> = by_service.collect();
    if by_service.is_empty() {
        // Schedules of functions have a rule of their own.
        if source.kind() != "AWS::Events::Rule" {
            cx.error(
                arn.span,
                format!("{path}: no permission lets {}amazonaws.com invoke it", principals[0]),
            );
        }
        return;
    }
    let other = |one: &&&Res<'_>| {
        let from = one.get("SourceArn");
        let is_other =
            from.target().and_then(|id| cx.resource(id)).is_some_and(|it| it.kind() == source.kind());
        is_other && !from.mentions(source.id())
    };
    if by_service.iter().all(|one| other(&one)) {
        let from = by_service[0].get("SourceArn");
        let message = format!(
            "{path}: the permission {} is for {}",
            by_service[0].id(),
            from.target().unwrap_or_default()
        );
        cx.error(from.span, message);
    }
}

/// A permission whose service and source do not fit, or whose source does not send to the function.
fn permission(permission: &Res<'_>) {
    let cx = permission.cx();
    const SOURCES: [(&str, &str); 5] = [
        ("AWS::Events::Rule", "events."),
        ("AWS::SNS::Topic", "sns."),
        ("AWS::S3::Bucket", "s3."),
        ("AWS::Logs::LogGroup", "logs."),
        ("AWS::SecretsManager::Secret", "secretsmanager."),
    ];
    let from = permission.get("SourceArn");
    let Some(source) = from.target().and_then(|id| cx.resource(id)) else { return };
    let principal = permission.get("Principal");
    let fits = SOURCES.iter().find(|(kind, _)| *kind == source.kind());
    if let (Some((_, service)), Some(named)) = (fits, principal.text())
        && named.ends_with(".amazonaws.com")
        && !named.starts_with(service)
    {
        let message =
            format!("{}: {named} never sends for {} ({})", permission.id(), source.id(), source.kind());
        return cx.error(principal.span, message);
    }
    let function = permission.get("FunctionName");
    if let (Some(id), "AWS::Events::Rule") = (function.target(), source.kind()) {
        let targets = source.get("Targets");
        if targets.is_set() && !targets.is_unknown() && !targets.mentions(id) && !is_alias(cx, id) {
            let message =
                format!("{} lets {} invoke {id}, which is none of its targets", permission.id(), source.id());
            cx.warning(from.span, message);
        }
    }
}

fn is_alias(cx: &Cx<'_>, id: &str) -> bool {
    cx.resource(id).is_none_or(|one| one.kind() != FUNCTION)
}

/// A target that is started with a role: the role needs the action.
fn by_role(source: &Res<'_>, target: &Val<'_>, arn: &Val<'_>) {
    const ACTIONS: [(&str, &str); 6] = [
        ("AWS::StepFunctions::StateMachine", "states:StartExecution"),
        (FUNCTION, "lambda:InvokeFunction"),
        (QUEUE, "sqs:SendMessage"),
        ("AWS::SNS::Topic", "sns:Publish"),
        ("AWS::ECS::Cluster", "ecs:RunTask"),
        ("AWS::Kinesis::Stream", "kinesis:PutRecord"),
    ];
    let cx = source.cx();
    let role = target.get("RoleArn");
    let Some(role) =
        role.target().and_then(|id| cx.resource(id)).filter(|one| one.kind() == "AWS::IAM::Role")
    else {
        return;
    };
    let Some(resource) = arn.target().and_then(|id| cx.resource(id)) else { return };
    let Some((_, action)) = ACTIONS.iter().find(|(kind, _)| *kind == resource.kind()) else { return };
    let on = (*action != "ecs:RunTask").then_some(&resource);
    match may(cx, &role, action, on) {
        Answer::Yes => {}
        Answer::Unknown => cx.undecided(),
        Answer::No => {
            let path = format!("{} → {}, through {}", source.id(), resource.id(), role.id());
            cx.error(target.span, format!("{path}: the role does not allow {action} on it"));
        }
    }
}
