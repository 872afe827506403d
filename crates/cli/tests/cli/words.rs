//! What messages claim is true, and what they show fits on a screen.

use std::fs;

use crate::common::{FLAVORS, Shop, rows, run};

/// The true obstacle is the order that refers to the row, not a `where` that does not exist.
#[test]
fn duplicate_key_hint() {
    let table = "CREATE TABLE cur (id INT PRIMARY KEY, code CHAR(3) NOT NULL UNIQUE, name VARCHAR(20));
        CREATE TABLE ord (id INT PRIMARY KEY, cur INT, FOREIGN KEY (cur) REFERENCES cur (id));";
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            &format!("{table} INSERT INTO cur VALUES (8, 'USD', 'd'), (2, 'EUR', 'e');"),
            &format!(
                "{table} INSERT INTO cur VALUES (7, 'USD', 'd'), (2, 'EUR', 'e'); INSERT INTO ord VALUES (1, 7), (2, 2);"
            ),
        );
        let ran = shop.lockstep("sync", &["cur"], &["--yes"]);
        assert!(matches!(ran.code, 1 | 3), "{kind}: {}", ran.err);
        let said = format!("{}{}", ran.out, ran.err);
        for word in
            ["(id = 7)", "cannot be deleted", &format!("{}.ord", shop.database), "nothing was changed"]
        {
            assert!(said.contains(word), "{kind}: no `{word}` in {said}");
        }
        assert!(!said.contains("where"), "{kind}: {said}");
        let left = rows(&shop.pair.target, &format!("SELECT id FROM {}.cur ORDER BY id", shop.database));
        assert_eq!(left, [["2"], ["7"]], "{kind}");
    }
}

/// "Nothing was changed" is said only when it is so: here one set was committed before the other failed.
#[test]
fn what_was_committed_before_an_error_is_not_denied() {
    let table = "CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE cur (id INT PRIMARY KEY);
        CREATE TABLE ord (id INT PRIMARY KEY, cur INT, FOREIGN KEY (cur) REFERENCES cur (id));";
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            &format!("{table} INSERT INTO a VALUES (1);"),
            &format!("{table} INSERT INTO cur VALUES (7); INSERT INTO ord VALUES (1, 7);"),
        );
        let ran = shop.lockstep("sync", &["a", "cur"], &["--yes"]).expect(1);
        let committed = rows(&shop.pair.target, &format!("SELECT COUNT(*) FROM {}.a", shop.database));
        assert_eq!(committed, [["1"]], "{kind}: the first set is committed, or this proves nothing");
        assert!(ran.err.contains("(id = 7) cannot be deleted"), "{kind}: {}", ran.err);
        assert!(ran.err.contains("what the run changed before stays"), "{kind}: {}", ran.err);
        assert!(!ran.err.contains("nothing was changed"), "{kind}: {}", ran.err);
    }
}

#[test]
fn one_long_value() {
    let table = "CREATE TABLE r (id INT PRIMARY KEY, b MEDIUMBLOB, t MEDIUMTEXT CHARACTER SET utf8mb4);";
    for kind in FLAVORS {
        let row = "INSERT INTO r VALUES (1, REPEAT(0xAB, 400000), REPEAT('é', 400000));";
        let shop = Shop::new(kind, &format!("{table} {row}"), table);
        for form in ["text", "markdown"] {
            let plan = shop.lockstep("plan", &["r"], &["--format", form]).expect(2);
            let longest = plan.out.lines().map(str::len).max().unwrap_or_default();
            assert!(longest < 1000, "{kind}, {form}: a line of {longest} bytes");
            for word in ["x'ABAB", "…' (400,000 bytes)", "'éééé", "…' (400,000 characters)"] {
                assert!(plan.out.contains(word), "{kind}, {form}: no `{word}` in {}", plan.out);
            }
        }
        for form in ["json", "sql"] {
            let plan = shop.lockstep("plan", &["r"], &["--format", form]).expect(2);
            assert!(plan.out.to_lowercase().contains(&"ab".repeat(400_000)), "{kind}, {form}: all bytes");
            assert!(plan.out.contains(&"é".repeat(400_000)), "{kind}, {form}: all characters");
        }
        shop.lockstep("sync", &["r"], &["--yes"]).expect(0);
        shop.lockstep("verify", &["r"], &[]).expect(0);
    }
}

#[test]
fn one_statement_is_not_1_statements() {
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            "CREATE TABLE t (id INT PRIMARY KEY, n INT)",
            "CREATE TABLE t (id INT PRIMARY KEY)",
        );
        for form in ["text", "markdown"] {
            let plan = shop.lockstep("plan", &[], &["--format", form]).expect(2);
            let said = format!("{}{}", plan.out, plan.err);
            assert!(said.contains("1 statement") && !said.contains("1 statements"), "{kind}: {said}");
        }
    }
}

/// A topology of two flows into one target; logins as given.
fn topology(shop: &Shop, reader: &str, writer: &str) -> String {
    let (database, source, target) =
        (&shop.database, shop.pair.source.url(), shop.pair.target.url_for(reader));
    format!(
        "databases = [\"{database}\"]\n\
         [environments.{database}_dev]\nurl = \"{source}\"\n[environments.{database}_other]\nurl = \"{source}\"\n\
         [environments.{database}_prod]\nurl = \"{target}\"\n{writer}\n\
         [[flows]]\nfrom = \"{database}_dev\"\nto = \"{database}_prod\"\ndestructive = \"approve\"\n\
         [[flows]]\nfrom = \"{database}_other\"\nto = \"{database}_prod\"\n\
         [[reference_tables]]\ntable = \"{database}.t\"\n"
    )
}

/// What `status --format json` says of the two flows.
fn status(path: &str) -> Vec<serde_json::Value> {
    let ran = run(&["status", "--topology", path, "--allow", "broad-login", "--format", "json"]);
    let document: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}{}", ran.out, ran.err));
    document["flows"].as_array().cloned().unwrap_or_default()
}

#[test]
fn status_is_of_the_flow_and_its_lag_counts_from_the_last_equal_run() {
    for kind in FLAVORS {
        let table = "CREATE TABLE t (id INT PRIMARY KEY, n INT)";
        let shop = Shop::new(kind, &format!("{table}; INSERT INTO t VALUES (1, 1)"), table);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lockstep.toml");
        fs::write(&file, topology(&shop, "root", "")).unwrap();
        let path = file.to_str().unwrap();
        assert!(status(path)[0]["lag_seconds"].is_null(), "{kind}: never equal");
        let (dev, prod) = (format!("{}_dev", shop.database), format!("{}_prod", shop.database));
        let sync =
            ["sync", &dev, &prod, "--yes", "--allow", "broad-login", "--topology", path, "--wait", "120s"];
        run(&sync).expect(0);
        shop.pair.source.execute(&format!("INSERT INTO {}.t VALUES (2, 2)", shop.database));
        let flows = status(path);
        assert_eq!(flows[0]["last_run"]["flow"], format!("{dev} → {prod}"), "{kind}: {flows:?}");
        assert!(flows[0]["lag_seconds"].as_u64().is_some_and(|lag| lag < 300), "{kind}: {flows:?}");
        assert_eq!(flows[0]["databases"], serde_json::json!([shop.database]), "{kind}");
        assert!(flows[1]["last_run"].is_null(), "{kind}: the other flow has had no run: {flows:?}");
        assert!(flows[1]["lag_seconds"].is_null(), "{kind}: nor was it ever equal: {flows:?}");
        // A run that looked at definitions only leaves nothing known of the rows.
        shop.pair.source.execute(&format!("ALTER TABLE {}.t ADD COLUMN m INT", shop.database));
        let before = rows(&shop.pair.target, &verified(&dev));
        run(&[&sync[..], &["--schema-only"]].concat()).expect(0);
        assert_eq!(rows(&shop.pair.target, &verified(&dev)), before, "{kind}");
    }
}

fn verified(dev: &str) -> String {
    format!("SELECT verified FROM lockstep.verified WHERE flow LIKE '{dev} →%'")
}

/// The plan that `lockstep plan` would refuse is not called one without refusals.
#[test]
fn a_refused_plan_is_refused_in_status_and_json() {
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            "CREATE TABLE t (id INT PRIMARY KEY)",
            "CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1)",
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lockstep.toml");
        fs::write(&file, topology(&shop, "root", "")).unwrap();
        let path = file.to_str().unwrap();
        for flow in status(path) {
            assert_eq!(flow["summary"]["is_refused"], true, "{kind}: {flow}");
            assert_ne!(flow["summary"]["refused"], 0, "{kind}: {flow}");
        }
        let text = run(&["status", "--topology", path, "--allow", "broad-login"]).expect(2);
        assert!(text.out.contains("refused"), "{kind}: {}", text.out);
        let plan = shop.lockstep("plan", &[], &["--format", "json"]).expect(3);
        let plan: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
        assert_eq!(plan["summary"]["is_refused"], true, "{kind}");
    }
}

/// With a reader's login alone, which may not read the journal either: `status` says what it does not know.
#[test]
fn status_needs_a_readers_login_only() {
    for kind in FLAVORS {
        let table = "CREATE TABLE t (id INT PRIMARY KEY); CREATE TABLE u (id INT PRIMARY KEY)";
        let shop = Shop::new(kind, &format!("{table}; INSERT INTO t VALUES (1)"), table);
        // A journal is there.
        shop.lockstep("sync", &["t"], &["--yes"]).expect(0);
        let user = format!("r_{}", shop.database);
        let target = &shop.pair.target;
        target.execute(&format!("CREATE USER '{user}'@'%'"));
        target.execute(&format!(
            "GRANT SELECT, REFERENCES, SHOW VIEW, TRIGGER, EVENT ON {}.* TO '{user}'@'%'",
            shop.database
        ));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lockstep.toml");
        let nobody = format!(
            "[environments.{}_prod.writer]\nurl = \"{}\"\npassword_file = \"/nonexistent\"",
            shop.database,
            target.url_for("nobody")
        );
        fs::write(&file, topology(&shop, &user, &nobody)).unwrap();
        let path = file.to_str().unwrap();
        let flow = status(path).remove(0);
        assert_eq!(flow["journal"], "unreadable", "{kind}: {flow}");
        assert!(flow["last_run"].is_null() && flow["in_step"] == true, "{kind}: {flow}");
        // What this login may not do is no refusal of the flow.
        shop.pair.source.execute(&format!("ALTER TABLE {}.u ADD COLUMN n INT", shop.database));
        let text = run(&["status", "--topology", path, "--allow", "broad-login"]).expect(2);
        assert!(text.out.contains("last run        unknown"), "{kind}: {}", text.out);
        assert!(!text.out.contains("refused"), "{kind}: {}", text.out);
        target.execute(&format!("GRANT SELECT ON lockstep.* TO '{user}'@'%'"));
        assert_eq!(status(path)[0]["journal"], "read", "{kind}");
        target.execute(&format!("DROP USER '{user}'@'%'"));
    }
}
