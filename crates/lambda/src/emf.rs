//! Metrics as lines in the CloudWatch embedded metric format: no API call, no endpoint, no permission.
//! (Source of the format: CloudWatch User Guide, "Specification: Embedded metric format".)

use serde_json::{Map, Value, json};

use crate::clock::now_millis;
use crate::settings;

/// A metric's unit, as CloudWatch spells it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    /// A number of things.
    Count,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Unit {
    fn word(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Seconds => "Seconds",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// Writes the metrics on one line, with the dimensions `Environment`, `Source` and `Target`.
pub(crate) fn put(metrics: &[(&str, Unit, u64)]) {
    println!("{}", line(metrics, now_millis()));
}

fn line(metrics: &[(&str, Unit, u64)], timestamp: u64) -> Value {
    let environment = settings::optional("LOCKSTEP_ENVIRONMENT").unwrap_or_default();
    let definitions: Vec<Value> =
        metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit.word() })).collect();
    let mut out = Map::new();
    out.insert(
        "_aws".into(),
        json!({
            "Timestamp": timestamp,
            "CloudWatchMetrics": [{
                "Namespace": settings::optional("LOCKSTEP_METRIC_NAMESPACE").unwrap_or_else(|| "SchemaSync".into()),
                "Dimensions": [["Environment", "Source", "Target"]],
                "Metrics": definitions,
            }],
        }),
    );
    out.insert("Environment".into(), json!(environment));
    out.insert("Source".into(), json!(settings::optional("LOCKSTEP_SOURCE").unwrap_or_default()));
    out.insert("Target".into(), json!(environment));
    out.extend(metrics.iter().map(|(name, _, value)| ((*name).to_owned(), json!(value))));
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_defines_each_metric_that_it_carries() {
        let line = line(&[("RowsChanged", Unit::Count, 7), ("SyncLagSeconds", Unit::Seconds, 3)], 12);
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["Timestamp"], 12);
        assert_eq!(directive["Dimensions"], json!([["Environment", "Source", "Target"]]));
        for metric in directive["Metrics"].as_array().unwrap() {
            assert!(line[metric["Name"].as_str().unwrap()].is_u64(), "{metric}");
        }
        assert_eq!((&line["RowsChanged"], &line["SyncLagSeconds"]), (&json!(7), &json!(3)));
    }
}
