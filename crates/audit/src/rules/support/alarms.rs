//! CloudWatch alarms.

use crate::resolve::{Cx, Res, Val};

/// One metric that an alarm watches.
#[derive(Debug)]
pub(in crate::rules) struct Watch<'c> {
    /// The alarm.
    pub alarm: Res<'c>,
    /// `MetricName`.
    pub metric: Val<'c>,
    /// `Namespace`.
    pub namespace: Val<'c>,
    /// `Statistic` (or `Stat`, `ExtendedStatistic`).
    pub statistic: Val<'c>,
    /// `Period` in seconds.
    pub period: Val<'c>,
    /// `Dimensions`.
    pub dimensions: Val<'c>,
    /// Whether it is one term of a metric expression, so that the threshold is not of its unit.
    pub in_expression: bool,
}

impl Watch<'_> {
    /// Whether it watches the metric.
    pub fn is(&self, namespace: &str, metric: &str) -> bool {
        self.namespace.is(namespace) && self.metric.is(metric)
    }

    /// The value of a dimension.
    pub fn dimension(&self, name: &str) -> Option<Val<'_>> {
        let all = self.dimensions.each();
        all.iter().find(|one| one.get("Name").is(name)).map(|one| one.get("Value"))
    }
}

/// Every metric that an alarm of this run watches.
pub(in crate::rules) fn watches<'c>(cx: &'c Cx<'c>) -> Vec<Watch<'c>> {
    cx.resources("AWS::CloudWatch::Alarm").into_iter().flat_map(watches_of).collect()
}

/// Every metric that one alarm watches.
pub(in crate::rules) fn watches_of(alarm: Res<'_>) -> Vec<Watch<'_>> {
    let queries = alarm.get("Metrics").each();
    if queries.is_empty() {
        let extended = alarm.get("ExtendedStatistic");
        return vec![Watch {
            alarm,
            metric: alarm.get("MetricName"),
            namespace: alarm.get("Namespace"),
            statistic: if extended.is_set() { extended } else { alarm.get("Statistic") },
            period: alarm.get("Period"),
            dimensions: alarm.get("Dimensions"),
            in_expression: false,
        }];
    }
    let in_expression = queries.len() > 1;
    let terms = queries.into_iter().map(|query| query.get("MetricStat")).filter(Val::is_set);
    terms
        .map(|term| Watch {
            alarm,
            metric: term.get("Metric.MetricName"),
            namespace: term.get("Metric.Namespace"),
            statistic: term.get("Stat"),
            period: term.get("Period"),
            dimensions: term.get("Metric.Dimensions"),
            in_expression,
        })
        .collect()
}
