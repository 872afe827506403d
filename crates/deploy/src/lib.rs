//! Puts lockstep's environments into their AWS accounts, and takes them away again.
//!
//! It drives the AWS CLI (version 1 or 2) as a subprocess. So the profiles, single sign-on, MFA and assumed roles
//! that people have set up work as they do there, and no AWS SDK is built into the everyday command.
//!
//! [`deploy`] goes through the phases in the order that breaks the circles: key and bucket, artifacts,
//! environments without peers, peerings, ways back, schedule. Accounts that do not depend on each other are worked on at the
//! same time. There is no state but CloudFormation's: each run works
//! out from the live stacks what is wanted next, so that the same command continues after a failure, a Ctrl-C
//! or a change of a file. Every change set is shown and executed only after a word. [`destroy`] goes back.
//!
//! The crate writes to no terminal: what it shows and asks goes through [`Console`].

mod artifacts;
mod aws;
mod changes;
mod checks;
mod config;
mod console;
mod destroy;
mod error;
mod place;
mod protect;
mod round;
mod run;
mod stack;
mod step;
mod template;
mod together;
mod watch;

pub use config::{Config, Environment, Login};
pub use console::Console;
pub use destroy::{Left, destroy};
pub use error::{Error, ErrorKind, Result};
pub use run::{Deployed, Outcome, deploy};
pub use stack::Event;

/// What the caller said beforehand.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only this environment's stacks are changed; its neighbours' are read.
    pub only: Option<String>,
    /// Every change set is executed without a question.
    pub yes: bool,
    /// The change sets of the next phase that has any are shown, and deleted.
    pub dry_run: bool,
    /// Change sets that replace or remove a cluster, an instance, a key, a secret or a bucket may be executed.
    pub allow_destructive: bool,
    /// The environments whose removal is confirmed.
    pub confirm: Vec<String>,
}

impl Options {
    /// The indexes in the file of the environments that a run changes.
    fn chosen(&self, config: &Config) -> Result<Vec<usize>> {
        let Some(only) = &self.only else {
            return Ok((0..config.environments.len()).collect());
        };
        match config.environments.iter().position(|environment| environment.name == *only) {
            Some(index) => Ok(vec![index]),
            None => {
                let names: Vec<&str> = config.environments.iter().map(|e| e.name.as_str()).collect();
                Err(error::config(format!("there is no environment `{only}`"))
                    .with_hint(format!("the file has: {}", names.join(", "))))
            }
        }
    }
}

/// The indexes of these environments and of those next to them, in order.
fn with_neighbours(config: &Config, chosen: &[usize]) -> Vec<usize> {
    let near = |index: &usize| chosen.iter().any(|own| own.abs_diff(*index) <= 1);
    (0..config.environments.len()).filter(near).collect()
}
