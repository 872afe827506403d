//! Where an environment is and how to log in: the parts of a `mysql://` URL.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The port of a URL that names none.
const DEFAULT_PORT: u16 = 3306;

/// The parameters that a URL may have.
const KNOWN: &str = "socket=PATH, tls=on|off, ca=FILE";

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
        let Parameters { socket, tls, ca } = Parameters::read(query).map_err(|why| wrong(&why))?;
        endpoint.socket = socket;
        if tls.unwrap_or(ca.is_some() || !endpoint.is_local()) {
            endpoint.tls = Tls::Verify { ca };
        } else if !endpoint.is_local() {
            return Err(wrong("tls=off is allowed on loopback only"));
        } else if ca.is_some() {
            return Err(wrong("tls=off and ca exclude each other"));
        } else {
            endpoint.tls = Tls::Off;
        }
        Ok(endpoint)
    }

    /// Takes the paths of the socket and the authorities' file, where relative, from `folder`.
    pub fn resolve_paths(&mut self, folder: &Path) {
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
    /// The URL without the password: read again, it is the same endpoint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mysql://{}@", percent_encode(&self.user, ""))?;
        match self.host.contains(':') {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(&self.host)?,
        }
        // Beside a socket the port says nothing, and is seldom given.
        if self.socket.is_none() || self.port != DEFAULT_PORT {
            write!(f, ":{}", self.port)?;
        }
        let path = |path: &Path| percent_encode(&path.to_string_lossy(), "/");
        let mut parameters = Vec::new();
        parameters.extend(self.socket.as_deref().map(|socket| format!("socket={}", path(socket))));
        match &self.tls {
            Tls::Verify { ca: Some(ca) } => parameters.push(format!("ca={}", path(ca))),
            Tls::Verify { ca: None } if self.is_local() => parameters.push("tls=on".to_owned()),
            Tls::Verify { ca: None } | Tls::Off => {}
        }
        let between = if parameters.is_empty() { "" } else { "?" };
        write!(f, "{between}{}", parameters.join("&"))
    }
}

/// What stands behind the `?` of a URL.
#[derive(Default)]
struct Parameters {
    socket: Option<PathBuf>,
    tls: Option<bool>,
    ca: Option<PathBuf>,
}

impl Parameters {
    /// Reads `key=value&key=value`; the error names the parameter.
    fn read(query: &str) -> Result<Self, String> {
        let mut out = Self::default();
        let mut seen = Vec::new();
        for parameter in query.split('&').filter(|p| !p.is_empty()) {
            let Some((key, value)) = parameter.split_once('=') else {
                return Err(format!("the parameter `{parameter}` has no value ({KNOWN})"));
            };
            if seen.contains(&key) {
                return Err(format!("the parameter `{key}` is given twice"));
            }
            seen.push(key);
            let value = percent_decode(value)
                .ok_or_else(|| format!("the parameter `{key}` is not percent-encoded UTF-8"))?;
            match (key, value.as_str()) {
                ("socket" | "ca", "") => return Err(format!("the parameter `{key}` names no file")),
                ("socket", _) => out.socket = Some(PathBuf::from(value)),
                ("ca", _) => out.ca = Some(PathBuf::from(value)),
                ("tls", "on") => out.tls = Some(true),
                ("tls", "off") => out.tls = Some(false),
                ("tls", _) => return Err("the parameter `tls` is neither `on` nor `off`".to_owned()),
                _ => return Err(format!("unknown parameter `{key}` ({KNOWN})")),
            }
        }
        Ok(out)
    }
}

/// Splits `host[:port]`, `[v6][:port]`.
fn split_port(address: &str) -> Option<(String, u16)> {
    let (host, port) = match address.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?,
        None => address.split_at(address.find(':').unwrap_or(address.len())),
    };
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().ok()?,
        None if port.is_empty() => DEFAULT_PORT,
        None => return None,
    };
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// Writes every byte as `%XX` that is not a letter, a digit, one of `-._~` or of `also`.
fn percent_encode(text: &str, also: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match char::from(byte) {
            c if c.is_ascii_alphanumeric() || "-._~".contains(c) || also.contains(c) => out.push(c),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
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
        let mut digit = || char::from(bytes.next()?).to_digit(16).and_then(|d| u8::try_from(d).ok());
        out.push(digit()? * 16 + digit()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        assert_eq!(endpoint.to_string(), "mysql://us%40er@[::1]:3307");
        assert!(!format!("{endpoint:?}").contains("p:w"));
    }

    #[test]
    fn parameters_that_mean_nothing_are_named() {
        let wrong = |text: &str| Endpoint::from_url(text).unwrap_err().to_string();
        for (url, named) in [
            ("mysql://a@db?ssl=on", "unknown parameter `ssl`"),
            ("mysql://a@db?ca", "the parameter `ca` has no value"),
            ("mysql://a@db?ca=", "the parameter `ca` names no file"),
            ("mysql://a@db?ca=x&ca=y", "`ca` is given twice"),
            ("mysql://a@db?tls=yes", "the parameter `tls` is neither"),
            ("mysql://a@db?ca=%+f", "`ca` is not percent-encoded"),
            ("mysql://a@127.0.0.1?tls=off&ca=x", "exclude each other"),
            ("mysql://a@::1", "host or port"),
            ("mysql://a@[::1]3306", "host or port"),
        ] {
            assert!(wrong(url).contains(named), "{url}: {}", wrong(url));
        }
    }

    /// Hosts as a URL can name them.
    fn host() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z][a-z0-9.-]{0,20}",
            Just("localhost".to_owned()),
            any::<std::net::Ipv4Addr>().prop_map(|a| a.to_string()),
            any::<std::net::Ipv6Addr>().prop_map(|a| a.to_string()),
        ]
    }

    fn file() -> impl Strategy<Value = Option<PathBuf>> {
        proptest::option::of("[^\0]{1,20}".prop_map(PathBuf::from))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_shown_is_read_again(
            user in any::<String>(), host in host(), port in any::<u16>(),
            socket in file(), ca in file(), tls in any::<bool>(),
        ) {
            let mut endpoint = Endpoint { host, port, socket, user, password: None, tls: Tls::Verify { ca } };
            if !tls && endpoint.is_local() {
                endpoint.tls = Tls::Off;
            }
            let shown = endpoint.to_string();
            prop_assert!(!shown.contains(char::is_control), "{}", shown);
            prop_assert_eq!(Endpoint::from_url(&shown).unwrap(), endpoint);
        }
    }
}
