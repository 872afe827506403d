//! Other programs for the same job, fetched into the cache folder where package registries have them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use lockstep_sandbox::{Server, cache_dir};

use crate::apt;
use crate::run::say;

/// One program's work on the two servers, as a line for the shell.
pub(super) struct Peer {
    /// What it is called in the report.
    pub name: String,
    /// Exit codes that mean that it did its work.
    pub codes: Vec<i32>,
    line: String,
    variables: Vec<(&'static str, OsString)>,
}

impl Peer {
    fn new(name: &str, line: String) -> Self {
        Self { name: name.to_owned(), codes: vec![0], line, variables: Vec::new() }
    }

    /// The command that runs it.
    pub fn command(&self) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(&self.line).envs(self.variables.iter().cloned());
        command
    }
}

/// The peers that are to be had here.
pub(super) struct Peers {
    /// How the shell starts the server's own client programs, the program's name left out.
    client: Option<(String, PathBuf)>,
    /// The folder into which percona-toolkit and what it needs are unpacked.
    percona: Option<PathBuf>,
}

impl Peers {
    /// None of them.
    pub fn none() -> Self {
        Self { client: None, percona: None }
    }

    /// Finds or fetches them; one that is not to be had is left out, and the reason said.
    pub fn find(server: &Server) -> Self {
        let percona = percona().inspect_err(|error| say(format!("without pt-table-sync: {error:#}"))).ok();
        Self { client: client(server), percona }
    }

    /// Dumps the definitions of both sides and compares the texts.
    pub fn compared_dumps(&self, ports: &[u16; 2], database: &str) -> Option<Peer> {
        let dump = |port| {
            let options = "--no-data --routines --triggers --skip-comments --set-gtid-purged=OFF";
            Some(format!("{} {options} {database}", self.program("mysqldump", port)?))
        };
        let (source, target) = (dump(ports[0])?, dump(ports[1])?);
        let line = format!(
            "folder=$(mktemp -d) || exit 9\n{source} > $folder/1 & {target} > $folder/2; wait\n\
             test -s $folder/1 && diff -q $folder/1 $folder/2; code=$?; rm -r $folder; exit $code"
        );
        Some(Peer::new("mysqldump --no-data of both, diff", line))
    }

    /// Programs that find which rows differ.
    pub fn comparers(&self, ports: &[u16; 2], database: &str) -> Vec<Peer> {
        self.table_sync(ports, database, "--print").into_iter().collect()
    }

    /// Programs that make the target's rows those of the source.
    pub fn repairers(&self, ports: &[u16; 2], database: &str) -> Vec<Peer> {
        let reload = || {
            let dump = self.program("mysqldump", ports[0])?;
            let load = self.program("mysql", ports[1])?;
            let options = "--single-transaction --quick --set-gtid-purged=OFF";
            Some(Peer::new("mysqldump | mysql", format!("{dump} {options} {database} | {load} {database}")))
        };
        self.table_sync(ports, database, "--execute").into_iter().chain(reload()).collect()
    }

    fn program(&self, name: &str, port: u16) -> Option<String> {
        let (loader, folder) = self.client.as_ref()?;
        let program = quoted(&folder.join(name));
        Some(format!("{loader} {program} --no-defaults --user=root --host=127.0.0.1 --port={port}"))
    }

    fn table_sync(&self, ports: &[u16; 2], database: &str, mode: &str) -> Option<Peer> {
        let root = self.percona.as_ref()?;
        let [source, target] = ports.map(|port| format!("h=127.0.0.1,P={port},u=root"));
        let script = quoted(&root.join("usr/bin/pt-table-sync"));
        let line =
            format!("exec perl {script} {mode} --no-check-slave --databases {database} {source} {target}");
        // Exit codes: 2 when rows differed, 3 when some table could not be worked on besides.
        Some(Peer { codes: vec![0, 2, 3], variables: perl(root), ..Peer::new("pt-table-sync", line) })
    }
}

/// A path as one word for the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// How the server's own client programs are started: what goes before the program, and their folder.
fn client(server: &Server) -> Option<(String, PathBuf)> {
    let command = server.installation().client_command().ok()?;
    let mut words: Vec<PathBuf> = vec![command.get_program().into()];
    words.extend(command.get_args().map(PathBuf::from));
    let client = words.pop()?;
    let loader: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    Some((loader.join(" "), client.parent()?.to_owned()))
}

/// The folder with percona-toolkit and the Perl modules that it needs; the system's Perl runs them.
fn percona() -> Result<PathBuf> {
    let place = cache_dir()?.join("peers/percona-toolkit");
    if !place.is_dir() {
        say("fetching pt-table-sync …");
        let parent = place.parent().context("a folder without a parent")?;
        fs::create_dir_all(parent)?;
        let workshop = tempfile::Builder::new().prefix(".new-").tempdir_in(parent)?;
        let (work, root) = (workshop.path().join("work"), workshop.path().join("root"));
        fs::create_dir_all(&work)?;
        fs::create_dir_all(&root)?;
        apt::unpack("bookworm", &["percona-toolkit"], &work, &root)?;
        fs::rename(&root, &place).with_context(|| format!("cannot move {} into place", place.display()))?;
    }
    let probe = Command::new("perl").args(["-MDBD::mysql", "-e", "1"]).envs(perl(&place)).status();
    anyhow::ensure!(
        probe.is_ok_and(|status| status.success()),
        "this system's Perl cannot use Debian 12's DBD::mysql"
    );
    Ok(place)
}

/// Where Perl, and the library of its MySQL driver, find what was unpacked.
fn perl(root: &Path) -> Vec<(&'static str, OsString)> {
    let library = root.join("usr/lib/x86_64-linux-gnu");
    let modules = [root.join("usr/share/perl5"), library.join("perl5/5.36")];
    let modules: Vec<_> = modules.iter().map(|path| path.as_os_str()).collect();
    vec![
        ("PERL5LIB", modules.join(":".as_ref())),
        ("LD_LIBRARY_PATH", library.clone().into_os_string()),
        ("MARIADB_PLUGIN_DIR", library.join("libmariadb3/plugin").into_os_string()),
    ]
}
