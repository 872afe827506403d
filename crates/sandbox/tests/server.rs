//! One private server of every kind: start, reach, stop, kill, start again.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use lockstep_sandbox::testing::{self, Kind, Warm};
use lockstep_sandbox::{Error, Flavor, GeneralLog, Installation, Server, ServerOptions};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts};

fn one<T: mysql::prelude::FromValue>(connection: &mut Conn, query: &str) -> T {
    connection.query_first(query).expect(query).expect("a row")
}

#[test]
fn every_kind_starts_with_the_settings_that_lockstep_needs() {
    for kind in Kind::ALL {
        let server = testing::own(kind, &ServerOptions::for_tests());
        let mut connection = server.connect().expect("connect over TCP");
        assert_eq!(one::<u8>(&mut connection, "SELECT @@global.local_infile"), 1, "{kind}");
        assert_eq!(one::<String>(&mut connection, "SELECT @@global.binlog_format"), "ROW", "{kind}");
        assert_eq!(one::<u16>(&mut connection, "SELECT @@global.port"), server.port(), "{kind}");
        if server.installation().flavor == Flavor::MySql {
            assert_eq!(one::<String>(&mut connection, "SELECT @@global.gtid_mode"), "ON", "{kind}");
        }
        let accounts: Vec<String> = connection
            .query("SELECT DISTINCT user FROM mysql.user WHERE user NOT LIKE 'mysql.%' AND user <> 'mariadb.sys'")
            .expect("accounts");
        assert_eq!(accounts, ["root"], "{kind}");
        let binary_log: Vec<(String, u64)> = connection
            .query_map("SHOW BINARY LOGS", |row: mysql::Row| {
                (row.get(0).expect("name"), row.get(1).expect("size"))
            })
            .expect("binary logs");
        assert_eq!(binary_log.len(), 1, "{kind}");
    }
}

#[test]
fn every_kind_runs_scripts_through_its_client() {
    for kind in Kind::ALL {
        let pair = testing::pair(kind);
        assert_ne!(pair.source.port, pair.target.port);
        let name = testing::unique_database("client");
        pair.source.execute(&format!("CREATE DATABASE {name}"));
        pair.source.run_script(
            &name,
            "CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(9) CHARACTER SET utf8mb4);\nDELIMITER //\n\
             CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1, 'é'); INSERT INTO t VALUES (2, '🦀'); END//\n\
             DELIMITER ;\nCALL p();\n",
        );
        let hex: String =
            one(&mut pair.source.connect(), &format!("SELECT HEX(b) FROM {name}.t WHERE a = 2"));
        assert_eq!(hex, "F09FA680", "{kind}");
        let error = pair.source.try_script(&name, "SELECT * FROM missing;").expect_err("no such table");
        assert!(error.contains("1146"), "{kind}: {error}");
        pair.source.execute(&format!("DROP DATABASE {name}"));
    }
}

#[test]
fn two_servers_differ_in_uuid_and_id() {
    let pair = testing::pair(Kind::MySql97);
    let ids = |endpoint: &testing::Endpoint| -> (String, u32) {
        endpoint.connect().query_first("SELECT @@server_uuid, @@server_id").expect("query").expect("a row")
    };
    let (source, target) = (ids(&pair.source), ids(&pair.target));
    assert_ne!(source.0, target.0);
    assert_ne!(source.1, target.1);
}

#[test]
fn committed_rows_survive_a_kill_and_a_restart() {
    for kind in Kind::ALL {
        let mut server = testing::own(kind, &ServerOptions::for_tests());
        let port = server.port();
        let mut connection = server.connect().expect("connect");
        connection.query_drop("CREATE DATABASE d").expect("create");
        connection.query_drop("CREATE TABLE d.t (a INT PRIMARY KEY) ENGINE = InnoDB").expect("create");
        connection.query_drop("INSERT INTO d.t VALUES (7)").expect("insert");
        server.kill().expect("kill");
        assert!(!server.is_running());
        assert!(connection.query_drop("SELECT 1").is_err(), "{kind}: the connection outlived its server");

        server.restart().expect("restart");
        assert_eq!(server.port(), port);
        assert_eq!(one::<i32>(&mut server.connect().expect("connect"), "SELECT a FROM d.t"), 7, "{kind}");
        server.stop().expect("stop");
        assert!(server.connect_by_socket().is_err());
        server.restart().expect("restart after a stop");
        assert_eq!(one::<i32>(&mut server.connect().expect("connect"), "SELECT a FROM d.t"), 7, "{kind}");
    }
}

#[test]
fn tls_is_verified_against_the_authority_and_the_name() {
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let server = testing::own(kind, &ServerOptions::for_tests());
        let other = testing::own(kind, &ServerOptions::for_tests());
        let connect = |host: &str, authority: &Path| {
            let ssl = SslOpts::default().with_root_cert_path(Some(authority.to_owned()));
            Conn::new(
                OptsBuilder::new()
                    .user(Some("root"))
                    .ip_or_hostname(Some(host))
                    .tcp_port(server.port())
                    .prefer_socket(false)
                    .ssl_opts(ssl),
            )
        };
        let authority = server.authority().expect("an authority");
        for host in ["127.0.0.1", "localhost"] {
            let mut connection =
                connect(host, authority).unwrap_or_else(|error| panic!("{kind} {host}: {error}"));
            let cipher: (String, String) =
                connection.query_first("SHOW STATUS LIKE 'Ssl_cipher'").expect("status").expect("a row");
            assert!(!cipher.1.is_empty(), "{kind}: the connection is not encrypted");
        }
        let error = connect("127.0.0.1", other.authority().expect("an authority"))
            .expect_err("a stranger's authority");
        assert!(error.to_string().to_lowercase().contains("cert"), "{kind}: {error}");
    }
}

#[test]
fn without_tls_the_server_refuses_it() {
    let options = ServerOptions { tls: false, ..ServerOptions::for_tests() };
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let server = testing::own(kind, &options);
        assert!(server.authority().is_none());
        let ssl = SslOpts::default().with_danger_accept_invalid_certs(true);
        let options = OptsBuilder::new().user(Some("root")).ip_or_hostname(Some("127.0.0.1"));
        let options = options.tcp_port(server.port()).prefer_socket(false).ssl_opts(ssl);
        assert!(Conn::new(options).is_err(), "{kind}");
    }
}

#[test]
fn a_password_is_set_and_asked_for() {
    for kind in Kind::ALL {
        let options =
            ServerOptions { root_password: Some("it's \"s3\\cret".into()), ..ServerOptions::for_tests() };
        let mut server = testing::own(kind, &options);
        server.restart().expect("restart with a password");
        assert_eq!(one::<i32>(&mut server.connect_by_socket().expect("connect"), "SELECT 1"), 1, "{kind}");
        let bare =
            OptsBuilder::new().user(Some("root")).ip_or_hostname(Some("127.0.0.1")).tcp_port(server.port());
        let error = Conn::new(bare.prefer_socket(false)).expect_err("no password");
        assert!(error.to_string().contains("1045"), "{kind}: {error}");
        let output = server.client().expect("client").args(["-N", "-e", "SELECT 42"]).output().expect("run");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "42", "{kind}: {output:?}");
    }
}

#[test]
fn a_folder_may_have_spaces_and_a_long_path() {
    let scratch = tempfile::tempdir().expect("folder");
    let folder = scratch.path().join("a folder with spaces, quotes ' and \"").join("long".repeat(30));
    let options = ServerOptions { folder: Some(folder.clone()), ..ServerOptions::for_tests() };
    for kind in Kind::ALL {
        let mut server = testing::own(kind, &options);
        assert!(server.socket().as_os_str().len() < 104, "{}", server.socket().display());
        assert_eq!(one::<i32>(&mut server.connect_by_socket().expect("connect"), "SELECT 1"), 1, "{kind}");
        server.stop().expect("stop");
        fs::remove_dir_all(&folder).expect("the folder stays after a stop");
    }
}

#[test]
fn the_general_log_holds_the_statements() {
    let options = ServerOptions { general_log: GeneralLog::File, ..ServerOptions::for_tests() };
    let server = testing::own(Kind::MySql97, &options);
    server.connect().expect("connect").query_drop("SELECT 'a telling text'").expect("query");
    let log = fs::read_to_string(server.general_log()).expect("read the log");
    assert!(log.contains("a telling text"), "{log}");

    let options = ServerOptions { general_log: GeneralLog::Table, ..ServerOptions::for_tests() };
    let server = testing::own(Kind::MariaDb1011, &options);
    let mut connection = server.connect().expect("connect");
    connection.query_drop("SELECT 'a telling text'").expect("query");
    let count: i32 =
        one(&mut connection, "SELECT COUNT(*) FROM mysql.general_log WHERE argument LIKE '%telling%'");
    assert!(count >= 1);
}

#[test]
fn names_can_be_stored_in_lower_case() {
    let options = ServerOptions { lower_case_table_names: 1, ..ServerOptions::for_tests() };
    for kind in Kind::ALL {
        let server = testing::own(kind, &options);
        let mut connection = server.connect().expect("connect");
        connection.query_drop("CREATE DATABASE Mixed").expect("create");
        assert_eq!(one::<String>(&mut connection, "SHOW DATABASES LIKE 'mixed'"), "mixed", "{kind}");
    }
}

#[test]
fn a_bad_option_is_reported_with_the_servers_words() {
    let installation = Installation::locate(Kind::MySql97).expect("installed");
    let error = Server::start(&installation, &ServerOptions::for_tests().with("--no-such-option"))
        .expect_err("bad option");
    assert!(matches!(error, Error::DidNotStart { .. }), "{error}");
    assert!(error.to_string().contains("no-such-option"), "{error}");
}

#[test]
fn warm_servers_are_found_again_and_started_where_missing() {
    let scratch = tempfile::tempdir().expect("folder");
    let start = || {
        let warm = Warm::in_folder(scratch.path()).expect("the folder");
        let started = AtomicU32::new(0);
        let count = |_: &Installation| {
            started.fetch_add(1, Ordering::Relaxed);
        };
        warm.start(&[Kind::MariaDb1011], &count).expect("start");
        (started.into_inner(), fs::read_to_string(warm.list()).expect("the list"))
    };
    let (started, first) = start();
    assert_eq!(started, 2, "a source and a target");
    assert_eq!(start(), (0, first.clone()), "they are found again");
    let pid =
        fs::read_to_string(scratch.path().join("mariadb-10.11-source/process.pid")).expect("its process");
    assert!(Command::new("kill").args(["-9", pid.trim()]).status().expect("kill").success());
    let (started, second) = start();
    assert_eq!(started, 1, "the one that was killed");
    assert_ne!(second, first);
    let warm = Warm::in_folder(scratch.path()).expect("the folder");
    assert_eq!(warm.stop().expect("stop"), 2);
    assert_eq!(warm.stop().expect("stop again"), 0);
    assert!(!warm.list().exists());
}

/// In the process that the next test starts, and kills: the owner of a server.
fn own_a_server_until_killed() {
    let server = testing::own(Kind::MySql97, &ServerOptions::for_tests());
    println!("SERVER {} {}", server.pid().expect("a pid"), server.folder().display());
    sleep(Duration::from_secs(600));
}

#[test]
fn a_killed_owner_takes_its_server_along() {
    const OWNER: &str = "LOCKSTEP_TEST_IS_OWNER";
    if std::env::var_os(OWNER).is_some() {
        return own_a_server_until_killed();
    }
    let mut owner = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "a_killed_owner_takes_its_server_along", "--nocapture"])
        .env(OWNER, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("start the owner");
    let lines = BufReader::new(owner.stdout.take().expect("output")).lines();
    let line = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("SERVER ")?.1.to_owned()));
    let line = line.expect("the owner's line");
    let (pid, folder) = line.split_once(' ').expect("pid and folder");
    let alive =
        || Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().expect("kill").success();
    assert!(alive() && Path::new(folder).is_dir());
    owner.kill().expect("kill -9");
    owner.wait().expect("wait");
    let end = Instant::now() + Duration::from_secs(30);
    while (alive() || Path::new(folder).exists()) && Instant::now() < end {
        sleep(Duration::from_millis(20));
    }
    assert!(!alive(), "the server outlived its owner");
    assert!(!Path::new(folder).exists(), "its folder was left behind");
}
