//! Server programs on this machine: the ordinary ones on the path and the downloaded ones in the cache.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::cache::servers_dir;
use crate::error::{Error, Result};

/// Which family a server belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavor {
    /// Oracle's MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

impl fmt::Display for Flavor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
        })
    }
}

/// The servers that the tests run against. `cargo xtask servers` puts each into the cache folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// MySQL 9.7.
    MySql97,
    /// MariaDB 10.11.
    MariaDb1011,
    /// MySQL 5.6, which spells types and defaults as 5.7 does.
    MySql56,
}

impl Kind {
    /// All of them, the newest MySQL first.
    pub const ALL: [Self; 3] = [Self::MySql97, Self::MariaDb1011, Self::MySql56];

    /// The name of its folder in the cache.
    pub fn folder(self) -> &'static str {
        match self {
            Self::MySql97 => "mysql-9.7",
            Self::MariaDb1011 => "mariadb-10.11",
            Self::MySql56 => "mysql-5.6",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MySql97 => "MySQL 9.7",
            Self::MariaDb1011 => "MariaDB 10.11",
            Self::MySql56 => "MySQL 5.6",
        })
    }
}

/// A server's version, without the distributor's suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version(pub u16, pub u16, pub u16);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Version {
    /// Finds the first word like `9.7.4-2` in what `mysqld --version` prints.
    fn in_text(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
            let mut numbers = word[..end].split('.').map(str::parse::<u16>);
            match (numbers.next(), numbers.next(), numbers.next()) {
                (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) => Some(Self(major, minor, patch)),
                _ => None,
            }
        })
    }
}

/// One set of server programs: the server, its command-line client, and how to run them.
#[derive(Clone, Debug)]
pub struct Installation {
    /// MySQL or MariaDB, as the program itself says.
    pub flavor: Flavor,
    /// The version that the program itself says.
    pub version: Version,
    pub(crate) layout: Layout,
}

/// Where the parts of an installation are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// The server program.
    pub server: PathBuf,
    /// The command-line client, where there is one.
    pub client: Option<PathBuf>,
    /// The dynamic loader that came with the programs: a distribution's newer libraries do not mix with this machine's.
    loader: Option<PathBuf>,
    /// Folders of shared libraries that came with the programs.
    libraries: Vec<PathBuf>,
    /// Value for `--basedir`.
    pub base: Option<PathBuf>,
    /// Message files and the system tables' scripts.
    pub share: Option<PathBuf>,
    /// Value for `--plugin-dir`.
    pub plugins: Option<PathBuf>,
    /// A ready data folder that came with the programs, for a server that cannot initialise one.
    pub seed: Option<PathBuf>,
}

impl Installation {
    /// Everything on this machine: what is on the path first, then what is in the cache.
    #[must_use]
    pub fn find() -> Vec<Self> {
        let on_path = Layout::ordinary(&program_folders()).into_iter();
        let cached = Kind::ALL.iter().filter_map(|kind| Layout::cached(*kind).ok());
        on_path.chain(cached).filter_map(|layout| Self::probe(layout).ok()).collect()
    }

    /// The one to use for a sandbox: the first that [`find`](Self::find) gives.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] when there is none.
    pub fn preferred() -> Result<Self> {
        Self::find().into_iter().next().ok_or_else(|| Error::NotInstalled {
            wanted: "mysqld or mariadbd".into(),
            hint: "install the package mysql-server or mariadb-server, or run `cargo xtask servers` in a checkout"
                .into(),
        })
    }

    /// The one that the tests of this kind use, which is always the one in the cache.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] when it is not there or does not run.
    pub fn locate(kind: Kind) -> Result<Self> {
        Self::probe(Layout::cached(kind)?).map_err(|error| match error {
            Error::Io { doing, source } => Error::NotInstalled {
                wanted: kind.to_string(),
                hint: format!("run `cargo xtask servers` (cannot {doing}: {source})"),
            },
            other => other,
        })
    }

    /// The server program.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.layout.server
    }

    /// A command that runs the server program, without arguments yet.
    #[must_use]
    pub fn server_command(&self) -> Command {
        self.layout.command(&self.layout.server)
    }

    /// A command that runs the command-line client (`mysql` or `mariadb`), without arguments yet.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] when there is no client beside the server.
    pub fn client_command(&self) -> Result<Command> {
        if let Some(client) = &self.layout.client {
            return Ok(self.layout.command(client));
        }
        // The MySQL 5.6 package has no client. MySQL 9's has unlearned the old password exchange; MariaDB's has not.
        let other = Layout::cached(Kind::MariaDb1011).ok();
        other.and_then(|layout| Some(layout.command(layout.client.as_ref()?))).ok_or_else(|| {
            Error::NotInstalled {
                wanted: "mysql or mariadb command-line client".into(),
                hint: "install the package mysql-client or mariadb-client, or run `cargo xtask servers`"
                    .into(),
            }
        })
    }

    /// Whether the server speaks TLS 1.2 or later. MySQL 5.6 was built with a library that does not.
    #[must_use]
    pub fn has_modern_tls(&self) -> bool {
        self.flavor == Flavor::MariaDb || self.version >= Version(5, 7, 28)
    }

    /// `true` for MySQL of at least this version; always `false` for MariaDB.
    pub(crate) fn is_mysql_since(&self, major: u16, minor: u16, patch: u16) -> bool {
        self.flavor == Flavor::MySql && self.version >= Version(major, minor, patch)
    }

    /// `true` for MySQL before this version; always `false` for MariaDB.
    pub(crate) fn is_mysql_before(&self, major: u16, minor: u16) -> bool {
        self.flavor == Flavor::MySql && self.version < Version(major, minor, 0)
    }

    fn probe(layout: Layout) -> Result<Self> {
        let doing = format!("run {} --version", layout.server.display());
        let output = layout
            .command(&layout.server)
            .args(["--no-defaults", "--version"])
            .output()
            .map_err(Error::io(doing.clone()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let Some(version) = Version::in_text(&text) else {
            let said = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
            return Err(Error::io(doing)(std::io::Error::other(format!("it said {:?}", said.trim()))));
        };
        let flavor = if text.contains("MariaDB") { Flavor::MariaDb } else { Flavor::MySql };
        Ok(Self { flavor, version, layout })
    }
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.flavor, self.version)
    }
}

impl Layout {
    /// The programs of the system's own packages, each with the client nearest to the front of the path.
    fn ordinary(folders: &[PathBuf]) -> Vec<Self> {
        let client = programs_in(folders, ["mysql", "mariadb"]).into_iter().next();
        let servers = programs_in(folders, ["mysqld", "mariadbd"]).into_iter();
        servers.map(|server| Self { server, client: client.clone(), ..Self::default() }).collect()
    }

    fn cached(kind: Kind) -> Result<Self> {
        let root = servers_dir()?.join(kind.folder());
        let layout = match kind {
            Kind::MySql97 => Self::unpacked(&root, "mysqld", "mysql"),
            Kind::MariaDb1011 => Self::unpacked(&root, "mariadbd", "mariadb"),
            Kind::MySql56 => Self::bundle(&root),
        };
        if layout.server.is_file() {
            Ok(layout)
        } else {
            Err(Error::NotInstalled { wanted: kind.to_string(), hint: "run `cargo xtask servers`".into() })
        }
    }

    /// Debian packages unpacked into one folder, with their own C library and loader.
    fn unpacked(root: &Path, server: &str, client: &str) -> Self {
        let folders: Vec<PathBuf> =
            ["lib", "usr/lib"].iter().flat_map(|lib| triplets(&root.join(lib))).collect();
        let loader = folders.iter().flat_map(|folder| entries(folder)).find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("ld-linux") && name.contains(".so")
        });
        let plugins = root.join("usr/lib/mysql/plugin");
        Self {
            server: root.join("usr/sbin").join(server),
            client: Some(root.join("usr/bin").join(client)),
            loader,
            libraries: folders,
            base: Some(root.join("usr")),
            share: Some(root.join("usr/share/mysql")),
            plugins: plugins.is_dir().then_some(plugins),
            seed: None,
        }
    }

    /// The MySQL 5.6 bundle: a server, its message files, a library and a ready data folder.
    fn bundle(root: &Path) -> Self {
        Self {
            server: root.join("mysqld"),
            libraries: vec![root.to_owned()],
            base: Some(root.to_owned()),
            share: Some(root.join("share")),
            seed: Some(root.join("data/mysql")),
            ..Self::default()
        }
    }

    fn command(&self, program: &Path) -> Command {
        let libraries = self.libraries.iter().map(|path| path.as_os_str()).collect::<Vec<_>>();
        let libraries: OsString = libraries.join(":".as_ref());
        let mut command = match &self.loader {
            Some(loader) => {
                let mut command = Command::new(loader);
                command.arg("--library-path").arg(libraries).arg(program);
                command
            }
            None => {
                let mut command = Command::new(program);
                if !libraries.is_empty() {
                    command.env("LD_LIBRARY_PATH", libraries);
                }
                command
            }
        };
        // A person's own settings for the client must not change what runs here.
        for name in ["MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MYSQL_PWD", "MYSQL_HOME"] {
            command.env_remove(name);
        }
        command
    }
}

/// The folders of the path, then those where packages put servers that an ordinary user's path leaves out.
fn program_folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin", "/usr/local/mysql/bin"];
    let folders = env::split_paths(&path).chain(more.iter().map(PathBuf::from));
    folders.filter(|folder| folder.is_absolute()).collect()
}

/// The programs of these names, by folder first: an earlier folder counts for more than an earlier name. A program that
/// is reached by several links is listed once.
fn programs_in(folders: &[PathBuf], names: [&str; 2]) -> Vec<PathBuf> {
    let mut seen = Vec::new();
    let files = folders.iter().flat_map(|folder| names.map(|name| folder.join(name)));
    files
        .filter(|file| match file.canonicalize() {
            Ok(real) if real.is_file() && !seen.contains(&real) => {
                seen.push(real);
                true
            }
            _ => false,
        })
        .collect()
}

/// The multi-architecture folders (`x86_64-linux-gnu`, `aarch64-linux-gnu`) below a library folder.
fn triplets(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.to_string_lossy().ends_with("-linux-gnu")).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_path_decides_and_not_the_name() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = |name: &str, programs: &[&str]| {
            let folder = scratch.path().join(name);
            std::fs::create_dir_all(&folder).expect("a folder");
            for program in programs {
                std::fs::write(folder.join(program), "").expect("a file");
            }
            folder
        };
        let first = folder("first", &["mariadbd", "mariadb"]);
        let second = folder("second", &["mysqld", "mysql", "mariadbd"]);
        std::os::unix::fs::symlink(second.join("mysqld"), first.join("mysqld-link")).expect("a link");
        std::os::unix::fs::symlink(first.join("mariadbd"), folder("third", &[]).join("mysqld"))
            .expect("a link");
        let folders = [folder("none", &[]), first.clone(), second.clone(), scratch.path().join("third")];
        let found = Layout::ordinary(&folders);
        let servers: Vec<_> = found.iter().map(|layout| layout.server.clone()).collect();
        assert_eq!(servers, [first.join("mariadbd"), second.join("mysqld"), second.join("mariadbd")]);
        assert_eq!(found[0].client, Some(first.join("mariadb")));
    }

    #[test]
    fn versions_are_read_from_what_programs_print() {
        let cases = [
            ("/x/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))", Version(9, 7, 4)),
            ("mariadbd  Ver 10.11.18-MariaDB-0+deb12u1 for debian-linux-gnu", Version(10, 11, 18)),
            ("mariadbd from 11.8.3-MariaDB, client 15.2", Version(11, 8, 3)),
            ("./mysqld  Ver 5.6.24 for linux-glibc2.5 on x86_64", Version(5, 6, 24)),
        ];
        for (text, version) in cases {
            assert_eq!(Version::in_text(text), Some(version), "{text}");
        }
        assert_eq!(Version::in_text("no such option"), None);
    }
}
