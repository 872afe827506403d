//! Failures reach the runtime, the log and the metrics.

use serde_json::json;

use crate::emulator::Function;
use crate::sync::plan;
use crate::world::World;

#[test]
fn a_failure_is_answered_logged_and_counted() {
    let mut world = World::deployed(2);
    let staging = world.environment("staging");
    let variables = world.variables(staging, "sync");
    let mut sync = Function::start(&variables);
    let event = json!({ "action": "plan", "run": "run-7", "input": { "trigger": "schedule" } });

    world.put_parameter(staging, "connection/writer", "mysql://127.0.0.1:1/");
    let (kind, message) = sync.call(&event).expect_err("a connection without a secret");
    assert_eq!(kind, "Configuration", "{message}");
    assert!(message.contains("/lockstep/staging/connection/writer"), "{message}");
    let writer = staging.parameters()[0]["Value"].as_str().expect("a value").to_owned();
    world.put_parameter(staging, "connection/writer", &writer);

    world.environments[0].server.stop().expect("dev stops");
    let (kind, message) = sync.call(&event).expect_err("dev is down");
    assert_eq!(kind, "Temporary", "{message}");
    world.environments[0].server.restart().expect("dev starts");

    let (kind, message) = sync.call(&json!({ "action": "destroy", "run": "x" })).expect_err("no such action");
    assert_eq!(kind, "Event", "{message}");
    assert_eq!(sync.metric("SyncFailures"), [1, 1, 1]);
    let errors: Vec<_> = sync.lines().into_iter().filter(|line| line["level"] == "ERROR").collect();
    let kinds: Vec<_> = errors.iter().map(|line| line["errorType"].as_str().expect("a type")).collect();
    assert_eq!(kinds, ["Configuration", "Temporary", "Event"]);

    world.environments[0]
        .script("CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY)");
    assert_eq!(plan(&mut sync, "schedule")["status"], "planned", "the same process goes on");
}

#[test]
fn a_database_that_cannot_be_verified_is_not_spoken_to() {
    let world = World::deployed(2);
    let staging = world.environment("staging");
    let with_bundle = |path: &str| {
        let mut variables = world.variables(staging, "sync");
        variables.retain(|(name, _)| name != "LOCKSTEP_CA_BUNDLE");
        variables.push(("LOCKSTEP_CA_BUNDLE".into(), path.into()));
        let event = json!({ "action": "plan", "run": "run-8" });
        Function::start(&variables).call(&event).expect_err("no trust")
    };
    let (kind, message) = with_bundle("/var/task/global-bundle.pem");
    assert!(kind == "Configuration" && message.contains("--ca-bundle"), "{kind} {message}");
    // dev's authority alone: staging's certificate is not one of its own.
    let other = world.environment("dev").server.authority().expect("TLS").display().to_string();
    let (kind, message) = with_bundle(&other);
    assert!(message.contains("certificate"), "{message}");
    assert_eq!(kind, "Temporary", "{message}");
}
