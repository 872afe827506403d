//! One step: a stack brought to its wanted parameters by a change set that a person has seen.

use std::collections::BTreeMap;

use crate::aws::Aws;
use crate::changes::{self, ChangeSet, Request, Source};
use crate::config::Config;
use crate::console::Console;
use crate::error::{Error, ErrorKind, Result};
use crate::protect::protect;
use crate::stack::{self, Event, Stack, Standing, events, first_failure, last_operation};
use crate::template::Template;
use crate::watch::Watch;

/// A stack that is to be brought somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub config: &'a Config,
    pub aws: &'a Aws,
    pub stack: String,
    pub source: Source<'a>,
    /// What `source` holds; `None` where the template stays as it is.
    pub template: Option<&'a Template>,
    pub parameters: BTreeMap<String, String>,
    pub role_arn: Option<String>,
    /// The stack policy that it gets, and termination protection with it; `None` where both stay as they are.
    pub policy: Option<&'a str>,
}

/// How a stack stands before a change set is made for it.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// A change set can update it.
    Ready(Stack),
    /// A change set can create it.
    Absent {
        /// Whether a stack without resources is there, from a change set that was never executed.
        reviewed: bool,
    },
    /// Its creation failed: what is left is in the way. With what is to be said about it.
    Remains(Stack, Error),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Prepared {
    /// Nothing; the stack as it is.
    Unchanged(Stack),
    /// This, when a person has said so.
    Offered(Offer),
}

/// A change set that waits for a word.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub set: ChangeSet,
    exists: bool,
}

impl Step<'_> {
    /// The environment.
    pub fn place(&self) -> &str {
        self.aws.place()
    }

    /// Waits for a running operation, and finds out how the stack stands.
    ///
    /// # Errors
    /// A stack that needs a person's hand, or when the AWS CLI fails.
    pub fn settle(&self, console: &dyn Console) -> Result<Found> {
        loop {
            let Some(live) = stack::describe(self.aws, &self.stack)? else {
                return Ok(Found::Absent { reviewed: false });
            };
            match Standing::of(&live.status) {
                Standing::Settled => return Ok(Found::Ready(live)),
                Standing::Reviewed => return Ok(Found::Absent { reviewed: true }),
                Standing::Busy => {
                    let (here, stack, status) = (self.place(), &self.stack, &live.status);
                    console.say(&format!("{here}: {stack} is {status}: waiting for its end"));
                    Watch::joining(self.aws, here, &live.id)?.wait(console)?;
                }
                Standing::NeverMade => {
                    let why = self.bad(&live)?;
                    return Ok(Found::Remains(live, why));
                }
                Standing::Stuck | Standing::Halted | Standing::HalfDeleted => return Err(self.bad(&live)?),
            }
        }
    }

    /// Deletes what is left of a creation that failed.
    ///
    /// # Errors
    /// A deletion that fails, with the first cause.
    pub fn clear(&self, remains: &Stack, console: &dyn Console) -> Result<Found> {
        delete(self.config, self.aws, remains, console)?;
        Ok(Found::Absent { reviewed: false })
    }

    /// Makes the change set, unless there is nothing to do.
    ///
    /// # Errors
    /// When there can be no change set, with the reason, or when the AWS CLI fails.
    pub fn prepare(&self, found: Found) -> Result<Prepared> {
        let (live, reviewed) = match found {
            Found::Ready(live) => (Some(live), false),
            Found::Absent { reviewed } => (None, reviewed),
            Found::Remains(_, why) => return Err(why),
        };
        let parameters = self.complete(live.as_ref());
        if let Some(live) = &live
            && self.is_there(live, &parameters)?
        {
            return Ok(Prepared::Unchanged(live.clone()));
        }
        let request = Request {
            stack: &self.stack,
            live: live.as_ref(),
            reviewed,
            source: self.source,
            parameters: &parameters,
            role_arn: self.role_arn.clone(),
        };
        let set = changes::make(self.aws, &request)?;
        match (set, live) {
            (Some(set), live) => Ok(Prepared::Offered(Offer { set, exists: live.is_some() })),
            (None, Some(live)) => Ok(Prepared::Unchanged(live)),
            (None, None) => {
                let empty = format!("{}: {} would be empty", self.place(), self.stack);
                Err(Error::new(ErrorKind::Stack, empty))
            }
        }
    }

    /// What a person reads before saying yes.
    pub fn show(&self, offer: &Offer, console: &dyn Console) {
        let verb = if offer.exists { "update" } else { "create" };
        let count = offer.set.changes.len();
        let (here, stack) = (self.place(), &self.stack);
        let noun = if count == 1 { "change" } else { "changes" };
        console.say(&format!("{here}: {verb} stack {stack}: {count} {noun}"));
        offer.set.lines().iter().for_each(|line| console.say(&format!("{here}: {line}")));
    }

    /// Executes the change set, waits for the end, and protects the stack. The stack as it is then.
    ///
    /// # Errors
    /// An operation that failed, with the first cause, or when the AWS CLI fails.
    pub fn execute(&self, offer: &Offer, console: &dyn Console) -> Result<Stack> {
        let set = &offer.set;
        let watch = if offer.exists {
            Watch::before(self.aws, self.place(), &set.stack_id)?
        } else {
            Watch::of_creation(self.aws, self.place(), &set.stack_id)
        };
        set.execute(self.aws)?;
        let ended = watch.wait(console)?;
        match stack::describe(self.aws, &set.stack_id)? {
            Some(now) if matches!(ended.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE") => {
                self.protect(&now)?;
                Ok(now)
            }
            _ => Err(self.failed(&ended.status, &ended.events)),
        }
    }

    /// Sets policy and termination protection where they are not as they should be.
    ///
    /// # Errors
    /// When the AWS CLI fails.
    pub fn protect(&self, stack: &Stack) -> Result<()> {
        self.policy.map_or(Ok(()), |policy| protect(self.aws, stack, policy))
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

    /// What is wrong with a stack, why, and what to do.
    fn bad(&self, live: &Stack) -> Result<Error> {
        let events = events(self.aws, &live.id)?;
        Ok(self.failed(&live.status, last_operation(&events)))
    }

    fn failed(&self, status: &str, events: &[Event]) -> Error {
        failure(self.config, self.aws, &self.stack, status, events)
    }
}

/// Deletes a stack, whatever protects it, and waits for the end.
///
/// # Errors
/// A deletion that fails, with the first cause.
pub(crate) fn delete(config: &Config, aws: &Aws, live: &Stack, console: &dyn Console) -> Result<()> {
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
        return Ok(());
    }
    Err(failure(config, aws, name, &ended.status, &ended.events))
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
fn failure(config: &Config, aws: &Aws, stack: &str, status: &str, events: &[Event]) -> Error {
    let cause = first_failure(events).map_or_else(
        || "CloudFormation gives no reason".to_owned(),
        |event| format!("{} ({}): {}", event.resource, event.kind, event.reason),
    );
    let place = aws.place();
    let error = Error::new(ErrorKind::Stack, format!("{place}: {stack} is {status}: {cause}"));
    error.with_hint(advice(config, aws, stack, status))
}

/// What a person does about a status.
fn advice(config: &Config, aws: &Aws, stack: &str, status: &str) -> String {
    let again = "fix the cause and run the same command again";
    match Standing::of(status) {
        Standing::Settled | Standing::Busy | Standing::Reviewed => {
            format!("the stack is as it was before; {again}")
        }
        Standing::NeverMade => {
            format!("nothing of it is in use; {again}: it offers to delete the rest first")
        }
        Standing::Stuck => format!(
            "fix the cause, then: {}\n        (add --resources-to-skip NAME for a resource that cannot go back), then run the same command again",
            aws.typed(&format!("cloudformation continue-update-rollback --stack-name {stack}"))
        ),
        Standing::Halted => {
            format!(
                "go back first: {}; then {again}",
                aws.typed(&format!("cloudformation rollback-stack --stack-name {stack}"))
            )
        }
        Standing::HalfDeleted => format!(
            "fix the cause (network interfaces of functions can take 40 minutes to go) and delete it again: {}",
            config.typed(&format!("--destroy --only {}", aws.place()))
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn advice_names_the_file_that_the_command_was_given() {
        let text = "cost_center = \"CC-1\"\nfunctions = \"f\"\ntopology = \"t\"\n[[environments]]\nname = \"dev\"\n\
                    account = \"111111111111\"\nprofile = \"d\"\n";
        let config = Config::parse(text, Path::new("mine/bank.toml")).expect("a file");
        let aws = Aws::new(&config, &config.environments[0]);
        let advice = advice(&config, &aws, "lockstep-dev", "DELETE_FAILED");
        assert!(advice.ends_with("lockstep deploy --config mine/bank.toml --destroy --only dev"), "{advice}");
    }
}
