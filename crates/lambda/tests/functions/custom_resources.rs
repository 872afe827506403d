//! Custom resources: what they make, and that CloudFormation always gets an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::emulator::{self, Function};
use crate::world::{Environment, World, custom_event, received};

/// What a user is granted, without its name.
fn rights(environment: &Environment, user: &str) -> BTreeSet<String> {
    let mut root = environment.server.connect().expect("root");
    let lines: Vec<String> = root.query(format!("SHOW GRANTS FOR '{user}'@'%'")).expect("grants");
    lines.into_iter().map(|line| line.replace(user, "USER")).collect()
}

#[test]
fn bootstrap_makes_journal_and_users_and_may_run_again() {
    let world = World::new(2);
    let staging = world.environment("staging");
    let run = |wanted| world.custom_resource(staging, "database-bootstrap", wanted, &staging.bootstrap());
    let answer = run("Create");
    assert_eq!(
        (&answer["Status"], &answer["PhysicalResourceId"]),
        (&json!("SUCCESS"), &json!("database-bootstrap"))
    );
    assert_eq!(staging.value("SELECT COUNT(*) FROM lockstep.run").as_deref(), Some("0"));

    let writer = world.secret(staging, &staging.writer_secret);
    let mut login = staging.login(&writer).expect("the writer logs in with the secret's password");
    login.query_drop("CREATE TABLE shop.currency (code CHAR(3) PRIMARY KEY)").expect("the writer's rights");
    login.query_drop("CREATE TABLE shop.customer (id INT PRIMARY KEY)").expect("the writer's rights");
    let denied = login.query_drop("SELECT * FROM shop.customer").expect_err("no reference table");
    assert!(denied.to_string().contains("1142"), "{denied}");
    let plain = mysql::OptsBuilder::new().ip_or_hostname(Some("127.0.0.1")).tcp_port(staging.server.port());
    let plain = plain.user(Some("lockstep_writer")).pass(writer["password"].as_str()).prefer_socket(false);
    mysql::Conn::new(plain).map(drop).expect_err("without TLS there is no login");
    let reader = world.secret(staging, &staging.reader_secret);
    let mut login = staging.login(&reader).expect("the reader logs in");
    login.query_drop("SELECT * FROM shop.currency").expect("a reference table, granted before it was there");
    login.query_drop("CREATE TABLE shop.rate (id INT)").map(drop).expect_err("the reader may not write");

    let before = (rights(staging, "lockstep_reader"), rights(staging, "lockstep_writer"));
    staging.script("GRANT SELECT ON shop.customer TO lockstep_reader@'%'");
    staging.script("ALTER USER lockstep_writer@'%' IDENTIFIED BY 'lost'");
    assert_eq!(run("Update")["Status"], "SUCCESS");
    assert_eq!((rights(staging, "lockstep_reader"), rights(staging, "lockstep_writer")), before);
    staging.login(&writer).expect("the password is the secret's again");
    assert_eq!(run("Delete")["Status"], "SUCCESS");
    staging.login(&writer).expect("a deletion leaves the database as it is");

    // No flow leads into dev: its writer is there, for rotation, and may do nothing.
    let dev = world.environment("dev");
    let answer = world.custom_resource(dev, "database-bootstrap", "Create", &dev.bootstrap());
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    let idle = rights(dev, "lockstep_writer");
    assert_eq!(idle, BTreeSet::from(["GRANT USAGE ON *.* TO `USER`@`%`".to_owned()]));
}

#[test]
fn a_parameter_is_encrypted_with_the_given_key_and_kept_or_replaced() {
    let world = World::new(1);
    let dev = world.environment("dev");
    let client = aws_sdk_ssm::Client::new(&world.api.account(dev.account));
    let run =
        |wanted: &str, properties: &Value| world.custom_resource(dev, "secure-parameter", wanted, properties);
    let state = dev.parameter_properties("state", "{}", "keep");
    let answer = run("Create", &state);
    assert_eq!(answer["PhysicalResourceId"], "/lockstep/dev/state", "{answer}");
    assert!(!answer.to_string().contains("{}\""), "the answer does not hold the value: {answer}");

    let described =
        world.api.wait(client.describe_parameters().send()).expect("parameters").parameters.expect("one");
    assert_eq!(described[0].key_id.as_deref(), Some(dev.key().as_str()));
    assert_eq!(described[0].r#type, Some(aws_sdk_ssm::types::ParameterType::SecureString));

    world.put_parameter(dev, "state", "written by sync");
    for wanted in ["Create", "Update"] {
        assert_eq!(run(wanted, &state)["Status"], "SUCCESS");
        assert_eq!(world.parameter(dev, "state").as_deref(), Some("written by sync"), "{wanted}");
    }
    let connection = |value: &str| dev.parameter_properties("connection/reader", value, "replace");
    assert_eq!(run("Create", &connection("one"))["Status"], "SUCCESS");
    assert_eq!(run("Update", &connection("two"))["Status"], "SUCCESS");
    assert_eq!(world.parameter(dev, "connection/reader").as_deref(), Some("two"));
    for _ in 0..2 {
        assert_eq!(run("Delete", &connection("two"))["Status"], "SUCCESS");
        assert_eq!(world.parameter(dev, "connection/reader"), None);
    }
}

#[test]
fn a_parameter_has_the_resources_tags() {
    let world = World::new(1);
    let dev = world.environment("dev");
    let client = aws_sdk_ssm::Client::new(&world.api.account(dev.account));
    let tags = || -> BTreeMap<String, String> {
        let list = client.list_tags_for_resource().resource_id("/lockstep/dev/state");
        let list = list.resource_type(aws_sdk_ssm::types::ResourceTypeForTagging::Parameter);
        let list = world.api.wait(list.send()).expect("tags").tag_list.unwrap_or_default();
        list.into_iter().map(|tag| (tag.key, tag.value)).collect()
    };
    for (wanted, on_update, phase) in
        [("Create", "keep", "plan"), ("Update", "keep", "run"), ("Update", "replace", "end")]
    {
        let mut properties = dev.parameter_properties("state", "{}", on_update);
        properties["Tags"][1]["Value"] = json!(phase);
        let answer = world.custom_resource(dev, "secure-parameter", wanted, &properties);
        assert_eq!(answer["Status"], "SUCCESS", "{answer}");
        let given = [("Environment", "dev"), ("MigrationPhase", phase)];
        assert_eq!(tags(), given.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    }
}

#[test]
fn cloudformation_always_gets_an_answer() {
    let world = World::new(1);
    let dev = world.environment("dev");
    let answered = |function: &str, event: &Value, limit: u64, refusals: usize| {
        let (url, answers) = emulator::answers(refusals);
        let mut event = event.clone();
        event["ResponseURL"] = json!(url);
        let mut process = world.function(dev, function);
        let outcome = process.call_within(&event, Duration::from_secs(limit));
        received(&answers, &outcome)
    };
    let mut unreachable = dev.bootstrap();
    // A blackhole: connections are neither taken nor refused (RFC 5737, documentation addresses).
    unreachable["Host"] = json!("192.0.2.1");
    let event = |properties: &Value| custom_event("", "Create", properties);
    let cases = [
        ("a missing property", event(&json!({})), 60, "Configuration"),
        ("a request that nobody knows", json!({ "RequestType": "Borrow" }), 60, "Event"),
        ("no time left", event(&unreachable), 10, "Temporary"),
    ];
    for (what, event, limit, reason) in cases {
        let answer = answered("database-bootstrap", &event, limit, 0);
        assert_eq!(answer["Status"], "FAILED", "{what}: {answer}");
        assert_eq!(answer["PhysicalResourceId"], "not-created", "{what}: {answer}");
        assert!(answer["Reason"].as_str().expect("a reason").starts_with(reason), "{what}: {answer}");
    }
    let answer = answered("secure-parameter", &event(&dev.parameters()[2]), 60, 2);
    assert_eq!(answer["Status"], "SUCCESS", "two answers were refused, the third was taken: {answer}");

    // CloudFormation deletes what could not be created: that must not touch a parameter.
    let mut event = custom_event("", "Delete", &dev.parameters()[2]);
    event["PhysicalResourceId"] = json!("not-created");
    assert_eq!(answered("secure-parameter", &event, 60, 0)["Status"], "SUCCESS");
    assert_eq!(world.parameter(dev, "state").as_deref(), Some("{}"));

    // So it does with an id of its own making, when the creation was cancelled before there was an answer.
    let own = "lockstep-dev-SyncState-1ABCDEFGHIJKL";
    let client = aws_sdk_ssm::Client::new(&world.api.account(dev.account));
    let put = client.put_parameter().name(own).value("of someone else");
    world.api.wait(put.r#type(aws_sdk_ssm::types::ParameterType::String).send()).expect("a parameter");
    for function in ["secure-parameter", "database-bootstrap"] {
        event["PhysicalResourceId"] = json!(own);
        let answer = answered(function, &event, 60, 0);
        assert_eq!((&answer["Status"], &answer["PhysicalResourceId"]), (&json!("SUCCESS"), &json!(own)));
    }
    world.api.wait(client.get_parameter().name(own).send()).expect("it was left alone");
}

#[test]
fn a_wrong_function_name_is_told_at_each_event() {
    let mut function = Function::start(&[("LOCKSTEP_FUNCTION".into(), "snyc".into())]);
    for _ in 0..2 {
        let (kind, message) = function.call(&json!({})).expect_err("no such function");
        assert_eq!(kind, "Configuration");
        assert!(message.contains("snyc") && message.contains("sync, lag"), "{message}");
    }
}
