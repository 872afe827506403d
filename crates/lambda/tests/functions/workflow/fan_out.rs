//! Comparisons that do not fit into one call: a Map state has them made one by one.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::paths::{APPLY, FAILED, PLAN, SAFE, START, VERIFIED, VERIFY};
use super::stage::{Event, Scenario, Stage};

/// A deadline that leaves a function no time for work.
const NO_TIME: Duration = Duration::from_secs(30);

/// Rows of a table of some 12 MiB.
const ROWS: u32 = 50_000;

/// The parts that one answer may hold.
const PARTS: usize = 200;

/// From an answer with parts to the next plan.
const PLANNED_BY_PARTS: &[&str] =
    &["CompareForPlan", "ComparePartPlan", "CountPartsForPlan", "Plan", "CountPlan", "HasPlan"];

/// From the end of an apply to the comparisons of the first verification.
const VERIFIED_BY_PARTS: &[&str] = &[
    "PrepareVerification",
    "Verify",
    "CountVerification",
    "IsVerified",
    "CompareForVerification",
    "ComparePartVerify",
    "CountPartsForVerification",
];

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "compared by parts",
        paths: || {
            let change = [START, PLAN, SAFE, APPLY, VERIFIED_BY_PARTS, &VERIFIED[1..]].concat();
            vec![[START, PLAN, PLANNED_BY_PARTS, &["InStep"]].concat(), change]
        },
        play: compared_by_parts,
    },
    Scenario {
        name: "slices of a table",
        paths: || {
            let plan = [START, PLAN, PLANNED_BY_PARTS, SAFE, APPLY].concat();
            vec![[&plan, VERIFIED_BY_PARTS, &VERIFIED[1..]].concat()]
        },
        play: slices_of_a_table,
    },
    Scenario {
        name: "as many parts as fit",
        paths: || vec![[START, PLAN, PLANNED_BY_PARTS, PLANNED_BY_PARTS, &["InStep"]].concat()],
        play: as_many_parts_as_fit,
    },
    Scenario {
        name: "a comparison fails",
        paths: || {
            let verify = [&["PrepareVerification"], VERIFY].concat();
            let parts = &["CompareForVerification", "ComparePartVerify"];
            vec![
                [START, PLAN, &["CompareForPlan", "ComparePartPlan"], FAILED].concat(),
                [START, PLAN, SAFE, APPLY, &verify, parts, FAILED].concat(),
            ]
        },
        play: a_comparison_fails,
    },
];

fn compared_by_parts(stage: &mut Stage) {
    stage.at("Plan", Event::Deadline(NO_TIME));
    stage.at("ComparePartPlan", Event::Error("Lambda.TooManyRequestsException"));
    let played = stage.run();
    assert!((2..=4).contains(&played.ended.history.most_at_once), "{}", played.ended.history.most_at_once);
    assert!(found_equal(played.sent("Plan")));

    stage.change();
    stage.at("Verify", Event::Deadline(NO_TIME));
    let played = stage.run();
    assert_eq!(played.subjects(), ["in step"]);
    assert!(found_equal(played.sent("Verify")));
    assert!(stage.has_change());
}

/// Rows of two slices differ: the plan is made of these alone.
fn slices_of_a_table(stage: &mut Stage) {
    for environment in [stage.dev(), stage.staging()] {
        environment.script(&format!(
            "DROP TABLE rate; CREATE TABLE rate (id INT PRIMARY KEY, text CHAR(200) NOT NULL);
             SET SESSION cte_max_recursion_depth = {ROWS};
             INSERT INTO rate WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
                 SELECT i, RPAD(i, 200, '.') FROM n;
             ANALYZE TABLE rate;"
        ));
    }
    stage.dev().script(&format!("UPDATE rate SET text = 'other' WHERE id IN (1, {ROWS})"));
    stage.at("Plan", Event::Deadline(NO_TIME));
    stage.at("Verify", Event::Deadline(NO_TIME));
    let played = stage.run();
    let compared = |state: &str, equal: bool| {
        let answers = played.sent(state)["compared"].as_array().expect("answers");
        answers
            .iter()
            .filter(|answer| answer["part"]["table"] == "shop.rate" && answer["equal"] == equal)
            .count()
    };
    assert_eq!((compared("Plan", false), compared("Verify", false)), (2, 0));
    assert!(compared("Plan", true) >= 2 && compared("Verify", true) >= 4, "{:?}", played.sent("Verify"));
    assert_eq!(played.ended.history.most_at_once, 4);
    assert_eq!(played.mails[0].message["counts"]["updated"], 2);
}

/// Whether a call got the answers of several comparisons, and none found a difference.
fn found_equal(sent: &Value) -> bool {
    let compared = sent["compared"].as_array().expect("answers");
    compared.len() > 1 && compared.iter().all(|answer| answer["equal"] == true)
}

/// Answers of 100 kB, twice: the state never grows above what Step Functions holds.
fn as_many_parts_as_fit(stage: &mut Stage) {
    for _ in 0..2 {
        stage.at(
            "Plan",
            Event::Answer(|_| {
                let part = |i: usize| json!({ "table": "shop.rate", "from": format!("{i:0>450}") });
                json!({ "status": "compare", "parts": (0..PARTS).map(part).collect::<Vec<Value>>() })
            }),
        );
        stage.at_each(PARTS, "ComparePartPlan", || {
            Event::Answer(|event| {
                thread::sleep(Duration::from_millis(2));
                json!({ "part": event["part"], "equal": true, "rows": 100_000, "different": 0 })
            })
        });
    }
    stage.at(
        "Plan",
        Event::Answer(|event| {
            assert_eq!(event["compared"].as_array().map(Vec::len), Some(PARTS));
            json!({ "status": "nothing" })
        }),
    );
    assert_eq!(stage.run().ended.history.most_at_once, 4);
}

fn a_comparison_fails(stage: &mut Stage) {
    stage.at("Plan", Event::Deadline(NO_TIME));
    stage.at("ComparePartPlan", Event::Error("Service"));
    assert_eq!(stage.run().failure().0, "Service");

    stage.change();
    stage.at("Verify", Event::Deadline(NO_TIME));
    stage.at("ComparePartVerify", Event::Error("Configuration"));
    assert_eq!(stage.run().failure().0, "Configuration");
}

#[test]
fn large_comparisons_are_made_side_by_side() {
    super::stage::play(SCENARIOS);
}
