//! The local AWS API server, MiniStack.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long the server may take to answer; it needs a few seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a start is tried when another program takes the chosen port first.
const PORT_TRIES: u32 = 5;

/// How much of the log an error repeats, in lines.
const LOG_LINES: usize = 20;

/// Becomes the server, and leaves a process behind that kills it as soon as the owner is gone, however the owner ended:
/// standard input is a pipe from the owner, and it closes with it.
const GUARD: &str = r#"exec 3<&0
( read -r word <&3; kill -KILL "$$" ) >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-
"#;

/// A running API server, which ends with the value. It keeps its state in memory only.
pub struct ApiServer {
    process: Child,
    port: u16,
}

impl ApiServer {
    /// Starts the server that `cargo xtask` has installed. It works in `folder`, where its log `api.log` and its temporary
    /// files are as well.
    ///
    /// # Errors
    /// When it is not installed, does not start, or does not answer; with the end of its log.
    pub fn start(folder: &Path) -> Result<Self> {
        let program = tools()?.join("ministack");
        if !program.is_file() {
            bail!(
                "there is no {}: `cargo xtask test` and `cargo xtask deploy-local` install it",
                program.display()
            );
        }
        let temporary = folder.join("tmp");
        fs::create_dir_all(&temporary).with_context(|| temporary.display().to_string())?;
        for _ in 1..PORT_TRIES {
            if let Some(server) = Self::launch(&program, folder, &temporary)? {
                return Ok(server);
            }
        }
        match Self::launch(&program, folder, &temporary)? {
            Some(server) => Ok(server),
            None => bail!("{} does not start:\n{}", program.display(), log_end(folder)),
        }
    }

    /// `None` when the server ended: somebody else may have taken the port.
    fn launch(program: &Path, folder: &Path, temporary: &Path) -> Result<Option<Self>> {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).context("a free port")?.port();
        let log = File::create(log_file(folder)).with_context(|| folder.display().to_string())?;
        let mut command = Command::new("sh");
        command.args(["-c", GUARD, "lockstep-guard"]).arg(program).current_dir(folder);
        command.env("GATEWAY_PORT", port.to_string()).env("LAMBDA_EXECUTOR", "local");
        command.env("MINISTACK_HOST", "127.0.0.1").env("BIND_HOST", "127.0.0.1").env("TMPDIR", temporary);
        // Functions that it runs find it by this.
        command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
        command.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().with_context(|| program.display().to_string())?;
        let mut server = Self { process, port };
        let begun = Instant::now();
        loop {
            let answers = TcpStream::connect(("127.0.0.1", port)).is_ok();
            // In this order: who answers may be a stranger.
            if server.process.try_wait()?.is_some() {
                return Ok(None);
            }
            if answers {
                return Ok(Some(server));
            }
            if begun.elapsed() > PATIENCE {
                bail!("{} does not answer:\n{}", program.display(), log_end(folder));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        // Its guard sees the end of this pipe.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("api.log")
}

fn log_end(folder: &Path) -> String {
    let text = fs::read_to_string(log_file(folder)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}

/// The folder of the programs from PyPI that `cargo xtask` installs: the API server, and version 1 of the AWS CLI.
///
/// # Errors
/// When the user has no cache folder.
pub fn tools() -> Result<PathBuf> {
    Ok(lockstep_sandbox::cache_dir()?.join("python/bin"))
}

/// The folder of version 2 of the AWS CLI, which `cargo xtask test` installs.
///
/// # Errors
/// When the user has no cache folder.
pub fn aws_cli_2() -> Result<PathBuf> {
    Ok(lockstep_sandbox::cache_dir()?.join("aws-cli-2/bin"))
}
