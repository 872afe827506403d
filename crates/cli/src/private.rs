//! Private servers of this machine, for files to be loaded into.

use lockstep_engine::schema::{Like, PrivateServer, PrivateServers};
use lockstep_engine::{Endpoint, Secret, ServerInfo};
use lockstep_sandbox::{Flavor, Installation, Lifetime, Server, ServerOptions, Version, new_password};

/// The servers that are installed on this machine.
#[derive(Debug)]
pub struct OnThisMachine;

impl PrivateServers for OnThisMachine {
    fn start(&self, like: &Like) -> Result<Box<dyn PrivateServer>, String> {
        let installation = nearest(Installation::find(), &like.server).ok_or_else(|| {
            format!("no server of the family of {} is installed on this machine", like.server.version_text)
        })?;
        let started = new_password().and_then(|password| {
            let server = Server::start(&installation, &options(like, &password))?;
            Ok(Private { server, password })
        });
        // The log is gone with the server; its first line says what was wrong.
        let private = started.map_err(|e| e.to_string().lines().next().unwrap_or_default().to_owned())?;
        Ok(Box::new(private))
    }
}

struct Private {
    server: Server,
    password: String,
}

impl PrivateServer for Private {
    fn administrator(&self) -> Endpoint {
        Endpoint {
            host: "127.0.0.1".to_owned(),
            port: self.server.port(),
            socket: None,
            user: "root".to_owned(),
            password: Some(Secret::new(&self.password)),
            tls: lockstep_engine::Tls::Off,
        }
    }
}

/// Reads definitions as the target does: what an account may not set for itself is set for the server.
fn options(like: &Like, password: &str) -> ServerOptions {
    let options = ServerOptions {
        lifetime: Lifetime::Owner,
        root_password: Some(password.to_owned()),
        binary_log: false,
        tls: false,
        lower_case_table_names: like.server.lower_case_table_names,
        ..ServerOptions::for_tests()
    };
    let mut extra: Vec<String> =
        ["--local-infile=OFF", "--event-scheduler=OFF", "--innodb-strict-mode=OFF"].map(String::from).into();
    extra.extend(like.settings.iter().map(|(name, value)| format!("--{}={value}", name.replace('_', "-"))));
    ServerOptions { extra, ..options }
}

/// The installation of the same family whose version is nearest to the server's.
fn nearest(installations: Vec<Installation>, server: &ServerInfo) -> Option<Installation> {
    let flavor = if server.is_mariadb() { Flavor::MariaDb } else { Flavor::MySql };
    let (major, minor, _) = server.version;
    let same_family = |i: &Installation| {
        i.flavor == flavor && family(flavor, i.version) == family(flavor, Version(major, minor, 0))
    };
    let distance = |i: &Installation| {
        let number = |major: u16, minor: u16| i32::from(major) * 100 + i32::from(minor);
        (number(i.version.0, i.version.1) - number(major, minor)).abs()
    };
    installations.into_iter().filter(same_family).min_by_key(distance)
}

/// Versions of a family print definitions alike, as far as [`diff`](lockstep_engine::schema::diff) does not mind. MySQL 8 began
/// to keep definitions in another way; before it each version had its own.
fn family(flavor: Flavor, version: Version) -> (u16, u16) {
    match (flavor, version) {
        (Flavor::MySql, Version(major @ 0..=7, minor, _)) => (major, minor),
        _ => (0, 0),
    }
}
