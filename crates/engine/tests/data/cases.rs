//! The awkward tables of `tests/awkward`, on each flavour that knows them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use lockstep_engine::data::{Link, TableDifference};
use lockstep_sandbox::testing::Kind;

use crate::support::{Two, rows};

/// Cases run at the same time.
const WORKERS: usize = 3;

#[test]
fn on_mysql() {
    run_all(Kind::MySql97, "mysql");
}

#[test]
fn on_mariadb() {
    run_all(Kind::MariaDb1011, "mariadb");
}

/// Runs every case, and fails with the list of those that went wrong. `AWKWARD=part-of-a-name` selects.
fn run_all(kind: Kind, flavour: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/awkward");
    let wanted = std::env::var("AWKWARD").unwrap_or_default();
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.is_dir() && case.to_string_lossy().contains(&wanted));
    cases.retain(|case| {
        std::fs::read_to_string(case.join("only")).map_or(true, |only| only.trim() == flavour)
    });
    assert!(!cases.is_empty());
    let (queue, failures) = (Mutex::new(cases), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = { queue.lock().unwrap().pop() } {
                    if catch_unwind(AssertUnwindSafe(|| run(kind, &case))).is_err() {
                        failures
                            .lock()
                            .unwrap()
                            .push(case.file_name().unwrap().to_string_lossy().into_owned());
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(failures.is_empty(), "{} cases failed on {kind}: {}", failures.len(), failures.join(", "));
}

fn run(kind: Kind, case: &Path) {
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let read = |file: &str| std::fs::read_to_string(case.join(file)).unwrap();
    let expect = read("expect").lines().filter(|l| !l.starts_with('#')).collect::<String>();
    let mut two = Two::with(kind, "awkward", &read("source.sql"), &read("target.sql"));
    let held = |two: &Two| -> Vec<_> {
        let mut conn = two.servers.target.connect();
        two.tables().iter().map(|table| rows(&mut conn, table)).collect()
    };
    let before = held(&two);
    two.link = Link::Slow;
    let by_groups = two.compare(&two.plain_topology());
    two.link = Link::Fast;
    if let (Ok(by_groups), Ok(streamed)) = (by_groups, two.compare(&two.plain_topology())) {
        for (a, b) in by_groups.differences.iter().zip(&streamed.differences) {
            let counts = |d: &TableDifference| {
                (d.equal, d.changes.inserts(), d.changes.updates(), d.changes.deletes())
            };
            assert_eq!(counts(a), counts(b), "{name} on {kind}: {} by groups and streamed", a.table);
        }
    }
    match (expect.trim(), two.sync()) {
        ("converge", Ok(_)) => two.assert_in_step(&name),
        ("converge", Err(error)) => panic!("{name} on {kind}: {error} ({:?})", error.hint()),
        ("refuse", Ok(_)) => panic!("{name} on {kind}: not refused"),
        ("refuse", Err(_)) => {
            assert!(before == held(&two), "{name} on {kind}: refused, and yet rows changed")
        }
        (other, _) => panic!("{name}: expect says {other}"),
    }
}
