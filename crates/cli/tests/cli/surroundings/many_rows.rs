//! The brake on rows, and what `init` proposes.

use super::{Place, Who};
use crate::common::{FLAVORS, rows, run};

const LOG: &str =
    "CREATE TABLE audit_log (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(20), what VARCHAR(50));";

#[test]
fn a_large_table_is_not_emptied_by_the_way() {
    for kind in FLAVORS {
        let fill = "INSERT INTO audit_log (who) VALUES ('x'), ('x'), ('x'), ('x');".to_owned()
            + &"INSERT INTO audit_log (who) SELECT who FROM audit_log;".repeat(9);
        let place = Place::new(kind, LOG, &format!("{LOG} {fill}"));
        place.expect_unharmed(
            Who::Root,
            &["audit_log"],
            3,
            &["2048 of its 2048 rows", "--allow rows:IN.audit_log"],
        );
        // Another table's permission is none.
        let other = ["--allow", "rows:a.b", "--yes"];
        place.run_as(Who::Root, "sync", &["audit_log"], &other).expect(3);
        let table = place.named("rows:IN.audit_log");
        let file = place.folder.path().join("plan.json").display().to_string();
        place.run_as(Who::Root, "plan", &["audit_log"], &["--allow", &table, "--out", &file]).expect(2);
        run(&["apply", &file, "--yes", "--wait", "120s"]).expect(0);
        assert!(rows(place.target(), &place.named("SELECT id FROM IN.audit_log")).is_empty(), "{kind}");
    }
}

#[test]
fn a_topology_sets_its_own_limits() {
    let kind = FLAVORS[0];
    let table = "CREATE TABLE fee (id INT PRIMARY KEY, v INT);";
    let place = Place::new(
        kind,
        &format!("{table} INSERT INTO fee VALUES (1, 1), (2, 9), (4, 4);"),
        &format!("{table} INSERT INTO fee VALUES (1, 1), (2, 2), (3, 3);"),
    );
    for (limits, code, word) in [
        ("max_deletes = 1\nmax_changes = 2", 2, ""),
        ("max_deletes = 0", 3, "1 of its 3 rows would be deleted"),
        ("max_deletes = \"33%\"", 3, "1 of its 3 rows would be deleted"),
        ("max_deletes = \"34%\"", 2, ""),
        ("max_changes = 1", 3, "2 of its 3 rows would be changed or deleted"),
        ("max_changes = \"70%\"", 2, ""),
    ] {
        let topology = place.topology(&format!("[[reference_tables]]\ntable = \"IN.fee\"\n{limits}\n"));
        place.grant(&topology);
        let ran = place.by_topology(&topology, "plan", &[]).expect(code);
        assert!(ran.out.contains(word), "{limits}: {}", ran.out);
        let permit = place.named("rows:IN.fee");
        place.by_topology(&topology, "plan", &["--allow", &permit]).expect(2);
    }
    let topology = place.topology("[[reference_tables]]\ntable = \"IN.fee\"\nmax_deletes = \"a lot\"\n");
    let ran = place.by_topology(&topology, "plan", &[]).expect(1);
    assert!(ran.err.contains("max_deletes = \"a lot\""), "{}", ran.err);
}

#[test]
fn init_proposes_nothing_uncommented_and_says_why() {
    for kind in FLAVORS {
        let place = Place::new(
            kind,
            "CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(20)); INSERT INTO currency VALUES ('EUR', 'Euro');
             CREATE TABLE country (code CHAR(2) PRIMARY KEY, currency CHAR(3), FOREIGN KEY (currency) REFERENCES currency (code));
             CREATE TABLE order_status (code CHAR(2) PRIMARY KEY);
             CREATE TABLE audit_log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(50));
             CREATE TABLE orders (id INT PRIMARY KEY, created_at DATETIME);
             CREATE TABLE position (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES orders (id));
             CREATE TABLE counter (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 5000000;
             CREATE TABLE person (id INT PRIMARY KEY, email VARCHAR(99));
             CREATE TABLE bare (a INT);",
            "",
        );
        let url = place.shop.pair.source.url();
        let file = run(&["init", &url, "--database", &place.shop.database]).expect(0).out;
        let topology: toml::Table = file.parse().unwrap();
        assert!(!topology.contains_key("reference_tables"), "{file}");
        let said = |table: &str| {
            let at = file.find(&format!(".{table}\"")).unwrap_or_else(|| panic!("{table} is not in {file}"));
            let start = file[..at].rfind("\n\n").unwrap_or(0);
            file[start..at].to_owned()
        };
        for table in ["currency", "country", "order_status"] {
            assert!(
                said(table).contains("# [[reference_tables]]") && said(table).contains("for:"),
                "{}",
                said(table)
            );
        }
        for (table, why) in [
            ("audit_log", "log"),
            ("orders", "created_at"),
            ("position", "orders"),
            ("counter", "AUTO_INCREMENT"),
            ("person", "email"),
            ("bare", "key"),
        ] {
            let said = said(table);
            assert!(said.contains("not proposed") && said.contains(why), "{table}: {said}");
        }
    }
}
