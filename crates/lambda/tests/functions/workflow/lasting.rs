//! A failure that lasts: the schedule starts a run each minute, and people get a mail an hour.

use serde_json::{Value, json};

use super::paths::{FAILED, KNOWN, PLAN, START};
use super::stage::{Event, Played, Scenario, Stage};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "told once an hour",
        paths: || {
            let failed = |end: &[&'static str]| [START, &["Plan"], end].concat();
            let over = [START, PLAN, &["NotifyRecovered", "InStep"]].concat();
            vec![
                failed(FAILED),
                failed(KNOWN),
                failed(FAILED),
                failed(KNOWN),
                failed(FAILED),
                failed(FAILED),
                over,
                [START, PLAN, &["InStep"]].concat(),
            ]
        },
        play: told_once_an_hour,
    },
    Scenario {
        name: "who cannot be asked",
        paths: || {
            let unknown = ["AskIfTold", "NotifyFailure", "RememberTold", "Failed"];
            vec![[START, &["Plan"], &unknown].concat(), [START, &["Plan"], FAILED].concat()]
        },
        play: who_cannot_be_asked,
    },
];

fn told_once_an_hour(stage: &mut Stage) {
    assert_eq!(failing(stage, "Configuration").subjects(), ["FAILED"]);
    assert!(failing(stage, "Configuration").mails.is_empty(), "the next minute's run");
    assert_eq!(failing(stage, "Service").subjects(), ["FAILED"], "another failure");
    assert!(failing(stage, "Configuration").mails.is_empty(), "the two of them in turns");

    stage.at("Plan", Event::Error("Configuration"));
    let played = stage.run_with(&json!({ "trigger": "person" }));
    assert_eq!(played.subjects(), ["FAILED"], "whoever starts a run by hand is told");

    an_hour_passes(stage);
    assert_eq!(failing(stage, "Configuration").subjects(), ["FAILED"], "it still lasts");
    assert_eq!(stage.run().subjects(), ["in step again"]);
    assert!(stage.run().mails.is_empty());
}

/// Neither a function that does not answer nor a memory that cannot be written keeps the mail back.
fn who_cannot_be_asked(stage: &mut Stage) {
    stage.at_each(6, "AskIfTold", || Event::Error("Lambda.ResourceNotFoundException"));
    stage.at_each(6, "RememberTold", || Event::Error("Service"));
    assert_eq!(failing(stage, "Configuration").subjects(), ["FAILED"]);
    assert_eq!(failing(stage, "Configuration").subjects(), ["FAILED"]);
}

fn failing(stage: &mut Stage, error: &'static str) -> Played {
    stage.at("Plan", Event::Error(error));
    stage.run()
}

/// What was told was told an hour earlier.
fn an_hour_passes(stage: &Stage) {
    let state = stage.world.parameter(stage.staging(), "state").expect("the state");
    let mut state: Value = serde_json::from_str(&state).expect("JSON");
    for mail in state["told"].as_array_mut().expect("mails") {
        mail["time"] = json!(mail["time"].as_u64().expect("seconds") - 3600);
    }
    stage.world.put_parameter(stage.staging(), "state", &state.to_string());
}

#[test]
fn a_failure_that_lasts_is_told_once_an_hour() {
    super::stage::play(SCENARIOS);
}
