//! A plan is open, rows, close: what must come before the rows, the rows, and what these satisfy.

use lockstep_sandbox::testing::{Endpoint, Kind};

use crate::common::{FLAVORS, Ran, Shop, rows};
use crate::private_pair::{PrivatePair, finish, until};

/// The foreign keys of a table, by name.
fn foreign_keys(server: &Endpoint, database: &str, table: &str) -> Vec<Vec<String>> {
    let sql = format!(
        "SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' \
         AND table_schema = '{database}' AND table_name = '{table}' ORDER BY 1"
    );
    rows(server, &sql)
}

/// The type of a column.
fn column_type(server: &Endpoint, database: &str, table: &str, column: &str) -> String {
    let sql = format!(
        "SELECT data_type FROM information_schema.columns WHERE table_schema = '{database}' \
         AND table_name = '{table}' AND column_name = '{column}'"
    );
    rows(server, &sql)[0][0].clone()
}

/// Brings the target to the source in one run, with this permission, and proves it.
fn arrives(source: &str, target: &str, references: &[&str], allow: &[&str]) {
    for kind in FLAVORS {
        let shop = Shop::new(kind, source, target);
        shop.lockstep("sync", references, &[&["--yes"], allow].concat()).expect(0);
        shop.lockstep("verify", references, &[]).expect(0);
    }
}

const NEW_KEY: [&str; 2] = [
    "CREATE TABLE k (code VARCHAR(5) PRIMARY KEY); INSERT INTO k VALUES ('A'), ('B');
     CREATE TABLE app (id INT PRIMARY KEY, code VARCHAR(5), CONSTRAINT fa FOREIGN KEY (code) REFERENCES k (code));",
    "CREATE TABLE app (id INT PRIMARY KEY, code VARCHAR(5)); INSERT INTO app VALUES (1, 'A'), (2, 'B');",
];

#[test]
fn rows_that_a_new_key_needs_come_before_it() {
    let [source, target] = NEW_KEY;
    arrives(source, target, &["k"], &["--allow", "may-fail"]);
    arrives(source, target, &["k"], &["--allow", "destructive"]);
}

#[test]
fn a_key_that_rows_of_others_may_violate_needs_a_permission() {
    let [source, target] = NEW_KEY;
    for kind in FLAVORS {
        let shop = Shop::new(kind, source, target);
        let plan = shop.lockstep("plan", &["k"], &["--format", "json"]).expect(3);
        let document: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
        assert_eq!(document["summary"]["may_fail"], 1);
        assert_eq!(document["summary"]["destructive"], 0);
        let last = document["statements"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["stage"], &last["risk"]), (&"close".into(), &"may_fail".into()));
        assert_eq!(last["action"]["kind"], "add_foreign_key");
        assert!(plan.out.contains("--allow may-fail"), "{}", plan.out);
    }
}

#[test]
fn a_key_that_fails_after_the_rows_says_what_is_missing() {
    let [source, target] = NEW_KEY;
    for kind in FLAVORS {
        let shop = Shop::new(kind, source, &format!("{target} INSERT INTO app VALUES (3, 'C');"));
        let failed = shop.lockstep("sync", &["k"], &["--yes", "--allow", "may-fail"]).expect(1);
        assert!(failed.err.contains("the rows are committed and equal"), "{}", failed.err);
        let there = rows(&shop.pair.target, &format!("SELECT code FROM {}.k ORDER BY 1", shop.database));
        assert_eq!(there, [["A"], ["B"]]);
        shop.pair.target.execute(&format!("DELETE FROM {}.app WHERE id = 3", shop.database));
        shop.lockstep("sync", &["k"], &["--yes", "--allow", "may-fail"]).expect(0);
        shop.lockstep("verify", &["k"], &[]).expect(0);
    }
}

#[test]
fn a_unique_key_that_the_new_rows_meet_comes_after_them() {
    let source = "CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9), UNIQUE (c)); INSERT INTO t VALUES (1, 'a'), (2, 'b');";
    let target = "CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9)); INSERT INTO t VALUES (1, 'a'), (2, 'a'), (3, 'a');";
    // The rehearsal does it on the rows as they will be: that it may fail is not said.
    arrives(source, target, &["t"], &[]);
    arrives(source, target, &["t"], &["--allow", "destructive"]);
}

#[test]
fn not_null_over_filled_values_comes_after_them() {
    arrives(
        "CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(20) NOT NULL DEFAULT 'x' COMMENT 'NOT NULL', d DATE NOT NULL, e TEXT NOT NULL);
         INSERT INTO t VALUES (1, 'a', '2020-01-01', 'q'), (2, 'b', '2020-01-02', 'r');",
        "CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9), d DATE, e TEXT); INSERT INTO t (id) VALUES (1), (2);",
        &["t"],
        &[],
    );
}

#[test]
fn checks_and_partitions_come_after_the_rows() {
    arrives(
        "CREATE TABLE t (id INT PRIMARY KEY, c INT, CONSTRAINT positive CHECK (c > 0));
         INSERT INTO t VALUES (1, 1), (2, 2);
         CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (30));
         INSERT INTO p VALUES (1), (20);
         CREATE TABLE l (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION a VALUES IN (1, 2));
         INSERT INTO l VALUES (1), (2);",
        "CREATE TABLE t (id INT PRIMARY KEY, c INT); INSERT INTO t VALUES (1, -1), (2, 0), (3, -7);
         CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (5), PARTITION c VALUES LESS THAN (900));
         INSERT INTO p VALUES (1), (800);
         CREATE TABLE l (id INT PRIMARY KEY); INSERT INTO l VALUES (1), (77);",
        &["t", "p", "l"],
        &[],
    );
}

#[test]
fn a_key_between_reference_tables_comes_after_the_rows_of_both() {
    arrives(
        "CREATE TABLE k (code VARCHAR(5) PRIMARY KEY); INSERT INTO k VALUES ('A'), ('B');
         CREATE TABLE r (id INT PRIMARY KEY, code VARCHAR(5), CONSTRAINT rk FOREIGN KEY (code) REFERENCES k (code));
         INSERT INTO r VALUES (1, 'A'), (2, 'B');",
        "CREATE TABLE k (code VARCHAR(5) PRIMARY KEY); INSERT INTO k VALUES ('A');
         CREATE TABLE r (id INT PRIMARY KEY, code VARCHAR(5)); INSERT INTO r VALUES (1, 'X'), (2, 'B'), (3, 'Y');",
        &["k", "r"],
        &[],
    );
}

const ORPHANS: [&str; 2] = [
    "CREATE TABLE p (id BIGINT PRIMARY KEY);
     CREATE TABLE c (id INT PRIMARY KEY, pid BIGINT, CONSTRAINT fk_c FOREIGN KEY (pid) REFERENCES p (id));",
    "CREATE TABLE p (id INT PRIMARY KEY);
     CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT fk_c FOREIGN KEY (pid) REFERENCES p (id));
     INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1);
     SET foreign_key_checks = 0; INSERT INTO c VALUES (2, 99); SET foreign_key_checks = 1;",
];

#[test]
fn orphans_under_a_key_stop_nothing_and_stay() {
    let [source, target] = ORPHANS;
    for kind in FLAVORS {
        let shop = Shop::new(kind, source, target);
        shop.lockstep("sync", &[], &["--schema-only", "--yes"]).expect(0);
        shop.lockstep("verify", &[], &["--schema-only"]).expect(0);
        assert_eq!(foreign_keys(&shop.pair.target, &shop.database, "c"), [["fk_c"]]);
        let there = rows(&shop.pair.target, &format!("SELECT id, pid FROM {}.c ORDER BY id", shop.database));
        assert_eq!(there, [["1", "1"], ["2", "99"]]);
        let insert = format!("INSERT INTO {}.c VALUES (3, 98)", shop.database);
        assert!(shop.pair.target.try_script(&shop.database, &insert).is_err(), "the key holds again");
    }
}

#[test]
fn a_change_that_fails_under_a_missing_key_leaves_the_key_as_it_was() {
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            "CREATE TABLE p (id SMALLINT PRIMARY KEY);
             CREATE TABLE c (id INT PRIMARY KEY, pid SMALLINT, CONSTRAINT fk_c FOREIGN KEY (pid) REFERENCES p (id));",
            // The parent's rows fit the new type, the child's do not.
            "CREATE TABLE p (id INT PRIMARY KEY);
             CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT fk_c FOREIGN KEY (pid) REFERENCES p (id));
             INSERT INTO p VALUES (1); SET foreign_key_checks = 0; INSERT INTO c VALUES (1, 1), (2, 70000);",
        );
        for _ in 0..2 {
            let failed =
                shop.lockstep("sync", &[], &["--schema-only", "--yes", "--allow", "may-fail"]).expect(1);
            assert!(failed.err.contains("1264"), "{}", failed.err);
            let target = &shop.pair.target;
            assert_eq!(foreign_keys(target, &shop.database, "c"), [["fk_c"]]);
            for (table, column) in [("p", "id"), ("c", "pid")] {
                assert_eq!(column_type(target, &shop.database, table, column), "int", "{table}");
            }
        }
        shop.pair.target.execute(&format!("DELETE FROM {}.c WHERE id = 2", shop.database));
        shop.lockstep("sync", &[], &["--schema-only", "--yes", "--allow", "may-fail"]).expect(0);
        shop.lockstep("verify", &[], &["--schema-only"]).expect(0);
    }
}

/// Kills a run as soon as it has begun so many statements, until one is too quick for that.
fn killed_at_each_statement(kind: Kind) {
    let [source, target] = ORPHANS;
    let pair = PrivatePair::start(kind, &[], source, target);
    // So that a statement takes long enough to be met.
    let many = "INSERT INTO c SELECT id + (SELECT MAX(id) FROM c c2), pid FROM c;".repeat(13);
    pair.to().run_script("shop", &format!("SET foreign_key_checks = 0; {many}"));
    let wide = |kind: &str| {
        format!(
            "ALTER TABLE shop.c DROP FOREIGN KEY fk_c; ALTER TABLE shop.p MODIFY id {kind} NOT NULL;
             ALTER TABLE shop.c MODIFY pid {kind};
             ALTER TABLE shop.c ADD CONSTRAINT fk_c FOREIGN KEY (pid) REFERENCES p (id);"
        )
    };
    let mut killed = 0;
    for number in 1..=6 {
        pair.from()
            .run_script("shop", &wide(if number % 2 == 1 { "DECIMAL(20,0)" } else { "DECIMAL(22,0)" }));
        let begun = |pair: &PrivatePair| {
            let journal = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'lockstep'";
            if rows(&pair.to(), journal)[0][0] == "0" {
                return 0;
            }
            let count =
                "SELECT COUNT(*) FROM lockstep.statement WHERE run = (SELECT MAX(run) FROM lockstep.run)";
            rows(&pair.to(), count)[0][0].parse::<u64>().unwrap_or(0)
        };
        let runs = |pair: &PrivatePair| {
            let sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'lockstep'";
            match rows(&pair.to(), sql)[0][0].as_str() {
                "0" => 0,
                _ => rows(&pair.to(), "SELECT COUNT(*) FROM lockstep.run")[0][0].parse::<u64>().unwrap_or(0),
            }
        };
        let before = runs(&pair);
        let mut child = pair.start_sync(&[]);
        until(|| (runs(&pair) > before && begun(&pair) >= number) || child.try_wait().unwrap().is_some());
        killed += u32::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        drop::<Ran>(finish(child));
        pair.sync(&["--wait", "120s"]).expect(0);
        pair.expect_in_step();
        assert_eq!(foreign_keys(&pair.to(), "shop", "c"), [["fk_c"]]);
        assert_eq!(rows(&pair.to(), "SELECT COUNT(*) FROM lockstep.taken_key")[0][0], "0");
    }
    assert!(killed >= 3, "only {killed} runs were met at work");
}

#[test]
fn a_run_killed_while_a_key_is_missing_is_finished_by_the_next_on_mysql() {
    killed_at_each_statement(Kind::MySql97);
}

#[test]
fn a_run_killed_while_a_key_is_missing_is_finished_by_the_next_on_mariadb() {
    killed_at_each_statement(Kind::MariaDb1011);
}

#[test]
fn what_may_fail_on_rows_is_not_called_safe() {
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            "CREATE TABLE aa_first (id INT PRIMARY KEY, extra INT); CREATE TABLE zz_last (id INT PRIMARY KEY, extra INT);
             CREATE TABLE m (id INT PRIMARY KEY, v INT, g TINYINT AS (v*2) STORED);",
            "CREATE TABLE aa_first (id INT PRIMARY KEY); CREATE TABLE zz_last (id INT PRIMARY KEY);
             CREATE TABLE m (id INT PRIMARY KEY, v INT); INSERT INTO m VALUES (1, 5000);",
        );
        let refused = shop.lockstep("sync", &[], &["--schema-only", "--yes"]).expect(3);
        assert!(refused.out.contains("may fail"), "{}", refused.out);
        // What may fail comes first: nothing else is changed then.
        shop.lockstep("sync", &[], &["--schema-only", "--yes", "--allow", "may-fail"]).expect(1);
        let columns = format!(
            "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = '{}' AND column_name = 'extra'",
            shop.database
        );
        assert_eq!(rows(&shop.pair.target, &columns)[0][0], "0");
    }
}

#[test]
fn the_type_of_a_stored_column_is_not_a_matter_of_the_definition_only() {
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            "CREATE TABLE m (id INT PRIMARY KEY, v INT, g BIGINT AS (v*2) STORED);",
            "CREATE TABLE m (id INT PRIMARY KEY, v INT, g INT AS (v*2) STORED); INSERT INTO m (id, v) VALUES (1, 500);",
        );
        let plan = shop.lockstep("plan", &[], &["--schema-only"]).expect(2);
        assert!(plan.out.contains("slow"), "{}", plan.out);
        shop.lockstep("sync", &[], &["--schema-only", "--yes"]).expect(0);
    }
}

#[test]
fn permission_to_lose_data_is_more_than_permission_to_fail() {
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            "CREATE TABLE t (id INT PRIMARY KEY);",
            "CREATE TABLE t (id INT PRIMARY KEY, n INT);",
        );
        let refused = shop.lockstep("plan", &[], &["--allow", "may-fail"]).expect(3);
        assert!(refused.out.contains("--allow destructive"), "{}", refused.out);
        shop.lockstep("sync", &[], &["--yes", "--allow", "destructive"]).expect(0);
    }
}
