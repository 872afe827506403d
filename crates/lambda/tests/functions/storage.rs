//! The script bucket as S3 is and the local API server is not, and what lies in it already.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::emulator::Request;
use crate::proxy::{self, Ask, s3_error, xml};
use crate::sync::{apply, plan};
use crate::world::{Environment, World};

const TABLES: &str =
    "CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY);";

fn world() -> World {
    let world = World::deployed(2);
    world.environments.iter().for_each(|environment| environment.script(TABLES));
    world.environment("dev").script("INSERT INTO currency VALUES ('EUR')");
    world
}

/// One of a plan's objects.
fn object(world: &World, staging: &Environment, planned: &Value, name: &str) -> Option<String> {
    let script = planned["script"].as_str().expect("a script");
    world.object(staging, &script.replace("plan.sql", name))
}

#[test]
fn a_403_for_an_object_that_is_not_there_ends_no_run() {
    let world = world();
    let hides = |request: &Request, ask: Ask| {
        let answer = ask(&request.body);
        let missing = request.path.contains("/migrations/") && answer.starts_with(b"HTTP/1.1 404");
        if missing { s3_error("403 Forbidden", "AccessDenied") } else { answer }
    };
    let mut sync = proxy::function(&world, world.environment("staging"), "sync", Box::new(hides));
    let planned = plan(&mut sync, "schedule");
    assert_eq!(planned["status"], "planned", "{planned}");
    let unknown =
        json!({ "action": "apply", "run": "run-1", "planId": "ab", "approval": { "approved": true } });
    let (kind, message) = sync.call(&unknown).expect_err("no such plan");
    assert!(kind == "Configuration" && message.contains("there is no plan ab"), "{kind} {message}");
    assert_eq!(sync.call(&apply(&planned, false)).expect("applied")["status"], "done");
}

#[test]
fn a_put_that_meets_another_one_is_tried_again() {
    let world = world();
    let meets = AtomicBool::new(true);
    let rule = move |request: &Request, ask: Ask| {
        let script = request.method == "PUT" && request.path.contains("plan.sql");
        if script && meets.swap(false, Ordering::Relaxed) {
            return s3_error("409 Conflict", "ConditionalRequestConflict");
        }
        ask(&request.body)
    };
    let mut sync = proxy::function(&world, world.environment("staging"), "sync", Box::new(rule));
    let event = json!({ "action": "plan", "run": "run-1", "input": { "trigger": "schedule" } });
    let (kind, message) = sync.call(&event).expect_err("the workflow's to try again");
    assert!(kind == "Temporary" && message.contains("plan.sql"), "{kind} {message}");
    let planned = plan(&mut sync, "schedule");
    assert_eq!(sync.call(&apply(&planned, false)).expect("applied")["status"], "done");
}

#[test]
fn objects_that_would_expire_under_a_plan_are_written_anew() {
    let world = world();
    let staging = world.environment("staging");
    let old = Arc::new(AtomicBool::new(false));
    let told = old.clone();
    let rule = move |request: &Request, ask: Ask| {
        let lists = request.path.contains("list-type=2") && told.load(Ordering::Relaxed);
        if !lists {
            return ask(&request.body);
        }
        let (_, prefix) = request.path.split_once("prefix=migrations%2F").expect("a prefix");
        let plan = &prefix[..16];
        let entry = |name| {
            format!(
                "<Contents><Key>migrations/{plan}/{name}</Key>\
                 <LastModified>2020-01-01T00:00:00.000Z</LastModified></Contents>"
            )
        };
        let entries: String = ["outline.json", "plan.json", "plan.md", "plan.sql"].map(entry).concat();
        xml("200 OK", &format!("<ListBucketResult>{entries}</ListBucketResult>"))
    };
    let mut sync = proxy::function(&world, staging, "sync", Box::new(rule));
    let first = plan(&mut sync, "schedule");
    let created = || -> Value {
        let document = object(&world, staging, &first, "plan.json").expect("the document");
        serde_json::from_str::<Value>(&document).expect("JSON")["created"].clone()
    };
    let written = created();
    assert_eq!(plan(&mut sync, "schedule")["planId"], first["planId"]);
    assert_eq!(created(), written, "what is there stays");
    old.store(true, Ordering::Relaxed);
    assert_eq!(plan(&mut sync, "schedule")["planId"], first["planId"]);
    assert_ne!(created(), written, "what would expire is written anew");
}

#[test]
fn an_outline_that_cannot_be_read_is_replaced_by_the_next_plan() {
    let world = world();
    let staging = world.environment("staging");
    let mut sync = world.function(staging, "sync");
    let planned = plan(&mut sync, "schedule");
    let address = planned["script"].as_str().expect("a script").replace("plan.sql", "outline.json");
    world.put_object(staging, &address, r#"{"format":"of another version"}"#);
    let (kind, message) = sync.call(&apply(&planned, false)).expect_err("no outline");
    assert!(kind == "Configuration" && message.contains("plan again"), "{kind} {message}");
    assert_eq!(plan(&mut sync, "schedule")["planId"], planned["planId"]);
    assert_eq!(sync.call(&apply(&planned, false)).expect("applied")["status"], "done");
}
