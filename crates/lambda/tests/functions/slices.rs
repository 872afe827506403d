//! A reference table that is too large for one call: cut into slices, which are compared one by one; what differs is
//! planned, applied and verified. A call is made small by its deadline.

use std::time::Duration;

use serde_json::{Value, json};

use crate::emulator::Function;
use crate::sync::{apply_in, plan};
use crate::world::{Environment, World};

/// What Lambda keeps back at the end of a call, and not quite two seconds: 8 MiB of rows are taken to fit into that.
const SHORT: Duration = Duration::from_secs(32);

/// Rows of the table, of some 25 MiB.
const ROWS: u64 = 200_000;

fn table() -> String {
    format!(
        "CREATE TABLE currency (code CHAR(3) PRIMARY KEY);
         CREATE TABLE rate (id INT PRIMARY KEY, a CHAR(100) NOT NULL, b INT NOT NULL);
         SET SESSION cte_max_recursion_depth = {ROWS};
         INSERT INTO currency VALUES ('EUR');
         INSERT INTO rate WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
             SELECT i, CONCAT('number ', i), i FROM n;
         ANALYZE TABLE rate;"
    )
}

/// Both environments' functions.
struct Flow<'a> {
    dev: &'a Environment,
    staging: &'a Environment,
    sync: Function,
    compare: Function,
}

impl Flow<'_> {
    /// An action's event.
    fn event(&self, action: &str, run: &str, planned: &Value) -> Value {
        json!({
            "action": action, "run": run, "planId": planned["planId"], "input": { "trigger": "schedule" },
            "compared": [],
        })
    }

    /// Asks for parts in a call that is too short.
    fn parts(&mut self, event: &Value) -> Vec<Value> {
        let asked = self.sync.call_within(event, SHORT).expect("an answer");
        assert_eq!(asked["status"], "compare", "{asked}");
        let parts = asked["parts"].as_array().expect("parts").clone();
        let of_rate = parts.iter().filter(|part| part["table"] == "shop.rate");
        assert!(of_rate.count() >= 4, "{parts:?}");
        assert!(parts.len() <= 200 && asked.to_string().len() < 100_000);
        parts
    }

    /// Has parts compared; returns the answers and how many differ.
    fn compared(&mut self, parts: &[Value]) -> (Vec<Value>, usize) {
        let mut call = |part| self.compare.call(&json!({ "part": part, "run": "r" })).expect("a comparison");
        let compared: Vec<Value> = parts.iter().map(&mut call).collect();
        let different = compared.iter().filter(|c| c["equal"] == false).count();
        (compared, different)
    }

    /// The whole of an action: cut, compare, and the next call's answer; and how many parts differ.
    fn by_parts(&mut self, action: &str, run: &str, planned: &Value) -> (Value, usize) {
        let mut event = self.event(action, run, planned);
        let parts = self.parts(&event);
        let (compared, different) = self.compared(&parts);
        let rows: u64 = compared.iter().filter_map(|c| c["rows"].as_u64()).sum();
        assert!(rows.abs_diff(ROWS) < 10, "every row is in one part: {rows}");
        event["compared"] = json!(compared);
        (self.sync.call(&event).expect("an answer"), different)
    }
}

#[test]
fn a_large_table_is_compared_planned_applied_and_verified_in_slices() {
    let world = World::deployed(2);
    let (dev, staging) = (world.environment("dev"), world.environment("staging"));
    let (sync, compare) = (world.function(staging, "sync"), world.function(staging, "compare"));
    let mut flow = Flow { dev, staging, sync, compare };
    dev.script(&table());
    staging.script(&table());

    equal(&mut flow);
    let planned = different(&mut flow);
    moved(&mut flow, &planned);
    insert_meanwhile(&mut flow, world.function(staging, "lag"));
}

/// Nothing differs: that is remembered, so that the next call need not compare again.
fn equal(flow: &mut Flow) {
    // A table that was written a moment ago counts as moving.
    std::thread::sleep(Duration::from_secs(3));
    let (planned, different) = flow.by_parts("plan", "equal", &Value::Null);
    assert_eq!((&planned["status"], different), (&json!("nothing"), 0), "{planned}");
    let event = flow.event("plan", "again", &Value::Null);
    let again = flow.sync.call_within(&event, SHORT).expect("an answer");
    assert_eq!(again["status"], "nothing", "nothing moved since: {again}");
}

/// One row differs in the midst, and rows are missing or too many at both ends.
fn different(flow: &mut Flow) -> Value {
    flow.staging.script(&format!(
        "UPDATE rate SET b = 0 WHERE id = 100000; DELETE FROM rate WHERE id IN (1, {ROWS});
         INSERT INTO rate VALUES (-2147483648, 'least', 0), (2147483647, 'greatest', 0)"
    ));
    let (planned, different) = flow.by_parts("plan", "different", &Value::Null);
    assert_eq!((&planned["status"], different), (&json!("planned"), 3), "{planned}");
    let counts = &planned["counts"];
    assert_eq!([&counts["inserted"], &counts["updated"], &counts["deleted"]], [2, 1, 2], "{planned}");
    planned
}

/// A plan of slices is applied exactly as it was made, and verified.
fn moved(flow: &mut Flow, planned: &Value) {
    flow.staging.script("UPDATE rate SET b = 7 WHERE id = 2");
    let applied = flow.sync.call(&apply_in("different", planned, false)).expect("an answer");
    assert_eq!(applied["status"], "moved", "a row of a slice that was read has changed: {applied}");
    let changed = "SELECT COUNT(*) FROM shop.rate WHERE id IN (1, -2147483648, 2147483647)";
    assert_eq!(flow.staging.value(changed).as_deref(), Some("2"), "nothing was done");

    let (planned, different) = flow.by_parts("plan", "moved", &Value::Null);
    assert_eq!((&planned["status"], different), (&json!("planned"), 3), "{planned}");
    let (verified, different) = flow.by_parts("verify", "moved", &planned);
    assert_eq!((&verified["status"], different), (&json!("different"), 3), "{verified}");
    let applied = flow.sync.call(&apply_in("moved", &planned, false)).expect("an answer");
    assert_eq!(applied["status"], "done", "{applied}");
    let again = flow.sync.call(&apply_in("moved", &planned, false)).expect("a repeated call");
    assert_eq!((&again["status"], &again["counts"]), (&applied["status"], &applied["counts"]));
    let (verified, different) = flow.by_parts("verify", "applied", &planned);
    assert_eq!((&verified["status"], different), (&json!("equal"), 0), "{verified}");
    let checksum = "SELECT CONCAT(COUNT(*), ' ', SUM(CRC32(CONCAT_WS(',', id, a, b)))) FROM shop.rate";
    assert_eq!(flow.staging.value(checksum), flow.dev.value(checksum));
}

/// A row that arrives in a slice after it was compared is not in this plan; it is not taken for seen, and the next has it.
fn insert_meanwhile(flow: &mut Flow, mut lag: Function) {
    let mut event = flow.event("plan", "meanwhile", &Value::Null);
    let parts = flow.parts(&event);
    let half = parts.len() / 2;
    let (mut compared, _) = flow.compared(&parts[..half]);
    flow.dev.script("INSERT INTO rate VALUES (-5, 'meanwhile', 0)");
    compared.extend(flow.compared(&parts[half..]).0);
    assert!(compared.iter().all(|c| c["equal"] == true), "the first slice was compared before: {compared:?}");
    event["compared"] = json!(compared);
    let planned = flow.sync.call(&event).expect("an answer");
    assert_eq!(planned["status"], "nothing", "{planned}");
    assert_eq!(lag.call(&json!({})).expect("a lag")["inStep"], false, "the source moved after the cut");
    let next = plan(&mut flow.sync, "schedule");
    assert_eq!((&next["status"], &next["counts"]["inserted"]), (&json!("planned"), &json!(1)), "{next}");

    // Comparisons of another cut, or of too few parts, are no comparison.
    event["compared"].as_array_mut().expect("answers").remove(1);
    let (kind, message) = flow.sync.call(&event).expect_err("a part is missing");
    assert!(kind == "Event" && message.contains("shop.rate"), "{kind}: {message}");
}
