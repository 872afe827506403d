//! Three accounts from nothing to all phases, an update, refusals, and away again; looked at from outside.

use std::collections::BTreeSet;

use lockstep_trial::{ENVIRONMENTS, SETTINGS};
use serde_json::{Value, json};

use super::{Accounts, Cli, Ran, lookup};

#[test]
fn three_accounts_are_deployed_updated_and_taken_away() {
    let accounts = Accounts::new(3, Cli::One);
    accounts.configure(&SETTINGS);
    all_at_the_same_time(&accounts);
    let stacks = stacks(&accounts);
    parameters_of_all_phases(&stacks);
    protected_and_tagged(&accounts, &stacks);
    encrypted_with_the_own_key(&accounts, &stacks);
    buckets_are_private(&accounts, &stacks[1]);
    what_the_server_drops(&accounts, &stacks[1]);
    roles_trust_whom_they_should(&accounts, &stacks[1]);
    schedules_and_routes(&accounts);
    databases_are_set_up(&accounts);

    let nothing = "nothing to do";
    let again = accounts.deploy(&["--yes", "--only", "dev"]).expect(0, &[nothing]);
    assert_eq!(again.err.matches(nothing).count(), 4, "each phase: {}", again.err);
    assert!(!again.err.contains("uploaded"), "{}", again.err);

    an_update_changes_what_it_should(&accounts);
    losing_a_cluster_is_refused(&accounts);
    away_again(&accounts);
}

/// No creation can end before its database lets it, and none is let go before all have come so far.
fn all_at_the_same_time(accounts: &Accounts) {
    let mut held = ENVIRONMENTS.map(|(name, _)| (name, Some(accounts.hold(name))));
    let mut at_work = BTreeSet::new();
    let ran = accounts.deploy_watched(|line| {
        if let Some((name, _)) = line.split_once(": CREATE_IN_PROGRESS DatabaseBootstrap ") {
            at_work.insert(name.to_owned());
        }
        if at_work.len() == held.len() {
            held.iter_mut().for_each(|(_, lock)| *lock = None);
        }
    });
    let ran = ran.expect(0, &["schedule on", "schedule off", "dev: create stack lockstep-dev"]);
    for phase in ["keys", "dev"] {
        // Every change set is shown before the first is executed.
        let shown = ran.err.rfind(&format!(": create stack lockstep-{phase}"));
        let begun = ran.err.find(&format!("CREATE_IN_PROGRESS lockstep-{phase} "));
        assert!(shown.is_some() && shown < begun, "{phase}: {}", ran.err);
    }
    let peerings = [
        "UPDATE_COMPLETE lockstep-dev ",
        "staging: update stack",
        "UPDATE_COMPLETE lockstep-staging ",
        "prod: update",
    ];
    let places =
        peerings.map(|words| ran.err.find(words).unwrap_or_else(|| panic!("`{words}`: {}", ran.err)));
    assert!(places.is_sorted(), "peerings, one after the other: {}", ran.err);
}

fn parameter(stack: &Value, name: &str) -> String {
    lookup(&stack["Parameters"], "Parameter", name).unwrap_or_default().to_owned()
}

fn output(stack: &Value, name: &str) -> String {
    lookup(&stack["Outputs"], "Output", name).unwrap_or_default().to_owned()
}

/// The stacks of all environments, lowest first.
fn stacks(accounts: &Accounts) -> [Value; 3] {
    ENVIRONMENTS.map(|(name, _)| accounts.stack(name))
}

fn parameters_of_all_phases([dev, staging, prod]: &[Value; 3]) {
    for (lower, upper) in [(dev, staging), (staging, prod)] {
        assert_eq!(parameter(upper, "LowerVpcId"), output(lower, "VpcId"));
        assert_eq!(parameter(upper, "LowerPeeringRoleArn"), output(lower, "PeeringAcceptRoleArn"));
        assert_eq!(parameter(lower, "UpperVpcId"), output(upper, "VpcId"));
        let peering = output(upper, "PeeringConnectionId");
        assert!(peering.starts_with("pcx-"), "{peering}");
        assert_eq!(parameter(lower, "UpperPeeringConnectionId"), peering);
    }
    assert_eq!(parameter(dev, "LowerVpcId") + &parameter(prod, "UpperVpcId"), "", "nothing beyond the ends");
    assert_eq!(parameter(dev, "Schedule") + &parameter(prod, "Schedule"), "offoff");
    assert_eq!(parameter(staging, "Schedule"), "on");
    assert_eq!(parameter(prod, "ReaderCount"), "2");
    for stack in [dev, staging, prod] {
        assert_eq!(parameter(stack, "DeployerRoleName"), "deployer");
        assert!(!parameter(stack, "FunctionsVersion").is_empty(), "{stack:#}");
        assert!(!parameter(stack, "TopologyVersion").is_empty(), "{stack:#}");
    }
}

fn protected_and_tagged(accounts: &Accounts, stacks: &[Value; 3]) {
    let wanted: Value =
        serde_json::from_str(&std::fs::read_to_string(accounts.path("stack-policy.json")).expect("a policy"))
            .expect("JSON");
    for ((name, _), stack) in ENVIRONMENTS.iter().zip(stacks) {
        assert_eq!(stack["EnableTerminationProtection"], true, "{name}");
        let words = format!("cloudformation get-stack-policy --stack-name lockstep-{name}");
        let policy = accounts.aws(name, &words)["StackPolicyBody"].as_str().map(str::to_owned);
        let policy: Value = serde_json::from_str(&policy.expect("a policy")).expect("JSON");
        assert_eq!(policy, wanted, "{name}");
    }
    let keys = accounts.aws("prod", "cloudformation describe-stacks --stack-name lockstep-keys");
    assert_eq!(keys["Stacks"][0]["EnableTerminationProtection"], true);
    let vpc = output(&stacks[2], "VpcId");
    let tags = accounts.aws("prod", &format!("ec2 describe-tags --filters Name=resource-id,Values={vpc}"));
    let tag = |key: &str| {
        let tags = tags["Tags"].as_array().expect("tags");
        tags.iter().find(|tag| tag["Key"] == key).map(|tag| tag["Value"].clone())
    };
    assert_eq!(tag("Environment"), Some(json!("prod")), "{tags:#}");
    assert_eq!(tag("CostCenter"), Some(json!("CC-1")), "{tags:#}");
}

/// The account's key, made by the keys' stack, encrypts what the environment's stack made.
fn encrypted_with_the_own_key(accounts: &Accounts, stacks: &[Value; 3]) {
    for ((name, account), stack) in ENVIRONMENTS.into_iter().zip(stacks) {
        let key = parameter(stack, "KmsKeyArn");
        assert!(key.contains(&format!(":{account}:key/")), "{key}");
        // SecureStrings, made by the real function: CloudFormation has no type for them.
        let parameters = accounts.aws(name, "ssm describe-parameters");
        let parameters = parameters["Parameters"].as_array().expect("parameters");
        assert_eq!(parameters.len(), 3, "two connections and the state");
        for parameter in parameters {
            assert_eq!((&parameter["Type"], &parameter["KeyId"]), (&json!("SecureString"), &json!(key)));
        }
    }
    let stack = &stacks[1];
    let key = json!(parameter(stack, "KmsKeyArn"));
    for secret in [output(stack, "SyncSecretArn"), output(stack, "ReaderSecretArn")] {
        let secret = accounts.aws("staging", &format!("secretsmanager describe-secret --secret-id {secret}"));
        assert_eq!(secret["KmsKeyId"], key);
    }
    let queue = output(stack, "FailureQueueUrl");
    let words = format!("sqs get-queue-attributes --queue-url {queue} --attribute-names KmsMasterKeyId");
    assert_eq!(accounts.aws("staging", &words)["Attributes"]["KmsMasterKeyId"], key);
    let groups = accounts.aws("staging", "logs describe-log-groups");
    let groups = groups["logGroups"].as_array().expect("groups");
    let named = |g: &&Value| g["logGroupName"].as_str().is_some_and(|name| name.contains("lockstep-staging"));
    let own: Vec<&Value> = groups.iter().filter(named).collect();
    assert_eq!(own.len(), 12, "{groups:#?}");
    assert!(own.iter().all(|group| group["kmsKeyId"] == key), "{own:#?}");
}

fn buckets_are_private(accounts: &Accounts, stack: &Value) {
    let bucket = output(stack, "BucketName");
    let about = |what: &str| accounts.try_aws("staging", &format!("s3api {what} --bucket {bucket}"));
    let blocked = about("get-public-access-block").expect("an answer");
    let blocked = blocked["PublicAccessBlockConfiguration"].as_object().expect("four").clone();
    assert!(blocked.len() == 4 && blocked.values().all(|value| *value == true), "{blocked:#?}");
    assert_eq!(about("get-bucket-versioning").expect("an answer")["Status"], "Enabled");
    let policy = about("get-bucket-policy").expect("an answer")["Policy"].to_string();
    for word in ["OnlyOverTls", "OnlyThisAccount", &parameter(stack, "KmsKeyArn")] {
        assert!(policy.contains(word), "{policy}");
    }
}

/// What the server takes and does not keep, so that nothing is claimed of it. When one of these fails, the server
/// has learned it: look at the value then.
fn what_the_server_drops(accounts: &Accounts, stack: &Value) {
    let topic = output(stack, "TopicArn");
    let topic = accounts.aws("staging", &format!("sns get-topic-attributes --topic-arn {topic}"));
    assert_eq!(topic["Attributes"]["KmsMasterKeyId"], Value::Null);
    let clusters = accounts.aws("staging", "rds describe-db-clusters");
    assert_eq!(clusters["DBClusters"][0]["StorageEncrypted"], true);
    assert_eq!(clusters["DBClusters"][0]["KmsKeyId"], "");
    let bucket = output(stack, "BucketName");
    let about = |what: &str| accounts.try_aws("staging", &format!("s3api {what} --bucket {bucket}"));
    let lifecycle = about("get-bucket-lifecycle-configuration");
    assert!(lifecycle.is_err_and(|error| error.contains("NoSuchLifecycleConfiguration")));
    assert!(about("get-bucket-encryption").expect("an answer").to_string().contains("AES256"));
    eprintln!("not kept by the server: keys of topic, cluster and bucket; the bucket's lifecycle");
}

/// The lower environment lets in three exact roles of the higher one; nobody is let in to the highest.
fn roles_trust_whom_they_should(accounts: &Accounts, staging: &Value) {
    let role = accounts.aws("staging", "iam get-role --role-name lockstep-staging-sync-source");
    let trust = &role["Role"]["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"]["AWS"], "arn:aws:iam::333333333333:root");
    let roles =
        ["sync", "lag", "compare"].map(|f| format!("arn:aws:iam::333333333333:role/lockstep-prod-{f}"));
    assert_eq!(trust["Condition"]["ArnEquals"]["aws:PrincipalArn"], json!(roles));
    assert_eq!(trust["Condition"]["StringEquals"]["sts:ExternalId"], "lockstep-staging-to-prod");
    let none = accounts.try_aws("prod", "iam get-role --role-name lockstep-prod-sync-source");
    assert!(none.is_err_and(|error| error.contains("NoSuchEntity")));
    let accept = output(staging, "PeeringAcceptRoleArn");
    let accept = accept.rsplit('/').next().expect("a name").to_owned();
    let accept = accounts.aws("staging", &format!("iam get-role --role-name {accept}"));
    let trust = &accept["Role"]["AssumeRolePolicyDocument"]["Statement"][0];
    let deployer = &trust["Condition"]["ArnEquals"]["aws:PrincipalArn"];
    assert_eq!(deployer, "arn:aws:iam::333333333333:role/deployer");
}

fn schedules_and_routes(accounts: &Accounts) {
    for (name, state) in [("staging", "ENABLED"), ("prod", "DISABLED")] {
        let rules = accounts.aws(name, "events list-rules");
        let rules = rules["Rules"].as_array().expect("rules").iter();
        let scheduled: Vec<&Value> = rules.filter(|rule| rule["ScheduleExpression"].is_string()).collect();
        assert_eq!(scheduled.len(), 2, "the workflow's and the probe's: {scheduled:#?}");
        assert!(scheduled.iter().all(|rule| rule["State"] == state), "{name}: {scheduled:#?}");
    }
    let tables = accounts.aws("staging", "ec2 describe-route-tables");
    let routes = tables["RouteTables"].as_array().expect("tables").iter();
    let mut peered: Vec<String> = routes
        .flat_map(|table| table["Routes"].as_array().expect("routes"))
        .filter(|route| route["VpcPeeringConnectionId"].is_string())
        .map(|route| route["DestinationCidrBlock"].as_str().unwrap_or_default().to_owned())
        .collect();
    peered.sort_unstable();
    assert_eq!(peered, ["10.1.0.0/22", "10.3.10.0/23"], "down to dev's databases, back to prod's functions");
}

/// The real function has set up the real servers, over TLS, with the logins of the generated secrets.
fn databases_are_set_up(accounts: &Accounts) {
    for (name, _) in ENVIRONMENTS {
        let users = accounts.rows(name, "SELECT user FROM mysql.user WHERE user LIKE 'lockstep%' ORDER BY 1");
        assert_eq!(users, ["lockstep_reader", "lockstep_views", "lockstep_writer"], "{name}");
        let databases = accounts.rows(name, "SHOW DATABASES LIKE 'lockstep'");
        assert_eq!(databases, ["lockstep"], "{name}: the journal");
    }
}

/// New code and a changed parameter; what later phases set stays.
fn an_update_changes_what_it_should(accounts: &Accounts) {
    let before = stacks(accounts);
    let mut lines = SETTINGS;
    lines[1] = "parameters = { LogRetentionDays = 180 }";
    accounts.configure(&lines);
    accounts.write_zip(true);
    let topology = std::fs::read_to_string(accounts.path("lockstep.toml")).expect("a topology");
    accounts.write("lockstep.toml", &format!("{topology}\n# reviewed\n"));
    accounts
        .deploy(&["--yes", "--only", "staging"])
        .expect(0, &["LogRetentionDays: 90 → 180", "TopologyVersion: ", "peerings: nothing to do"]);
    let after = stacks(accounts);
    let changed = |i: usize, name: &str| parameter(&before[i], name) != parameter(&after[i], name);
    assert!(changed(1, "TopologyVersion") && changed(1, "LogRetentionDays"));
    assert!(!changed(0, "TopologyVersion") && !changed(2, "TopologyVersion"), "only staging");
    for name in ["LowerVpcId", "UpperVpcId", "UpperPeeringConnectionId", "Schedule"] {
        assert!(!changed(1, name), "{name}");
    }
}

/// Another first database would be another cluster.
fn losing_a_cluster_is_refused(accounts: &Accounts) {
    let mut lines = SETTINGS;
    lines[2] = "schedule = \"off\"\nparameters = { DatabaseName = \"cards\", ReaderCount = 2, ZoneCount = 3, AwsBackup = true }";
    accounts.configure(&lines);
    accounts.deploy(&["--yes", "--only", "prod"]).expect(
        3,
        &[
            "DatabaseName: payments → cards",
            "!! Replace  DatabaseCluster",
            "replaces or removes DatabaseCluster (AWS::RDS::DBCluster)",
            "--allow destructive",
        ],
    );
    let sets = accounts.aws("prod", "cloudformation list-change-sets --stack-name lockstep-prod");
    assert!(!sets.to_string().contains("AVAILABLE"), "none is left that can be executed: {sets:#}");
}

fn away_again(accounts: &Accounts) {
    let file = accounts.path("accounts.toml");
    let next = format!("lockstep deploy --config {} --destroy --only staging", file.display());
    accounts.deploy(&["--destroy", "--yes"]).expect(3, &["no terminal to confirm on", "--confirm prod"]);
    accounts
        .deploy(&["--destroy", "--only", "dev", "--confirm", "dev"])
        .expect(3, &["staging still reads from dev", "the higher environment goes first", &next]);
    assert_eq!(accounts.stack("dev")["EnableTerminationProtection"], true, "nothing was changed");

    let bucket = output(&accounts.stack("prod"), "BucketName");
    let gone = accounts.deploy(&["--destroy", "--confirm", "dev,staging,prod"]);
    let gone = gone.expect(0, &["Schedule: on → off", "BackupVault lockstep-prod stays", "key arn:aws:kms"]);
    order_of_deletion(&gone);
    for (name, _) in ENVIRONMENTS {
        let none = accounts
            .try_aws(name, &format!("cloudformation describe-stacks --stack-name lockstep-{name}"))
            .expect_err("it is gone");
        assert!(none.contains("does not exist"), "{none}");
        let snapshots = accounts.aws(name, "rds describe-db-cluster-snapshots");
        let snapshot = snapshots["DBClusterSnapshots"][0]["DBClusterSnapshotIdentifier"].as_str();
        let snapshot =
            snapshot.unwrap_or_else(|| panic!("{name}: the final snapshot is kept: {snapshots:#}"));
        assert!(gone.out.contains(&format!("snapshot {snapshot} stays")), "{}", gone.out);
        let parameters = accounts.aws(name, "ssm describe-parameters");
        assert_eq!(parameters["Parameters"], json!([]), "the function has deleted its parameters");
    }
    accounts.aws("prod", &format!("s3api head-bucket --bucket {bucket}"));
}

/// Schedules first, then the highest environment.
fn order_of_deletion(gone: &Ran) {
    let at = |words: &str| gone.err.find(words).unwrap_or_else(|| panic!("`{words}` in {}", gone.err));
    let places = [
        at("Schedule: on → off"),
        at("DELETE_COMPLETE lockstep-prod "),
        at("DELETE_COMPLETE lockstep-staging "),
        at("DELETE_COMPLETE lockstep-dev "),
    ];
    assert!(places.is_sorted(), "{}", gone.err);
}
