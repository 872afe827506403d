//! Tables compared slice by slice: together the slices find what the whole comparison finds, whatever the key is.

use std::collections::BTreeMap;

use lockstep_engine::data::{
    Applied, Change, ChangeLog, Cutting, Layout, Pair, Silent, Slice, Snapshot, TableDifference, Work,
    apply_set, compare, cut, layouts,
};
use lockstep_engine::{Result, Session};
use lockstep_sandbox::testing::Kind;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::Two;

/// Pairs tried on each flavour.
const PAIRS: u32 = 24;

/// The declaration of the key's columns, and whether keys are text.
const KEYS: [(&str, &str); 7] = [
    ("a INT NOT NULL PRIMARY KEY, b INT", "number"),
    ("a BIGINT UNSIGNED NOT NULL, b TINYINT NOT NULL, PRIMARY KEY (a, b)", "number"),
    (
        "a VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b)",
        "text",
    ),
    ("a CHAR(9) CHARACTER SET latin1 NOT NULL PRIMARY KEY, b INT", "text"),
    ("a VARBINARY(9) NOT NULL PRIMARY KEY, b INT", "text"),
    ("a DECIMAL(20,3) NOT NULL, b DATE NOT NULL, PRIMARY KEY (b, a)", "date"),
    // No primary key: the identity is a unique key with columns that may be NULL, and are not.
    ("a INT NULL, b INT NULL, UNIQUE KEY (b, a)", "number"),
];

/// A row: key, value.
type Row = (u8, u8);

fn script(key: usize, rows: &BTreeMap<u8, u8>, upper: bool) -> String {
    let (columns, kind) = KEYS[key];
    let mut sql = format!("CREATE TABLE t ({columns}, v INT);");
    for (k, v) in rows {
        let (a, b) = match kind {
            "text" if upper => (format!("'K{k}'"), "1".to_owned()),
            "text" => (format!("'k{k}'"), "1".to_owned()),
            "date" => (format!("{k}.5"), format!("'2026-01-{:02}'", 1 + k % 28)),
            // Keys lie far apart and on both sides of zero, where that is possible.
            _ if key == 1 => {
                (format!("{}", u128::from(u64::MAX) / 256 * u128::from(*k)), (k % 100).to_string())
            }
            _ => ((i64::from(*k) * 1000 - 50_000).to_string(), (k % 100).to_string()),
        };
        sql += &format!("INSERT INTO t VALUES ({a}, {b}, {v});");
    }
    sql
}

/// Slices of a table that is cut at random.
fn cut_at_random(layout: &Layout, bounds: &[i64], shares: u32) -> Vec<Slice> {
    let integer = &layout.identity()[0];
    if !bounds.is_empty() && matches!(integer.kind, lockstep_engine::data::Kind::Integer { .. }) {
        let mut bounds: Vec<i128> = bounds.iter().copied().map(i128::from).collect();
        bounds.sort_unstable();
        bounds.dedup();
        let from = std::iter::once(None).chain(bounds.iter().copied().map(Some));
        let to = bounds.iter().copied().map(Some).chain(std::iter::once(None));
        let column = integer.name.clone();
        return from.zip(to).map(|(from, to)| Slice::Keys { column: column.clone(), from, to }).collect();
    }
    (0..shares).map(|number| Slice::Share { number, of: shares }).collect()
}

/// The pair of the one table.
fn pair(two: &Two) -> Pair {
    let topology = two.plain_topology();
    let [mut source, mut target] = two.sessions();
    let of = |session: &mut Session| layouts(session, topology.references()).unwrap().remove(0);
    Pair::new(of(&mut source), of(&mut target)).unwrap()
}

fn difference(two: &Two, pair: Pair) -> Result<TableDifference> {
    let [source, target] = two.sessions();
    let (mut source, mut target) = (Snapshot::open(source)?, Snapshot::open(target)?);
    source.set_link(two.link);
    Ok(compare(&mut source, &mut target, &[pair], &Silent)?.remove(0))
}

fn sorted(changes: &ChangeLog) -> Vec<String> {
    let mut all: Vec<String> = changes.iter().map(|c| format!("{:?}", c.unwrap().1)).collect();
    all.sort();
    all
}

/// Compares whole and by slices; then by the slices that differ, and applies that.
fn check(two: &Two, bounds: &[i64], shares: u32, what: &str) {
    let whole = difference(two, pair(two)).unwrap();
    let slices = cut_at_random(&pair(two).source, bounds, shares);
    assert!(Slice::are_complete(&slices));
    let (mut equal, mut rows, mut found, mut differing) = (0, 0, Vec::new(), Vec::new());
    for slice in &slices {
        let part = difference(two, pair(two).within(std::slice::from_ref(slice)).unwrap()).unwrap();
        equal += part.equal;
        rows += part.source.rows;
        found.extend(sorted(&part.changes));
        if !part.is_empty() {
            differing.push(slice.clone());
        }
    }
    assert_eq!((equal, rows), (whole.equal, whole.source.rows), "{what}: {slices:?}");
    let again = difference(two, pair(two).within(&differing).unwrap()).unwrap();
    let whole_changes = sorted(&whole.changes);
    // Keys that one collation takes for one key may be in different slices: then both differ, and are read together.
    assert_eq!(sorted(&again.changes), whole_changes, "{what}: {differing:?}");
    let respelled = whole.changes.iter().any(|c| matches!(c.unwrap().1, Change::Update(_)));
    found.sort();
    assert!(respelled || found == whole_changes, "{what}: {slices:?}");

    let restricted = pair(two).within(&differing).unwrap();
    let [_, mut target] = two.sessions();
    let work = Work { layout: &restricted.target, difference: &again };
    let applied = apply_set(&mut target, &[work], &[], &Silent).unwrap_or_else(|e| panic!("{what}: {e}"));
    let changes = &again.changes;
    let counted =
        Applied { inserted: changes.inserts(), updated: changes.updates(), deleted: changes.deletes() };
    assert_eq!(applied, counted, "{what}");
    two.assert_in_step(what);
}

fn slices_are_the_whole(kind: Kind) {
    let config = Config { cases: PAIRS, failure_persistence: None, ..Config::default() };
    let mut runner = match std::env::var_os("LOCKSTEP_RANDOM") {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let row = || (any::<u8>(), 0_u8..3);
    let rows = || prop::collection::vec(row(), 0..30);
    let bounds = prop::collection::vec(prop_oneof![-60_000_i64..250_000, any::<i64>()], 0..5);
    // Most rows are on both sides.
    let strategy = (0..KEYS.len(), rows(), rows(), rows(), bounds, 1_u32..7, any::<bool>());
    runner
        .run(&strategy, |(key, common, source, target, bounds, shares, upper)| {
            let of = |own: &[Row]| -> BTreeMap<u8, u8> { common.iter().chain(own).copied().collect() };
            let (source, target) = (script(key, &of(&source), false), script(key, &of(&target), upper));
            let two = Two::with(kind, "slices", &source, &target);
            check(&two, &bounds, shares, &format!("{kind}\n-- source\n{source}\n-- target\n{target}\n"));
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn slices_are_the_whole_on_mysql() {
    slices_are_the_whole(Kind::MySql97);
}

#[test]
fn slices_are_the_whole_on_mariadb() {
    slices_are_the_whole(Kind::MariaDb1011);
}

/// Cuts by the servers' own estimates, on each server that a table may be on.
#[test]
fn servers_say_how_to_cut() {
    for kind in [Kind::MySql97, Kind::MariaDb1011, Kind::MySql56] {
        let mut script = "CREATE TABLE t (id BIGINT PRIMARY KEY, v VARCHAR(200), KEY (v));
             INSERT INTO t VALUES (-7000000000, REPEAT('x', 200));"
            .to_owned();
        for doubling in 0..12 {
            script += &format!("INSERT INTO t SELECT id + {}, v FROM t;", 1 << doubling);
        }
        let two = Two::with(kind, "cut", &format!("{script} ANALYZE TABLE t;"), &script);
        let pair = pair(&two);
        let [mut source, _] = two.sessions();
        let cutting = Cutting { slice_bytes: pair.source.bytes / 8, most: 40 };
        let slices = cut(&mut source, &pair.source, cutting).unwrap().expect("a large table");
        assert!(Slice::are_complete(&slices), "{kind}: {slices:?}");
        assert!((5..=40).contains(&slices.len()), "{kind}: {} slices", slices.len());
        let rows = |slice: &Slice| {
            let part = pair.clone().within(std::slice::from_ref(slice)).unwrap();
            difference(&two, part).unwrap().source.rows
        };
        let rows: Vec<u64> = slices.iter().map(rows).collect();
        assert_eq!(rows.iter().sum::<u64>(), 4096, "{kind}");
        assert!(rows.iter().all(|rows| *rows <= 2048), "{kind}: {rows:?}");
        let few = Cutting { slice_bytes: 1, most: 3 };
        assert!(cut(&mut source, &pair.source, few).unwrap().expect("a cut").len() <= 3);
        let small = Cutting { slice_bytes: pair.source.bytes, most: 40 };
        assert_eq!(cut(&mut source, &pair.source, small).unwrap(), None, "{kind}");
    }
}

#[test]
fn a_table_that_was_not_cut_so_is_refused() {
    let script = "CREATE TABLE t (id INT PRIMARY KEY, v INT)";
    let two = Two::with(Kind::MySql97, "cut", script, script);
    let keys = |column: &str| Slice::Keys { column: column.into(), from: Some(1), to: None };
    for slice in [keys("v"), keys("id` OR 1 = 1"), Slice::Share { number: 2, of: 2 }] {
        let error = pair(&two).within(std::slice::from_ref(&slice)).unwrap_err();
        assert!(error.to_string().contains("cannot be cut so"), "{error}");
    }
}
