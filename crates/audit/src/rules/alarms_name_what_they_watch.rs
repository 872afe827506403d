//! Dimensions of alarms.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarms-name-what-they-watch",
    former: None,
    title: "An alarm's dimensions name the resource that it watches",
    covers: &["H-P5", "R-M6"],
    levels: [ERROR, ERROR, ERROR],
    why: "Under a dimension that does not exist there is no data, and the alarm never fires; without one it watches the whole account.",
    source: "CloudWatch metrics and dimensions of Amazon RDS, Lambda, Step Functions, EventBridge, SQS, SNS",
    fix: "Write the dimension as the service has it, with the resource's own id: DBInstanceIdentifier = Ref of the instance.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  I: {Type: AWS::RDS::DBInstance}
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: CPUUtilization, Dimensions: [{Name: DBInstanceIdentifier, Value: !Ref I}]}
",
    bad: r"
Resources:
  C: {Type: AWS::RDS::DBCluster}
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: CPUUtilization, Dimensions: [{Name: DBInstanceIdentifier, Value: !Ref C}]}
",
};

fn check(alarm: Res<'_>) {
    for watch in watches_of(alarm) {
        let Some(namespace) = namespace(&watch) else { continue };
        if watch.dimensions.is_unknown() {
            alarm.cx().undecided();
        } else if watch.dimensions.each().is_empty() {
            without(&watch, namespace);
        } else {
            dimensions(&watch, namespace);
        }
    }
}

fn without(watch: &Watch<'_>, namespace: &Namespace) {
    let (cx, id) = (watch.alarm.cx(), watch.alarm.id());
    let metric = watch.metric.show();
    let span = watch.metric.span;
    if !namespace.has_whole {
        cx.error(span, format!("{id}: without a dimension {} has no data for {metric}", namespace.name));
    } else if namespace.name == "AWS/RDS" {
        cx.error(
            span,
            format!("{id}: without a dimension {metric} is that of every database in the account"),
        );
    } else if metric_of(watch).is_some() {
        let message = format!("{id}: without a dimension {metric} is that of the whole account");
        if is_strict(cx) { cx.warning(span, message) } else { cx.info(span, message) }
    }
}

fn dimensions(watch: &Watch<'_>, namespace: &Namespace) {
    let (cx, id) = (watch.alarm.cx(), watch.alarm.id());
    let all = watch.dimensions.each();
    for dimension in &all {
        let name = dimension.get("Name");
        let Some(text) = name.text() else { continue };
        let value = dimension.get("Value");
        match namespace.dimensions.iter().find(|(known, _)| *known == text) {
            None => cx.error(name.span, format!("{id}: {} has no dimension {text}", namespace.name)),
            Some((_, sources)) => source(watch, text, sources, &value),
        }
        let role = text == "Role" && value.text().is_some_and(|role| !["WRITER", "READER"].contains(&role));
        if role {
            cx.error(value.span, format!("{id}: Role is WRITER or READER, not {}", value.show()));
        }
    }
    let has = |name: &str| all.iter().any(|one| one.get("Name").is(name));
    if metric_of(watch).is_some_and(|metric| metric.of_cluster) && has("DBInstanceIdentifier") {
        let metric = watch.metric.show();
        cx.error(watch.dimensions.span, format!("{id}: {metric} is a metric of clusters, not of instances"));
    }
}

/// Whether the value is what the dimension takes: of the right type, and in the right form.
fn source(watch: &Watch<'_>, name: &str, sources: &[(&str, &str)], value: &Val<'_>) {
    let (cx, id) = (watch.alarm.cx(), watch.alarm.id());
    if sources.is_empty() {
        return;
    }
    let (target, attribute) = match value.only_hole() {
        Some(Hole::Resource(target)) => (target, ""),
        Some(Hole::Attribute(target, attribute)) => (target, attribute.as_str()),
        _ => return,
    };
    let Some(resource) = cx.resource(target).filter(|one| one.kind().starts_with("AWS::")) else { return };
    if resource.kind() == "AWS::CloudFormation::Stack" || resource.kind() == "AWS::SSM::Parameter" {
        return;
    }
    let of_kind: Vec<&(&str, &str)> = sources.iter().filter(|(kind, _)| *kind == resource.kind()).collect();
    if of_kind.is_empty() {
        let kinds: Vec<&str> = sources.iter().map(|(kind, _)| *kind).collect();
        let message = format!("{id} → {target}: {name} takes {}, {target} is {}", kinds[0], resource.kind());
        cx.error(value.span, message);
    } else if (attribute.is_empty() || attribute.ends_with("Arn"))
        && !of_kind.iter().any(|(_, one)| *one == attribute)
    {
        let wanted = of_kind[0].1;
        let wanted = if wanted.is_empty() { format!("Ref {target}") } else { format!("{target}.{wanted}") };
        cx.error(value.span, format!("{id} → {target}: {name} takes {wanted}"));
    }
}
