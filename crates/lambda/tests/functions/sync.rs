//! A change on its way from dev through staging to prod.

use serde_json::{Value, json};

use crate::emulator::Function;
use crate::world::{Environment, World};

/// What dev has: two reference tables, and a table with people's data that must not travel.
const DEV: &str = "
CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(40) NOT NULL);
CREATE TABLE rate (code CHAR(3) PRIMARY KEY, rate DECIMAL(12,6) NOT NULL,
    FOREIGN KEY (code) REFERENCES currency (code));
CREATE TABLE customer (id INT PRIMARY KEY, email VARCHAR(80));
INSERT INTO currency VALUES ('EUR', 'Euro'), ('JPY', 'Yen');
INSERT INTO rate VALUES ('EUR', 1), ('JPY', 161.5);
INSERT INTO customer VALUES (1, 'a@example.org');
";

pub(crate) fn plan(function: &mut Function, trigger: &str) -> Value {
    let event = json!({ "action": "plan", "run": "run-1", "input": { "trigger": trigger }, "compared": [] });
    function.call(&event).expect("a plan")
}

pub(crate) fn apply(plan: &Value, approved: bool) -> Value {
    apply_in("run-1", plan, approved)
}

/// The event that applies what the run has planned.
pub(crate) fn apply_in(run: &str, plan: &Value, approved: bool) -> Value {
    let approval = json!({ "approved": approved, "by": "me" });
    json!({ "action": "apply", "run": run, "planId": plan["planId"], "approval": approval })
}

pub(crate) fn verify(plan: &Value) -> Value {
    json!({ "action": "verify", "run": "run-1", "planId": plan["planId"], "compared": [] })
}

fn rates(environment: &Environment) -> Option<String> {
    environment.value("SELECT GROUP_CONCAT(code, '=', rate ORDER BY code) FROM shop.rate")
}

#[test]
fn a_change_travels_from_dev_to_staging_to_prod() {
    let world = World::deployed(3);
    let (dev, staging, prod) =
        (world.environment("dev"), world.environment("staging"), world.environment("prod"));
    dev.script(DEV);
    prod.script(
        "CREATE TABLE customer (id INT PRIMARY KEY, email VARCHAR(80)); INSERT INTO customer VALUES (9, 'z')",
    );

    let mut lag = world.function(staging, "lag");
    assert_eq!(lag.call(&json!({})).expect("a lag")["inStep"], false, "nothing was ever found equal");
    to_staging(&world);
    assert_eq!(rates(staging), rates(dev));
    assert_eq!(staging.value("SELECT COUNT(*) FROM shop.customer").as_deref(), Some("0"));
    let measured = lag.call(&json!({})).expect("a lag");
    assert_eq!(measured, json!({ "lagSeconds": 0, "inStep": true, "waitingForApprovalSeconds": 0 }));

    to_prod(&world);
    assert_eq!(rates(prod), rates(dev));
    assert_eq!(prod.value("SELECT email FROM shop.customer").as_deref(), Some("z"));

    dev.script("UPDATE rate SET rate = 160 WHERE code = 'JPY'");
    assert_eq!(lag.call(&json!({})).expect("a lag")["inStep"], false, "the source moved");
    assert_eq!(lag.metric("SyncLagSeconds").len(), 3);
    let mut compare = world.function(staging, "compare");
    let part = |table: &str| json!({ "part": { "table": table, "slice": null }, "run": "run-1" });
    let compared = compare.call(&part("shop.rate")).expect("a comparison");
    assert_eq!(
        (&compared["equal"], &compared["rows"], &compared["different"]),
        (&json!(false), &json!(2), &json!(1))
    );
    assert_eq!(compare.call(&part("shop.currency")).expect("a comparison")["equal"], true);
    let (kind, _) = compare.call(&part("shop.customer")).expect_err("no reference table");
    assert_eq!(kind, "Refused");
}

/// dev → staging needs no approval.
fn to_staging(world: &World) {
    let staging = world.environment("staging");
    let mut sync = world.function(staging, "sync");
    let planned = plan(&mut sync, "schedule");
    assert_eq!(planned["status"], "planned", "{planned}");
    assert_eq!((&planned["approvalRequired"], &planned["safe"]), (&json!(false), &json!(true)));
    assert_eq!(
        staging
            .value("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop'")
            .as_deref(),
        Some("0")
    );
    let script =
        world.object(staging, planned["script"].as_str().expect("a script")).expect("a stored script");
    assert!(
        script.contains("CREATE TABLE `customer`") || script.contains("CREATE TABLE `shop`.`customer`"),
        "{script}"
    );
    assert_eq!(
        plan(&mut sync, "schedule")["planId"],
        planned["planId"],
        "the same differences make the same plan"
    );

    let applied = sync.call(&apply(&planned, false)).expect("applied");
    assert_eq!(applied["status"], "done", "{applied}");
    assert_eq!(
        (&applied["counts"]["statements"], &applied["counts"]["inserted"]),
        (&json!(3), &json!(4)),
        "{applied}"
    );
    let again = sync.call(&apply(&planned, false)).expect("a repeated call");
    assert_eq!((&again["status"], &again["counts"]), (&applied["status"], &applied["counts"]));
    assert_eq!(sync.call(&verify(&planned)).expect("verified")["status"], "equal");
    assert_eq!(plan(&mut sync, "schedule")["status"], "nothing");
    assert_eq!(sync.metric("RowsChanged"), [4, 0]);
    assert_eq!(sync.metric("StatementsApplied"), [3, 0]);
    assert_eq!(sync.metric("SyncFailures"), [0; 6]);
    let logged = format!("{:?}", sync.lines());
    for secret in ["first-lockstep", "161.5", "example.org"] {
        assert!(!logged.contains(secret), "a log holds no password and no row value: {logged}");
    }
}

/// staging → prod needs a person: unanswered, rejected, then approved.
fn to_prod(world: &World) {
    let prod = world.environment("prod");
    let mut sync = world.function(prod, "sync");
    let planned = plan(&mut sync, "schedule");
    assert_eq!(
        (&planned["status"], &planned["approvalRequired"]),
        (&json!("planned"), &json!(true)),
        "{planned}"
    );
    let (kind, message) = sync.call(&apply(&planned, false)).expect_err("no approval");
    assert_eq!(kind, "Refused", "{message}");

    let close = |error: &str| json!({ "action": "close", "run": "run-1", "planId": planned["planId"], "refusal": { "Error": error } });
    assert_eq!(sync.call(&close("States.Timeout")).expect("closed")["status"], "closed");
    assert_eq!(plan(&mut sync, "schedule")["status"], "planned", "nobody answered: asked again");
    assert_eq!(sync.call(&close("Rejected")).expect("closed")["status"], "closed");
    assert_eq!(plan(&mut sync, "schedule")["status"], "rejected", "the schedule does not ask again");
    assert_eq!(plan(&mut sync, "person")["status"], "planned", "a person does");

    let lag = world.function(prod, "lag").call(&json!({})).expect("a lag");
    assert_eq!(lag["inStep"], false, "{lag}");
    let applied = sync.call(&apply(&planned, true)).expect("applied");
    assert_eq!(applied["status"], "done", "{applied}");
    assert_eq!(sync.call(&verify(&planned)).expect("verified")["status"], "equal");
}

#[test]
fn a_plan_that_no_longer_holds_changes_nothing_and_a_refused_one_is_told_once() {
    let world = World::deployed(2);
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    dev.script(DEV);
    let mut sync = world.function(staging, "sync");
    let planned = plan(&mut sync, "schedule");
    dev.script("INSERT INTO currency VALUES ('CHF', 'Franc')");
    let applied = sync.call(&apply(&planned, false)).expect("an answer");
    assert_eq!(applied["status"], "moved", "{applied}");
    assert_eq!(
        staging
            .value("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop'")
            .as_deref(),
        Some("0")
    );

    let planned = plan(&mut sync, "schedule");
    assert_eq!(sync.call(&apply(&planned, false)).expect("applied")["status"], "done");
    dev.script("DROP TABLE customer");
    let refused = plan(&mut sync, "schedule");
    assert_eq!((&refused["status"], &refused["firstTime"]), (&json!("refused"), &json!(true)), "{refused}");
    assert!(refused["summary"].as_str().expect("a summary").contains("customer"), "{refused}");
    assert_eq!(plan(&mut sync, "schedule")["firstTime"], true, "a call that is repeated says the same");
    let next = json!({ "action": "plan", "run": "run-3", "input": { "trigger": "schedule" } });
    assert_eq!(sync.call(&next).expect("a plan")["firstTime"], false);

    let allowed = json!({ "trigger": "person", "allow": ["destructive"] });
    let event = json!({ "action": "plan", "run": "run-2", "input": allowed });
    let planned = sync.call(&event).expect("a plan");
    assert_eq!((&planned["status"], &planned["safe"]), (&json!("planned"), &json!(false)), "{planned}");
    let (kind, message) = sync.call(&apply(&planned, false)).expect_err("the plan of another run");
    assert!(kind == "Configuration" && message.contains("run-1"), "{kind} {message}");
    let applied = sync.call(&apply_in("run-2", &planned, false)).expect("applied");
    assert_eq!(applied["status"], "done", "{applied}");
    assert_eq!(staging.value("SHOW TABLES FROM shop LIKE 'customer'"), None);
}
