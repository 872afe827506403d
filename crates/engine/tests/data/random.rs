//! Random pairs of small databases converge: keys, unique values and references are drawn from so few
//! values that rows stand in each other's way in every manner.

use std::collections::BTreeSet;

use lockstep_engine::data::Link;
use lockstep_sandbox::testing::Kind;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::Two;

/// Pairs tried on each flavour.
const PAIRS: u32 = 40;

/// How the tables are made.
#[derive(Clone, Debug)]
struct Shape {
    key: &'static str,
    unique_null: bool,
    /// The parent's column that the child refers to.
    refers_to_key: bool,
    on_delete: &'static str,
    on_update: &'static str,
    with_self_reference: bool,
}

/// A row of the parent: key, unique value, which row it refers to, value.
type Parent = (u8, Option<u8>, Option<u8>, u8);

/// A row of the child: key, which parent row it refers to.
type Child = (u8, Option<u8>);

fn shape() -> impl Strategy<Value = Shape> {
    let keys = prop_oneof![
        Just("INT"),
        Just("BIGINT UNSIGNED"),
        Just("VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"),
        Just("VARBINARY(20)"),
        Just("DECIMAL(20,5)"),
    ];
    let action = || prop_oneof![Just("RESTRICT"), Just("CASCADE"), Just("SET NULL"), Just("NO ACTION")];
    (keys, any::<bool>(), any::<bool>(), action(), action(), any::<bool>()).prop_map(
        |(key, unique_null, refers_to_key, on_delete, on_update, with_self_reference)| Shape {
            key,
            unique_null,
            refers_to_key,
            on_delete,
            on_update,
            with_self_reference,
        },
    )
}

fn rows() -> impl Strategy<Value = (Vec<Parent>, Vec<Child>)> {
    let small = || 0_u8..9;
    let parent = (small(), prop::option::weighted(0.9, small()), prop::option::of(small()), 0_u8..3);
    let child = (small(), prop::option::weighted(0.9, small()));
    (prop::collection::vec(parent, 0..9), prop::collection::vec(child, 0..9))
}

impl Shape {
    fn schema(&self) -> String {
        let null = if self.unique_null { "NULL" } else { "NOT NULL" };
        let (column, kind) = if self.refers_to_key { ("k", self.key) } else { ("u", "INT") };
        let itself = if self.with_self_reference { ", FOREIGN KEY (r) REFERENCES p (k)" } else { "" };
        format!(
            "SET foreign_key_checks = 0; \
             CREATE TABLE p (k {key} NOT NULL PRIMARY KEY, u INT {null}, r {key} NULL, v INT, UNIQUE KEY (u){itself}); \
             CREATE TABLE c (id INT PRIMARY KEY, p {kind} NULL, \
             FOREIGN KEY (p) REFERENCES p ({column}) ON DELETE {} ON UPDATE {});",
            self.on_delete,
            self.on_update,
            key = self.key,
        )
    }

    /// The rows as INSERTs that break no constraint. `spelling` changes how string keys are written.
    fn inserts(&self, (parents, children): &(Vec<Parent>, Vec<Child>), spelling: bool) -> String {
        let key = |k: u8| match self.key {
            "INT" | "BIGINT UNSIGNED" | "DECIMAL(20,5)" => k.to_string(),
            // Upper and lower case are one key where the collation says so.
            _ if spelling && k.is_multiple_of(2) => format!("'K{k}'"),
            _ => format!("'k{k}'"),
        };
        let (mut keys, mut uniques) = (BTreeSet::new(), BTreeSet::new());
        let mut kept = Vec::new();
        for &(k, u, r, v) in parents {
            let u = u.or((!self.unique_null).then_some(k));
            if !keys.contains(&k) && u.is_none_or(|u| !uniques.contains(&u)) {
                keys.insert(k);
                uniques.extend(u);
                kept.push((k, u, r, v));
            }
        }
        let shown = |v: Option<String>| v.unwrap_or_else(|| "NULL".to_owned());
        let mut sql = String::new();
        for (k, u, r, v) in kept {
            let r = r.filter(|r| keys.contains(r)).map(key);
            sql += &format!(
                "INSERT INTO p VALUES ({}, {}, {}, {v});",
                key(k),
                shown(u.map(|u| u.to_string())),
                shown(r)
            );
        }
        let mut ids = BTreeSet::new();
        for &(id, p) in children {
            if ids.insert(id) {
                let p = if self.refers_to_key {
                    p.filter(|p| keys.contains(p)).map(key)
                } else {
                    p.filter(|p| uniques.contains(p)).map(|p| p.to_string())
                };
                sql += &format!("INSERT INTO c VALUES ({id}, {});", shown(p));
            }
        }
        sql
    }
}

fn converge(kind: Kind) {
    // The same pairs each time; `LOCKSTEP_RANDOM=1` draws others.
    let config = Config { cases: PAIRS, failure_persistence: None, ..Config::default() };
    let mut runner = match std::env::var_os("LOCKSTEP_RANDOM") {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let strategy = (shape(), rows(), rows(), any::<bool>(), any::<bool>());
    runner
        .run(&strategy, |(shape, source, target, spelling, slow)| {
            let schema = shape.schema();
            let source = format!("{schema}{}", shape.inserts(&source, false));
            let target = format!("{schema}{}", shape.inserts(&target, spelling));
            let mut two = Two::with(kind, "random", &source, &target);
            two.link = if slow { Link::Slow } else { Link::Fast };
            let what = format!("{kind}\n-- source\n{source}\n-- target\n{target}\n");
            let result = two.sync();
            prop_assert!(result.is_ok(), "{}: {:?}", what, result.err());
            two.assert_in_step(&what);
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn converges_on_mysql() {
    converge(Kind::MySql97);
}

#[test]
fn converges_on_mariadb() {
    converge(Kind::MariaDb1011);
}
