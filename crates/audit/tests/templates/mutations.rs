//! Mutants of the project's own templates: each has one mistake, and the audit must name it.
//!
//! The templates pass (see `passes.rs`). Here each of the 36 mistakes, and the opposite of each requirement,
//! is made in them one at a time; what the catalogue says of things that the templates do not have (a load balancer,
//! NAT, DynamoDB) is first added rightly, then wrongly.

use crate::own::{CLUSTER_TEMPLATE, ENVIRONMENT_TEMPLATE, Template};
use lockstep_audit::{Audit, Profile, Severity};
use serde_json::{Value, json};

type Change = fn(&mut Template);

/// One mistake: what must be reported, and how to make it.
struct Mutant {
    id: &'static str,
    what: &'static str,
    make: Change,
}

const fn mutant(id: &'static str, what: &'static str, make: Change) -> Mutant {
    Mutant { id, what, make }
}

const CLUSTER: &str = "AWS::RDS::DBCluster";
const INSTANCE: &str = "AWS::RDS::DBInstance";
const FUNCTION: &str = "AWS::Lambda::Function";
const ALARM: &str = "AWS::CloudWatch::Alarm";

/// The 36 mistakes; those about things that these templates lack are in [`ADDED`].
const MISTAKES: &[Mutant] = &[
    mutant("mistake-01", "a tag left out", |t| t.each(CLUSTER, |p| drop_tag(p, "CostCenter"))),
    mutant("mistake-02", "a key that is not rotated", |t| {
        t.set("AWS::KMS::Key", "EnableKeyRotation", json!(false))
    }),
    mutant("mistake-03", "no VPC endpoints", |t| t.remove_all("AWS::EC2::VPCEndpoint")),
    mutant("mistake-04", "no rotation schedules", |t| t.remove_all("AWS::SecretsManager::RotationSchedule")),
    mutant("mistake-05", "no alarms", |t| t.remove_all(ALARM)),
    mutant("mistake-05", "no alarm on connections", |t| t.remove_alarms_on("DatabaseConnections")),
    mutant("mistake-06", "no backup plan", |t| t.remove_all("AWS::Backup::BackupPlan")),
    mutant("mistake-07", "no parameter", |t| {
        t.remove_all("Custom::SecureParameter");
        t.remove_all("AWS::SSM::Parameter");
    }),
    mutant("mistake-08", "one Availability Zone", |t| {
        t.each("AWS::EC2::Subnet", |p| p["AvailabilityZoneId"] = json!("use1-az1"));
    }),
    mutant("mistake-14", "3306 open to everyone", |t| {
        t.each("AWS::EC2::SecurityGroupIngress", |p| {
            p.as_object_mut().unwrap().remove("SourceSecurityGroupId");
            p["CidrIp"] = json!("0.0.0.0/0");
        });
    }),
    mutant("mistake-14", "open to all of IPv6", |t| {
        t.each("AWS::EC2::SecurityGroupIngress", |p| p["CidrIpv6"] = json!("::/0"));
    }),
    mutant("mistake-15", "engine mysql", |t| {
        t.set(CLUSTER, "Engine", json!("mysql"));
        t.set(INSTANCE, "Engine", json!("mysql"));
    }),
    mutant("mistake-15", "an instance of another engine", |t| t.set(INSTANCE, "Engine", json!("mysql"))),
    mutant("mistake-16", "MySQL's own version", |t| t.set(CLUSTER, "EngineVersion", json!("8.0.35"))),
    mutant("mistake-16", "a version that is not pinned", |t| t.set(CLUSTER, "EngineVersion", json!("8.0"))),
    mutant("mistake-17", "a password in the template", |t| {
        t.unset(CLUSTER, "ManageMasterUserPassword");
        t.set(CLUSTER, "MasterUserPassword", json!("SimplePassword123"));
    }),
    mutant("mistake-18", "no encryption", |t| t.unset(CLUSTER, "StorageEncrypted")),
    mutant("mistake-18", "encryption switched off", |t| t.set(CLUSTER, "StorageEncrypted", json!("false"))),
    mutant("mistake-19", "no key", |t| t.unset(CLUSTER, "KmsKeyId")),
    mutant("mistake-19", "AWS's own key", |t| t.set(CLUSTER, "KmsKeyId", json!("alias/aws/rds"))),
    mutant("mistake-20", "three days of backups", |t| t.set(CLUSTER, "BackupRetentionPeriod", json!(3))),
    mutant("mistake-20", "the default of one day", |t| t.unset(CLUSTER, "BackupRetentionPeriod")),
    mutant("mistake-20", "a range that permits three days", |t| {
        t.root["Parameters"]["BackupRetentionDays"]["MinValue"] = json!(3);
    }),
    mutant("mistake-21", "no log exports", |t| t.unset(CLUSTER, "EnableCloudwatchLogsExports")),
    mutant("mistake-21", "no audit log", |t| {
        t.set(CLUSTER, "EnableCloudwatchLogsExports", json!(["error", "slowquery"]))
    }),
    mutant("mistake-22", "one instance", |t| t.keep_first(INSTANCE)),
    mutant("mistake-23", "a burstable class", |t| t.set(INSTANCE, "DBInstanceClass", json!("db.t3.medium"))),
    mutant("mistake-23", "a range that permits a burstable class", |t| {
        let values = t.root["Parameters"]["DatabaseInstanceClass"]["AllowedValues"].as_array_mut().unwrap();
        values.push(json!("db.t3.medium"));
    }),
    mutant("mistake-24", "public instances", |t| t.set(INSTANCE, "PubliclyAccessible", json!(true))),
    mutant("mistake-24", "left to the default", |t| t.unset(INSTANCE, "PubliclyAccessible")),
    mutant("mistake-28", "roles without policies", |t| {
        t.unset("AWS::IAM::Role", "Policies");
        t.unset("AWS::IAM::Role", "ManagedPolicyArns");
        t.remove_all("AWS::IAM::RolePolicy");
        t.remove_all("AWS::IAM::Policy");
    }),
    mutant("mistake-29", "a stub", |t| {
        t.set(FUNCTION, "Code", json!({"ZipFile": "return 'Hello from Lambda!'"}))
    }),
    mutant("mistake-30", "an old runtime", |t| t.set(FUNCTION, "Runtime", json!("python3.9"))),
    mutant("mistake-31", "30 seconds", |t| t.set(FUNCTION, "Timeout", json!(30))),
    mutant("mistake-31", "the default of 3 seconds", |t| t.unset(FUNCTION, "Timeout")),
    mutant("mistake-32", "128 MB", |t| t.set(FUNCTION, "MemorySize", json!(128))),
    mutant("mistake-33", "no variables", |t| t.unset(FUNCTION, "Environment")),
    mutant("mistake-34", "no tags", |t| t.unset("AWS::EC2::VPC", "Tags")),
    mutant("mistake-35", "no outputs", |t| t.root["Outputs"] = json!({})),
    mutant("mistake-35", "no reader endpoint", |t| {
        t.root["Outputs"].as_object_mut().unwrap().retain(|_, one| !one.to_string().contains("ReadEndpoint"));
    }),
    mutant("mistake-36", "any region", |t| t.root["Rules"] = json!({})),
    mutant("mistake-36", "another region", |t| t.set(INSTANCE, "AvailabilityZone", json!("eu-west-1a"))),
];

/// The opposite of each requirement of the replication brief, of the decisions and of the other parts.
const REPLICATION: &[Mutant] = &[
    mutant("R-M1", "no instance", |t| t.remove_all(INSTANCE)),
    mutant("R-M1", "only two environments", |t| {
        t.root["Parameters"]["Environment"]["AllowedValues"] = json!(["dev", "prod"])
    }),
    mutant("R-M2", "functions outside the VPC", |t| t.unset(FUNCTION, "VpcConfig")),
    mutant("R-M2", "a database that lets no function in", |t| {
        t.each("AWS::EC2::SecurityGroupIngress", |p| p["FromPort"] = json!(443));
        t.each("AWS::EC2::SecurityGroupIngress", |p| p["ToPort"] = json!(443));
    }),
    mutant("R-M3", "no versions", |t| t.unset("AWS::S3::Bucket", "VersioningConfiguration")),
    mutant("R-M3", "S3's own key", |t| t.unset("AWS::S3::Bucket", "BucketEncryption")),
    mutant("R-M3", "public access not blocked", |t| {
        t.unset("AWS::S3::Bucket", "PublicAccessBlockConfiguration")
    }),
    mutant("R-M3", "no TLS-only policy", |t| t.remove_all("AWS::S3::BucketPolicy")),
    mutant("R-M4", "a trust without condition", |t| t.each("AWS::IAM::Role", drop_trust_conditions)),
    mutant("R-M5", "no accepting role", |t| t.unset("AWS::EC2::VPCPeeringConnection", "PeerRoleArn")),
    mutant("R-M5", "no routes", |t| t.remove_all("AWS::EC2::Route")),
    mutant("R-M5", "a default route to the peer", |t| {
        t.set("AWS::EC2::Route", "DestinationCidrBlock", json!("0.0.0.0/0"))
    }),
    mutant("R-M6", "no lag alarm", |t| t.remove_alarms_on("SyncLagSeconds")),
    mutant("R-M6", "an alarm at 300 seconds", |t| {
        t.each_alarm_on("SyncLagSeconds", |p| p["Threshold"] = json!(300))
    }),
    mutant("R-M6", "silence when the metric stops", |t| {
        t.each_alarm_on("SyncLagSeconds", |p| p["TreatMissingData"] = json!("notBreaching"));
    }),
    mutant("R-M9", "windows that overlap", |t| {
        t.set(CLUSTER, "PreferredBackupWindow", json!("05:30-06:30"));
        t.set(CLUSTER, "PreferredMaintenanceWindow", json!("sun:05:00-sun:06:00"));
    }),
    mutant("R-M9", "no backup window", |t| t.unset(CLUSTER, "PreferredBackupWindow")),
    mutant("R-O1", "no schedule", |t| t.remove_all("AWS::Events::Rule")),
    mutant("R-O1", "a target that EventBridge may not invoke", |t| t.remove_all("AWS::Lambda::Permission")),
    mutant("R-O2", "a topic in clear", |t| t.unset("AWS::SNS::Topic", "KmsMasterKeyId")),
    mutant("R-O2", "a topic under aws/sns", |t| {
        t.set("AWS::SNS::Topic", "KmsMasterKeyId", json!("alias/aws/sns"))
    }),
    mutant("R-O2-events", "a condition that EventBridge never meets", |t| {
        t.each("AWS::SNS::TopicPolicy", |p| {
            for statement in p["PolicyDocument"]["Statement"].as_array_mut().unwrap() {
                statement["Condition"] =
                    json!({"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}});
            }
        });
    }),
    mutant("R-O2-events", "nobody lets EventBridge publish", |t| t.remove_all("AWS::SNS::TopicPolicy")),
    mutant("R-O2-events", "a role for an encrypted topic", |t| {
        t.each("AWS::Events::Rule", |p| {
            p["Targets"][0]["RoleArn"] = json!("arn:aws:iam::111111111111:role/r")
        });
    }),
    mutant("R-O3", "no state machine", |t| t.remove_all("AWS::StepFunctions::StateMachine")),
    mutant("R-O3", "no log of the state machine", |t| {
        t.unset("AWS::StepFunctions::StateMachine", "LoggingConfiguration")
    }),
    mutant("R-C2", "15 minutes", |t| t.set(FUNCTION, "Timeout", json!(900))),
    mutant("R-C3", "all ports for the peer", |t| {
        t.each("AWS::EC2::SecurityGroupIngress", |p| {
            if p.get("CidrIp").is_some() {
                p["FromPort"] = json!(0);
                p["ToPort"] = json!(65535);
            }
        });
    }),
    mutant("R-C4", "no lifecycle", |t| t.unset("AWS::S3::Bucket", "LifecycleConfiguration")),
    mutant("R-C4", "60 days", |t| t.each_lifecycle_rule(|rule| rule["ExpirationInDays"] = json!(60))),
    mutant("R-C4", "old versions for ever", |t| {
        t.each_lifecycle_rule(|rule| {
            drop(rule.as_object_mut().unwrap().remove("NoncurrentVersionExpiration"))
        });
    }),
    mutant("R-C5", "a connection string in clear", |t| {
        let cluster = t.first(CLUSTER);
        let value = json!({"Fn::Sub": format!("mysql://app@${{{cluster}.Endpoint.Address}}:3306/app")});
        t.add("Clear", "AWS::SSM::Parameter", json!({"Type": "String", "Value": value}));
    }),
    mutant("R-C5", "a SecureString without own key", |t| t.unset("Custom::SecureParameter", "KeyId")),
    mutant("R-C6", "log groups that Lambda makes", |t| t.unset(FUNCTION, "LoggingConfig")),
    mutant("R-C6", "logs for ever", |t| t.unset("AWS::Logs::LogGroup", "RetentionInDays")),
    mutant("R-C7", "managed and given", |t| {
        t.set(CLUSTER, "MasterUserPassword", json!("{{resolve:secretsmanager:a:SecretString:password}}"));
    }),
    mutant("R-C7", "a password of 64 characters", |t| {
        t.each("AWS::SecretsManager::Secret", |p| p["GenerateSecretString"]["PasswordLength"] = json!(64));
    }),
    mutant("R-C7", "a password with any character", |t| {
        t.each("AWS::SecretsManager::Secret", |p| {
            let generate = p["GenerateSecretString"].as_object_mut().unwrap();
            generate.remove("ExcludeCharacters");
            generate.remove("ExcludePunctuation");
        });
    }),
    mutant("R-C8", "every action", |t| t.each_statement(|one| one["Action"] = json!("*"))),
    mutant("R-C8", "every resource", |t| t.each_statement(|one| one["Resource"] = json!("*"))),
    mutant("R-C8", "everything of a service", |t| t.each_statement(|one| one["Action"] = json!("s3:*"))),
    mutant("R-C9", "no conditions", Template::decide_all_conditions),
    mutant("R-C9", "a condition that nothing uses", |t| {
        t.root["Conditions"]["Idle"] = json!({"Fn::Equals": [{"Ref": "Environment"}, "dev"]});
    }),
    mutant("R-E2", "a way to the internet", |t| {
        t.add("Gateway", "AWS::EC2::InternetGateway", json!({}));
    }),
    mutant("R-E2", "public addresses", |t| t.set("AWS::EC2::Subnet", "MapPublicIpOnLaunch", json!(true))),
    mutant("R-E2-zones", "a zone without functions", |t| {
        t.each("AWS::EC2::Subnet", |p| p["AvailabilityZoneId"] = json!("use1-az3"));
    }),
    mutant("R-E2-zones", "a range that permits such a zone", |t| {
        t.parameter("ZoneB")["AllowedPattern"] = json!("^use1-az[1-6]$");
    }),
    mutant("R-E6", "other ranges", |t| t.set("AWS::EC2::VPC", "CidrBlock", json!("10.9.0.0/16"))),
    mutant("R-E7", "any text as key ARN", |t| drop(t.parameter("KmsKeyArn").remove("AllowedPattern"))),
    mutant("R-E8", "a macro", |t| t.root["Transform"] = json!("AWS::SecretsManager-2020-07-23")),
    mutant("D-1", "a version out of support", |t| {
        // The template explains this finding for 5.7, which can be chosen.
        t.unset_attribute(CLUSTER, "Metadata");
        t.set(CLUSTER, "EngineVersion", json!("8.0.mysql_aurora.3.04.0"))
    }),
    mutant("D-10", "a schedule slower than the alarm", |t| {
        t.each("AWS::Events::Rule", |p| {
            if p.get("ScheduleExpression").is_some() {
                p["ScheduleExpression"] = json!("rate(5 minutes)");
            }
        });
    }),
    mutant("D-18", "advanced insights for a week", |t| {
        t.set(CLUSTER, "DatabaseInsightsMode", json!("advanced"));
        t.set(CLUSTER, "PerformanceInsightsRetentionPeriod", json!(7));
    }),
    mutant("G-1", "lag in seconds", |t| t.each_alarm_on("AuroraReplicaLag", |p| p["Threshold"] = json!(60))),
    mutant("G-1", "memory in megabytes", |t| {
        t.each_alarm_on("FreeableMemory", |p| p["Threshold"] = json!(512))
    }),
    mutant("G-2", "45 seconds", |t| t.set(ALARM, "Period", json!(45))),
    mutant("G-3", "only the first instance", |t| t.keep_first_alarm_on("CPUUtilization")),
    mutant("G-4", "red while it is the writer", |t| {
        t.each_alarm_on("AuroraReplicaLag", |p| p["TreatMissingData"] = json!("breaching"));
    }),
    mutant("G-5", "nobody is told", |t| t.unset_alarm_actions()),
    mutant("G-6", "a metric that does not exist", |t| {
        t.each_alarm_on("ExecutionThrottled", |p| p["MetricName"] = json!("ExecutionsThrottled"));
    }),
    mutant("G-7", "no alarm on errors", |t| t.remove_alarms_on("Errors")),
    mutant("G-7", "no alarm on rules that cannot deliver", |t| t.remove_alarms_on("FailedInvocations")),
    mutant("I-1", "anyone's source", |t| {
        t.unset("AWS::Lambda::Permission", "SourceArn");
        t.unset("AWS::Lambda::Permission", "SourceAccount");
    }),
    mutant("I-2", "rotation without permission", |t| t.remove_all("AWS::Lambda::Permission")),
    mutant("I-3", "a foreign role that writes", |t| {
        t.each("AWS::IAM::Role", |p| {
            if p["AssumeRolePolicyDocument"].to_string().contains("UpperAccountId") {
                p["Policies"][0]["PolicyDocument"]["Statement"][0]["Action"] = json!("s3:PutObject");
            }
        });
    }),
    mutant("I-4", "interfaces of one kind only", |t| {
        t.each("AWS::IAM::ManagedPolicy", |p| {
            for statement in p["PolicyDocument"]["Statement"].as_array_mut().unwrap() {
                let text = statement.to_string().replace(":*/*", ":network-interface/*");
                *statement = serde_json::from_str(&text).unwrap();
            }
        });
    }),
    mutant("I-4", "no interfaces at all", |t| t.unset("AWS::IAM::Role", "ManagedPolicyArns")),
    mutant("J-1", "a key for anyone", |t| {
        t.each("AWS::KMS::Key", |p| p["KeyPolicy"]["Statement"][0]["Principal"] = json!("*"));
    }),
    mutant("J-2", "a key that goes with the stack", |t| t.unset_attribute("AWS::KMS::Key", "DeletionPolicy")),
    mutant("J-3", "a key that logs may not use", |t| {
        t.each("AWS::KMS::Key", |p| {
            let statements = p["KeyPolicy"]["Statement"].as_array_mut().unwrap();
            statements.retain(|one| !one["Principal"].to_string().contains("logs."));
        });
    }),
    mutant("N-3", "a reference to nothing", |t| t.set(CLUSTER, "Port", json!({"Ref": "Nothing"}))),
    mutant("audit-values", "a default out of range", |t| {
        t.parameter("BackupRetentionDays")["Default"] = json!(99)
    }),
];

/// The opposite of each requirement of the high-availability brief, and of the parameter-group rules.
const HIGH_AVAILABILITY: &[Mutant] = &[
    mutant("H-P0", "no format version", |t| {
        drop(t.root.as_object_mut().unwrap().remove("AWSTemplateFormatVersion"))
    }),
    mutant("H-P2", "one reader", |t| t.remove_last(INSTANCE)),
    mutant("H-P3", "data that goes with the stack", |t| t.set_attribute(CLUSTER, "DeletionPolicy", "Delete")),
    mutant("H-P3", "no deletion policy", |t| t.unset_attribute(CLUSTER, "DeletionPolicy")),
    mutant("H-P3", "no protection", |t| t.set(CLUSTER, "DeletionProtection", json!(false))),
    mutant("H-P4", "default parameter group", |t| t.unset(CLUSTER, "DBClusterParameterGroupName")),
    mutant("H-P8", "the whole VPC as client", |t| {
        t.each("AWS::EC2::SecurityGroupIngress", |p| {
            p.as_object_mut().unwrap().remove("SourceSecurityGroupId");
            p["CidrIp"] = json!("10.0.0.0/8");
        });
    }),
    mutant("H-P8", "everything outwards", |t| t.unset("AWS::EC2::SecurityGroup", "SecurityGroupEgress")),
    mutant("H-P10", "no second instance in tier 0 or 1", |t| t.set(INSTANCE, "PromotionTier", json!(9))),
    mutant("H-P10", "readers of another size", |t| {
        let first = t.first(INSTANCE);
        t.root["Resources"][first]["Properties"]["DBInstanceClass"] = json!("db.r6g.4xlarge");
    }),
    mutant("H-PC2", "log groups under AWS's key", |t| t.unset("AWS::Logs::LogGroup", "KmsKeyId")),
    mutant("H-PC2", "insights under AWS's key", |t| t.unset(INSTANCE, "PerformanceInsightsKMSKeyId")),
    mutant("H-PC7", "a class that is written out", |t| {
        t.set(INSTANCE, "DBInstanceClass", json!("db.r6g.large"))
    }),
    mutant("F-1", "sync_binlog", |t| t.cluster_parameter("sync_binlog", json!("1"))),
    mutant("F-1", "a misspelt parameter", |t| t.cluster_parameter("binlog_formatt", json!("ROW"))),
    mutant("F-2", "another family", |t| {
        t.set("AWS::RDS::DBClusterParameterGroup", "Family", json!("aurora-mysql5.7"))
    }),
    mutant("F-3", "an audit log that is not written", |t| {
        t.cluster_parameter("server_audit_logging", json!("0"))
    }),
    mutant("F-4", "no TLS", |t| t.cluster_parameter("require_secure_transport", json!("OFF"))),
    mutant("F-5", "a cluster parameter in an instance's group", |t| {
        t.each("AWS::RDS::DBParameterGroup", |p| p["Parameters"]["binlog_format"] = json!("ROW"));
    }),
    mutant("F-6", "READ-COMMITTED that readers ignore", |t| {
        t.each("AWS::RDS::DBParameterGroup", |p| {
            p["Parameters"]["transaction_isolation"] = json!("READ-COMMITTED")
        });
    }),
    mutant("F-7", "2000 connections for every class", |t| {
        t.each("AWS::RDS::DBParameterGroup", |p| p["Parameters"]["max_connections"] = json!("2000"));
    }),
];

/// Mistakes about things that the templates do not have: a right form to add, and the mistake in it.
const ADDED: &[(Change, Mutant)] = &[
    (nat, mutant("mistake-09", "no Elastic IP", |t| t.remove("NatIp"))),
    (nat, mutant("mistake-10", "no AllocationId", |t| t.unset("AWS::EC2::NatGateway", "AllocationId"))),
    (nat, mutant("mistake-11", "one gateway for all zones", |t| t.keep_first("AWS::EC2::NatGateway"))),
    (
        table,
        mutant("mistake-12", "no recovery", |t| {
            t.unset("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification")
        }),
    ),
    (table, mutant("mistake-13", "AWS's own key", |t| t.unset("AWS::DynamoDB::Table", "SSESpecification"))),
    (balancer, mutant("mistake-25", "no health check", |t| t.unset_of("Blue", "HealthCheckPath"))),
    (balancer, mutant("mistake-26", "no health check of green", |t| t.unset_of("Green", "HealthCheckPath"))),
    (
        balancer,
        mutant("mistake-27", "a plain forward", |t| {
            let forward = json!([{"Type": "forward", "TargetGroupArn": {"Ref": "Blue"}}]);
            t.set("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions", forward);
        }),
    ),
];

fn tagged(mut properties: Value) -> Value {
    properties["Tags"] =
        json!(["Environment", "CostCenter", "MigrationPhase"].map(|key| json!({"Key": key, "Value": "x"})));
    properties
}

fn nat(template: &mut Template) {
    for (gateway, ip) in [("Nat", "NatIp"), ("NatB", "NatIpB"), ("NatC", "NatIpC")] {
        template.add(ip, "AWS::EC2::EIP", tagged(json!({"Domain": "vpc"})));
        let allocation = json!({"Fn::GetAtt": [ip, "AllocationId"]});
        template.add(
            gateway,
            "AWS::EC2::NatGateway",
            tagged(json!({"SubnetId": "subnet-1", "AllocationId": allocation})),
        );
    }
}

fn table(template: &mut Template) {
    let cluster = template.first(CLUSTER);
    let key = template.root["Resources"][cluster]["Properties"]["KmsKeyId"].clone();
    let properties = json!({
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
        "SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": key},
    });
    template.add("Sessions", "AWS::DynamoDB::Table", tagged(properties));
    let output = json!({"Description": "d", "Value": {"Ref": "Sessions"}, "Export": {"Name": "sessions"}});
    template.root["Outputs"]["Sessions"] = output;
}

fn balancer(template: &mut Template) {
    for colour in ["Blue", "Green"] {
        let properties = tagged(json!({"Protocol": "HTTP", "HealthCheckPath": "/health"}));
        template.add(colour, "AWS::ElasticLoadBalancingV2::TargetGroup", properties);
    }
    let groups = json!([{"TargetGroupArn": {"Ref": "Blue"}, "Weight": 100}, {"TargetGroupArn": {"Ref": "Green"}, "Weight": 0}]);
    let actions = json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]);
    template.add("Listener", "AWS::ElasticLoadBalancingV2::Listener", json!({"DefaultActions": actions}));
}

fn drop_tag(properties: &mut Value, key: &str) {
    properties["Tags"].as_array_mut().unwrap().retain(|tag| tag["Key"] != key);
}

fn drop_trust_conditions(properties: &mut Value) {
    for statement in properties["AssumeRolePolicyDocument"]["Statement"].as_array_mut().unwrap() {
        statement.as_object_mut().unwrap().remove("Condition");
    }
}

/// Whether a rule reports a warning or an error. It runs alone, which is much faster and changes nothing for it.
fn reports(template: &Template, profile: Profile, id: &str) -> bool {
    let text = format!("{:#}", template.root);
    let audit = Audit::new(profile).only([id.to_owned()]).template("template.json", text);
    let report = audit.run().expect("a template that can be read");
    report.counting().any(|one| one.rule.is_called(id) && one.severity > Severity::Info)
}

fn check(name: &str, profile: Profile, mutants: &[Mutant], missed: &mut Vec<String>) {
    for mutant in mutants {
        let mut template = Template::read(name);
        let before = template.root.clone();
        (mutant.make)(&mut template);
        let unchanged = if template.root == before { " (the mutation changed nothing)" } else { "" };
        if !unchanged.is_empty() || !reports(&template, profile, mutant.id) {
            missed.push(format!("{name}: {} ({}){unchanged}", mutant.id, mutant.what));
        }
    }
}

#[test]
fn every_mistake_in_the_environment_template_is_named() {
    let mut missed = Vec::new();
    check(ENVIRONMENT_TEMPLATE, Profile::Replication, MISTAKES, &mut missed);
    check(ENVIRONMENT_TEMPLATE, Profile::Replication, REPLICATION, &mut missed);
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_mistake_in_the_cluster_template_is_named() {
    let mut missed = Vec::new();
    let own = Template::read(CLUSTER_TEMPLATE);
    // The cluster's template has no functions: their mistakes are made in the other one.
    let applies = |mutant: &&Mutant| {
        if ["mistake-03", "mistake-28"].contains(&mutant.id) {
            return false;
        }
        let mut copy = Template { root: own.root.clone() };
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (mutant.make)(&mut copy))).is_ok()
            && copy.root != own.root
    };
    let applying: Vec<&Mutant> = MISTAKES.iter().filter(applies).collect();
    assert!(applying.len() > 25, "only {} mistakes apply", applying.len());
    for mutant in applying {
        check(CLUSTER_TEMPLATE, Profile::HighAvailability, std::slice::from_ref(mutant), &mut missed);
    }
    check(CLUSTER_TEMPLATE, Profile::HighAvailability, HIGH_AVAILABILITY, &mut missed);
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_mistake_in_what_is_added_is_named_and_the_right_form_passes() {
    let mut wrong = Vec::new();
    for (add, mutant) in ADDED {
        let mut template = Template::read(CLUSTER_TEMPLATE);
        add(&mut template);
        if reports(&template, Profile::HighAvailability, mutant.id) {
            wrong.push(format!("{} is reported of the right form", mutant.id));
        }
        (mutant.make)(&mut template);
        if !reports(&template, Profile::HighAvailability, mutant.id) {
            wrong.push(format!("{} ({}) is not reported", mutant.id, mutant.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_whole_catalogue_is_made() {
    for number in 1..=36 {
        let id = format!("mistake-{number:02}");
        let made =
            MISTAKES.iter().chain(ADDED.iter().map(|(_, mutant)| mutant)).any(|mutant| mutant.id == id);
        assert!(made, "{id} is never made");
    }
}
