//! Running other programs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Says what is being done. Progress goes to standard error, so that a tool's output stays alone.
pub(crate) fn say(line: impl std::fmt::Display) {
    eprintln!("xtask: {line}");
}

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |path| root().join(path))
}

/// What cargo tells the program that it runs, and build scripts ask for: ring's would run again, and all that
/// depends on it be built again, whenever builds from here and from a shell take turns.
const ABOUT_THIS_PACKAGE: [&str; 7] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// The cargo that runs this program, in the folder of the workspace.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for name in ABOUT_THIS_PACKAGE {
        command.env_remove(name);
    }
    command
}

/// Whether cargo has this subcommand, such as `nextest`.
pub(crate) fn is_subcommand(name: &str) -> bool {
    is_on_path(&format!("cargo-{name}"))
}

/// Runs a command with its output shown; an exit other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// Runs a command and gives what it printed; its output is shown only when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {name}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{name} failed ({}):\n{}{}", output.status, text, errors.trim_end());
    }
    Ok(text)
}

/// Whether a program of this name is on the path.
pub(crate) fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder: PathBuf| folder.join(program).is_file())
}

/// An error when one of the programs is missing that says which and for what.
pub(crate) fn need(programs: &[&str], purpose: &str) -> Result<()> {
    let missing: Vec<&str> = programs.iter().copied().filter(|program| !is_on_path(program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("{purpose} needs {} on the path; install what is missing and run this again", missing.join(" and "))
}

fn name(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let first = command.get_args().find(|argument| !argument.to_string_lossy().starts_with('-'));
    first.map_or_else(
        || program.clone().into_owned(),
        |first| format!("{program} {}", first.to_string_lossy()),
    )
}
