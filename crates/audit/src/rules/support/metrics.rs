//! The metrics that alarms here watch: under which dimensions, in which unit, and which side of a threshold is bad.

use super::Watch;

/// Which side of a threshold is the bad one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Bad {
    High,
    Low,
    Either,
}

/// What a metric's data points are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Points {
    /// A level that is measured now and then: adding points up says nothing.
    Level,
    /// One point for each event, 0 or 1: only the sum counts them.
    Events,
    /// Anything else.
    Amount,
}

/// A metric of a service.
#[derive(Debug)]
pub(in crate::rules) struct Metric {
    pub name: &'static str,
    pub bad: Bad,
    pub points: Points,
    /// Whether only a cluster has it.
    pub of_cluster: bool,
}

/// A namespace: its dimensions, and what is known of its metrics.
#[derive(Debug)]
pub(in crate::rules) struct Namespace {
    pub name: &'static str,
    /// Each dimension, with the type and the attribute (empty for `Ref`) that gives its value.
    pub dimensions: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// Whether there is data without a dimension: that of the whole account.
    pub has_whole: bool,
    pub metrics: &'static [Metric],
}

const fn metric(name: &'static str, bad: Bad, points: Points) -> Metric {
    Metric { name, bad, points, of_cluster: false }
}

const fn of_cluster(name: &'static str, bad: Bad, points: Points) -> Metric {
    Metric { name, bad, points, of_cluster: true }
}

use Bad::{Either, High, Low};
use Points::{Amount, Events, Level};

const NAMESPACES: &[Namespace] = &[
    Namespace {
        name: "AWS/RDS",
        dimensions: &[
            ("DBInstanceIdentifier", &[("AWS::RDS::DBInstance", "")]),
            ("DBClusterIdentifier", &[("AWS::RDS::DBCluster", ""), ("AWS::RDS::GlobalCluster", "")]),
            ("DbClusterIdentifier", &[("AWS::RDS::DBCluster", "")]),
            ("Role", &[]),
            ("EngineName", &[]),
            ("DatabaseClass", &[]),
            ("SourceRegion", &[]),
            ("ProxyName", &[("AWS::RDS::DBProxy", "")]),
            ("TargetGroup", &[]),
            ("Target", &[]),
            ("TargetRole", &[]),
        ],
        has_whole: true,
        metrics: &[
            metric("CPUUtilization", High, Level),
            metric("DatabaseConnections", High, Level),
            metric("FreeableMemory", Low, Level),
            metric("FreeLocalStorage", Low, Level),
            metric("FreeStorageSpace", Low, Level),
            metric("SwapUsage", High, Level),
            metric("AuroraReplicaLag", High, Level),
            metric("AuroraReplicaLagMaximum", High, Level),
            metric("AuroraBinlogReplicaLag", High, Level),
            metric("ReplicaLag", High, Level),
            metric("Deadlocks", High, Amount),
            metric("BlockedTransactions", High, Amount),
            metric("LoginFailures", High, Amount),
            metric("ReadLatency", High, Level),
            metric("WriteLatency", High, Level),
            metric("CommitLatency", High, Level),
            metric("SelectLatency", High, Level),
            metric("DMLLatency", High, Level),
            metric("DDLLatency", High, Level),
            metric("DiskQueueDepth", High, Level),
            metric("BufferCacheHitRatio", Low, Level),
            metric("ServerlessDatabaseCapacity", High, Level),
            metric("ACUUtilization", High, Level),
            metric("CPUCreditBalance", Low, Level),
            of_cluster("VolumeBytesUsed", High, Level),
            of_cluster("AuroraVolumeBytesLeftTotal", Low, Level),
            of_cluster("VolumeReadIOPs", High, Amount),
            of_cluster("VolumeWriteIOPs", High, Amount),
        ],
    },
    Namespace {
        name: "AWS/Lambda",
        dimensions: &[
            ("FunctionName", &[("AWS::Lambda::Function", "")]),
            ("Resource", &[]),
            ("ExecutedVersion", &[]),
            ("EventSourceMappingUUID", &[("AWS::Lambda::EventSourceMapping", "")]),
        ],
        has_whole: true,
        metrics: &[
            metric("Errors", High, Events),
            metric("Throttles", High, Amount),
            metric("DeadLetterErrors", High, Amount),
            metric("DestinationDeliveryFailures", High, Amount),
            metric("Duration", High, Level),
            metric("IteratorAge", High, Level),
            metric("AsyncEventsDropped", High, Amount),
            metric("Invocations", Either, Amount),
        ],
    },
    Namespace {
        name: "AWS/States",
        dimensions: &[
            (
                "StateMachineArn",
                &[("AWS::StepFunctions::StateMachine", ""), ("AWS::StepFunctions::StateMachine", "Arn")],
            ),
            ("ActivityArn", &[("AWS::StepFunctions::Activity", "")]),
            ("LambdaFunctionArn", &[("AWS::Lambda::Function", "Arn")]),
            ("ServiceIntegrationResourceArn", &[]),
            ("ServiceMetric", &[]),
            ("APIName", &[]),
        ],
        has_whole: false,
        metrics: &[
            metric("ExecutionsFailed", High, Events),
            metric("ExecutionsTimedOut", High, Events),
            metric("ExecutionsAborted", High, Events),
            metric("ExecutionThrottled", High, Amount),
            metric("ExecutionTime", High, Level),
            metric("ExecutionsSucceeded", Low, Events),
        ],
    },
    Namespace {
        name: "AWS/Events",
        dimensions: &[
            ("RuleName", &[("AWS::Events::Rule", "")]),
            ("EventBusName", &[("AWS::Events::EventBus", ""), ("AWS::Events::EventBus", "Name")]),
            ("EventSourceName", &[]),
        ],
        has_whole: true,
        metrics: &[
            metric("FailedInvocations", High, Amount),
            metric("InvocationsFailedToBeSentToDlq", High, Amount),
            metric("InvocationsSentToDlq", High, Amount),
            metric("DeadLetterInvocations", High, Amount),
            metric("ThrottledRules", High, Amount),
        ],
    },
    Namespace {
        name: "AWS/SQS",
        dimensions: &[("QueueName", &[("AWS::SQS::Queue", "QueueName")])],
        has_whole: false,
        metrics: &[
            metric("ApproximateNumberOfMessagesVisible", High, Level),
            metric("ApproximateAgeOfOldestMessage", High, Level),
            metric("ApproximateNumberOfMessagesNotVisible", High, Level),
        ],
    },
    Namespace {
        name: "AWS/SNS",
        dimensions: &[
            ("TopicName", &[("AWS::SNS::Topic", "TopicName")]),
            ("Application", &[]),
            ("Platform", &[]),
            ("Country", &[]),
            ("SMSType", &[]),
        ],
        has_whole: true,
        metrics: &[
            metric("NumberOfNotificationsFailed", High, Amount),
            metric("NumberOfNotificationsFilteredOut-InvalidAttributes", High, Amount),
        ],
    },
    Namespace {
        name: "AWS/DynamoDB",
        dimensions: &[
            ("TableName", &[("AWS::DynamoDB::Table", "")]),
            ("Operation", &[]),
            ("GlobalSecondaryIndexName", &[]),
            ("ReceivingRegion", &[]),
            ("StreamLabel", &[]),
            ("Verb", &[]),
        ],
        has_whole: true,
        metrics: &[
            metric("ThrottledRequests", High, Amount),
            metric("SystemErrors", High, Amount),
            metric("UserErrors", High, Amount),
        ],
    },
    Namespace {
        name: "AWS/NATGateway",
        dimensions: &[("NatGatewayId", &[("AWS::EC2::NatGateway", "")])],
        has_whole: false,
        metrics: &[metric("ErrorPortAllocation", High, Amount), metric("PacketsDropCount", High, Amount)],
    },
];

/// The namespace that a watch is in, when it is one of these.
pub(in crate::rules) fn namespace(watch: &Watch<'_>) -> Option<&'static Namespace> {
    let name = watch.namespace.text()?;
    NAMESPACES.iter().find(|one| one.name == name)
}

/// What is known of the metric that a watch is on.
pub(in crate::rules) fn metric_of(watch: &Watch<'_>) -> Option<&'static Metric> {
    let name = watch.metric.text()?;
    namespace(watch)?.metrics.iter().find(|one| one.name == name)
}
