//! Triggers of the target: what they may write, and that none fires for an event that the plan does not show.

use super::{Place, WHO, Who};
use crate::common::{FLAVORS, rows};

const CUR: &str = "CREATE TABLE cur (id INT PRIMARY KEY, code CHAR(3) NOT NULL UNIQUE);
    CREATE TABLE ord (id INT PRIMARY KEY, cur INT);";

#[test]
fn a_trigger_that_deletes_other_rows_must_be_permitted() {
    for kind in FLAVORS {
        let trigger =
            "CREATE TRIGGER casc AFTER DELETE ON cur FOR EACH ROW DELETE FROM ord WHERE cur = OLD.id;";
        let place = Place::new(
            kind,
            &format!("{CUR} {trigger} INSERT INTO cur VALUES (1, 'EUR');"),
            &format!(
                "{CUR} {trigger} INSERT INTO cur VALUES (1, 'EUR'), (2, 'USD'); INSERT INTO ord VALUES (1, 1), (2, 2);"
            ),
        );
        for who in WHO {
            let how = if who == Who::Root { "--allow triggers" } else { "triggers = [\"casc\"]" };
            place.expect_unharmed(who, &["cur"], 3, &["casc (DELETE)", "IN.ord", how]);
        }
        let topology = place.topology("[[reference_tables]]\ntable = \"IN.cur\"\ntriggers = [\"casc\"]\n");
        place.by_topology(&topology, "plan", &[]).expect(2);
        let topology = place.topology("[[reference_tables]]\ntable = \"IN.cur\"\ntriggers = \"any\"\n");
        place.by_topology(&topology, "plan", &[]).expect(2);
        // The permission is part of a saved plan.
        let file = place.folder.path().join("plan.json").display().to_string();
        place.run_as(Who::Root, "plan", &["cur"], &["--allow", "triggers", "--out", &file]).expect(2);
        crate::common::run(&["apply", &file, "--yes", "--wait", "120s"]).expect(0);
        assert_eq!(rows(place.target(), &place.named("SELECT id FROM IN.ord")), [["1"]]);
    }
}

#[test]
fn a_trigger_that_writes_another_reference_table_is_undone_with_everything() {
    for kind in FLAVORS {
        let both = "CREATE TABLE cfg (id INT PRIMARY KEY, v VARCHAR(20)); CREATE TABLE cnt (id INT PRIMARY KEY, n INT);
            CREATE TRIGGER tau AFTER UPDATE ON cfg FOR EACH ROW UPDATE cnt SET n = n + 1 WHERE id = 1;
            CREATE TRIGGER tai AFTER INSERT ON cfg FOR EACH ROW UPDATE cnt SET n = n + 1 WHERE id = 1;";
        let place = Place::new(
            kind,
            &format!(
                "{both} INSERT INTO cnt VALUES (1, 7); INSERT INTO cfg VALUES (1, 'a'), (2, 'b'); UPDATE cnt SET n = 7;"
            ),
            &format!(
                "{both} INSERT INTO cnt VALUES (1, 3); INSERT INTO cfg VALUES (1, 'old'); UPDATE cnt SET n = 7;"
            ),
        );
        place.expect_unharmed(
            Who::Root,
            &["cfg", "cnt"],
            3,
            &["IN.cnt", "nothing was changed", "tau (UPDATE)"],
        );
        // As no reference table, cnt is out of scope.
        place.expect_unharmed(Who::Root, &["cfg"], 3, &["IN.cnt", "not in scope"]);
    }
}

/// A trigger's body that writes `log`, and how.
const WRITES: [(&str, &str); 6] = [
    ("plain", "INSERT INTO log VALUES (1)"),
    ("by a procedure", "CALL note()"),
    ("by a function", "SET @x = noted()"),
    ("by a view", "INSERT INTO through VALUES (1)"),
    ("by a condition", "BEGIN IF 1 = 0 THEN UPDATE log, cfg2 SET log.id = 2; END IF; END"),
    ("elsewhere", "INSERT INTO OUT.log VALUES (1)"),
];

#[test]
fn only_events_that_the_plan_shows_count_and_each_way_to_write_does() {
    for kind in FLAVORS {
        for (number, (how, body)) in WRITES.into_iter().enumerate() {
            let body = body.replace("OUT.log", "elsewhere_log");
            let both = |event: &str| {
                format!(
                    "CREATE TABLE cfg (id INT PRIMARY KEY, v INT); CREATE TABLE cfg2 (id INT); CREATE TABLE log (id INT);
                     CREATE TABLE elsewhere_log (id INT); CREATE VIEW through AS SELECT id FROM log;\nDELIMITER $$\n
                     CREATE PROCEDURE note() INSERT INTO log VALUES (1)$$
                     CREATE FUNCTION noted() RETURNS INT DETERMINISTIC BEGIN CALL note(); RETURN 1; END$$
                     CREATE TRIGGER tr AFTER {event} ON cfg FOR EACH ROW {body}$$\nDELIMITER ;\n"
                )
            };
            // (event of the trigger, the source's rows; the target has (1, 1))
            let events = [("INSERT", "(1, 1), (2, 2)"), ("UPDATE", "(1, 5)"), ("DELETE", "(7, 7)")];
            let event = events[number % 3].0;
            for (shown, source_rows) in events {
                let place = Place::new(
                    kind,
                    &format!("{} INSERT INTO cfg VALUES {source_rows};", both(event)),
                    &format!(
                        "{} INSERT INTO cfg VALUES (1, 1), (7, 7); DELETE FROM log; DELETE FROM elsewhere_log; \
                              DELETE FROM cfg WHERE id = 7 AND '{shown}' <> 'DELETE';",
                        both(event)
                    ),
                );
                let code = if shown == event { 3 } else { 2 };
                let ran = place.run_as(Who::Root, "plan", &["cfg"], &[]).expect(code);
                assert_eq!(
                    ran.out.contains("--allow triggers"),
                    code == 3,
                    "{kind} {how} {shown}: {}",
                    ran.out
                );
            }
        }
    }
}

#[test]
fn a_trigger_that_sets_its_own_row_needs_no_permission() {
    for kind in FLAVORS {
        let both = "CREATE TABLE cfg (id INT PRIMARY KEY, v VARCHAR(9));
            CREATE TRIGGER tr BEFORE INSERT ON cfg FOR EACH ROW SET NEW.v = TRIM(NEW.v);";
        let place = Place::new(kind, &format!("{both} INSERT INTO cfg VALUES (1, 'a');"), both);
        place.run_as(Who::Root, "sync", &["cfg"], &["--yes"]).expect(0);
    }
}

#[test]
fn rows_that_swap_unique_values_fire_no_other_event() {
    // (columns; rows at the source; rows at the target)
    let cases = [
        ("code CHAR(3) NOT NULL, UNIQUE (code)", "(1, 'EUR'), (2, 'USD')", "(1, 'USD'), (2, 'EUR')"),
        (
            "code CHAR(1) NOT NULL CHECK (code <> 'x'), UNIQUE (code)",
            "(1, 'a'), (2, 'b')",
            "(1, 'b'), (2, 'a')",
        ),
        ("code INT NULL, UNIQUE (code)", "(1, 5), (2, 6), (3, 7)", "(1, 6), (2, 7), (3, 5)"),
        ("code TINYINT UNSIGNED NOT NULL, UNIQUE (code)", "(1, 5), (2, 6)", "(1, 6), (2, 5)"),
        (
            "code DATE NOT NULL, UNIQUE (code)",
            "(1, '2020-01-01'), (2, '2021-01-01')",
            "(1, '2021-01-01'), (2, '2020-01-01')",
        ),
        ("code VARBINARY(4) NOT NULL, UNIQUE (code)", "(1, x'00'), (2, x'ff')", "(1, x'ff'), (2, x'00')"),
        ("code ENUM('a','b','c') NOT NULL, UNIQUE (code)", "(1, 'a'), (2, 'b')", "(1, 'b'), (2, 'a')"),
        (
            "code INT NOT NULL, twice INT AS (code * 2) STORED, UNIQUE (twice)",
            "(1, 5), (2, 6)",
            "(1, 6), (2, 5)",
        ),
    ];
    for kind in FLAVORS {
        for (columns, source, target) in cases {
            let events: String = ["INSERT", "DELETE"]
                .iter()
                .map(|e| {
                    format!("CREATE TRIGGER on_{e} AFTER {e} ON cur FOR EACH ROW INSERT INTO log VALUES ('{e}');\n")
                })
                .collect();
            let list = if columns.contains(" AS ") { "(id, code)" } else { "" };
            let make = |rows: &str| {
                format!(
                    "CREATE TABLE cur (id INT PRIMARY KEY, {columns}); CREATE TABLE log (what VARCHAR(9));
                     INSERT INTO cur {list} VALUES {rows}; {events}"
                )
            };
            let place = Place::new(kind, &make(source), &make(target));
            place.run_as(Who::Root, "sync", &["cur"], &["--yes"]).expect(0);
            place.run_as(Who::Root, "verify", &["cur"], &[]).expect(0);
            assert!(
                rows(place.target(), &place.named("SELECT what FROM IN.log")).is_empty(),
                "{kind}: {columns}"
            );
        }
    }
}

#[test]
fn a_swap_that_would_fire_a_trigger_twice_is_refused() {
    for kind in FLAVORS {
        let make = |rows: &str| {
            format!(
                "{CUR} CREATE TABLE log (what VARCHAR(9)); INSERT INTO cur VALUES {rows};
                 CREATE TRIGGER up AFTER UPDATE ON cur FOR EACH ROW INSERT INTO log VALUES ('up');"
            )
        };
        let place = Place::new(kind, &make("(1, 'EUR'), (2, 'USD')"), &make("(1, 'USD'), (2, 'EUR')"));
        let before = place.contents();
        let ran = place.run_as(Who::Root, "sync", &["cur"], &["--yes", "--allow", "triggers"]).expect(3);
        assert!(ran.err.contains("up (UPDATE)") && ran.err.contains("nothing was changed"), "{}", ran.err);
        assert_eq!(place.contents(), before);
    }
}
