//! Server processes: starting them, recognising them, signalling them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Error, Result};

/// How long a server may take to stop by itself before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// How long a killed process may take to disappear.
const KILL_LIMIT: Duration = Duration::from_secs(10);

/// Runs a server below a shell that kills it as soon as the owner is gone, however the owner ended: the
/// shell's standard input is a pipe from the owner, and it closes with it. The arguments are the log file,
/// the folder to remove after a kill (may be empty), then the server's command line.
const GUARD: &str = r#"
log=$1 scratch=$2
shift 2
"$@" >>"$log" 2>&1 </dev/null &
server=$!
echo "$server"
read -r word
[ "$word" = stopped ] || kill -KILL "$server"
wait "$server"
[ "$word" = stopped ] || [ -z "$scratch" ] || rm -rf -- "$scratch"
"#;

/// A server process.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    pub pid: i32,
    /// The server's data folder, which stands in its command line.
    data: PathBuf,
    /// The server itself, or the guard above it; absent when another process started the server.
    child: Option<Child>,
    guarded: bool,
}

impl ServerProcess {
    /// Starts a server that outlives this process. It leaves the terminal's process group, so that Ctrl-C
    /// does not reach it.
    pub fn detached(mut command: Command, log: &Path, data: &Path) -> Result<Self> {
        let doing = || Error::io(format!("start {}", command_name(&command)));
        let failed = doing();
        let file = fs::OpenOptions::new().create(true).append(true).open(log);
        let file = file.map_err(Error::io(format!("open the log {}", log.display())))?;
        let copy = file.try_clone().map_err(doing())?;
        command.process_group(0).stdin(Stdio::null()).stdout(file).stderr(copy);
        let child = command.spawn().map_err(failed)?;
        let pid = child.id().cast_signed();
        Ok(Self { pid, data: data.to_owned(), child: Some(child), guarded: false })
    }

    /// Starts a server that is killed when this process ends; then `scratch`, if given, is removed too.
    pub fn guarded(command: &Command, log: &Path, data: &Path, scratch: Option<&Path>) -> Result<Self> {
        let doing = || Error::io(format!("start {}", command_name(command)));
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "lockstep-guard"]).arg(log).arg(scratch.unwrap_or(Path::new("")));
        guard.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => guard.env(name, value),
                None => guard.env_remove(name),
            };
        }
        guard.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = guard.spawn().map_err(doing())?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(doing())?;
        }
        let pid = line
            .trim()
            .parse()
            .map_err(|_| doing()(std::io::Error::other("the shell gave no process id")))?;
        Ok(Self { pid, data: data.to_owned(), child: Some(child), guarded: true })
    }

    /// A server that another process started, whose id it left in a file; it may be gone by now, and the id given
    /// to something else.
    pub fn found(pid: i32, data: &Path) -> Self {
        Self { pid, data: data.to_owned(), child: None, guarded: false }
    }

    /// Whether the server is running.
    pub fn is_running(&mut self) -> bool {
        self.reap();
        // A child's process id is its own until it is waited for. Another's may have been given away since.
        !has_ended(self.pid) && (self.child.is_some() || command_line(self.pid).contains(&self.mark()))
    }

    /// Whether a server that was running is not gone yet. In its last moments it has no command line any more.
    fn lingers(&mut self) -> bool {
        self.reap();
        let is_ours = |line: String| line.is_empty() || line.contains(&self.mark());
        !has_ended(self.pid) && (self.child.is_some() || is_ours(command_line(self.pid)))
    }

    /// What stands in the command line of this server and of no other process.
    fn mark(&self) -> String {
        format!("--datadir={} ", self.data.display())
    }

    /// Asks the server to stop and waits until it is gone; kills it after a minute.
    pub fn stop(&mut self) -> Result<()> {
        self.end(Signal::TERM)
    }

    /// Kills the server as a crash would, and waits until it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.end(Signal::KILL)
    }

    fn end(&mut self, signal: Signal) -> Result<()> {
        self.signal(signal);
        let limit = if signal == Signal::TERM { STOP_LIMIT } else { KILL_LIMIT };
        if !self.wait_gone(limit) {
            self.signal(Signal::KILL);
            if !self.wait_gone(KILL_LIMIT) {
                return Err(Error::StillRunning { pid: self.pid, seconds: (limit + KILL_LIMIT).as_secs() });
            }
        }
        self.release();
        Ok(())
    }

    fn wait_gone(&mut self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        while self.lingers() {
            if Instant::now() >= end {
                return false;
            }
            sleep(Duration::from_millis(20));
        }
        true
    }

    /// Collects the exit of a server that is this process's own child, which would stay as a zombie.
    fn reap(&mut self) {
        if !self.guarded
            && let Some(child) = &mut self.child
        {
            // An error means that it was collected before.
            let _ = child.try_wait();
        }
    }

    /// Tells the guard that the server is gone and lets it end.
    fn release(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if let Some(mut input) = child.stdin.take() {
            // A guard that has been killed cannot be asked, and need not be.
            let _ = input.write_all(b"stopped\n");
        }
        let _ = child.wait();
    }

    fn signal(&mut self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid)
            && self.is_running()
        {
            // It may have ended since the check: nothing to do then.
            let _ = kill_process(pid, signal);
        }
    }
}

/// The command line of a process, its words set apart by spaces; empty when there is no such process.
fn command_line(pid: i32) -> String {
    let bytes = if has_proc() { fs::read(format!("/proc/{pid}/cmdline")).ok() } else { ps("command=", pid) };
    String::from_utf8_lossy(&bytes.unwrap_or_default()).replace('\0', " ")
}

/// Whether there is no such process, or only a zombie: ended, and its parent has not asked for its exit yet.
fn has_ended(pid: i32) -> bool {
    let state = if has_proc() {
        // The state follows the program's name, which is in parentheses and may itself contain some.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned())
    } else {
        ps("state=", pid).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    state.is_none_or(|state| state.trim_start().starts_with(['Z', 'X']))
}

fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
}

/// One column about one process, where there is no `/proc`.
fn ps(column: &str, pid: i32) -> Option<Vec<u8>> {
    let output = Command::new("ps").args(["-ww", "-o", column, "-p", &pid.to_string()]).output().ok()?;
    output.status.success().then_some(output.stdout)
}

fn command_name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
