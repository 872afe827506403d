//! Applies a plan: the schema statements that open the way, one by one, each journalled before and after; then the
//! rows, one transaction for each set of tables that foreign keys tie together; then the statements that close.

use std::time::Duration;

use super::protect::{Locked, add_checked_if_possible, put_back_late, still_missing};
use super::rows::{Compared, compare, row_refusals};
use super::{Context, around, underway};
use crate::data::{self, Applied, Layout, Work};
use crate::journal::{Journal, Lock, RunRecord, RunStatus};
use crate::plan::{Plan, RowPlan};
use crate::progress::{Control, Event};
use crate::schema::{self, Action, Stage, Statement};
use crate::session::LOCK_WAIT_TIMEOUT;
use crate::{Error, ErrorKind, ReferenceTable, Result, Session};

/// Says of row changes that they did not fit into a budget. Journals keep it and [`was_undone`] looks for it: other words
/// must be added, not put in its place.
const UNDONE: &str = "which are one transaction, were undone";

/// What applying a plan needs.
pub(super) struct Applier<'a> {
    pub context: &'a Context<'a>,
    pub journal: &'a mut Journal,
    pub lock: &'a mut Lock,
    pub run: u64,
    /// Whether something was changed already: what stops the run then is no refusal any more.
    pub changed: bool,
    /// Whether the statements are done and rows are being changed: what fails then was rolled back.
    pub in_rows: bool,
}

impl Applier<'_> {
    /// Executes the plan's schema statements of one stage in order. Foreign keys that are dropped for the moment are
    /// back when this returns, if there is any way.
    pub fn statements(&mut self, plan: &Plan, stage: Stage) -> Result<()> {
        if !plan.statements.iter().any(|s| s.stage == stage) {
            return Ok(());
        }
        let mut session = self.context.open_target_changes()?;
        session.check_may_change()?;
        self.lock.mark_worker(&mut session)?;
        let mut locked = Locked::default();
        let result = self.each(plan, stage, &mut session, &mut locked);
        let Err(error) = result else { return Ok(()) };
        if session.was_left() {
            // The server goes on with the statement: only the next run can know what is to be put back.
            return Err(locked.warn_of_missing(error));
        }
        match locked.put_back(self.context, &mut session, self.journal) {
            Ok(()) => Err(error),
            Err(why) => Err(still_missing(error, &why)),
        }
    }

    fn each(&mut self, plan: &Plan, stage: Stage, session: &mut Session, locked: &mut Locked) -> Result<()> {
        for (i, statement) in plan.statements.iter().enumerate().filter(|(_, s)| s.stage == stage) {
            let number = i + 1;
            self.context.control.check()?;
            self.lock.check()?;
            let object = statement.object.to_string();
            self.context.observer.event(&Event::Statement {
                number,
                of: plan.statements.len(),
                what: format!("{object}: {}", statement.why),
            });
            underway::check_not_in_vain(self.context, self.journal, statement)?;
            if statement.action == Action::LockTables {
                locked.begin(self.context, plan, i)?;
            }
            locked.take(self.journal, self.run, statement, &plan.statements[number..])?;
            self.one(session, number, statement)?;
            locked.is_back(self.journal, statement)?;
        }
        Ok(())
    }

    /// Executes one statement, which the journal knows of before and after.
    fn one(&mut self, session: &mut Session, number: usize, statement: &Statement) -> Result<()> {
        let object = statement.object.to_string();
        self.journal.statement_started(self.run, number, &object, &statement.sql)?;
        let patience = self.patience();
        let result = match put_back_late(statement) {
            Some(key) => add_checked_if_possible(self.context, session, &key),
            None => schema::execute(session, statement, patience),
        };
        let was_lost = matches!(&result, Err(error) if error.kind() == ErrorKind::Connection);
        if session.was_left() && was_lost {
            // The journal's row stays without an end: the next run finds out how it ended.
            return Err(underway::left(statement));
        }
        let result = result.map_err(|e| self.explain(e, patience));
        let text = result.as_ref().err().map(ToString::to_string);
        let noted = self.journal.statement_ended(self.run, number, text.as_deref());
        result.map_err(|e| e.context(format!("statement {number}, {object}")))?;
        self.changed = true;
        noted
    }

    /// How long to wait for locks: no longer than the budget has left.
    fn patience(&self) -> schema::Patience {
        let usual = schema::Patience::default();
        let Some(left) = self.context.control.time_left() else { return usual };
        let attempt = Duration::from_secs(usual.lock_wait_seconds.into()) + usual.pause;
        let attempts = u32::try_from(left.as_millis() / attempt.as_millis()).unwrap_or(u32::MAX);
        schema::Patience { attempts: attempts.clamp(1, usual.attempts), ..usual }
    }

    /// An error of a statement, as the stop or the budget that caused it where one did.
    fn explain(&self, error: Error, patience: schema::Patience) -> Error {
        let gave_up_early = patience.attempts < schema::Patience::default().attempts;
        if gave_up_early && error.server_code() == Some(LOCK_WAIT_TIMEOUT) {
            let text = format!("no time is left to wait for a lock; progress is saved: {}", error.message());
            return Error::new(ErrorKind::Budget, text).with_hint("run the same command again to go on");
        }
        self.context.control.explain(error)
    }

    /// Makes the plan's row changes, and those of tables that waited for the schema step.
    pub fn rows(&mut self, plan: &mut Plan) -> Result<Applied> {
        self.in_rows = true;
        let mut compared = self.compare_waiting(plan)?;
        for table in std::mem::take(&mut plan.tables) {
            if let RowPlan::Compared { pair, difference } = table.rows {
                compared.push((*pair, *difference));
            }
        }
        // A session of its own: the one that changed definitions may hold a role that reads more.
        let mut session = self.context.open_target()?;
        let surroundings = std::mem::take(&mut plan.surroundings);
        around::look_again(self.context, &mut session, surroundings, &mut compared)?;
        let targets: Vec<&Layout> = compared.iter().map(|(pair, _)| &pair.target).collect();
        let mut total = Applied::default();
        session.check_may_change()?;
        self.lock.mark_worker(&mut session)?;
        for set in data::connected_sets(&targets) {
            let set: Vec<&Compared> = set.into_iter().map(|i| &compared[i]).collect();
            if set.iter().all(|(_, d)| d.is_empty()) {
                continue;
            }
            self.context.control.check()?;
            self.lock.check()?;
            let applied = self.set(&mut session, &set)?;
            self.changed = true;
            total.inserted += applied.inserted;
            total.updated += applied.updated;
            total.deleted += applied.deleted;
        }
        Ok(total)
    }

    fn set(&mut self, session: &mut Session, set: &[&Compared]) -> Result<Applied> {
        let work: Vec<Work> =
            set.iter().map(|(pair, difference)| Work { layout: &pair.target, difference }).collect();
        let notes: Vec<String> = set
            .iter()
            .filter(|(_, d)| !d.is_empty())
            .map(|(_, d)| {
                let c = &d.changes;
                Journal::rows_changed_sql(
                    self.run,
                    &d.table.to_string(),
                    c.inserts(),
                    c.updates(),
                    c.deletes(),
                )
            })
            .collect();
        let applied = data::apply_set(session, &work, &notes, &self.context.row_observer());
        let applied = applied.map_err(|error| {
            // Whoever lost the connection does not know whether the server has committed.
            let lost = error.kind() == ErrorKind::Connection;
            let error = self.context.control.explain(error);
            if lost { error } else { undone(error, set, &self.context.control) }
        })?;
        let rows = applied.inserted + applied.updated + applied.deleted;
        self.context.observer.event(&Event::Committed { tables: notes.len(), rows });
        Ok(applied)
    }

    /// Compares the tables whose definition has just been brought into step.
    fn compare_waiting(&self, plan: &Plan) -> Result<Vec<Compared>> {
        let waits = |r: &&ReferenceTable| {
            plan.tables.iter().any(|t| t.table == *r.name() && matches!(t.rows, RowPlan::AfterSchema))
        };
        let references: Vec<ReferenceTable> =
            self.context.references().iter().filter(waits).cloned().collect();
        if references.is_empty() {
            return Ok(Vec::new());
        }
        self.context.phase("comparing rows after the opening statements")?;
        let (compared, problems) = compare(self.context, &references)?;
        let refused = row_refusals(&compared, self.context.references());
        match problems.iter().chain(&refused).next() {
            None => Ok(compared),
            // Not a refusal: those promise that nothing was changed.
            Some(problem) => Err(Error::user(format!(
                "rows of {}: {}; the schema step is done, the rows are as they were",
                problem.object, problem.reason
            ))),
        }
    }
}

/// An error of a set's transaction; where the budget ended it, with what that means.
fn undone(error: Error, set: &[&Compared], control: &Control) -> Error {
    if error.kind() != ErrorKind::Budget {
        return error;
    }
    let tables: Vec<String> =
        set.iter().filter(|(_, d)| !d.is_empty()).map(|(_, d)| d.table.to_string()).collect();
    let wait = control.watch().waited().map(|wait| format!("; {wait}")).unwrap_or_default();
    let text = format!(
        "the time budget is used up; the row changes of {}, {UNDONE}; other progress is saved{wait}",
        tables.join(", ")
    );
    Error::new(ErrorKind::Budget, text)
        .with_hint("run the same command again to go on; if it ends here again, it needs a longer --budget")
}

/// Whether a run ended because the row changes of one transaction did not fit into what its budget had left.
pub fn was_undone(run: &RunRecord) -> bool {
    run.status == RunStatus::Budget && run.message.as_ref().is_some_and(|message| message.contains(UNDONE))
}
