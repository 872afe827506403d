//! The question before changes are made, asked of a person at a terminal.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::common::{FLAVORS, rows, with_own_environment};
use crate::private_pair::{PrivatePair, until};

const SOURCE: &str = "
    CREATE TABLE fee (code CHAR(3) PRIMARY KEY, note VARCHAR(20));
    INSERT INTO fee VALUES ('A', 'new'), ('B', 'new');";

const TARGET: &str = "
    CREATE TABLE fee (code CHAR(3) PRIMARY KEY);
    INSERT INTO fee VALUES ('A');";

/// A command on a terminal of its own, which `script` (of every Linux) makes.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    shown: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Terminal {
    fn start(arguments: &[String]) -> Self {
        let quoted = arguments.iter().map(|a| format!("'{a}'")).collect::<Vec<_>>().join(" ");
        // `exec`: a shell that stays in between would be stopped by the same Ctrl-C and hide our exit code.
        let command = format!("exec '{}' {quoted}", env!("CARGO_BIN_EXE_lockstep"));
        let mut script = Command::new("script");
        with_own_environment(&mut script);
        let mut child = script
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            // `script` runs the command by this shell.
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script runs");
        let (keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let shown = Arc::new(Mutex::new(String::new()));
        let copy = Arc::clone(&shown);
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                copy.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..read]));
            }
        });
        Self { child, keys, shown, reader }
    }

    /// Starts a sync of the pair that asks, and waits for its question.
    fn ask(pair: &PrivatePair) -> Self {
        let terminal = Self::start(&pair.arguments("sync", &["--allow", "destructive"]));
        until(|| terminal.shown.lock().unwrap().contains("[y/N]"));
        terminal
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end, and returns the exit code and what the screen showed.
    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        self.reader.join().unwrap();
        let shown = self.shown.lock().unwrap().clone();
        (code, shown)
    }
}

fn pair(kind: lockstep_sandbox::testing::Kind) -> PrivatePair {
    PrivatePair::start(kind, &["fee"], SOURCE, TARGET)
}

#[test]
fn a_question_holds_nobody_up_and_the_answer_is_for_the_plan_that_was_shown() {
    for kind in FLAVORS {
        let pair = pair(kind);
        let mut first = Terminal::ask(&pair);
        let mut second = Terminal::ask(&pair);
        first.press("y\n");
        let (code, shown) = first.end();
        assert_eq!(code, Some(0), "{kind}: {shown}");
        second.press("y\n");
        let (code, shown) = second.end();
        assert_eq!(code, Some(3), "{kind}: {shown}");
        assert!(shown.contains("moved since the plan was made; nothing was changed"), "{kind}: {shown}");
        pair.expect_in_step();
        assert_eq!(rows(&pair.to(), "SELECT COUNT(*) FROM lockstep.run"), [["1"]], "{kind}");
    }
}

#[test]
fn ctrl_c_at_the_question_ends_the_command_and_changes_nothing() {
    for kind in FLAVORS {
        let pair = pair(kind);
        for (keys, expected, words) in
            [("\x03", 1, "stopped on request; nothing was changed"), ("n\n", 2, "nothing was changed")]
        {
            let before = crate::common::fingerprint(&pair.to());
            let mut terminal = Terminal::ask(&pair);
            terminal.press(keys);
            let (code, shown) = terminal.end();
            assert_eq!(code, Some(expected), "{kind}: {shown}");
            assert!(shown.contains(words), "{kind}: {shown}");
            assert_eq!(crate::common::fingerprint(&pair.to()), before, "{kind}");
            pair.expect_nothing_left();
        }
    }
}
