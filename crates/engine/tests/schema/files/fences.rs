//! The three ways to load files, and what is refused.

use lockstep_engine::grants::{GrantOptions, grants};
use lockstep_engine::schema::Folder;
use lockstep_engine::{Endpoint, ErrorKind, Flavor, Session, Topology};
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Kind};

use super::{BY_HAND, FLAVORS, folder, folder_with_private, left, live, load, trusting};
use crate::support::{connect, reset, run};

/// One object of each kind, each with an owner whom the loading account may not name.
const EVERYTHING: &str = "CREATE TABLE t (id INT PRIMARY KEY, shop INT, KEY k (shop));
CREATE TABLE child (id INT PRIMARY KEY, CONSTRAINT c FOREIGN KEY (id) REFERENCES t (id));
CREATE DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW v AS SELECT shop.t.id, f(1) AS g FROM shop.t;
DELIMITER //
CREATE DEFINER=root@localhost FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1//
CREATE DEFINER=`root`@`localhost` PROCEDURE p() BEGIN one:BEGIN SELECT 'é;', shop.t.id FROM shop.t; END; END//
CREATE DEFINER = 'root'@'localhost' TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.shop = 1; END//
CREATE DEFINER=`root`@`localhost` EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO DELETE FROM shop.t//
DELIMITER ;
";

/// The view comes behind its function.
fn in_order() -> String {
    let (view, rest): (Vec<&str>, Vec<&str>) = EVERYTHING.lines().partition(|line| line.contains(" VIEW "));
    format!("{}\n{}\n", rest.join("\n"), view.join("\n"))
}

fn is_as_live(session: &mut Session, folder: &Folder, said: &str) {
    let (loaded, lines) = load(session, folder, &["shop"]);
    let loaded = loaded.unwrap_or_else(|e| panic!("{e} ({:?}) after {lines:?}", e.hint()));
    assert!(lines.last().unwrap().contains(said), "{lines:?}");
    let wanted = live(session, &["shop"]);
    let (got, wanted) = (&loaded.schema.databases["shop"], &wanted.databases["shop"]);
    assert_eq!(got.tables, wanted.tables);
    assert_eq!(got.objects.len(), 5);
    assert_eq!(got.objects, wanted.objects);
    assert_eq!((&got.charset, &got.collation), (&wanted.charset, &wanted.collation));
    assert_eq!(left(session), Vec::<String>::new());
}

#[test]
fn each_way_reads_what_a_live_server_has() {
    for kind in FLAVORS {
        let path = tempfile::tempdir().unwrap();
        std::fs::write(path.path().join("a.sql"), in_order()).unwrap();
        let (server, mut session) = trusting(kind, ServerOptions::for_tests());
        reset(&mut session, &["shop"]);
        run(&session, "shop", &format!("{BY_HAND}{}", in_order())).unwrap();

        // By a temporary account, which is gone afterwards.
        is_as_live(&mut session, &folder(path.path()), "temporary account lockstep_files_");

        // By the topology's account, with nothing but the rights that `grants` prints.
        let loader = loader(&server, &mut session, kind);
        let with_loader = Folder { loader: Some(loader), ..folder(path.path()) };
        is_as_live(&mut session, &with_loader, "as the account lockstep_loader");

        // By a private server, for a login that may make no accounts.
        for statement in ["CREATE USER writer@'%'", "GRANT ALL ON shop.* TO writer@'%'"] {
            session.execute(statement).unwrap();
        }
        session.execute("GRANT ALL ON `lockstep\\_scratch\\_%`.* TO writer@'%'").unwrap();
        let mut writer = Session::connect(&Endpoint::from_url(&server.url_for("writer")).unwrap()).unwrap();
        let (loaded, said) = load(&mut writer, &folder_with_private(path.path(), kind), &["shop"]);
        assert_eq!(loaded.unwrap().schema.databases, live(&mut session, &["shop"]).databases, "{said:?}");
        assert!(said.last().unwrap().contains("private server"), "{said:?}");

        // By nobody else.
        let error = load(&mut writer, &folder(path.path()), &["shop"]).0.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        let hint = error.hint().unwrap();
        for way in ["[environments.NAME.loader]", "CREATE USER", "on this machine"] {
            assert!(hint.contains(way), "{hint}");
        }
        assert_eq!(left(&mut session), Vec::<String>::new());
    }
}

/// Makes the account that `grants` describes and returns its login.
fn loader(server: &lockstep_sandbox::Server, session: &mut Session, kind: Kind) -> Endpoint {
    let url = |user| server.url_for(user);
    let text = format!(
        "databases = [\"shop\"]\n[environments.prod]\nurl = \"{}\"\n[environments.prod.loader]\nurl = \"{}\"\n\
         [[flows]]\nfrom = \"./schema\"\nto = \"prod\"\n",
        url("reader"),
        url("lockstep_loader"),
    );
    let topology = Topology::parse(&text, std::path::Path::new("/nowhere")).unwrap();
    let (flavor, version) = match kind {
        Kind::MariaDb1011 => (Flavor::MariaDb, (10, 11)),
        _ => (Flavor::MySql, (9, 7)),
    };
    let password = |_: &str| "'Ls-loader'".to_owned();
    let options = GrantOptions { flavor, version, host: "%", require_tls: false, password: &password };
    let accounts = grants(&topology, topology.environment("prod").unwrap(), &options);
    let account = accounts.iter().find(|a| a.account.starts_with("lockstep_loader")).unwrap();
    for statement in &account.statements {
        session.execute(statement).unwrap();
    }
    let mut endpoint = topology.environment("prod").unwrap().loader.clone().unwrap().endpoint;
    endpoint.password = Some(lockstep_engine::Secret::new("Ls-loader"));
    endpoint
}

#[test]
fn an_account_that_reaches_more_loads_nothing() {
    for kind in FLAVORS {
        let path = tempfile::tempdir().unwrap();
        std::fs::write(path.path().join("a.sql"), "CREATE TABLE t (a INT);").unwrap();
        let (server, mut session) = trusting(kind, ServerOptions::for_tests());
        reset(&mut session, &["shop"]);
        let loader = loader(&server, &mut session, kind);
        let with_loader = Folder { loader: Some(loader.clone()), ..folder(path.path()) };
        for (give, take, named) in [
            (
                "GRANT SELECT ON shop.* TO lockstep_loader@'%'",
                "REVOKE SELECT ON shop.* FROM lockstep_loader@'%'",
                "shop",
            ),
            (
                "GRANT FILE ON *.* TO lockstep_loader@'%'",
                "REVOKE FILE ON *.* FROM lockstep_loader@'%'",
                "FILE",
            ),
            ("GRANT other TO lockstep_loader@'%'", "REVOKE other FROM lockstep_loader@'%'", "other"),
        ] {
            session.execute("CREATE ROLE IF NOT EXISTS other").unwrap();
            session.execute(give).unwrap();
            let error = load(&mut session, &with_loader, &["shop"]).0.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused, "{kind}: {give}: {error}");
            assert!(error.message().contains(named), "{kind}: {error}");
            let mut own = Session::connect(&loader).unwrap();
            let checks = lockstep_engine::doctor::examine_loader(&mut own).unwrap();
            assert!(checks.iter().any(|c| c.found.contains(named)), "{kind}: {checks:?}");
            session.execute(take).unwrap();
        }
        load(&mut session, &with_loader, &["shop"]).0.unwrap();
    }
}

/// Where the binary log keeps functions to superusers, a private server is better than a temporary account; without one
/// the message says what to do.
#[test]
fn functions_under_a_binary_log_go_to_a_private_server() {
    for kind in FLAVORS {
        let path = tempfile::tempdir().unwrap();
        let server = testing::own(kind, &ServerOptions::for_tests());
        let mut session = connect(&testing::Endpoint::of(&server, kind));
        reset(&mut session, &["shop"]);
        std::fs::write(path.path().join("a.sql"), "CREATE TABLE t (a INT);").unwrap();
        let (_, said) = load(&mut session, &folder_with_private(path.path(), kind), &["shop"]);
        assert!(said.last().unwrap().contains("temporary account"), "{said:?}");
        std::fs::write(
            path.path().join("b.sql"),
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;",
        )
        .unwrap();
        let (loaded, said) = load(&mut session, &folder_with_private(path.path(), kind), &["shop"]);
        assert_eq!(loaded.unwrap().schema.databases["shop"].objects.len(), 1);
        assert!(said.last().unwrap().contains("private server"), "{said:?}");
        let error = load(&mut session, &folder(path.path()), &["shop"]).0.unwrap_err();
        assert!(error.message().contains("b.sql, line 1"), "{error}");
        assert!(error.hint().unwrap().contains("log_bin_trust_function_creators"), "{error}");
    }
}

#[test]
fn what_a_killed_run_left_is_dropped_by_the_next() {
    for kind in Kind::ALL {
        let path = tempfile::tempdir().unwrap();
        std::fs::write(path.path().join("a.sql"), "CREATE TABLE t (a INT);").unwrap();
        let (_server, mut session) = trusting(kind, ServerOptions::for_tests());
        // MySQL 5.6 comes with a database that everybody may use: such a server has no fence.
        session.execute("DROP DATABASE IF EXISTS test").unwrap();
        session.execute("DELETE FROM mysql.db WHERE user = ''").unwrap();
        session.execute("FLUSH PRIVILEGES").unwrap();
        reset(&mut session, &["shop"]);
        let short = kind == Kind::MySql56;
        let (dead, person) = match short {
            true => ("lsf_0123456789ab", "lsf_reports"),
            false => ("lockstep_files_0123456789ab", "lockstep_files_reports"),
        };
        for user in [dead, person] {
            session.execute(format!("CREATE USER {user}@'127.0.0.1'")).unwrap();
        }
        session.execute("CREATE DATABASE lockstep_scratch_files_60123456789ab_7_0").unwrap();
        load(&mut session, &folder(path.path()), &["shop"]).0.unwrap();
        assert_eq!(left(&mut session), [person], "{kind}");
    }
}

/// A database that every account may use is a hole in the fence of an account.
#[test]
fn a_database_open_to_everybody_closes_the_way_of_accounts() {
    let path = tempfile::tempdir().unwrap();
    std::fs::write(path.path().join("a.sql"), "CREATE TABLE t (a INT);").unwrap();
    let (_server, mut session) = trusting(Kind::MySql56, ServerOptions::for_tests());
    reset(&mut session, &["shop", "test"]);
    session.execute("INSERT IGNORE INTO mysql.db (host, db, user, select_priv, drop_priv) VALUES ('%', 'test', '', 'Y', 'Y')").unwrap();
    session.execute("FLUSH PRIVILEGES").unwrap();
    let error = load(&mut session, &folder(path.path()), &["shop"]).0.unwrap_err();
    assert!(error.message().contains("database `test`"), "{error}");
    assert_eq!(left(&mut session), Vec::<String>::new());
    let (loaded, said) = load(&mut session, &folder_with_private(path.path(), Kind::MySql56), &["shop"]);
    loaded.unwrap_or_else(|e| panic!("{e} after {said:?}"));
}
