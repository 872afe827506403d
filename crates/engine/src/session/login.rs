//! Connections: logging in in time, looking what the server is, pinning the settings that change meanings; and a word to
//! it from another connection.

use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts};

use crate::endpoint::{Endpoint, Tls};
use crate::error::{Error, ErrorKind, Result};
use crate::server::{Flavor, ServerInfo};

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
    // A foreign key to columns that are not unique is taken as the source or the target has it.
    &["restrict_fk_on_non_standard_key = 0"],
    // These take a privilege that a reader does not have.
    &["sql_generate_invisible_primary_key = 0", "innodb_strict_mode = 0"],
];

/// The same for MariaDB.
const PIN_MARIADB: &[&[&str]] = &[&[
    "explicit_defaults_for_timestamp = 1",
    "innodb_strict_mode = 0",
    "max_statement_time = 0",
    // A table that keeps its rows' history may be changed, and the history stays.
    "system_versioning_alter_history = 'KEEP'",
]];

/// Connects in time, looks what the server is and pins the session's settings.
///
/// # Errors
/// [`ErrorKind::Connection`] when the server cannot be reached, does not answer or refuses the login;
/// [`ErrorKind::Refused`] when it is too old; [`ErrorKind::User`] when the authorities' file cannot be read.
pub(super) fn connect(endpoint: &Endpoint) -> Result<(Conn, ServerInfo)> {
    check_authority(endpoint)?;
    let wanted = endpoint.clone();
    in_time(move || log_in(&wanted)).unwrap_or_else(|| Err(no_answer(endpoint)))
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
pub(super) fn tell(endpoint: &Endpoint, statement: String) -> bool {
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
pub(super) fn kill_query(endpoint: &Endpoint, connection: u32) -> bool {
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
pub(super) fn plain(error: &mysql::Error) -> String {
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
