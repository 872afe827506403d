//! Loads the files behind the fence and reads back what they made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::asleep::Asleep;
use super::fence::Fence;
use super::meaning::{self, Meaning};
use super::{Loaded, edit, find, text, versions};
use crate::names::quote;
use crate::schema::lexer::significant;
use crate::schema::model::{ObjectKind, Schema, Table};
use crate::schema::read::read_any;
use crate::schema::rename::rename_databases;
use crate::schema::script::{self, Piece};
use crate::topology::SERVER_DATABASES;
use crate::{Error, Result, Session, privileges};

/// One file, cut into statements.
pub(super) struct Script {
    file: PathBuf,
    /// The database that its name says; else the first one in scope is meant.
    database: Option<String>,
    pieces: Vec<Piece>,
}

impl Script {
    /// Reads every file of a folder.
    ///
    /// # Errors
    /// What cannot be read or cut, with file and line.
    pub fn read_all(folder: &Path, scope: &[&String]) -> Result<Vec<Self>> {
        let read = |file: PathBuf| {
            let pieces = script::split(&text::read(&file)?).map_err(|e| e.context(file.display()))?;
            Ok(Self { database: find::database_of(&file, scope).cloned(), file, pieces })
        };
        find::find(folder)?.into_iter().map(read).collect()
    }
}

/// Whether the files hold functions or triggers, which a server with a binary log may keep to superusers.
pub(super) fn needs_trust(scripts: &[Script]) -> bool {
    let says = |piece: &Piece| {
        let tokens = significant(&piece.sql);
        tokens.iter().take(20).any(|t| t.is("FUNCTION") || t.is("TRIGGER") || t.is("PACKAGE"))
    };
    scripts.iter().flat_map(|script| &script.pieces).any(says)
}

/// Loads `scripts` and reads the schema back, everything in sessions behind the fence.
///
/// # Errors
/// The first statement that fails, with file and line.
pub(super) fn load(fence: &Fence, scripts: &[Script], scope: &[&String]) -> Result<Loaded> {
    let mut loader =
        Loader { fence, scope, asleep: Asleep::default(), definitions: 0, left_out: BTreeMap::new() };
    for script in scripts {
        loader.run_script(script)?;
    }
    if loader.definitions == 0 {
        return Err(Error::user("the files hold no definition")
            .with_hint("an empty schema would drop everything: check that this is the folder you mean"));
    }
    let schema = loader.read_back()?;
    Ok(Loaded { schema, notes: loader.notes() })
}

/// Why a statement was not loaded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LeftOut {
    Rows,
    Running,
    ServerDatabases,
}

struct Loader<'a> {
    fence: &'a Fence,
    scope: &'a [&'a String],
    asleep: Asleep,
    definitions: usize,
    /// How many statements, and the file of the first.
    left_out: BTreeMap<LeftOut, (usize, String)>,
}

/// Where names without a database belong.
enum Current {
    /// The scratch database of one in scope.
    Scratch(String),
    /// One of the server's own, which a dump of everything holds: its statements are left out.
    ServerOwn,
}

impl Loader<'_> {
    fn run_script(&mut self, script: &Script) -> Result<()> {
        // A file may set its session as it likes; the next one starts afresh.
        let mut session = self.fence.session_for_file()?;
        let first = script.database.as_ref().unwrap_or(self.scope[0]);
        let mut current = Current::ServerOwn;
        self.enter(&mut session, first, &mut current)?;
        for piece in &script.pieces {
            self.run(&mut session, piece, &mut current, &script.file).map_err(|error| {
                if error.server_code().is_none() && error.kind() != crate::ErrorKind::User {
                    return error;
                }
                let said = Error::user(format!(
                    "{}, line {}: {}",
                    script.file.display(),
                    piece.line,
                    error.message()
                ));
                said.with_hint(error.hint().map_or_else(|| advice(&error).to_owned(), str::to_owned))
            })?;
        }
        Ok(())
    }

    fn run(
        &mut self,
        session: &mut Session,
        piece: &Piece,
        current: &mut Current,
        file: &Path,
    ) -> Result<()> {
        let seen = versions::visible(&piece.sql, session.server());
        let tokens = significant(&seen);
        let meaning = meaning::of(&seen, &tokens, self.fence.names());
        if let Current::ServerOwn = current
            && !matches!(meaning, Ok(Meaning::Use(_) | Meaning::Defaults(..) | Meaning::Empty(_)))
        {
            // Settings are put back where they were saved: both are needed.
            if !tokens.first().is_some_and(|t| t.is("SET")) {
                self.leave_out(LeftOut::ServerDatabases, file);
                return Ok(());
            }
        }
        match meaning? {
            Meaning::Nothing => Ok(()),
            Meaning::Rows => {
                self.leave_out(LeftOut::Rows, file);
                Ok(())
            }
            Meaning::Running => {
                self.leave_out(LeftOut::Running, file);
                Ok(())
            }
            Meaning::Use(name) => self.enter(session, &name, current),
            Meaning::Defaults(name, _) | Meaning::Empty(name) if is_server_own(&name) => {
                self.leave_out(LeftOut::ServerDatabases, file);
                Ok(())
            }
            Meaning::Defaults(name, defaults) => {
                let scratch = self.scratch_of(&name)?;
                self.definitions += 1;
                match defaults.is_empty() {
                    true => Ok(()),
                    false => session
                        .execute_single(&format!("ALTER DATABASE {} {defaults}", quote(&scratch)))
                        .map(drop),
                }
            }
            Meaning::Empty(name) => self.empty(session, &name, current),
            Meaning::Load => self.define(session, piece, &tokens, current),
        }
    }

    fn define(
        &mut self,
        session: &mut Session,
        piece: &Piece,
        tokens: &[crate::schema::lexer::Token<'_>],
        current: &Current,
    ) -> Result<()> {
        let names = self.fence.names();
        let database = match current {
            Current::Scratch(name) => name.as_str(),
            Current::ServerOwn => "",
        };
        self.definitions += usize::from(tokens.first().is_some_and(|t| t.is("CREATE")));
        let mut edits: Vec<_> = edit::definer(tokens).into_iter().collect();
        edits.extend(self.asleep.lay(tokens, database, names)?);
        // From the end, so that the places before stay right.
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.place.start));
        let sql = edits.iter().fold(piece.sql.clone(), |sql, edit| edit.applied(&sql));
        session.execute_single(&rename_databases(&sql, names)).map(drop)
    }

    /// `USE`.
    fn enter(&self, session: &mut Session, name: &str, current: &mut Current) -> Result<()> {
        if is_server_own(name) {
            *current = Current::ServerOwn;
            return Ok(());
        }
        let scratch = self.scratch_of(name)?;
        session.use_database(&scratch)?;
        *current = Current::Scratch(scratch);
        Ok(())
    }

    /// `DROP DATABASE`: the scratch database begins again, with the server's defaults.
    fn empty(&mut self, session: &mut Session, name: &str, current: &Current) -> Result<()> {
        let scratch = self.scratch_of(name)?;
        self.asleep.forget(&scratch);
        session.execute(format!("DROP DATABASE IF EXISTS {}", quote(&scratch)))?;
        session.execute(format!("CREATE DATABASE {}", quote(&scratch)))?;
        match current {
            Current::Scratch(used) => session.use_database(used),
            Current::ServerOwn => Ok(()),
        }
    }

    fn scratch_of(&self, name: &str) -> Result<String> {
        self.fence.names().get(name).cloned().ok_or_else(|| {
            Error::user(format!("the file names database `{name}`, which is not in the scope")).with_hint(
                format!("take it in with --database {name} or in the topology, or out of the files"),
            )
        })
    }

    fn leave_out(&mut self, why: LeftOut, file: &Path) {
        self.left_out.entry(why).or_insert_with(|| (0, file.display().to_string())).0 += 1;
    }

    fn notes(&self) -> Vec<String> {
        let note = |(why, (count, file)): (&LeftOut, &(usize, String))| {
            let what = match why {
                LeftOut::Rows => "about rows, which are not definitions",
                LeftOut::Running => "about locks, transactions or replication",
                LeftOut::ServerDatabases => "about the server's own databases",
            };
            let statements = if *count == 1 { "statement" } else { "statements" };
            format!("files: {count} {statements} {what}: not loaded (the first in {file})")
        };
        self.left_out.iter().map(note).collect()
    }

    fn read_back(&self) -> Result<Schema> {
        let names: Vec<&String> = self.fence.names().values().collect();
        let mut schema = read_any(&mut self.fence.session()?, &names)?;
        let back = self.fence.back();
        schema.databases = std::mem::take(&mut schema.databases)
            .into_iter()
            .map(|(name, mut database)| {
                for table in database.tables.values_mut() {
                    *table = Table { create: rename_databases(&table.create, &back) };
                }
                // Bodies, too: the names in them were replaced when the file was loaded.
                for ((kind, object), stored) in &mut database.objects {
                    if *kind == ObjectKind::Event {
                        stored.create = self.asleep.wake(&name, object, &stored.create);
                    }
                    stored.create = rename_databases(&stored.create, &back);
                }
                (back.get(&name).cloned().unwrap_or(name), database)
            })
            .collect();
        Ok(schema)
    }
}

fn is_server_own(name: &str) -> bool {
    SERVER_DATABASES.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Creating a routine takes more than the right to, with a binary log.
const NEEDS_TRUST: u16 = 1419;

/// What to do about the server's refusal of a statement.
fn advice(error: &Error) -> &'static str {
    match error.server_code() {
        Some(NEEDS_TRUST) => {
            "with a binary log only superusers may create functions and triggers at this server: set \
             log_bin_trust_function_creators = 1 there, or install a server of the same family on this machine"
        }
        Some(code) if privileges::is_denied(code) => {
            "files are loaded by an account that reaches the databases in scope alone: a view or foreign key on \
             another database needs that one in the scope, with its definitions in the files"
        }
        Some(1064) => {
            "one piece between delimiters holds one statement, in the words of this server's version"
        }
        _ => "the files must hold definitions that stand on their own",
    }
}
