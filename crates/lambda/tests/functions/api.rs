//! A local AWS API server (MiniStack) and calls to it in the name of an account.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use lockstep_trial::ApiServer;
use tokio::runtime::Runtime;

/// A running API server; ends with the value.
pub(crate) struct Api {
    server: ApiServer,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Api {
    /// Starts the server from the tools' folder, which `cargo xtask test` fills.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = ApiServer::start(folder.path()).unwrap_or_else(|error| panic!("{error:#}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { server, runtime, _folder: folder }
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.server.url()
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
