//! Whether the runtime `provided.al2023` can start a binary of the functions: what it needs of the system.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{need, output};

/// The newest glibc whose symbols `provided.al2023` has. (Source: Amazon Linux 2023 User Guide, "Glibc, gcc, and
/// binutils": 2.34.)
const GLIBC: (u32, u32) = (2, 34);

/// The shared libraries that the runtime has: glibc's own, and the compiler's.
const LIBRARIES: [&str; 4] = ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"];

/// The glibc of Debian 12, where the zip is built: what is linked there fits. A newer one binds newer symbols, whatever the code does.
const BUILT_WITH: (u32, u32) = (2, 36);

/// Checks that the runtime can start the binary, and gives the newest glibc that it needs.
///
/// # Errors
/// When the runtime lacks something that the binary needs, or objdump is missing.
pub(crate) fn check(binary: &Path) -> Result<(u32, u32)> {
    let newest = needs(binary)?;
    if newest > GLIBC {
        bail!(
            "the binary needs glibc {}; provided.al2023 has {}. Build it on Debian 12, or where glibc is no newer than {}",
            shown(newest),
            shown(GLIBC),
            shown(BUILT_WITH)
        );
    }
    Ok(newest)
}

/// As [`check`], of a binary that was built for tests: where this machine's own glibc is newer than Debian 12's, which glibc
/// the binary needs says nothing about the code. Gives what was found, in words.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_for_tests(binary: &Path) -> Result<String> {
    let newest = needs(binary)?;
    let here =
        newest_glibc(&output(Command::new("getconf").arg("GNU_LIBC_VERSION"))?.replace("glibc ", "GLIBC_"))?;
    if newest > GLIBC && here > BUILT_WITH {
        return Ok(format!(
            "it needs glibc {} since this machine has {}: build the zip elsewhere; whether the code fits is not told here",
            shown(newest),
            shown(here)
        ));
    }
    Ok(format!("it needs glibc {} and no library that the runtime lacks", shown(check(binary)?)))
}

/// The newest glibc that the binary needs; an error when it needs a library that the runtime does not have.
fn needs(binary: &Path) -> Result<(u32, u32)> {
    need(&["objdump"], "checking the functions' binary")?;
    let headers = output(Command::new("objdump").arg("-p").arg(binary))?;
    if let Some(library) = libraries(&headers).find(|library| !LIBRARIES.contains(library)) {
        bail!("the binary needs {library}, which provided.al2023 does not have");
    }
    newest_glibc(&output(Command::new("objdump").arg("-T").arg(binary))?)
}

fn shown((major, minor): (u32, u32)) -> String {
    format!("{major}.{minor}")
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
