//! Debian packages without installing them: downloaded through an apt state of their own and unpacked into a folder.
//!
//! apt is given its own sources list, package lists, cache and an empty list of installed packages, so it fetches
//! everything that the wanted packages depend on, down to the C library, and touches nothing of the system. That
//! works on any glibc Linux with apt, whichever release it is, and without being root.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{need, output};

/// The keys that Debian signs its releases with, from the package debian-archive-keyring.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Names a Debian mirror, for a machine whose own sources have none.
const MIRROR_VARIABLE: &str = "LOCKSTEP_DEBIAN_MIRROR";

/// Packages of the dependency closure that the server programs do not use: only their helper scripts do.
const UNUSED: [&str; 2] = ["perl", "libperl"];

/// Downloads `packages` of a Debian suite with all that they depend on, and unpacks them into `root`.
/// `workshop` is an empty folder for apt's own files, of no use afterwards.
pub(crate) fn unpack(suite: &str, packages: &[&str], workshop: &Path, root: &Path) -> Result<()> {
    need(&["apt-get", "dpkg"], "fetching Debian packages")?;
    if !Path::new(KEYRING).is_file() {
        bail!("{KEYRING} is missing; install the package debian-archive-keyring");
    }
    let settings = write_settings(suite, workshop)?;
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("APT_CONFIG", &settings).env("LC_ALL", "C");
        command
    };
    output(apt().arg("update"))?;
    output(apt().args(["--yes", "--download-only", "--no-install-recommends", "install"]).args(packages))?;
    let mut count = 0;
    for package in archives(&workshop.join("cache/archives"))? {
        let name = package.file_name().unwrap_or_default().to_string_lossy();
        if UNUSED.iter().any(|unused| name.starts_with(unused)) {
            continue;
        }
        output(Command::new("dpkg").arg("-x").arg(&package).arg(root))?;
        count += 1;
    }
    if count < packages.len() {
        bail!("apt-get downloaded only {count} packages of suite {suite} into {}", workshop.display());
    }
    Ok(())
}

/// Writes apt's settings for its private state and gives their path.
fn write_settings(suite: &str, workshop: &Path) -> Result<PathBuf> {
    for folder in ["lists/partial", "cache/archives/partial", "etc/parts", "etc/preferences.d"] {
        fs::create_dir_all(workshop.join(folder))?;
    }
    let write = |name: &str, text: String| -> Result<PathBuf> {
        let path = workshop.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    };
    let mirror = mirror()?;
    write("status", String::new())?;
    write("etc/sources.list", format!("deb [signed-by={KEYRING}] {mirror} {suite} main\n"))?;
    let root = workshop.display();
    // The user that apt switches to for downloads may not enter this folder. A mirror that lags behind by more
    // than a week still serves packages that are signed and good for a test.
    write(
        "apt.conf",
        format!(
            "Dir::Etc \"{root}/etc\";\nDir::Etc::sourcelist \"{root}/etc/sources.list\";\n\
             Dir::Etc::sourceparts \"{root}/etc/parts\";\nDir::Etc::parts \"{root}/etc/parts\";\n\
             Dir::State \"{root}\";\nDir::State::lists \"{root}/lists\";\nDir::State::status \"{root}/status\";\n\
             Dir::Cache \"{root}/cache\";\nAPT::Sandbox::User \"\";\nAcquire::Languages \"none\";\n\
             Acquire::Check-Valid-Until \"false\";\n"
        ),
    )
}

/// The mirror that the caller names, else the Debian mirror that this machine already uses.
fn mirror() -> Result<String> {
    if let Ok(mirror) = env::var(MIRROR_VARIABLE) {
        return Ok(mirror);
    }
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.sort();
    let texts = files.iter().filter_map(|file| fs::read_to_string(file).ok());
    texts
        .into_iter()
        .find_map(|text| mirror_in(&text))
        .with_context(|| format!("no Debian mirror in /etc/apt; name one in the variable {MIRROR_VARIABLE}"))
}

/// The first address of a Debian archive (`…/debian`) in a sources file, in either of apt's two formats.
fn mirror_in(sources: &str) -> Option<String> {
    sources
        .lines()
        .filter(|line| line.starts_with("deb ") || line.starts_with("URIs:"))
        .flat_map(str::split_whitespace)
        .find(|word| word.contains("://") && word.trim_end_matches('/').ends_with("/debian"))
        .map(str::to_owned)
}

fn archives(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "deb"));
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::mirror_in;

    #[test]
    fn the_mirror_is_found_in_both_formats() {
        let old = "# deb http://commented.example/debian bookworm main\n\
                   deb [arch=amd64] http://security.example/debian-security bookworm-security main\n\
                   deb [arch=amd64] http://mirror.example/debian/ bookworm main\n";
        assert_eq!(mirror_in(old).as_deref(), Some("http://mirror.example/debian/"));
        let new = "Types: deb\n# http://commented.example/debian\nURIs: http://mirror.example/debian\nSuites: bookworm\n";
        assert_eq!(mirror_in(new).as_deref(), Some("http://mirror.example/debian"));
        assert_eq!(mirror_in("deb http://mirror.example/ubuntu noble main\n"), None);
    }
}
