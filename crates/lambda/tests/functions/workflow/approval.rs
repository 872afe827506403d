//! Plans that a person is asked about.

use serde_json::{Value, json};

use super::paths::{APPLY, APPROVED, ASKED, DENIED, PLAN, START, UNAPPROVED, VERIFIED};
use super::person::{Person, REASON};
use super::stage::{Event, Scenario, Stage};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "approved",
        paths: || vec![[START, PLAN, APPROVED, APPLY, VERIFIED].concat()],
        play: approved,
    },
    Scenario {
        name: "rejected",
        paths: || {
            vec![
                [START, PLAN, DENIED, UNAPPROVED].concat(),
                [START, PLAN, &["WasRejectedBefore"]].concat(),
                [START, PLAN, APPROVED, APPLY, VERIFIED].concat(),
            ]
        },
        play: rejected,
    },
    Scenario {
        name: "rejected in other words",
        paths: || {
            let no = [START, PLAN, DENIED, UNAPPROVED].concat();
            vec![no, [START, PLAN, &["WasRejectedBefore"]].concat()]
        },
        play: rejected_in_other_words,
    },
    Scenario {
        name: "answered without a yes",
        paths: || {
            let no = [START, PLAN, ASKED, &["AnsweredNo"], UNAPPROVED].concat();
            vec![no, [START, PLAN, &["WasRejectedBefore"]].concat()]
        },
        play: answered_without_a_yes,
    },
    Scenario {
        name: "unanswered",
        paths: || {
            let silence = [START, PLAN, DENIED, UNAPPROVED].concat();
            vec![silence, [START, PLAN, APPROVED, APPLY, VERIFIED].concat()]
        },
        play: unanswered,
    },
    Scenario {
        name: "moved meanwhile",
        paths: || {
            let again = [APPLY, &["PlanAgain", "ForgetApproval"], PLAN].concat();
            vec![[START, PLAN, APPROVED, &again, APPROVED, APPLY, VERIFIED].concat()]
        },
        play: moved_meanwhile,
    },
];

fn approved(stage: &mut Stage) {
    stage.change();
    stage.asks(Person::Approves);
    let played = stage.run();
    assert_eq!(played.subjects(), ["approval wanted", "in step"]);
    let (asked, done) = (&played.mails[0], &played.mails[1].message);
    let script = stage.world.object(stage.staging(), asked.line("s3://"));
    assert!(
        script.expect("the script").contains("CREATE TABLE"),
        "the mail's link leads to the plan's script"
    );
    assert!(asked.line("dev → staging: ").contains("1 inserted"), "{asked:?}");
    asked.line("no statement is slow, may fail or is destructive: true");
    assert!(asked.line("execution: ").ends_with(&format!(":{}", played.name)), "{asked:?}");
    assert_eq!(
        Some(asked.line("plan: ")),
        done["planId"].as_str().map(|id| format!("plan: {id}")).as_deref()
    );
    assert_eq!((&done["approval"]["by"], &done["counts"]["inserted"]), (&json!("YOUR NAME"), &json!(1)));
    assert!(stage.has_change());
}

fn rejected(stage: &mut Stage) {
    stage.change();
    stage.asks(Person::Rejects);
    let played = stage.run();
    assert_eq!(played.subjects(), ["approval wanted", "not approved"]);
    let told = &played.mails[1].message;
    assert_eq!(told["refusal"], json!({ "Error": "Rejected", "Cause": REASON }));
    let script = played.mails[0].line("s3://");
    let note = stage.world.object(stage.staging(), &script.replace("plan.sql", "rejected.json"));
    let note: Option<Value> = note.and_then(|note| serde_json::from_str(&note).ok());
    assert!(note.is_some_and(|note| note["cause"] == REASON), "the reason is kept beside the plan");
    assert!(stage.run().subjects().is_empty(), "the schedule does not ask again");
    assert!(!stage.has_change());

    stage.asks(Person::Approves);
    let played = stage.run_with(&json!({ "trigger": "person" }));
    assert_eq!(played.subjects(), ["approval wanted", "in step"], "a person may ask again");
    assert!(stage.has_change());
}

/// `send-task-failure` takes any name, and none.
fn rejected_in_other_words(stage: &mut Stage) {
    stage.change();
    stage.asks(Person::Refuses("NotToday"));
    let played = stage.run();
    assert_eq!(played.subjects(), ["approval wanted", "not approved"]);
    assert_eq!(played.mails[1].message["refusal"]["Cause"], REASON);
    assert!(stage.run().subjects().is_empty(), "the schedule does not ask again");
    assert!(!stage.has_change());
}

fn answered_without_a_yes(stage: &mut Stage) {
    stage.change();
    stage.asks(Person::Answers(|| json!({ "approved": "true" })));
    assert_eq!(stage.run().subjects(), ["approval wanted", "not approved"]);
    assert!(stage.run().subjects().is_empty());
    assert!(!stage.has_change());
}

fn unanswered(stage: &mut Stage) {
    stage.change();
    stage.asks(Person::Silent);
    let played = stage.run();
    assert_eq!(played.subjects(), ["approval wanted", "not approved"]);
    assert_eq!(played.mails[1].message["refusal"]["Error"], "States.Timeout");
    assert_eq!(played.ended.took.as_secs(), 86_400);
    assert!(!stage.has_change());
    stage.asks(Person::Approves);
    assert_eq!(stage.run().subjects(), ["approval wanted", "in step"], "silence is no rejection");
    assert!(stage.has_change());
}

/// The approval of the first plan does not hold for the second.
fn moved_meanwhile(stage: &mut Stage) {
    stage.change();
    stage.asks(Person::Approves);
    stage
        .at("Apply", Event::Before(|stage| stage.dev().script("INSERT INTO currency VALUES ('JPY', 'Yen')")));
    let played = stage.run();
    assert_eq!(played.subjects(), ["approval wanted", "approval wanted", "in step"]);
    let (first, second) = (played.mails[0].line("plan: "), played.mails[1].line("plan: "));
    let done = played.mails[2].message["planId"].as_str().expect("an id");
    assert!(first != second && second.ends_with(done), "{:?}", played.mails);
    assert_eq!(played.mails[2].message["counts"]["inserted"], 2);
}

#[test]
fn a_person_is_asked() {
    super::stage::play(SCENARIOS);
}
