//! `cargo xtask package`: the zip of the AWS functions, checked for the runtime `provided.al2023`.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::binary;
use crate::run::{cargo, root, run, say, target};

/// The largest zip, in bytes.
const ZIP_LIMIT: u64 = 5_000_000;

/// The profile of the workspace's `Cargo.toml` that builds for size.
const PROFILE: &str = "functions";

/// How thoroughly to compress: zopfli with six iterations, which the crate `zip` counts from level 9 on. More gain nothing
/// that counts.
const LEVEL: i64 = 15;

/// Where the template says that the CA bundle is: `/var/task/global-bundle.pem`.
const BUNDLE: &str = "global-bundle.pem";

/// What to put into the zip.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The CA bundle of RDS (<https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem>). Without it the
    /// functions refuse to speak to any database.
    #[arg(long, value_name = "FILE")]
    ca_bundle: Option<PathBuf>,
    /// The zip to write.
    #[arg(long, value_name = "FILE", default_value = "target/lockstep-functions.zip")]
    out: PathBuf,
}

/// Builds the binary for size, checks what it needs of the system, and zips it.
///
/// # Errors
/// A build that fails, a binary that the runtime could not start, a bundle without a certificate, a zip that is too
/// large.
pub(crate) fn run_package(arguments: &Arguments) -> Result<()> {
    let bundle = arguments.ca_bundle.as_deref().map(read_bundle).transpose()?;
    let mut build = cargo();
    build.args(["rustc", "--profile", PROFILE, "--package", "lockstep-lambda", "--bin", "bootstrap"]);
    if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        // Rust's own linker, which is the default here, keeps functions that came out the same only once.
        build.args(["--", "-C", "link-arg=-Wl,--icf=all"]);
    }
    run(&mut build)?;
    let binary = target().join(PROFILE).join("bootstrap");
    let glibc = binary::check(&binary)?;
    let code = fs::read(&binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let out = root().join(&arguments.out);
    write_zip(&out, &code, bundle.as_deref())?;
    let size = fs::metadata(&out)?.len();
    say(format!("bootstrap: {} bytes, needs glibc {}.{}", code.len(), glibc.0, glibc.1));
    if bundle.is_none() {
        say(format!("no {BUNDLE} in it: give --ca-bundle FILE for a zip that can reach databases"));
    }
    say(format!("{}: {size} bytes", out.display()));
    if size > ZIP_LIMIT {
        bail!("the zip is larger than {ZIP_LIMIT} bytes");
    }
    Ok(())
}

fn read_bundle(path: &Path) -> Result<Vec<u8>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        bail!("{} holds no certificate in PEM form", path.display());
    }
    Ok(text.into_bytes())
}

/// Writes the zip. The same content makes the same bytes, so that unchanged code is no new version.
fn write_zip(out: &Path, code: &[u8], bundle: Option<&[u8]>) -> Result<()> {
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(out).with_context(|| format!("cannot write {}", out.display()))?;
    let mut zip = ZipWriter::new(file);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(zip::DateTime::default());
    zip.start_file("bootstrap", options.unix_permissions(0o755))?;
    zip.write_all(code)?;
    if let Some(bundle) = bundle {
        zip.start_file(BUNDLE, options.unix_permissions(0o644))?;
        zip.write_all(bundle)?;
    }
    zip.finish()?;
    Ok(())
}
