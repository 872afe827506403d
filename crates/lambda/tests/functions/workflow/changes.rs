//! Plans that no one is asked about, and what may come between.

use std::time::Duration;

use serde_json::json;

use super::paths::{APPLY, PLAN, SAFE, START, VERIFIED};
use super::stage::{Event, Scenario, Stage};

/// What a function keeps back at the end of a call.
const RESERVE: Duration = Duration::from_secs(30);

/// A verification that finds news of the source.
const MOVED_ON: [&str; 7] = [
    "PrepareVerification",
    "Verify",
    "CountVerification",
    "IsVerified",
    "NotifyApplied",
    "PlanAgain",
    "ForgetApproval",
];

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "nothing to do",
        paths: || vec![[START, PLAN, &["InStep"]].concat()],
        play: |stage| {
            let played = stage.run();
            assert!(played.mails.is_empty(), "no one is told each minute that nothing happened");
        },
    },
    Scenario {
        name: "a safe plan",
        paths: || vec![[START, PLAN, SAFE, APPLY, VERIFIED].concat()],
        play: a_safe_plan,
    },
    Scenario {
        name: "several rounds",
        paths: || vec![[START, PLAN, SAFE, APPLY, APPLY, APPLY, VERIFIED].concat()],
        play: several_rounds,
    },
    Scenario {
        name: "killed midway",
        paths: || vec![[START, PLAN, SAFE, APPLY, VERIFIED].concat()],
        play: killed_midway,
    },
    Scenario {
        name: "someone works by hand",
        paths: || vec![[START, PLAN, SAFE, APPLY, &["WaitForLock"], APPLY, VERIFIED].concat()],
        play: someone_works_by_hand,
    },
    Scenario {
        name: "the source goes on",
        paths: || vec![[START, PLAN, SAFE, APPLY, &MOVED_ON, PLAN, SAFE, APPLY, VERIFIED].concat()],
        play: the_source_goes_on,
    },
    Scenario {
        name: "the source goes on and back",
        paths: || vec![[START, PLAN, SAFE, APPLY, &MOVED_ON, PLAN, &["InStep"]].concat()],
        play: the_source_goes_on_and_back,
    },
    Scenario {
        name: "two at once",
        paths: || {
            let another = &["AnotherRunIsUnderWay"];
            let late = [START, PLAN, &["InStep"]].concat();
            vec![[START, another].concat(), [START, another].concat(), late, [START, PLAN, another].concat()]
        },
        play: two_at_once,
    },
];

fn a_safe_plan(stage: &mut Stage) {
    stage.change();
    let played = stage.run();
    assert_eq!(played.subjects(), ["in step"]);
    let counts = json!({ "statements": 1, "may_fail": 0, "destructive": 0, "inserted": 1, "updated": 0, "deleted": 0 });
    assert_eq!(played.mails[0].message["counts"], counts);
    assert!(stage.has_change());
    let newest: Option<u64> =
        stage.staging().value("SELECT MAX(run) FROM lockstep.run").and_then(|run| run.parse().ok());
    let line = stage.logged("journal");
    assert_eq!(line["journalRuns"], json!([newest]));
    assert_eq!(
        line["run"].as_str(),
        Some(played.name.as_str()),
        "the log leads from the execution to the journal"
    );
}

/// The first call has no time at all; in the second a statement waits for a person's lock until the time is over.
fn several_rounds(stage: &mut Stage) {
    stage.change();
    stage.dev().script("ALTER TABLE rate ADD KEY (rate)");
    stage.hold(&["START TRANSACTION", "SELECT * FROM shop.rate"]);
    stage.at("Apply", Event::Deadline(RESERVE));
    stage.at("Apply", Event::Deadline(RESERVE + Duration::from_secs(8)));
    stage.at("Apply", Event::Before(Stage::release));
    let played = stage.run();
    assert_eq!(played.mails[0].message["counts"]["statements"], 2, "{:?}", played.mails);
    let runs =
        stage.staging().value("SELECT GROUP_CONCAT(status, statements ORDER BY run) FROM lockstep.run");
    assert_eq!(runs.as_deref(), Some("budget1,done1"), "each call did its part");
    assert!(stage.has_change());
}

/// Twice: at the deadline, and by a fault of the process.
fn killed_midway(stage: &mut Stage) {
    // So many that a kill which comes late on a busy machine still comes midway.
    for i in 0..20 {
        stage.dev().script(&format!("CREATE TABLE part_{i} (id INT PRIMARY KEY)"));
    }
    stage.change();
    stage.at("Apply", Event::Killed(2, "Sandbox.Timedout"));
    stage.at("Apply", Event::Killed(2, "Runtime.ExitError"));
    let played = stage.run();
    assert_eq!(played.retried("Apply"), ["Sandbox.Timedout", "Runtime.ExitError"]);
    assert_eq!(played.subjects(), ["in step"]);
    let twice = "SELECT COUNT(*) FROM (SELECT statement FROM lockstep.statement WHERE state = 'done'
                 GROUP BY statement HAVING COUNT(*) > 1) again";
    assert_eq!(stage.staging().value(twice).as_deref(), Some("0"), "each statement was done once");
    let runs = stage.staging().value("SELECT GROUP_CONCAT(status ORDER BY run) FROM lockstep.run");
    assert_eq!(runs.as_deref(), Some("interrupted,interrupted,done"));
    assert!(stage.has_change());
}

fn someone_works_by_hand(stage: &mut Stage) {
    stage.change();
    stage.at("Apply", Event::Before(|stage| stage.hold(&["SELECT GET_LOCK('lockstep.run', 0)"])));
    stage.at("Apply", Event::Before(Stage::release));
    let played = stage.run();
    assert_eq!(played.subjects(), ["in step"]);
    assert_eq!(played.ended.took.as_secs(), 20);
    assert!(stage.has_change());
}

/// What the source commits between applying and verifying is news, and no failure.
fn the_source_goes_on(stage: &mut Stage) {
    stage.change();
    stage.at(
        "Verify",
        Event::Before(|stage| stage.dev().script("INSERT INTO currency VALUES ('JPY', 'Yen')")),
    );
    let played = stage.run();
    assert_eq!(played.subjects(), ["applied", "in step"]);
    let (first, second) = (&played.mails[0].message, &played.mails[1].message);
    assert_ne!(first["planId"], second["planId"]);
    assert_eq!([&first["counts"]["statements"], &second["counts"]["statements"]], [1, 0], "each its own");
    assert_eq!(stage.staging().value("SELECT COUNT(*) FROM shop.currency").as_deref(), Some("3"));
}

/// Nothing is left to do, but what was done is told.
fn the_source_goes_on_and_back(stage: &mut Stage) {
    stage.change();
    stage.at("Plan", Event::Before(|_| {}));
    stage.at(
        "Verify",
        Event::Before(|stage| stage.dev().script("INSERT INTO currency VALUES ('JPY', 'Yen')")),
    );
    stage.at("Plan", Event::Before(|stage| stage.dev().script("DELETE FROM currency WHERE code = 'JPY'")));
    let played = stage.run();
    assert_eq!(played.subjects(), ["applied"]);
    assert_eq!(played.mails[0].message["counts"]["inserted"], 1);
    assert!(stage.has_change());
}

fn two_at_once(stage: &mut Stage) {
    stage.other_execution("an earlier one");
    stage.run();
    // The list knows the other one, and not yet this one.
    stage.at("FindOtherRuns", Event::Answer(|_| json!({ "Executions": [{ "Name": "an earlier one" }] })));
    stage.run();
    // It knows neither: the engine's lock is what keeps them apart.
    stage.at("FindOtherRuns", Event::Answer(|_| json!({ "Executions": [] })));
    stage.run();
    stage.at("FindOtherRuns", Event::Answer(|_| json!({ "Executions": [] })));
    stage.hold(&["SELECT GET_LOCK('lockstep.run', 0)"]);
    stage.change();
    stage.run();
    stage.release();
    assert!(!stage.has_change());
}

#[test]
fn changes_arrive_whatever_comes_between() {
    super::stage::play(SCENARIOS);
}
