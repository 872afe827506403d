//! Bad input: each has a clear message that says what to do, its exit code, and changes nothing anywhere.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use crate::common::{FLAVORS, Ran, fingerprint, lockstep, rows, run};
use crate::private_pair::PrivatePair;
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Kind};
use tempfile::TempDir;

/// Panics unless the command ended with `code` and its messages hold each of `words`.
#[track_caller]
fn expect(ran: Ran, code: i32, words: &[&str]) {
    let ran = ran.expect(code);
    for word in words {
        assert!(
            ran.err.contains(word) || ran.out.contains(word),
            "{word} is not in\n--- stdout\n{}\n--- stderr\n{}",
            ran.out,
            ran.err
        );
    }
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

/// A folder with topologies.
struct Topologies(TempDir);

impl Topologies {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, text: &str) -> String {
        let path = self.path("lockstep.toml");
        fs::write(&path, text).expect("the topology is written");
        path.display().to_string()
    }
}

/// Three environments that are not there, and the flows dev → staging → prod.
const TOPOLOGY: &str = r#"databases = ["shop"]

[environments.dev]
url = "mysql://reader@127.0.0.1:1"

[environments.staging]
url = "mysql://reader@127.0.0.1:1"

[environments.prod]
url = "mysql://reader@127.0.0.1:1"

[[flows]]
from = "dev"
to = "staging"

[[flows]]
from = "staging"
to = "prod"

[[reference_tables]]
table = "shop.currency"
"#;

#[test]
fn a_wrong_topology_is_shown_with_its_line() {
    let folder = Topologies::new();
    let cases: &[(&str, &str, &[&str])] = &[
        ("databases", "datbases", &["line 1", "unknown field `datbases`", "databases"]),
        ("[environments.dev]\nurl", "[environments.dev]\nulr", &["line 4", "unknown field `ulr`"]),
        (
            "table = \"shop.currency\"",
            "table = \"shop.currency\"\nkey = \"code\"",
            &["line 22", "unknown field `key`"],
        ),
        (
            "table = \"shop.currency\"",
            "table = \"shop.currency\"\ndelete = \"maybe\"",
            &["line 22", "unknown variant `maybe`"],
        ),
        (
            "table = \"shop.currency\"",
            "table = \"currency\"",
            &["line 21", "does not name a table", "database.table"],
        ),
        ("table = \"shop.currency\"", "table = \"bank.currency\"", &["bank.currency", "not in `databases`"]),
        (
            "[[reference_tables]]",
            "[[reference_tables]]\ntable = \"shop.currency\"\n[[reference_tables]]",
            &["named twice"],
        ),
        ("[\"shop\"]", "[\"shop\", \"shop\"]", &["`shop` is named twice"]),
        ("[\"shop\"]", "[\"shop\", \"mysql\"]", &["belongs to the server"]),
        ("[\"shop\"]", "[]", &["no database is in scope", "--database"]),
        ("[\"shop\"]", "[\"shop\"", &["line", "lockstep.toml"]),
        ("to = \"prod\"", "to = \"prd\"", &["there is no environment `prd`"]),
        ("to = \"prod\"", "to = \"dev\"", &["circle", "one way"]),
        (
            "mysql://reader@127.0.0.1:1\"\n\n[environments.staging]",
            "postgres://x\"\n\n[environments.staging]",
            &["line 4", "mysql://"],
        ),
        (
            "mysql://reader@127.0.0.1:1\"\n\n[environments.staging]",
            "mysql://reader@db.example?tls=off\"\n\n[environments.staging]",
            &["line 4", "loopback only"],
        ),
        ("[environments.staging]", "definer = \"nobody\"\n[environments.staging]", &["user@host"]),
        (
            "[environments.staging]",
            "password_env = \"A\"\npassword_file = \"b\"\n[environments.staging]",
            &["more than one source"],
        ),
    ];
    for (old, new, words) in cases {
        let topology = folder.write(&TOPOLOGY.replacen(old, new, 1));
        expect(run(&["plan", "dev", "staging", "--topology", &topology]), 1, words);
        expect(run(&["status", "--topology", &topology]), 1, words);
    }
    let missing = folder.path("none.toml").display().to_string();
    expect(run(&["status", "--topology", &missing]), 1, &["none.toml", "lockstep init"]);
}

#[test]
fn a_flow_that_is_not_there_is_refused() {
    let topology = Topologies::new();
    let topology = topology.write(TOPOLOGY);
    let plan = |from, to| run(&["plan", from, to, "--topology", &topology]);
    expect(plan("dev", "production"), 1, &["no environment `production`", "dev, staging, prod"]);
    expect(plan("dev", "prod"), 3, &["no flow from `dev` to `prod`", "dev → staging"]);
    expect(plan("prod", "staging"), 3, &["nothing travels against a flow"]);
    expect(plan("dev", "mysql://root@127.0.0.1:1"), 1, &["one side is a URL"]);
    expect(run(&["grants", "qa", "--topology", &topology]), 1, &["no environment `qa`"]);
    expect(run(&["history", "qa", "--topology", &topology]), 1, &["no environment `qa`"]);
    let more = ["plan", "dev", "staging", "--database", "shop", "--topology", &topology];
    expect(run(&more), 1, &["go with URLs"]);
}

#[test]
fn wrong_arguments_are_an_error_and_no_difference() {
    expect(run(&["plan", "dev"]), 1, &["TO", "--help"]);
    expect(run(&["plam"]), 1, &["plan"]);
    expect(run(&["sync", "a", "b", "--budget", "soon"]), 1, &["270s"]);
    expect(run(&["sync", "a", "b", "--budget", "-3s"]), 1, &["-3"]);
    expect(run(&["sync", "a", "b", "--wait", "99999999999999999999h"]), 1, &["whole number"]);
    expect(run(&["plan", "a", "b", "--schema-only", "--data-only"]), 1, &["cannot be used"]);
    let urls = ["plan", "mysql://a@127.0.0.1:1", "mysql://a@127.0.0.1:2", "--reference", "currency"];
    expect(run(&urls), 1, &["does not name a table", "database.table"]);
    expect(run(&urls[..3]), 1, &["no database is in scope", "--database"]);
    expect(run(&["--help"]), 0, &["Exit codes"]);
    expect(run(&["--version"]), 0, &["lockstep"]);
}

#[test]
fn a_password_is_never_shown() {
    const PASSWORD: &str = "hunter2-Zebra";
    let folder = Topologies::new();
    let url = format!("mysql://reader:{PASSWORD}@127.0.0.1:1");
    let topology = folder.write(&TOPOLOGY.replacen("mysql://reader@127.0.0.1:1", &url, 1));
    let saved = folder.path("plan.json").display().to_string();
    let bad_url = format!("mysql://reader:{PASSWORD}@127.0.0.1:port");
    let other = format!("mysql://reader:{PASSWORD}@127.0.0.1:2");
    let commands: &[&[&str]] = &[
        &["plan", "dev", "staging", "--topology", &topology],
        &["doctor", "--topology", &topology],
        &["plan", &url, &other, "--database", "shop", "--out", &saved],
        &["sync", &url, &other, "--database", "shop", "--yes"],
        &["verify", &bad_url, &other, "--database", "shop"],
        &["plan", &url, &format!("{other}/?socket=%ZZ"), "--database", "shop"],
        &["plan", &url, "prod", "--database", "shop"],
        &["init", &url],
        &["history", &url],
        &["grants", &url],
        &["plan", &url],
    ];
    for command in commands {
        let ran = run(command).expect(1);
        assert!(
            !format!("{}{}", ran.out, ran.err).contains("Zebra"),
            "{command:?}\n{}\n{}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn servers_that_do_not_let_in() {
    let pair = testing::pair(Kind::MySql97);
    let user = testing::unique_database("user");
    let (source, target) = (pair.source.url(), pair.target.url());
    pair.source.execute(&format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'right'"));
    pair.source.execute(&format!("CREATE USER '{user}_tls'@'%' IDENTIFIED BY 'right' REQUIRE SSL"));
    let plan = |from: &str| run(&["plan", from, &target, "--database", "shop"]);
    expect(plan("mysql://root@127.0.0.1:1"), 1, &["127.0.0.1:1", "cannot connect", "check host, port"]);
    expect(plan("mysql://root@no-such-host.invalid"), 1, &["no-such-host.invalid", "cannot connect"]);
    let ca = pair.source.authority.clone().unwrap().display().to_string();
    let login = |user: &str, password: &str, more: &str| {
        format!("mysql://{user}:{password}@127.0.0.1:{}{more}", pair.source.port)
    };
    expect(plan(&login(&user, "wrong", "")), 1, &["Access denied", "check the user and the password"]);
    expect(plan(&login("nobody", "x", "")), 1, &["cannot connect", "check the user"]);
    expect(plan(&login(&format!("{user}_tls"), "right", "")), 1, &["Access denied", "TLS"]);
    let missing = login(&user, "right", "?ca=/no/such/file.pem");
    expect(plan(&missing), 1, &["/no/such/file.pem"]);
    let folder = Topologies::new();
    fs::write(folder.path("other.pem"), "not a certificate").unwrap();
    let other = login(&user, "right", &format!("?ca={}", folder.path("other.pem").display()));
    expect(plan(&other), 1, &["cannot connect", "?ca=FILE"]);
    let good = login(&format!("{user}_tls"), "right", &format!("?ca={ca}"));
    expect(plan(&good), 1, &["no database `shop`"]);
    expect(run(&["plan", &source, &source, "--database", "shop"]), 1, &["both"]);
    let again = source.replace("127.0.0.1", "localhost");
    expect(run(&["plan", &source, &again, "--database", "shop"]), 1, &["the same server"]);
}

/// MariaDB says whatever version its options tell it to say: a real server that passes for an old one.
#[test]
fn a_server_that_is_too_old_is_refused() {
    let table = "CREATE TABLE fee (id INT PRIMARY KEY);";
    let old = ServerOptions::for_tests().with("--version=10.1.48-MariaDB");
    let pair = PrivatePair::with(Kind::MariaDb1011, &["fee"], [table, ""], &old);
    let before = fingerprint(&pair.to());
    for (command, more) in [("plan", &[][..]), ("sync", &["--yes"]), ("verify", &[])] {
        let ran = pair.run(command, more);
        expect(ran, 3, &["10.1.48-MariaDB is too old", "MySQL 5.6, MariaDB 10.2 or newer"]);
    }
    assert_eq!(fingerprint(&pair.to()), before);
}

#[test]
fn a_password_source_that_fails_says_so() {
    let folder = Topologies::new();
    let cases: [(&str, &[&str]); 3] = [
        ("password_env = \"LOCKSTEP_NO_SUCH_VARIABLE\"", &["LOCKSTEP_NO_SUCH_VARIABLE is not set"]),
        ("password_file = \"no-such-file\"", &["no-such-file"]),
        ("password_command = [\"false\"]", &["`false` failed"]),
    ];
    for (line, words) in cases {
        let topology = folder.write(&TOPOLOGY.replacen(
            "[environments.staging]",
            &format!("{line}\n[environments.staging]"),
            1,
        ));
        expect(run(&["plan", "dev", "staging", "--topology", &topology]), 1, words);
    }
}

const TABLES: &str = "
    CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(50), digits INT);
    CREATE TABLE keyless (a INT, b INT);
    CREATE TABLE customer (id INT PRIMARY KEY, email VARCHAR(50));
    CREATE VIEW currencies AS SELECT code FROM currency;
    INSERT INTO currency VALUES ('EUR', 'Euro', 2), ('USD', 'Dollar', 2);";

#[test]
fn a_scope_that_does_not_fit_the_servers() {
    for kind in FLAVORS {
        let ahead = format!(
            "{TABLES} INSERT INTO currency VALUES ('JPY', 'Yen', 0); INSERT INTO keyless VALUES (1, 2);"
        );
        let pair = PrivatePair::start(kind, &[], &ahead, TABLES);
        let before = [fingerprint(&pair.from()), fingerprint(&pair.to())];
        let folder = Topologies::new();
        let topology = |reference: &str| {
            folder.write(&format!(
                "databases = [\"shop\"]\n[environments.a]\nurl = \"{}\"\n[environments.b]\nurl = \"{}\"\n\
                 [[flows]]\nfrom = \"a\"\nto = \"b\"\n[[reference_tables]]\n{reference}\n",
                pair.source.url(),
                pair.target.url()
            ))
        };
        let cases: &[(&str, i32, &[&str])] = &[
            ("table = \"shop.curency\"", 1, &["shop.curency does not exist", "spelling"]),
            ("table = \"shop.keyless\"", 3, &["shop.keyless", "key"]),
            ("table = \"shop.currencies\"", 3, &["shop.currencies", "view"]),
            ("table = \"shop.currency\"\nidentity = [\"digits\"]", 3, &["identity", "not unique"]),
            ("table = \"shop.currency\"\nidentity = [\"iso\"]", 1, &["identity names `iso`"]),
            ("table = \"shop.currency\"\nidentity = []", 1, &["identity"]),
            ("table = \"shop.currency\"\nignore_columns = [\"nme\"]", 1, &["no column `nme`"]),
            ("table = \"shop.currency\"\nignore_columns = [\"code\"]", 1, &["part of the identity"]),
            ("table = \"shop.currency\"\nwhere = \"digits >\"", 1, &["where", "shop.currency"]),
            ("table = \"shop.currency\"\nwhere = \"digit = 2\"", 1, &["where", "shop.currency", "digit"]),
            (
                "table = \"shop.currency\"\nwhere = \"1); DROP TABLE customer; --\"",
                1,
                &["where", "shop.currency"],
            ),
        ];
        for (reference, code, words) in cases {
            let topology = topology(reference);
            for command in ["plan", "sync"] {
                let mut arguments =
                    vec![command, "a", "b", "--allow", "broad-login", "--topology", &topology];
                arguments.extend((command == "sync").then_some("--yes"));
                expect(run(&arguments), *code, words);
                assert_eq!(
                    [fingerprint(&pair.from()), fingerprint(&pair.to())],
                    before,
                    "{kind}: {reference}"
                );
            }
        }
        let (from, to) = (pair.source.url(), pair.target.url());
        expect(run(&["plan", &from, &to, "--database", "shoop"]), 1, &["no database `shoop`"]);
        let twice = ["plan", &from, &to, "--reference", "shop.currency", "--reference", "shop.currency"];
        expect(run(&twice), 1, &["named twice"]);
        let emoji = ["plan", &from, &to, "--reference", "shop.💶"];
        expect(run(&emoji), 1, &["shop.💶 does not exist"]);
        expect(run(&["init", &from, "--database", "shoop"]), 1, &["no database `shoop`"]);
        assert_eq!([fingerprint(&pair.from()), fingerprint(&pair.to())], before, "{kind}");
        pair.expect_nothing_left();
    }
}

#[test]
fn a_plan_file_that_is_not_the_plan() {
    let ahead = format!(
        "{TABLES} INSERT INTO currency VALUES ('JPY', 'Yen', 0); ALTER TABLE customer ADD COLUMN x INT;"
    );
    let pair = PrivatePair::start(Kind::MySql97, &["currency"], &ahead, TABLES);
    let folder = Topologies::new();
    let file = folder.path("plan.json");
    let path = file.display().to_string();
    pair.run("plan", &["--out", &path]).expect(2);
    let good = fs::read_to_string(&file).unwrap();
    let before = [fingerprint(&pair.from()), fingerprint(&pair.to())];
    let apply = || run(&["apply", &path, "--yes"]);
    let again = "make a new plan";
    let cases: &[(String, i32, &[&str])] = &[
        (good.replace("JPY", "XXX"), 3, &["was changed after it was made", again]),
        (good.replace("ADD COLUMN `x`", "DROP COLUMN `email`, ADD COLUMN `x`"), 3, &["was changed", again]),
        (good[..good.len() / 2].to_owned(), 1, &["damaged", again]),
        (good.replacen("\"format\": 1", "\"format\": 999", 1), 1, &["format 999", again]),
        (good.replacen("\"lockstep\": \"plan\"", "\"lockstep\": \"status\"", 1), 1, &["is not a plan"]),
        ("CREATE TABLE t (a INT);".into(), 1, &["no plan", again]),
        ("[]".into(), 1, &["no plan", again]),
        (String::new(), 1, &["no plan", again]),
    ];
    for (text, code, words) in cases {
        assert_ne!(*text, good);
        fs::write(&file, text).unwrap();
        expect(apply(), *code, words);
    }
    fs::remove_file(&file).unwrap();
    expect(apply(), 1, &["plan.json", "cannot read"]);
    expect(run(&["apply", folder.0.path().to_str().unwrap(), "--yes"]), 1, &["damaged or no plan"]);
    assert_eq!([fingerprint(&pair.from()), fingerprint(&pair.to())], before);
    // Stale: the source moved on; then the target did.
    fs::write(&file, &good).unwrap();
    pair.from().execute("INSERT INTO shop.currency VALUES ('CHF', 'Franken', 2)");
    expect(apply(), 3, &["moved since the plan was made", "nothing was changed", again]);
    pair.from().execute("DELETE FROM shop.currency WHERE code = 'CHF'");
    pair.to().execute("ALTER TABLE shop.customer ADD COLUMN y INT");
    expect(apply(), 3, &["moved since the plan was made"]);
    pair.to().execute("ALTER TABLE shop.customer DROP COLUMN y");
    assert_eq!([fingerprint(&pair.from()), fingerprint(&pair.to())], before);
    expect(apply(), 0, &["in step"]);
    expect(apply(), 3, &["moved since the plan was made"]);
    pair.expect_in_step();
}

#[test]
fn names_that_need_quotes_travel() {
    for kind in FLAVORS {
        let pair = PrivatePair::start(kind, &[], "SELECT 1", "SELECT 1");
        let (database, table) = ("my-shop `of` 100%", "select \"from\" 'where' ☃");
        let (d, t) = (database.replace('`', "``"), table);
        let tables = format!(
            "CREATE DATABASE `{d}` CHARACTER SET utf8mb4; USE `{d}`;
             CREATE TABLE `{t}` (`primary key` INT, `a``b` VARCHAR(20), `order` INT, `per%cent` INT, `größe` INT,
                 PRIMARY KEY (`primary key`), KEY `my``key 1` (`a``b`, `order`));
             CREATE TABLE `group` (`key` INT PRIMARY KEY, `parent` INT,
                 CONSTRAINT `is \"fine\"` FOREIGN KEY (`parent`) REFERENCES `{t}` (`primary key`));"
        );
        let ahead = format!(
            "{tables} INSERT INTO `{t}` VALUES (1, 'it''s', 1, 2, 3), (2, 'back\\\\slash 😀', 1, 2, 3);
             INSERT INTO `group` VALUES (1, 1), (2, NULL);
             ALTER TABLE `{t}` ADD COLUMN `a b` INT COMMENT 'quote '' and `tick`', ADD KEY `by größe` (`größe`);
             CREATE VIEW `v-1` AS SELECT `a``b` AS `x``y` FROM `{t}`;
             CREATE PROCEDURE `p 1`() SELECT 1;"
        );
        pair.from().run_script("shop", &ahead);
        pair.to().run_script("shop", &tables);
        let quoted = format!("`{d}`.`{t}`");
        let group = format!("`{d}`.group");
        let (from, to) = (pair.source.url(), pair.target.url());
        let sides =
            [from.as_str(), &to, "--database", database, "--reference", &quoted, "--reference", &group];
        let lockstep = |command: &str, more: &[&str]| run(&[&[command], &sides[..], more].concat());
        lockstep("plan", &[]).expect(2);
        let folder = Topologies::new();
        let path = folder.path("plan file.json").display().to_string();
        lockstep("plan", &["--format", "sql", "--out", &path]).expect(2);
        run(&["apply", &path, "--yes"]).expect(0);
        lockstep("verify", &[]).expect(0);
        let found = rows(&pair.to(), &format!("SELECT `x``y` FROM `{d}`.`v-1` ORDER BY 1"));
        assert_eq!(found, [["back\\slash 😀"], ["it's"]], "{kind}");
        // The same by a topology that `init` proposes.
        let proposed = run(&["init", &from, "--database", database]).expect(0).out;
        assert!(proposed.contains("``of``"), "{proposed}");
        let path =
            folder.write(&proposed.replace("# [[reference_tables]]\n# table", "[[reference_tables]]\ntable"));
        expect(run(&["grants", "dev", "--topology", &path]), 0, &["``of``", "100\\%"]);
        pair.expect_nothing_left();
    }
}

#[test]
fn a_budget_of_nothing_changes_nothing() {
    let ahead = format!("{TABLES} INSERT INTO currency VALUES ('JPY', 'Yen', 0);");
    let pair = PrivatePair::start(Kind::MySql97, &["currency"], &ahead, TABLES);
    let before = [fingerprint(&pair.from()), fingerprint(&pair.to())];
    expect(pair.sync(&["--budget", "0s"]), 4, &["budget is used up", "run the same command again"]);
    assert_eq!([fingerprint(&pair.from()), fingerprint(&pair.to())], before);
    pair.expect_nothing_left();
}

#[test]
fn a_reader_of_stdout_that_goes_away_is_no_fault() {
    let many: String =
        (0..400).map(|i| format!("CREATE TABLE t{i} (id INT PRIMARY KEY, body TEXT);")).collect();
    let pair = PrivatePair::start(Kind::MySql97, &[], &many, "SELECT 1");
    for format in ["text", "json", "sql", "markdown"] {
        let (from, to) = (pair.source.url(), pair.target.url());
        let mut command = lockstep(&["plan", &from, &to, "--database", "shop", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Closed before anything is written, as by `| head -0`.
        drop(child.stdout.take());
        let ran = crate::private_pair::finish(child).expect(2);
        assert!(!ran.err.contains("error"), "{format}: {}", ran.err);
    }
}

#[test]
fn a_folder_of_definitions_that_is_broken() {
    let pair = PrivatePair::start(Kind::MySql97, &[], "SELECT 1", TABLES);
    let before = fingerprint(&pair.to());
    let folder = Topologies::new();
    let path = folder.0.path().display().to_string();
    let to = pair.target.url();
    let plan = || run(&["plan", &path, &to, "--database", "shop"]);
    expect(plan(), 1, &["holds no .sql file"]);
    let cases: &[(&str, &[&str])] = &[
        ("CREATE TABLE a (id INT);\nCREATE TABLE b (id INT", &["shop.sql", "line 2"]),
        ("CREATE TABLE a (id INT COMMENT 'never ends);", &["shop.sql", "line 1"]),
        ("INSERT INTO currency VALUES ('XXX', 'x', 2);", &["the files hold no definition"]),
        ("CREATE TABLE a (id INT);\nDROP TABLE mysql.user;", &["line 2", "database `mysql`", "beyond"]),
        ("CREATE USER intruder;", &["line 1", "does not define a schema"]),
        ("SET GLOBAL read_only = 1;", &["line 1", "changes the server"]),
        ("CREATE TABLE a AS SELECT * FROM mysql.user;", &["line 1", "rows"]),
        ("USE bank;", &["bank", "scope"]),
        ("DELIMITER\nCREATE TABLE a (id INT);", &["DELIMITER"]),
    ];
    for (text, words) in cases {
        fs::write(folder.path("shop.sql"), text).unwrap();
        expect(plan(), 1, words);
        assert_eq!(fingerprint(&pair.to()), before, "{text}");
    }
    expect(run(&["plan", "/no/such/folder", &to, "--database", "shop"]), 1, &["/no/such/folder"]);
    pair.expect_nothing_left();
}
