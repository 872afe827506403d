//! A source and a target server for one test alone, which it may block, kill and restart.

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use lockstep_sandbox::testing::{self, Endpoint, Kind};
use lockstep_sandbox::{Server, ServerOptions};

use crate::common::{Ran, lockstep, rows, run};

/// The database of every test here.
pub const DATABASE: &str = "shop";

/// Two servers of one kind.
pub struct PrivatePair {
    pub kind: Kind,
    pub source: Server,
    pub target: Server,
    references: Vec<String>,
}

impl PrivatePair {
    /// Starts both and runs a script on each; `references` are tables of [`DATABASE`].
    pub fn start(kind: Kind, references: &[&str], source: &str, target: &str) -> Self {
        Self::with(kind, references, [source, target], &ServerOptions::for_tests())
    }

    /// As [`start`](Self::start), with these options for the target.
    pub fn with(kind: Kind, references: &[&str], scripts: [&str; 2], target: &ServerOptions) -> Self {
        let pair = Self {
            kind,
            source: testing::own(kind, &ServerOptions::for_tests()),
            target: testing::own(kind, target),
            references: references.iter().map(|t| format!("{DATABASE}.{t}")).collect(),
        };
        for (server, script) in [pair.from(), pair.to()].iter().zip(scripts) {
            server.execute(&format!("CREATE DATABASE {DATABASE}"));
            server.run_script(DATABASE, script);
        }
        pair
    }

    /// How to reach the source.
    pub fn from(&self) -> Endpoint {
        Endpoint::of(&self.source, self.kind)
    }

    /// How to reach the target.
    pub fn to(&self) -> Endpoint {
        Endpoint::of(&self.target, self.kind)
    }

    /// The arguments of a command on the pair.
    pub fn arguments(&self, command: &str, more: &[&str]) -> Vec<String> {
        let mut out = vec![command.to_owned(), self.source.url(), self.target.url()];
        out.extend(["--database".to_owned(), DATABASE.to_owned()]);
        out.extend(self.references.iter().flat_map(|r| ["--reference".to_owned(), r.clone()]));
        out.extend(more.iter().map(|m| (*m).to_owned()));
        out
    }

    /// Runs a command on the pair to its end.
    pub fn run(&self, command: &str, more: &[&str]) -> Ran {
        let arguments = self.arguments(command, more);
        run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// `sync --yes --allow destructive`, to its end.
    pub fn sync(&self, more: &[&str]) -> Ran {
        self.run("sync", &[&["--yes", "--allow", "destructive"], more].concat())
    }

    /// Starts `sync --yes --allow destructive` and returns at once.
    pub fn start_sync(&self, more: &[&str]) -> Child {
        let arguments = self.arguments("sync", &[&["--yes", "--allow", "destructive"], more].concat());
        let mut command = lockstep(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the lockstep binary runs")
    }

    /// Fails unless source and target are equal and nothing of any run is left behind at the target.
    #[track_caller]
    pub fn expect_in_step(&self) {
        self.run("verify", &[]).expect(0);
        self.expect_nothing_left();
    }

    /// Fails when a scratch database, a lock, or a run or statement without an end is left at the target.
    #[track_caller]
    pub fn expect_nothing_left(&self) {
        let one = |sql: &str| rows(&self.to(), sql)[0][0].clone();
        let scratch =
            "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name LIKE 'lockstep\\_scratch%'";
        assert_eq!(one(scratch), "0", "scratch databases are left");
        for lock in ["lockstep.run", "lockstep.worker"] {
            // A server lets go of a session's locks a moment after the session is gone.
            until(|| one(&format!("SELECT IS_FREE_LOCK('{lock}')")) == "1");
        }
        let journal = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'lockstep'";
        if one(journal) != "0" {
            assert_eq!(one("SELECT COUNT(*) FROM lockstep.run WHERE status = 'running'"), "0");
            assert_eq!(one("SELECT COUNT(*) FROM lockstep.statement WHERE state = 'started'"), "0");
        }
    }

    /// The newest run's status in the target's journal.
    pub fn last_run(&self) -> String {
        rows(&self.to(), "SELECT status FROM lockstep.run ORDER BY run DESC LIMIT 1")[0][0].clone()
    }

    /// Waits until some connection to the server waits for a lock on a table's definition.
    pub fn wait_for_metadata_lock(server: &Endpoint) {
        let waiting =
            "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table%'";
        until(|| rows(server, waiting)[0][0] != "0");
    }

    /// Waits until some transaction waits for a row.
    pub fn wait_for_row_lock(server: &Endpoint) {
        let waiting = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
        until(|| rows(server, waiting)[0][0] != "0");
    }
}

/// Waits for something that another process is about to do.
#[track_caller]
pub fn until(mut done: impl FnMut() -> bool) {
    // Not more often: a server makes its list of transactions anew only when nobody has read it for 100 ms.
    for _ in 0..400 {
        if done() {
            return;
        }
        sleep(Duration::from_millis(150));
    }
    panic!("it did not happen within a minute");
}

/// Sends a signal: `TERM`, `INT`, `STOP`.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(sent.expect("kill runs").success(), "SIG{name} to {pid}");
}

/// Waits for a started command.
pub fn finish(child: Child) -> Ran {
    child.wait_with_output().expect("the command ends").into()
}
