//! Is an environment ready: its version, its settings, and what its logins may do.

use serde::Serialize;

use crate::data::{self, BinaryLog};
use crate::grants::VIEW_ROLE;
use crate::privileges::Held;
use crate::server::ServerInfo;
use crate::surroundings::{self, Role};
use crate::topology::Environment;
use crate::{Result, Session, Topology, privileges, run, schema};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Works, but slower or less safely than it could.
    Warn,
    /// Runs will be refused or fail.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Check {
    fn new(name: &'static str, level: Level, found: impl Into<String>, hint: &str) -> Self {
        let hint = (level != Level::Ok && !hint.is_empty()).then(|| hint.to_owned());
        Self { name, level, found: found.into(), hint }
    }

    /// A check that failed with this finding.
    pub fn failed(name: &'static str, found: &str) -> Self {
        Self::new(name, Level::Fail, found, "")
    }
}

/// Looks at one environment through one login; `writes` when it is a target's. Whether accounts can own what lockstep
/// creates there is found out in a scratch database, which is dropped again.
///
/// # Errors
/// When the server cannot be asked.
pub fn examine(
    session: &mut Session,
    topology: &Topology,
    environment: &Environment,
    writes: bool,
) -> Result<Vec<Check>> {
    let mut checks = vec![Check::new("version", Level::Ok, session.server().version_text.clone(), "")];
    checks.push(tls(session)?);
    checks.push(reads(session, topology)?);
    checks.push(databases(session, topology)?);
    let held = Held::read(session)?;
    checks.push(reference_rows(session, topology, &held, writes)?);
    if writes {
        checks.push(role(session)?);
        checks.push(foreign_keys(&held, &environment.name));
        checks.push(owners(session, topology, environment)?);
        checks.push(creators(session)?);
    }
    checks.push(gtid(session)?);
    checks.extend(leftovers(session)?);
    Ok(checks)
}

/// Looks at the login that loads folders of definitions into an environment.
///
/// # Errors
/// When the server cannot be asked.
pub fn examine_loader(session: &mut Session) -> Result<Vec<Check>> {
    let beyond = schema::beyond_fence(session, false)?;
    let hint = "an account for files may have rights on its scratch databases only: see `lockstep grants`";
    let fence = match beyond.is_empty() {
        true => Check::new("privileges", Level::Ok, "reaches scratch databases for files only", ""),
        false => Check::new("privileges", Level::Fail, format!("reaches more: {}", beyond.join(", ")), hint),
    };
    Ok(vec![tls(session)?, fence])
}

/// Compares what must be equal across environments.
pub fn compare_servers(servers: &[(String, ServerInfo)]) -> Vec<Check> {
    let Some((first, info)) = servers.first() else { return Vec::new() };
    let other = servers.iter().find(|(_, s)| s.lower_case_table_names != info.lower_case_table_names);
    let check = match other {
        Some((name, s)) => Check::new(
            "lower_case_table_names",
            Level::Fail,
            format!("{first} has {}, {name} has {}", info.lower_case_table_names, s.lower_case_table_names),
            "it is fixed when a server is created: environments must agree",
        ),
        None => Check::new("lower_case_table_names", Level::Ok, info.lower_case_table_names.to_string(), ""),
    };
    vec![check]
}

fn variable(session: &mut Session, name: &str) -> Result<Option<String>> {
    let row: Option<(String, String)> =
        session.query_first(format!("SHOW GLOBAL VARIABLES LIKE '{name}'"))?;
    Ok(row.map(|(_, value)| value))
}

fn tls(session: &mut Session) -> Result<Check> {
    let cipher: Option<(String, String)> = session.query_first("SHOW SESSION STATUS LIKE 'Ssl_cipher'")?;
    let cipher = cipher.map(|(_, value)| value).unwrap_or_default();
    let local = session.endpoint().is_local();
    Ok(match (cipher.is_empty(), local) {
        (false, _) => Check::new("tls", Level::Ok, cipher, ""),
        (true, true) => Check::new("tls", Level::Ok, "off, on loopback", ""),
        (true, false) => Check::new("tls", Level::Fail, "off", "the connection must be encrypted"),
    })
}

fn reads(session: &mut Session, topology: &Topology) -> Result<Check> {
    let excess = privileges::excess_reads(session, topology)?;
    if privileges::has_view_role_active(session)? {
        return Ok(Check::new(
            "privileges",
            Level::Fail,
            format!("the role {VIEW_ROLE} is active as soon as this login connects"),
            "take it off the default roles (SET DEFAULT ROLE NONE) and switch activate_all_roles_on_login off",
        ));
    }
    Ok(if excess.is_empty() {
        Check::new("privileges", Level::Ok, "reads reference tables only", "")
    } else {
        Check::new(
            "privileges",
            Level::Fail,
            format!("can read {}", excess.join(", ")),
            "use a login made by `lockstep grants`, which can read reference tables only",
        )
    })
}

fn databases(session: &mut Session, topology: &Topology) -> Result<Check> {
    let there: Vec<String> = session.query("SHOW DATABASES")?;
    let missing: Vec<&str> =
        topology.databases.iter().filter(|d| !there.contains(d)).map(String::as_str).collect();
    Ok(if missing.is_empty() {
        Check::new("databases", Level::Ok, topology.databases.join(", "), "")
    } else {
        let hint = "create them, or take them out of the topology's `databases`";
        Check::new("databases", Level::Warn, format!("not there: {}", missing.join(", ")), hint)
    })
}

/// Whether the login may read, and as a target's change, the rows of each reference table that is there.
fn reference_rows(session: &mut Session, topology: &Topology, held: &Held, writes: bool) -> Result<Check> {
    const NAME: &str = "reference tables";
    let rights: &[&str] =
        if writes { &["SELECT", "INSERT", "UPDATE", "DELETE", "TRIGGER"] } else { &["SELECT"] };
    let there = data::existing(session, topology.references())?;
    let mut missing = Vec::new();
    for (reference, _) in topology.references().iter().zip(there).filter(|(_, exists)| *exists) {
        let table = reference.name();
        let lacks = |right: &&&str| !held.holds(right, &table.database, &table.name);
        let list: Vec<&str> = rights.iter().filter(lacks).copied().collect();
        if !list.is_empty() {
            missing.push(format!("no {} on {table}", list.join(", ")));
        }
    }
    Ok(match missing.as_slice() {
        [] => Check::new(NAME, Level::Ok, "the login has the rights it needs on their rows", ""),
        _ => Check::new(
            NAME,
            Level::Fail,
            missing.join("; "),
            "give the login what `lockstep grants` prints; rights on single columns may do, and are not looked at here",
        ),
    })
}

/// Whether the server is one to write to.
fn role(session: &mut Session) -> Result<Check> {
    const NAME: &str = "role";
    Ok(match surroundings::role(session)? {
        Role::Writer => Check::new(NAME, Level::Ok, "takes writes", ""),
        Role::ReadOnly(setting) => Check::new(
            NAME,
            Level::Fail,
            format!("read-only ({setting})"),
            "name the writer's endpoint, not a replica's or a reader's",
        ),
        Role::Replica => Check::new(
            NAME,
            Level::Fail,
            "a replica: what is changed there is not on its source",
            "name the source's endpoint; --allow replica permits a run all the same",
        ),
    })
}

/// Whether the login sees every foreign key of the server.
fn foreign_keys(held: &Held, environment: &str) -> Check {
    const NAME: &str = "foreign keys";
    match surroundings::hidden(held, environment) {
        None => Check::new(NAME, Level::Ok, "the login sees all of the server's", ""),
        Some(_) => Check::new(
            NAME,
            Level::Fail,
            "the login may not see all of the server's",
            "GRANT REFERENCES ON *.* to it, as `lockstep grants` prints: it shows definitions and no row",
        ),
    }
}

/// Whether the login can replace the objects that are there, and create new ones for their owner.
fn owners(session: &mut Session, topology: &Topology, environment: &Environment) -> Result<Check> {
    const NAME: &str = "owners";
    let found = run::unreachable_owners(session, &topology.databases, environment.definer.as_ref())?;
    Ok(match found.as_slice() {
        [] => Check::new(NAME, Level::Ok, "views and stored objects can be replaced", ""),
        _ => Check::new(
            NAME,
            Level::Fail,
            found.join("; "),
            "give these objects to another owner (DROP, then CREATE DEFINER = …), create the account, or GRANT SYSTEM_USER ON \
             *.* to the login",
        ),
    })
}

fn creators(session: &mut Session) -> Result<Check> {
    let trusted = variable(session, "log_bin_trust_function_creators")?.is_none_or(|v| v == "ON" || v == "1");
    let binlog = variable(session, "log_bin")?.is_some_and(|v| v == "ON" || v == "1");
    Ok(if binlog && !trusted {
        Check::new(
            "log_bin_trust_function_creators",
            Level::Warn,
            "off, with the binlog on",
            "functions and triggers can then be created by a privileged account only: set it to 1",
        )
    } else {
        Check::new("log_bin_trust_function_creators", Level::Ok, "fine", "")
    })
}

/// What a run that died left of its rehearsal, which may hold rows of reference tables.
fn leftovers(session: &mut Session) -> Result<Option<Check>> {
    let left = schema::leftovers(session)?;
    let hint = "a run left them that died or lost the server: the next `lockstep sync` into it drops them";
    Ok((!left.is_empty()).then(|| Check::new("scratch databases", Level::Warn, left.join(", "), hint)))
}

/// Whether the server's position tells that nothing has moved. Without that sign each run reads both sides.
fn gtid(session: &mut Session) -> Result<Check> {
    const WITHOUT: &str = "an unmoved server is then read in full at each run";
    let filtered = "changes of some databases are not logged: binlog-do-db or binlog-ignore-db is set";
    let unknown = "whether the binary log is filtered may not be seen";
    Ok(match data::binary_log(session)? {
        BinaryLog::Off => Check::new("gtid", Level::Warn, "binlog off", WITHOUT),
        BinaryLog::Filtered => Check::new("gtid", Level::Warn, filtered, WITHOUT),
        BinaryLog::Unknown => Check::new(
            "gtid",
            Level::Warn,
            unknown,
            "give the login REPLICATION CLIENT (`lockstep grants`): an unmoved server is otherwise read in full at each run",
        ),
        BinaryLog::Whole if data::position(session)?.is_some() => {
            Check::new("gtid", Level::Ok, "the binary log holds every change", "")
        }
        BinaryLog::Whole => {
            Check::new("gtid", Level::Warn, "changes may get no GTID (gtid_mode, log_slave_updates)", WITHOUT)
        }
    })
}
