//! The functions' zip, the topology and the template, put into an account's bucket. What lies there with the same
//! content is left alone, so that its version, and with it the stack, stays the same.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::console::Console;
use crate::error::{Error, ErrorKind, Result, config as wrong};
use crate::place::{Artifacts, Place};
use crate::template::Template;

/// The object's metadata that says what it holds. An ETag does not: the bucket encrypts with a key of its own.
const DIGEST: &str = "sha256";

/// Uploads what is new. In a dry run only the template, which CloudFormation reads from there.
///
/// # Errors
/// A file that cannot be read, or when the AWS CLI fails.
pub(crate) fn upload(
    config: &Config,
    template: &Template,
    place: &Place,
    dry: bool,
    console: &dyn Console,
) -> Result<Artifacts> {
    let bucket = place.keys_output("ArtifactBucketName").ok_or_else(|| {
        Error::new(
            ErrorKind::Stack,
            format!("{}: the keys' stack has no output ArtifactBucketName", place.name()),
        )
    })?;
    let key = |parameter: &str| {
        place
            .environment
            .parameters
            .get(parameter)
            .cloned()
            .or_else(|| template.default(parameter))
            .unwrap_or_default()
    };
    let object_key = template.object_key();
    let to = Bucket { place, name: &bucket, console };
    let functions = to.put(&config.functions, &key("FunctionsKey"), dry)?;
    let topology = to.put(&config.topology, &key("TopologyKey"), dry)?;
    to.put(&config.environment_template, &object_key, false)?;
    Ok(Artifacts { template_url: place.aws.object_url(&bucket, &object_key), functions, topology })
}

struct Bucket<'a> {
    place: &'a Place,
    name: &'a str,
    console: &'a dyn Console,
}

impl Bucket<'_> {
    /// Puts a file unless it is there already, and gives its version. In a dry run it says only what it would do.
    fn put(&self, path: &Path, key: &str, dry: bool) -> Result<Option<String>> {
        let told = |error: std::io::Error| wrong(format!("{}: {error}", path.display()));
        let digest = hex(&Sha256::digest(std::fs::read(path).map_err(told)?));
        let aws = &self.place.aws;
        match aws.call(&["s3api", "head-object", "--bucket", self.name, "--key", key]) {
            Ok(head) if head["Metadata"][DIGEST] == *digest => return Ok(version(&head)),
            Ok(_) => {}
            Err(error) if error.is_absent() => {}
            Err(error) => return Err(error.into()),
        }
        let (here, file) = (self.place.name(), path.display());
        if dry {
            self.console
                .say(&format!("{here}: would upload {file}; its new version then goes into the stack"));
            return Ok(None);
        }
        let (file, metadata) = (file.to_string(), format!("{DIGEST}={digest}"));
        let words = ["s3api", "put-object", "--bucket", self.name, "--key", key, "--body", &file];
        let put = aws.call(&[words.as_slice(), &["--metadata", &metadata]].concat())?;
        self.console.say(&format!("{here}: uploaded {file} as s3://{}/{key}", self.name));
        Ok(version(&put))
    }
}

fn version(answer: &Value) -> Option<String> {
    answer["VersionId"].as_str().map(str::to_owned)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
