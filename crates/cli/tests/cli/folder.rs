//! Definitions kept as files are a source like any other.

use crate::common::{FLAVORS, Shop, rows, run};

const FILES: [(&str, &str); 2] = [
    (
        "1-tables.sql",
        "CREATE TABLE fee (code VARCHAR(10) PRIMARY KEY, amount INT NOT NULL);\nCREATE VIEW fees AS SELECT code FROM fee;",
    ),
    (
        "2-code.sql",
        "DELIMITER //\nCREATE TRIGGER fee_code BEFORE INSERT ON fee FOR EACH ROW BEGIN SET NEW.code = UPPER(NEW.code); END//\n\
         CREATE EVENT sweep ON SCHEDULE EVERY 1 SECOND STARTS '2037-01-01 00:00:00' COMMENT 'runs' DO BEGIN DELETE FROM fee; END//\n\
         CREATE EVENT off ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE DO DELETE FROM fee//\n\
         CREATE EVENT old ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO DELETE FROM fee//\n\
         ALTER EVENT old RENAME TO renamed COMMENT 'enable'//\n\
         CREATE EVENT older ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO DELETE FROM fee//\n\
         ALTER EVENT older RENAME TO renamed_off DISABLE//\nDELIMITER ;",
    ),
];

#[test]
fn a_folder_is_brought_to_a_server() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, "", "");
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in FILES {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let (from, to) = (folder.path().to_str().unwrap(), shop.pair.target.url());
        let scope = [from, to.as_str(), "--database", &shop.database];
        run(&[&["plan"], &scope[..]].concat()).expect(2);
        run(&[&["sync"], &scope[..], &["--yes", "--wait", "120s"]].concat()).expect(0);
        run(&[&["plan"], &scope[..]].concat()).expect(0);
        let events = rows(
            &shop.pair.target,
            &format!(
                "SELECT event_name, status FROM information_schema.events WHERE event_schema = '{}' ORDER BY 1",
                shop.database
            ),
        );
        let wanted =
            [["off", "DISABLED"], ["renamed", "ENABLED"], ["renamed_off", "DISABLED"], ["sweep", "ENABLED"]];
        assert_eq!(events, wanted, "{kind}");
        std::fs::write(
            folder.path().join("3.sql"),
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM fee;",
        )
        .unwrap();
        let vague = run(&[&["plan"], &scope[..]].concat()).expect(1);
        assert!(vague.err.contains("STARTS") && vague.err.contains("3.sql, line 1"), "{}", vague.err);
    }
}

/// Statements of files run in scratch databases only, however they name their tables; so do events.
#[test]
fn reading_a_folder_changes_nothing() {
    for kind in FLAVORS {
        let shop =
            Shop::new(kind, "", "CREATE TABLE keep (id INT PRIMARY KEY); INSERT INTO keep VALUES (1);");
        let folder = tempfile::tempdir().unwrap();
        let database = &shop.database;
        let text = format!(
            "DROP TABLE IF EXISTS {database}.keep;\nDROP TABLE IF EXISTS {database} . `keep`;\n\
             CREATE TABLE {database}.keep (id INT PRIMARY KEY);\n\
             CREATE EVENT sweep ON SCHEDULE EVERY 1 SECOND STARTS '2020-01-01 00:00:00' DO DELETE FROM {database}.keep;"
        );
        std::fs::write(folder.path().join("a.sql"), text).unwrap();
        let to = shop.pair.target.url();
        let plan = run(&["plan", folder.path().to_str().unwrap(), &to, "--database", database]);
        assert_ne!(
            plan.code, 0,
            "the event is missing at the target, or the files are refused: {}",
            plan.err
        );
        let left = rows(&shop.pair.target, &format!("SELECT COUNT(*) FROM {database}.keep"));
        assert_eq!(left, [["1"]], "{kind}: {}", plan.err);
    }
}
