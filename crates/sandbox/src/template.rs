//! Initialised data folders, made once per server version and copied for each server: initialising takes
//! seconds, copying a tenth of one.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use mysql::prelude::Queryable;

use crate::cache::cache_dir;
use crate::error::{Error, Result};
use crate::files::{copy_folder, make_private_folder, remove_file, remove_folder, tail};
use crate::installation::{Flavor, Installation};
use crate::options::ServerOptions;
use crate::server::Server;

/// Raised when a template's contents change, so that older ones are left alone.
const FORMAT: u32 = 1;

/// The scripts with which MariaDB's own installer fills a new data folder, in its order.
const MARIADB_SCRIPTS: [&str; 6] = [
    "mysql_system_tables.sql",
    "mysql_performance_tables.sql",
    "mysql_system_tables_data.sql",
    "fill_help_tables.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "mysql_sys_schema.sql",
];

/// Fills `data`, which does not exist yet, with an initialised data folder. `root` has no password and may
/// come from the socket, 127.0.0.1 and ::1; there is no other account and no database beside the server's own.
pub(crate) fn new_data_folder(installation: &Installation, lower_case_names: u8, data: &Path) -> Result<()> {
    let name = format!("{}-{}-n{lower_case_names}-f{FORMAT}", installation.flavor, installation.version);
    let template = cache_dir()?.join("templates").join(name.to_lowercase());
    if !template.is_dir() {
        make(installation, lower_case_names, &template)?;
    }
    // Moved into place when it is whole: after a crash or on a full disk there is no half of one.
    let part = data.with_file_name("data.part");
    remove_folder(&part)?;
    copy_folder(&template, &part)?;
    fs::rename(&part, data).map_err(Error::io(format!("make {}", data.display())))
}

/// Makes the template beside its place and moves it there, so that others see all of it or nothing.
fn make(installation: &Installation, lower_case_names: u8, template: &Path) -> Result<()> {
    let parent = template.parent().unwrap_or(template);
    make_private_folder(parent)?;
    let workshop = tempfile::Builder::new().prefix(".new-").tempdir_in(parent);
    let workshop = workshop.map_err(Error::io(format!("make a folder in {}", parent.display())))?;
    let data = workshop.path().join("data");
    initialise(installation, lower_case_names, &data)?;
    set_accounts(installation, lower_case_names, workshop.path())?;
    // Each server makes its own UUID when this file is missing.
    remove_file(&data.join("auto.cnf"))?;
    match fs::rename(&data, template) {
        // Another process was quicker; its template is as good.
        Err(_) if template.is_dir() => Ok(()),
        result => result.map_err(Error::io(format!("make the template {}", template.display()))),
    }
}

fn initialise(installation: &Installation, lower_case_names: u8, data: &Path) -> Result<()> {
    if let Some(seed) = &installation.layout.seed {
        return copy_folder(seed, data);
    }
    make_private_folder(data)?;
    make_private_folder(&Server::scratch_tables(data))?;
    let log = data.with_file_name("initialise.log");
    let doing = || Error::io(format!("initialise a data folder with {installation}"));
    let mut command = installation.server_command();
    command.arg("--no-defaults").args(Server::place_arguments(installation, data));
    command.arg(format!("--lower-case-table-names={lower_case_names}"));
    let script = match installation.flavor {
        Flavor::MySql => {
            command.args(["--initialize-insecure", "--skip-log-bin"]);
            None
        }
        Flavor::MariaDb => {
            command.args(["--bootstrap", "--max-allowed-packet=8M", "--net-buffer-length=16K"]);
            Some(mariadb_script(installation)?)
        }
    };
    let output = fs::File::create(&log).map_err(doing())?;
    command.stdout(output.try_clone().map_err(doing())?).stderr(output);
    command.stdin(if script.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().map_err(doing())?;
    if let (Some(script), Some(mut input)) = (script, child.stdin.take()) {
        // A server that ends early closes the pipe; its exit status below tells more.
        let _ = io::copy(&mut script.as_slice(), &mut input);
    }
    let status = child.wait().map_err(doing())?;
    if status.success() {
        return Ok(());
    }
    Err(Error::DidNotStart {
        program: installation.to_string(),
        reason: format!("{status} while it initialised a data folder"),
        tail: tail(&log, 20),
        log,
    })
}

fn mariadb_script(installation: &Installation) -> Result<Vec<u8>> {
    let share = mariadb_share(installation)?;
    let mut script = b"CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\n".to_vec();
    for name in MARIADB_SCRIPTS {
        let path = share.join(name);
        fs::File::open(&path)
            .and_then(|mut file| file.read_to_end(&mut script))
            .map_err(Error::io(format!("read {}", path.display())))?;
    }
    Ok(script)
}

/// The folder of MariaDB's system scripts: beside the programs, by either of its two names.
fn mariadb_share(installation: &Installation) -> Result<PathBuf> {
    let server = fs::canonicalize(&installation.layout.server).unwrap_or_default();
    let base = server.parent().and_then(Path::parent).unwrap_or(Path::new("/usr"));
    let beside = ["share/mysql", "share/mariadb"].iter().map(|name| base.join(name));
    let candidates = installation.layout.share.clone().into_iter().chain(beside);
    candidates.into_iter().find(|folder| folder.join(MARIADB_SCRIPTS[0]).is_file()).ok_or_else(|| {
        Error::NotInstalled {
            wanted: format!("folder with {}", MARIADB_SCRIPTS[0]),
            hint: format!("the package of {installation} is incomplete; install mariadb-server"),
        }
    })
}

/// Starts the new server once and leaves `root` as its only account.
fn set_accounts(installation: &Installation, lower_case_names: u8, workshop: &Path) -> Result<()> {
    let options = ServerOptions {
        folder: Some(workshop.to_owned()),
        binary_log: false,
        tls: false,
        lower_case_table_names: lower_case_names,
        ..ServerOptions::for_tests()
    };
    let mut server = Server::start_on_data(installation, &options)?;
    let sql = || Error::sql(format!("set up the accounts of {installation}"));
    let mut connection = server.connect_by_socket().map_err(sql())?;
    let accounts: Vec<(String, String)> =
        connection.query("SELECT user, host FROM mysql.user").map_err(sql())?;
    for (user, host) in accounts {
        let needed = user == "root" && ["localhost", "127.0.0.1", "::1"].contains(&host.as_str());
        if !needed && !user.starts_with("mysql.") && !user.starts_with("mariadb.") {
            connection.query_drop(format!("DROP USER '{user}'@'{host}'")).map_err(sql())?;
        }
    }
    for host in ["127.0.0.1", "::1"] {
        // MySQL 5.6 and MariaDB's fresh data know CREATE USER IF NOT EXISTS only in part; the seed has them.
        if installation.layout.seed.is_none() {
            let account = format!("'root'@'{host}'");
            connection.query_drop(format!("CREATE USER IF NOT EXISTS {account}")).map_err(sql())?;
            let grant = format!("GRANT ALL PRIVILEGES ON *.* TO {account} WITH GRANT OPTION");
            connection.query_drop(grant).map_err(sql())?;
        }
    }
    connection.query_drop("DROP DATABASE IF EXISTS test").map_err(sql())?;
    drop(connection);
    server.stop()
}
