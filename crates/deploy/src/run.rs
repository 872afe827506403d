//! The phases, one after the other, each environment from the lowest to the highest.

use std::collections::BTreeMap;

use crate::aws::Aws;
use crate::changes::Source;
use crate::checks::{self, Files};
use crate::config::Config;
use crate::console::Console;
use crate::error::Result;
use crate::place::{Neighbours, Phase, Place, keys_name};
use crate::stack::Stack;
use crate::step::{Step, Stepped};
use crate::template::Template;
use crate::{Options, artifacts, with_neighbours};

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Every phase is done.
    Done(Vec<Deployed>),
    /// A person said no: what came before stays, and running again continues here.
    Declined,
    /// A dry run that found changes.
    Pending,
}

/// An environment as a run leaves it.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// Its name.
    pub environment: String,
    /// Its stack.
    pub stack: String,
    /// The stack's status.
    pub status: String,
    /// The stack's outputs.
    pub outputs: BTreeMap<String, String>,
    /// Whether runs begin by themselves.
    pub scheduled: bool,
}

/// Brings the accounts to what the file says.
///
/// # Errors
/// [`crate::ErrorKind::Config`] when something is wrong before anything was changed, all of it told at once;
/// [`crate::ErrorKind::Refused`] when a person's word is missing; else what failed, where, and what to do next.
pub fn deploy(config: &Config, options: &Options, console: &dyn Console) -> Result<Outcome> {
    let chosen = options.chosen(config)?;
    let (files, places) = checks::examine(config, &with_neighbours(config, &chosen))?;
    let mut run = Run { config, options, console, files, places, chosen };
    for place in &mut run.places {
        place.look(config)?;
    }
    if let Some(outcome) = run.keys()? {
        return Ok(outcome);
    }
    run.upload()?;
    for phase in Phase::ALL {
        if let Some(outcome) = run.phase(phase)? {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Done(run.deployed()))
}

struct Run<'a> {
    config: &'a Config,
    options: &'a Options,
    console: &'a dyn Console,
    files: Files,
    /// The environments that are changed and those next to them, lowest first.
    places: Vec<Place>,
    chosen: Vec<usize>,
}

impl Run<'_> {
    /// Positions in `places` of those that are changed.
    fn own(&self) -> Vec<usize> {
        (0..self.places.len()).filter(|&i| self.chosen.contains(&self.places[i].index)).collect()
    }

    /// Each account's key and bucket. `Some` when the run ends here.
    fn keys(&mut self) -> Result<Option<Outcome>> {
        let name = keys_name(self.config);
        let mut parameters = BTreeMap::new();
        parameters.insert("Project".to_owned(), self.config.project.clone());
        parameters.insert("CostCenter".to_owned(), self.config.cost_center.clone());
        let mut shown = false;
        for i in self.own() {
            let place = &self.places[i];
            let mut own = parameters.clone();
            own.insert("Environment".to_owned(), place.name().to_owned());
            if let Some(phase) = place.environment.parameters.get("MigrationPhase") {
                own.insert("MigrationPhase".to_owned(), phase.clone());
            }
            match self.step(place, &name, &self.files.keys, Source::Text(&self.files.keys.text), own)? {
                Stepped::Declined => return Ok(Some(Outcome::Declined)),
                Stepped::Shown => shown = true,
                Stepped::Unchanged(stack) | Stepped::Done(stack) => {
                    self.protect(i, &stack)?;
                    self.places[i].keys = Some(stack);
                }
            }
        }
        Ok(shown.then_some(Outcome::Pending))
    }

    fn upload(&mut self) -> Result<()> {
        for i in self.own() {
            let (dry, template) = (self.options.dry_run, &self.files.environment);
            self.places[i].artifacts =
                artifacts::upload(self.config, template, &self.places[i], dry, self.console)?;
        }
        Ok(())
    }

    /// One phase in every environment. `Some` when the run ends here.
    fn phase(&mut self, phase: Phase) -> Result<Option<Outcome>> {
        let (mut shown, mut changed) = (false, false);
        for i in self.own() {
            let place = &self.places[i];
            let wanted = place.wanted(self.config, self.near(i), phase);
            let is_there = place.stack.as_ref().is_some_and(|stack| stack.has(&wanted));
            if phase > Phase::Environments && is_there {
                continue;
            }
            let name = place.stack_name(self.config);
            let source = Source::Url(&place.artifacts.template_url);
            match self.step(place, &name, &self.files.environment, source, wanted)? {
                Stepped::Declined => return Ok(Some(Outcome::Declined)),
                Stepped::Shown => shown = true,
                Stepped::Unchanged(stack) => self.keep(i, phase, stack)?,
                Stepped::Done(stack) => {
                    changed = true;
                    self.keep(i, phase, stack)?;
                }
            }
        }
        if !shown && !changed {
            self.console.say(&format!("{}: nothing to do", phase.name()));
        }
        Ok(shown.then_some(Outcome::Pending))
    }

    /// Takes note of a stack as it is now.
    fn keep(&mut self, i: usize, phase: Phase, stack: Stack) -> Result<()> {
        if phase == Phase::Environments {
            self.protect(i, &stack)?;
        }
        self.places[i].stack = Some(stack);
        Ok(())
    }

    fn near(&self, i: usize) -> Neighbours<'_> {
        let at = |index: Option<usize>| self.places.iter().find(|place| Some(place.index) == index);
        let index = self.places[i].index;
        Neighbours { lower: at(index.checked_sub(1)), upper: at(index.checked_add(1)) }
    }

    fn step(
        &self,
        place: &Place,
        stack: &str,
        template: &Template,
        source: Source,
        parameters: BTreeMap<String, String>,
    ) -> Result<Stepped> {
        let role = self.config.service_role.as_deref();
        let role_arn = role.map(|role| format!("arn:aws:iam::{}:role/{role}", place.environment.account));
        let template = Some(template);
        Step { aws: &place.aws, stack, source, template, parameters, role_arn }
            .run(self.options, self.console)
    }

    /// Sets the stack policy and termination protection where they are not as they should be. Neither can be part
    /// of a change set, so they follow a creation at once.
    fn protect(&self, i: usize, stack: &Stack) -> Result<()> {
        if self.options.dry_run {
            return Ok(());
        }
        let aws = &self.places[i].aws;
        // Termination protection comes last: where it is on, an earlier run has set the policy.
        if !stack.protected || self.policy_differs(aws, &stack.name)? {
            let words = ["cloudformation", "set-stack-policy", "--stack-name", &stack.name];
            aws.call(&[words.as_slice(), &["--stack-policy-body", &self.files.policy]].concat())?;
        }
        if !stack.protected {
            let words = ["cloudformation", "update-termination-protection", "--stack-name", &stack.name];
            aws.call(&[words.as_slice(), &["--enable-termination-protection"]].concat())?;
        }
        Ok(())
    }

    fn policy_differs(&self, aws: &Aws, stack: &str) -> Result<bool> {
        let answer = aws.call(&["cloudformation", "get-stack-policy", "--stack-name", stack])?;
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        Ok(answer["StackPolicyBody"].as_str().and_then(parsed) != parsed(&self.files.policy))
    }

    fn deployed(&self) -> Vec<Deployed> {
        let deployed = |i: usize| {
            let stack = self.places[i].stack.as_ref()?;
            Some(Deployed {
                environment: self.places[i].name().to_owned(),
                stack: stack.name.clone(),
                status: stack.status.clone(),
                outputs: stack.outputs.clone(),
                scheduled: stack.parameters.get("Schedule").is_some_and(|schedule| schedule == "on"),
            })
        };
        self.own().into_iter().filter_map(deployed).collect()
    }
}
