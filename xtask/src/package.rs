//! `cargo xtask package`: the zip of the AWS functions, checked for the runtime `provided.al2023`.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::run::{cargo, need, output, root, run, say};

/// The newest glibc whose symbols `provided.al2023` has. (Source: Amazon Linux 2023 User Guide, "Glibc, gcc, and
/// binutils": 2.34.)
const GLIBC: (u32, u32) = (2, 34);

/// The shared libraries that the runtime has: glibc's own, and the compiler's.
const LIBRARIES: [&str; 4] = ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"];

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
    need(&["objdump"], "checking the binary")?;
    let bundle = arguments.ca_bundle.as_deref().map(read_bundle).transpose()?;
    run(cargo().args(["build", "--profile", PROFILE, "--package", "lockstep-lambda"]))?;
    let binary = root().join("target").join(PROFILE).join("bootstrap");
    let symbols = output(Command::new("objdump").arg("-T").arg(&binary))?;
    let newest = newest_glibc(&symbols)?;
    if newest > GLIBC {
        bail!(
            "the binary needs glibc {}.{}; provided.al2023 has {}.{}",
            newest.0,
            newest.1,
            GLIBC.0,
            GLIBC.1
        );
    }
    let headers = output(Command::new("objdump").arg("-p").arg(&binary))?;
    if let Some(library) = libraries(&headers).find(|library| !LIBRARIES.contains(library)) {
        bail!("the binary needs {library}, which provided.al2023 does not have");
    }
    let code = fs::read(&binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let out = root().join(&arguments.out);
    write_zip(&out, &code, bundle.as_deref())?;
    let size = fs::metadata(&out)?.len();
    say(format!("bootstrap: {} bytes, needs glibc {}.{}", code.len(), newest.0, newest.1));
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

/// The newest `GLIBC_x.y` among the dynamic symbols.
fn newest_glibc(symbols: &str) -> Result<(u32, u32)> {
    let mut newest = None;
    for word in symbols.split(|c: char| c.is_whitespace() || "()".contains(c)) {
        let Some(version) = word.strip_prefix("GLIBC_") else { continue };
        let mut numbers = version.split('.').map(str::parse::<u32>);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
            bail!("a symbol of version `{word}`, which no other release of glibc has");
        };
        newest = newest.max(Some((major, minor)));
    }
    newest.context("objdump shows no symbol of glibc: is this a dynamic executable?")
}

/// The shared libraries that the binary names.
fn libraries(headers: &str) -> impl Iterator<Item = &str> {
    headers.lines().filter_map(|line| line.trim().strip_prefix("NEEDED").map(str::trim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_glibc_are_compared_as_numbers() {
        let line = |version: &str| format!("0000 DF *UND*  0000 ({version}) name\n");
        let newest = |versions: &[&str]| newest_glibc(&versions.iter().map(|v| line(v)).collect::<String>());
        assert_eq!(newest(&["GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.9"]).unwrap(), (2, 34));
        assert!(newest(&["GLIBC_2.4", "GLIBC_2.35"]).unwrap() > GLIBC);
        assert!(newest(&["GLIBC_2.4"]).unwrap() < GLIBC);
        assert!(newest(&["GLIBC_PRIVATE"]).is_err());
        assert!(newest(&["GCC_3.0"]).is_err());
    }

    #[test]
    fn needed_libraries_are_found() {
        let headers =
            "Dynamic Section:\n  NEEDED               libc.so.6\n  RUNPATH  x\n  NEEDED  libssl.so.3\n";
        assert_eq!(libraries(headers).collect::<Vec<_>>(), ["libc.so.6", "libssl.so.3"]);
    }
}
