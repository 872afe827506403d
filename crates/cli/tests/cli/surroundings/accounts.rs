//! Owners of objects, and what a login cannot do: found before the first change.

use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Endpoint, Kind};

use super::{Place, Who};
use crate::common::{FLAVORS, rows, run};

/// Who owns a view and a procedure.
fn owners(server: &Endpoint, database: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (view, schema, name) in [
        ("VIEWS", "TABLE_SCHEMA", "TABLE_NAME"),
        ("ROUTINES", "ROUTINE_SCHEMA", "ROUTINE_NAME"),
        ("TRIGGERS", "TRIGGER_SCHEMA", "TRIGGER_NAME"),
        ("EVENTS", "EVENT_SCHEMA", "EVENT_NAME"),
    ] {
        let sql = format!(
            "SELECT {name} AS n, DEFINER AS d FROM information_schema.{view} WHERE {schema} = '{database}' ORDER BY 1"
        );
        found.extend(rows(server, &sql).into_iter().map(|row| row.join(" of ")));
    }
    found
}

#[test]
fn owners_stay_as_they_are() {
    for kind in FLAVORS {
        let place = Place::new(kind, "", "");
        let (app, other) = (place.user("app"), place.user("other"));
        for server in [&place.shop.pair.source, place.target()] {
            server.execute(&format!("CREATE USER '{app}'@'%'"));
            server.execute(&format!("CREATE USER '{other}'@'%'"));
            // Without rights, MariaDB shows a view in another spelling.
            for user in [&app, &other] {
                server
                    .execute(&format!("GRANT SELECT, EXECUTE ON {}.* TO '{user}'@'%'", place.shop.database));
            }
        }
        let object = |user: &str, more: &str| format!("CREATE DEFINER = '{user}'@'%' {more}");
        place.shop.pair.source.run_script(
            &place.shop.database,
            &[
                "CREATE TABLE a (id INT PRIMARY KEY);".to_owned(),
                object(&other, "VIEW v AS SELECT id, id + 1 AS x FROM a;"),
                object(&other, "VIEW fresh AS SELECT id FROM a;"),
                object(&other, "PROCEDURE p() SELECT 1, CURRENT_USER();"),
                object(&other, "TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET NEW.id = NEW.id + 1;"),
                object(&other, "EVENT ev ON SCHEDULE EVERY 2 DAY DISABLE DO SELECT 2;"),
                object(&other, "FUNCTION f() RETURNS INT DETERMINISTIC RETURN 2;"),
            ]
            .join("\n"),
        );
        place.target().run_script(
            &place.shop.database,
            &[
                "CREATE TABLE a (id INT PRIMARY KEY);".to_owned(),
                object(&app, "VIEW v AS SELECT id FROM a;"),
                object(&app, "PROCEDURE p() SELECT CURRENT_USER();"),
                object(&app, "TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET NEW.id = NEW.id;"),
                object(&app, "EVENT ev ON SCHEDULE EVERY 2 DAY DISABLE DO SELECT 1;"),
            ]
            .join("\n"),
        );
        place.run_as(Who::Root, "sync", &[], &["--yes"]).expect(0);
        let expected: Vec<String> =
            ["fresh", "v", "f", "p", "tr", "ev"].iter().map(|name| format!("{name} of {app}@%")).collect();
        assert_eq!(owners(place.target(), &place.shop.database), expected, "{kind}");
    }
}

#[test]
fn an_owner_that_cannot_stay_needs_a_permission() {
    for kind in FLAVORS {
        let place = Place::new(
            kind,
            "CREATE TABLE a (id INT PRIMARY KEY); CREATE VIEW v AS SELECT id, 1 AS x FROM a;",
            "CREATE TABLE a (id INT PRIMARY KEY); CREATE DEFINER = 'nobody_here'@'%' VIEW v AS SELECT id FROM a;",
        );
        place.expect_unharmed(Who::Root, &[], 3, &["nobody_here@%", "does not exist", "--allow owner"]);
        place.run_as(Who::Root, "sync", &[], &["--yes", "--allow", "owner"]).expect(0);
        let owner = owners(place.target(), &place.shop.database);
        assert!(owner[0].starts_with("v of root@"), "{owner:?}");
    }
}

#[test]
fn a_right_that_is_missing_on_one_table_is_found_first() {
    for kind in FLAVORS {
        let place = Place::new(
            kind,
            "CREATE TABLE statement_run (id INT PRIMARY KEY, halfway INT);
             CREATE TABLE mcc (code CHAR(4) PRIMARY KEY, risk INT); INSERT INTO mcc VALUES ('5812', 3), ('1', 1);",
            "CREATE TABLE statement_run (id INT PRIMARY KEY);
             CREATE TABLE mcc (code CHAR(4) PRIMARY KEY, risk INT); INSERT INTO mcc VALUES ('5812', 2), ('2', 2);",
        );
        place.run_as(Who::Granted, "plan", &["mcc"], &[]).expect(2);
        let topology = place.topology("[[reference_tables]]\ntable = \"IN.mcc\"\n");
        let doctor = |right: &str| {
            let ran = place.by_topology(&topology, "doctor", &[]);
            let wanted = place.named(&format!("no {right} on IN.mcc"));
            assert!(ran.out.contains(&wanted), "{kind}: {wanted} is not in {}", ran.out);
        };
        let writer = place.user("w");
        for right in ["UPDATE", "DELETE"] {
            place
                .target()
                .run_script("mysql", &place.named(&format!("REVOKE {right} ON IN.mcc FROM '{writer}'@'%'")));
            let before = place.contents();
            let ran = place.by_topology(&topology, "sync", &["--yes"]).expect(3);
            assert!(ran.out.contains(&format!("no privilege {right} there")), "{kind}: {}", ran.out);
            assert_eq!(place.contents(), before, "{kind}");
            doctor(right);
            place
                .target()
                .run_script("mysql", &place.named(&format!("GRANT {right} ON IN.mcc TO '{writer}'@'%'")));
        }
        // In a grant on a database `_` is a wildcard unless escaped.
        let pattern = place.shop.database.replace('_', "\\_");
        place.target().run_script("mysql", &format!("REVOKE INSERT ON `{pattern}`.* FROM '{writer}'@'%'"));
        place
            .target()
            .run_script("mysql", &place.named(&format!("REVOKE INSERT ON IN.mcc FROM '{writer}'@'%'")));
        let ran = place.by_topology(&topology, "plan", &[]).expect(3);
        assert!(ran.out.contains("no privilege INSERT there"), "{kind}: {}", ran.out);
        doctor("INSERT");
        // A right on the columns that lockstep writes is enough.
        place.target().run_script(
            "mysql",
            &place.named(&format!("GRANT INSERT (code, risk) ON IN.mcc TO '{writer}'@'%'")),
        );
        place.by_topology(&topology, "sync", &["--yes"]).expect(0);
    }
}

#[test]
fn a_definer_that_does_not_exist_is_found_first() {
    for kind in FLAVORS {
        let place = Place::new(kind, "CREATE PROCEDURE p() SELECT 2;", "CREATE TABLE seen (id INT);");
        place.shop.pair.source.run_script(&place.shop.database, "CREATE TABLE seen (id INT, n INT);");
        place.run_as(Who::Granted, "plan", &[], &[]).expect(2);
        place.target().execute(&format!("DROP USER '{}'@'%'", place.user("o")));
        let topology = place.topology("");
        let ran = place.by_topology(&topology, "plan", &[]).expect(3);
        assert!(ran.out.contains("does not exist: CREATE USER"), "{kind}: {}", ran.out);
        let ran = place.by_topology(&topology, "doctor", &[]).expect(1);
        assert!(ran.out.contains("does not exist"), "{kind}: {}", ran.out);
    }
}

#[test]
fn objects_of_an_account_with_more_rights_are_found_first() {
    let place = Place::new(
        Kind::MySql97,
        "CREATE TABLE t (id INT PRIMARY KEY, n INT); CREATE PROCEDURE p() SELECT 2; CREATE VIEW v AS SELECT id, n FROM t;
         CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 2;",
        "CREATE TABLE t (id INT PRIMARY KEY); CREATE PROCEDURE p() SELECT 1; CREATE VIEW v AS SELECT id FROM t;
         CREATE VIEW old_v AS SELECT 1 AS one; CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1;",
    );
    place.expect_unharmed(Who::Granted, &[], 3, &["SYSTEM_USER", "root@"]);
    let topology = place.topology("");
    let ran = place.by_topology(&topology, "doctor", &[]).expect(1);
    assert!(ran.out.contains("has SYSTEM_USER, and the login has not"), "{}", ran.out);
}

#[test]
fn a_replica_and_a_read_only_server_are_refused() {
    for kind in FLAVORS {
        let server = testing::own(kind, &ServerOptions::for_tests());
        let target = Endpoint::of(&server, kind);
        let source = testing::server(kind);
        let database = testing::unique_database("role");
        for (side, table) in
            [(&source, "CREATE TABLE t (id INT, n INT)"), (&target, "CREATE TABLE t (id INT)")]
        {
            side.execute(&format!("CREATE DATABASE {database}"));
            side.run_script(&database, table);
        }
        let (from, to) = (source.url(), target.url());
        let plan = |more: &[&str]| {
            run(&[&["plan", from.as_str(), to.as_str(), "--database", &database], more].concat())
        };
        plan(&[]).expect(2);
        target.execute("SET GLOBAL read_only = ON");
        for more in [&[][..], &["--allow", "replica"]] {
            let ran = plan(more).expect(3);
            assert!(ran.out.contains("read-only (read_only)"), "{kind}: {}", ran.out);
        }
        target.execute("SET GLOBAL read_only = OFF");
        target.execute(match kind {
            Kind::MariaDb1011 => "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_USER = 'nobody'",
            _ => "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_USER = 'nobody'",
        });
        let ran = plan(&[]).expect(3);
        assert!(ran.out.contains("a replica") && ran.out.contains("--allow replica"), "{kind}: {}", ran.out);
        plan(&["--allow", "replica"]).expect(2);
    }
}

#[test]
fn filling_a_new_column_without_the_right_to_is_refused() {
    let kind = Kind::MySql97;
    let place = Place::new(
        kind,
        "CREATE TABLE t (id INT PRIMARY KEY, u CHAR(36) NOT NULL DEFAULT (uuid()));",
        "CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2);",
    );
    place.expect_unharmed(Who::Granted, &[], 3, &["no privilege UPDATE there"]);
    place.run_as(Who::Root, "sync", &[], &["--yes"]).expect(0);
    let found = rows(place.target(), &place.named("SELECT COUNT(DISTINCT u) FROM IN.t WHERE u <> ''"));
    assert_eq!(found, [["2"]]);
}
