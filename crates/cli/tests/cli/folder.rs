//! Definitions kept as files are a source like any other.

use mysql::prelude::Queryable;

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

/// A topology with a folder as a source for dev alone.
fn with_topology(shop: &Shop, folder: &std::path::Path) -> std::path::PathBuf {
    let (dev, prod) = (shop.pair.target.url(), shop.pair.source.url());
    let text = format!(
        "databases = [\"{}\"]\n[environments.dev]\nurl = \"{dev}\"\n[environments.prod]\nurl = \"{prod}\"\n\
         [[flows]]\nfrom = \"./schema\"\nto = \"dev\"\ndestructive = \"approve\"\n\
         [[flows]]\nfrom = \"dev\"\nto = \"prod\"\n",
        shop.database
    );
    let file = folder.join("lockstep.toml");
    std::fs::write(&file, text).unwrap();
    file
}

/// By topology a folder is a source only where a flow names it: it must not go past an environment on the way to prod.
#[test]
fn a_folder_is_a_source_only_where_a_flow_names_it() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, "", "");
        let folder = tempfile::tempdir().unwrap();
        for name in ["schema", "other"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(
                folder.path().join(name).join("1.sql"),
                "CREATE TABLE fee (code INT PRIMARY KEY);",
            )
            .unwrap();
        }
        let topology = with_topology(&shop, folder.path());
        let lockstep = |from: &str, command: &str, to: &str, more: &[&str]| {
            let topology = topology.to_str().unwrap();
            let arguments =
                [&[command, from, to, "--topology", topology, "--allow", "broad-login"], more].concat();
            let mut command = crate::common::lockstep(&arguments);
            crate::common::Ran::from(command.current_dir(folder.path()).output().unwrap())
        };
        let refused = lockstep("./schema", "plan", "prod", &[]).expect(3);
        for part in ["no flow names the folder ./schema", "[[flows]] from = \"./schema\" to = \"prod\""] {
            assert!(refused.err.contains(part), "{}", refused.err);
        }
        let refused = lockstep("other", "sync", "dev", &["--yes"]).expect(3);
        assert!(refused.err.contains("from = \"./other\" to = \"dev\""), "{}", refused.err);
        let before = rows(&shop.pair.source, "SHOW DATABASES");
        // However it is written.
        for from in [
            "./schema",
            "schema",
            "schema/",
            "../schema/../schema",
            folder.path().join("schema").to_str().unwrap(),
        ] {
            let from = from.replace("../schema/../schema", "./other/../schema");
            lockstep(&from, "plan", "dev", &[]).expect(2);
        }
        assert_eq!(rows(&shop.pair.source, "SHOW DATABASES"), before);
        let status =
            run(&["status", "--topology", topology.to_str().unwrap(), "--allow", "broad-login"]).expect(2);
        assert!(status.out.contains("./schema → dev  NOT in step"), "{}", status.out);
        // As the topology writes it, from anywhere.
        let from_here = ["sync", "./schema", "dev", "--topology", topology.to_str().unwrap()];
        run(&[&from_here[..], &["--allow", "broad-login", "--yes", "--wait", "120s"]].concat()).expect(0);
        lockstep("schema", "plan", "dev", &[]).expect(0);
        let status =
            run(&["status", "--topology", topology.to_str().unwrap(), "--allow", "broad-login"]).expect(2);
        assert!(status.out.contains("./schema → dev  in step"), "{}", status.out);
    }
}

/// The target's routine was created on Windows, the file is checked out elsewhere; and the other way round.
#[test]
fn the_ends_of_lines_are_no_difference() {
    let body = "CREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\nEND";
    for kind in FLAVORS {
        for (live, file) in
            [(body.replace('\n', "\r\n"), body.to_owned()), (body.to_owned(), body.replace('\n', "\r\n"))]
        {
            let shop = Shop::new(kind, "", "");
            let mut conn = shop.pair.target.connect();
            conn.query_drop(format!("USE {}", shop.database)).unwrap();
            conn.query_drop("SET NAMES utf8mb4").unwrap();
            conn.query_drop(&live).unwrap();
            let folder = tempfile::tempdir().unwrap();
            // One line that ends otherwise: the file's own ends stay.
            for head in ["", "-- mixed\n", "-- mixed\r\n"] {
                std::fs::write(folder.path().join("p.sql"), format!("{head}DELIMITER //\n{file}//\n"))
                    .unwrap();
                let (from, to) = (folder.path().to_str().unwrap(), shop.pair.target.url());
                run(&["plan", from, &to, "--database", &shop.database]).expect(0);
            }
        }
    }
}

/// What `mysqldump --add-drop-database` writes, and the same with hostile words, leave the target as it is.
#[test]
fn a_plan_of_a_dump_drops_nothing() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, "", "CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1);");
        let folder = tempfile::tempdir().unwrap();
        let database = &shop.database;
        let text = format!(
            "/*!40000 DROP DATABASE IF EXISTS `{database}`*/;\nCREATE DATABASE /*!32312 IF NOT EXISTS*/ `{database}`;\n\
             USE `{database}`;\nCREATE TABLE t (id INT PRIMARY KEY);\nINSERT INTO t VALUES (2);\n"
        );
        std::fs::write(folder.path().join("shop.sql"), text).unwrap();
        let to = shop.pair.target.url();
        let plan = run(&["plan", folder.path().to_str().unwrap(), &to, "--database", database]);
        assert!(plan.code == 0 || plan.code == 2, "{}", plan.err);
        assert!(plan.out.contains("1 statement about rows"), "{}", plan.out);
        assert!(plan.err.contains("loading files as the temporary account"), "{}", plan.err);
        assert_eq!(rows(&shop.pair.target, &format!("SELECT id FROM {database}.t")), [["1"]]);
    }
}
