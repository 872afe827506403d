//! Executions that go on and on: they end with a word, and before their history is full.

use std::time::Duration;

use serde_json::{Value, json};

use super::paths::{APPLY, COUNTED, FAILED, PLAN, SAFE, SNAPSHOT, START, VERIFY, WAIT};
use super::stage::{Event, Path, Scenario, Stage};

/// The parts that one answer may hold.
const PARTS: usize = 200;

/// How often so many may be compared: the next time is one too many.
const ROUNDS: usize = 6;

const PLANS: usize = 60;
const CALLS: usize = 300;
const LOOKS: usize = 480;

const PLAN_PARTS: &[&str] = &["CompareForPlan", "ComparePartPlan", "CountPartsForPlan"];
const VERIFY_PARTS: &[&str] = &["CompareForVerification", "ComparePartVerify", "CountPartsForVerification"];

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "comparisons do not end",
        paths: || {
            let round = [PLAN, PLAN_PARTS, PLAN, SAFE, APPLY, &["PlanAgain", "ForgetApproval"]].concat();
            let verify = [PLAN, SAFE, APPLY, &["PrepareVerification"], VERIFY, VERIFY_PARTS].concat();
            let end: Path = [&["ComparisonsDoNotEnd"], FAILED].concat();
            vec![
                [START, &round.repeat(ROUNDS), PLAN, &end].concat(),
                [
                    START,
                    &[&verify[..], VERIFY, &["NotifyApplied", "PlanAgain", "ForgetApproval"]]
                        .concat()
                        .repeat(ROUNDS),
                    PLAN,
                    SAFE,
                    APPLY,
                    &["PrepareVerification"],
                    VERIFY,
                    &end,
                ]
                .concat(),
            ]
        },
        play: comparisons_do_not_end,
    },
    Scenario {
        name: "as long as can be",
        paths: || {
            let parts = [PLAN_PARTS, PLAN].concat().repeat(ROUNDS);
            let moved = [&["PlanAgain", "ForgetApproval"], PLAN, SNAPSHOT, WAIT, COUNTED, APPLY].concat();
            let looks = [SNAPSHOT, &WAIT.repeat(LOOKS - PLANS), COUNTED].concat();
            let busy = [&["WaitForLock"], APPLY].concat().repeat(CALLS - PLANS);
            vec![
                [
                    START,
                    PLAN,
                    &parts,
                    &looks,
                    APPLY,
                    &busy,
                    &moved.repeat(PLANS - ROUNDS - 1),
                    &["PrepareVerification"],
                    &VERIFY.repeat(CALLS + 1),
                    &["VerificationDoesNotEnd"],
                    FAILED,
                ]
                .concat(),
            ]
        },
        play: as_long_as_can_be,
    },
];

/// Both sides have tables that are compared in as many parts as there may be, and one of them never stands still.
fn comparisons_do_not_end(stage: &mut Stage) {
    for _ in 0..ROUNDS {
        stage.at("Plan", Event::Answer(compare));
        stage.at_each(PARTS, "ComparePartPlan", compared);
        stage.at("Plan", Event::Answer(planned));
        stage.at("Apply", Event::Answer(|_| json!({ "status": "moved" })));
    }
    stage.at("Plan", Event::Answer(compare));
    assert_eq!(stage.run().failure().0, "ComparisonsDoNotEnd");

    for _ in 0..ROUNDS {
        stage.at("Plan", Event::Answer(planned));
        stage.at("Apply", Event::Answer(|_| json!({ "status": "done", "counts": {} })));
        stage.at("Verify", Event::Answer(compare));
        stage.at_each(PARTS, "ComparePartVerify", compared);
        stage.at("Verify", Event::Answer(|_| json!({ "status": "moved", "summary": "" })));
    }
    stage.at("Plan", Event::Answer(planned));
    stage.at("Apply", Event::Answer(|_| json!({ "status": "done" })));
    stage.at("Verify", Event::Answer(compare));
    let played = stage.run();
    assert_eq!(played.failure().0, "ComparisonsDoNotEnd");
}

/// Every loop takes as many turns as it may, and there is room for calls that are tried again.
fn as_long_as_can_be(stage: &mut Stage) {
    for _ in 0..ROUNDS {
        stage.at("Plan", Event::Answer(compare));
        stage.at_each(PARTS, "ComparePartPlan", compared);
    }
    stage.at_each(PLANS - ROUNDS, "Plan", || Event::Answer(unsafe_plan));
    stage.at_each(PLANS - ROUNDS, "CreateSnapshot", || Event::Answer(|_| json!({ "DbClusterSnapshot": {} })));
    stage.at_each(LOOKS - PLANS - 1, "DescribeSnapshot", || {
        Event::Answer(|_| json!({ "DbClusterSnapshots": [{ "Status": "creating" }] }))
    });
    stage.at_each(PLANS - ROUNDS, "DescribeSnapshot", || {
        Event::Answer(|_| json!({ "DbClusterSnapshots": [{ "Status": "available" }] }))
    });
    stage.at_each(CALLS - PLANS, "Apply", || Event::Answer(|_| json!({ "status": "busy" })));
    stage.at_each(PLANS - ROUNDS - 1, "Apply", || Event::Answer(|_| json!({ "status": "moved" })));
    stage.at("Apply", Event::Answer(|_| json!({ "status": "done" })));
    stage.at_each(CALLS + 1, "Verify", || Event::Answer(|_| json!({ "status": "continue" })));
    let played = stage.run();
    assert_eq!(played.failure().0, "VerificationDoesNotEnd");
    let events = played.ended.history.events;
    assert!((15_000..22_000).contains(&events), "{events}");
    assert!(played.ended.took < Duration::from_hours(48), "{:?}", played.ended.took);
}

fn compare(_: &Value) -> Value {
    let part = |i: usize| json!({ "table": "shop.rate", "slice": { "share": { "number": i, "of": PARTS } } });
    json!({ "status": "compare", "parts": (0..PARTS).map(part).collect::<Vec<Value>>() })
}

fn compared() -> Event {
    Event::Answer(|event| json!({ "part": event["part"], "equal": true, "rows": 100_000, "different": 0 }))
}

fn planned(_: &Value) -> Value {
    json!({ "status": "planned", "approvalRequired": false, "safe": true, "planId": "ab", "script": "s3://" })
}

fn unsafe_plan(_: &Value) -> Value {
    json!({ "status": "planned", "approvalRequired": false, "safe": false, "planId": "cd" })
}

#[test]
fn every_execution_ends_with_a_word() {
    super::stage::play(SCENARIOS);
}
