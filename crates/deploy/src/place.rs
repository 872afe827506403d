//! One environment during a run: its account's CLI, its stacks as they are, and what was uploaded for it.

use std::collections::BTreeMap;

use crate::aws::Aws;
use crate::config::{Config, Environment};
use crate::error::Result;
use crate::stack::{self, Stack};

/// Parameters that only a later phase knows. A run never takes them away again.
pub(crate) const LATER: [&str; 5] =
    ["LowerVpcId", "LowerPeeringRoleArn", "UpperVpcId", "UpperPeeringConnectionId", "Schedule"];

/// What an environment's stack is made from, as it lies in the artifact bucket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Artifacts {
    /// The template's address.
    pub template_url: String,
    /// The zip's version; nothing where a dry run did not upload it.
    pub functions: Option<String>,
    /// The topology's version; likewise.
    pub topology: Option<String>,
}

/// One environment.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Its index in the file: the environment below has one less.
    pub index: usize,
    pub environment: Environment,
    pub aws: Aws,
    /// The role that CloudFormation runs as here.
    pub role: String,
    pub keys: Option<Stack>,
    pub stack: Option<Stack>,
    pub artifacts: Artifacts,
}

/// What the neighbours' stacks give; empty where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Neighbours<'a> {
    pub lower: Option<&'a Place>,
    pub upper: Option<&'a Place>,
}

/// The phases that change stacks of environments, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Everything but what needs another environment.
    Environments,
    /// The higher side asks for the peering.
    Peerings,
    /// The lower side opens the way in.
    WaysBack,
    /// Runs begin by themselves.
    Schedule,
}

impl Phase {
    pub const ALL: [Self; 4] = [Self::Environments, Self::Peerings, Self::WaysBack, Self::Schedule];

    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Environments => "environments",
            Self::Peerings => "peerings",
            Self::WaysBack => "ways back",
            Self::Schedule => "schedule",
        }
    }

    /// The environments that may be worked on at the same time, one group after the other.
    ///
    /// Of all phases only the peerings have an order. The lower side comes first: its accepting role is narrowed to the
    /// higher side's network before that asks, and no peering is asked of a side that could not be brought so far.
    /// The ways back lead through peerings that are there by then, and everything else is the environment's own.
    pub fn groups(self, environments: Vec<usize>) -> Vec<Vec<usize>> {
        match self {
            Self::Peerings => environments.into_iter().map(|one| vec![one]).collect(),
            Self::Environments | Self::WaysBack | Self::Schedule => vec![environments],
        }
    }
}

impl Place {
    pub fn new(index: usize, environment: &Environment, aws: Aws, role: String) -> Self {
        let (keys, stack, artifacts) = (None, None, Artifacts::default());
        Self { index, environment: environment.clone(), aws, role, keys, stack, artifacts }
    }

    pub fn name(&self) -> &str {
        &self.environment.name
    }

    /// The environment's stack's name.
    pub fn stack_name(&self, config: &Config) -> String {
        format!("{}-{}", config.project, self.environment.name)
    }

    /// Reads the environment's stack.
    ///
    /// # Errors
    /// When the AWS CLI fails.
    pub fn look(&mut self, config: &Config) -> Result<()> {
        self.stack = stack::describe(&self.aws, &self.stack_name(config))?;
        Ok(())
    }

    /// An output of the environment's stack.
    fn output(&self, name: &str) -> Option<String> {
        self.stack.as_ref()?.outputs.get(name).cloned()
    }

    /// An output of the keys' stack.
    pub fn keys_output(&self, name: &str) -> Option<String> {
        self.keys.as_ref()?.outputs.get(name).cloned()
    }

    /// The parameters that the environment's stack should have at the end of `phase`. What later phases have set
    /// in an earlier run stays.
    pub fn wanted(&self, config: &Config, near: Neighbours, phase: Phase) -> BTreeMap<String, String> {
        let mut out = self.environment.parameters.clone();
        let live = self.stack.as_ref().map(|stack| &stack.parameters);
        let mut set = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                out.insert(name.to_owned(), value);
            }
        };
        for name in LATER.into_iter().chain(["FunctionsVersion", "TopologyVersion"]) {
            set(name, live.and_then(|live| live.get(name).cloned()));
        }
        set("Project", Some(config.project.clone()));
        set("Environment", Some(self.environment.name.clone()));
        set("CostCenter", Some(config.cost_center.clone()));
        set("KmsKeyArn", self.keys_output("KmsKeyArn"));
        set("ArtifactBucket", self.keys_output("ArtifactBucketName"));
        set("FunctionsVersion", self.artifacts.functions.clone());
        set("TopologyVersion", self.artifacts.topology.clone());
        set("LowerAccountId", near.lower.map(|lower| lower.environment.account.clone()));
        set("UpperAccountId", near.upper.map(|upper| upper.environment.account.clone()));
        // Its trust belongs to whoever asks: the higher account's.
        set("DeployerRoleName", Some(near.upper.map_or(&self.role, |upper| &upper.role).clone()));
        if phase >= Phase::Peerings {
            set("UpperVpcId", near.upper.and_then(|upper| upper.output("VpcId")));
            set("LowerVpcId", near.lower.and_then(|lower| lower.output("VpcId")));
            set("LowerPeeringRoleArn", near.lower.and_then(|lower| lower.output("PeeringAcceptRoleArn")));
        }
        if phase >= Phase::WaysBack {
            let peering = near.upper.and_then(|upper| upper.output("PeeringConnectionId"));
            set("UpperPeeringConnectionId", peering);
        }
        if !self.environment.scheduled {
            set("Schedule", Some("off".into()));
        } else if phase >= Phase::Schedule && near.lower.is_some() {
            set("Schedule", Some("on".into()));
        }
        out
    }
}

/// The name of every account's keys' stack.
pub(crate) fn keys_name(config: &Config) -> String {
    format!("{}-keys", config.project)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const FILE: &str = r#"
cost_center = "CC-1"
functions = "f.zip"
topology = "t.toml"
[[environments]]
name = "dev"
account = "111111111111"
profile = "d"
[[environments]]
name = "staging"
account = "222222222222"
profile = "s"
parameters = { ReaderCount = 1 }
"#;

    fn world() -> (Config, Vec<Place>) {
        let config = Config::parse(FILE, Path::new("accounts.toml")).expect("a file");
        let place = |(i, environment): (usize, &Environment)| {
            Place::new(i, environment, Aws::new(&config, environment), format!("Deployer{i}"))
        };
        let places = config.environments.iter().enumerate().map(place).collect();
        (config, places)
    }

    fn stack(parameters: &[(&str, &str)], outputs: &[(&str, &str)]) -> Stack {
        let map = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        Stack {
            name: "stack".into(),
            id: "id".into(),
            status: "CREATE_COMPLETE".into(),
            parameters: map(parameters),
            outputs: map(outputs),
            protected: true,
        }
    }

    #[test]
    fn each_phase_adds_what_it_knows() {
        let (config, mut places) = world();
        let near = |places: &[Place], i: usize, phase| {
            let near = if i == 0 {
                Neighbours { lower: None, upper: places.get(1) }
            } else {
                Neighbours { lower: places.first(), upper: None }
            };
            places[i].wanted(&config, near, phase)
        };
        let staging = near(&places, 1, Phase::Environments);
        assert_eq!(staging["LowerAccountId"], "111111111111");
        assert_eq!(staging["ReaderCount"], "1");
        assert!(LATER.iter().all(|name| !staging.contains_key(*name)), "{staging:?}");
        assert_eq!(near(&places, 0, Phase::Environments)["DeployerRoleName"], "Deployer1");

        places[0].stack = Some(stack(&[], &[("VpcId", "vpc-d"), ("PeeringAcceptRoleArn", "arn")]));
        places[1].stack = Some(stack(&[], &[("VpcId", "vpc-s")]));
        let staging = near(&places, 1, Phase::Peerings);
        assert_eq!(
            (staging["LowerVpcId"].as_str(), staging["LowerPeeringRoleArn"].as_str()),
            ("vpc-d", "arn")
        );
        assert_eq!(near(&places, 0, Phase::Peerings)["UpperVpcId"], "vpc-s");
        assert!(!near(&places, 0, Phase::WaysBack).contains_key("UpperPeeringConnectionId"));

        places[1].stack = Some(stack(&[("Schedule", "on")], &[("PeeringConnectionId", "pcx-1")]));
        assert_eq!(near(&places, 0, Phase::WaysBack)["UpperPeeringConnectionId"], "pcx-1");
        assert_eq!(near(&places, 1, Phase::Environments)["Schedule"], "on", "a re-run takes nothing away");
        assert!(!near(&places, 0, Phase::Schedule).contains_key("Schedule"), "nothing flows into the lowest");
        places[1].environment.scheduled = false;
        assert_eq!(near(&places, 1, Phase::Environments)["Schedule"], "off", "unless the file says so");
    }
}
