//! Every session variable of every supported server: pinned to a value, or harmless, each with the reason.
//!
//! A session takes its settings from the server's global ones and from `init_connect`, and whoever administers the
//! server may change both at any time. So a session is pinned after the login, by value and never to `DEFAULT`
//! (which is the global value again), and the values are read back. A variable that is in neither table fails a test.

mod harmless;
mod pinned;

pub use harmless::{HARMLESS, OF_OTHER_VERSIONS};
pub use pinned::PINNED;

use crate::server::{Flavor, ServerInfo};

/// One variable that is pinned, or that must have a value already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The variable.
    pub name: &'static str,
    /// The family that it is pinned on; `None` for both.
    pub flavor: Option<Flavor>,
    /// The first version that it is pinned on so.
    pub since: (u16, u16, u16),
    /// The first version that it is not pinned on so any more.
    pub before: (u16, u16, u16),
    /// The value, as the server shows it.
    pub value: &'static str,
    /// Another value that means the same, or that an older version has in its place.
    pub or: Option<&'static str>,
    /// How it is brought to the value.
    pub how: How,
    /// When it matters that it has the value.
    pub when: When,
    /// What another value would do.
    pub why: &'static str,
}

/// How a variable is brought to its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is set where it differs.
    Set,
    /// It is always set: what it reads says nothing of whether it was changed.
    Always,
    /// It is set to `DEFAULT`, which for this one variable is a value of its own and not the global value.
    ToDefault,
    /// It is never set, since setting it has an effect of its own. It must read so.
    Expected,
}

/// When it matters that a variable has its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// In every session: it changes what is read, or ends the session.
    Always,
    /// In sessions that change definitions or rows.
    Changing,
    /// It is set where the account may, and another value shows by itself: a statement fails, or the rehearsal does not
    /// arrive.
    Never,
}

impl Pin {
    const fn set(name: &'static str, value: &'static str, why: &'static str) -> Self {
        let (since, before) = ((0, 0, 0), (u16::MAX, 0, 0));
        Self { name, flavor: None, since, before, value, or: None, how: How::Set, when: When::Always, why }
    }

    const fn mysql(name: &'static str, value: &'static str, why: &'static str) -> Self {
        Self { flavor: Some(Flavor::MySql), ..Self::set(name, value, why) }
    }

    const fn mariadb(name: &'static str, value: &'static str, why: &'static str) -> Self {
        Self { flavor: Some(Flavor::MariaDb), ..Self::set(name, value, why) }
    }

    const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    const fn how(self, how: How) -> Self {
        Self { how, ..self }
    }

    const fn or(self, value: &'static str) -> Self {
        Self { or: Some(value), ..self }
    }

    const fn since(self, since: (u16, u16, u16)) -> Self {
        Self { since, ..self }
    }

    const fn before(self, before: (u16, u16, u16)) -> Self {
        Self { before, ..self }
    }

    /// Whether this server is pinned by this line, if it knows the variable.
    pub fn is_for(&self, server: &ServerInfo) -> bool {
        self.flavor.is_none_or(|only| only == server.flavor)
            && (self.since..self.before).contains(&server.version)
    }

    /// Whether a value that was read is the wanted one.
    pub fn accepts(&self, value: &str) -> bool {
        self.how == How::Always || value == self.value || self.or == Some(value)
    }

    /// `name = value`, for `SET SESSION`. `None` for one that is never set.
    pub fn assignment(&self) -> Option<String> {
        let is_number = self.value.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !self.value.is_empty();
        match self.how {
            How::Expected => None,
            How::ToDefault => Some(format!("{} = DEFAULT", self.name)),
            How::Set | How::Always if is_number => Some(format!("{} = {}", self.name, self.value)),
            How::Set | How::Always => Some(format!("{} = '{}'", self.name, self.value)),
        }
    }
}

/// A variable that this account could not bring to its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpinned {
    /// The line of the table.
    pub pin: &'static Pin,
    /// What it is instead.
    pub value: String,
}

impl std::fmt::Display for Unpinned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Pin { name, value, why, .. } = self.pin;
        write!(
            f,
            "{name} is '{}' in this account's sessions, not '{value}', and the account cannot set it: {why}",
            self.value
        )
    }
}
