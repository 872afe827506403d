//! Environments in accounts: a MySQL server with TLS for each cluster, and what the templates make beside it.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use lockstep_sandbox::testing::{self, Kind};
use lockstep_sandbox::{Server, ServerOptions, aurora};
use lockstep_trial::ENVIRONMENTS;
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts};
use serde_json::{Value, json};

use crate::api::Api;
use crate::emulator::{self, Answer, Function};

const TOPOLOGY: &str = r#"
databases = ["shop"]
[environments.dev]
url = "mysql://reader@dev.invalid"
[environments.staging]
url = "mysql://reader@staging.invalid"
[environments.prod]
url = "mysql://reader@prod.invalid"
[[flows]]
from = "dev"
to = "staging"
destructive = "approve"
[[flows]]
from = "staging"
to = "prod"
approval = true
[[reference_tables]]
table = "shop.currency"
[[reference_tables]]
table = "shop.rate"
"#;

/// One environment.
pub(crate) struct Environment {
    pub name: &'static str,
    pub account: &'static str,
    lower: Option<(&'static str, &'static str)>,
    pub server: Server,
    pub writer_secret: String,
    pub reader_secret: String,
    master_secret: String,
}

/// The API server and the environments.
pub(crate) struct World {
    pub api: Api,
    pub environments: Vec<Environment>,
    /// The authorities of all servers in one file, as the bundle of RDS holds those of all regions.
    bundle: tempfile::NamedTempFile,
}

impl World {
    /// The lowest `count` environments, with secrets, topology and buckets, but nothing in the databases.
    pub fn new(count: usize) -> Self {
        let api = Api::start();
        let mut environments = Vec::new();
        for (i, (name, account)) in ENVIRONMENTS.into_iter().take(count).enumerate() {
            let lower = i.checked_sub(1).map(|lower| ENVIRONMENTS[lower]);
            environments.push(environment(&api, name, account, lower));
        }
        let mut bundle = tempfile::NamedTempFile::new().expect("a file");
        for environment in &environments {
            let authority = environment.server.authority().expect("TLS");
            bundle.write_all(&std::fs::read(authority).expect("a certificate")).expect("written");
        }
        Self { api, environments, bundle }
    }

    /// As [`new`](Self::new), bootstrapped, with the connection and state parameters: as a deployed stack leaves it.
    pub fn deployed(count: usize) -> Self {
        let world = Self::new(count);
        for environment in &world.environments {
            let answer =
                world.custom_resource(environment, "database-bootstrap", "Create", &environment.bootstrap());
            assert_eq!(answer["Status"], "SUCCESS", "{answer}");
            for properties in environment.parameters() {
                let answer = world.custom_resource(environment, "secure-parameter", "Create", &properties);
                assert_eq!(answer["Status"], "SUCCESS", "{answer}");
            }
        }
        world
    }

    /// The environment of that name.
    pub fn environment(&self, name: &str) -> &Environment {
        self.environments.iter().find(|e| e.name == name).expect("an environment of this world")
    }

    /// Starts a function of an environment.
    pub fn function(&self, environment: &Environment, function: &str) -> Function {
        Function::start(&self.variables(environment, function))
    }

    /// Calls a custom resource's function and gives the answer that CloudFormation gets.
    pub fn custom_resource(
        &self,
        environment: &Environment,
        function: &str,
        wanted: &str,
        properties: &Value,
    ) -> Value {
        let (url, answers) = emulator::answers(0);
        let event = custom_event(&url, wanted, properties);
        let outcome = self.function(environment, function).call(&event);
        received(&answers, &outcome)
    }

    /// Exactly the variables that the template gives the function, and those that Lambda itself gives.
    pub fn variables(&self, environment: &Environment, function: &str) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = environment.variables(function);
        all.push(("LOCKSTEP_CA_BUNDLE".into(), self.bundle.path().display().to_string()));
        let given: BTreeSet<String> = all.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(given, template_variables(function), "the template's variables of {function}");
        let more = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", environment.account),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        all.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        all.push(("AWS_ENDPOINT_URL".into(), self.api.url()));
        all
    }

    /// A parameter's value in an environment's account.
    pub fn parameter(&self, environment: &Environment, name: &str) -> Option<String> {
        let client = aws_sdk_ssm::Client::new(&self.api.account(environment.account));
        let name = format!("/lockstep/{}/{name}", environment.name);
        let answer = self.api.wait(client.get_parameter().name(name).with_decryption(true).send());
        answer.ok()?.parameter?.value
    }

    /// Writes a parameter, as a person may.
    pub fn put_parameter(&self, environment: &Environment, name: &str, value: &str) {
        let client = aws_sdk_ssm::Client::new(&self.api.account(environment.account));
        let put = client.put_parameter().name(format!("/lockstep/{}/{name}", environment.name)).value(value);
        let put = put.overwrite(true).r#type(aws_sdk_ssm::types::ParameterType::SecureString);
        self.api.wait(put.send()).expect("a value");
    }

    /// A secret's current text.
    pub fn secret(&self, environment: &Environment, arn: &str) -> Value {
        let client = aws_sdk_secretsmanager::Client::new(&self.api.account(environment.account));
        let answer = self.api.wait(client.get_secret_value().secret_id(arn).send()).expect("a secret");
        serde_json::from_str(&answer.secret_string.expect("a text")).expect("JSON")
    }

    fn s3(&self, environment: &Environment) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.api.account(environment.account));
        aws_sdk_s3::Client::from_conf(config.force_path_style(true).build())
    }

    /// Puts an object by its `s3://` address.
    pub fn put_object(&self, environment: &Environment, url: &str, text: &str) {
        let address = url.strip_prefix("s3://").and_then(|url| url.split_once('/'));
        let (bucket, key) = address.expect("a bucket and a key");
        let put = self.s3(environment).put_object().bucket(bucket).key(key);
        self.api.wait(put.body(text.as_bytes().to_vec().into()).send()).expect("an object");
    }

    /// The text of an object by its `s3://` address.
    pub fn object(&self, environment: &Environment, url: &str) -> Option<String> {
        let (bucket, key) = url.strip_prefix("s3://")?.split_once('/')?;
        let client = self.s3(environment);
        self.api.wait(async {
            let object = client.get_object().bucket(bucket).key(key).send().await.ok()?;
            let bytes = object.body.collect().await.ok()?;
            String::from_utf8(bytes.to_vec()).ok()
        })
    }
}

impl Environment {
    /// Runs a script in the database as root.
    pub fn script(&self, script: &str) {
        testing::Endpoint::of(&self.server, Kind::MySql97).run_script("shop", script);
    }

    /// Runs a query as root and gives its only value.
    pub fn value(&self, query: &str) -> Option<String> {
        let row: Option<Option<String>> =
            self.server.connect().expect("root").query_first(query).expect(query);
        row.flatten()
    }

    /// Logs in over TLS as a secret says.
    pub fn login(&self, secret: &Value) -> mysql::Result<Conn> {
        let tls = SslOpts::default().with_root_cert_path(self.server.authority().map(Path::to_owned));
        let text = |key: &str| secret[key].as_str().map(str::to_owned);
        let options = OptsBuilder::new().ip_or_hostname(Some("127.0.0.1")).tcp_port(self.server.port());
        Conn::new(options.user(text("username")).pass(text("password")).ssl_opts(tls).prefer_socket(false))
    }

    /// The properties of its `Custom::DatabaseBootstrap`.
    pub fn bootstrap(&self) -> Value {
        json!({
            "Host": "127.0.0.1",
            "Port": self.server.port().to_string(),
            "MasterSecretArn": self.master_secret,
            "WriterSecretArn": self.writer_secret,
            "ReaderSecretArn": self.reader_secret,
            "TopologyVersion": "1",
        })
    }

    /// The properties of its three `Custom::SecureParameter`s.
    pub fn parameters(&self) -> [Value; 3] {
        let connection = |kind: &str, secret: &str| {
            let value = format!("mysql://127.0.0.1:{}/?secret={secret}&scripts=x", self.server.port());
            self.parameter_properties(&format!("connection/{kind}"), &value, "replace")
        };
        [
            connection("writer", &self.writer_secret),
            connection("reader", &self.reader_secret),
            self.parameter_properties("state", "{}", "keep"),
        ]
    }

    /// The properties of one `Custom::SecureParameter`.
    pub fn parameter_properties(&self, name: &str, value: &str, on_update: &str) -> Value {
        json!({
            "Name": format!("/lockstep/{}/{name}", self.name), "Value": value, "KeyId": self.key(),
            "Description": "of a test", "OnUpdate": on_update,
            "Tags": [{ "Key": "Environment", "Value": self.name }, { "Key": "MigrationPhase", "Value": "run" }],
        })
    }

    /// The environment's own key.
    pub fn key(&self) -> String {
        format!("arn:aws:kms:us-east-1:{}:key/{}", self.account, self.name)
    }

    fn variables(&self, function: &str) -> Vec<(String, String)> {
        let mut out = vec![
            ("FUNCTION", function.to_owned()),
            ("ENVIRONMENT", self.name.into()),
            ("METRIC_NAMESPACE", "SchemaSync".into()),
        ];
        let topology = [
            ("TOPOLOGY_BUCKET", format!("artifacts-{}", self.account)),
            ("TOPOLOGY_KEY", "lockstep.toml".into()),
            ("TOPOLOGY_VERSION", String::new()),
        ];
        match function {
            "secure-parameter" => {}
            "rotation" => out.push(("MASTER_SECRET_ARN", self.master_secret.clone())),
            "database-bootstrap" => out.extend(topology),
            flow => {
                out.extend(topology);
                out.extend(self.flow_variables(flow));
            }
        }
        out.into_iter().map(|(name, value)| (format!("LOCKSTEP_{name}"), value)).collect()
    }

    fn flow_variables(&self, function: &str) -> Vec<(&'static str, String)> {
        let (lower, account) = self.lower.expect("a lower environment");
        let login = if function == "compare" { "reader" } else { "writer" };
        let mut out = vec![
            ("SOURCE", lower.to_owned()),
            ("SOURCE_ROLE_ARN", format!("arn:aws:iam::{account}:role/lockstep-{lower}-sync-source")),
            ("SOURCE_EXTERNAL_ID", format!("lockstep-{lower}-to-{}", self.name)),
            ("SOURCE_PARAMETER", format!("/lockstep/{lower}/connection/reader")),
            ("TARGET_PARAMETER", format!("/lockstep/{}/connection/{login}", self.name)),
        ];
        if function != "compare" {
            out.push(("STATE_PARAMETER", format!("/lockstep/{}/state", self.name)));
            out.push(("KMS_KEY_ARN", self.key()));
        }
        if function != "lag" {
            out.push(("BUDGET_SECONDS", "270".into()));
        }
        if function == "sync" {
            out.push(("SCRIPT_BUCKET", format!("scripts-{}", self.account)));
            out.push(("SCRIPT_PREFIX", "migrations/".into()));
            out.push(("APPROVAL", "by-topology".into()));
        }
        out
    }
}

/// A custom resource's event.
pub(crate) fn custom_event(url: &str, wanted: &str, properties: &Value) -> Value {
    let mut event = json!({
        "RequestType": wanted, "ResponseURL": url, "StackId": "stack", "RequestId": "request",
        "LogicalResourceId": "Resource", "ResourceProperties": properties,
    });
    if wanted != "Create" {
        let name = properties["Name"].as_str().unwrap_or("database-bootstrap");
        event["PhysicalResourceId"] = json!(name);
    }
    event
}

/// The answer that CloudFormation got.
pub(crate) fn received(answers: &Receiver<Value>, outcome: &Answer) -> Value {
    let answer = answers.recv_timeout(Duration::from_secs(20));
    answer.unwrap_or_else(|_| panic!("CloudFormation got no answer; the runtime got {outcome:?}"))
}

fn environment(
    api: &Api,
    name: &'static str,
    account: &'static str,
    lower: Option<(&'static str, &'static str)>,
) -> Environment {
    let server = testing::own(Kind::MySql97, &ServerOptions::for_tests());
    let mut root = server.connect().expect("root");
    let statements = std::iter::once("CREATE DATABASE shop".to_owned());
    for statement in statements.chain(aurora::create_master("master", "Master-1!")) {
        root.query_drop(&statement).expect(&statement);
    }
    let config = api.account(account);
    let secret = |name: &str, text: Value| {
        let client = aws_sdk_secretsmanager::Client::new(&config);
        let made = api.wait(client.create_secret().name(name).secret_string(text.to_string()).send());
        made.expect("a secret").arn.expect("an ARN")
    };
    let user = |user: &str| {
        secret(
            user,
            json!({
                "username": user, "password": format!("first-{user}-of-{name}"), "engine": "mysql",
                "host": "127.0.0.1", "port": server.port(), "dbClusterIdentifier": name,
            }),
        )
    };
    let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
    let s3 = aws_sdk_s3::Client::from_conf(s3);
    for bucket in ["artifacts", "scripts"] {
        api.wait(s3.create_bucket().bucket(format!("{bucket}-{account}")).send()).expect("a bucket");
    }
    let topology = s3.put_object().bucket(format!("artifacts-{account}")).key("lockstep.toml");
    api.wait(topology.body(TOPOLOGY.as_bytes().to_vec().into()).send()).expect("the topology");
    Environment {
        master_secret: secret("master", json!({ "username": "master", "password": "Master-1!" })),
        writer_secret: user("lockstep_writer"),
        reader_secret: user("lockstep_reader"),
        name,
        account,
        lower,
        server,
    }
}

/// The names of the variables that `deploy/environment.json` gives a function.
fn template_variables(function: &str) -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/environment.json");
    let text = std::fs::read_to_string(path).expect(path);
    let template: Value = serde_json::from_str(&text).expect(path);
    let resources = template["Resources"].as_object().expect("resources");
    let mut variables = resources.values().map(|r| &r["Properties"]["Environment"]["Variables"]);
    let variables = variables.find(|v| v["LOCKSTEP_FUNCTION"] == function);
    let variables = variables.unwrap_or_else(|| panic!("the template has no function {function}"));
    variables.as_object().expect("variables").keys().cloned().collect()
}
