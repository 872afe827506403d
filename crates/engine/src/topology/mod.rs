//! The topology: which environments there are, which way changes may flow, what is in scope, and which
//! tables are reference tables. Read from `lockstep.toml`, or made for one run from two URLs.

mod account;
mod condition;
mod file;
mod reference;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use account::Account;
pub use reference::{AnyTrigger, ConflictPolicy, DeletePolicy, PermittedTriggers, ReferenceTable};

use crate::schema::SCRATCH_PREFIX;
use crate::{Endpoint, Error, ErrorKind, Result, TableName};

/// Databases that belong to the server.
pub const SERVER_DATABASES: [&str; 4] = ["mysql", "sys", "information_schema", "performance_schema"];

/// Databases that belong to the server or to lockstep and are never in scope.
pub const RESERVED_DATABASES: [&str; 5] =
    ["mysql", "sys", "information_schema", "performance_schema", crate::journal::DATABASE];

/// What a flow does with a destructive statement, or with one that may fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DestructivePolicy {
    /// Never applied.
    #[default]
    Refuse,
    /// Applied when the person running it says so too (`--allow destructive`, `--allow may-fail`).
    Approve,
}

/// Where a password comes from. Resolving it is the caller's work: the engine reads no process environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordSource {
    /// The variable of this name.
    Environment(String),
    /// The first line of this file.
    File(PathBuf),
    /// What this program (with arguments) prints, e.g. the keyring's.
    Command(Vec<String>),
}

/// A way to log in to an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Server and account; the password only where a bare URL of a single run held one.
    pub endpoint: Endpoint,
    /// Where the password comes from, if one is needed.
    pub password: Option<PasswordSource>,
}

/// One environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name in the topology.
    pub name: String,
    /// The login that reads, used when the environment is a source.
    pub reader: Login,
    /// The login that changes things, used when the environment is a target. The reader's when not given.
    pub writer: Login,
    /// The login that loads folders of definitions, when one is a source for this environment.
    pub loader: Option<Login>,
    /// The account as which stored objects and views are created here; the writer itself when not given.
    pub definer: Option<Account>,
}

impl Environment {
    /// An environment named by its URL, with one login for everything.
    fn ad_hoc(endpoint: Endpoint) -> Self {
        let login = Login { endpoint, password: None };
        Self {
            name: login.endpoint.to_string(),
            reader: login.clone(),
            writer: login,
            loader: None,
            definer: None,
        }
    }
}

/// A permitted direction of travel.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The lower environment, which is read.
    pub from: String,
    /// The higher environment, which is changed.
    pub to: String,
    /// What happens to destructive statements.
    pub destructive: DestructivePolicy,
    /// What happens to statements that may fail on the rows that are there.
    pub may_fail: DestructivePolicy,
    /// Whether a person must approve each plan.
    pub approval: bool,
}

/// A folder of definitions that is a source for one environment.
#[derive(Clone, Debug)]
pub struct FolderFlow {
    /// Where it is.
    pub path: PathBuf,
    /// The flow; its source is the folder as the topology writes it, such as `./schema`.
    pub flow: Flow,
}

/// The whole topology.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Databases in scope.
    pub databases: Vec<String>,
    /// Environments by name, in the order of the file.
    pub environments: Vec<Environment>,
    /// Permitted directions between environments.
    pub flows: Vec<Flow>,
    /// Permitted directions from folders of definitions.
    pub folder_flows: Vec<FolderFlow>,
    references: Vec<ReferenceTable>,
    /// True when made from URLs for one run: the people who do that use an administrator's login.
    pub ad_hoc: bool,
}

/// Whether the source of a flow is written as a folder: `./schema`, `../schema`, `/srv/schema`, `schema/`.
pub fn is_folder(from: &str) -> bool {
    ["./", "../", "/"].iter().any(|start| from.starts_with(start)) || from.ends_with('/')
}

impl Topology {
    /// Reads a topology from the text of `lockstep.toml`. Relative paths in it are taken from `folder`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], with the line shown where the text is wrong.
    pub fn parse(text: &str, folder: &Path) -> Result<Self> {
        let topology = file::parse(text, folder)?;
        topology.check()?;
        Ok(topology)
    }

    /// A topology for one run between two servers, named by their URLs.
    ///
    /// # Errors
    /// A reserved or missing database, a reference table outside the scope or named twice.
    pub fn between(
        source: Endpoint,
        target: Endpoint,
        databases: Vec<String>,
        references: &[TableName],
    ) -> Result<Self> {
        let (from, to) = (Environment::ad_hoc(source), Environment::ad_hoc(target));
        if from.name == to.name {
            return Err(Error::user(format!("FROM and TO are both {}", from.name)));
        }
        let flow = Flow {
            from: from.name.clone(),
            to: to.name.clone(),
            destructive: DestructivePolicy::Approve,
            may_fail: DestructivePolicy::Approve,
            approval: false,
        };
        Self::ad_hoc(vec![from, to], vec![flow], databases, references)
    }

    /// A topology of one server, for a run that compares it with definitions kept as files.
    ///
    /// # Errors
    /// As [`Topology::between`].
    pub fn of_one(endpoint: Endpoint, databases: Vec<String>) -> Result<Self> {
        Self::ad_hoc(vec![Environment::ad_hoc(endpoint)], Vec::new(), databases, &[])
    }

    fn ad_hoc(
        environments: Vec<Environment>,
        flows: Vec<Flow>,
        mut databases: Vec<String>,
        references: &[TableName],
    ) -> Result<Self> {
        for reference in references {
            if !databases.contains(&reference.database) {
                databases.push(reference.database.clone());
            }
        }
        let references = references.iter().map(|name| ReferenceTable::plain(name.clone())).collect();
        let folder_flows = Vec::new();
        let topology = Self { databases, environments, flows, folder_flows, references, ad_hoc: true };
        topology.check()?;
        Ok(topology)
    }

    /// The reference tables, in the order of the file.
    pub fn references(&self) -> &[ReferenceTable] {
        &self.references
    }

    /// The environment of that name.
    ///
    /// # Errors
    /// An unknown name; the message lists the known ones.
    pub fn environment(&self, name: &str) -> Result<&Environment> {
        self.environments.iter().find(|e| e.name == name).ok_or_else(|| {
            let known: Vec<_> = self.environments.iter().map(|e| e.name.as_str()).collect();
            Error::user(format!("there is no environment `{name}`"))
                .with_hint(format!("the topology has: {}", known.join(", ")))
        })
    }

    /// The flow from one environment to another.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when there is none, saying so when it runs the other way.
    pub fn flow(&self, from: &str, to: &str) -> Result<&Flow> {
        self.environment(from)?;
        self.environment(to)?;
        if let Some(flow) = self.flows.iter().find(|f| f.from == from && f.to == to) {
            return Ok(flow);
        }
        let known: Vec<_> = self.flows.iter().map(|f| format!("{} → {}", f.from, f.to)).collect();
        let why = if self.flows.iter().any(|f| f.from == to && f.to == from) {
            format!("the flow runs from `{to}` to `{from}`; nothing travels against a flow")
        } else {
            format!("there is no flow from `{from}` to `{to}`")
        };
        Err(Error::refused(why).with_hint(format!("the topology's flows: {}", known.join(", "))))
    }

    /// The flow from a folder of definitions to an environment. `folder` is where it is, `shown` what the caller calls it.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when no flow names it, with the lines to add.
    pub fn folder_flow(&self, folder: &Path, shown: &str, to: &str) -> Result<&FolderFlow> {
        self.environment(to)?;
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let wanted = real(folder);
        let found = self.folder_flows.iter().find(|f| f.flow.to == to && real(&f.path) == wanted);
        found.ok_or_else(|| {
            let name = if is_folder(shown) { shown.to_owned() } else { format!("./{shown}") };
            Error::refused(format!("no flow names the folder {shown} as a source for `{to}`")).with_hint(
                format!("if it may be one, add to the topology: [[flows]] from = \"{name}\" to = \"{to}\""),
            )
        })
    }

    /// Whether changes may travel to the environment of that name, from another one or from a folder.
    pub fn is_target(&self, name: &str) -> bool {
        let of_folders = self.folder_flows.iter().map(|f| &f.flow);
        self.flows.iter().chain(of_folders).any(|f| f.to == name)
    }

    /// Checks what the file's grammar cannot: names that refer to each other, and duplicates.
    fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(Error::new(ErrorKind::Config, message));
        if self.databases.is_empty() {
            return Err(Error::new(ErrorKind::Config, "no database is in scope")
                .with_hint("name the databases: databases = [\"shop\"], or --database shop"));
        }
        for (i, database) in self.databases.iter().enumerate() {
            let lower = database.to_lowercase();
            // A scratch database that no run uses is dropped as a leftover.
            if RESERVED_DATABASES.contains(&lower.as_str()) || lower.starts_with(SCRATCH_PREFIX) {
                return wrong(format!("database `{database}` belongs to the server or to lockstep"));
            }
            if self.databases[..i].contains(database) {
                return wrong(format!("database `{database}` is named twice"));
            }
        }
        let mut seen = BTreeMap::new();
        for reference in &self.references {
            let name = reference.name();
            if !self.databases.contains(&name.database) {
                return wrong(format!("reference table {name}: its database is not in `databases`"));
            }
            if seen.insert(name, ()).is_some() {
                return wrong(format!("reference table {name} is named twice"));
            }
        }
        self.check_flows()
    }

    fn check_flows(&self) -> Result<()> {
        for (i, FolderFlow { flow, .. }) in self.folder_flows.iter().enumerate() {
            if !self.environments.iter().any(|e| e.name == flow.to) {
                let text = format!("flow {} → {}: there is no environment `{}`", flow.from, flow.to, flow.to);
                return Err(Error::new(ErrorKind::Config, text));
            }
            if self.folder_flows[..i].iter().any(|f| f.flow.from == flow.from && f.flow.to == flow.to) {
                let text = format!("flow {} → {} is given twice", flow.from, flow.to);
                return Err(Error::new(ErrorKind::Config, text));
            }
        }
        for (i, flow) in self.flows.iter().enumerate() {
            for end in [&flow.from, &flow.to] {
                if !self.environments.iter().any(|e| e.name == *end) {
                    return Err(Error::new(
                        ErrorKind::Config,
                        format!("flow {} → {}: there is no environment `{end}`", flow.from, flow.to),
                    ));
                }
            }
            if self.flows[..i].iter().any(|f| f.from == flow.from && f.to == flow.to) {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!("flow {} → {} is given twice", flow.from, flow.to),
                ));
            }
            if self.reaches(&flow.to, &flow.from) {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!("the flows form a circle through {} → {}", flow.from, flow.to),
                )
                .with_hint("changes travel one way: remove one of the flows"));
            }
        }
        Ok(())
    }

    /// True when changes in `from` can arrive in `to` over any number of flows.
    fn reaches(&self, from: &str, to: &str) -> bool {
        let (mut seen, mut queue) = (vec![from], vec![from]);
        while let Some(here) = queue.pop() {
            if here == to {
                return true;
            }
            for next in self.flows.iter().filter(|f| f.from == here).map(|f| f.to.as_str()) {
                if !seen.contains(&next) {
                    seen.push(next);
                    queue.push(next);
                }
            }
        }
        false
    }
}
