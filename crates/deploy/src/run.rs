//! The phases, one after the other; within a phase all environments that do not depend on each other at the same time.

use std::collections::BTreeMap;
use std::iter::zip;

use crate::changes::Source;
use crate::checks::{self, Files};
use crate::config::Config;
use crate::console::Console;
use crate::error::{Result, all};
use crate::place::{Neighbours, Phase, Place, keys_name};
use crate::round::{self, Round};
use crate::step::Step;
use crate::together::together;
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
    let (files, mut places) = checks::examine(config, &with_neighbours(config, &chosen))?;
    all(together(&mut places, |place| place.look(config)))?;
    let mut run = Run { config, options, console, files, places, chosen };
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
        let own = self.own();
        let steps: Vec<Step> = own.iter().map(|&i| self.keys_step(&self.places[i])).collect();
        match round::run(&steps, self.options, self.console)? {
            Round::Declined => return Ok(Some(Outcome::Declined)),
            Round::Shown => return Ok(Some(Outcome::Pending)),
            Round::Settled(stepped) => {
                for (i, stepped) in zip(own, stepped) {
                    self.places[i].keys = Some(stepped.stack);
                }
            }
        }
        Ok(None)
    }

    fn keys_step<'a>(&'a self, place: &'a Place) -> Step<'a> {
        let mut parameters = BTreeMap::new();
        let mut set = |name: &str, value: &str| parameters.insert(name.to_owned(), value.to_owned());
        set("Project", &self.config.project);
        set("CostCenter", &self.config.cost_center);
        set("Environment", place.name());
        if let Some(phase) = place.environment.parameters.get("MigrationPhase") {
            set("MigrationPhase", phase);
        }
        Step {
            config: self.config,
            aws: &place.aws,
            stack: keys_name(self.config),
            source: Source::Text(&self.files.keys.text),
            template: Some(&self.files.keys),
            parameters,
            role_arn: self.role_arn(place),
            policy: Some(&self.files.policy),
        }
    }

    fn upload(&mut self) -> Result<()> {
        let (config, template, dry, console) =
            (self.config, &self.files.environment, self.options.dry_run, self.console);
        let chosen = &self.chosen;
        let own = self.places.iter_mut().filter(|place| chosen.contains(&place.index));
        let uploaded = together(own, |place| {
            place.artifacts = artifacts::upload(config, template, place, dry, console)?;
            Ok(())
        });
        all(uploaded).map(drop)
    }

    /// One phase in every environment. `Some` when the run ends here.
    fn phase(&mut self, phase: Phase) -> Result<Option<Outcome>> {
        let (mut shown, mut changed) = (false, false);
        for group in phase.groups(self.own()) {
            let (group, steps): (Vec<usize>, Vec<Step>) =
                group.into_iter().filter_map(|i| Some((i, self.step(i, phase)?))).unzip();
            match round::run(&steps, self.options, self.console)? {
                Round::Declined => return Ok(Some(Outcome::Declined)),
                Round::Shown => shown = true,
                Round::Settled(stepped) => {
                    for (i, stepped) in zip(group, stepped) {
                        changed |= stepped.changed;
                        self.places[i].stack = Some(stepped.stack);
                    }
                }
            }
        }
        if !shown && !changed {
            self.console.say(&format!("{}: nothing to do", phase.name()));
        }
        Ok(shown.then_some(Outcome::Pending))
    }

    /// What a phase does in one environment, if anything.
    fn step(&self, i: usize, phase: Phase) -> Option<Step<'_>> {
        let place = &self.places[i];
        let parameters = place.wanted(self.config, self.near(i), phase);
        let is_there = place.stack.as_ref().is_some_and(|stack| stack.has(&parameters));
        if phase > Phase::Environments && is_there {
            return None;
        }
        Some(Step {
            config: self.config,
            aws: &place.aws,
            stack: place.stack_name(self.config),
            source: Source::Url(&place.artifacts.template_url),
            template: Some(&self.files.environment),
            parameters,
            role_arn: self.role_arn(place),
            policy: (phase == Phase::Environments).then_some(self.files.policy.as_str()),
        })
    }

    fn near(&self, i: usize) -> Neighbours<'_> {
        let at = |index: Option<usize>| self.places.iter().find(|place| Some(place.index) == index);
        let index = self.places[i].index;
        Neighbours { lower: at(index.checked_sub(1)), upper: at(index.checked_add(1)) }
    }

    /// The role that CloudFormation assumes in an account, where the file names one.
    fn role_arn(&self, place: &Place) -> Option<String> {
        let role = self.config.service_role.as_deref()?;
        Some(format!("arn:aws:iam::{}:role/{role}", place.environment.account))
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
