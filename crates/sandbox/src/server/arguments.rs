//! The server program's command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{GeneralLog, Server};
use crate::installation::{Flavor, Installation};

impl Server {
    /// What every run on a data folder needs, whether it initialises it or serves it: where things are.
    pub(crate) fn place_arguments(installation: &Installation, data: &Path) -> Vec<OsString> {
        let layout = &installation.layout;
        let mut arguments =
            vec![option("--datadir=", data), option("--tmpdir=", &Self::scratch_tables(data))];
        let places = [
            ("--basedir=", &layout.base),
            ("--lc-messages-dir=", &layout.share),
            ("--plugin-dir=", &layout.plugins),
        ];
        for (name, place) in places {
            arguments.extend(place.as_ref().map(|path| option(name, path)));
        }
        if let Some(share) = &layout.share {
            arguments.push(option("--character-sets-dir=", &share.join("charsets")));
        }
        // As root the server insists on being told which user it shall be. Another one could not enter root's
        // cache folder.
        if rustix::process::geteuid().is_root() {
            arguments.push("--user=root".into());
        }
        if installation.is_mysql_since(8, 0, 11) {
            arguments.push("--mysqlx=OFF".into());
        }
        // A small redo log keeps the copied folder small.
        arguments.push(if installation.is_mysql_since(8, 0, 30) {
            "--innodb-redo-log-capacity=64M".into()
        } else {
            "--innodb-log-file-size=24M".into()
        });
        arguments
    }

    /// The folder for temporary tables, beside the data. In a shared one MariaDB would, when it starts, remove the
    /// temporary tables of all others.
    pub(crate) fn scratch_tables(data: &Path) -> PathBuf {
        data.with_file_name("tmp")
    }

    /// The whole command line.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let mut arguments = vec!["--no-defaults".into()];
        arguments.extend(Self::place_arguments(&self.installation, &self.data()));
        arguments.push(option("--socket=", &self.socket));
        arguments.push(option("--pid-file=", &self.folder.join("server.pid")));
        arguments.push(option("--secure-file-priv=", &self.folder.join("files")));
        arguments.push(option("--general-log-file=", &self.general_log()));
        arguments.extend(self.plain_arguments().into_iter().map(OsString::from));
        if let Some(certificates) = &self.certificates {
            arguments.push(option("--ssl-ca=", &certificates.authority));
            arguments.push(option("--ssl-cert=", &certificates.certificate));
            arguments.push(option("--ssl-key=", &certificates.key));
        }
        arguments.extend(self.options.extra.iter().map(OsString::from));
        arguments
    }

    fn plain_arguments(&self) -> Vec<String> {
        let options = &self.options;
        let mut arguments: Vec<String> = vec![
            format!("--port={}", self.port),
            "--bind-address=127.0.0.1".into(),
            // Accounts are named by address; a look-up of names would only cost time.
            "--skip-name-resolve".into(),
            "--local-infile=ON".into(),
            "--max-connections=400".into(),
            "--innodb-buffer-pool-size=64M".into(),
            format!("--lower-case-table-names={}", options.lower_case_table_names),
            format!("--performance-schema={}", on(options.performance_schema)),
        ];
        match options.general_log {
            GeneralLog::Off => {}
            GeneralLog::File => arguments.extend(["--general-log=ON".into(), "--log-output=FILE".into()]),
            GeneralLog::Table => arguments.extend(["--general-log=ON".into(), "--log-output=TABLE".into()]),
        }
        arguments.extend(self.binary_log_arguments());
        if !options.durable {
            // Fewer waits for the disk: a crash of the server loses nothing, a crash of the machine may.
            let relaxed =
                ["--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0", "--skip-innodb-doublewrite"];
            arguments.extend(relaxed.map(String::from));
            arguments.push("--innodb-flush-method=nosync".into());
        }
        if self.certificates.is_none() {
            // MySQL 8 and later turn TLS on by themselves with certificates of their own.
            let off = if self.installation.is_mysql_since(8, 0, 0) { "--tls-version=" } else { "--skip-ssl" };
            arguments.push(off.into());
        }
        arguments
    }

    fn binary_log_arguments(&self) -> Vec<String> {
        if !self.options.binary_log {
            return vec!["--skip-log-bin".into()];
        }
        // The port tells the servers of one machine apart.
        let mut arguments = vec!["--log-bin=binlog".into(), format!("--server-id={}", self.port)];
        if self.installation.flavor == Flavor::MySql {
            arguments.extend(["--gtid-mode=ON".into(), "--enforce-gtid-consistency=ON".into()]);
        }
        if !self.installation.is_mysql_since(8, 0, 0) {
            arguments.extend(["--binlog-format=ROW".into(), "--log-slave-updates=ON".into()]);
        }
        arguments
    }
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

fn on(value: bool) -> &'static str {
    if value { "ON" } else { "OFF" }
}
