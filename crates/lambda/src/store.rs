//! The script bucket: every plan's document, script and outline, written before anything is applied.
//!
//! Objects are named by the plan's fingerprint and put only if absent: what was approved cannot be replaced
//! by the functions. Encrypted with the environment's own key.

use std::path::Path;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;

use crate::aws::{Aws, failed, has_code};
use crate::failure::{Failure, Kind, Result};
use crate::settings;

/// Digits of the fingerprint that name a plan.
const ID_DIGITS: usize = 16;

/// The part of a fingerprint that names a plan's objects and its snapshot.
pub(crate) fn plan_id(fingerprint: &str) -> &str {
    &fingerprint[..fingerprint.len().min(ID_DIGITS)]
}

/// The script bucket of this environment.
pub(crate) struct Store {
    client: aws_sdk_s3::Client,
    bucket: String,
    prefix: String,
    key: String,
}

impl Store {
    /// The bucket that the variables name.
    ///
    /// # Errors
    /// When a variable is missing.
    pub fn open(aws: &Aws) -> Result<Self> {
        Ok(Self {
            client: aws.s3(),
            bucket: settings::required("LOCKSTEP_SCRIPT_BUCKET")?,
            prefix: settings::optional("LOCKSTEP_SCRIPT_PREFIX").unwrap_or_default(),
            key: settings::required("LOCKSTEP_KMS_KEY_ARN")?,
        })
    }

    /// Where an object of a plan is: `s3://…/migrations/<planId>/<name>`.
    pub fn url(&self, plan: &str, name: &str) -> String {
        format!("s3://{}/{}", self.bucket, self.object(plan, name))
    }

    fn object(&self, plan: &str, name: &str) -> String {
        format!("{}{plan}/{name}", self.prefix)
    }

    /// Puts a file; returns false when the object was there already.
    ///
    /// # Errors
    /// When it cannot be read or put.
    pub async fn put_file(&self, plan: &str, name: &str, file: &Path) -> Result<bool> {
        let body = ByteStream::from_path(file).await;
        let body = body.map_err(|e| Failure::new(Kind::Internal, format!("{}: {e}", file.display())))?;
        self.put(plan, name, body).await
    }

    /// Puts a text; returns false when the object was there already.
    ///
    /// # Errors
    /// When it cannot be put.
    pub async fn put_text(&self, plan: &str, name: &str, text: String) -> Result<bool> {
        self.put(plan, name, ByteStream::from(text.into_bytes())).await
    }

    async fn put(&self, plan: &str, name: &str, body: ByteStream) -> Result<bool> {
        let answer = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(self.object(plan, name))
            .if_none_match("*")
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(&self.key)
            .body(body)
            .send()
            .await;
        match answer {
            Ok(_) => Ok(true),
            Err(error) if has_code(&error, &["PreconditionFailed"]) => Ok(false),
            Err(error) => Err(failed(&self.url(plan, name), &error)),
        }
    }

    /// An object's text; `None` when it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, plan: &str, name: &str) -> Result<Option<String>> {
        let request = self.client.get_object().bucket(&self.bucket).key(self.object(plan, name));
        let object = match request.send().await {
            Ok(object) => object,
            Err(error) if has_code(&error, &["NoSuchKey"]) => return Ok(None),
            Err(error) => return Err(failed(&self.url(plan, name), &error)),
        };
        let what = self.url(plan, name);
        let bytes = object.body.collect().await;
        let bytes = bytes.map_err(|e| Failure::new(Kind::Temporary, format!("{what}: {e}")))?;
        let text = String::from_utf8(bytes.to_vec());
        text.map(Some).map_err(|_| Failure::configuration(format!("{what} is not UTF-8")))
    }
}
