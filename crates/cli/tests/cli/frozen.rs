//! Servers that accept connections and never answer.

use std::process::{Command, Stdio};

use crate::common::{FLAVORS, lockstep};
use crate::private_pair::{PrivatePair, finish, signal};
use lockstep_sandbox::Server;
use lockstep_sandbox::testing::Kind;
use mysql::prelude::Queryable;

const TABLE: &str = "CREATE TABLE customer (id INT PRIMARY KEY); INSERT INTO customer VALUES (1);";

/// A server's process that was stopped; it goes on when this is dropped.
struct Frozen(u32);

impl Frozen {
    fn new(server: &Server) -> Self {
        let pid = u32::try_from(server.pid().expect("the server runs")).unwrap();
        signal(pid, "STOP");
        Self(pid)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-CONT", &self.0.to_string()]).status();
    }
}

#[test]
fn a_server_that_never_greets_is_given_up() {
    let pair = PrivatePair::start(FLAVORS[0], &[], TABLE, TABLE);
    let frozen = Frozen::new(&pair.target);
    let ran = pair.run("plan", &[]).expect(1);
    assert!(ran.err.contains("cannot connect: no answer within 10 s"), "{}", ran.err);
    assert!(ran.err.contains(&pair.target.port().to_string()), "it names the server: {}", ran.err);
    drop(frozen);
    pair.run("plan", &[]).expect(0);
}

#[test]
fn a_signal_ends_a_run_whose_server_froze() {
    std::thread::scope(|scope| {
        FLAVORS.map(|kind| scope.spawn(move || freezes(kind))).map(|t| t.join().unwrap())
    });
}

fn freezes(kind: Kind) {
    let pair = PrivatePair::start(
        kind,
        &[],
        "CREATE TABLE customer (id INT PRIMARY KEY, note TEXT);",
        "CREATE TABLE customer (id INT PRIMARY KEY);",
    );
    let mut held = pair.to().connect();
    held.query_drop("START TRANSACTION").unwrap();
    held.query_drop("SELECT * FROM shop.customer").unwrap();
    let name = if kind == Kind::MariaDb1011 { "INT" } else { "TERM" };
    for (name, budget, code, words) in [
        (name, "1h", 1, "stopped on request, but mysql://"),
        ("", "20s", 4, "the time budget is used up; progress is saved, but mysql://"),
    ] {
        let arguments = pair.arguments("sync", &["--yes", "--budget", budget, "--wait", "60s"]);
        let mut command = lockstep(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        PrivatePair::wait_for_metadata_lock(&pair.to());
        let frozen = Frozen::new(&pair.target);
        if !name.is_empty() {
            signal(child.id(), name);
        }
        let ran = finish(child).expect(code);
        assert!(ran.err.contains(words), "{kind}: {}", ran.err);
        assert!(ran.err.contains("does not answer"), "{kind}: {}", ran.err);
        drop(frozen);
    }
    drop(held);
    pair.sync(&["--wait", "60s"]).expect(0);
    pair.expect_in_step();
}
