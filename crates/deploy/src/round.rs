//! Steps of several environments that do not depend on each other, done at the same time. Whatever is to be asked is
//! asked before the first of them is executed, so that nobody has to sit by for the second quarter of an hour.

use std::iter::zip;

use crate::Options;
use crate::changes::Change;
use crate::console::Console;
use crate::error::{Result, all, refused};
use crate::stack::Stack;
use crate::step::{Found, Offer, Prepared, Step};
use crate::together::together;

/// How a round ended.
#[derive(Clone, Debug)]
pub(crate) enum Round {
    /// Every step is done; in their order.
    Settled(Vec<Stepped>),
    /// The change sets were only shown.
    Shown,
    /// A person said no; nothing was executed.
    Declined,
}

/// A step that is done.
#[derive(Clone, Debug)]
pub(crate) struct Stepped {
    /// The stack as it is now.
    pub stack: Stack,
    /// Whether there was something to do.
    pub changed: bool,
}

/// What a person says about change sets.
enum Word {
    Yes,
    No,
    /// Only to be looked at.
    Look,
}

/// Does the steps: waits for running operations, makes the change sets, shows them all, asks once, executes them together.
///
/// # Errors
/// Before anything is executed: a stack that needs a person's hand, nobody to ask, a change set that may lose data;
/// no step is executed then. Afterwards: every operation that failed, with its first cause, when the others have ended.
pub(crate) fn run(steps: &[Step], options: &Options, console: &dyn Console) -> Result<Round> {
    let found = all(together(steps, |step| step.settle(console)))?;
    let Some(found) = cleared(steps, found, options, console)? else { return Ok(Round::Declined) };
    let prepared = together(zip(steps, found), |(step, found)| step.prepare(found));
    let offers = offers(steps, &prepared);
    let word = if prepared.iter().all(Result::is_ok) {
        word(&offers, options, console)
    } else {
        // What could be found out all the same is of use to who only looks.
        offers.iter().filter(|_| options.dry_run).for_each(|(step, offer)| step.show(offer, console));
        Ok(Word::No)
    };
    let discarded = match word {
        Ok(Word::Yes) => Vec::new(),
        _ => together(offers, |(step, offer)| offer.set.discard(step.aws)),
    };
    // A change set that could not be deleted is reported beside the earlier failures.
    let mut wrong = discarded;
    let mut keep = |error| wrong.push(Err(error));
    let prepared: Vec<Prepared> =
        prepared.into_iter().filter_map(|one| one.map_err(&mut keep).ok()).collect();
    let word = word.map_err(keep).unwrap_or(Word::No);
    all(wrong)?;
    match word {
        Word::Yes => {}
        Word::No => return Ok(Round::Declined),
        Word::Look => return Ok(Round::Shown),
    }
    let done = together(zip(steps, prepared), |(step, prepared)| match prepared {
        Prepared::Unchanged(stack) => {
            if !options.dry_run {
                step.protect(&stack)?;
            }
            Ok(Stepped { stack, changed: false })
        }
        Prepared::Offered(offer) => {
            step.execute(&offer, console).map(|stack| Stepped { stack, changed: true })
        }
    });
    all(done).map(Round::Settled)
}

/// Clears away what was never made, after a word. `None` when a person wants to keep it.
fn cleared(
    steps: &[Step],
    found: Vec<Found>,
    options: &Options,
    console: &dyn Console,
) -> Result<Option<Vec<Found>>> {
    let mut stacks = Vec::new();
    let mut places = Vec::new();
    for (step, found) in zip(steps, &found) {
        let Found::Remains(_, why) = found else { continue };
        if !options.dry_run {
            console.warn(&why.to_string());
        }
        stacks.push(step.stack.as_str());
        places.push(step.place());
    }
    // A dry run ends at them: no change set can be made.
    if stacks.is_empty() || options.dry_run {
        return Ok(Some(found));
    }
    let question = format!("{}: delete what is left of {}?", places.join(", "), stacks.join(", "));
    if !ask(&question, options, console)? {
        return Ok(None);
    }
    let found = together(zip(steps, found), |(step, found)| match found {
        Found::Remains(remains, _) => step.clear(&remains, console),
        other => Ok(other),
    });
    all(found).map(Some)
}

fn offers<'a, 'b>(steps: &'a [Step<'b>], prepared: &'a [Result<Prepared>]) -> Vec<(&'a Step<'b>, &'a Offer)> {
    let offer = |(step, prepared): (&'a Step<'b>, &'a Result<Prepared>)| match prepared {
        Ok(Prepared::Offered(offer)) => Some((step, offer)),
        _ => None,
    };
    zip(steps, prepared).filter_map(offer).collect()
}

/// Shows the change sets, and finds out whether they may be executed.
fn word(offers: &[(&Step, &Offer)], options: &Options, console: &dyn Console) -> Result<Word> {
    let mut dangerous = Vec::new();
    for (step, offer) in offers {
        step.show(offer, console);
        let dangers: Vec<String> = offer.set.dangers().into_iter().map(Change::name).collect();
        if dangers.is_empty() {
            continue;
        }
        let (here, stack, dangers) = (step.place(), &step.stack, dangers.join(", "));
        console.warn(&format!("{here}: this may lose data: {dangers}"));
        let message = format!("{here}: the change set of {stack} replaces or removes {dangers}");
        dangerous.push(Err::<(), _>(refused(message).with_hint(
            "find out why; if it is meant, take a snapshot, lift the stack policy for that resource and add \
             --allow destructive",
        )));
    }
    if options.dry_run && !offers.is_empty() {
        return Ok(Word::Look);
    }
    if !options.allow_destructive {
        all(dangerous)?;
    }
    let places: Vec<&str> = offers.iter().map(|(step, _)| step.place()).collect();
    let question = match places.len() {
        0 => return Ok(Word::Yes),
        1 => format!("{}: execute this change set?", places[0]),
        n => format!("{}: execute these {n} change sets?", places.join(", ")),
    };
    Ok(if ask(&question, options, console)? { Word::Yes } else { Word::No })
}

/// Asks, unless it was said beforehand.
///
/// # Errors
/// [`ErrorKind::Refused`](crate::ErrorKind::Refused) when there is nobody to ask.
fn ask(question: &str, options: &Options, console: &dyn Console) -> Result<bool> {
    if options.yes {
        return Ok(true);
    }
    console.confirm(question).ok_or_else(|| {
        refused(format!("{question} There is no terminal to ask on"))
            .with_hint("look at --dry-run, then run again with --yes")
    })
}
