//! Calls that fail: tried again where it may help, and told to people where it does not.

use serde_json::json;

use super::paths::{APPLY, APPROVED, DENIED, FAILED, PLAN, SAFE, START, UNTOLD, VERIFIED, VERIFY};
use super::person::Person;
use super::stage::{Event, Scenario, Stage};

/// Calls after which a loop is given up.
const PLANS: usize = 61;
const CALLS: usize = 301;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "throttled",
        paths: || vec![[START, PLAN, SAFE, APPLY, VERIFIED].concat()],
        play: throttled,
    },
    Scenario {
        name: "the source is down",
        paths: || vec![[START, &["Plan"], FAILED].concat(), [START, PLAN, SAFE, APPLY, VERIFIED].concat()],
        play: the_source_is_down,
    },
    Scenario {
        name: "wrongly configured",
        paths: || vec![[START, &["Plan"], FAILED].concat()],
        play: wrongly_configured,
    },
    Scenario {
        name: "unknown answers",
        paths: || {
            let unknown: &[&str] = &["UnknownAnswer"];
            let verify = [&["PrepareVerification"], VERIFY].concat();
            vec![
                [START, PLAN, unknown, FAILED].concat(),
                [START, PLAN, SAFE, APPLY, unknown, FAILED].concat(),
                [START, PLAN, SAFE, APPLY, &verify, unknown, FAILED].concat(),
            ]
        },
        play: unknown_answers,
    },
    Scenario {
        name: "not in step after all",
        paths: || {
            let verify = [&["PrepareVerification"], VERIFY].concat();
            vec![[START, PLAN, SAFE, APPLY, &verify, &["NotInStep"], FAILED].concat()]
        },
        play: not_in_step_after_all,
    },
    Scenario {
        name: "a trigger in the way",
        paths: || {
            let first = [START, PLAN, SAFE, APPLY, &["Apply"], FAILED].concat();
            vec![first, [START, PLAN, SAFE, &["Apply"], FAILED].concat()]
        },
        play: a_trigger_in_the_way,
    },
    Scenario {
        name: "no notifications",
        paths: || {
            let done = [START, PLAN, SAFE, APPLY, VERIFIED].concat();
            let ask = [START, PLAN, DENIED, &["CouldNotAsk"], FAILED].concat();
            vec![
                [&done[..done.len() - 1], UNTOLD].concat(),
                ask,
                [START, PLAN, APPROVED, APPLY, VERIFIED].concat(),
            ]
        },
        play: no_notifications,
    },
    Scenario {
        name: "loops end",
        paths: || {
            let verify = [&["PrepareVerification"], &VERIFY.repeat(CALLS)[..]].concat();
            vec![
                [START, &PLAN.repeat(PLANS), &["PlanDoesNotEnd"], FAILED].concat(),
                [
                    START,
                    &[PLAN, SAFE, APPLY, &["PlanAgain", "ForgetApproval"]].concat().repeat(PLANS - 1),
                    PLAN,
                    &["PlanDoesNotEnd"],
                    FAILED,
                ]
                .concat(),
                [START, PLAN, SAFE, &APPLY.repeat(CALLS), &["ApplyDoesNotEnd"], FAILED].concat(),
                [START, PLAN, SAFE, APPLY, &verify, &["VerificationDoesNotEnd"], FAILED].concat(),
            ]
        },
        play: loops_end,
    },
];

/// Every kind of failure that may pass, at every function's state.
fn throttled(stage: &mut Stage) {
    stage.change();
    stage.at_each(2, "FindOtherRuns", || Event::Error("Sfn.SfnException"));
    stage.at_each(3, "Plan", || Event::Error("Lambda.TooManyRequestsException"));
    stage.at_each(2, "Plan", || Event::Error("Lambda.Unknown"));
    stage.at("Plan", Event::Error("Lambda.ServiceException"));
    stage.at("Apply", Event::Error("Lambda.ClientExecutionTimeoutException"));
    stage.at("Apply", Event::Error("Lambda.AWSLambdaException"));
    stage.at("Verify", Event::Silence);
    stage.at("NotifyDone", Event::Error("SNS.InternalErrorException"));
    let played = stage.run();
    assert_eq!((played.retried("Plan").len(), played.retried("Apply").len()), (6, 2));
    assert_eq!((played.retried("FindOtherRuns").len(), played.retried("NotifyDone").len()), (2, 1));
    assert_eq!(played.retried("Verify"), ["States.Timeout"]);
    assert_eq!(played.subjects(), ["in step"]);
    assert!(stage.has_change());
}

fn the_source_is_down(stage: &mut Stage) {
    stage.change();
    stage.world.environments[0].server.stop().expect("dev stops");
    let played = stage.run();
    stage.world.environments[0].server.restart().expect("dev starts");
    assert_eq!(played.retried("Plan"), ["Temporary"; 3]);
    assert_eq!(played.subjects(), ["FAILED"]);
    let line = stage.logged("failed");
    assert_eq!((line["run"].as_str(), line["errorType"].as_str()), (Some(&*played.name), Some("Temporary")));
    let (error, cause) = played.failure();
    assert!(error == "Temporary" && cause.contains("127.0.0.1"), "{cause}");
    let execution = played.mails[0].message["execution"].as_str().expect("an ARN");
    assert!(execution.contains(":execution:lockstep-staging-sync:run-"), "{execution}");
    assert_eq!(played.ended.result.expect_err("it ends so").error, "SyncFailed");
    assert_eq!(stage.run().subjects(), ["in step"], "the next run goes on");
}

fn wrongly_configured(stage: &mut Stage) {
    stage.world.put_parameter(stage.staging(), "connection/writer", "mysql://127.0.0.1:1/");
    let played = stage.run();
    let writer = stage.staging().parameters()[0]["Value"].as_str().expect("a value").to_owned();
    stage.world.put_parameter(stage.staging(), "connection/writer", &writer);
    assert!(played.retried("Plan").is_empty());
    let (error, cause) = played.failure();
    assert!(error == "Configuration" && cause.contains("/lockstep/staging/connection/writer"), "{cause}");
}

fn unknown_answers(stage: &mut Stage) {
    stage.change();
    for state in ["Plan", "Apply", "Verify"] {
        stage.at(state, Event::Answer(|_| json!({ "status": "of another version" })));
        assert_eq!(stage.run().failure().0, "UnknownAnswer");
        stage.dev().script("INSERT INTO currency SELECT CONCAT('X', COUNT(*)), '' FROM currency c");
    }
}

fn not_in_step_after_all(stage: &mut Stage) {
    stage.change();
    stage.at("Verify", Event::Before(|stage| stage.staging().script("UPDATE currency SET name = 'by hand'")));
    let played = stage.run();
    let (error, cause) = played.failure();
    assert!(error == "NotInStep" && cause.contains("2 updated"), "{cause}");
}

/// The schema step is done once, the rows cannot become equal, and people are told why.
fn a_trigger_in_the_way(stage: &mut Stage) {
    let trigger = "CREATE TRIGGER dearer BEFORE INSERT ON currency FOR EACH ROW SET NEW.name = 'changed'";
    stage.change();
    stage.dev().script(trigger);
    stage.staging().script(trigger);
    for _ in 0..2 {
        let played = stage.run();
        assert_eq!(played.retried("Apply"), ["Temporary"; 3]);
        let (error, cause) = played.failure();
        assert!(error == "Temporary" && cause.contains("dearer"), "{cause}");
    }
    let statements = stage.staging().value("SELECT COUNT(*) FROM lockstep.statement");
    assert_eq!(statements.as_deref(), Some("1"));
}

/// When nobody can be told, the run fails: the alarm on failed executions is what is left.
fn no_notifications(stage: &mut Stage) {
    let down = || Event::Error("SNS.InternalErrorException");
    stage.change();
    stage.at_each(6, "NotifyDone", down);
    stage.at_each(6, "NotifyFailure", down);
    let played = stage.run();
    assert!(played.mails.is_empty() && stage.has_change());
    assert_eq!(played.ended.result.expect_err("it ends so").error, "SyncFailed");

    stage.dev().script("INSERT INTO currency VALUES ('JPY', 'Yen')");
    stage.asks(Person::Approves);
    stage.at_each(6, "RequestApproval", down);
    assert_eq!(stage.run().failure().0, "SNS.InternalErrorException");
    stage.at("RequestApproval", down());
    assert_eq!(stage.run().subjects(), ["approval wanted", "in step"]);
}

fn loops_end(stage: &mut Stage) {
    let unfinished = || Event::Answer(|_| json!({ "status": "continue" }));
    stage.at_each(PLANS, "Plan", unfinished);
    assert_eq!(stage.run().failure().0, "PlanDoesNotEnd");

    let planned = || {
        Event::Answer(
            |_| json!({ "status": "planned", "approvalRequired": false, "safe": true, "planId": "ab" }),
        )
    };
    stage.at_each(PLANS, "Plan", planned);
    stage.at_each(PLANS - 1, "Apply", || Event::Answer(|_| json!({ "status": "moved" })));
    assert_eq!(stage.run().failure().0, "PlanDoesNotEnd", "one side moves again and again");

    stage.at("Plan", planned());
    stage.at_each(CALLS, "Apply", unfinished);
    assert_eq!(stage.run().failure().0, "ApplyDoesNotEnd");

    stage.at("Plan", planned());
    stage.at("Apply", Event::Answer(|_| json!({ "status": "done" })));
    stage.at_each(CALLS, "Verify", unfinished);
    assert_eq!(stage.run().failure().0, "VerificationDoesNotEnd");
}

#[test]
fn failures_are_tried_again_or_told() {
    super::stage::play(SCENARIOS);
}
