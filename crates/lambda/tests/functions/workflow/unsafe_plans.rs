//! Plans that are refused, and plans that need a snapshot first.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::paths::{APPLY, COUNTED, FAILED, PLAN, SNAPSHOT, START, VERIFIED, WAIT};
use super::stage::{Event, Played, Scenario, Stage};

/// The most looks at a snapshot: four hours.
const LOOKS: usize = 481;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "refused",
        paths: || {
            let refused = [START, PLAN, &["IsNewRefusal"]].concat();
            vec![
                [&refused[..], &["NotifyRefused", "Refused"]].concat(),
                [&refused[..], &["Refused"]].concat(),
            ]
        },
        play: refused,
    },
    Scenario {
        name: "snapshot first",
        paths: || vec![[START, PLAN, SNAPSHOT, WAIT, WAIT, COUNTED, APPLY, VERIFIED].concat()],
        play: snapshot_first,
    },
    Scenario {
        name: "the answer is lost",
        paths: || vec![[START, PLAN, SNAPSHOT, WAIT, COUNTED, APPLY, VERIFIED].concat()],
        play: the_answer_is_lost,
    },
    Scenario {
        name: "snapshot of an older run",
        paths: || {
            let first = [START, PLAN, SNAPSHOT, WAIT, COUNTED, &["Apply"], FAILED].concat();
            let again =
                [APPLY, &["PlanAgain", "ForgetApproval"], PLAN, SNAPSHOT, WAIT, COUNTED, APPLY, VERIFIED]
                    .concat();
            vec![first, [START, PLAN, SNAPSHOT, WAIT, COUNTED, &again].concat()]
        },
        play: snapshot_of_an_older_run,
    },
    Scenario {
        name: "snapshots fill up",
        paths: || {
            let begun = [START, PLAN, SNAPSHOT, WAIT, COUNTED].concat();
            let uncounted = [START, PLAN, SNAPSHOT, WAIT, &["CountSnapshots"], APPLY, VERIFIED].concat();
            vec![[&begun[..], &["NotifySnapshots"], APPLY, VERIFIED].concat(), uncounted]
        },
        play: snapshots_fill_up,
    },
    Scenario {
        name: "snapshot fails",
        paths: || vec![[START, PLAN, SNAPSHOT, WAIT, &["SnapshotFailed"], FAILED].concat()],
        play: |stage| {
            old_table(stage);
            stage.at("DescribeSnapshot", status("failed"));
            let played = run(stage);
            assert_eq!(played.failure(), ("SnapshotFailed", "The snapshot is failed; nothing was changed"));
            assert!(has_old_table(stage));
        },
    },
    Scenario {
        name: "snapshot never ends",
        paths: || vec![[START, PLAN, SNAPSHOT, &WAIT.repeat(LOOKS), &["SnapshotFailed"], FAILED].concat()],
        play: |stage| {
            old_table(stage);
            stage.at_each(LOOKS, "DescribeSnapshot", || status("creating"));
            let played = run(stage);
            assert_eq!(played.failure(), ("SnapshotFailed", "The snapshot is creating; nothing was changed"));
            assert_eq!(played.ended.took.as_secs(), 30 * LOOKS as u64);
            assert!(has_old_table(stage));
        },
    },
    Scenario {
        name: "cluster is busy",
        paths: || vec![[START, PLAN, SNAPSHOT, WAIT, COUNTED, APPLY, VERIFIED].concat()],
        play: |stage| {
            old_table(stage);
            stage.at_each(3, "CreateSnapshot", || Event::Error("Rds.InvalidDbClusterStateException"));
            stage.at_each(2, "CreateSnapshot", || Event::Error("Rds.RdsException"));
            let played = run(stage);
            assert_eq!(played.retried("CreateSnapshot").len(), 5);
            assert!(!has_old_table(stage));
        },
    },
];

/// A table in staging that dev has not got: to drop it is destructive.
fn old_table(stage: &Stage) {
    stage.staging().script(&format!("CREATE TABLE `{}` (id INT PRIMARY KEY)", stage.name));
}

fn has_old_table(stage: &Stage) -> bool {
    stage.staging().value(&format!("SHOW TABLES FROM shop LIKE '{}'", stage.name)).is_some()
}

/// A person allows what destroys.
fn run(stage: &mut Stage) -> Played {
    stage.run_with(&json!({ "trigger": "person", "allow": ["destructive"] }))
}

/// The API server's snapshots are there at once, so a scenario says what else is seen of them.
fn status(status: &'static str) -> Event {
    Event::Answer(match status {
        "creating" => |_: &Value| json!({ "DbClusterSnapshots": [{ "Status": "creating" }] }),
        "failed" => |_: &Value| json!({ "DbClusterSnapshots": [{ "Status": "failed" }] }),
        other => panic!("{other}: no status of a snapshot"),
    })
}

fn refused(stage: &mut Stage) {
    old_table(stage);
    let played = stage.run();
    assert_eq!(played.subjects(), ["refused"]);
    let summary = played.mails[0].message["summary"].as_str().expect("a summary");
    assert!(summary.contains(stage.name), "{summary}");
    assert_eq!(played.ended.result.expect_err("it ends so").error, "Refused");
    assert!(stage.run().subjects().is_empty(), "told once");
    assert!(has_old_table(stage));
}

fn snapshot_first(stage: &mut Stage) {
    old_table(stage);
    stage.at("DescribeSnapshot", status("creating"));
    let played = run(stage);
    assert_eq!(played.subjects(), ["in step"]);
    assert_eq!(played.ended.took.as_secs(), 60);
    assert_eq!(played.mails[0].message["counts"]["destructive"], 1);
    assert!(!has_old_table(stage));
}

/// An attempt that is made again finds the snapshot of the first.
fn the_answer_is_lost(stage: &mut Stage) {
    old_table(stage);
    stage.at("CreateSnapshot", Event::Lost);
    let played = run(stage);
    assert_eq!(played.retried("CreateSnapshot"), ["States.Timeout"]);
    assert_eq!(played.subjects(), ["in step"]);
    assert!(!has_old_table(stage));
}

/// A snapshot from before a failed run, or from before somebody was asked again, is not the state right before the plan.
fn snapshot_of_an_older_run(stage: &mut Stage) {
    old_table(stage);
    stage.at("Apply", Event::Error("Internal"));
    let failed = run(stage);
    assert_eq!(failed.failure().0, "Internal");
    stage.at("Apply", Event::Answer(|_| json!({ "status": "moved" })));
    let done = run(stage);
    assert_eq!(done.subjects(), ["in step"]);
    assert!(!has_old_table(stage));
    assert_eq!(failed.sent("Apply")["planId"], done.sent("Apply")["planId"]);
    let names = [snapshots(&failed), snapshots(&done)].concat();
    assert!(names.len() == 3 && names.iter().collect::<BTreeSet<_>>().len() == 3, "{names:?}");
    let plan = done.sent("Apply")["planId"].as_str().expect("an id");
    assert!(names[0].starts_with(&format!("lockstep-staging-{plan}-20261122")), "{names:?}");
}

/// The names under which snapshots were begun.
fn snapshots(played: &Played) -> Vec<String> {
    let begun = played.all("CreateSnapshot").map(|given| given["DbClusterSnapshotIdentifier"].as_str());
    begun.map(|name| name.expect("a name").to_owned()).collect()
}

/// People are told while there is room; not to be able to count them keeps nothing back.
fn snapshots_fill_up(stage: &mut Stage) {
    old_table(stage);
    stage.at(
        "CountSnapshots",
        Event::Answer(|given| {
            assert_eq!(given["SnapshotType"], "manual");
            let page = usize::try_from(given["MaxRecords"].as_u64().expect("a number")).expect("a small one");
            json!({ "DbClusterSnapshots": vec![json!({ "Status": "available" }); page] })
        }),
    );
    let played = run(stage);
    assert_eq!(played.subjects(), ["snapshots fill up", "in step"]);
    assert_eq!(
        played.mails[0].message["newest"],
        played.given("CreateSnapshot")["DbClusterSnapshotIdentifier"]
    );

    old_table(stage);
    stage.at_each(6, "CountSnapshots", || Event::Error("Rds.RdsException"));
    assert_eq!(run(stage).subjects(), ["in step"]);
    assert!(!has_old_table(stage));
}

#[test]
fn unsafe_plans_are_refused_or_wait_for_a_snapshot() {
    super::stage::play(SCENARIOS);
}
