//! The lag is the flow's: what people take, and what they do not want, is no part of it. Days are made by putting the state's
//! times back.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::emulator::{Function, Request};
use crate::proxy::{self, Ask};
use crate::sync::{apply, plan, verify};
use crate::world::World;

const DAY: u64 = 86_400;

/// What the tests take at most, in seconds, and the threshold of the alarm.
const MOMENT: u64 = 60;

/// An environment whose plans a person is asked about.
struct Asked {
    world: World,
    sync: Function,
    lag: Function,
}

impl Asked {
    fn new() -> Self {
        let world = World::deployed(2);
        for environment in &world.environments {
            environment.script(
                "CREATE TABLE currency (code CHAR(3) PRIMARY KEY); CREATE TABLE rate (id INT PRIMARY KEY);",
            );
        }
        let staging = world.environment("staging");
        let mut variables = world.variables(staging, "sync");
        variables.retain(|(name, _)| name != "LOCKSTEP_APPROVAL");
        variables.push(("LOCKSTEP_APPROVAL".into(), "always".into()));
        let (mut sync, lag) = (Function::start(&variables), world.function(staging, "lag"));
        assert_eq!(plan(&mut sync, "schedule")["status"], "nothing");
        Self { world, sync, lag }
    }

    fn state(&self) -> Value {
        let text = self.world.parameter(self.world.environment("staging"), "state").expect("the state");
        serde_json::from_str(&text).expect("JSON")
    }

    /// These times of the state were so much earlier.
    fn put_back(&self, names: &[&str], seconds: u64) {
        let mut state = self.state();
        for name in names {
            state[name] = json!(state[name].as_u64().expect("a time") - seconds);
        }
        self.world.put_parameter(self.world.environment("staging"), "state", &state.to_string());
    }

    /// The source gets a row, the flow takes five minutes to plan it, and a person is asked.
    fn waiting(&mut self, row: &str) -> Value {
        self.world.environment("dev").script(&format!("INSERT INTO currency VALUES ('{row}')"));
        let planned = plan(&mut self.sync, "schedule");
        assert_eq!((&planned["status"], &planned["approvalRequired"]), (&json!("planned"), &json!(true)));
        self.put_back(&["firstSeen"], 300);
        planned
    }

    fn close(&mut self, planned: &Value, error: &str) {
        let event = json!({
            "action": "close", "run": "run-1", "planId": planned["planId"], "refusal": { "Error": error },
        });
        assert_eq!(self.sync.call(&event).expect("closed")["status"], "closed");
    }

    /// The lag, how long a person has been waited for, and whether both sides are equal.
    fn measured(&mut self) -> (u64, u64, bool) {
        let answer = self.lag.call(&json!({})).expect("a lag");
        let number = |name: &str| answer[name].as_u64().expect("a number");
        (
            number("lagSeconds"),
            number("waitingForApprovalSeconds"),
            answer["inStep"].as_bool().expect("a truth"),
        )
    }
}

#[test]
fn a_person_who_takes_a_day_makes_no_lag() {
    let mut asked = Asked::new();
    let planned = asked.waiting("EUR");
    let (lag, waited, in_step) = asked.measured();
    assert!(lag == 0 && waited < MOMENT && !in_step, "asked: {lag} {waited}");
    asked.put_back(&["firstSeen", "waitingSince"], DAY);
    let (lag, waited, _) = asked.measured();
    assert!(lag == 0 && waited >= DAY, "a day later: {lag} {waited}");

    asked.close(&planned, "States.Timeout");
    let (lag, waited, _) = asked.measured();
    assert!((300..300 + MOMENT).contains(&lag) && waited == 0, "nobody answered: {lag} {waited}");
    let planned = plan(&mut asked.sync, "schedule");
    let (lag, waited, _) = asked.measured();
    assert!(lag == 0 && waited < MOMENT, "asked again: {lag} {waited}");

    asked.put_back(&["firstSeen", "waitingSince"], DAY);
    assert_eq!(asked.sync.call(&apply(&planned, true)).expect("applied")["status"], "done");
    let (lag, waited, in_step) = asked.measured();
    assert!((300..300 + MOMENT).contains(&lag) && waited == 0 && !in_step, "approved: {lag} {waited}");
    assert_eq!(asked.sync.call(&verify(&planned)).expect("verified")["status"], "equal");
    assert_eq!(asked.measured(), (0, 0, true));
}

#[test]
fn what_a_person_rejected_is_no_lag_and_what_comes_after_it_is() {
    let mut asked = Asked::new();
    let planned = asked.waiting("EUR");
    asked.put_back(&["firstSeen", "waitingSince"], DAY);
    for _ in 0..2 {
        asked.close(&planned, "Rejected");
        let (lag, waited, in_step) = asked.measured();
        assert!(lag < MOMENT && waited == 0 && !in_step, "rejected: {lag} {waited}");
    }

    asked.world.environment("dev").script("CREATE DATABASE elsewhere");
    assert_eq!(plan(&mut asked.sync, "schedule")["status"], "rejected");
    assert_eq!(asked.state()["firstSeen"], Value::Null, "nothing that grows");
    let (lag, waited, in_step) = asked.measured();
    assert!(lag < MOMENT && waited == 0 && !in_step, "still rejected: {lag} {waited}");

    asked.world.environment("dev").script("INSERT INTO currency VALUES ('JPY')");
    asked.measured();
    assert!(asked.state()["firstSeen"].is_u64(), "a change that nobody has rejected counts");
    let planned = plan(&mut asked.sync, "schedule");
    assert_eq!((&planned["status"], &planned["counts"]["inserted"]), (&json!("planned"), &json!(2)));
    assert_eq!(asked.sync.call(&apply(&planned, true)).expect("applied")["status"], "done");
    assert_eq!(asked.sync.call(&verify(&planned)).expect("verified")["status"], "equal");
    assert_eq!(asked.measured(), (0, 0, true));
}

#[test]
fn a_rejection_holds_until_an_approval() {
    let mut asked = Asked::new();
    let planned = asked.waiting("EUR");
    asked.close(&planned, "Rejected");
    assert_eq!(plan(&mut asked.sync, "schedule")["status"], "rejected");
    assert_eq!(plan(&mut asked.sync, "person")["status"], "planned");
    assert_eq!(asked.sync.call(&apply(&planned, true)).expect("applied")["status"], "done");
    for environment in &asked.world.environments {
        environment.script("DELETE FROM currency");
    }
    assert_eq!(asked.waiting("EUR")["planId"], planned["planId"], "the same plan is asked about again");
}

/// Sync notes something between the probe's reading and its writing.
#[test]
fn the_probe_undoes_no_note() {
    let asked = Asked::new();
    let staging = asked.world.environment("staging");
    let first = AtomicBool::new(true);
    let between = move |request: &Request, ask: Ask| {
        let puts = request.headers.iter().any(|line| line.contains("AmazonSSM.PutParameter"));
        if puts && first.swap(false, Ordering::Relaxed) {
            let mut body: Value = serde_json::from_str(&request.body).expect("JSON");
            let mut state: Value =
                serde_json::from_str(body["Value"].as_str().expect("a text")).expect("JSON");
            (state["planId"], state["waitingSince"], state["firstSeen"]) =
                (json!("ab"), json!(7), Value::Null);
            body["Value"] = json!(state.to_string());
            ask(&body.to_string());
        }
        ask(&request.body)
    };
    let mut lag = proxy::function(&asked.world, staging, "lag", Box::new(between));
    asked.world.environment("dev").script("INSERT INTO currency VALUES ('EUR')");
    lag.call(&json!({})).expect("a lag");
    let state = asked.state();
    assert_eq!((&state["planId"], &state["waitingSince"]), (&json!("ab"), &json!(7)), "{state}");
    assert!(state["firstSeen"].is_u64(), "{state}");
}
