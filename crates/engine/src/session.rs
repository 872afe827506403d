//! One connection to one server, with everything that changes meanings pinned.
//!
//! A session that saw an I/O error, a protocol error or a timeout is *poisoned*: a late answer could be
//! taken for the next statement's, so it never speaks again. Errors that the server itself reports end
//! the statement in an orderly way and do not poison.

mod blocker;
mod certificate;
mod login;
mod pin;
mod scratch;
pub mod variables;
mod watch;

use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, Row};

use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::server::{Flavor, ServerInfo};

use login::LoggedIn;
use variables::{PINNED, Pin, Unpinned, When};
use watch::Watched;
pub use watch::{Ends, Watch, Watcher};

/// The account does not have the role (MySQL; MariaDB), or there is none of that name.
const NO_ROLE: [u16; 3] = [3530, 1959, 3523];

/// How long clearing up waits for a lock.
const CLEAR_UP_SECONDS: u32 = 5;

/// An open session.
pub struct Session {
    conn: Conn,
    poisoned: bool,
    endpoint: Endpoint,
    server: ServerInfo,
    role: Option<String>,
    watched: Option<Watched>,
    unpinned: Vec<Unpinned>,
    packet_bytes: u64,
    /// What was executed since it is being recorded.
    recorded: Option<Vec<String>>,
}

impl Session {
    /// Connects, logs in and pins the session's settings.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the server cannot be reached, does not answer or refuses the login;
    /// [`ErrorKind::Refused`] when it is too old (before MySQL 5.6 or MariaDB 10.2), or a variable that changes what is read
    /// cannot be pinned.
    pub fn connect(endpoint: &Endpoint) -> Result<Self> {
        let LoggedIn { conn, server, unpinned, packet_bytes } = login::connect(endpoint)?;
        let endpoint = endpoint.clone();
        Ok(Self {
            conn,
            poisoned: false,
            endpoint,
            server,
            role: None,
            watched: None,
            unpinned,
            packet_bytes,
            recorded: None,
        })
    }

    /// Sees that this session may change definitions or rows: that no variable has a value which would do harm then, and
    /// which the account cannot set.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] naming the variable.
    pub fn check_may_change(&self) -> Result<()> {
        match self.unpinned.iter().find(|u| u.pin.when <= When::Changing) {
            None => Ok(()),
            Some(unpinned) => Err(pin::refusal(&self.endpoint, unpinned)),
        }
    }

    /// A second session to the same server with the same login, the same role active, and watched like this one.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub fn another(&self) -> Result<Self> {
        let mut session = Self::connect(&self.endpoint)?;
        if let Some(role) = &self.role {
            session.activate_role(role)?;
        }
        Ok(match &self.watched {
            Some(watched) => session.watched_by(&watched.watch, watched.ends),
            None => session,
        })
    }

    /// Lets `watch` end a statement of this session that is under way when the run is to stop.
    #[must_use]
    pub fn watched_by(mut self, watch: &Watch, ends: Ends) -> Self {
        self.watched = Some(watch.add(self.endpoint.clone(), self.connection_id(), &self.conn, ends));
        self
    }

    /// From here on a stop ends this session's statements only while they wait for a lock: for clearing up. Such a wait is
    /// short in any case.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn clear_up(&mut self) -> Result<()> {
        if let Some(watch) = self.watched.take().map(|watched| watched.watch.clone()) {
            self.watched =
                Some(watch.add(self.endpoint.clone(), self.connection_id(), &self.conn, Ends::InWaits));
        }
        self.execute(format!("SET lock_wait_timeout = {CLEAR_UP_SECONDS}")).map(drop)
    }

    /// Activates a role beside those that the login activates by itself. A role that the account was not
    /// given, or a server that knows none, is no error: whatever needs it fails by itself.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn activate_role(&mut self, role: &str) -> Result<()> {
        if self.server.flavor == Flavor::MySql && self.server.version < (8, 0, 0) {
            return Ok(());
        }
        let active: Option<Option<String>> = self.query_first("SELECT CURRENT_ROLE()")?;
        let active = active.flatten().filter(|r| r != "NONE");
        let wanted = crate::names::literal(role);
        let set = match (&active, self.server.flavor) {
            // MariaDB has one active role at a time, and the login's own is not taken away.
            (Some(_), Flavor::MariaDb) => return Ok(()),
            (Some(active), Flavor::MySql) => format!("SET ROLE {active}, {wanted}"),
            (None, _) => format!("SET ROLE {wanted}"),
        };
        match self.execute(set) {
            Err(error) if error.server_code().is_some_and(|code| NO_ROLE.contains(&code)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => {
                self.role = Some(role.to_owned());
                Ok(())
            }
        }
    }

    /// What is known of the server.
    pub fn server(&self) -> &ServerInfo {
        &self.server
    }

    /// The longest statement that the server takes, in bytes (`max_allowed_packet`).
    pub fn packet_bytes(&self) -> u64 {
        self.packet_bytes
    }

    /// Where this session is connected to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The server's id of this connection, for `KILL`.
    pub fn connection_id(&self) -> u32 {
        self.conn.connection_id()
    }

    /// True once an I/O or protocol error made this session unusable.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// Runs one statement and returns the number of rows it changed.
    ///
    /// # Errors
    /// [`ErrorKind::Server`] with the server's code; [`ErrorKind::Connection`] when the session broke.
    pub fn execute(&mut self, sql: impl AsRef<str>) -> Result<u64> {
        let done = self.guard(|conn| {
            conn.query_drop(sql.as_ref())?;
            Ok(conn.affected_rows())
        })?;
        if let Some(recorded) = &mut self.recorded {
            recorded.push(sql.as_ref().to_owned());
        }
        Ok(done)
    }

    /// Keeps the text of every statement that [`Session::execute`] brings to its end from now on, until
    /// [`Session::recorded`] asks for it.
    pub(crate) fn record(&mut self) {
        self.recorded = Some(Vec::new());
    }

    /// Whether statements are being recorded.
    pub(crate) fn is_recording(&self) -> bool {
        self.recorded.is_some()
    }

    /// Ends the recording and returns it.
    pub(crate) fn recorded(&mut self) -> Vec<String> {
        self.recorded.take().unwrap_or_default()
    }

    /// The statements that pin a session of a client as this one is, for a script: those that this server
    /// takes from this account.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the session broke.
    pub fn pins(&mut self) -> Result<Vec<String>> {
        let mut taken = vec![login::FIRST.to_owned()];
        let wanted = PINNED.iter().filter(|pin| pin.is_for(&self.server));
        let assignments: Vec<String> = wanted.filter_map(Pin::assignment).collect();
        for assignment in assignments {
            let set = format!("SET SESSION {assignment}");
            match self.execute(&set) {
                Ok(_) => taken.push(set),
                Err(error) if matches!(error.kind(), ErrorKind::Server(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    /// Runs one statement that may take long, and that a session watched with [`Ends::OnStopElseLeft`] leaves to the server
    /// when the budget is used up: see [`was_left`](Self::was_left).
    ///
    /// # Errors
    /// As [`Session::execute`]; [`ErrorKind::Connection`] also when the statement was left.
    pub fn execute_long(&mut self, sql: impl AsRef<str>) -> Result<u64> {
        let may_leave = |session: &Self, may| session.watched.iter().for_each(|w| w.may_leave(may));
        may_leave(self, true);
        let result = self.execute(sql);
        may_leave(self, false);
        result
    }

    /// Whether this session's last statement was left to the server, which goes on with it. What comes of it, the
    /// definitions tell when the server is done.
    pub fn was_left(&self) -> bool {
        self.watched.as_ref().is_some_and(Watched::was_left)
    }

    /// Runs several statements in one round trip, `;` between them; the server stops at the first error.
    /// Returns the rows that each statement changed, of those that were done, and the error if there was one.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the session broke: what was done is then unknown.
    pub fn execute_many(&mut self, statements: &str) -> Result<(Vec<u64>, Option<Error>)> {
        let mut done = Vec::new();
        let result = self.guard(|conn| {
            let mut result = conn.query_iter(statements)?;
            while let Some(set) = result.iter() {
                let changed = set.affected_rows();
                for row in set {
                    row?;
                }
                done.push(changed);
            }
            Ok(())
        });
        match result {
            Ok(()) => Ok((done, None)),
            Err(error) if matches!(error.kind(), ErrorKind::Server(_)) => Ok((done, Some(error))),
            Err(error) => Err(error),
        }
    }

    /// Runs several queries in one round trip; the server stops at the first error. Returns the rows of each
    /// query that was answered, and the error if there was one.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when the session broke.
    pub fn query_many(&mut self, queries: &[String]) -> Result<(Vec<Vec<Row>>, Option<Error>)> {
        let mut answers = Vec::with_capacity(queries.len());
        let result = self.guard(|conn| {
            let mut result = conn.query_iter(queries.join(";\n"))?;
            while let Some(set) = result.iter() {
                answers.push(set.collect::<mysql::Result<Vec<Row>>>()?);
            }
            Ok(())
        });
        match result {
            Ok(()) => Ok((answers, None)),
            Err(error) if matches!(error.kind(), ErrorKind::Server(_)) => Ok((answers, Some(error))),
            Err(error) => Err(error),
        }
    }

    /// Runs a query and collects every row, each converted to `T`.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn query<T: FromRow>(&mut self, sql: impl AsRef<str>) -> Result<Vec<T>> {
        self.guard(|conn| {
            let mut out = Vec::new();
            for row in conn.query_iter(sql.as_ref())? {
                out.push(mysql::from_row_opt(row?)?);
            }
            Ok(out)
        })
    }

    /// Runs a query and returns its first row, if it has one.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn query_first<T: FromRow>(&mut self, sql: impl AsRef<str>) -> Result<Option<T>> {
        Ok(self.query(sql)?.into_iter().next())
    }

    /// Streams a query over the binary protocol: values arrive typed (integers, 4-byte floats, dates),
    /// strings as the bytes the server sends. `each` is called per row; its error ends the stream: the
    /// query is killed, so that its remaining rows need not be waited for, and the session is poisoned.
    ///
    /// # Errors
    /// As [`Session::execute`], and whatever `each` returns.
    pub fn stream(&mut self, sql: &str, mut each: impl FnMut(Row) -> Result<()>) -> Result<()> {
        let mut stopped = None;
        let endpoint = self.endpoint.clone();
        let ended = self.guard(|conn| {
            let connection = conn.connection_id();
            let statement = conn.prep(sql)?;
            let mut result = conn.exec_iter(&statement, ())?;
            while let Some(rows) = result.iter() {
                for row in rows {
                    if let Err(error) = each(row?) {
                        stopped = Some(error);
                        // The driver reads an answer to its end before it lets go of it.
                        login::kill_query(&endpoint, connection);
                        return Ok(());
                    }
                }
            }
            drop(result);
            conn.close(statement)
        });
        match stopped {
            Some(error) => {
                self.poisoned = true;
                Err(error)
            }
            None => ended,
        }
    }

    /// Serves `LOAD DATA LOCAL INFILE` for the next statement from memory: `rows` writes the file's bytes.
    /// Pass `None` to refuse local files again.
    pub fn set_local_infile(&mut self, handler: Option<mysql::LocalInfileHandler>) {
        self.conn.set_local_infile_handler(handler);
    }

    /// The default database for names without one.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub fn use_database(&mut self, database: &str) -> Result<()> {
        self.execute(format!("USE {}", crate::names::quote(database))).map(drop)
    }

    /// Runs `work` unless the session is poisoned, and poisons it on any error that is not the server's word.
    fn guard<T>(&mut self, work: impl FnOnce(&mut Conn) -> mysql::Result<T>) -> Result<T> {
        if self.poisoned {
            return Err(Error::new(
                ErrorKind::Connection,
                format!("{}: the connection was lost earlier", self.endpoint),
            ));
        }
        let turn = |watched: &Option<Watched>| watched.iter().for_each(Watched::turn);
        turn(&self.watched);
        let result = work(&mut self.conn);
        turn(&self.watched);
        result.map_err(|error| {
            let error = statement_error(&self.endpoint, self.server.flavor, error);
            self.poisoned = !matches!(error.kind(), ErrorKind::Server(_));
            error
        })
    }
}

/// Adds to the error of a lock that did not come free who holds a lock on the whole server, if anybody does.
pub(crate) fn name_lock_holder(endpoint: &Endpoint, error: Error) -> Error {
    if error.server_code() != Some(LOCK_WAIT_TIMEOUT) {
        return error;
    }
    let Some(holder) = login::lock_holder(endpoint) else { return error };
    let named = Error::new(error.kind(), format!("{error}; {holder}"));
    match error.hint() {
        Some(hint) => named.with_hint(hint),
        None => named.with_hint("nothing more was changed; run the same command again when the lock is gone"),
    }
}

/// The server's code for a lock that did not come free in time.
pub(crate) const LOCK_WAIT_TIMEOUT: u16 = 1205;

/// Codes with which a server says that the session is at its end.
fn is_fatal(code: u16, flavor: Flavor) -> bool {
    // Server shutdown, connection killed, network read/write errors, timeouts; MySQL's idle disconnect,
    // whose number means something harmless on MariaDB.
    matches!(code, 1053 | 1927 | 1158..=1161 | 3024 | 1969) || (code == 4031 && flavor == Flavor::MySql)
}

fn statement_error(endpoint: &Endpoint, flavor: Flavor, error: mysql::Error) -> Error {
    match error {
        mysql::Error::MySqlError(e) if !is_fatal(e.code, flavor) => {
            Error::new(ErrorKind::Server(e.code), format!("{endpoint}: {} (error {})", e.message, e.code))
        }
        error => Error::new(
            ErrorKind::Connection,
            format!("{endpoint}: connection lost: {}", login::plain(&error)),
        )
        .with_hint("run the same command again: lockstep finishes or undoes what was begun"),
    }
}
