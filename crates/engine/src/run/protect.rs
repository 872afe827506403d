//! Foreign keys that are missing for the moment, and how they come back: before the run ends, whatever ends it, and
//! first of all in the next run where it died.
//!
//! What was there before is put back as it was, rows without a parent included: they are none of the plan's business,
//! and lockstep does not read rows of other tables to look for them. While a key is missing both of its tables are
//! locked, so that nothing can be written unchecked. Only when a run died in between was the lock lost: then the
//! rows are checked where they can be, and a warning says so where they cannot.

use std::collections::BTreeSet;

use super::Context;
use super::rows::table_of;
use crate::grants::VIEW_ROLE;
use crate::journal::{Journal, TakenKey};
use crate::names::{literal, quote};
use crate::plan::Plan;
use crate::schema::{self, Action, Schema, Settings, Statement};
use crate::session::Ends;
use crate::{Error, Result, Session, TableName};

/// The server's answers to a foreign key that rows violate.
const ORPHANS: [u16; 2] = [1452, 1216];

/// A group of tables that one statement of a plan locks, from the lock to its end.
#[derive(Default)]
pub(super) struct Locked {
    /// The definitions before the first change; only the tables that are locked.
    before: Option<Schema>,
    /// What was dropped and is not back yet.
    taken: Vec<TakenKey>,
}

impl Locked {
    /// Looks at the definitions of the tables that statement `number` (from 0) of the plan is about to lock, in
    /// a session that is not bound to the lock.
    pub fn begin(&mut self, context: &Context, plan: &Plan, number: usize) -> Result<()> {
        let inside = plan.statements[number..].iter().take_while(|s| s.action != Action::UnlockTables);
        let mut tables: BTreeSet<TableName> = BTreeSet::new();
        for statement in inside {
            tables.insert(table_of(statement));
            if let Action::AddForeignKey { parent, .. } = &statement.action {
                tables.insert(parent.clone());
            }
        }
        self.before = Some(definitions(&mut context.open_target_schema()?, &tables)?);
        Ok(())
    }

    /// Notes a key that is about to be dropped; `later` are the statements that follow, which put it back.
    pub fn take(
        &mut self,
        journal: &mut Journal,
        run: u64,
        statement: &Statement,
        later: &[Statement],
    ) -> Result<()> {
        let Some(key) = taken_key(statement, later) else { return Ok(()) };
        journal.key_taken(run, &key)?;
        self.taken.push(key);
        Ok(())
    }

    /// Strikes out a key that is back.
    pub fn is_back(&mut self, journal: &mut Journal, statement: &Statement) -> Result<()> {
        let Action::AddForeignKey { name, restores: true, .. } = &statement.action else { return Ok(()) };
        let key = TakenKey { table: table_of(statement), name: name.clone(), restore: statement.sql.clone() };
        self.taken.retain(|taken| *taken != key);
        journal.key_is_back(&key)
    }

    /// Adds to an error what is missing now, until the next run puts it back.
    pub fn warn_of_missing(&self, error: Error) -> Error {
        let missing: Vec<String> =
            self.taken.iter().map(|key| format!("{} of {}", quote(&key.name), key.table)).collect();
        if missing.is_empty() {
            return error;
        }
        let hint = error.hint().map_or_else(String::new, |hint| format!("{hint}; "));
        error.with_hint(format!("{hint}until then foreign keys are missing: {}", missing.join(", ")))
    }

    /// Puts back what is missing, after an error. Where the server does not take a key, since the columns that it
    /// ties have changed on one side only, the tables get their former definitions first: nobody could write to
    /// them since.
    ///
    /// # Errors
    /// When something is still missing. The journal knows it.
    pub fn put_back(
        &mut self,
        context: &Context,
        session: &mut Session,
        journal: &mut Journal,
    ) -> Result<()> {
        if self.taken.is_empty() {
            return Ok(());
        }
        let mut own;
        let session = match session.is_poisoned() {
            true => {
                own = context.open(&context.target, Ends::InWaits)?;
                own.activate_role(VIEW_ROLE)?;
                &mut own
            }
            false => session,
        };
        session.clear_up()?;
        for attempt in 0..2 {
            for key in std::mem::take(&mut self.taken) {
                match add(session, &key, false) {
                    Ok(()) => journal.key_is_back(&key)?,
                    Err(error) if attempt == 1 => return Err(error),
                    Err(_) => self.taken.push(key),
                }
            }
            if attempt == 0 && !self.taken.is_empty() {
                self.change_back(context, session)?;
            }
        }
        session.execute("UNLOCK TABLES").map(drop)
    }

    /// Gives the tables the definitions that they had before the first change, foreign keys aside.
    fn change_back(&self, context: &Context, session: &mut Session) -> Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        let tables: BTreeSet<TableName> = tables_of(before).collect();
        let mut other = context.open(&context.target, Ends::InWaits)?;
        other.activate_role(VIEW_ROLE)?;
        let now = definitions(&mut other, &tables)?;
        for statement in schema::diff(before, &now, &schema::Options::default()).statements {
            let is_change = matches!(statement.action, Action::AlterTable | Action::FillColumn);
            if is_change {
                schema::execute(session, &statement, schema::Patience::default())?;
            }
        }
        Ok(())
    }
}

/// The key that a statement drops for the moment, with what puts it back.
fn taken_key(statement: &Statement, later: &[Statement]) -> Option<TakenKey> {
    let Action::DropForeignKey { name, for_the_moment: true } = &statement.action else { return None };
    let restores = |s: &&Statement| match &s.action {
        Action::AddForeignKey { name: added, restores, .. } => {
            *restores && added == name && s.object == statement.object
        }
        _ => false,
    };
    let restore = later.iter().find(restores)?.sql.clone();
    Some(TakenKey { table: table_of(statement), name: name.clone(), restore })
}

fn tables_of(schema: &Schema) -> impl Iterator<Item = TableName> {
    schema.databases.iter().flat_map(|(database, content)| {
        content.tables.keys().map(move |table| TableName::new(database, table))
    })
}

/// The definitions of these tables alone.
fn definitions(session: &mut Session, tables: &BTreeSet<TableName>) -> Result<Schema> {
    let databases: BTreeSet<String> = tables.iter().map(|t| t.database.clone()).collect();
    let mut schema = schema::read(session, &databases.into_iter().collect::<Vec<_>>())?;
    for (name, database) in &mut schema.databases {
        database.objects.clear();
        database.tables.retain(|table, _| tables.contains(&TableName::new(name, table)));
    }
    Ok(schema)
}

/// Adds a key that was there before.
fn add(session: &mut Session, key: &TakenKey, checked: bool) -> Result<()> {
    let statement = Statement {
        sql: key.restore.clone(),
        database: key.table.database.clone(),
        object: schema::ObjectRef::new(schema::ObjectKind::Table, &key.table.database, &key.table.name),
        action: Action::AddForeignKey { name: key.name.clone(), parent: key.table.clone(), restores: true },
        stage: schema::Stage::Open,
        risk: schema::Risk::Slow,
        why: String::new(),
        settings: Settings { without_foreign_key_checks: !checked, ..Settings::for_tables() },
        method: schema::Method::Plain,
    };
    schema::execute(session, &statement, schema::Patience::default())
}

/// Puts back, first of all, the keys that runs took which died before they could do it themselves. One that the server
/// does not take yet, since columns have changed on one side only, is left to the plan.
pub(super) fn restore_after_death(context: &Context) -> Result<()> {
    let Some(mut journal) = Journal::find(context.open_journal()?)? else { return Ok(()) };
    let taken = journal.taken_keys()?;
    if taken.is_empty() {
        return Ok(());
    }
    let mut session = context.open_target_changes()?;
    for key in taken {
        let name = format!("foreign key {} of {}", quote(&key.name), key.table);
        if is_there(&mut session, &key)? || !table_exists(&mut session, &key.table)? {
            journal.key_is_back(&key)?;
            continue;
        }
        match add_checked_if_possible(context, &mut session, &key) {
            Ok(()) => {
                context.warn(format!("put back {name}, which a run had dropped that ended early"));
                journal.key_is_back(&key)?;
            }
            Err(error) if error.server_code().is_some() => {
                context.warn(format!(
                    "{name} is missing, since a run ended early, and cannot be put back before its columns have \
                     changed; this plan does that"
                ));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Adds the key, its rows checked; where some have no parent, without.
pub(super) fn add_checked_if_possible(
    context: &Context,
    session: &mut Session,
    key: &TakenKey,
) -> Result<()> {
    match add(session, key, true) {
        Err(error) if error.server_code().is_some_and(|code| ORPHANS.contains(&code)) => {
            add(session, key, false)?;
            context.warn(format!(
                "{}: rows have no parent by foreign key {}; they were there before, or were written after the run ended \
                 early. The key is back, and holds for whatever is written from now on",
                key.table,
                quote(&key.name)
            ));
            Ok(())
        }
        other => other,
    }
}

/// The key that a statement of the plan puts back after another run dropped it; `None` for any other statement.
pub(super) fn put_back_late(statement: &Statement) -> Option<TakenKey> {
    match &statement.action {
        Action::AddForeignKey { name, restores: true, .. }
            if !statement.settings.without_foreign_key_checks =>
        {
            Some(TakenKey { table: table_of(statement), name: name.clone(), restore: statement.sql.clone() })
        }
        _ => None,
    }
}

fn is_there(session: &mut Session, key: &TakenKey) -> Result<bool> {
    let found: Option<u8> = session.query_first(format!(
        "SELECT 1 FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' \
         AND table_schema = {} AND table_name = {} AND constraint_name = {} LIMIT 1",
        literal(&key.table.database),
        literal(&key.table.name),
        literal(&key.name)
    ))?;
    Ok(found.is_some())
}

fn table_exists(session: &mut Session, table: &TableName) -> Result<bool> {
    let found: Option<u8> = session.query_first(format!(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = {} AND table_name = {} LIMIT 1",
        literal(&table.database),
        literal(&table.name)
    ))?;
    Ok(found.is_some())
}

/// An error after which foreign keys are still missing.
pub(super) fn still_missing(error: Error, why: &Error) -> Error {
    let text =
        format!("a foreign key that was dropped for the moment could not be put back ({})", why.message());
    let hint = format!("{text}: run `lockstep sync` again, which does that first");
    error.with_hint(hint)
}
