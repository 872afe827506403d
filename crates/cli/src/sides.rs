//! FROM and TO: two environments of the topology, or two URLs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use lockstep_engine::plan::{Header, Recipe};
use lockstep_engine::progress::Control;
use lockstep_engine::run::{Context, Permits, PlanOptions, RowScope, Source};
use lockstep_engine::schema::Folder;
use lockstep_engine::topology::{DestructivePolicy, Flow};
use lockstep_engine::{Endpoint, Error, TableName, Topology};

use crate::connect;
use crate::output::Output;
use crate::private::OnThisMachine;

/// Where the topology is.
#[derive(Args, Clone)]
pub struct TopologyArgs {
    /// The topology file.
    #[arg(long, value_name = "FILE", default_value = "lockstep.toml", env = "LOCKSTEP_TOPOLOGY")]
    pub topology: PathBuf,
}

/// How a command prints its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs; docs/json.md has the shape.
    Json,
}

/// What a person may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Allow {
    /// Statements that lose data, and those that may fail on rows, where the flow approves of them.
    Destructive,
    /// Statements that may fail on the rows that are there, where the flow approves of them.
    MayFail,
    /// A login that can read more than reference tables.
    BroadLogin,
    /// Views and stored objects get another owner, where theirs cannot stay.
    Owner,
    /// Triggers of the target write tables out of scope (with URLs; a topology names them).
    Triggers,
    /// The target is a replica.
    Replica,
}

/// What `--allow` may say: one of [`Allow`], or a table of which any number of rows may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// One of the words.
    What(Allow),
    /// `rows:database.table`.
    Rows(TableName),
}

/// Reads the value of `--allow`.
///
/// # Errors
/// An unknown word, or a table's name that cannot be read.
pub fn permission(text: &str) -> Result<Permission, String> {
    if let Some(table) = text.strip_prefix("rows:") {
        return table_name(table).map(Permission::Rows);
    }
    <Allow as clap::ValueEnum>::from_str(text, false).map(Permission::What).map_err(|_| {
        let words = <Allow as clap::ValueEnum>::value_variants()
            .iter()
            .filter_map(clap::ValueEnum::to_possible_value);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        format!("write one of {}, or rows:DATABASE.TABLE", words.join(", "))
    })
}

/// What `--allow` takes, for the help.
pub const ALLOW_HELP: &str = "Allow this (may be repeated): destructive, broad-login, owner, triggers, replica, or \
                              rows:DATABASE.TABLE for any number of row changes there";

/// What to compare and what to allow.
#[derive(Args, Clone, Default)]
pub struct PlanArgs {
    /// Definitions only.
    #[arg(long, conflicts_with = "data_only")]
    schema_only: bool,
    /// Rows only.
    #[arg(long)]
    data_only: bool,
    #[arg(long = "allow", value_name = "WHAT", value_parser = permission, help = ALLOW_HELP)]
    allow: Vec<Permission>,
    /// Treat the order of keys within a table as a difference.
    #[arg(long)]
    strict_key_order: bool,
}

impl PlanArgs {
    /// The arguments that make a saved plan again.
    pub fn of_recipe(recipe: &Recipe, allow: &[Permission]) -> Self {
        let mut allow = allow.to_vec();
        let permits = &recipe.permits;
        let words = [
            (recipe.destructive, Allow::Destructive),
            (recipe.may_fail, Allow::MayFail),
            (permits.owner, Allow::Owner),
            (permits.triggers, Allow::Triggers),
            (permits.replica, Allow::Replica),
        ];
        allow.extend(words.into_iter().filter(|(said, _)| *said).map(|(_, what)| Permission::What(what)));
        allow.extend(permits.rows.iter().cloned().map(Permission::Rows));
        Self {
            schema_only: !recipe.data,
            data_only: !recipe.schema,
            allow,
            strict_key_order: recipe.strict_key_order,
        }
    }

    /// Everything compared, with these allowances.
    pub fn allowing(allow: &[Permission]) -> Self {
        Self { allow: allow.to_vec(), ..Self::default() }
    }

    fn allows(&self, what: Allow) -> bool {
        self.allow.contains(&Permission::What(what))
    }

    /// What the engine may do beyond the options.
    fn permits(&self) -> Permits {
        let tables = self.allow.iter().filter_map(|permission| match permission {
            Permission::Rows(table) => Some(table.clone()),
            Permission::What(_) => None,
        });
        let mut rows: Vec<TableName> = tables.collect();
        rows.sort();
        rows.dedup();
        Permits {
            rows,
            owner: self.allows(Allow::Owner),
            triggers: self.allows(Allow::Triggers),
            replica: self.allows(Allow::Replica),
        }
    }

    /// The engine's options.
    pub fn options(&self) -> PlanOptions {
        PlanOptions {
            schema: !self.data_only,
            data: !self.schema_only,
            destructive: self.allows(Allow::Destructive),
            may_fail: self.allows(Allow::MayFail),
            around_rows: false,
            strict_key_order: self.strict_key_order,
            rehearse: true,
            only_looks: false,
            rows_stood_still: false,
            script: false,
        }
    }
}

/// A length of time: `270s`, `4m`, `1h`, `1500ms`, or plain seconds.
#[derive(Clone, Copy, Debug)]
pub struct Budget(pub Duration);

impl std::str::FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let factor = match &text[split..] {
            "ms" => 1,
            "" | "s" => 1000,
            "m" => 60 * 1000,
            "h" => 3600 * 1000,
            _ => return Err("write milliseconds, seconds, minutes or hours: 1500ms, 270s, 4m, 1h".into()),
        };
        let millis = text[..split].parse::<u64>().ok().and_then(|n| n.checked_mul(factor));
        millis.map(|ms| Self(Duration::from_millis(ms))).ok_or_else(|| "write a whole number: 270s".into())
    }
}

/// The two sides of a flow and the scope.
#[derive(Args, Clone)]
pub struct Sides {
    /// The source: an environment's name, a mysql:// URL, or a folder of .sql files (for an environment: one that its flows name).
    pub from: String,
    /// The target: an environment's name or a mysql:// URL.
    pub to: String,
    #[command(flatten)]
    topology: TopologyArgs,
    /// A database in scope (with URLs; may be repeated).
    #[arg(long = "database", value_name = "NAME")]
    databases: Vec<String>,
    /// A reference table, database.table (with URLs; may be repeated).
    #[arg(long = "reference", value_name = "TABLE", value_parser = table_name)]
    references: Vec<TableName>,
}

/// A resolved pair of sides.
pub struct Pair {
    /// The topology, from the file or made of the URLs.
    pub topology: Topology,
    /// The flow between the two.
    pub flow: Flow,
    /// The folder of definitions that is the source, where it is no server.
    pub folder: Option<PathBuf>,
}

/// A table's name as an argument; what is wrong with it says how to write one.
fn table_name(text: &str) -> Result<TableName, String> {
    let with_hint = |e: Error| format!("{e}: {}", e.hint().unwrap_or_default());
    text.parse().map_err(with_hint)
}

fn is_url(name: &str) -> bool {
    name.contains("://")
}

impl Sides {
    /// The sides and scope of a saved plan.
    pub fn of_plan(header: &Header, topology: &TopologyArgs) -> Self {
        let by_url = header.recipe.by_url;
        Self {
            from: header.from.clone(),
            to: header.to.clone(),
            topology: topology.clone(),
            databases: if by_url { header.recipe.databases.clone() } else { Vec::new() },
            references: if by_url { header.recipe.references.clone() } else { Vec::new() },
        }
    }

    /// Finds both sides and the flow between them.
    ///
    /// # Errors
    /// Unknown names, a flow that does not exist, a malformed URL, a wrong topology.
    pub fn resolve(&self, output: &Output) -> Result<Pair> {
        if std::path::Path::new(&self.from).is_dir() && !self.names_environment() {
            return self.with_folder();
        }
        let topology = match (is_url(&self.from), is_url(&self.to)) {
            (true, true) => Topology::between(
                connect::url(&self.from)?,
                connect::url(&self.to)?,
                self.databases.clone(),
                &self.references,
            )?,
            (false, false) => {
                let topology = self.topology_file()?;
                // As the topology writes it, seen from the topology's own folder.
                let of_folder = topology
                    .folder_flows
                    .iter()
                    .find(|f| f.flow.from == self.from && f.flow.to == self.to)
                    .map(|f| (f.flow.clone(), Some(f.path.clone())));
                if let Some((flow, folder)) = of_folder {
                    return Ok(Pair { topology, flow, folder });
                }
                topology
            }
            _ => {
                let name = if is_url(&self.from) { &self.to } else { &self.from };
                return Err(Error::user(format!("one side is a URL and the other, `{name}`, is none"))
                    .with_hint(
                        "name both by URL, or both as environments of the topology; FROM may also be a folder of .sql files",
                    )
                    .into());
            }
        };
        let flow = if topology.ad_hoc {
            topology.flows[0].clone()
        } else {
            topology.flow(&self.from, &self.to)?.clone()
        };
        if topology.ad_hoc {
            output
                .say("note: by URL, the logins' privileges are not checked; use a topology for regular runs");
        }
        Ok(Pair { topology, flow, folder: None })
    }

    /// Whether FROM is an environment of the topology. A folder beside it that has the same name is then
    /// written as a path, `./NAME`: it has no rows, and must not take the environment's place unasked.
    fn names_environment(&self) -> bool {
        connect::topology(&self.topology.topology)
            .is_ok_and(|topology| topology.environments.iter().any(|e| e.name == self.from))
    }

    fn topology_file(&self) -> Result<Topology> {
        if !self.databases.is_empty() || !self.references.is_empty() {
            return Err(Error::user("--database and --reference go with URLs")
                .with_hint("the topology names the scope of its environments")
                .into());
        }
        connect::topology(&self.topology.topology)
    }

    /// The source is a folder of definitions; the target is a URL, or an environment whose flows name the folder.
    fn with_folder(&self) -> Result<Pair> {
        let path = PathBuf::from(&self.from);
        if !is_url(&self.to) {
            let topology = self.topology_file()?;
            let flow = topology.folder_flow(&path, &self.from, &self.to)?.flow.clone();
            return Ok(Pair { topology, flow, folder: Some(path) });
        }
        if !self.references.is_empty() {
            return Err(Error::user("--reference: a folder of definitions has no rows").into());
        }
        let topology = Topology::of_one(connect::url(&self.to)?, self.databases.clone())?;
        let to = topology.environments[0].name.clone();
        let flow = Flow {
            from: self.from.clone(),
            to,
            destructive: DestructivePolicy::Approve,
            may_fail: DestructivePolicy::Approve,
            approval: false,
        };
        Ok(Pair { topology, flow, folder: Some(path) })
    }
}

impl Pair {
    /// The flow's name, `dev → staging`.
    pub fn name(&self) -> String {
        format!("{} → {}", self.flow.from, self.flow.to)
    }

    /// The folder, and who may load it.
    fn files(&self, path: &Path) -> Result<Folder> {
        let loader = self.topology.environment(&self.flow.to)?.loader.as_ref();
        Ok(Folder {
            path: path.to_owned(),
            loader: loader.map(connect::endpoint).transpose()?,
            private: Some(Arc::new(OnThisMachine)),
        })
    }

    /// As [`context`](Self::context), for work that changes nothing: the target is also read by its reader.
    ///
    /// # Errors
    /// When a password's source fails.
    pub fn looking_context<'a>(&'a self, output: &'a Output, plan: &PlanArgs) -> Result<Context<'a>> {
        let target = connect::endpoint(&self.topology.environment(&self.flow.to)?.reader)?;
        self.context_with(output, plan, None, target)
    }

    /// Everything the engine needs for a run, stopped by signals and after `budget`.
    ///
    /// # Errors
    /// When a password's source fails.
    pub fn context<'a>(
        &'a self,
        output: &'a Output,
        plan: &PlanArgs,
        budget: Option<Budget>,
    ) -> Result<Context<'a>> {
        let target = connect::endpoint(&self.topology.environment(&self.flow.to)?.writer)?;
        self.context_with(output, plan, budget, target)
    }

    fn context_with<'a>(
        &'a self,
        output: &'a Output,
        plan: &PlanArgs,
        budget: Option<Budget>,
        target: Endpoint,
    ) -> Result<Context<'a>> {
        let control = Control::with_budget(budget.map(|b| b.0)).when_stuck(crate::output::end_with);
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // A second signal ends the process at once; the first asks it to stop at a safe point.
            signal_hook::flag::register_conditional_shutdown(signal, 130, control.stop_flag())?;
            signal_hook::flag::register(signal, control.stop_flag())?;
        }
        Ok(Context {
            topology: &self.topology,
            flow: &self.flow,
            source: match &self.folder {
                Some(path) => Source::Directory(self.files(path)?),
                None => {
                    Source::Server(connect::endpoint(&self.topology.environment(&self.flow.from)?.reader)?)
                }
            },
            target,
            observer: output,
            control,
            allow_broad_login: plan.allows(Allow::BroadLogin),
            rows: RowScope::default(),
            permits: plan.permits(),
        })
    }
}
