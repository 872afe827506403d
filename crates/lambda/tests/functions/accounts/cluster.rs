//! `deploy/cluster.json`, the highly available cluster alone: created by hand with the AWS CLI, as docs/aws-by-hand.md says,
//! looked at from outside, and deleted.

use std::collections::BTreeSet;
use std::fs;

use lockstep_trial::{ApiServer, StoodIn};
use serde_json::{Value, json};

use super::{answer, lookup};

const STACK: &str = "payments-prod";
const ACCOUNT: &str = "333333333333";

/// An account with the template in a bucket.
struct Account {
    api: ApiServer,
    stood_in: StoodIn,
    folder: tempfile::TempDir,
}

impl Account {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let text = lockstep_trial::repository_file("cluster.json").expect("a template");
        let stood_in = lockstep_trial::cluster(&text).expect("stand-ins");
        stood_in.changes.iter().for_each(|change| eprintln!("{change}"));
        fs::write(folder.path().join("cluster.json"), stood_in.template.to_string()).expect("a file");
        let api = ApiServer::start(folder.path()).unwrap_or_else(|error| panic!("{error:#}"));
        Self { api, stood_in, folder }
    }

    fn try_aws(&self, words: &str) -> Result<Value, String> {
        let cli = lockstep_trial::tools().expect("a cache folder");
        answer(lockstep_trial::aws(&cli, &self.api.url(), ACCOUNT, words).expect("a command"))
    }

    #[track_caller]
    fn aws(&self, words: &str) -> Value {
        self.try_aws(words).unwrap_or_else(|error| panic!("aws {words}: {error}"))
    }

    fn create(&self) {
        let file = self.folder.path().join("cluster.json");
        self.aws("s3api create-bucket --bucket templates");
        self.aws(&format!(
            "s3api put-object --bucket templates --key cluster.json --body {}",
            file.display()
        ));
        self.aws(&format!(
            "cloudformation create-stack --stack-name {STACK} --capabilities CAPABILITY_IAM --template-url {}/templates/cluster.json \
             --parameters ParameterKey=Environment,ParameterValue=prod ParameterKey=CostCenter,ParameterValue=CC-1 \
             ParameterKey=AwsBackup,ParameterValue=true ParameterKey=AlarmEmail,ParameterValue=operations@example.com",
            self.api.url()
        ));
        let waited = self.try_aws(&format!("cloudformation wait stack-create-complete --stack-name {STACK}"));
        let failed =
            "StackEvents[?contains(ResourceStatus,'FAILED')].[LogicalResourceId,ResourceStatusReason]";
        let events = || {
            self.aws(&format!("cloudformation describe-stack-events --stack-name {STACK} --query {failed}"))
        };
        assert!(waited.is_ok(), "{:#}", events());
    }

    /// Logical ids of a section of the template that exist without the proxy.
    fn wanted(&self, section: &str) -> BTreeSet<String> {
        let all = self.stood_in.template[section].as_object().expect("a section").iter();
        all.filter(|(_, one)| one["Condition"] != "HasProxy").map(|(id, _)| id.clone()).collect()
    }
}

#[test]
fn the_cluster_alone_is_created_and_deleted() {
    let account = Account::new();
    account.create();
    let words = format!("cloudformation describe-stacks --stack-name {STACK}");
    let stack = account.aws(&words)["Stacks"][0].clone();
    everything_is_there(&account, &stack);
    let output = |name: &str| lookup(&stack["Outputs"], "Output", name).unwrap_or_default().to_owned();
    three_instances_in_three_zones(&account, &output("ClusterIdentifier"));
    nothing_leads_out(&account, &output("VpcId"));
    keys(&account, &output("KmsKeyArn"));
    somebody_is_told(&account, &output("TopicArn"));

    account.aws(&format!(
        "rds modify-db-cluster --db-cluster-identifier {} --no-deletion-protection --apply-immediately",
        output("ClusterIdentifier")
    ));
    account.aws(&format!("cloudformation delete-stack --stack-name {STACK}"));
    account.aws(&format!("cloudformation wait stack-delete-complete --stack-name {STACK}"));
    let snapshots = account.aws("rds describe-db-cluster-snapshots");
    assert_eq!(snapshots["DBClusterSnapshots"].as_array().map(Vec::len), Some(1), "{snapshots:#}");
    let key = account.aws(&format!("kms describe-key --key-id {}", output("KmsKeyArn")));
    assert_eq!(key["KeyMetadata"]["KeyState"], "Enabled", "what the snapshot needs stays");
}

/// Every resource and every output with its export.
fn everything_is_there(account: &Account, stack: &Value) {
    let resources = account.aws(&format!("cloudformation list-stack-resources --stack-name {STACK}"));
    let made = |one: &&Value| one["ResourceStatus"] == "CREATE_COMPLETE";
    let resources = resources["StackResourceSummaries"].as_array().expect("resources").iter().filter(made);
    let resources: BTreeSet<String> = resources.filter_map(|one| text(&one["LogicalResourceId"])).collect();
    assert_eq!(resources, account.wanted("Resources"));

    let outputs = stack["Outputs"].as_array().expect("outputs").iter();
    let filled = outputs.filter(|one| one["OutputValue"].as_str().is_some_and(|value| !value.is_empty()));
    let filled: BTreeSet<String> = filled.filter_map(|one| text(&one["OutputKey"])).collect();
    let wanted = account.wanted("Outputs");
    assert_eq!(filled, wanted);
    let exports = account.aws("cloudformation list-exports");
    let exports = exports["Exports"].as_array().expect("exports").iter();
    let exports: BTreeSet<String> = exports.filter_map(|one| text(&one["Name"])).collect();
    assert_eq!(exports, wanted.iter().map(|name| format!("{STACK}-{name}")).collect());
}

fn three_instances_in_three_zones(account: &Account, cluster: &str) {
    let clusters = account.aws(&format!("rds describe-db-clusters --db-cluster-identifier {cluster}"));
    let cluster = &clusters["DBClusters"][0];
    for (key, wanted) in [
        ("Engine", json!("aurora-mysql")),
        ("DatabaseName", json!("payments")),
        ("StorageEncrypted", json!(true)),
        ("DeletionProtection", json!(true)),
        ("BackupRetentionPeriod", json!(7)),
    ] {
        assert_eq!(cluster[key], wanted, "{key}: {cluster:#}");
    }
    let members = cluster["DBClusterMembers"].as_array().expect("members");
    // Which one writes is Aurora's to say; the API server calls all of them writers.
    let mut tiers: Vec<i64> = members.iter().filter_map(|member| member["PromotionTier"].as_i64()).collect();
    tiers.sort_unstable();
    assert_eq!(tiers, [0, 1, 1], "{members:#?}");
    let instances = account.aws("rds describe-db-instances");
    let instances = instances["DBInstances"].as_array().expect("instances");
    let zones: BTreeSet<&str> =
        instances.iter().filter_map(|instance| instance["AvailabilityZone"].as_str()).collect();
    assert_eq!((instances.len(), zones.len()), (3, 3), "{zones:?}");
    for instance in instances {
        assert_eq!(
            (&instance["PubliclyAccessible"], &instance["DBInstanceClass"]),
            (&json!(false), &json!("db.r6g.large"))
        );
        assert_eq!(instance["MonitoringInterval"], 60, "{instance:#}");
    }
}

fn nothing_leads_out(account: &Account, vpc: &str) {
    let gateways = account.aws("ec2 describe-internet-gateways");
    let attached = gateways["InternetGateways"].to_string().contains(vpc);
    assert!(!attached, "{gateways:#}");
    let tables = account.aws(&format!("ec2 describe-route-tables --filters Name=vpc-id,Values={vpc}"));
    let routes = tables["RouteTables"].as_array().expect("tables").iter();
    let outward = routes
        .flat_map(|table| table["Routes"].as_array().expect("routes"))
        .filter(|route| route["DestinationCidrBlock"] == "0.0.0.0/0");
    assert_eq!(outward.count(), 0, "{tables:#}");
}

fn keys(account: &Account, key: &str) {
    let rotation = account.aws(&format!("kms get-key-rotation-status --key-id {key}"));
    assert_eq!(rotation["KeyRotationEnabled"], true);
    let groups = account.aws("logs describe-log-groups");
    let groups = groups["logGroups"].as_array().expect("groups");
    assert!(groups.len() >= 5 && groups.iter().all(|group| group["kmsKeyId"] == key), "{groups:#?}");
}

/// Every alarm goes to the topic, and the topic to the address.
fn somebody_is_told(account: &Account, topic: &str) {
    let alarms = account.aws("cloudwatch describe-alarms");
    let alarms = alarms["MetricAlarms"].as_array().expect("alarms");
    let wanted = account.stood_in.template["Resources"].as_object().expect("resources").values();
    let wanted = wanted.filter(|one| one["Type"] == "AWS::CloudWatch::Alarm").count();
    assert_eq!(alarms.len(), wanted);
    assert!(alarms.iter().all(|alarm| alarm["AlarmActions"] == json!([topic])), "{alarms:#?}");
    let subscribed = account.aws(&format!("sns list-subscriptions-by-topic --topic-arn {topic}"));
    assert_eq!(subscribed["Subscriptions"][0]["Endpoint"], "operations@example.com", "{subscribed:#}");
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
