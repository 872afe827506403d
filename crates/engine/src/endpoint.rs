//! Where an environment is and how to log in: the parts of a `mysql://` URL.

use std::fmt;
use std::path::PathBuf;

use crate::{Error, Result};

/// A secret that no `Debug` or `Display` shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// How the connection is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Plain text. The default on loopback and Unix sockets only.
    Off,
    /// Encrypted, and the server's certificate and name verified: against `ca`, else the public roots.
    Verify {
        /// A PEM file of the certificate authorities to trust.
        ca: Option<PathBuf>,
    },
}

/// One MySQL-compatible server and the login to use there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// A Unix socket, used instead of host and port.
    pub socket: Option<PathBuf>,
    /// The account.
    pub user: String,
    /// Its password, if it has one.
    pub password: Option<Secret>,
    /// Encryption of the connection.
    pub tls: Tls,
}

impl Endpoint {
    /// Reads `mysql://user[:password]@host[:port][/][?socket=PATH][&tls=on|off][&ca=FILE]`.
    ///
    /// TLS is on, and verified, unless the host is a loopback address or a socket is given; `tls=off`
    /// is refused for any other host.
    ///
    /// # Errors
    /// A malformed URL, another scheme, an unknown parameter, or TLS switched off beyond loopback. The
    /// message never repeats the URL, which may hold a password.
    pub fn from_url(text: &str) -> Result<Self> {
        let wrong = |why: &str| {
            Error::user(format!("the URL is not valid: {why}")).with_hint("write mysql://user@host:3306")
        };
        let rest = text.strip_prefix("mysql://").ok_or_else(|| wrong("it does not begin with mysql://"))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, address) = rest.rsplit_once('@').ok_or_else(|| wrong("it names no user"))?;
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (
                user,
                Some(Secret::new(
                    percent_decode(password)
                        .ok_or_else(|| wrong("the password is not percent-encoded UTF-8"))?,
                )),
            ),
            None => (login, None),
        };
        let user = percent_decode(user).ok_or_else(|| wrong("the user is not percent-encoded UTF-8"))?;
        let address = match address.split_once('/') {
            Some((address, "")) => address,
            Some(_) => return Err(wrong("it names a database; use --database for the scope")),
            None => address,
        };
        let (host, port) = split_port(address).ok_or_else(|| wrong("the host or port cannot be read"))?;
        let mut endpoint = Self { host, port, socket: None, user, password, tls: Tls::Verify { ca: None } };
        let (mut tls, mut ca) = (None, None);
        for (key, value) in query.split('&').filter(|p| !p.is_empty()).filter_map(|p| p.split_once('=')) {
            let value =
                percent_decode(value).ok_or_else(|| wrong("a parameter is not percent-encoded UTF-8"))?;
            match key {
                "socket" => endpoint.socket = Some(PathBuf::from(value)),
                "ca" => ca = Some(PathBuf::from(value)),
                "tls" if value == "on" => tls = Some(true),
                "tls" if value == "off" => tls = Some(false),
                _ => return Err(wrong(&format!("unknown parameter `{key}` (socket, tls=on|off, ca)"))),
            }
        }
        if !tls.unwrap_or(ca.is_some() || !endpoint.is_local()) {
            if !endpoint.is_local() {
                return Err(wrong("tls=off is allowed on loopback only"));
            }
            endpoint.tls = Tls::Off;
        } else {
            endpoint.tls = Tls::Verify { ca };
        }
        Ok(endpoint)
    }

    /// Takes the paths of the socket and the authorities' file, where relative, from `folder`.
    pub fn resolve_paths(&mut self, folder: &std::path::Path) {
        if let Some(socket) = &mut self.socket {
            *socket = folder.join(&*socket);
        }
        if let Tls::Verify { ca: Some(ca) } = &mut self.tls {
            *ca = folder.join(&*ca);
        }
    }

    /// True for loopback addresses and Unix sockets.
    pub fn is_local(&self) -> bool {
        self.socket.is_some()
            || self.host == "localhost"
            || self.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Endpoint {
    /// The URL without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Some(socket) => write!(f, "mysql://{}@{}?socket={}", self.user, self.host, socket.display()),
            None if self.host.contains(':') => {
                write!(f, "mysql://{}@[{}]:{}", self.user, self.host, self.port)
            }
            None => write!(f, "mysql://{}@{}:{}", self.user, self.host, self.port),
        }
    }
}

/// Splits `host[:port]`, `[v6][:port]`; the port defaults to 3306.
fn split_port(address: &str) -> Option<(String, u16)> {
    let (host, port) = match address.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map(|(host, rest)| (host, rest.strip_prefix(':')))?,
        None => match address.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let port = port.map_or(Some(3306), |p| p.parse().ok())?;
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// Decodes `%XX`; `None` when an escape or the UTF-8 is broken.
fn percent_decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(b);
            continue;
        }
        let hex = [bytes.next()?, bytes.next()?];
        out.push(u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_on_beyond_loopback() {
        assert_eq!(Endpoint::from_url("mysql://a@127.0.0.1:1").unwrap().tls, Tls::Off);
        assert_eq!(Endpoint::from_url("mysql://a@db.example").unwrap().tls, Tls::Verify { ca: None });
        assert!(Endpoint::from_url("mysql://a@db.example?tls=off").is_err());
    }

    #[test]
    fn passwords_are_decoded_and_never_shown() {
        let endpoint = Endpoint::from_url("mysql://us%40er:p%3Aw@[::1]:3307/").unwrap();
        assert_eq!(endpoint.password.as_ref().unwrap().expose(), "p:w");
        assert_eq!(endpoint.to_string(), "mysql://us@er@[::1]:3307");
        assert!(!format!("{endpoint:?}").contains("p:w"));
    }
}
