//! Who loads files: chosen so that the server itself keeps their statements from everything else.

use std::collections::BTreeMap;

use super::account::{Temporary, beyond_fence};
use super::{Folder, Like, PrivateServer};
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

    fn by_loader(
        session: &Session,
        loader: &Endpoint,
        databases: &BTreeMap<String, Database>,
    ) -> Result<Self> {
        let mut administrator = session.log_in_as(loader)?;
        prove(&mut administrator, false)?;
        let scratch = Scratch::create(&mut administrator, Purpose::Files, databases)?;
        Ok(Self { administrator, scratch, login: loader.clone(), temporary: None, private: None })
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
        let fence = Self { administrator, scratch, login, temporary: Some(temporary), private: None };
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
        let fence = Self { administrator, scratch, login, temporary: Some(temporary), private: Some(server) };
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

fn like(target: &mut Session) -> Result<Like> {
    let row: Option<(String, String)> =
        target.query_first("SELECT @@global.character_set_server, @@global.collation_server")?;
    let (charset, collation) = row.unwrap_or_default();
    Ok(Like { server: target.server().clone(), charset, collation })
}
