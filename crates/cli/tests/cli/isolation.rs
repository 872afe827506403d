//! Isolation, seen from the servers: which rows are read, and what the accounts of `lockstep grants` may do.

use std::collections::BTreeSet;

use crate::common::{FLAVORS, rows, run};
use crate::environments::{Environments, REFERENCES};
use crate::general_log::{Allowed, Logged, statements};
use lockstep_sandbox::testing::{Endpoint, Kind};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};

const ALLOWED: Allowed = Allowed { references: &REFERENCES };

/// Panics at the first statement that reads rows which it must not.
#[track_caller]
fn expect_isolated(logged: &[Logged], whose: &str) {
    for entry in logged {
        if let Some(why) = ALLOWED.objection(&entry.statement) {
            panic!("{whose}, connection {}: {why}:\n{}", entry.connection, entry.statement);
        }
    }
}

/// Panics when a session that activated a role also read rows of a reference table.
#[track_caller]
fn expect_roles_apart(logged: &[Logged]) {
    let with_role: BTreeSet<u64> =
        logged.iter().filter(|l| l.statement.starts_with("SET ROLE")).map(|l| l.connection).collect();
    assert!(!with_role.is_empty(), "no session activated the role that definitions of views need");
    for entry in logged.iter().filter(|l| with_role.contains(&l.connection)) {
        let reads = entry.statement.starts_with("SELECT")
            && REFERENCES.iter().any(|r| entry.statement.contains(&format!("`{}`", r.replace('.', "`.`"))));
        assert!(!reads, "rows are read with the role active:\n{}", entry.statement);
    }
}

#[test]
fn with_the_granted_accounts_everything_works_and_no_other_row_is_read() {
    for kind in FLAVORS {
        let environments = Environments::start(kind);
        environments.grant();
        let topology = environments.topology_file();
        let lockstep = |command: &str, more: &[&str]| {
            let mut arguments = vec![command, "--topology", &topology];
            arguments.extend(more);
            run(&arguments)
        };
        environments.forget_logs();
        lockstep("doctor", &[]).expect(0);
        lockstep("status", &[]).expect(2);
        for format in ["text", "json", "markdown", "sql"] {
            lockstep("plan", &["dev", "prod", "--allow", "destructive", "--format", format]).expect(2);
        }
        let sync = lockstep("sync", &["dev", "prod", "--yes", "--allow", "destructive"]).expect(0);
        assert!(sync.err.contains("in step (run 1"), "{}", sync.err);
        lockstep("verify", &["dev", "prod"]).expect(0);
        lockstep("sync", &["dev", "prod", "--yes"]).expect(0);
        lockstep("status", &[]).expect(0);
        lockstep("history", &[]).expect(0);
        for (server, logged) in environments.logs() {
            assert!(logged.len() > 100, "{kind}: the log of {server} holds {} statements", logged.len());
            expect_isolated(&logged, &format!("{kind} {server}"));
            expect_roles_apart(&logged);
        }
        let target = environments.target();
        let names = rows(&target, "SELECT name FROM shop.customer_names");
        assert_eq!(names, [["Ada"]], "{kind}: the view works with its definer's rights");
        target.execute("INSERT INTO shop.card VALUES (9, 1, '4111')");
        let log = rows(&target, "SELECT what FROM shop.audit_log");
        assert_eq!(log, [["card 9 of Ada"]], "{kind}: the trigger and the function work with its rights");
    }
}

#[test]
fn by_url_no_other_row_is_read_either() {
    for kind in FLAVORS {
        let environments = Environments::start(kind);
        let (from, to) = (environments.source().url(), environments.target().url());
        let mut sides = vec![from.as_str(), to.as_str(), "--database", "shop", "--database", "ledger"];
        REFERENCES.iter().for_each(|r| sides.extend(["--reference", r]));
        let lockstep = |command: &str, more: &[&str]| {
            let arguments: Vec<&str> = [command].iter().chain(&sides).chain(more).copied().collect();
            run(&arguments)
        };
        environments.forget_logs();
        run(&["init", &from]).expect(0);
        lockstep("plan", &["--allow", "destructive"]).expect(2);
        lockstep("sync", &["--yes", "--allow", "destructive"]).expect(0);
        lockstep("verify", &[]).expect(0);
        run(&["history", &to]).expect(0);
        for (server, logged) in environments.logs() {
            expect_isolated(&logged, &format!("{kind} {server}"));
        }
    }
}

#[test]
fn the_check_of_the_log_sees_what_it_must() {
    let bad = [
        "SELECT * FROM `shop`.`customer`",
        "select count(*) from shop.currency c join shop.card d on d.id = c.id",
        "SELECT a FROM shop.currency, shop.customer",
        "SELECT * FROM (SELECT 1 FROM shop.customer) few",
        "SELECT * FROM (shop.currency, shop.customer)",
        "SELECT (SELECT MAX(id) FROM shop.customer)",
        "INSERT INTO shop.currency SELECT id, name FROM shop.customer",
        "UPDATE shop.customer SET email = ''",
        "DELETE FROM shop.customer",
        "TABLE shop.customer",
        "HANDLER shop.customer OPEN",
        "CHECKSUM TABLE shop.customer",
        "CREATE TABLE lockstep_scratch_1_0.t AS SELECT * FROM shop.customer",
        "SELECT * FROM customer",
        "SELECT 'FROM lockstep.run' FROM shop.customer",
        "WITH x AS (SELECT * FROM shop.customer) SELECT * FROM x",
    ];
    for statement in bad {
        assert!(ALLOWED.objection(statement).is_some(), "{statement}");
    }
    let good = [
        "SELECT `code`, `name` FROM `shop`.`currency` WHERE note <> 'FROM shop.customer' ORDER BY 1, 2",
        "SELECT t.a, t.b FROM information_schema.tables t JOIN information_schema.columns c ON c.a = t.a",
        "SELECT 1 FROM `shop`.`country` c LEFT JOIN `shop`.`currency` p ON p.code = c.currency",
        "INSERT INTO lockstep.run (flow, plan) VALUES ('a', 'b')",
        "INSERT INTO lockstep.verified (flow) VALUES ('a') ON DUPLICATE KEY UPDATE verified = 1",
        "SELECT COUNT(*) FROM (SELECT 1 FROM `shop`.`country` LIMIT 100001) few",
        "SHOW CREATE TABLE `customer`",
        "SELECT @@version, @@lower_case_table_names",
        "CREATE VIEW `v` AS select `c`.`id` from `customer` `c`",
    ];
    for statement in good {
        assert_eq!(ALLOWED.objection(statement), None, "{statement}");
    }
    let log = "2026-11-22T02:00:00.1Z\t   12 Connect\troot@localhost on  using TCP\n\
               2026-11-22T02:00:00.1Z\t   12 Query\tSELECT 1\nFROM shop.customer\n\
               \t\t    13 Query\tSHOW TABLES\n261122  2:00:00\t    13 Init DB\tshop";
    let found: Vec<_> = statements(log).into_iter().map(|l| (l.connection, l.statement)).collect();
    assert_eq!(found, [(12, "SELECT 1\nFROM shop.customer".into()), (13, "SHOW TABLES".into())]);
}

/// A connection as one of the granted accounts.
fn log_in(server: &Endpoint, user: &str) -> Conn {
    let ssl = server.authority.clone().map(|ca| mysql::SslOpts::default().with_root_cert_path(Some(ca)));
    let options = OptsBuilder::new().user(Some(user)).pass(Some(crate::environments::password(user)));
    let options = options.ip_or_hostname(Some("127.0.0.1")).tcp_port(server.port).prefer_socket(false);
    Conn::new(options.ssl_opts(ssl)).unwrap_or_else(|error| panic!("{user} on {}: {error}", server.kind))
}

/// Statements that would let an account see, or work on, rows of tables that are no reference tables.
const FORBIDDEN: [&str; 18] = [
    "SELECT * FROM shop.customer",
    "SELECT COUNT(*) FROM shop.customer",
    "SELECT email FROM shop.customer LIMIT 1",
    "SELECT * FROM shop.customer_names",
    "SELECT c.code FROM shop.currency c JOIN shop.customer x ON x.id = c.digits",
    "UPDATE shop.customer SET email = 'x' WHERE id = 1",
    "UPDATE shop.currency SET name = (SELECT name FROM shop.customer LIMIT 1)",
    "DELETE FROM shop.customer WHERE email LIKE 'a%'",
    "INSERT INTO shop.currency SELECT 'XXX', name, 2 FROM shop.customer",
    "REPLACE INTO shop.customer SELECT * FROM shop.customer",
    "INSERT INTO shop.customer (id, name) VALUES (1, 'x') ON DUPLICATE KEY UPDATE name = 'x'",
    "HANDLER shop.customer OPEN",
    "CHECKSUM TABLE shop.customer",
    "EXPLAIN SELECT * FROM shop.customer WHERE id = 1",
    "CREATE TEMPORARY TABLE shop.copied AS SELECT * FROM shop.customer",
    "LOAD DATA INFILE '/etc/hostname' INTO TABLE shop.currency",
    "SELECT * FROM shop.currency INTO OUTFILE '/tmp/lockstep-test-outfile'",
    "SELECT * FROM mysql.user",
];

#[test]
fn the_granted_accounts_are_denied_every_other_row() {
    /// Access denied: to a database, the server's files, a table, a column, a server-wide right.
    const DENIED: [u16; 5] = [1044, 1045, 1142, 1143, 1227];
    for kind in FLAVORS {
        let environments = Environments::start(kind);
        environments.grant();
        let logins = [(environments.target(), "lockstep_writer"), (environments.source(), "lockstep_reader")];
        for (server, user) in logins {
            let mut conn = log_in(&server, user);
            let seen: Option<u64> = conn.query_first("SELECT COUNT(*) FROM shop.currency").unwrap();
            assert!(seen > Some(0), "{kind} {user}: reference rows are readable");
            // A server may let a writer create a view that it cannot read (an unknown view is 1146).
            let _ = conn.query_drop("CREATE VIEW shop.peek AS SELECT * FROM shop.customer");
            match conn.query_drop("SELECT * FROM shop.peek") {
                Err(mysql::Error::MySqlError(e)) if [1142, 1143, 1146, 1356].contains(&e.code) => {}
                other => panic!("{kind} {user}: a view of its own: {other:?}"),
            }
            for statement in FORBIDDEN {
                match conn.query_drop(statement) {
                    Err(mysql::Error::MySqlError(e)) if DENIED.contains(&e.code) => {}
                    other => panic!("{kind} {user}: {statement}: {other:?}"),
                }
            }
        }
        let (source, target) = (environments.source(), environments.target());
        let count = |server: &Endpoint| rows(server, "SELECT id, name, email FROM shop.customer");
        assert_eq!(count(&source), [["1", "Dev", "dev@example.com"]], "{kind}");
        assert_eq!(count(&target), [["1", "Ada", "ada@example.com"]], "{kind}");
    }
}

#[test]
fn a_password_that_was_forgotten_makes_no_account() {
    for kind in FLAVORS {
        let environments = Environments::start(kind);
        for (server, script) in environments.printed_grants() {
            let said = server.try_script("mysql", &script).expect_err("the placeholder is no SQL");
            assert!(
                said.contains("error in your SQL syntax") && said.contains("<password of"),
                "{kind}: {said}"
            );
            // Nor one by one, whatever fails.
            for statement in script.lines().filter(|line| !line.starts_with("--")) {
                let _ = server.try_script("mysql", statement);
            }
            let accounts =
                "SELECT COUNT(*) FROM mysql.user WHERE user IN ('lockstep_reader', 'lockstep_writer')";
            assert_eq!(rows(&server, accounts), [["0"]], "{kind}");
        }
    }
}

#[test]
fn logins_that_can_read_more_are_refused() {
    for kind in FLAVORS {
        let environments = Environments::start(kind);
        environments.grant();
        let before = environments.fingerprint();
        let broad = environments.topology_with_logins("root", "root");
        let ran = run(&["doctor", "--topology", &broad]).expect(1);
        assert!(ran.out.contains("can read *.*"), "{}", ran.out);
        let ran = run(&["sync", "dev", "prod", "--yes", "--topology", &broad]).expect(3);
        assert!(ran.err.contains("lockstep grants"), "{}", ran.err);
        // A login that is as it should be, but whose default role reads everything.
        let target = environments.target();
        target.execute("CREATE ROLE broad_role");
        target.execute("GRANT SELECT ON shop.* TO broad_role");
        target.execute("GRANT broad_role TO 'lockstep_writer'@'%'");
        set_default_role(&target, kind, "broad_role");
        let topology = environments.topology_file();
        let ran = run(&["sync", "dev", "prod", "--yes", "--topology", &topology]).expect(3);
        assert!(ran.err.contains("can read shop.*"), "{kind}: {}", ran.err);
        set_default_role(&target, kind, "lockstep_views");
        let ran = run(&["sync", "dev", "prod", "--yes", "--topology", &topology]).expect(3);
        assert!(ran.err.contains("lockstep_views is active"), "{kind}: {}", ran.err);
        run(&["doctor", "--topology", &topology]).expect(1);
        assert_eq!(environments.fingerprint(), before, "{kind}: nothing was changed");
    }
}

fn set_default_role(server: &Endpoint, kind: Kind, role: &str) {
    server.execute(&match kind {
        Kind::MariaDb1011 => format!("SET DEFAULT ROLE {role} FOR 'lockstep_writer'@'%'"),
        _ => format!("SET DEFAULT ROLE {role} TO 'lockstep_writer'@'%'"),
    });
}

#[test]
fn a_missing_role_matters_only_where_views_need_it() {
    for kind in FLAVORS {
        let environments = Environments::start(kind);
        environments.grant();
        let topology = environments.topology_file();
        let revoke = |user| format!("REVOKE 'lockstep_views' FROM '{user}'@'%'");
        environments.source().run_script("mysql", &revoke("lockstep_reader"));
        environments.target().run_script("mysql", &revoke("lockstep_writer"));
        let ran = run(&["plan", "dev", "prod", "--topology", &topology]).expect(1);
        assert!(ran.err.contains("view `shop`.`currencies`"), "{kind}: {}", ran.err);
        assert!(ran.err.contains("lockstep grants"), "{kind}: {}", ran.err);
        for server in [environments.source(), environments.target()] {
            server.execute("DROP VIEW IF EXISTS shop.currencies, shop.customer_names, shop.loud_names");
        }
        run(&["plan", "dev", "prod", "--allow", "destructive", "--topology", &topology]).expect(2);
    }
}

#[test]
fn a_missing_privilege_is_named_and_nothing_is_changed() {
    for kind in FLAVORS {
        let environments = Environments::start(kind);
        environments.grant();
        let topology = environments.topology_file();
        let before = environments.fingerprint();
        let sync = || {
            let arguments =
                ["sync", "dev", "prod", "--yes", "--allow", "destructive", "--topology", &topology];
            let ran = run(&arguments);
            assert_eq!(environments.fingerprint(), before, "{kind}: nothing was changed");
            ran
        };
        let (source, target) = (environments.source(), environments.target());
        // (the server, a right, whose, the exit code, what the message holds)
        let cases: [(&Endpoint, &str, &str, i32, &str); 4] = [
            (&source, "SELECT ON shop.currency", "lockstep_reader", 1, "shop.currency"),
            (&target, "ALTER ON `shop`.*", "lockstep_writer", 3, "no privilege ALTER"),
            (&target, "CREATE ROUTINE ON `shop`.*", "lockstep_writer", 3, "no privilege CREATE ROUTINE"),
            (&target, "SELECT ON ledger.rate", "lockstep_writer", 1, "ledger.rate"),
        ];
        for (server, right, user, code, word) in cases {
            server.run_script("mysql", &format!("REVOKE {right} FROM '{user}'@'%'"));
            let ran = sync().expect(code);
            let said = format!("{}{}", ran.out, ran.err);
            assert!(said.contains(word), "{kind}: {word} is not in {said}");
            assert!(said.contains("lockstep grants"), "{kind}: {said}");
            server.run_script("mysql", &format!("GRANT {right} TO '{user}'@'%'"));
        }
    }
}
