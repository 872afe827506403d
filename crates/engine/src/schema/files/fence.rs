//! Who loads files: chosen so that the server itself keeps their statements from everything else.

use std::collections::BTreeMap;

use super::account::{Temporary, beyond_fence};
use super::{Folder, Like, PrivateServer};
use crate::names::literal;
use crate::schema::model::Database;
use crate::schema::rename::Renames;
use crate::schema::scratch::{Purpose, Scratch};
use crate::{Endpoint, Error, Result, Session};

/// Scratch databases, and a login that reaches nothing else. It must be taken down: [`Fence::lower`].
pub(super) struct Fence {
    /// Makes and drops the scratch databases. It executes no statement of a file.
    administrator: Session,
    scratch: Scratch,
    login: Endpoint,
    /// Sets a session as an administrator's at the target is set who runs a file by hand.
    by_hand: String,
    temporary: Option<Temporary>,
    /// Ends when it is dropped, after the sessions.
    private: Option<Box<dyn PrivateServer>>,
}

/// The three ways, for a refusal.
const WAYS: &str = "give lockstep one of these: an account of its own for files ([environments.NAME.loader] in the topology; \
    `lockstep grants NAME` prints its rights), a login that may CREATE USER and give rights, for a temporary account; or \
    install a server of the same family on this machine, for a private one";

impl Fence {
    /// Raises a fence by the first way that is open: the topology's account, a temporary account, a private server.
    /// `databases` are made, empty. Where the target lets only a superuser create functions and triggers and the files
    /// hold some (`needs_trust`), a private server comes before a temporary account.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Refused`] when no way is open, or the topology's account can reach more.
    pub fn raise(
        session: &mut Session,
        folder: &Folder,
        databases: &BTreeMap<String, Database>,
        needs_trust: bool,
        say: &mut dyn FnMut(String),
    ) -> Result<Self> {
        let by_hand = by_hand(session)?;
        let raised = Self::raise_any(session, folder, databases, needs_trust, say)?;
        Ok(Self { by_hand, ..raised })
    }

    fn raise_any(
        session: &mut Session,
        folder: &Folder,
        databases: &BTreeMap<String, Database>,
        needs_trust: bool,
        say: &mut dyn FnMut(String),
    ) -> Result<Self> {
        if let Some(loader) = &folder.loader {
            say(format!("loading files as the account {}", loader.user));
            return Self::by_loader(session, loader, databases);
        }
        let distrusted = needs_trust && distrusts(session)?;
        let mut why_not = Vec::new();
        for private in [distrusted, !distrusted] {
            let raised = match private {
                true => Self::by_private(session, folder, databases, say)?,
                false => Self::by_temporary(session.another()?, databases, say)?,
            };
            match raised {
                Ok(fence) => return Ok(fence),
                Err(reason) => why_not.push(reason),
            }
        }
        Err(Error::refused(format!("nobody may load the files: {}", why_not.join("; "))).with_hint(WAYS))
    }

    fn of(administrator: Session, scratch: Scratch, login: Endpoint, temporary: Option<Temporary>) -> Self {
        Self { administrator, scratch, login, by_hand: String::new(), temporary, private: None }
    }

    fn by_loader(
        session: &Session,
        loader: &Endpoint,
        databases: &BTreeMap<String, Database>,
    ) -> Result<Self> {
        let mut administrator = session.log_in_as(loader)?;
        prove(&mut administrator, false)?;
        let scratch = Scratch::create(&mut administrator, Purpose::Files, databases)?;
        Ok(Self::of(administrator, scratch, loader.clone(), None))
    }

    /// The inner error says why this way is closed.
    fn by_temporary(
        mut administrator: Session,
        databases: &BTreeMap<String, Database>,
        say: &mut dyn FnMut(String),
    ) -> Result<Result<Self, String>> {
        let closed = |error: &Error| format!("no temporary account: {}", error.message());
        let scratch = match Scratch::create(&mut administrator, Purpose::Files, databases) {
            Err(error) if error.server_code().is_some() => return Ok(Err(closed(&error))),
            other => other?,
        };
        let temporary = match Temporary::create(&mut administrator, &scratch) {
            Ok(account) => account,
            Err(error) => {
                let known = error.server_code().is_some();
                scratch.finish(&mut administrator, Ok(()))?;
                return if known { Ok(Err(closed(&error))) } else { Err(error) };
            }
        };
        say(format!("loading files as the temporary account {}", temporary.login.user));
        let login = temporary.login.clone();
        let fence = Self::of(administrator, scratch, login, Some(temporary));
        match fence.session().and_then(|mut session| prove(&mut session, false)) {
            Ok(()) => Ok(Ok(fence)),
            Err(error) => {
                fence.lower(Ok(()))?;
                Ok(Err(closed(&error)))
            }
        }
    }

    fn by_private(
        session: &Session,
        folder: &Folder,
        databases: &BTreeMap<String, Database>,
        say: &mut dyn FnMut(String),
    ) -> Result<Result<Self, String>> {
        let Some(servers) = &folder.private else {
            return Ok(Err("no private server can be started here".to_owned()));
        };
        say("starting a private server to load files".to_owned());
        let server = match servers.start(&like(&mut session.another()?)?) {
            Ok(server) => server,
            Err(reason) => return Ok(Err(format!("no private server: {reason}"))),
        };
        let mut administrator = session.log_in_as(&server.administrator())?;
        let scratch = Scratch::create(&mut administrator, Purpose::Files, databases)?;
        let temporary = Temporary::create(&mut administrator, &scratch)?;
        let login = temporary.login.clone();
        let fence =
            Self { private: Some(server), ..Self::of(administrator, scratch, login, Some(temporary)) };
        prove(&mut fence.session()?, true)?;
        Ok(Ok(fence))
    }

    /// A session behind the fence.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub fn session(&self) -> Result<Session> {
        self.administrator.log_in_as(&self.login)
    }

    /// A session behind the fence for one file.
    ///
    /// What a file does not say means what it would mean to an administrator who runs it at the target by hand: the
    /// target's strictness and time zone. They become part of routines and events.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub fn session_for_file(&self) -> Result<Session> {
        let mut session = self.session()?;
        session.execute(&self.by_hand)?;
        Ok(session)
    }

    /// Real names to scratch names.
    pub fn names(&self) -> &Renames {
        &self.scratch.names
    }

    /// Scratch names to real names.
    pub fn back(&self) -> Renames {
        self.scratch.back()
    }

    /// Drops the scratch databases and the temporary account, whatever came of the work.
    ///
    /// # Errors
    /// That of the work; else what keeps them from being dropped.
    pub fn lower<T>(mut self, result: Result<T>) -> Result<T> {
        if self.private.is_some() {
            // It takes everything with it.
            return result;
        }
        let result = self.scratch.finish(&mut self.administrator, result);
        let dropped =
            self.temporary.as_ref().map_or(Ok(()), |account| account.drop_by(&mut self.administrator));
        match dropped {
            Err(error) if result.is_ok() => {
                Err(error.with_hint("the next run by this login drops the account"))
            }
            _ => result,
        }
    }
}

/// Sees that a login is a fence.
fn prove(session: &mut Session, private: bool) -> Result<()> {
    let beyond = beyond_fence(session, private)?;
    if beyond.is_empty() {
        return Ok(());
    }
    let user = &session.endpoint().user;
    Err(Error::refused(format!(
        "the account {user}, which is to load files, reaches more: {}",
        beyond.join(", ")
    ))
    .with_hint(
        "an account for files may have rights on lockstep_scratch_files_… only: see `lockstep grants`",
    ))
}

/// Whether the server lets only superusers create functions and triggers, since it writes a binary log.
fn distrusts(session: &mut Session) -> Result<bool> {
    let row: Option<(bool, bool)> =
        session.query_first("SELECT @@log_bin, @@log_bin_trust_function_creators")?;
    Ok(row.is_some_and(|(logs, trusts)| logs && !trusts))
}

fn by_hand(target: &mut Session) -> Result<String> {
    let row: Option<(String, String)> = target.query_first("SELECT @@global.sql_mode, @@global.time_zone")?;
    let (mode, zone) = row.unwrap_or_default();
    Ok(format!("SET foreign_key_checks = 0, sql_mode = {}, time_zone = {}", literal(&mode), literal(&zone)))
}

/// Variables that decide what a definition means where its text does not say.
const MEANINGS: [&str; 6] = [
    "character_set_server",
    "collation_server",
    "default_storage_engine",
    "explicit_defaults_for_timestamp",
    "sql_generate_invisible_primary_key",
    "sql_mode",
];

fn like(target: &mut Session) -> Result<Like> {
    let names = MEANINGS.map(literal).join(", ");
    let settings = target.query(format!("SHOW GLOBAL VARIABLES WHERE variable_name IN ({names})"))?;
    Ok(Like { server: target.server().clone(), settings })
}

#[cfg(test)]
mod tests {
    use lockstep_sandbox::ServerOptions;
    use lockstep_sandbox::testing::{self, Kind};

    use super::*;

    /// The same statements that hostile files hold.
    const STATEMENTS: &str = include_str!("../../../tests/schema/files/hostile.txt");

    /// Everything that can be lost, as the server shows it.
    const OUTSIDE: [&str; 5] = [
        "SHOW DATABASES",
        "CHECKSUM TABLE bank.customer",
        "SHOW TABLES FROM bank",
        "SELECT CONCAT(user, '@', host) FROM mysql.user ORDER BY 1",
        "SHOW GRANTS",
    ];

    fn outside(session: &mut Session) -> Vec<String> {
        let rows = OUTSIDE.iter().flat_map(|sql| session.query::<mysql::Row>(sql).unwrap());
        rows.map(|row| format!("{:?}", row.unwrap())).collect()
    }

    /// Without any look at the text, straight to the server: its own rights are what stops these statements.
    #[test]
    fn the_server_alone_stops_hostile_statements() {
        for kind in [Kind::MySql97, Kind::MariaDb1011] {
            let server =
                testing::own(kind, &ServerOptions::for_tests().with("--log-bin-trust-function-creators=1"));
            let mut session = Session::connect(&Endpoint::from_url(&server.url()).unwrap()).unwrap();
            for sql in [
                "CREATE DATABASE bank",
                "CREATE TABLE bank.customer (id INT PRIMARY KEY, n INT)",
                "INSERT INTO bank.customer VALUES (1, 1), (2, 2)",
                "CREATE PROCEDURE bank.wipe() DELETE FROM bank.customer",
            ] {
                session.execute(sql).unwrap();
            }
            let folder = Folder { path: "/nowhere".into(), loader: None, private: None };
            let empty = Database {
                charset: String::new(),
                collation: String::new(),
                options: String::new(),
                tables: BTreeMap::new(),
                objects: BTreeMap::new(),
            };
            let databases = BTreeMap::from([("shop".to_owned(), empty)]);
            let fence = Fence::raise(&mut session, &folder, &databases, true, &mut |_| {}).unwrap();
            let before = outside(&mut session);
            let scratch = fence.names()["shop"].clone();
            // The engine that reaches out by itself is refused by its name, not by the server.
            for statement in
                STATEMENTS.lines().filter(|s| !s.contains("ENGINE") && !s.contains("CURRENT_USER"))
            {
                let statement = statement.replace("SET PASSWORD = ", "SET @p = ");
                let mut fenced = fence.session().unwrap();
                fenced.use_database(&scratch).unwrap();
                let result = fenced.execute(&statement);
                let harmful = statement.contains("bank.") && !statement.contains("DO DELETE");
                let asleep = ["CREATE PROCEDURE", "RETURN (SELECT", "ROW DELETE", "PREPARE", "LOCAL INFILE"];
                if harmful && !asleep.iter().any(|part| statement.contains(part)) {
                    assert!(result.is_err(), "{kind}: {statement}");
                }
            }
            assert_eq!(outside(&mut session), before, "{kind}");
            fence.lower(Ok(())).unwrap();
            let lasting: Vec<String> = session.query("SHOW DATABASES LIKE 'lockstep%'").unwrap();
            assert_eq!(lasting, Vec::<String>::new());
        }
    }
}
