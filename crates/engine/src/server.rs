//! What is known of a server before anything is read: flavour, version, settings that matter.

use serde::{Deserialize, Serialize};

/// Which family of servers this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavor {
    /// MySQL, Percona Server, Aurora MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

/// A server's identity and the settings that decide how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerInfo {
    /// The family.
    pub flavor: Flavor,
    /// Major, minor, patch.
    pub version: (u16, u16, u16),
    /// `@@version` as the server says it.
    pub version_text: String,
    /// `@@lower_case_table_names`: must be equal on both sides of a flow.
    pub lower_case_table_names: u8,
    /// `@@server_uuid` (MySQL) or a stand-in made of host name, port and data folder (MariaDB).
    pub server_uuid: String,
    /// The time zone of sessions that set none: what an administrator of the server works in.
    pub zone: Zone,
}

/// A server's own time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// `@@GLOBAL.time_zone`, such as `SYSTEM`, `-04:00` or `Europe/Berlin`.
    pub name: String,
    /// Whether that is UTC, by its name or by the system's.
    pub is_utc: bool,
}

impl ServerInfo {
    /// True when this is MySQL of at least the given version.
    pub fn is_mysql_at_least(&self, version: (u16, u16, u16)) -> bool {
        self.flavor == Flavor::MySql && self.version >= version
    }

    /// True when this is MariaDB.
    pub fn is_mariadb(&self) -> bool {
        self.flavor == Flavor::MariaDb
    }
}
