//! A database account by user and host.

use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::names::literal;

/// An account as the server names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: String,
    /// The host it may come from, `%` for any; empty for a MariaDB role, which has none.
    pub host: String,
}

impl Account {
    /// As it is written in SQL: `'app'@'%'`.
    pub fn quoted(&self) -> String {
        match self.host.as_str() {
            "" => literal(&self.user),
            host => format!("{}@{}", literal(&self.user), literal(host)),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.host)
    }
}

impl FromStr for Account {
    type Err = Error;

    /// Reads `user@host`; a user may hold an `@`, a host may not.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.rsplit_once('@') {
            Some((user, host)) if !user.is_empty() && !host.is_empty() => {
                Ok(Self { user: user.to_owned(), host: host.to_owned() })
            }
            _ => Err(Error::user(format!("`{text}` does not name an account"))
                .with_hint("write user@host, with % for any host: app_objects@%")),
        }
    }
}
