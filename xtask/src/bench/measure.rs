//! Runs a program and says what it cost: seconds, CPU seconds of the client and of both servers, memory.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use lockstep_sandbox::Server;
use wait4::Wait4;

use super::link;

/// A run shorter than this is made three times.
const SHORT_SECONDS: f64 = 15.0;

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// Seconds on the clock.
    pub seconds: f64,
    /// CPU seconds of the program and of the programs that it started.
    pub client_cpu_seconds: f64,
    /// CPU seconds of both servers meanwhile.
    pub servers_cpu_seconds: f64,
    /// The client's largest resident memory, in MiB; for several processes, of the largest.
    pub peak_mib: f64,
}

/// The two servers, and what runs against them.
pub(super) struct Meter {
    servers: [Server; 2],
    /// Where the contenders reach the servers: the source perhaps behind a slow link.
    ports: [u16; 2],
}

impl Meter {
    /// Measures against these servers, the source first and, if so wanted, behind a slow link.
    pub fn new(servers: [Server; 2], slow_link: bool) -> Result<Self> {
        let mut ports = servers.each_ref().map(Server::port);
        if slow_link {
            ports[0] = link::relay(ports[0])?;
        }
        Ok(Self { servers, ports })
    }

    /// The servers' URLs, the source's first.
    pub fn urls(&self) -> [String; 2] {
        self.ports.map(|port| format!("mysql://root@127.0.0.1:{port}"))
    }

    /// The servers' ports, the source's first.
    pub fn ports(&self) -> [u16; 2] {
        self.ports
    }

    /// Runs a script on both servers at once.
    pub fn script(&self, script: &str) -> Result<()> {
        thread::scope(|scope| {
            let threads = self.servers.each_ref().map(|server| scope.spawn(|| load(server, script)));
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }

    /// Runs a script on the target.
    pub fn script_on_target(&self, script: &str) -> Result<()> {
        load(&self.servers[1], script)
    }

    /// The median of three runs of `command`, or the only one when it is long. `prepare` comes before each run and
    /// is not counted; an exit code outside `codes` is an error.
    pub fn median(
        &self,
        mut prepare: impl FnMut(&Self) -> Result<()>,
        command: impl Fn() -> Command,
        codes: &[i32],
    ) -> Result<Cost> {
        let mut costs = Vec::new();
        while costs.len() < 3 {
            prepare(self)?;
            let cost = self.once(command(), codes)?;
            costs.push(cost);
            if cost.seconds > SHORT_SECONDS {
                break;
            }
        }
        let peak_mib = costs.iter().map(|c| c.peak_mib).fold(0.0, f64::max);
        costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        Ok(Cost { peak_mib, ..costs[costs.len() / 2] })
    }

    /// One run of `command`.
    pub fn once(&self, mut command: Command, codes: &[i32]) -> Result<Cost> {
        let mut errors = tempfile::tempfile()?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors.try_clone()?);
        let name = command.get_program().display().to_string();
        let before = self.servers_cpu_seconds()?;
        let begun = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let used = child.wait4()?;
        let seconds = begun.elapsed().as_secs_f64();
        let servers_cpu_seconds = self.servers_cpu_seconds()? - before;
        if !used.status.code().is_some_and(|code| codes.contains(&code)) {
            let said = read_from_start(&mut errors)?;
            bail!("{name} ended with {}:\n{}", used.status, said.trim_end());
        }
        Ok(Cost {
            seconds,
            client_cpu_seconds: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
            servers_cpu_seconds,
            peak_mib: used.rusage.maxrss as f64 / f64::from(1 << 20),
        })
    }

    fn servers_cpu_seconds(&self) -> Result<f64> {
        self.servers.iter().map(|server| cpu_seconds(server.pid().context("the server is gone")?)).sum()
    }
}

fn read_from_start(file: &mut fs::File) -> Result<String> {
    use std::io::{Read, Seek};
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// The CPU time that a process has used, from Linux's `/proc`.
fn cpu_seconds(process: i32) -> Result<f64> {
    /// Clock ticks a second, as `/proc` counts them on every Linux architecture that has servers.
    const TICKS_PER_SECOND: f64 = 100.0;
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    // The second field is the program's name in parentheses, which may hold blanks; user and system time are
    // the 14th and 15th.
    let rest = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: f64 =
        rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / TICKS_PER_SECOND)
}

/// Feeds a script to a server through the command-line client.
fn load(server: &Server, script: &str) -> Result<()> {
    let mut command = server.client()?;
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot start the command-line client")?;
    if let Some(mut input) = child.stdin.take() {
        // A client that stops at an error closes the pipe; what it says comes below.
        let _ = input.write_all(script.as_bytes());
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("the script failed: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(())
}
