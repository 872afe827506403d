//! How a private server is to run.

use std::path::PathBuf;

/// What becomes of a server when the process that started it ends without stopping it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// It is killed with its owner, even if the owner itself is killed. For tests.
    Owner,
    /// It goes on. For a sandbox that one command starts and another stops.
    Detached,
}

/// Where the server writes every statement that it receives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum GeneralLog {
    /// Nowhere.
    #[default]
    Off,
    /// Into the file `general.log` in the server's folder.
    File,
    /// Into the table `mysql.general_log`.
    Table,
}

/// How a private server is to run. [`ServerOptions::for_tests`] and [`ServerOptions::for_people`] are the
/// two starting points; every field can be changed.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The folder for data, logs, certificates and socket. `None`: a new temporary one, removed with the server.
    pub folder: Option<PathBuf>,
    /// What happens when the owner ends without stopping the server.
    pub lifetime: Lifetime,
    /// The TCP port on loopback. `None`: a free one.
    pub port: Option<u16>,
    /// The password of `root`. `None`: none, which suits a server that lives as long as a test.
    pub root_password: Option<String>,
    /// Whether a committed transaction survives a crash of the machine. Without it tests run several times
    /// faster; a crash of the server alone loses nothing either way.
    pub durable: bool,
    /// Whether the server writes a binary log, by rows and with GTIDs.
    pub binary_log: bool,
    /// Whether the server keeps its performance schema, which costs memory and start-up time.
    pub performance_schema: bool,
    /// Where received statements are logged.
    pub general_log: GeneralLog,
    /// Whether connections may use TLS. Ignored for servers without TLS 1.2.
    pub tls: bool,
    /// How table names are stored and compared, which MySQL 8 fixes when a data folder is initialised.
    pub lower_case_table_names: u8,
    /// More options for the server program, such as `--sql-mode=`; they win over everything above.
    pub extra: Vec<String>,
}

impl ServerOptions {
    /// For a test: temporary, tied to its owner, as fast as it gets, `root` without a password, TLS on.
    #[must_use]
    pub fn for_tests() -> Self {
        Self {
            folder: None,
            lifetime: Lifetime::Owner,
            port: None,
            root_password: None,
            durable: false,
            binary_log: true,
            performance_schema: false,
            general_log: GeneralLog::Off,
            tls: true,
            lower_case_table_names: 0,
            extra: Vec::new(),
        }
    }

    /// For a person: in the given folder, outliving the command that starts it, `root` with this password.
    #[must_use]
    pub fn for_people(folder: impl Into<PathBuf>, root_password: impl Into<String>) -> Self {
        Self {
            folder: Some(folder.into()),
            lifetime: Lifetime::Detached,
            root_password: Some(root_password.into()),
            performance_schema: true,
            ..Self::for_tests()
        }
    }

    /// Adds one more option for the server program, such as `--max-allowed-packet=16M`.
    #[must_use]
    pub fn with(mut self, option: impl Into<String>) -> Self {
        self.extra.push(option.into());
        self
    }
}
