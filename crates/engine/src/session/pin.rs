//! Brings a session's variables to the values of the table, and reads them back.

use std::collections::BTreeMap;

use mysql::Conn;
use mysql::prelude::Queryable;

use super::variables::{How, PINNED, Pin, Unpinned};
use crate::server::ServerInfo;
use crate::{Endpoint, Error};

/// Unknown system variable; read-only; not settable per session: such a variable has no session value to pin.
const NO_SESSION_VALUE: [u16; 3] = [1193, 1238, 1229];

/// Pins everything that the server knows, and returns what the account could not pin.
pub(super) fn pin(conn: &mut Conn, server: &ServerInfo) -> mysql::Result<Vec<Unpinned>> {
    let lines: Vec<&'static Pin> = PINNED.iter().filter(|p| p.is_for(server)).collect();
    let before = read(conn, &lines)?;
    let differs = |pin: &&Pin, values: &BTreeMap<String, String>| {
        values.get(pin.name).is_some_and(|value| !pin.accepts(value))
    };
    let to_set: Vec<&Pin> = lines
        .iter()
        .copied()
        .filter(|pin| before.contains_key(pin.name) && (pin.how == How::Always || differs(pin, &before)))
        .collect();
    let mut fixed = Vec::new();
    set(conn, &to_set, &mut fixed)?;
    if to_set.iter().all(|pin| pin.how == How::Always) {
        return Ok(Vec::new());
    }
    let after = read(conn, &lines)?;
    let left = lines.into_iter().filter(|pin| differs(pin, &after) && !fixed.contains(&pin.name));
    Ok(left.map(|pin| Unpinned { pin, value: after[pin.name].clone() }).collect())
}

/// The session's values of those variables that the server knows.
fn read(conn: &mut Conn, lines: &[&Pin]) -> mysql::Result<BTreeMap<String, String>> {
    let names: Vec<String> = lines.iter().map(|pin| format!("'{}'", pin.name)).collect();
    let sql = format!("SHOW SESSION VARIABLES WHERE Variable_name IN ({})", names.join(", "));
    let rows: Vec<(String, Option<String>)> = conn.query(sql)?;
    Ok(rows.into_iter().map(|(name, value)| (name.to_lowercase(), value.unwrap_or_default())).collect())
}

/// Sets variables in one round trip where all can be set, else one by one, passing over what the account may not set. Notes
/// which have no value of the session's own.
fn set(conn: &mut Conn, pins: &[&'static Pin], fixed: &mut Vec<&'static str>) -> mysql::Result<()> {
    let list: Vec<String> = pins.iter().filter_map(|pin| pin.assignment()).collect();
    if list.is_empty() {
        return Ok(());
    }
    match (conn.query_drop(format!("SET SESSION {}", list.join(", "))), pins) {
        (Err(mysql::Error::MySqlError(e)), [only]) => {
            if NO_SESSION_VALUE.contains(&e.code) {
                fixed.push(only.name);
            }
            Ok(())
        }
        (Err(mysql::Error::MySqlError(_)), _) => pins.chunks(1).try_for_each(|one| set(conn, one, fixed)),
        (result, _) => result,
    }
}

/// Refuses a session in which a variable has a value that would do harm.
pub(super) fn refusal(endpoint: &Endpoint, unpinned: &Unpinned) -> Error {
    let name = unpinned.pin.name;
    Error::refused(format!("{endpoint}: {unpinned}")).with_hint(format!(
        "an administrator takes `{name}` out of the server's settings or its init_connect, or lets the account set it \
         (SESSION_VARIABLES_ADMIN; on MariaDB the privilege that the server's manual names for it)"
    ))
}
