//! The same plan once more, and settings that change under a plan.

use serde_json::{Value, json};

use crate::emulator::Function;
use crate::sync::{apply_in, verify};
use crate::world::{Environment, World};

const TABLES: &str = "
CREATE TABLE currency (code CHAR(3) PRIMARY KEY);
CREATE TABLE rate (id INT PRIMARY KEY, fee INT NOT NULL);
INSERT INTO rate VALUES (1, 1);
";

fn world() -> World {
    let world = World::deployed(2);
    world.environments.iter().for_each(|environment| environment.script(TABLES));
    world
}

fn plan(sync: &mut Function, run: &str) -> Value {
    let event = json!({ "action": "plan", "run": run, "input": { "trigger": "schedule" }, "compared": [] });
    let planned = sync.call(&event).expect("a plan");
    assert_eq!(planned["status"], "planned", "{planned}");
    planned
}

fn fee(environment: &Environment) -> Option<String> {
    environment.value("SELECT fee FROM shop.rate WHERE id = 1")
}

/// A fee goes up and down: its plans are the same each time, and each is a plan of its own.
#[test]
fn a_plan_that_comes_again_is_no_repeated_call() {
    let world = world();
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    let mut sync = world.function(staging, "sync");
    let travels = |sync: &mut Function, run: &str, to: u32| {
        dev.script(&format!("UPDATE rate SET fee = {to} WHERE id = 1"));
        let planned = plan(sync, run);
        let applied = sync.call(&apply_in(run, &planned, false)).expect("applied");
        assert_eq!((&applied["status"], &applied["counts"]["updated"]), (&json!("done"), &json!(1)));
        planned
    };
    let up = travels(&mut sync, "run-1", 2);
    let down = travels(&mut sync, "run-2", 1);
    assert_ne!(up["planId"], down["planId"]);
    assert_eq!(travels(&mut sync, "run-3", 2)["planId"], up["planId"]);
    assert_eq!(travels(&mut sync, "run-3", 1)["planId"], down["planId"], "also twice in one run");
    assert_eq!(travels(&mut sync, "run-3", 2)["planId"], up["planId"]);

    dev.script("UPDATE rate SET fee = 1 WHERE id = 1");
    let planned = plan(&mut sync, "run-4");
    assert_eq!(planned["planId"], down["planId"]);
    dev.script("UPDATE rate SET fee = 3 WHERE id = 1");
    let applied = sync.call(&apply_in("run-4", &planned, false)).expect("an answer");
    assert_eq!(applied["status"], "moved", "what was applied in run-2 is not what is applied now: {applied}");
    assert_eq!(applied["counts"]["updated"], 0);
    assert_eq!(fee(staging).as_deref(), Some("2"));

    dev.script("UPDATE rate SET fee = 1 WHERE id = 1");
    let planned = plan(&mut sync, "run-4");
    for _ in 0..2 {
        let applied = sync.call(&apply_in("run-4", &planned, false)).expect("applied");
        assert_eq!((&applied["status"], &applied["counts"]["updated"]), (&json!("done"), &json!(1)));
    }
    staging.script("UPDATE rate SET fee = 9 WHERE id = 1");
    let found = sync.call(&verify(&planned)).expect("an answer");
    assert_eq!(found["status"], "different", "the source has not moved since: {found}");
}

#[test]
fn an_attempt_that_failed_does_not_begin_the_next_one() {
    let world = world();
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    let trigger = "CREATE TRIGGER other BEFORE INSERT ON currency FOR EACH ROW SET NEW.code = 'XXX'";
    dev.script("INSERT INTO currency VALUES ('EUR'); UPDATE rate SET fee = 5");
    world.environments.iter().for_each(|environment| environment.script(trigger));
    let mut sync = world.function(staging, "sync");
    let planned = plan(&mut sync, "run-1");
    sync.call(&apply_in("run-1", &planned, false)).expect_err("the trigger changes what is written");
    assert!(staging.value("SELECT MAX(run) FROM lockstep.run").is_some(), "it was begun");

    let again = plan(&mut sync, "run-2");
    assert_eq!(again["planId"], planned["planId"]);
    dev.script("UPDATE rate SET fee = 1 WHERE id = 1");
    let applied = sync.call(&apply_in("run-2", &again, false)).expect("an answer");
    assert_eq!(
        applied["status"], "moved",
        "what is left is a part of the plan, but nothing was begun: {applied}"
    );
}

#[test]
fn approval_follows_the_settings_and_never_falls_behind_what_was_asked() {
    let world = world();
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    dev.script("UPDATE rate SET fee = 2 WHERE id = 1");
    let mut variables = world.variables(staging, "sync");
    let mut free = Function::start(&variables);
    variables.retain(|(name, _)| name != "LOCKSTEP_APPROVAL");
    variables.push(("LOCKSTEP_APPROVAL".into(), "always".into()));
    let mut strict = Function::start(&variables);

    let asked = plan(&mut strict, "run-1");
    assert_eq!(asked["approvalRequired"], true);
    for sync in [&mut free, &mut strict] {
        let (kind, message) = sync.call(&apply_in("run-1", &asked, false)).expect_err("nobody said yes");
        assert_eq!(kind, "Refused", "{message}");
    }
    let unasked = plan(&mut free, "run-2");
    assert_eq!((&unasked["planId"], &unasked["approvalRequired"]), (&asked["planId"], &json!(false)));
    let (kind, message) =
        strict.call(&apply_in("run-2", &unasked, false)).expect_err("approval is wanted now");
    assert_eq!(kind, "Refused", "{message}");
    assert_eq!(fee(staging).as_deref(), Some("1"));
    let applied = free.call(&apply_in("run-2", &unasked, false)).expect("applied");
    assert_eq!(applied["status"], "done", "a plan that was asked about once is not stuck: {applied}");

    dev.script("UPDATE rate SET fee = 3 WHERE id = 1");
    assert_eq!(plan(&mut free, "run-3")["approvalRequired"], false);
    let asked = plan(&mut strict, "run-4");
    assert_eq!(asked["approvalRequired"], true, "a plan that was not asked about is now");
    let applied = strict.call(&apply_in("run-4", &asked, true)).expect("applied");
    assert_eq!(applied["status"], "done", "{applied}");
}
