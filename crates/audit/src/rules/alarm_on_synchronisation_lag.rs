//! R, mandatory 6: an alarm on the lag of the synchronisation.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarm-on-synchronisation-lag",
    former: Some("R-M6"),
    title: "An alarm tells when the synchronisation lags more than 60 seconds",
    covers: &[],
    levels: [ERROR, OFF, OFF],
    why: "AuroraReplicaLag lives inside one cluster, in milliseconds: it cannot say how far prod is behind dev.",
    source: "R requirement 6",
    fix: "Add an alarm on the custom lag metric (seconds): Maximum > 60, TreatMissingData: breaching, with AlarmActions.",
    check: Check::Template(&["AWS::RDS::DBCluster"], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  A:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: SchemaSync
      MetricName: SyncLagSeconds
      Threshold: 60
      ComparisonOperator: GreaterThanThreshold
      Statistic: Maximum
      TreatMissingData: breaching
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/RDS, MetricName: AuroraReplicaLag, Threshold: 60}
",
};

fn check(cx: &Cx<'_>) {
    let stores = stores(cx);
    let Some(store) = stores.first() else { return };
    let watches = watches(cx);
    let custom = |watch: &&Watch<'_>| {
        !watch.namespace.show().starts_with("AWS/")
            && watch.metric.show().to_ascii_lowercase().contains("lag")
    };
    let mut lag = watches.iter().filter(custom).peekable();
    // Nothing is synchronised into the lowest environment, so there is no lag to watch.
    let lowest = environment(cx).is_some_and(|name| name.is("dev"));
    if lag.peek().is_none() && !lowest && has_source(cx) {
        cx.error(store.span(), "no alarm watches the lag of the synchronisation");
    }
    for watch in lag {
        let alarm = &watch.alarm;
        let threshold = alarm.get("Threshold");
        if threshold.number().is_some_and(|seconds| seconds > 60.0) && !watch.in_expression {
            cx.error(
                threshold.span,
                format!("{} waits for {} seconds of lag, 60 are asked for", alarm.id(), threshold.show()),
            );
        }
        if alarm.get("TreatMissingData").text().is_none_or(|text| text != "breaching") {
            cx.error(
                alarm.span(),
                format!("{} is silent when the metric stops: TreatMissingData is not breaching", alarm.id()),
            );
        }
    }
}

/// Whether this deployment has an environment below it: the parameters that name one are not empty.
fn has_source(cx: &Cx<'_>) -> bool {
    let parameters = &cx.template().parameters;
    let names = parameters.iter().filter(|one| one.name.starts_with("Lower") && one.name.contains("Account"));
    names.map(|one| cx.parameter(one.name)).all(|value| !value.is(""))
}
