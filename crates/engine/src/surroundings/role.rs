//! What kind of server a target is: one that takes writes, a replica, one that is read-only.

use crate::{Result, Session};

/// Why a server is the wrong target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// It takes writes, so far as it lets itself be seen.
    Writer,
    /// It writes nothing: which setting says so.
    ReadOnly(&'static str),
    /// It replicates from another server: changes made here are not there, and may stop the replication.
    Replica,
}

/// The settings under which a server takes no writes. (Aurora's readers have `innodb_read_only`.)
/// `transaction_read_only` is not among them: it is a session's default, and lockstep's sessions set it to OFF.
const READ_ONLY: [&str; 3] = ["innodb_read_only", "super_read_only", "read_only"];

/// Asks the server.
///
/// # Errors
/// As [`Session::query`].
pub fn role(session: &mut Session) -> Result<Role> {
    let list = READ_ONLY.map(|name| format!("'{name}'")).join(", ");
    let found: Vec<(String, String)> =
        session.query(format!("SHOW GLOBAL VARIABLES WHERE Variable_name IN ({list})"))?;
    let is_on = |value: &str| !matches!(value.to_ascii_uppercase().as_str(), "OFF" | "0" | "");
    for name in READ_ONLY {
        if found.iter().any(|(n, value)| n.eq_ignore_ascii_case(name) && is_on(value)) {
            return Ok(Role::ReadOnly(name));
        }
    }
    Ok(if is_replica(session)? { Role::Replica } else { Role::Writer })
}

/// Whether the server is set up to replicate from another. Where the account may not see that, it is not known, and
/// taken for no.
fn is_replica(session: &mut Session) -> Result<bool> {
    let server = session.server();
    let statement = match server.is_mariadb() {
        true => "SHOW ALL SLAVES STATUS",
        false if server.version >= (8, 0, 22) => "SHOW REPLICA STATUS",
        false => "SHOW SLAVE STATUS",
    };
    match session.query::<mysql::Row>(statement) {
        Ok(channels) => Ok(!channels.is_empty()),
        Err(error) if error.server_code().is_some() => Ok(false),
        Err(error) => Err(error),
    }
}
