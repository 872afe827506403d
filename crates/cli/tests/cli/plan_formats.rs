//! The forms of a plan: what each is for, it can be used for.

use crate::common::{FLAVORS, Shop, rows};

const SOURCE: &str = "
    CREATE TABLE fee (code VARCHAR(10) PRIMARY KEY, note VARCHAR(100) NOT NULL DEFAULT '', amount DECIMAL(10,4) NOT NULL);
    CREATE TABLE rule (id INT PRIMARY KEY, fee_code VARCHAR(10) NOT NULL, KEY fee_code (fee_code),
        CONSTRAINT rule_fee FOREIGN KEY (fee_code) REFERENCES fee (code));
    CREATE TABLE ledger (id INT PRIMARY KEY, memo TEXT);
    INSERT INTO fee VALUES ('A', 'it''s; -- \"quoted\" \\\\ Š', 1.5), ('B', '', 2), ('C', 'new', 3);
    INSERT INTO rule VALUES (1, 'A'), (2, 'C');
    DELIMITER //
    CREATE TRIGGER ledger_memo BEFORE INSERT ON ledger FOR EACH ROW BEGIN SET NEW.memo = TRIM(NEW.memo); END//
    DELIMITER ;";

const TARGET: &str = "
    CREATE TABLE fee (code VARCHAR(10) PRIMARY KEY, amount DECIMAL(10,4) NOT NULL);
    CREATE TABLE ledger (id INT PRIMARY KEY, memo TEXT);
    INSERT INTO fee VALUES ('A', 1.25), ('B', 2), ('Z', 9);";

const TABLES: [&str; 2] = ["fee", "rule"];

#[test]
fn the_script_does_by_hand_what_sync_does() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, SOURCE, TARGET);
        let plan = shop.lockstep("plan", &TABLES, &["--format", "sql"]).expect(2);
        assert!(
            plan.out.contains("-- plan: ") && plan.out.contains("-- rows: 3 inserted, 1 updated, 1 deleted"),
            "{}",
            plan.out
        );
        shop.pair.target.run_script(&shop.database, &plan.out);
        shop.lockstep("verify", &TABLES, &[]).expect(0);
    }
}

/// MySQL takes these old and new values for equal, says that it changed the row and does not.
#[test]
fn the_script_changes_how_json_numbers_are_written() {
    let table = "CREATE TABLE setting (id INT PRIMARY KEY, must JSON NOT NULL, may JSON, \
        at TIMESTAMP NOT NULL DEFAULT '2026-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP);";
    let source =
        "INSERT INTO setting (id, must, may) VALUES (1, '1', '[1, {\"a\": 2.0}]'), (2, '{\"b\": 1}', NULL);";
    let target = "INSERT INTO setting (id, must, may) VALUES (1, '1.0', '[1.0, {\"a\": 2}]'), (2, '{\"b\": 1.0}', '0');";
    let shop = Shop::new(FLAVORS[0], &format!("{table}{source}"), &format!("{table}{target}"));
    let plan = shop.lockstep("plan", &["setting"], &["--format", "sql"]).expect(2);
    shop.pair.target.run_script(&shop.database, &plan.out);
    shop.lockstep("verify", &["setting"], &[]).expect(0);
}

#[test]
fn a_saved_plan_is_applied_exactly_or_refused() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, SOURCE, TARGET);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.json");
        let path = file.to_str().unwrap();
        shop.lockstep("plan", &TABLES, &["--out", path]).expect(2);

        // Edited by hand: refused.
        let text = std::fs::read_to_string(&file).unwrap();
        let edited = folder.path().join("edited.json");
        std::fs::write(&edited, text.replace("1.5000", "1.6000")).unwrap();
        let ran = crate::common::run(&["apply", edited.to_str().unwrap(), "--yes"]).expect(3);
        assert!(ran.err.contains("changed after it was made"), "{}", ran.err);

        // The target moved: refused, and nothing is changed.
        let fee = format!("{}.fee", shop.database);
        shop.pair.target.execute(&format!("UPDATE {fee} SET amount = 7 WHERE code = 'B'"));
        crate::common::run(&["apply", path, "--yes", "--wait", "120s"]).expect(3);
        assert_eq!(rows(&shop.pair.target, &format!("SELECT COUNT(*) FROM {fee}")), [["3"]]);

        // Moved back: it is the same plan again.
        shop.pair.target.execute(&format!("UPDATE {fee} SET amount = 2 WHERE code = 'B'"));
        crate::common::run(&["apply", path, "--yes", "--wait", "120s"]).expect(0);
        shop.lockstep("verify", &TABLES, &[]).expect(0);
    }
}

#[test]
fn json_and_markdown_say_the_same() {
    let shop = Shop::new(FLAVORS[0], SOURCE, TARGET);
    let json = shop.lockstep("plan", &TABLES, &["--format", "json"]).expect(2);
    let document: serde_json::Value = serde_json::from_str(&json.out).expect("stdout is one JSON document");
    assert_eq!(document["lockstep"], "plan");
    assert_eq!(document["format"], 1);
    let summary = &document["summary"];
    assert_eq!([&summary["inserts"], &summary["updates"], &summary["deletes"]], [3, 1, 1]);
    let markdown = shop.lockstep("plan", &TABLES, &["--format", "markdown"]).expect(2);
    let fingerprint = document["fingerprint"].as_str().unwrap();
    assert!(
        markdown.out.contains(fingerprint) && markdown.out.contains("| risk | object | what |"),
        "{}",
        markdown.out
    );
}
