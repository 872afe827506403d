//! A local AWS API server (MiniStack) and calls to it in the name of an account.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use tokio::runtime::Runtime;

/// A running API server; ends with the value.
pub(crate) struct Api {
    process: Child,
    port: u16,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Api {
    /// Starts the server from the tools' folder, which `cargo xtask test` fills.
    pub fn start() -> Self {
        let program = program();
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(&program);
        command
            .env("GATEWAY_PORT", port.to_string())
            .env("LAMBDA_EXECUTOR", "local")
            .current_dir(folder.path());
        command.env("MINISTACK_HOST", "127.0.0.1").env("BIND_HOST", "127.0.0.1");
        // Functions that it runs find it by this.
        command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = process.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(120), "{} does not answer", program.display());
            thread::sleep(Duration::from_millis(100));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { process, port, runtime, _folder: folder }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits for a request.
    pub fn wait<T>(&self, request: impl Future<Output = T>) -> T {
        self.runtime.block_on(request)
    }

    /// Settings for clients of an account: MiniStack takes a 12-digit access key for the account itself.
    pub fn account(&self, account: &str) -> SdkConfig {
        let credentials = Credentials::new(account, "secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .endpoint_url(self.url())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(Builder::new().build_http())
            .build()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> PathBuf {
    let cache = lockstep_sandbox::cache_dir().unwrap_or_else(|error| panic!("{error}"));
    let program = cache.join("python/bin/ministack");
    assert!(
        program.is_file(),
        "there is no {}: run these tests through `cargo xtask test`, which installs it",
        program.display()
    );
    program
}
