//! Statements that outlast their run. A schema statement that takes longer than the budget is left to the server, and one
//! of a run that died also goes on there. The next run waits for it, and learns from the definitions how it ended.

use std::time::{Duration, Instant};

use super::Context;
use super::plan::PlanOptions;
use crate::journal::{Came, Journal, Lock, OpenStatement, RunStatus};
use crate::names::quote;
use crate::plan::Plan;
use crate::progress::Event;
use crate::schema::Statement;
use crate::words::{beginning, count};
use crate::{Error, ErrorKind, Result};

/// The first pause between two looks; each is twice as long as the one before.
const LOOK_FIRST: Duration = Duration::from_millis(50);

/// The longest pause.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often it is said that the wait goes on.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// When this many runs in a row have left the same statement to the server without success, a run with a budget does not
/// begin it again: nobody would ever hear what is wrong.
const MOST_IN_VAIN: u64 = 3;

/// How much of a statement's text a message repeats, in characters.
const BRIEF: usize = 100;

/// Waits until the server executes no statement of an earlier run any more: at most `wait`, and no longer than the budget lasts.
///
/// # Errors
/// [`ErrorKind::Underway`] when it still does then; [`ErrorKind::Interrupted`] when somebody asks to stop.
pub(super) fn wait(context: &Context, lock: &mut Lock, wait: Duration) -> Result<()> {
    let begun = Instant::now();
    let (mut pause, mut told) = (LOOK_FIRST, None::<Instant>);
    while let Some(connection) = lock.earlier_worker()? {
        let budget_is_over = match context.control.check() {
            Err(stop) if stop.kind() == ErrorKind::Interrupted => return Err(stop),
            other => other.is_err(),
        };
        if budget_is_over || begun.elapsed() >= wait {
            return Err(still(context, connection)?);
        }
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            let what = describe(context, connection)?;
            context.observer.event(&Event::Phase(format!("waiting: {what}")));
            told = Some(Instant::now());
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LOOK_EVERY);
    }
    Ok(())
}

fn still(context: &Context, connection: u64) -> Result<Error> {
    let text = format!("{}: {}; nothing was done", context.target, describe(context, connection)?);
    Ok(Error::new(ErrorKind::Underway, text).with_hint(format!(
        "it goes on by itself: run the same command again later, or with --wait 2h; KILL {connection} would end it"
    )))
}

/// What is still executing, for a person.
fn describe(context: &Context, connection: u64) -> Result<String> {
    let open = match Journal::find(context.open_journal()?)? {
        Some(mut journal) => journal.open_statements()?.into_iter().next(),
        None => None,
    };
    Ok(match open {
        Some(OpenStatement { run, object, sql, seconds, .. }) => format!(
            "{object}: `{}` of run {run}, begun {} ago, is still executing in the server (connection {connection})",
            brief(&sql),
            count(seconds, "second")
        ),
        None => format!("the last statement of an earlier run is still executing (connection {connection})"),
    })
}

/// The error of a run whose budget ended during a statement, which the server goes on with.
pub(super) fn left(statement: &Statement) -> Error {
    let text = format!(
        "the time budget is used up and progress is saved; {}: `{}` goes on in the server",
        statement.object,
        brief(&statement.sql)
    );
    Error::new(ErrorKind::Budget, text)
        .with_hint("run the same command again: it waits for the statement, and goes on when that has ended")
}

/// Sees that a statement was not left to the server in vain again and again.
///
/// # Errors
/// [`ErrorKind::User`] when it was. The run that says so ends the row: the next one tries again.
pub(super) fn check_not_in_vain(
    context: &Context,
    journal: &mut Journal,
    statement: &Statement,
) -> Result<()> {
    if context.control.time_left().is_none()
        || journal.left_in_vain(&context.name(), &statement.object.to_string(), &statement.sql)?
            < MOST_IN_VAIN
    {
        return Ok(());
    }
    let text = format!(
        "{}: {MOST_IN_VAIN} runs left `{}` to the server when their budgets ended, and each time it did not succeed there",
        statement.object,
        brief(&statement.sql)
    );
    Err(Error::user(text).with_hint(
        "the server returns the error only on the connection that ran the statement: run `lockstep sync` once without --budget",
    ))
}

/// The beginning of a statement.
fn brief(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match beginning(&line, BRIEF) {
        Some(begin) => format!("{} …", begin.trim_end()),
        None => line,
    }
}

/// What earlier runs left without an end. Nobody is at work on it any more: this run holds the target.
pub(super) struct Unsettled {
    journal: Journal,
    open: Vec<OpenStatement>,
}

/// Notes of runs that died that they did, and finds statements without an end.
pub(super) fn find(context: &Context) -> Result<Option<Unsettled>> {
    let Some(mut journal) = Journal::find(context.open_journal()?)? else { return Ok(None) };
    let dead = journal.close_dead_runs()?;
    if !dead.is_empty() {
        let dead: Vec<String> = dead.iter().map(ToString::to_string).collect();
        context.warn(format!("run {} ended without a word; going on from what it left", dead.join(", ")));
    }
    let open = journal.open_statements()?;
    Ok((!open.is_empty()).then_some(Unsettled { journal, open }))
}

impl Unsettled {
    /// Notes how the statements ended, as far as a new plan shows it. `None` for a run that made none.
    pub fn settle(mut self, context: &Context, options: &PlanOptions, plan: Option<&Plan>) -> Result<()> {
        let plan = plan.filter(|_| options.schema);
        for statement in &self.open {
            let came = plan.map_or(Came::Unknown, |plan| came(context, statement, plan));
            self.journal.settle(statement, came)?;
            let was_last = options.data && plan.is_some_and(Plan::is_empty);
            if was_last && came == Came::Done && statement.status == RunStatus::Budget {
                self.journal.found_done(statement.run)?;
            }
        }
        Ok(())
    }
}

/// What a plan of the same flow shows of a statement: it is there again, or nothing is left to do for its object.
fn came(context: &Context, statement: &OpenStatement, plan: &Plan) -> Came {
    let in_scope =
        context.topology.databases.iter().any(|d| statement.object.contains(&format!(" {}", quote(d))));
    if statement.flow != context.name() || !in_scope || !plan.unsupported.is_empty() {
        return Came::Unknown;
    }
    let mut same_object =
        plan.statements.iter().filter(|s| s.object.to_string() == statement.object).peekable();
    if same_object.peek().is_none() {
        return Came::Done;
    }
    if same_object.any(|s| s.sql == statement.sql) { Came::Nothing } else { Came::Unknown }
}

#[cfg(test)]
mod tests {
    use super::{BRIEF, brief};

    #[test]
    fn long_statements_are_shortened() {
        assert_eq!(brief("ALTER TABLE `t`\n  ADD KEY `a` (`a`)"), "ALTER TABLE `t` ADD KEY `a` (`a`)");
        let long = brief(&"ä".repeat(BRIEF + 1));
        assert_eq!(long.chars().count(), BRIEF + 2);
        assert!(long.ends_with(" …"));
    }
}
