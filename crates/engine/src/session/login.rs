//! Connections: logging in in time, looking what the server is, pinning the settings that change meanings; and a word to
//! it from another connection.

use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts};

use crate::endpoint::{Endpoint, Tls};
use crate::error::{Error, ErrorKind, Result};
use crate::server::{Flavor, ServerInfo, Zone};

use super::blocker::{self, Wait};
use super::certificate;
use super::pin;
use super::variables::{Unpinned, When};

/// How long a server may take to be reached, to greet, to log in and to take the settings, all in all. Statements
/// may take as long as they do: a read that was given up would leave an answer that the next one could get.
const PATIENCE: Duration = Duration::from_secs(10);

/// When nothing was heard of the server for this long, it is asked for a sign of life, three times.
const KEEPALIVE_AFTER_MS: u32 = 30_000;

/// The server's code for a connection that it broke off, such as when `init_connect` failed.
const ABORTED: u16 = 1184;

/// Sent to each new session before anything else, to a server of any flavour and version: what must hold for the answers to
/// be whole. Hostile limits would hide or end even the question for the variables. A version that does not know what is in a
/// comment passes over it.
pub(super) const FIRST: &str = "SET NAMES utf8mb4, SESSION sql_select_limit = 18446744073709551615, \
    SESSION max_join_size = 18446744073709551615, SESSION sql_big_selects = 1, SESSION autocommit = 1, \
    SESSION completion_type = 0, SESSION group_concat_max_len = 16777216, \
    SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION' \
    /*!50708 , SESSION max_execution_time = 0 */ /*M!100101 , SESSION max_statement_time = 0 */";

/// A session that is logged in and pinned.
pub(super) struct LoggedIn {
    pub conn: Conn,
    pub server: ServerInfo,
    /// What the account could not pin, and what matters only to sessions that change something.
    pub unpinned: Vec<Unpinned>,
    /// `max_allowed_packet`, which a session cannot change.
    pub packet_bytes: u64,
}

/// Connects in time, looks what the server is and pins the session's settings.
///
/// # Errors
/// [`ErrorKind::Connection`] when the server cannot be reached, does not answer or refuses the login;
/// [`ErrorKind::Refused`] when it is too old; [`ErrorKind::User`] when the authorities' file cannot be read.
pub(super) fn connect(endpoint: &Endpoint) -> Result<LoggedIn> {
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

fn log_in(endpoint: &Endpoint) -> Result<LoggedIn> {
    let wrong = |e| connect_error(endpoint, e);
    let mut conn = Conn::new(options(endpoint)).map_err(wrong)?;
    conn.query_drop(FIRST).map_err(|e| first_error(endpoint, e))?;
    let (server, packet_bytes) = introspect(&mut conn).map_err(wrong)?;
    if is_too_old(&server) {
        return Err(Error::refused(format!("{endpoint}: server {} is too old", server.version_text))
            .with_hint("lockstep needs MySQL 5.6, MariaDB 10.2 or newer"));
    }
    let unpinned = pin::pin(&mut conn, &server).map_err(wrong)?;
    match unpinned.iter().find(|u| u.pin.when == When::Always) {
        None => Ok(LoggedIn { conn, server, unpinned, packet_bytes }),
        Some(unpinned) => Err(pin::refusal(endpoint, unpinned)),
    }
}

fn no_answer(endpoint: &Endpoint) -> Error {
    let text = format!("{endpoint}: cannot connect: no answer within {} s", PATIENCE.as_secs());
    Error::new(ErrorKind::Connection, text)
        .with_hint("it may be stopped, overloaded, or behind a firewall that lets nothing back: see its log")
}

/// Does `work` in another connection, which is given up when the server does not answer in time. `None` when it does not
/// answer at all.
fn visit<T: Send + 'static>(
    endpoint: &Endpoint,
    work: impl FnOnce(&mut Conn) -> T + Send + 'static,
) -> Option<T> {
    let endpoint = endpoint.clone();
    in_time(move || {
        let options = options(&endpoint).read_timeout(Some(PATIENCE)).write_timeout(Some(PATIENCE));
        let mut conn = Conn::new(options).ok()?;
        // What hostile settings would hide is then seen; a server that refuses them still takes a KILL.
        let _ = conn.query_drop(FIRST);
        Some(work(&mut conn))
    })
    .flatten()
}

/// Ends the statement that a connection of the same login is executing, so far as it can be reached. What
/// comes of it shows in that connection's own answer.
pub(super) fn kill_query(endpoint: &Endpoint, connection: u32) {
    // What comes of it shows elsewhere.
    visit(endpoint, move |conn| conn.query_drop(format!("KILL QUERY {connection}")).is_ok());
}

/// Whether a statement that is to stop is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kill {
    /// At once.
    Now,
    /// Only while it waits for a lock. It is short otherwise.
    IfItWaits,
    /// Never.
    No,
}

/// Looks at the statement that a connection of the same login is executing, and ends it if it is to be ended. `note` is called
/// with what it waits for, before it is ended. False when the server does not answer.
pub(super) fn interrupt(
    endpoint: &Endpoint,
    connection: u32,
    kill: Kill,
    note: impl FnOnce(Wait) + Send + 'static,
) -> bool {
    let answered = visit(endpoint, move |conn| {
        let wait = blocker::of(conn, connection);
        let waits = wait.is_some();
        if let Some(wait) = wait {
            note(wait);
        }
        if kill == Kill::Now || kill == Kill::IfItWaits && waits {
            // What comes of it shows in the connection's own answer.
            let _ = conn.query_drop(format!("KILL QUERY {connection}"));
        }
    });
    answered.is_some()
}

/// The connection that holds a lock on the whole server, in words, where the account may see it.
pub(super) fn lock_holder(endpoint: &Endpoint) -> Option<String> {
    visit(endpoint, blocker::of_server).flatten()
}

/// What the server is, and the longest statement that it takes.
fn introspect(conn: &mut Conn) -> mysql::Result<(ServerInfo, u64)> {
    let known: Option<(String, u8, String, String, u64)> = conn.query_first(
        "SELECT @@version, @@lower_case_table_names, @@GLOBAL.time_zone, @@system_time_zone, @@max_allowed_packet",
    )?;
    let (text, lower, zone, system, packet) = known.unwrap_or_default();
    let by_name = if zone == "SYSTEM" { &system } else { &zone };
    let is_utc = ["UTC", "Etc/UTC", "+00:00"].contains(&by_name.as_str());
    let zone = Zone { name: zone, is_utc };
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
    let server =
        ServerInfo { flavor, version, version_text: text, lower_case_table_names: lower, server_uuid, zone };
    Ok((server, packet))
}

/// What is wrong when the first statement of a session fails. A server breaks the connection, or answers so, when its
/// `init_connect` fails for the account: that runs after the login.
fn first_error(endpoint: &Endpoint, error: mysql::Error) -> Error {
    let text = plain(&error);
    match error {
        mysql::Error::MySqlError(e) if e.code != ABORTED => {
            connect_error(endpoint, mysql::Error::MySqlError(e))
        }
        _ => Error::new(
            ErrorKind::Connection,
            format!("{endpoint}: the server ended the connection right after the login: {text}"),
        )
        .with_hint(
            "its `init_connect` probably fails for this account: the server's error log says why; \
             SELECT @@GLOBAL.init_connect as an administrator shows it",
        ),
    }
}

fn connect_error(endpoint: &Endpoint, error: mysql::Error) -> Error {
    if let Some(error) = certificate::explain(endpoint, &error) {
        return error;
    }
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
            zone: Zone { name: String::new(), is_utc: true },
        };
        assert!(is_too_old(&server(Flavor::MySql, (5, 5, 62))));
        assert!(!is_too_old(&server(Flavor::MySql, (5, 6, 10))));
        assert!(is_too_old(&server(Flavor::MariaDb, (10, 1, 48))));
        assert!(!is_too_old(&server(Flavor::MariaDb, (10, 2, 0))));
    }
}
