//! Foreign keys that lead into what a run changes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Place, WHO, Who};
use crate::common::{FLAVORS, rows};

#[test]
fn a_cascade_from_a_database_out_of_scope_is_seen_by_every_account() {
    for kind in FLAVORS {
        let place = Place::new(
            kind,
            "CREATE TABLE cur (code CHAR(3) PRIMARY KEY, name VARCHAR(20)); INSERT INTO cur VALUES ('EUR', 'e');",
            "CREATE TABLE cur (code CHAR(3) PRIMARY KEY, name VARCHAR(20));
             CREATE TABLE OUT.ord (id INT PRIMARY KEY, cur CHAR(3), CONSTRAINT fk FOREIGN KEY (cur)
                 REFERENCES IN.cur (code) ON DELETE CASCADE);
             INSERT INTO cur VALUES ('EUR', 'e'), ('USD', 'd'); INSERT INTO OUT.ord VALUES (1, 'EUR'), (2, 'USD');",
        );
        for who in WHO {
            place.expect_unharmed(who, &["cur"], 3, &["OUT.ord", "foreign key fk"]);
        }
        // An account that may not see the key cannot know.
        place
            .target()
            .run_script("mysql", &format!("REVOKE REFERENCES ON *.* FROM '{}'@'%'", place.user("w")));
        let topology = place.topology("[[reference_tables]]\ntable = \"IN.cur\"\n");
        let before = place.contents();
        let ran = place.by_topology(&topology, "sync", &["--yes", "--allow", "destructive"]).expect(3);
        assert!(ran.out.contains("GRANT REFERENCES ON *.*"), "{}", ran.out);
        let doctor = place.by_topology(&topology, "doctor", &[]).expect(1);
        assert!(doctor.out.contains("GRANT REFERENCES ON *.*"), "{}", doctor.out);
        assert_eq!(place.contents(), before);
        // Named in the topology, the cascade is permitted.
        place.target().run_script("mysql", &format!("GRANT REFERENCES ON *.* TO '{}'@'%'", place.user("w")));
        let named = place.named("cascades = [\"OUT.ord.fk\"]\n").replace('`', "");
        let topology = place.topology(&format!("[[reference_tables]]\ntable = \"IN.cur\"\n{named}"));
        place.by_topology(&topology, "sync", &["--yes"]).expect(0);
        assert_eq!(rows(place.target(), &place.named("SELECT id FROM OUT.ord")), [["1"]]);
    }
}

#[test]
fn a_key_that_the_same_run_makes_cascade_counts_as_it_will_be() {
    for kind in FLAVORS {
        let place = Place::new(
            kind,
            "CREATE TABLE cur (code CHAR(3) PRIMARY KEY); CREATE TABLE ord (id INT PRIMARY KEY, cur CHAR(3),
                 CONSTRAINT f FOREIGN KEY (cur) REFERENCES cur (code) ON DELETE CASCADE);
             INSERT INTO cur VALUES ('EUR');",
            "CREATE TABLE cur (code CHAR(3) PRIMARY KEY); CREATE TABLE ord (id INT PRIMARY KEY, cur CHAR(3),
                 CONSTRAINT f FOREIGN KEY (cur) REFERENCES cur (code));
             INSERT INTO cur VALUES ('EUR'), ('USD'); INSERT INTO ord VALUES (1, 'USD'), (2, 'EUR');",
        );
        place.expect_unharmed(Who::Root, &["cur"], 3, &["IN.ord", "foreign key f"]);
    }
}

#[test]
fn a_delete_under_a_key_out_of_scope_is_stopped_by_the_server() {
    for kind in FLAVORS {
        let both = "CREATE TABLE p (id INT PRIMARY KEY, name VARCHAR(9)); CREATE TABLE k (id INT PRIMARY KEY, p INT,
            FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE); INSERT INTO p VALUES (1, 'a'); INSERT INTO k VALUES (1, 1);";
        let place = Place::new(
            kind,
            both,
            &format!(
                "{both} CREATE TABLE OUT.o (id INT PRIMARY KEY, p INT, CONSTRAINT op FOREIGN KEY (p) REFERENCES IN.p (id));
                 INSERT INTO p VALUES (2, 'b'); INSERT INTO k VALUES (2, 2); INSERT INTO OUT.o VALUES (1, 2);"
            ),
        );
        for who in WHO {
            place.expect_unharmed(who, &["p", "k"], 1, &["OUT.o", "(op)"]);
        }
        place.target().execute(&place.named("DELETE FROM OUT.o"));
        place.run_as(Who::Granted, "sync", &["p", "k"], &["--yes"]).expect(0);
    }
}

#[test]
fn a_table_under_a_key_out_of_scope_is_neither_dropped_nor_changed() {
    for kind in FLAVORS {
        let child = |parent: &str, kind: &str| {
            format!(
                "CREATE TABLE OUT.{parent}_kid (id INT PRIMARY KEY, p {kind}, CONSTRAINT {parent}_k FOREIGN KEY (p)
                 REFERENCES IN.{parent} (id)); INSERT INTO OUT.{parent}_kid VALUES (1, 1);"
            )
        };
        let place = Place::new(
            kind,
            "CREATE TABLE aa (id INT PRIMARY KEY, e INT);",
            &format!(
                "CREATE TABLE aa (id INT PRIMARY KEY); CREATE TABLE par (id INT PRIMARY KEY); INSERT INTO par VALUES (1); {}",
                child("par", "INT")
            ),
        );
        for who in WHO {
            place.expect_unharmed(who, &[], 3, &["OUT.par_kid", "par_k", "is dropped"]);
        }
        // Every change that the key forbids: the type, the column's name, the key that it rests on, the engine.
        for (number, source) in [
            "CREATE TABLE t (id BIGINT PRIMARY KEY, n INT)",
            "CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, n INT)",
            "CREATE TABLE t (idx INT PRIMARY KEY, n INT)",
            "CREATE TABLE t (id INT, n INT PRIMARY KEY)",
            "CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE=MyISAM",
        ]
        .into_iter()
        .enumerate()
        {
            let target = format!(
                "CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1); {}",
                child("t", "INT")
            );
            let place = Place::new(kind, source, &target);
            let who = WHO[number % 2];
            place.expect_unharmed(who, &[], 3, &["OUT.t_kid", "t_k", "changes in a column or key"]);
        }
        // Other changes of the table are none of the key's business.
        let target = format!(
            "CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1); {}",
            child("t", "INT")
        );
        let place =
            Place::new(kind, "CREATE TABLE t (id INT PRIMARY KEY, n BIGINT, m INT, KEY (m))", &target);
        place.run_as(Who::Granted, "sync", &[], &["--yes"]).expect(0);
    }
}

#[test]
fn tables_that_refer_to_each_other_are_dropped_with_checks_on() {
    for kind in FLAVORS {
        let place = Place::new(
            kind,
            "CREATE TABLE stays (id INT PRIMARY KEY)",
            "CREATE TABLE stays (id INT PRIMARY KEY, p INT); CREATE TABLE a (id INT PRIMARY KEY, b INT);
             CREATE TABLE b (id INT PRIMARY KEY, a INT, me INT, FOREIGN KEY (a) REFERENCES a (id), FOREIGN KEY (me) REFERENCES b (id));
             ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id); CREATE TABLE c (id INT PRIMARY KEY, a INT,
                 FOREIGN KEY (a) REFERENCES a (id)); CREATE TABLE z (id INT PRIMARY KEY);
             ALTER TABLE stays ADD FOREIGN KEY (p) REFERENCES z (id);",
        );
        place.run_as(Who::Root, "sync", &[], &["--yes", "--allow", "destructive"]).expect(0);
        place.run_as(Who::Root, "verify", &[], &[]).expect(0);
    }
}

/// What a foreign key's rule says.
const RULES: [&str; 4] = ["RESTRICT", "NO ACTION", "CASCADE", "SET NULL"];

/// What the plan does to a row that is referred to.
const CHANGES: [&str; 4] = ["delete", "update of the key", "update of another column", "insert"];

/// Where the table lives that refers.
const HOMES: [&str; 3] = ["out of scope", "in scope", "reference table"];

#[test]
fn every_rule_change_and_place_of_a_child_has_its_answer() {
    for kind in FLAVORS {
        let (mut source, mut target) = (String::new(), String::new());
        let (mut references, mut expected) = (Vec::new(), BTreeMap::new());
        for (i, rule) in RULES.iter().enumerate() {
            for (j, change) in CHANGES.iter().enumerate() {
                for (k, home) in HOMES.iter().enumerate() {
                    let (p, c) = (format!("p{i}{j}{k}"), format!("c{i}{j}{k}"));
                    let child_home = if k == 0 { "OUT." } else { "" };
                    let table = format!("CREATE TABLE {p} (id INT PRIMARY KEY, u INT UNIQUE, v INT);");
                    let child = |home: &str, parent: &str| {
                        format!(
                            "CREATE TABLE {home}{c} (id INT PRIMARY KEY, u INT, CONSTRAINT {c}_k FOREIGN KEY (u)
                             REFERENCES {parent}{p} (u) ON DELETE {rule} ON UPDATE {rule});"
                        )
                    };
                    let after = [
                        "(1, 1, 1)",
                        "(1, 1, 1), (2, 9, 2)",
                        "(1, 1, 1), (2, 2, 9)",
                        "(1, 1, 1), (2, 2, 2), (3, 3, 3)",
                    ];
                    let _ = writeln!(source, "{table} INSERT INTO {p} VALUES {};", after[j]);
                    let _ = writeln!(target, "{table} INSERT INTO {p} VALUES (1, 1, 1), (2, 2, 2);");
                    target.push_str(&child(child_home, if k == 0 { "IN." } else { "" }));
                    if k > 0 {
                        source.push_str(&child("", ""));
                    }
                    references.push(p.clone());
                    if k == 2 {
                        references.push(c);
                    }
                    let acts = i >= 2 && j < 2 && k < 2;
                    expected.insert(p, (acts, format!("{rule}, {change}, {home}")));
                }
            }
        }
        let place = Place::new(kind, &source, &target);
        let tables: Vec<&str> = references.iter().map(String::as_str).collect();
        for who in WHO {
            let ran = place.run_as(who, "plan", &tables, &["--format", "json"]).expect(3);
            let plan: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            let refused = plan["refused"].as_array().unwrap();
            for (table, (acts, what)) in &expected {
                let object = place.named(&format!("IN.{table}"));
                let found: Vec<&serde_json::Value> =
                    refused.iter().filter(|p| p["object"] == object.as_str()).collect();
                assert_eq!(!found.is_empty(), *acts, "{kind} {who:?}: {what}: {found:?}");
                let child = table.replace('p', "c");
                assert!(
                    found.iter().all(|p| p["reason"].as_str().unwrap().contains(&format!("{child}_k"))),
                    "{found:?}"
                );
            }
        }
    }
}

#[test]
fn a_cascade_is_followed_through_the_tables_in_scope() {
    for kind in FLAVORS {
        let both = "CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY, a INT,
            FOREIGN KEY (a) REFERENCES a (id) ON DELETE CASCADE);";
        let place = Place::new(
            kind,
            &format!("{both} INSERT INTO a VALUES (1);"),
            &format!(
                "{both} CREATE TABLE OUT.c (id INT PRIMARY KEY, b INT, CONSTRAINT cb FOREIGN KEY (b) REFERENCES IN.b (id)
                 ON DELETE SET NULL); INSERT INTO a VALUES (1), (2);"
            ),
        );
        place.expect_unharmed(Who::Root, &["a", "b"], 3, &["OUT.c", "cb", "by way of IN.b"]);
    }
}
