//! Plans that are refused, and plans that need a snapshot first.

use serde_json::{Value, json};

use super::paths::{APPLY, FAILED, PLAN, SNAPSHOT, START, VERIFIED, WAIT};
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
        paths: || vec![[START, PLAN, SNAPSHOT, WAIT, WAIT, APPLY, VERIFIED].concat()],
        play: snapshot_first,
    },
    Scenario {
        name: "snapshot is there",
        paths: || {
            let first = [START, PLAN, SNAPSHOT, WAIT, &["Apply"], FAILED].concat();
            vec![first, [START, PLAN, SNAPSHOT, WAIT, APPLY, VERIFIED].concat()]
        },
        play: snapshot_is_there,
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
        paths: || vec![[START, PLAN, SNAPSHOT, WAIT, APPLY, VERIFIED].concat()],
        play: |stage| {
            old_table(stage);
            stage.at_each(3, "CreateSnapshot", || Event::Error("Rds.InvalidDbClusterStateException"));
            let played = run(stage);
            assert_eq!(played.retried("CreateSnapshot").len(), 3);
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

/// The run after a failed one finds its own snapshot.
fn snapshot_is_there(stage: &mut Stage) {
    old_table(stage);
    stage.at("Apply", Event::Error("Internal"));
    assert_eq!(run(stage).failure().0, "Internal");
    assert_eq!(run(stage).subjects(), ["in step"]);
    assert!(!has_old_table(stage));
}

#[test]
fn unsafe_plans_are_refused_or_wait_for_a_snapshot() {
    super::stage::play(SCENARIOS);
}
