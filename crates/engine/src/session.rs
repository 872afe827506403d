//! One connection to one server, with everything that changes meanings pinned.
//!
//! A session that saw an I/O error, a protocol error or a timeout is *poisoned*: a late answer could be
//! taken for the next statement's, so it never speaks again. Errors that the server itself reports end
//! the statement in an orderly way and do not poison.

mod watch;

use std::time::Duration;

use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, OptsBuilder, Row, SslOpts};

use crate::endpoint::{Endpoint, Tls};
use crate::error::{Error, ErrorKind, Result};
use crate::server::{Flavor, ServerInfo};

use watch::Watched;
pub use watch::{Ends, Watch, Watcher};

/// How long a server may take to be reached, to greet, to log in and to take the settings, all in all. Statements
/// may take as long as they do: a read that was given up would leave an answer that the next one could get.
const PATIENCE: Duration = Duration::from_secs(10);

/// When nothing was heard of the server for this long, it is asked for a sign of life, three times.
const KEEPALIVE_AFTER_MS: u32 = 30_000;

/// Statements that a server of any flavour and version understands, sent to each new session.
///
/// `sql_mode` is not strict on purpose: a row that the source holds must arrive as it is (zero dates,
/// the empty ENUM value), and verification inside the transaction, not the mode, guards exactness.
const PIN_ALWAYS: &str = "SET NAMES utf8mb4, time_zone = '+00:00', \
    sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION', \
    sql_quote_show_create = 1, group_concat_max_len = 16777216, wait_timeout = 28800, net_write_timeout = 3600";

/// Settings that only some versions of MySQL know, or that only some accounts may set. Those of a line are set in
/// one round trip where they all can be, otherwise one by one, and one that cannot be is skipped.
const PIN_MYSQL: &[&[&str]] = &[
    &[
        "information_schema_stats_expiry = 0",
        "show_create_table_verbosity = 0",
        "show_gipk_in_create_table_and_information_schema = 1",
        "explicit_defaults_for_timestamp = 1",
        "max_execution_time = 0",
        "explain_format = 'TRADITIONAL'",
    ],
    // These take a privilege that a reader does not have.
    &["sql_generate_invisible_primary_key = 0", "innodb_strict_mode = 0"],
];

/// The same for MariaDB.
const PIN_MARIADB: &[&[&str]] =
    &[&["explicit_defaults_for_timestamp = 1", "innodb_strict_mode = 0", "max_statement_time = 0"]];

/// The account does not have the role (MySQL; MariaDB), or there is none of that name.
const NO_ROLE: [u16; 3] = [3530, 1959, 3523];

/// An open session.
pub struct Session {
    conn: Conn,
    poisoned: bool,
    endpoint: Endpoint,
    server: ServerInfo,
    role: Option<String>,
    watched: Option<Watched>,
}

impl Session {
    /// Connects, logs in and pins the session's settings.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the server cannot be reached, does not answer or refuses the login;
    /// [`ErrorKind::Refused`] when it is too old (before MySQL 5.6 or MariaDB 10.2).
    pub fn connect(endpoint: &Endpoint) -> Result<Self> {
        check_authority(endpoint)?;
        let wanted = endpoint.clone();
        let (conn, server) = in_time(move || log_in(&wanted)).unwrap_or_else(|| Err(no_answer(endpoint)))?;
        Ok(Self { conn, poisoned: false, endpoint: endpoint.clone(), server, role: None, watched: None })
    }

    /// A second session to the same server with the same login, the same role active, and watched like this one.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub fn another(&self) -> Result<Self> {
        let mut session = Self::connect(&self.endpoint)?;
        if let Some(role) = &self.role {
            session.activate_role(role)?;
        }
        Ok(match &self.watched {
            Some(watched) => session.watched_by(&watched.watch, watched.ends),
            None => session,
        })
    }

    /// Lets `watch` end a statement of this session that is under way when the run is to stop.
    #[must_use]
    pub fn watched_by(mut self, watch: &Watch, ends: Ends) -> Self {
        self.watched = Some(watch.add(self.endpoint.clone(), self.connection_id(), &self.conn, ends));
        self
    }

    /// From here on a stop no longer ends this session's statements: for clearing up.
    pub fn unwatch(&mut self) {
        self.watched = None;
    }

    /// Activates a role beside those that the login activates by itself. A role that the account was not
    /// given, or a server that knows none, is no error: whatever needs it fails by itself.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn activate_role(&mut self, role: &str) -> Result<()> {
        if self.server.flavor == Flavor::MySql && self.server.version < (8, 0, 0) {
            return Ok(());
        }
        let active: Option<Option<String>> = self.query_first("SELECT CURRENT_ROLE()")?;
        let active = active.flatten().filter(|r| r != "NONE");
        let wanted = crate::names::literal(role);
        let set = match (&active, self.server.flavor) {
            // MariaDB has one active role at a time, and the login's own is not taken away.
            (Some(_), Flavor::MariaDb) => return Ok(()),
            (Some(active), Flavor::MySql) => format!("SET ROLE {active}, {wanted}"),
            (None, _) => format!("SET ROLE {wanted}"),
        };
        match self.execute(set) {
            Err(error) if error.server_code().is_some_and(|code| NO_ROLE.contains(&code)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => {
                self.role = Some(role.to_owned());
                Ok(())
            }
        }
    }

    /// What is known of the server.
    pub fn server(&self) -> &ServerInfo {
        &self.server
    }

    /// Where this session is connected to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The server's id of this connection, for `KILL`.
    pub fn connection_id(&self) -> u32 {
        self.conn.connection_id()
    }

    /// True once an I/O or protocol error made this session unusable.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// Runs one statement and returns the number of rows it changed.
    ///
    /// # Errors
    /// [`ErrorKind::Server`] with the server's code; [`ErrorKind::Connection`] when the session broke.
    pub fn execute(&mut self, sql: impl AsRef<str>) -> Result<u64> {
        self.guard(|conn| {
            conn.query_drop(sql.as_ref())?;
            Ok(conn.affected_rows())
        })
    }

    /// Runs one statement that may take long, and that a session watched with [`Ends::OnStopElseLeft`] leaves to the server
    /// when the budget is used up: see [`was_left`](Self::was_left).
    ///
    /// # Errors
    /// As [`Session::execute`]; [`ErrorKind::Connection`] also when the statement was left.
    pub fn execute_long(&mut self, sql: impl AsRef<str>) -> Result<u64> {
        let may_leave = |session: &Self, may| session.watched.iter().for_each(|w| w.may_leave(may));
        may_leave(self, true);
        let result = self.execute(sql);
        may_leave(self, false);
        result
    }

    /// Whether this session's last statement was left to the server, which goes on with it. What comes of it, the
    /// definitions tell when the server is done.
    pub fn was_left(&self) -> bool {
        self.watched.as_ref().is_some_and(Watched::was_left)
    }

    /// Runs several statements in one round trip, `;` between them; the server stops at the first error.
    /// Returns the rows that each statement changed, of those that were done, and the error if there was one.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the session broke: what was done is then unknown.
    pub fn execute_many(&mut self, statements: &str) -> Result<(Vec<u64>, Option<Error>)> {
        let mut done = Vec::new();
        let result = self.guard(|conn| {
            let mut result = conn.query_iter(statements)?;
            while let Some(set) = result.iter() {
                let changed = set.affected_rows();
                for row in set {
                    row?;
                }
                done.push(changed);
            }
            Ok(())
        });
        match result {
            Ok(()) => Ok((done, None)),
            Err(error) if matches!(error.kind(), ErrorKind::Server(_)) => Ok((done, Some(error))),
            Err(error) => Err(error),
        }
    }

    /// Runs several queries in one round trip; the server stops at the first error. Returns the rows of each
    /// query that was answered, and the error if there was one.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the session broke.
    pub fn query_many(&mut self, queries: &[String]) -> Result<(Vec<Vec<Row>>, Option<Error>)> {
        let mut answers = Vec::with_capacity(queries.len());
        let result = self.guard(|conn| {
            let mut result = conn.query_iter(queries.join(";\n"))?;
            while let Some(set) = result.iter() {
                answers.push(set.collect::<mysql::Result<Vec<Row>>>()?);
            }
            Ok(())
        });
        match result {
            Ok(()) => Ok((answers, None)),
            Err(error) if matches!(error.kind(), ErrorKind::Server(_)) => Ok((answers, Some(error))),
            Err(error) => Err(error),
        }
    }

    /// Runs a query and collects every row, each converted to `T`.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn query<T: FromRow>(&mut self, sql: impl AsRef<str>) -> Result<Vec<T>> {
        self.guard(|conn| {
            let mut out = Vec::new();
            for row in conn.query_iter(sql.as_ref())? {
                out.push(mysql::from_row_opt(row?)?);
            }
            Ok(out)
        })
    }

    /// Runs a query and returns its first row, if it has one.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn query_first<T: FromRow>(&mut self, sql: impl AsRef<str>) -> Result<Option<T>> {
        Ok(self.query(sql)?.into_iter().next())
    }

    /// Streams a query over the binary protocol: values arrive typed (integers, 4-byte floats, dates),
    /// strings as the bytes the server sends. `each` is called per row; its error ends the stream: the
    /// query is killed, so that its remaining rows need not be waited for, and the session is poisoned.
    ///
    /// # Errors
    /// As [`Session::execute`], and whatever `each` returns.
    pub fn stream(&mut self, sql: &str, mut each: impl FnMut(Row) -> Result<()>) -> Result<()> {
        let mut stopped = None;
        let endpoint = self.endpoint.clone();
        let ended = self.guard(|conn| {
            let connection = conn.connection_id();
            let statement = conn.prep(sql)?;
            let mut result = conn.exec_iter(&statement, ())?;
            while let Some(rows) = result.iter() {
                for row in rows {
                    if let Err(error) = each(row?) {
                        stopped = Some(error);
                        // The driver reads an answer to its end before it lets go of it.
                        kill_query(&endpoint, connection);
                        return Ok(());
                    }
                }
            }
            drop(result);
            conn.close(statement)
        });
        match stopped {
            Some(error) => {
                self.poisoned = true;
                Err(error)
            }
            None => ended,
        }
    }

    /// Serves `LOAD DATA LOCAL INFILE` for the next statement from memory: `rows` writes the file's bytes.
    /// Pass `None` to refuse local files again.
    pub fn set_local_infile(&mut self, handler: Option<mysql::LocalInfileHandler>) {
        self.conn.set_local_infile_handler(handler);
    }

    /// The default database for names without one.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn use_database(&mut self, database: &str) -> Result<()> {
        self.execute(format!("USE {}", crate::names::quote(database))).map(drop)
    }

    /// Runs `work` unless the session is poisoned, and poisons it on any error that is not the server's word.
    fn guard<T>(&mut self, work: impl FnOnce(&mut Conn) -> mysql::Result<T>) -> Result<T> {
        if self.poisoned {
            return Err(Error::new(
                ErrorKind::Connection,
                format!("{}: the connection was lost earlier", self.endpoint),
            ));
        }
        let turn = |watched: &Option<Watched>| watched.iter().for_each(Watched::turn);
        turn(&self.watched);
        let result = work(&mut self.conn);
        turn(&self.watched);
        result.map_err(|error| {
            let error = statement_error(&self.endpoint, self.server.flavor, error);
            self.poisoned = !matches!(error.kind(), ErrorKind::Server(_));
            error
        })
    }
}

fn options(endpoint: &Endpoint) -> OptsBuilder {
    let mut options = OptsBuilder::new()
        .ip_or_hostname(Some(endpoint.host.clone()))
        .tcp_port(endpoint.port)
        .user(Some(endpoint.user.clone()))
        .pass(endpoint.password.as_ref().map(|p| p.expose().to_owned()))
        .prefer_socket(false)
        .max_allowed_packet(Some(1 << 30))
        .stmt_cache_size(0)
        .tcp_keepalive_time_ms(Some(KEEPALIVE_AFTER_MS))
        .tcp_connect_timeout(Some(PATIENCE));
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        options = options.tcp_keepalive_probe_interval_secs(Some(10)).tcp_keepalive_probe_count(Some(3));
    }
    if let Some(socket) = &endpoint.socket {
        options = options.socket(Some(socket.to_string_lossy().into_owned()));
    }
    if let Tls::Verify { ca } = &endpoint.tls {
        let mut tls = SslOpts::default();
        if let Some(ca) = ca {
            tls = tls.with_root_cert_path(Some(ca.clone()));
        }
        options = options.ssl_opts(tls);
    }
    options
}

/// Before MySQL 5.6 and MariaDB 10.2 there is no reliable `information_schema`, nor the statements used here.
fn is_too_old(server: &ServerInfo) -> bool {
    server.version < if server.is_mariadb() { (10, 2, 0) } else { (5, 6, 0) }
}

/// Opens the authorities' file, which the driver would fail to do without naming it.
fn check_authority(endpoint: &Endpoint) -> Result<()> {
    let Tls::Verify { ca: Some(ca) } = &endpoint.tls else { return Ok(()) };
    std::fs::File::open(ca).map(drop).map_err(|e| {
        Error::user(format!("{endpoint}: cannot read the authorities' file {}: {e}", ca.display())).with_hint(
            "give the PEM file of the authority that signed the server's certificate with ?ca=FILE",
        )
    })
}

/// Does `work` on a thread of its own and waits for it no longer than [`PATIENCE`]: the driver cannot give up to
/// wait for a server that accepts a connection and never says a word. The thread is then left to itself.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(PATIENCE).ok()
}

/// Connects, looks what the server is and pins the session's settings.
fn log_in(endpoint: &Endpoint) -> Result<(Conn, ServerInfo)> {
    let wrong = |e| connect_error(endpoint, e);
    let mut conn = Conn::new(options(endpoint)).map_err(wrong)?;
    let server = introspect(&mut conn).map_err(wrong)?;
    if is_too_old(&server) {
        return Err(Error::refused(format!("{endpoint}: server {} is too old", server.version_text))
            .with_hint("lockstep needs MySQL 5.6, MariaDB 10.2 or newer"));
    }
    conn.query_drop(PIN_ALWAYS).map_err(wrong)?;
    for settings in if server.is_mariadb() { PIN_MARIADB } else { PIN_MYSQL } {
        pin_where_known(&mut conn, settings).map_err(wrong)?;
    }
    Ok((conn, server))
}

fn no_answer(endpoint: &Endpoint) -> Error {
    let text = format!("{endpoint}: cannot connect: no answer within {} s", PATIENCE.as_secs());
    Error::new(ErrorKind::Connection, text)
        .with_hint("it may be stopped, overloaded, or behind a firewall that lets nothing back: see its log")
}

/// Sends a statement to a server from another connection. False when it does not answer at all.
fn tell(endpoint: &Endpoint, statement: String) -> bool {
    let endpoint = endpoint.clone();
    let told = in_time(move || {
        let options = options(&endpoint).read_timeout(Some(PATIENCE)).write_timeout(Some(PATIENCE));
        // What comes of it shows elsewhere; that there is somebody is enough here.
        let _ = Conn::new(options).and_then(|mut conn| conn.query_drop(statement));
    });
    told.is_some()
}

/// Ends the statement that a connection of the same login is executing, so far as it can be reached. What
/// comes of it shows in that connection's own answer. False when the server does not answer.
fn kill_query(endpoint: &Endpoint, connection: u32) -> bool {
    tell(endpoint, format!("KILL QUERY {connection}"))
}

fn introspect(conn: &mut Conn) -> mysql::Result<ServerInfo> {
    let (text, lower): (String, u8) =
        conn.query_first("SELECT @@version, @@lower_case_table_names")?.unwrap_or_default();
    let flavor = if text.contains("MariaDB") { Flavor::MariaDb } else { Flavor::MySql };
    let uuid = match flavor {
        Flavor::MySql => "SELECT @@server_uuid",
        Flavor::MariaDb => "SELECT CONCAT_WS(':', @@hostname, @@port, @@datadir, @@server_id)",
    };
    let server_uuid: String = conn.query_first(uuid)?.unwrap_or_default();
    // MariaDB may prefix its version with 5.5.5- for old replicas.
    let digits = text.strip_prefix("5.5.5-").unwrap_or(&text);
    let mut numbers = digits.split(|c: char| !c.is_ascii_digit()).map(|n| n.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let version = (next(), next(), next());
    Ok(ServerInfo { flavor, version, version_text: text, lower_case_table_names: lower, server_uuid })
}

/// Sets variables, and lets those be that the server does not know or the account may not set.
fn pin_where_known(conn: &mut Conn, settings: &[&str]) -> mysql::Result<()> {
    /// Unknown system variable; read-only; not settable per session; access denied.
    const SKIP: [u16; 4] = [1193, 1238, 1229, 1227];
    match (conn.query_drop(format!("SET SESSION {}", settings.join(", "))), settings) {
        (Err(mysql::Error::MySqlError(e)), [_]) if SKIP.contains(&e.code) => Ok(()),
        (Err(mysql::Error::MySqlError(e)), _) if SKIP.contains(&e.code) => {
            settings.chunks(1).try_for_each(|one| pin_where_known(conn, one))
        }
        (result, _) => result,
    }
}

/// Codes with which a server says that the session is at its end.
fn is_fatal(code: u16, flavor: Flavor) -> bool {
    // Server shutdown, connection killed, network read/write errors, timeouts; MySQL's idle disconnect,
    // whose number means something harmless on MariaDB.
    matches!(code, 1053 | 1927 | 1158..=1161 | 3024 | 1969) || (code == 4031 && flavor == Flavor::MySql)
}

fn statement_error(endpoint: &Endpoint, flavor: Flavor, error: mysql::Error) -> Error {
    match error {
        mysql::Error::MySqlError(e) if !is_fatal(e.code, flavor) => {
            Error::new(ErrorKind::Server(e.code), format!("{endpoint}: {} (error {})", e.message, e.code))
        }
        error => Error::new(ErrorKind::Connection, format!("{endpoint}: connection lost: {}", plain(&error)))
            .with_hint("run the same command again: lockstep finishes or undoes what was begun"),
    }
}

fn connect_error(endpoint: &Endpoint, error: mysql::Error) -> Error {
    let hint = match &error {
        mysql::Error::MySqlError(e) if e.code == 1045 && endpoint.tls == Tls::Off => {
            "check the user and the password (for a URL: LOCKSTEP_PASSWORD), and whether the account requires TLS (?ca=FILE)"
        }
        mysql::Error::MySqlError(e) if e.code == 1045 || e.code == 1698 => {
            "check the user and the password (its source is named in the topology; for a URL: LOCKSTEP_PASSWORD)"
        }
        // Some versions answer so for a user that does not exist, in order not to tell.
        mysql::Error::DriverError(mysql::DriverError::UnknownAuthPlugin(_)) => {
            "check the user and the password; lockstep speaks mysql_native_password and caching_sha2_password"
        }
        mysql::Error::TlsError(_) => {
            "TLS is required beyond loopback: give the authority's file with ?ca=FILE"
        }
        mysql::Error::MySqlError(_) => "see the server's message",
        _ => "check host, port, firewall and that the server is running",
    };
    Error::new(ErrorKind::Connection, format!("{endpoint}: cannot connect: {}", plain(&error)))
        .with_hint(hint)
}

/// The driver's message without its debug decoration.
fn plain(error: &mysql::Error) -> String {
    match error {
        mysql::Error::MySqlError(e) => format!("{} (error {})", e.message, e.code),
        mysql::Error::IoError(e) => e.to_string(),
        mysql::Error::DriverError(e) => e.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_servers_are_told_from_supported_ones() {
        let server = |flavor, version| ServerInfo {
            flavor,
            version,
            version_text: String::new(),
            lower_case_table_names: 0,
            server_uuid: String::new(),
        };
        assert!(is_too_old(&server(Flavor::MySql, (5, 5, 62))));
        assert!(!is_too_old(&server(Flavor::MySql, (5, 6, 10))));
        assert!(is_too_old(&server(Flavor::MariaDb, (10, 1, 48))));
        assert!(!is_too_old(&server(Flavor::MariaDb, (10, 2, 0))));
    }
}
