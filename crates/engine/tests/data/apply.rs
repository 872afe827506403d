//! Reference data compared and applied on real servers: the ways in which rows stand in each other's way.

use crate::support::Two;
use lockstep_engine::ErrorKind;
use lockstep_sandbox::testing::Kind;
use mysql::prelude::Queryable;

/// Runs a test on both flavours.
fn on_both(test: impl Fn(Kind)) {
    test(Kind::MySql97);
    test(Kind::MariaDb1011);
}

/// Loads both sides, brings them into step and checks.
fn converges(label: &str, schema: &str, source: &str, target: &str) {
    on_both(|kind| {
        let two = Two::with(kind, label, &format!("{schema};{source}"), &format!("{schema};{target}"));
        two.sync().unwrap_or_else(|e| panic!("{label} on {kind}: {e} ({:?})", e.hint()));
        two.assert_in_step(&format!("{label} on {kind}"));
    });
}

#[test]
fn inserts_updates_and_deletes() {
    converges(
        "basic",
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), at TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP)",
        "INSERT INTO t VALUES (1,'one','2020-01-01'),(2,'two','2020-01-01'),(4,NULL,NULL),(-3,'',NULL)",
        "INSERT INTO t VALUES (1,'ONE','2020-01-01'),(2,'two','2021-01-01'),(3,'x',NULL),(4,'',NULL),(9,'y',NULL)",
    );
}

#[test]
fn unique_values_swap_and_shift() {
    converges(
        "swap",
        "CREATE TABLE t (id INT PRIMARY KEY, u INT NOT NULL UNIQUE, n VARCHAR(9))",
        "INSERT INTO t VALUES (1,2,'a'),(2,1,'b'),(3,5,'c'),(4,3,'d'),(5,4,'e'),(6,7,'f'),(7,8,'g'),(8,9,'h'),(10,6,'i')",
        "INSERT INTO t VALUES (1,1,'a'),(2,2,'b'),(3,3,'c'),(4,4,'d'),(5,5,'e'),(6,6,'f'),(7,7,'g'),(8,8,'h'),(9,9,'x')",
    );
}

#[test]
fn keys_respelled() {
    converges(
        "respell",
        "CREATE TABLE t (k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, v INT);
         CREATE TABLE c (id INT PRIMARY KEY, k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
           FOREIGN KEY (k) REFERENCES t (k))",
        "INSERT INTO t VALUES ('A',1),('b ',2),('c',3),('É',4),('new',5); INSERT INTO c VALUES (1,'A'),(2,'b '),(3,NULL)",
        "INSERT INTO t VALUES ('a',1),('b',9),('c',3),('e',4),('old',5); INSERT INTO c VALUES (1,'a'),(2,'b'),(3,'old')",
    );
}

#[test]
fn trees_cycles_and_cascades() {
    converges(
        "trees",
        "CREATE TABLE t (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES t (id) ON DELETE CASCADE);
         CREATE TABLE a (id INT PRIMARY KEY, b INT); CREATE TABLE b (id INT PRIMARY KEY, a INT NOT NULL,
           FOREIGN KEY (a) REFERENCES a (id)); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id)",
        "SET foreign_key_checks=0; INSERT INTO t VALUES (1,5),(5,7),(7,NULL),(8,8),(3,7);
         INSERT INTO a VALUES (1,1),(2,3),(3,NULL); INSERT INTO b VALUES (1,1),(3,2)",
        "SET foreign_key_checks=0; INSERT INTO t VALUES (1,2),(2,NULL),(3,2),(4,3),(6,6);
         INSERT INTO a VALUES (4,4),(1,5); INSERT INTO b VALUES (4,4),(5,1)",
    );
}

#[test]
fn a_table_without_a_key_is_refused() {
    on_both(|kind| {
        let two = Two::with(kind, "nokey", "CREATE TABLE t (a INT)", "CREATE TABLE t (a INT)");
        let error = two.sync().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains("no primary or unique key"), "{error}");
    });
}

#[test]
fn where_ignore_and_delete_are_obeyed() {
    let schema = "CREATE TABLE t (id INT PRIMARY KEY, env VARCHAR(9) NOT NULL, url VARCHAR(40), v INT)";
    on_both(|kind| {
        let two = Two::with(
            kind,
            "where",
            &format!("{schema}; INSERT INTO t VALUES (1,'all','s1',1),(2,'dev','s2',2),(3,'all','s3',3)"),
            &format!("{schema}; INSERT INTO t VALUES (1,'all','t1',9),(7,'prod','t7',7),(8,'all','t8',8)"),
        );
        let refuse =
            two.topology("t", "where = \"env = 'all'\"\nignore_columns = [\"url\"]\ndelete = \"refuse\"");
        let error = two.apply(&two.compare(&refuse).unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let obey = two.topology("t", "where = \"env = 'all'\"\nignore_columns = [\"url\"]");
        let applied = two.apply(&two.compare(&obey).unwrap()).unwrap();
        assert_eq!((applied.inserted, applied.updated, applied.deleted), (1, 1, 1));
        let rows = crate::support::rows(&mut two.servers.target.connect(), &two.tables()[0]);
        let text: Vec<String> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|v| v.as_ref().map_or("NULL".into(), |v| String::from_utf8_lossy(v)))
                    .collect::<Vec<_>>()
                    .join(",")
            })
            .collect();
        assert_eq!(text, ["all,1,t1,1", "all,3,NULL,3", "prod,7,t7,7"]);
    });
}

#[test]
fn a_trigger_that_changes_rows_is_caught() {
    on_both(|kind| {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, v INT)";
        let trigger = "CREATE TRIGGER up BEFORE INSERT ON t FOR EACH ROW SET NEW.v = NEW.v + 1";
        let two = Two::with(
            kind,
            "trigger",
            &format!("{schema}; INSERT INTO t VALUES (1,1)"),
            &format!("{schema}; {trigger}"),
        );
        let error = two.sync().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stale);
        assert!(error.hint().is_some_and(|h| h.contains("up (INSERT)")), "{error}");
        assert!(crate::support::rows(&mut two.servers.target.connect(), &two.tables()[0]).is_empty());
    });
}

#[test]
fn rows_out_of_scope_are_never_cascaded_into() {
    on_both(|kind| {
        let schema = "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE x (id INT PRIMARY KEY, p INT,
            FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)";
        let two = Two::with(
            kind,
            "cascade",
            schema,
            &format!("{schema}; INSERT INTO p VALUES (1); INSERT INTO x VALUES (1,1)"),
        );
        let compared = two.compare(&two.topology("p", "")).unwrap();
        let error = two.apply(&compared).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().contains("not in scope"), "{error}");
    });
}

#[test]
fn a_target_that_moved_is_left_alone() {
    on_both(|kind| {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, v INT)";
        let two = Two::with(
            kind,
            "stale",
            &format!("{schema}; INSERT INTO t VALUES (1,1),(2,2)"),
            &format!("{schema}; INSERT INTO t VALUES (1,7)"),
        );
        let compared = two.compare(&two.plain_topology()).unwrap();
        two.servers.target.run_script(&two.database, "INSERT INTO t VALUES (5,5)");
        let error = two.apply(&compared).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stale, "{error}");
        let rows = crate::support::rows(&mut two.servers.target.connect(), &two.tables()[0]);
        assert_eq!(rows.len(), 2, "the row that was to be changed and the one that came since");
        two.sync().unwrap();
        two.assert_in_step("after another run");
    });
}

#[test]
fn a_natural_identity_leaves_numbers_alone() {
    on_both(|kind| {
        let schema =
            "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, code CHAR(3) NOT NULL UNIQUE, v INT)";
        let two = Two::with(
            kind,
            "natural",
            &format!("{schema}; INSERT INTO t VALUES (1,'AAA',1),(2,'BBB',2),(3,'CCC',3)"),
            &format!("{schema}; INSERT INTO t VALUES (11,'CCC',3),(12,'AAA',9),(13,'XXX',0)"),
        );
        let topology = two.topology("t", "identity = [\"code\"]\nignore_columns = [\"id\"]");
        let applied = two.apply(&two.compare(&topology).unwrap()).unwrap();
        assert_eq!((applied.inserted, applied.updated, applied.deleted), (1, 1, 1));
        assert!(two.compare(&topology).unwrap().differences[0].is_empty());
        let kept: Vec<u32> = two
            .servers
            .target
            .connect()
            .query(format!("SELECT id FROM `{}`.t WHERE code IN ('AAA', 'CCC') ORDER BY code", two.database))
            .unwrap();
        assert_eq!(kept, [12, 11]);
    });
}

#[test]
fn a_key_taken_by_a_row_out_of_scope_is_an_error() {
    on_both(|kind| {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, env VARCHAR(9))";
        let two = Two::with(
            kind,
            "taken",
            &format!("{schema}; INSERT INTO t VALUES (1,'all')"),
            &format!("{schema}; INSERT INTO t VALUES (1,'prod')"),
        );
        let compared = two.compare(&two.topology("t", "where = \"env = 'all'\"")).unwrap();
        let error = two.apply(&compared).unwrap_err();
        assert_eq!(error.server_code(), Some(1062), "{error}");
        assert!(error.to_string().contains("the row (id = 1) cannot be inserted"), "{error}");
        let hint = "the target's row (id = 1), which the table's `where` leaves out, has the same value in the unique key";
        assert!(error.hint().is_some_and(|h| h.contains(hint)), "{:?}", error.hint());
    });
}

/// Each hint speaks of what is there: no `where`, no source, no table that has nothing to do with it.
#[test]
fn hints_name_the_row_that_is_in_the_way() {
    on_both(|kind| {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, u VARCHAR(9) NOT NULL UNIQUE)";
        let two = Two::with(kind, "came", &format!("{schema}; INSERT INTO t VALUES (1, 'one')"), schema);
        let compared = two.compare(&two.plain_topology()).unwrap();
        two.servers.target.run_script(&two.database, "INSERT INTO t VALUES (5, 'one')");
        let error = two.apply(&compared).unwrap_err();
        assert!(error.to_string().contains("the row (id = 1) cannot be inserted"), "{kind}: {error}");
        let hint = "the target's row (id = 5) has the same value in the unique key `u`";
        assert_eq!(error.hint(), Some(hint), "{kind}");

        let schema = "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE c (id INT PRIMARY KEY, p INT,
            CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id))";
        let two = Two::with(
            kind,
            "refers",
            &format!("{schema}; INSERT INTO p VALUES (1); INSERT INTO c VALUES (7, 1)"),
            schema,
        );
        let error = two.apply(&two.compare(&two.topology("c", "")).unwrap()).unwrap_err();
        assert!(error.to_string().contains("the row (id = 7) cannot be inserted"), "{kind}: {error}");
        let hint = format!("rows of {}.p do not travel", two.database);
        assert!(error.hint().is_some_and(|h| h.contains(&hint)), "{kind}: {:?}", error.hint());

        let two = Two::with(
            kind,
            "referred",
            schema,
            &format!("{schema}; INSERT INTO p VALUES (3); INSERT INTO c VALUES (8, 3)"),
        );
        let error = two.apply(&two.compare(&two.topology("p", "")).unwrap()).unwrap_err();
        assert!(error.to_string().contains("the row (id = 3) cannot be deleted"), "{kind}: {error}");
        let hint = format!("{}.c (c_p)", two.database);
        assert!(error.hint().is_some_and(|h| h.contains(&hint)), "{kind}: {:?}", error.hint());
    });
}

/// Who holds the orphan is said only where it is known.
#[test]
fn an_orphan_is_laid_at_the_right_door() {
    on_both(|kind| {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, env VARCHAR(9) NOT NULL, parent INT,
            FOREIGN KEY (parent) REFERENCES t (id))";
        let orphan = "SET foreign_key_checks = 0; INSERT INTO t VALUES (1, 'all', 9)";
        let two = Two::with(kind, "orphan", &format!("{schema}; {orphan}"), schema);
        let error = two.sync().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{kind}: {error}");
        assert!(
            error.hint().is_some_and(|h| h.starts_with("the source has such a row")),
            "{kind}: {error:?}"
        );

        // Here the row that it refers to is at the source, outside the scope.
        let row = "INSERT INTO t VALUES (9, 'dev', NULL), (1, 'all', 9)";
        let two = Two::with(kind, "scope", &format!("{schema}; {row}"), schema);
        let error =
            two.apply(&two.compare(&two.topology("t", "where = \"env = 'all'\"")).unwrap()).unwrap_err();
        let hint = error.hint().unwrap_or_default();
        assert!(!hint.contains("the source has such a row"), "{kind}: {error:?}");
        assert!(hint.contains("in scope"), "{kind}: {error:?}");
    });
}

#[test]
fn a_row_locked_for_a_while_is_waited_for() {
    let schema = "CREATE TABLE t (id INT PRIMARY KEY, v INT)";
    let two = Two::with(
        Kind::MySql97,
        "locked",
        &format!("{schema}; INSERT INTO t VALUES (1,1),(2,2)"),
        &format!("{schema}; INSERT INTO t VALUES (1,7),(2,2)"),
    );
    let mut holder = two.servers.target.connect();
    holder.query_drop("BEGIN").unwrap();
    holder.query_drop(format!("UPDATE `{}`.t SET v = 8 WHERE id = 1", two.database)).unwrap();
    std::thread::scope(|scope| {
        // Longer than one attempt waits for a row lock.
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_secs(12));
            holder.query_drop("ROLLBACK").unwrap();
        });
        two.sync().unwrap();
    });
    two.assert_in_step("after the lock came free");
}

#[test]
fn what_rows_out_of_scope_refer_to_stays() {
    on_both(|kind| {
        let schema =
            "CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE, r INT, FOREIGN KEY (r) REFERENCES t (id));
            CREATE TABLE x (id INT PRIMARY KEY, u INT, FOREIGN KEY (u) REFERENCES t (u))";
        let two = Two::with(
            kind,
            "outside",
            &format!("{schema}; INSERT INTO t VALUES (1,1,NULL),(2,3,1)"),
            &format!("{schema}; INSERT INTO t VALUES (1,1,NULL),(2,2,1); INSERT INTO x VALUES (1,2)"),
        );
        let error = two.apply(&two.compare(&two.topology("t", "")).unwrap()).unwrap_err();
        assert_eq!(error.server_code(), Some(1451), "{error}");
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains(&format!("{}.x", two.database)) && hint.contains("x_ibfk_1"), "{hint}");
        let rows = crate::support::rows(&mut two.servers.target.connect(), &two.tables()[0]);
        assert_eq!(rows[1][2], Some(b"2".to_vec()), "the value that x refers to");
    });
}

#[test]
fn a_late_update_does_not_cascade_into_rows_that_stay() {
    converges(
        "late",
        "CREATE TABLE p (k INT PRIMARY KEY, u INT NOT NULL UNIQUE); CREATE TABLE c (id INT PRIMARY KEY, p INT,
           FOREIGN KEY (p) REFERENCES p (u) ON UPDATE CASCADE)",
        "INSERT INTO p VALUES (6,3),(3,7); INSERT INTO c VALUES (0,7)",
        "INSERT INTO p VALUES (6,7),(0,3)",
    );
}
