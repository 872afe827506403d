//! The AWS services that the functions use, and how their failures read.
//!
//! HTTPS is rustls with ring, the one cryptography library of the whole binary. `AWS_ENDPOINT_URL` leads all
//! services to a local API server, which is how the tests run.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::config::SharedCredentialsProvider;
use aws_smithy_http_client::{Builder, tls};

use crate::failure::{Failure, Kind, Result};
use crate::settings;

/// Attempts of one request, the first included.
const ATTEMPTS: u32 = 4;

/// Clients for one account's services. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    config: SdkConfig,
}

impl Aws {
    /// With the credentials and the region of this process's environment. Reads nothing over the network.
    pub async fn load() -> Self {
        let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .operation_attempt_timeout(Duration::from_secs(20))
            .build();
        let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(Builder::new().tls_provider(ring).build_https())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts)
            .load()
            .await;
        Self { config }
    }

    /// The lower environment's services, through the one role that it offers.
    ///
    /// # Errors
    /// When a variable is missing. A role that may not be assumed shows at the first request.
    pub async fn of_source(&self) -> Result<Self> {
        let role = settings::required("LOCKSTEP_SOURCE_ROLE_ARN")?;
        let environment = settings::required("LOCKSTEP_ENVIRONMENT")?;
        let provider = AssumeRoleProvider::builder(role)
            .external_id(settings::required("LOCKSTEP_SOURCE_EXTERNAL_ID")?)
            .session_name(format!("lockstep-{environment}"))
            .session_length(Duration::from_secs(900))
            .configure(&self.config)
            .build()
            .await;
        let config =
            self.config.to_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
        Ok(Self { config })
    }

    /// Objects.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        // Path style, so that an endpoint by address works; AWS serves both.
        let path_style = settings::optional("AWS_ENDPOINT_URL").is_some();
        let config = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(path_style).build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// Secrets.
    pub fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.config)
    }

    /// Parameters.
    pub fn ssm(&self) -> aws_sdk_ssm::Client {
        aws_sdk_ssm::Client::new(&self.config)
    }

    /// A SecureString's value.
    ///
    /// # Errors
    /// When it is not there or may not be read.
    pub async fn parameter(&self, name: &str) -> Result<String> {
        Ok(self.parameter_version(name).await?.0)
    }

    /// A SecureString's value and its version; of an earlier version when the name ends with `:` and its number.
    /// (Source: SSM API Reference, `GetParameter`.)
    ///
    /// # Errors
    /// When it is not there or may not be read.
    pub async fn parameter_version(&self, name: &str) -> Result<(String, i64)> {
        let what = format!("parameter {name}");
        let answer = self.ssm().get_parameter().name(name).with_decryption(true).send().await;
        let parameter = answer.map_err(|e| failed(&what, &e))?.parameter;
        let value = parameter.and_then(|p| Some((p.value?, p.version)));
        value.ok_or_else(|| Failure::configuration(format!("{what} has no value")))
    }

    /// The value of a secret's version with this stage.
    ///
    /// # Errors
    /// When it is not there or may not be read.
    pub async fn secret(&self, arn: &str, stage: &str) -> Result<String> {
        let what = format!("secret {arn}, {stage}");
        let answer = self.secrets().get_secret_value().secret_id(arn).version_stage(stage).send().await;
        answer
            .map_err(|e| failed(&what, &e))?
            .secret_string
            .ok_or_else(|| Failure::configuration(format!("{what} is not a text")))
    }
}

/// What went wrong with a request about `what`, in one line: the service's own code and message.
pub(crate) fn failed<E>(what: &str, error: &SdkError<E>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let code = error.code().unwrap_or_default();
    let reached = matches!(error, SdkError::ServiceError(_));
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    let passing = !reached || passes(code, status);
    let text = match (reached, error.message()) {
        (true, Some(message)) => format!("{code}: {message}"),
        (true, None) => code.to_owned(),
        (false, _) => aws_sdk_s3::error::DisplayErrorContext(error).to_string(),
    };
    let kind = if passing { Kind::Temporary } else { Kind::Service };
    Failure::new(kind, format!("{what}: {text}"))
}

/// Whether the same request may well succeed in a moment: the service has a fault or too much to do, or something else
/// was just changing the same thing. (Source: Amazon S3 User Guide, "Conditional requests", for the code with status 409;
/// SSM API Reference, `PutParameter`.)
fn passes(code: &str, status: u16) -> bool {
    const PASSING: [&str; 4] =
        ["SlowDown", "ConditionalRequestConflict", "OperationAborted", "TooManyUpdates"];
    status >= 500 || status == 429 || code.contains("Throttl") || PASSING.contains(&code)
}

/// True when the service answered with one of these codes.
pub(crate) fn has_code<E: ProvideErrorMetadata>(error: &SdkError<E>, codes: &[&str]) -> bool {
    error.code().is_some_and(|code| codes.contains(&code))
}
