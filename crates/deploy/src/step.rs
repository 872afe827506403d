//! One step: a stack brought to its wanted parameters by a change set that a person has seen.

use std::collections::BTreeMap;

use crate::Options;
use crate::aws::Aws;
use crate::changes::{self, ChangeSet, Request, Source};
use crate::console::Console;
use crate::error::{Error, ErrorKind, Result, refused};
use crate::stack::{self, Event, Stack, Standing, events, first_failure, last_operation};
use crate::template::Template;
use crate::watch::{Ended, Watch};

/// A stack that is to be brought somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub aws: &'a Aws,
    pub stack: &'a str,
    pub source: Source<'a>,
    /// What `source` holds; `None` where the template stays as it is.
    pub template: Option<&'a Template>,
    pub parameters: BTreeMap<String, String>,
    pub role_arn: Option<String>,
}

/// How a step ended.
#[derive(Clone, Debug)]
pub(crate) enum Stepped {
    /// There was nothing to do; the stack as it is.
    Unchanged(Stack),
    /// It was done; the stack as it is now.
    Done(Stack),
    /// It was only shown.
    Shown,
    /// The person said no.
    Declined,
}

impl Step<'_> {
    /// Does the step.
    ///
    /// # Errors
    /// A stack that needs a person's hand; an operation that failed, with the first cause; nobody to ask.
    pub fn run(&self, options: &Options, console: &dyn Console) -> Result<Stepped> {
        let (live, reviewed) = match self.settle(options, console)? {
            Settled::Ready(live) => (Some(live), false),
            Settled::Absent { reviewed } => (None, reviewed),
            Settled::Declined => return Ok(Stepped::Declined),
        };
        let parameters = self.complete(live.as_ref());
        if let Some(live) = &live
            && self.is_there(live, &parameters)?
        {
            return Ok(Stepped::Unchanged(live.clone()));
        }
        let request = Request {
            stack: self.stack,
            live: live.as_ref(),
            reviewed,
            source: self.source,
            parameters: &parameters,
            role_arn: self.role_arn.clone(),
        };
        let Some(set) = changes::make(self.aws, &request)? else {
            let empty =
                || Error::new(ErrorKind::Stack, format!("{}: {} would be empty", self.place(), self.stack));
            return live.map(Stepped::Unchanged).ok_or_else(empty);
        };
        self.show(&set, live.is_some(), console);
        match self.word(&set, options, console) {
            Ok(Word::Yes) => {}
            Ok(Word::No) => return set.discard(self.aws).map(|()| Stepped::Declined),
            Ok(Word::Look) => return set.discard(self.aws).map(|()| Stepped::Shown),
            Err(error) => return set.discard(self.aws).and(Err(error)),
        }
        let watch = match &live {
            Some(_) => Watch::before(self.aws, self.place(), &set.stack_id)?,
            None => Watch::of_creation(self.aws, self.place(), &set.stack_id),
        };
        set.execute(self.aws)?;
        let ended = watch.wait(console)?;
        match stack::describe(self.aws, &set.stack_id)? {
            Some(now) if matches!(ended.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE") => {
                Ok(Stepped::Done(now))
            }
            _ => Err(self.failed(&ended.status, &ended.events)),
        }
    }

    /// Whether the stack is as it should be, so that a change set would be empty.
    fn is_there(&self, live: &Stack, parameters: &BTreeMap<String, String>) -> Result<bool> {
        let Some(template) = self.template else { return Ok(false) };
        Ok(live.has(parameters) && stack::has_template(self.aws, live, &template.document)?)
    }

    /// The parameters, and the defaults of those that the live stack has and nobody wants any more.
    fn complete(&self, live: Option<&Stack>) -> BTreeMap<String, String> {
        let mut out = self.parameters.clone();
        for name in live.into_iter().flat_map(|live| live.parameters.keys()) {
            let default = self.template.and_then(|template| template.default(name));
            if let (Some(default), false) = (default, out.contains_key(name)) {
                out.insert(name.clone(), default);
            }
        }
        out
    }

    fn place(&self) -> &str {
        self.aws.place()
    }

    fn show(&self, set: &ChangeSet, exists: bool, console: &dyn Console) {
        let verb = if exists { "update" } else { "create" };
        let count = set.changes.len();
        let (here, stack) = (self.place(), self.stack);
        let noun = if count == 1 { "change" } else { "changes" };
        console.say(&format!("{here}: {verb} stack {stack}: {count} {noun}"));
        set.lines().iter().for_each(|line| console.say(line));
    }

    /// Whether the change set may be executed.
    fn word(&self, set: &ChangeSet, options: &Options, console: &dyn Console) -> Result<Word> {
        let dangers: Vec<String> = set.dangers().into_iter().map(changes::Change::name).collect();
        if !dangers.is_empty() {
            console.warn(&format!("{}: this may lose data: {}", self.place(), dangers.join(", ")));
        }
        if options.dry_run {
            return Ok(Word::Look);
        }
        if !dangers.is_empty() && !options.allow_destructive {
            return Err(refused(format!(
                "{}: the change set of {} replaces or removes {}",
                self.place(),
                self.stack,
                dangers.join(", ")
            ))
            .with_hint(
                "find out why; if it is meant, take a snapshot, lift the stack policy for that resource and add \
                 --allow destructive",
            ));
        }
        let question = format!("{}: execute this change set?", self.place());
        Ok(if ask(&question, options, console)? { Word::Yes } else { Word::No })
    }

    /// Brings the stack to where a change set can be made: waits for what is under way, and clears away what was
    /// never created.
    fn settle(&self, options: &Options, console: &dyn Console) -> Result<Settled> {
        loop {
            let Some(live) = stack::describe(self.aws, self.stack)? else {
                return Ok(Settled::Absent { reviewed: false });
            };
            match Standing::of(&live.status) {
                Standing::Settled => return Ok(Settled::Ready(live)),
                Standing::Reviewed => return Ok(Settled::Absent { reviewed: true }),
                Standing::Busy => {
                    let (here, stack, status) = (self.place(), self.stack, &live.status);
                    console.say(&format!("{here}: {stack} is {status}: waiting for its end"));
                    Watch::joining(self.aws, here, &live.id)?.wait(console)?;
                }
                Standing::NeverMade if options.dry_run => return Err(self.bad(&live)?),
                Standing::NeverMade => {
                    console.warn(&self.bad(&live)?.to_string());
                    let question = format!("{}: delete what is left of {}?", self.place(), self.stack);
                    if !ask(&question, options, console)? {
                        return Ok(Settled::Declined);
                    }
                    delete(self.aws, &live, console)?;
                }
                Standing::Stuck | Standing::Halted | Standing::HalfDeleted => return Err(self.bad(&live)?),
            }
        }
    }

    /// What is wrong with a stack, why, and what to do.
    fn bad(&self, live: &Stack) -> Result<Error> {
        let events = events(self.aws, &live.id)?;
        Ok(self.failed(&live.status, last_operation(&events)))
    }

    fn failed(&self, status: &str, events: &[Event]) -> Error {
        failure(self.aws, self.stack, status, events)
    }
}

/// What a person says about a change set.
enum Word {
    Yes,
    No,
    /// Only to be looked at.
    Look,
}

enum Settled {
    /// A change set can update it.
    Ready(Stack),
    /// A change set can create it.
    Absent {
        /// Whether a stack without resources is there, from a change set that was never executed.
        reviewed: bool,
    },
    /// The person wants to keep what is in the way.
    Declined,
}

/// Asks, unless it was said beforehand.
///
/// # Errors
/// [`ErrorKind::Refused`] when there is nobody to ask.
fn ask(question: &str, options: &Options, console: &dyn Console) -> Result<bool> {
    if options.yes {
        return Ok(true);
    }
    console.confirm(question).ok_or_else(|| {
        refused(format!("{question} There is no terminal to ask on"))
            .with_hint("look at --dry-run, then run again with --yes")
    })
}

/// Deletes a stack, whatever protects it, and waits for the end.
///
/// # Errors
/// A deletion that fails, with the first cause.
pub(crate) fn delete(aws: &Aws, live: &Stack, console: &dyn Console) -> Result<Ended> {
    let name = live.name.as_str();
    if live.protected {
        let words = ["cloudformation", "update-termination-protection", "--stack-name", name];
        aws.call(&[words.as_slice(), &["--no-enable-termination-protection"]].concat())?;
    }
    unprotect_clusters(aws, live)?;
    let watch = Watch::before(aws, aws.place(), &live.id)?;
    aws.call(&["cloudformation", "delete-stack", "--stack-name", name])?;
    let ended = watch.wait(console)?;
    if ended.status == "DELETE_COMPLETE" {
        return Ok(ended);
    }
    Err(failure(aws, name, &ended.status, &ended.events))
}

/// Switches off the deletion protection of a stack's clusters, past the stack: prod's template always has it on, and
/// a creation that failed leaves a stack that can no longer be updated.
fn unprotect_clusters(aws: &Aws, live: &Stack) -> Result<()> {
    for cluster in stack::physical_ids(aws, &live.id, "AWS::RDS::DBCluster")? {
        let words = ["rds", "modify-db-cluster", "--db-cluster-identifier", &cluster];
        match aws.call(&[words.as_slice(), &["--no-deletion-protection", "--apply-immediately"]].concat()) {
            // An earlier attempt has deleted it.
            Err(error) if error.code.as_deref().is_some_and(|code| code.starts_with("DBClusterNotFound")) => {
            }
            other => drop(other?),
        }
    }
    Ok(())
}

/// An operation that ended badly: where, the first cause, and what to do next.
fn failure(aws: &Aws, stack: &str, status: &str, events: &[Event]) -> Error {
    let cause = first_failure(events).map_or_else(
        || "CloudFormation gives no reason".to_owned(),
        |event| format!("{} ({}): {}", event.resource, event.kind, event.reason),
    );
    let place = aws.place();
    let error = Error::new(ErrorKind::Stack, format!("{place}: {stack} is {status}: {cause}"));
    error.with_hint(advice(aws, stack, status))
}

/// What a person does about a status.
fn advice(aws: &Aws, stack: &str, status: &str) -> String {
    let again = "mend the cause and run the same command again";
    match Standing::of(status) {
        Standing::Settled | Standing::Busy | Standing::Reviewed => {
            format!("the stack is as it was before; {again}")
        }
        Standing::NeverMade => {
            format!("nothing of it is in use; {again}: it offers to delete the rest first")
        }
        Standing::Stuck => format!(
            "mend the cause, then: {}\n        (add --resources-to-skip NAME for a resource that cannot go back), then run the same command again",
            aws.typed(&format!("cloudformation continue-update-rollback --stack-name {stack}"))
        ),
        Standing::Halted => {
            format!(
                "go back first: {}; then {again}",
                aws.typed(&format!("cloudformation rollback-stack --stack-name {stack}"))
            )
        }
        Standing::HalfDeleted => format!(
            "mend the cause (network interfaces of functions can take 40 minutes to go) and delete it again: \
             lockstep deploy --destroy --only {}",
            aws.place()
        ),
    }
}
