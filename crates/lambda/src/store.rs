//! The script bucket: every plan's document, script and outline, written before anything is applied.
//!
//! A plan's objects are named by its fingerprint and put only if absent; they are written again when they would soon
//! expire, and an outline also when another version of the functions wrote it. What a run notes for its own calls
//! is under the run's name. Encrypted with the environment's own key.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::time::Duration;

use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;

use crate::aws::{Aws, failed, has_code};
use crate::clock::now_seconds;
use crate::failure::{Failure, Kind, Result};
use crate::settings;

/// Digits of the fingerprint that name a plan.
const ID_DIGITS: usize = 16;

/// The age at which an object is written again, in seconds: 20 days. The bucket's lifecycle rule (`deploy/environment/scripts.json`)
/// expires it after 27, and a run that waits for a person takes up to two.
const OLD_SECONDS: u64 = 20 * 86_400;

/// The part of a fingerprint that names a plan's objects and its snapshot.
pub(crate) fn plan_id(fingerprint: &str) -> &str {
    &fingerprint[..fingerprint.len().min(ID_DIGITS)]
}

/// Seconds for one attempt to put an object: a plan's document may have gigabytes.
const PUT_SECONDS: u64 = 90;

/// The script bucket of this environment. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    client: aws_sdk_s3::Client,
    bucket: String,
    prefix: String,
    key: String,
}

/// Whether an object that is there already stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Present {
    /// It stays.
    Stays,
    /// It is replaced.
    Replaced,
}

/// What a folder of the bucket holds: names, and when each was written, in seconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Folder(BTreeMap<String, u64>);

impl Folder {
    /// Whether it holds an object of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether it holds the first, and the second not or from before.
    pub fn has_after(&self, name: &str, other: &str) -> bool {
        self.has(name) && self.0.get(name) > self.0.get(other)
    }

    /// Whether it holds one that is to be written again before it expires.
    pub fn is_old(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|written| now_seconds().saturating_sub(*written) > OLD_SECONDS)
    }
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

    /// Where an object of a folder is: `s3://…/migrations/<folder>/<name>`.
    pub fn url(&self, folder: &str, name: &str) -> String {
        format!("s3://{}/{}", self.bucket, self.object(folder, name))
    }

    fn object(&self, folder: &str, name: &str) -> String {
        format!("{}{folder}/{name}", self.prefix)
    }

    /// What is in a folder. This, and no failed read, says what is not there: to a role that may list under a
    /// prefix only, S3 answers 403 and not 404 for an object that does not exist.
    /// (Source: Amazon S3 API Reference, "GetObject", on permissions.)
    ///
    /// # Errors
    /// When it cannot be listed.
    pub async fn list(&self, folder: &str) -> Result<Folder> {
        let prefix = self.object(folder, "");
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(&prefix);
        let answer = request.send().await.map_err(|e| failed(&self.url(folder, ""), &e))?;
        let objects = answer.contents().iter();
        let entry = |object: &aws_sdk_s3::types::Object| {
            let name = object.key()?.strip_prefix(&prefix)?.to_owned();
            let written = object.last_modified().map_or(0, |time| time.secs().max(0).unsigned_abs());
            Some((name, written))
        };
        Ok(Folder(objects.filter_map(entry).collect()))
    }

    /// Puts a file, which may have no name any more; returns false when the object was there already and stays.
    ///
    /// # Errors
    /// When it cannot be read or put.
    pub async fn put_file(&self, folder: &str, name: &str, file: &File, present: Present) -> Result<bool> {
        // Every attempt opens it again by its descriptor and begins at the start. (Source: proc_pid_fd(5).)
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        let body = ByteStream::from_path(path).await;
        let body =
            body.map_err(|e| Failure::new(Kind::Internal, format!("temporary file of {name}: {e}")))?;
        self.put(folder, name, body, present).await
    }

    /// Puts a text; returns false when the object was there already and stays.
    ///
    /// # Errors
    /// When it cannot be put.
    pub async fn put_text(&self, folder: &str, name: &str, text: String, present: Present) -> Result<bool> {
        self.put(folder, name, ByteStream::from(text.into_bytes()), present).await
    }

    async fn put(&self, folder: &str, name: &str, body: ByteStream, present: Present) -> Result<bool> {
        let timeouts =
            TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(PUT_SECONDS)).build();
        let answer = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(self.object(folder, name))
            .set_if_none_match((present == Present::Stays).then(|| "*".to_owned()))
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(&self.key)
            .body(body)
            .customize()
            .config_override(aws_sdk_s3::Config::builder().timeout_config(timeouts))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(true),
            Err(error) if has_code(&error, &["PreconditionFailed"]) => Ok(false),
            Err(error) => Err(failed(&self.url(folder, name), &error)),
        }
    }

    /// An object's text; `None` when it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, folder: &str, name: &str) -> Result<Option<String>> {
        let request = self.client.get_object().bucket(&self.bucket).key(self.object(folder, name));
        let what = self.url(folder, name);
        let object = match request.send().await {
            Ok(object) => object,
            Err(error) if has_code(&error, &["NoSuchKey"]) => return Ok(None),
            Err(error) if has_code(&error, &["AccessDenied"]) && !self.list(folder).await?.has(name) => {
                return Ok(None);
            }
            Err(error) => return Err(failed(&what, &error)),
        };
        let bytes = object.body.collect().await;
        let bytes = bytes.map_err(|e| Failure::new(Kind::Temporary, format!("{what}: {e}")))?;
        let text = String::from_utf8(bytes.to_vec());
        text.map(Some).map_err(|_| Failure::configuration(format!("{what} is not UTF-8")))
    }
}
