//! Rotation under a client that keeps working, with every step repeated and killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use mysql::prelude::Queryable;
use serde_json::{Value, json};

use crate::emulator::Function;
use crate::world::{Environment, World};

const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];

fn event(secret: &str, token: &str, step: &str) -> Value {
    json!({ "SecretId": secret, "ClientRequestToken": token, "Step": step })
}

fn steps(function: &mut Function, secret: &str, token: &str) {
    for step in STEPS {
        for attempt in ["the first time", "again"] {
            let outcome = function.call(&event(secret, token, step));
            assert_eq!(outcome, Ok(Value::Null), "{step} {attempt}");
        }
    }
}

/// What each of a pair of users may do.
fn rights(environment: &Environment, user: &str) -> Vec<String> {
    let mut root = environment.server.connect().expect("root");
    let mut lines: Vec<String> = root.query(format!("SHOW GRANTS FOR '{user}'@'%'")).expect("grants");
    lines.iter_mut().for_each(|line| *line = line.replace(&format!("`{user}`"), "USER"));
    lines
}

#[test]
fn a_client_keeps_working_while_users_alternate() {
    let world = World::deployed(2);
    let staging = world.environment("staging");
    staging.script("CREATE TABLE currency (code CHAR(3) PRIMARY KEY)");
    let secret = &staging.writer_secret;
    let first = world.secret(staging, secret);
    let (stop, worked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    thread::scope(|scope| {
        // A client as sync is one: it keeps its connection, and it logs in anew with what the secret says.
        scope.spawn(|| {
            let mut kept = staging.login(&first).expect("a connection");
            while !stop.load(Ordering::Relaxed) {
                kept.query_drop("SELECT COUNT(*) FROM shop.currency").expect("the old connection works");
                worked.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(5));
            }
        });
        let mut function = world.function(staging, "rotation");
        for (token, user) in [
            ("11111111-aaaa-bbbb-cccc-000000000001", "lockstep_writer_clone"),
            ("11111111-aaaa-bbbb-cccc-000000000002", "lockstep_writer"),
            ("11111111-aaaa-bbbb-cccc-000000000003", "lockstep_writer_clone"),
        ] {
            let before = world.secret(staging, secret);
            steps(&mut function, secret, token);
            let after = world.secret(staging, secret);
            assert_eq!((&after["username"], &after["host"]), (&json!(user), &before["host"]));
            assert_ne!(after["password"], before["password"]);
            staging.login(&after).expect("the new login works");
            staging.login(&before).expect("the login that clients may still hold works");
        }
        stop.store(true, Ordering::Relaxed);
        let logged = format!("{:?}", function.lines());
        let password = world.secret(staging, secret)["password"].as_str().expect("a password").to_owned();
        assert!(!logged.contains(&password), "no password in a log");
    });
    assert!(worked.load(Ordering::Relaxed) > 10);
    assert_eq!(rights(staging, "lockstep_writer_clone"), rights(staging, "lockstep_writer"));
    staging.login(&first).map(drop).expect_err("the first password was replaced in the second rotation");

    // The sync function takes the clone as it took the original, and bootstrap leaves both what they need.
    let answer = world.custom_resource(staging, "database-bootstrap", "Update", &staging.bootstrap());
    assert_eq!(
        answer["Data"]["Accounts"], "lockstep_reader,lockstep_writer,lockstep_writer_clone",
        "{answer}"
    );
    world
        .environment("dev")
        .script("CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY)");
    let planned = crate::sync::plan(&mut world.function(staging, "sync"), "schedule");
    assert_eq!(planned["status"], "planned", "{planned}");
}

#[test]
fn rotation_survives_kills_and_refuses_what_is_none() {
    let world = World::deployed(1);
    let dev = world.environment("dev");
    let (secret, token) = (&dev.reader_secret, "22222222-aaaa-bbbb-cccc-000000000001");
    for (i, step) in STEPS.into_iter().enumerate() {
        for delay in [0, 30, 120] {
            let function = world.function(dev, "rotation");
            function.call_and_kill(&event(secret, token, step), Duration::from_millis(delay));
            dev.login(&world.secret(dev, secret)).expect("whatever the secret says at any moment logs in");
        }
        let outcome = world.function(dev, "rotation").call(&event(secret, token, step));
        assert_eq!(outcome, Ok(Value::Null), "step {i}, {step}, after kills");
    }
    let now = world.secret(dev, secret);
    assert_eq!(now["username"], "lockstep_reader_clone");
    assert_eq!(rights(dev, "lockstep_reader_clone"), rights(dev, "lockstep_reader"));

    let mut function = world.function(dev, "rotation");
    let stranger = "33333333-aaaa-bbbb-cccc-000000000001";
    for step in &STEPS[1..] {
        let (kind, message) = function.call(&event(secret, stranger, step)).expect_err("no pending version");
        assert_eq!(kind, "Refused", "{message}");
    }
    // A pending version that leads to another server must not be given a password there.
    let client = aws_sdk_secretsmanager::Client::new(&world.api.account(dev.account));
    let mut forged = now.clone();
    (forged["username"], forged["host"]) = (json!("lockstep_reader"), json!("127.0.0.2"));
    let put = client.put_secret_value().secret_id(secret).client_request_token(stranger);
    let put = put.secret_string(forged.to_string()).version_stages("AWSPENDING");
    world.api.wait(put.send()).expect("a pending version");
    let (kind, message) = function.call(&event(secret, stranger, "setSecret")).expect_err("another server");
    assert_eq!(kind, "Refused", "{message}");
}
