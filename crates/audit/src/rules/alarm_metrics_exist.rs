//! Alarms: names of metrics.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "alarm-metrics-exist",
    former: Some("G-6"),
    title: "An alarm's metric exists",
    covers: &["H-P5"],
    levels: [ERROR, ERROR, WARNING],
    why: "A misspelt metric never has data: the alarm stays quiet for ever, and every linter passes it.",
    source: "AWS documentation: metrics of Aurora, Lambda, Step Functions and EventBridge",
    fix: "Use the metric's exact name, for instance ExecutionThrottled (singular) of AWS/States.",
    check: Check::Resources(&["AWS::CloudWatch::Alarm"], check),
    good: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/States, MetricName: ExecutionThrottled}
",
    bad: r"
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/States, MetricName: ExecutionsThrottled}
",
};

const STATES: [&str; 24] = [
    "ExecutionTime",
    "ExecutionThrottled",
    "ExecutionsAborted",
    "ExecutionsFailed",
    "ExecutionsStarted",
    "ExecutionsSucceeded",
    "ExecutionsTimedOut",
    "ExecutionsRedriven",
    "RedrivenExecutionsAborted",
    "RedrivenExecutionsFailed",
    "RedrivenExecutionsSucceeded",
    "RedrivenExecutionsTimedOut",
    "ActivityRunTime",
    "ActivityScheduleTime",
    "ActivityTime",
    "ActivitiesFailed",
    "ActivitiesTimedOut",
    "LambdaFunctionTime",
    "LambdaFunctionsFailed",
    "LambdaFunctionsTimedOut",
    "ServiceIntegrationsFailed",
    "ServiceIntegrationsTimedOut",
    "ThrottledEvents",
    "OpenExecutionCount",
];
const LAMBDA: [&str; 22] = [
    "Invocations",
    "Errors",
    "DeadLetterErrors",
    "DestinationDeliveryFailures",
    "Throttles",
    "Duration",
    "PostRuntimeExtensionsDuration",
    "IteratorAge",
    "ConcurrentExecutions",
    "UnreservedConcurrentExecutions",
    "ProvisionedConcurrentExecutions",
    "ProvisionedConcurrencyInvocations",
    "ProvisionedConcurrencySpilloverInvocations",
    "ProvisionedConcurrencyUtilization",
    "AsyncEventsReceived",
    "AsyncEventAge",
    "AsyncEventsDropped",
    "ClaimedAccountConcurrency",
    "OffsetLag",
    "OversizedRecordCount",
    "RecursiveInvocationsDropped",
    "SignatureValidationErrors",
];
const EVENTS: [&str; 14] = [
    "DeadLetterInvocations",
    "Events",
    "FailedInvocations",
    "Invocations",
    "InvocationAttempts",
    "InvocationsCreated",
    "InvocationsFailedToBeSentToDlq",
    "InvocationsSentToDlq",
    "IngestionToInvocationStartLatency",
    "IngestionToInvocationCompleteLatency",
    "MatchedEvents",
    "RetryInvocationAttempts",
    "SuccessfulInvocationAttempts",
    "ThrottledRules",
];
/// Metrics of RDS that alarms commonly watch, to recognise a misspelt one.
const RDS: [&str; 30] = [
    "CPUUtilization",
    "DatabaseConnections",
    "FreeableMemory",
    "FreeLocalStorage",
    "FreeStorageSpace",
    "SwapUsage",
    "AuroraReplicaLag",
    "AuroraReplicaLagMaximum",
    "AuroraReplicaLagMinimum",
    "AuroraBinlogReplicaLag",
    "ReplicaLag",
    "Deadlocks",
    "BlockedTransactions",
    "LoginFailures",
    "ReadLatency",
    "WriteLatency",
    "CommitLatency",
    "SelectLatency",
    "DMLLatency",
    "DDLLatency",
    "ReadIOPS",
    "WriteIOPS",
    "VolumeReadIOPs",
    "VolumeWriteIOPs",
    "VolumeBytesUsed",
    "DiskQueueDepth",
    "EngineUptime",
    "BufferCacheHitRatio",
    "ServerlessDatabaseCapacity",
    "ActiveTransactions",
];

fn check(alarm: Res<'_>) {
    let cx = alarm.cx();
    for watch in watches_of(alarm) {
        let Some(metric) = watch.metric.text() else { continue };
        let known: &[&str] = match watch.namespace.text() {
            Some("AWS/States") => &STATES,
            Some("AWS/Lambda") => &LAMBDA,
            Some("AWS/Events") => &EVENTS,
            Some("AWS/RDS") => &RDS,
            _ => continue,
        };
        let complete = watch.namespace.text() != Some("AWS/RDS");
        let near = known.iter().find(|one| **one != metric && is_near(one, metric));
        if !known.contains(&metric) && (complete || near.is_some()) {
            let hint = near.map_or(String::new(), |near| format!("; {near} is one"));
            cx.error(watch.metric.span, format!("{} has no metric {metric}{hint}", watch.namespace.show()));
        }
    }
}

/// Whether two names are equal but for case, or for one letter more or less.
fn is_near(known: &str, written: &str) -> bool {
    if known.eq_ignore_ascii_case(written) {
        return true;
    }
    let (long, short) = if known.len() > written.len() { (known, written) } else { (written, known) };
    long.len() == short.len() + 1
        && (0..long.len()).any(|at| {
            long.is_char_boundary(at)
                && long.is_char_boundary(at + 1)
                && format!("{}{}", &long[..at], &long[at + 1..]) == short
        })
}
