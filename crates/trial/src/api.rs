//! The local AWS API server, MiniStack.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long the server may take to answer; it needs a few seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running API server, which ends with the value. It keeps what it is told in memory only.
pub struct ApiServer {
    process: Child,
    port: u16,
}

impl ApiServer {
    /// Starts the server that `cargo xtask` has installed. It works in `folder`, where its log `api.log` is, too.
    ///
    /// # Errors
    /// When it is not installed, does not start, or does not answer.
    pub fn start(folder: &Path) -> Result<Self> {
        let program = tools()?.join("ministack");
        if !program.is_file() {
            bail!(
                "there is no {}: `cargo xtask test` and `cargo xtask deploy-local` install it",
                program.display()
            );
        }
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).context("a free port")?.port();
        let log = File::create(folder.join("api.log")).with_context(|| folder.display().to_string())?;
        let mut command = Command::new(&program);
        command.current_dir(folder).env("GATEWAY_PORT", port.to_string()).env("LAMBDA_EXECUTOR", "local");
        command.env("MINISTACK_HOST", "127.0.0.1").env("BIND_HOST", "127.0.0.1");
        // Functions that it runs find it by this.
        command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().with_context(|| program.display().to_string())?;
        let mut server = Self { process, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.process.try_wait()?;
            if ended.is_some() || begun.elapsed() > PATIENCE {
                bail!("{} does not answer; its log is in {}", program.display(), folder.display());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
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
