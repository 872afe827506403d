//! Servers that belong together: up, status, down, and what crashes leave behind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lockstep_sandbox::testing::{self, Kind};
use lockstep_sandbox::{Blueprint, Error, Installation, Member, Sandbox, Script};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts};

const SCRIPT: &str = "CREATE TABLE t (a INT PRIMARY KEY);\nDELIMITER $$\n\
    CREATE PROCEDURE fill() BEGIN INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); END$$\nDELIMITER ;\nCALL fill();\n";

fn quiet(_: &str) {}

fn installation() -> Installation {
    Installation::locate(Kind::MySql97).expect("installed")
}

/// Servers of these names with a table of two rows each.
fn blueprints(scripts: &Path, names: &[&str]) -> Vec<Blueprint> {
    let create = scripts.join("0 create.sql");
    let fill = scripts.join("1 fill.sql");
    fs::write(&create, "CREATE DATABASE shop;").expect("write");
    fs::write(&fill, SCRIPT).expect("write");
    let script = |database: Option<&str>, path: &PathBuf| Script {
        database: database.map(Into::into),
        path: path.clone(),
    };
    let blueprint = |name: &&str| Blueprint {
        name: (*name).into(),
        scripts: vec![script(None, &create), script(Some("shop"), &fill)],
        statements: Vec::new(),
    };
    names.iter().map(blueprint).collect()
}

fn login(member: &Member, user: &str, password: &str) -> Result<Conn, mysql::Error> {
    let ssl = SslOpts::default().with_root_cert_path(member.authority.clone());
    let options = OptsBuilder::new().user(Some(user)).pass(Some(password)).ip_or_hostname(Some("127.0.0.1"));
    Conn::new(options.tcp_port(member.port).prefer_socket(false).ssl_opts(ssl))
}

fn rows(sandbox: &Sandbox, member: &Member) -> i64 {
    let password = sandbox.password(&member.name, "root").expect("password");
    let mut connection = login(member, "root", &password).expect("log in");
    connection.query_first("SELECT COUNT(*) FROM shop.t").expect("count").expect("a row")
}

/// Whether the process is there and is more than a zombie that its parent has not collected yet.
fn alive(pid: i32) -> bool {
    let output = Command::new("ps").args(["-o", "state=", "-p", &pid.to_string()]).output().expect("ps");
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

#[test]
fn three_servers_come_up_loaded_and_go_down_without_a_trace() {
    let scratch = tempfile::tempdir().expect("folder");
    let folder = scratch.path().join("a sandbox with spaces");
    let sandbox = Sandbox::in_folder(&folder).expect("sandbox");
    assert!(sandbox.status().expect("status").is_empty());
    assert!(!sandbox.down(&quiet).expect("down"), "there was nothing to stop");

    let password = sandbox.password("dev", "reader").expect("password");
    assert_eq!(sandbox.password("dev", "reader").expect("password"), password);
    assert_ne!(sandbox.password("prod", "reader").expect("password"), password);
    let mut plan = blueprints(scratch.path(), &["dev", "staging", "prod"]);
    plan[0].statements = vec![
        format!("CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{password}' REQUIRE SSL"),
        "GRANT SELECT ON shop.t TO reader@'127.0.0.1'".into(),
    ];
    let members = sandbox.up(&installation(), &plan, &quiet).expect("up");
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["dev", "staging", "prod"]);
    assert!(members.iter().all(|member| member.running && rows(&sandbox, member) == 2));
    let file = sandbox.password_file("dev", "reader");
    assert_eq!(fs::metadata(&file).expect("file").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&file).expect("read"), password);
    let mut reader = login(&members[0], "reader", &password).expect("the reader logs in with TLS");
    assert!(reader.query_drop("DELETE FROM shop.t").is_err(), "the reader may not write");
    assert!(login(&members[0], "root", "").is_err(), "root has a password");

    let again = sandbox.up(&installation(), &plan, &quiet).expect("up again");
    let pids = |members: &[Member]| members.iter().map(|member| member.pid).collect::<Vec<_>>();
    assert_eq!(pids(&again), pids(&members), "a second up leaves running servers alone");
    assert_eq!(pids(&sandbox.status().expect("status")), pids(&members));

    assert!(sandbox.down(&quiet).expect("down"));
    assert!(members.iter().all(|member| !alive(member.pid.expect("a pid"))));
    assert!(sandbox.status().expect("status").is_empty());
    let left: Vec<_> =
        fs::read_dir(&folder).expect("folder").map(|entry| entry.expect("entry").file_name()).collect();
    assert_eq!(left, ["lock"]);
}

#[test]
fn a_crashed_server_comes_back_with_its_data_and_port() {
    let scratch = tempfile::tempdir().expect("folder");
    let sandbox = Sandbox::in_folder(scratch.path().join("box").join("long".repeat(30))).expect("sandbox");
    let plan = blueprints(scratch.path(), &["one"]);
    let before = sandbox.up(&installation(), &plan, &quiet).expect("up").remove(0);
    let pid = before.pid.expect("a pid");
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill").success());
    while sandbox.status().expect("status")[0].running {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let after = sandbox.up(&installation(), &plan, &quiet).expect("up again").remove(0);
    assert_eq!(after.port, before.port);
    assert_ne!(after.pid, before.pid);
    assert_eq!(rows(&sandbox, &after), 2);
    assert!(!before.socket.exists() || before.socket == after.socket);
    sandbox.down(&quiet).expect("down");
    assert!(!after.socket.parent().expect("a folder").exists(), "{}", after.socket.display());
}

#[test]
fn two_sandboxes_do_not_meet() {
    let scratch = tempfile::tempdir().expect("folder");
    let plan = blueprints(scratch.path(), &["dev"]);
    let [left, right] =
        ["left", "right"].map(|name| Sandbox::in_folder(scratch.path().join(name)).expect("sandbox"));
    let (one, two) = std::thread::scope(|scope| {
        let other = scope.spawn(|| right.up(&installation(), &plan, &quiet).expect("up").remove(0));
        (left.up(&installation(), &plan, &quiet).expect("up").remove(0), other.join().expect("join"))
    });
    assert_ne!(one.port, two.port);
    left.down(&quiet).expect("down");
    assert!(!left.folder_has_servers() && right.folder_has_servers());
    assert_eq!(rows(&right, &two), 2);
    right.down(&quiet).expect("down");
}

/// Whether any server of the sandbox runs.
trait Running {
    fn folder_has_servers(&self) -> bool;
}

impl Running for Sandbox {
    fn folder_has_servers(&self) -> bool {
        self.status().expect("status").iter().any(|member| member.running)
    }
}

#[test]
fn only_one_process_at_a_time_works_on_a_sandbox() {
    let scratch = tempfile::tempdir().expect("folder");
    let sandbox = Sandbox::in_folder(scratch.path().join("box")).expect("sandbox");
    let refusals = std::sync::Mutex::new(Vec::new());
    let meddle = |_: &str| {
        let refusal = sandbox.down(&quiet).expect_err("another one is at work");
        refusals.lock().expect("lock").push(refusal);
    };
    sandbox.up(&installation(), &blueprints(scratch.path(), &["dev"]), &meddle).expect("up");
    sandbox.down(&quiet).expect("down");
    let refusals = refusals.into_inner().expect("lock");
    assert!(!refusals.is_empty() && refusals.iter().all(|error| matches!(error, Error::Busy { .. })));
}

#[test]
fn a_script_with_an_error_is_named_and_can_be_fixed() {
    let scratch = tempfile::tempdir().expect("folder");
    let sandbox = Sandbox::in_folder(scratch.path().join("box")).expect("sandbox");
    let plan = blueprints(scratch.path(), &["dev"]);
    let fill = plan[0].scripts[1].path.clone();
    fs::write(&fill, "CREATE TABLE t (a INT);\n\nINSERT INTO nowhere VALUES (1);\n").expect("write");
    let error = sandbox.up(&installation(), &plan, &quiet).expect_err("a bad script").to_string();
    assert!(error.contains("1 fill.sql") && error.contains("line 3") && error.contains("nowhere"), "{error}");
    assert!(!sandbox.folder_has_servers(), "a half loaded server does not count as running");

    fs::write(&fill, SCRIPT).expect("write");
    let member = sandbox.up(&installation(), &plan, &quiet).expect("up").remove(0);
    assert_eq!(rows(&sandbox, &member), 2);

    let bad = Blueprint { name: "../dev".into(), ..Blueprint::default() };
    assert!(
        sandbox.up(&installation(), &[bad], &quiet).expect_err("a bad name").to_string().contains("letters")
    );
    sandbox.down(&quiet).expect("down");
}

#[test]
fn a_failed_statement_does_not_show_its_password() {
    let scratch = tempfile::tempdir().expect("folder");
    let sandbox = Sandbox::in_folder(scratch.path().join("box")).expect("sandbox");
    let statements = vec!["CREATE USER a@'%' IDENTIFIED BY 'hidden-word' REQUIRE NOTHING AT ALL".into()];
    let plan = [Blueprint { name: "dev".into(), statements, ..Blueprint::default() }];
    let error = sandbox.up(&installation(), &plan, &quiet).expect_err("a bad statement").to_string();
    assert!(error.contains("statement 1 on dev") && !error.contains("hidden-word"), "{error}");
    sandbox.down(&quiet).expect("down");
}

#[test]
fn a_process_that_got_the_servers_old_id_is_left_alone() {
    let scratch = tempfile::tempdir().expect("folder");
    let sandbox = Sandbox::in_folder(scratch.path().join("box")).expect("sandbox");
    let member =
        sandbox.up(&installation(), &blueprints(scratch.path(), &["dev"]), &quiet).expect("up").remove(0);
    let pid_file = scratch.path().join("box/dev/process.pid");
    let mut innocent = Command::new("sleep").arg("600").spawn().expect("start");
    fs::write(&pid_file, innocent.id().to_string()).expect("write");
    assert!(!sandbox.folder_has_servers());
    fs::write(&pid_file, member.pid.expect("a pid").to_string()).expect("write");
    assert!(sandbox.folder_has_servers());
    assert!(
        Command::new("kill")
            .args(["-9", &member.pid.expect("a pid").to_string()])
            .status()
            .expect("kill")
            .success()
    );
    fs::write(&pid_file, innocent.id().to_string()).expect("write");
    sandbox.down(&quiet).expect("down");
    assert!(innocent.try_wait().expect("wait").is_none(), "down stopped a stranger");
    innocent.kill().expect("kill");
    innocent.wait().expect("wait");
}

#[test]
fn mariadb_serves_as_well() {
    let scratch = tempfile::tempdir().expect("folder");
    let sandbox = Sandbox::in_folder(scratch.path().join("box")).expect("sandbox");
    let installation = Installation::locate(testing::Kind::MariaDb1011).expect("installed");
    let member =
        sandbox.up(&installation, &blueprints(scratch.path(), &["dev"]), &quiet).expect("up").remove(0);
    assert_eq!(rows(&sandbox, &member), 2);
    assert!(member.server.starts_with("MariaDB 10.11."));
    sandbox.down(&quiet).expect("down");
}

/// The MariaDB of the cache in the places where a distribution's packages put it, in this folder.
fn install_as_packages_do(root: &Path) {
    let cached = Installation::locate(Kind::MariaDb1011).expect("installed");
    let (server, client) = (cached.server_command(), cached.client_command().expect("client"));
    for (place, command) in [("usr/sbin/mariadbd", server), ("usr/bin/mariadb", client)] {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words: Vec<String> = words.map(|word| format!("'{}'", word.to_string_lossy())).collect();
        let path = root.join(place);
        fs::create_dir_all(path.parent().expect("a folder")).expect("make the folder");
        fs::write(&path, format!("#!/bin/sh\nexec {} \"$@\"\n", words.join(" "))).expect("write");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("make executable");
    }
    let base = cached.program().ancestors().nth(2).expect("a base folder");
    std::os::unix::fs::symlink(base.join("share"), root.join("usr/share")).expect("link");
}

#[test]
fn ordinary_programs_on_the_path_come_first() {
    const ROOT: &str = "LOCKSTEP_TEST_PROGRAMS_IN";
    if let Some(root) = std::env::var_os(ROOT) {
        let found = Installation::preferred().expect("found");
        assert!(found.program().starts_with(&root), "{}", found.program().display());
        let scratch = tempfile::tempdir().expect("folder");
        let sandbox = Sandbox::in_folder(scratch.path().join("box")).expect("sandbox");
        let member = sandbox.up(&found, &blueprints(scratch.path(), &["dev"]), &quiet).expect("up").remove(0);
        assert_eq!(rows(&sandbox, &member), 2);
        sandbox.down(&quiet).expect("down");
        return;
    }
    let scratch = tempfile::tempdir().expect("folder");
    install_as_packages_do(scratch.path());
    let place = |name: &str| scratch.path().join(name).display().to_string();
    // Whatever is installed on this machine comes after.
    let rest = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned());
    let path = format!("{}:{}:{rest}", place("usr/sbin"), place("usr/bin"));
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "ordinary_programs_on_the_path_come_first"])
        .env(ROOT, scratch.path())
        .env("PATH", path)
        .status()
        .expect("run");
    assert!(status.success());
}

/// Left out of the inner loop: it brings a sandbox up a dozen times.
mod long {
    use super::*;

    /// Brings a sandbox up in another process, which is killed when it has printed a line with `until`.
    fn up_in_a_process_killed_at(folder: &Path, until: &str) {
        let mut child: Child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "long::what_a_killed_command_left_is_found", "--nocapture"])
            .env(OWNER, folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("start");
        let lines = BufReader::new(child.stdout.take().expect("output")).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains(until)), "no line with {until}");
        child.kill().expect("kill -9");
        child.wait().expect("wait");
    }

    const OWNER: &str = "LOCKSTEP_TEST_UP_IN";

    #[test]
    fn what_a_killed_command_left_is_found() {
        if let Some(folder) = std::env::var_os(OWNER) {
            let folder = PathBuf::from(folder);
            let sandbox = Sandbox::in_folder(folder.join("box")).expect("sandbox");
            let plan = blueprints(&folder, &["dev", "prod"]);
            sandbox.up(&installation(), &plan, &|line| println!("{line}")).expect("up");
            return println!("all is up");
        }
        for until in ["started on port", "create.sql loaded", "all is up"] {
            let scratch = tempfile::tempdir().expect("folder");
            let sandbox = Sandbox::in_folder(scratch.path().join("box")).expect("sandbox");
            up_in_a_process_killed_at(scratch.path(), until);
            let pids: Vec<i32> =
                sandbox.status().expect("status").iter().filter_map(|member| member.pid).collect();
            assert!(!pids.is_empty(), "{until}: the servers outlive the command");
            assert!(pids.iter().all(|pid| alive(*pid)));
            assert!(sandbox.down(&quiet).expect("down"));
            assert!(!pids.iter().any(|pid| alive(*pid)), "{until}: down missed a server");

            up_in_a_process_killed_at(scratch.path(), until);
            let plan = blueprints(scratch.path(), &["dev", "prod"]);
            let members = sandbox.up(&installation(), &plan, &quiet).expect("up after a crash");
            assert!(members.iter().all(|member| rows(&sandbox, member) == 2), "{until}");
            sandbox.down(&quiet).expect("down");
            assert!(!members.iter().any(|member| alive(member.pid.expect("a pid"))));
        }
    }
}
