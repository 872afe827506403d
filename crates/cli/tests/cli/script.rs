//! `--format sql` is the plan: run by the command-line clients it does what `apply` does, or is not written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use lockstep_sandbox::testing::{Endpoint, Kind, Pair, pair, unique_database};

use crate::common::{FLAVORS, Shop, rows, run};

/// MariaDB prints the constraint's name `a`b_ibfk_1` without doubling the backtick: the table cannot be copied, and
/// there is no script.
const WITHOUT_SCRIPT: [(Kind, &str); 1] = [(Kind::MariaDb1011, "table-names")];

/// Cases run at the same time.
const WORKERS: usize = 3;

#[test]
fn a_script_checks_foreign_keys_as_apply_does() {
    for kind in FLAVORS {
        let tables = "CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(50));
             CREATE TABLE payment (id INT PRIMARY KEY, cur CHAR(3), FOREIGN KEY (cur) REFERENCES currency (code));
             INSERT INTO currency VALUES ('EUR', 'Euro');";
        let more = "INSERT INTO currency VALUES ('DEM', 'Mark'); INSERT INTO payment VALUES (1, 'DEM');";
        let shop = Shop::new(kind, tables, &format!("{tables} {more}"));
        let script = shop.lockstep("plan", &["currency"], &["--format", "sql"]).expect(2).out;
        let said = shop.pair.target.try_script(&shop.database, &script).unwrap_err();
        assert!(said.contains("1451"), "{said}");
        let left = format!("SELECT code FROM {}.currency ORDER BY code", shop.database);
        assert_eq!(rows(&shop.pair.target, &left), [["DEM"], ["EUR"]]);
        shop.lockstep("sync", &["currency"], &["--yes"]).expect(1);
    }
}

const CUSTOMERS: &str =
    "CREATE TABLE cust (entity_id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(50), web INT, n VARCHAR(5),
         UNIQUE KEY u (email, web));";

/// A pair whose rows exchange unique values, and its script.
fn exchanging(kind: Kind) -> (Shop, String) {
    let shop = Shop::new(
        kind,
        &format!("{CUSTOMERS} INSERT INTO cust VALUES (1,'a@x',1,'A'), (2,'b@x',1,'B'), (3,'c@x',1,'C');"),
        &format!("{CUSTOMERS} INSERT INTO cust VALUES (1,'b@x',1,'B'), (2,'a@x',1,'A'), (7,'c@x',1,'C');"),
    );
    let script = shop.lockstep("plan", &["cust"], &["--format", "sql"]).expect(2).out;
    (shop, script)
}

#[test]
fn a_script_exchanges_unique_values() {
    for kind in FLAVORS {
        let (shop, script) = exchanging(kind);
        shop.pair.target.run_script(&shop.database, &script);
        shop.lockstep("verify", &["cust"], &[]).expect(0);
    }
}

#[test]
fn a_script_ends_at_once_where_the_target_is_not_as_planned() {
    for kind in FLAVORS {
        let (shop, script) = exchanging(kind);
        let moves = format!("UPDATE {}.cust SET n = 'moved' WHERE entity_id = 7", shop.database);
        shop.pair.target.execute(&moves);
        let said = shop.pair.target.try_script(&shop.database, &script).unwrap_err();
        assert!(said.contains("moved since the plan"), "{said}");
        let names = format!("SELECT n FROM {}.cust ORDER BY entity_id", shop.database);
        assert_eq!(rows(&shop.pair.target, &names), [["B"], ["A"], ["moved"]]);

        let (shop, script) = exchanging(kind);
        shop.pair.target.execute(&format!("ALTER TABLE {}.cust ADD extra INT", shop.database));
        let said = shop.pair.target.try_script(&shop.database, &script).unwrap_err();
        assert!(said.contains("definitions moved since the plan"), "{said}");
    }
}

#[test]
fn a_script_proves_its_rows_before_its_commit() {
    for kind in FLAVORS {
        let (shop, script) = exchanging(kind);
        // As if something else had a hand in it between the first proof and the commit.
        let meddled = script.replacen(
            "START TRANSACTION;",
            "START TRANSACTION; INSERT INTO cust VALUES (50, 'z@x', 1, 'Z');",
            1,
        );
        let said = shop.pair.target.try_script(&shop.database, &meddled).unwrap_err();
        assert!(said.contains("not the source's"), "{said}");
        let names = format!("SELECT n FROM {}.cust ORDER BY entity_id", shop.database);
        assert_eq!(rows(&shop.pair.target, &names), [["B"], ["A"], ["C"]], "nothing was committed");
    }
}

#[test]
fn a_script_opens_brings_rows_and_closes() {
    for kind in FLAVORS {
        let shop = Shop::new(
            kind,
            "CREATE TABLE k (code VARCHAR(5) PRIMARY KEY, n INT NOT NULL); INSERT INTO k VALUES ('A', 1), ('B', 2);
             CREATE TABLE app (id INT PRIMARY KEY, code VARCHAR(5), CONSTRAINT fa FOREIGN KEY (code) REFERENCES k (code));
             CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9), UNIQUE (c)); INSERT INTO t VALUES (1, 'a'), (2, 'b');",
            "CREATE TABLE app (id INT PRIMARY KEY, code VARCHAR(5)); INSERT INTO app VALUES (1, 'A'), (2, 'B');
             CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9)); INSERT INTO t VALUES (1, 'a'), (2, 'a'), (3, 'a');",
        );
        let (tables, allow) = (["k", "t"], ["--format", "sql", "--allow", "may-fail"]);
        let script = shop.lockstep("plan", &tables, &allow).expect(2).out;
        shop.pair.target.run_script(&shop.database, &script);
        shop.lockstep("verify", &tables, &[]).expect(0);
    }
}

#[test]
fn a_plan_whose_rows_cannot_be_rehearsed_has_no_script() {
    for kind in FLAVORS {
        let tables = "CREATE TABLE country (id INT PRIMARY KEY); INSERT INTO country VALUES (1);
             CREATE TABLE city (id INT PRIMARY KEY, country INT, FOREIGN KEY (country) REFERENCES country (id));";
        let shop = Shop::new(kind, &format!("{tables} INSERT INTO city VALUES (1, 1);"), tables);
        let said = shop.lockstep("plan", &["city"], &["--format", "sql"]).expect(3);
        assert!(
            said.err.contains("this plan has no script") && said.out.is_empty(),
            "{}\n{}",
            said.err,
            said.out
        );
    }
}

#[test]
fn a_script_with_comments_in_bodies_is_not_run_by_a_client_that_takes_them_out() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, "CREATE PROCEDURE p() SELECT /* why */ 1;", "");
        let script = shop.lockstep("plan", &[], &["--format", "sql"]).expect(2).out;
        let mut client = shop.pair.target.client();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &script).unwrap();
        let stdin = std::fs::File::open(file.path()).unwrap();
        let ran = client.args(["--skip-comments", &shop.database]).stdin(stdin).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(!ran.status.success() && said.contains("run the client with --comments"), "{said}");
        shop.pair.target.run_script(&shop.database, &script);
        shop.lockstep("verify", &[], &[]).expect(0);
    }
}

#[test]
fn every_awkward_table_runs_as_a_script_on_mysql() {
    run_all(Kind::MySql97, "mysql");
}

#[test]
fn every_awkward_table_runs_as_a_script_on_mariadb() {
    run_all(Kind::MariaDb1011, "mariadb");
}

/// Runs every case, and fails with the list of those that went wrong. `AWKWARD=part-of-a-name` selects.
fn run_all(kind: Kind, flavour: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/awkward");
    let wanted = std::env::var("AWKWARD").unwrap_or_default();
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.is_dir() && case.to_string_lossy().contains(&wanted));
    cases.retain(|case| {
        std::fs::read_to_string(case.join("only")).map_or(true, |only| only.trim() == flavour)
    });
    assert!(!cases.is_empty());
    let (queue, failures) = (Mutex::new(cases), Mutex::new(BTreeSet::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = { queue.lock().unwrap().pop() } {
                    if let Err(failure) = awkward(&pair(kind), &case) {
                        let name = case.file_name().unwrap().to_string_lossy().into_owned();
                        failures.lock().unwrap().insert(format!("{name}: {failure}"));
                    }
                }
            });
        }
    });
    let failures: Vec<String> = failures.into_inner().unwrap().into_iter().collect();
    assert!(failures.is_empty(), "{} cases failed on {kind}:\n{}", failures.len(), failures.join("\n"));
}

fn awkward(pair: &Pair, case: &Path) -> Result<(), String> {
    let read = |file: &str| std::fs::read_to_string(case.join(file)).unwrap();
    let expect = read("expect").lines().filter(|l| !l.starts_with('#')).collect::<String>();
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let database = unique_database("script");
    for (server, file) in [(&pair.source, "source.sql"), (&pair.target, "target.sql")] {
        server
            .execute(&format!("CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"));
        server.try_script(&database, &read(file))?;
    }
    let tables = rows(
        &pair.source,
        &format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}' AND table_type = 'BASE TABLE'"
        ),
    );
    let references: Vec<String> =
        tables.iter().map(|t| format!("{database}.`{}`", t[0].replace('`', "``"))).collect();
    let lockstep = |command: &str, more: &[&str]| {
        let (from, to) = (pair.source.url(), pair.target.url());
        let mut arguments = vec![command, &from, &to, "--database", &database, "--data-only"];
        references.iter().for_each(|r| arguments.extend(["--reference", r]));
        arguments.extend(more);
        run(&arguments)
    };
    let plan = lockstep("plan", &["--format", "sql"]);
    let result = match (expect.trim(), plan.code) {
        ("converge", 0 | 2) => match pair.target.try_script(&database, &plan.out) {
            Ok(()) => match lockstep("verify", &[]).code {
                0 => Ok(()),
                code => Err(format!("verify ends with {code} after\n{}", plan.out)),
            },
            Err(said) => Err(format!("{said}\n{}", plan.out)),
        },
        ("converge", 3) if WITHOUT_SCRIPT.contains(&(pair.target.kind, name.as_str())) => {
            if plan.err.contains("this plan has no script") { Ok(()) } else { Err(plan.err) }
        }
        // The plan itself is refused, and so is what apply would do.
        ("converge", 3) if lockstep("sync", &["--yes"]).code == 3 => Ok(()),
        ("converge", code) => Err(format!("plan ends with {code}: {}", plan.err)),
        // Some are refused by the plan, some only when they are done.
        (_, 3 | 1) => Ok(()),
        (_, _) => match pair.target.try_script(&database, &plan.out) {
            Err(_) => Ok(()),
            Ok(()) if lockstep("verify", &[]).code != 0 => {
                Err("the script ends well with other rows".to_owned())
            }
            Ok(()) => Err("not refused".to_owned()),
        },
    };
    drop_everywhere(pair, &database);
    result
}

fn drop_everywhere(pair: &Pair, database: &str) {
    for server in [&pair.source, &pair.target] {
        drop_database(server, database);
    }
}

fn drop_database(server: &Endpoint, database: &str) {
    server.run_script("", &format!("SET foreign_key_checks = 0; DROP DATABASE {database};"));
}
