//! The account that loads files: it may do everything in its scratch databases, and nothing anywhere else.

use std::io::Read;

use crate::endpoint::Tls;
use crate::names::{literal, quote};
use crate::schema::scratch::{FILES_PREFIX, Scratch};
use crate::{Endpoint, Error, Flavor, Result, Secret, Session, privileges};

/// What an account needs in the scratch databases to load any definition and to read it back.
pub(crate) const RIGHTS: &str = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, \
    CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT, TRIGGER";

/// How the names of temporary accounts begin. MySQL before 5.7.8 allows 16 characters.
const PREFIX: &str = "lockstep_files_";
const SHORT_PREFIX: &str = "lsf_";

/// The digits behind it: those of the moment, which the scratch databases' names hold as well.
const DIGITS: usize = 12;

/// The most connections at a time: one for each thread that reads definitions, and those of files that the server has
/// not closed yet.
const CONNECTIONS: u32 = 16;

/// A temporary account. It must be dropped: [`Temporary::drop_by`].
pub(super) struct Temporary {
    name: String,
    /// How to log in with it.
    pub login: Endpoint,
}

impl Temporary {
    /// Makes an account with rights in the databases of `scratch` alone, by an administrator's session.
    ///
    /// # Errors
    /// As [`Session::execute`], above all when the administrator may not make accounts or give these rights; nothing
    /// is left then.
    pub fn create(administrator: &mut Session, scratch: &Scratch) -> Result<Self> {
        drop_leftovers(administrator)?;
        // As the server sees where we come from; it knows the account's host by the same name.
        let from: Option<String> = administrator.query_first("SELECT USER()")?;
        let host =
            from.as_deref().and_then(|from| from.rsplit_once('@')).map_or("%", |(_, host)| host).to_owned();
        let prefix = if is_short(administrator) { SHORT_PREFIX } else { PREFIX };
        let user = format!("{prefix}{}", last_digits(scratch.moment()));
        let password = new_password()?;
        let name = format!("{}@{}", literal(&user), literal(&host));
        let login =
            Endpoint { user, password: Some(Secret::new(&password)), ..administrator.endpoint().clone() };
        let account = Self { name, login };
        match account.give(administrator, scratch, &password) {
            Ok(()) => Ok(account),
            Err(error) => {
                account.drop_by(administrator)?;
                Err(error)
            }
        }
    }

    fn give(&self, administrator: &mut Session, scratch: &Scratch, password: &str) -> Result<()> {
        let server = administrator.server();
        let is_mysql = server.flavor == Flavor::MySql;
        // Before MySQL 5.7 limits are given with rights, and passwords do not expire.
        let old = is_mysql && server.version < (5, 7, 0);
        let tls = if matches!(self.login.tls, Tls::Off) { "" } else { " REQUIRE SSL" };
        let limits = format!("{tls} WITH MAX_USER_CONNECTIONS {CONNECTIONS}");
        let (at_create, at_grant) = if old { ("", limits.as_str()) } else { (limits.as_str(), "") };
        let expires = match server.version >= if is_mysql { (5, 7, 0) } else { (10, 4, 3) } {
            true => " PASSWORD EXPIRE INTERVAL 1 DAY",
            false => "",
        };
        let create =
            format!("CREATE USER {} IDENTIFIED BY {}{at_create}{expires}", self.name, literal(password));
        // The statement holds the password: an error must not repeat it.
        administrator.execute(create).map_err(|e| match e.server_code() {
            Some(code) => Error::new(e.kind(), format!("CREATE USER failed with error {code}")),
            None => e,
        })?;
        for database in scratch.names.values() {
            let pattern = quote(&database.replace('_', "\\_"));
            administrator.execute(format!("GRANT {RIGHTS} ON {pattern}.* TO {}{at_grant}", self.name))?;
        }
        Ok(())
    }

    /// Drops the account, if it is there.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn drop_by(&self, administrator: &mut Session) -> Result<()> {
        administrator.clear_up()?;
        drop_account(administrator, &self.name)
    }
}

/// The server has no such account (`DROP USER IF EXISTS` is too new for MySQL 5.6).
const CANNOT_USER: u16 = 1396;

fn drop_account(administrator: &mut Session, name: &str) -> Result<()> {
    match administrator.execute(format!("DROP USER {name}")) {
        Err(error)
            if error.server_code().is_some_and(|code| code == CANNOT_USER || privileges::is_denied(code)) =>
        {
            Ok(())
        }
        other => other.map(drop),
    }
}

/// Drops accounts whose run no longer holds the lock of their scratch databases: it was killed.
fn drop_leftovers(administrator: &mut Session) -> Result<()> {
    let like = |prefix: &str| format!("user LIKE '{}%'", prefix.replace('_', "\\_"));
    let sql = format!("SELECT user, host FROM mysql.user WHERE {} OR {}", like(PREFIX), like(SHORT_PREFIX));
    let found: Vec<(String, String)> = match administrator.query(sql) {
        // Whoever may not see accounts cannot tell which are left.
        Err(error) if error.server_code().is_some_and(privileges::is_denied) => return Ok(()),
        other => other?,
    };
    let held: Vec<String> = Scratch::in_use(administrator)?;
    for (user, host) in found {
        let digits = user.strip_prefix(PREFIX).or_else(|| user.strip_prefix(SHORT_PREFIX));
        let Some(digits) = digits.filter(|d| d.len() == DIGITS && d.bytes().all(|b| b.is_ascii_hexdigit()))
        else {
            continue;
        };
        if !held.iter().any(|moment| last_digits(moment) == digits) {
            drop_account(administrator, &format!("{}@{}", literal(&user), literal(&host)))?;
        }
    }
    Ok(())
}

/// The digits of a moment that change fastest.
fn last_digits(moment: &str) -> &str {
    moment.get(moment.len().saturating_sub(DIGITS)..).unwrap_or(moment)
}

fn is_short(session: &Session) -> bool {
    session.server().flavor == Flavor::MySql && session.server().version < (5, 7, 8)
}

/// 160 bits from the system's random source, with what rules for passwords ask for.
fn new_password() -> Result<String> {
    let mut bytes = [0_u8; 20];
    std::fs::File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes))?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("Ls-{digits}"))
}

/// What the session's account may do or see beyond scratch databases for files: empty when it is a fence. A private
/// server's other databases hold nothing (`private`).
///
/// # Errors
/// When the server does not show the account's grants.
pub(crate) fn beyond_fence(session: &mut Session, private: bool) -> Result<Vec<String>> {
    let mut beyond = privileges::beyond(session, FILES_PREFIX)?;
    if !private {
        let seen: Vec<String> = session.query("SHOW DATABASES")?;
        let others = seen.into_iter().filter(|name| {
            !["information_schema", "performance_schema"].contains(&name.to_lowercase().as_str())
                && !name.starts_with(FILES_PREFIX)
        });
        beyond.extend(others.map(|name| format!("database {}", quote(&name))));
    }
    Ok(beyond)
}
