//! Custom resource: the journal database, and the users with exactly the rights of `lockstep grants`.
//!
//! Runs when the stack is made and whenever the topology's version changes, so that rights follow the list of
//! reference tables. Rotation alternates between a user and its clone: both get the rights, if they are there.

use std::collections::BTreeSet;

use lockstep_engine::grants::{GrantOptions, grants as needed};
use lockstep_engine::journal::Journal;
use lockstep_engine::names::literal;
use lockstep_engine::topology::{Environment, Login};
use lockstep_engine::{Endpoint, Session, Topology, privileges};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::cfn::{Done, Request, Wanted};
use crate::connection::{Credentials, topology};
use crate::failure::{Failure, Result};
use crate::grants::{self, HOST, account, alternate, original};
use crate::{log, settings, work};

/// The resource's id, the same for ever: an update never replaces the database.
const PHYSICAL_ID: &str = "database-bootstrap";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    host: String,
    /// CloudFormation hands every value on as a text.
    port: Value,
    master_secret_arn: String,
    writer_secret_arn: String,
    reader_secret_arn: String,
}

/// Everything the work needs, passwords read.
struct Plan {
    topology: Topology,
    environment: String,
    host: String,
    port: u16,
    master: Credentials,
    writer: Credentials,
    reader: Credentials,
}

/// Prepares the database on create and update. Delete leaves it as it is: users and journal go with the cluster.
///
/// # Errors
/// When a secret, the topology or the database cannot be read, or the database refuses.
pub(crate) async fn handle(aws: Aws, request: Request) -> Result<Done> {
    if request.request_type == Wanted::Delete {
        // The id may be one of CloudFormation's own, of a creation that was never answered.
        let id = request.physical_resource_id.unwrap_or_else(|| PHYSICAL_ID.to_owned());
        return Ok(Done { physical_id: id, data: json!({}) });
    }
    let properties: Properties = request.properties()?;
    let port = properties.port.as_u64().or_else(|| properties.port.as_str()?.parse().ok());
    let port = port.and_then(|p| u16::try_from(p).ok());
    let plan = Plan {
        topology: topology(&aws).await?,
        environment: settings::required("LOCKSTEP_ENVIRONMENT")?,
        host: properties.host,
        port: port.ok_or_else(|| Failure::configuration("the property Port is not a port"))?,
        master: Credentials::current(&aws, &properties.master_secret_arn).await?,
        writer: Credentials::current(&aws, &properties.writer_secret_arn).await?,
        reader: Credentials::current(&aws, &properties.reader_secret_arn).await?,
    };
    let accounts = work::run(move || prepare(&plan)).await?;
    log::info("bootstrapped", &json!({ "accounts": accounts }));
    Ok(Done { physical_id: PHYSICAL_ID.to_owned(), data: json!({ "Accounts": accounts.join(",") }) })
}

/// Creates what is missing, and returns the accounts.
fn prepare(plan: &Plan) -> Result<Vec<String>> {
    let master = plan.master.at(&plan.host, plan.port)?;
    let mut session = Session::connect(&master)?;
    Journal::open(session.another()?)?;
    let readers = users(&mut session, &plan.reader)?;
    let writers = users(&mut session, &plan.writer)?;
    give(&mut session, plan, &readers, &writers)?;
    let excess = [check(&mut session, plan, &plan.reader)?, check(&mut session, plan, &plan.writer)?];
    for (users, excess) in [(&readers, &excess[0]), (&writers, &excess[1])] {
        if excess.is_empty() {
            continue;
        }
        log::info("revoking", &json!({ "accounts": users, "excess": excess }));
        for user in users {
            session.execute(format!("REVOKE ALL PRIVILEGES, GRANT OPTION FROM {}", account(user)))?;
        }
        give(&mut session, plan, &readers, &writers)?;
    }
    Ok(readers.into_iter().chain(writers).collect())
}

/// The secret's user, and of the pair it belongs to those that are there.
fn users(session: &mut Session, credentials: &Credentials) -> Result<BTreeSet<String>> {
    let mut users = BTreeSet::from([credentials.username.clone()]);
    let first = original(&credentials.username).to_owned();
    for user in [alternate(&first), first] {
        if grants::exists(session, &user)? {
            users.insert(user);
        }
    }
    Ok(users)
}

/// Creates the users and gives them their rights. An environment into which no flow leads has no writer to
/// speak of: that user is created, so that its password can be rotated, and may do nothing.
fn give(
    session: &mut Session,
    plan: &Plan,
    readers: &BTreeSet<String>,
    writers: &BTreeSet<String>,
) -> Result<()> {
    let (flavor, (major, minor, _)) = (session.server().flavor, session.server().version);
    let password = |user: &str| {
        let of = |c: &Credentials| original(&c.username) == original(user);
        literal(if of(&plan.reader) { &plan.reader.password } else { &plan.writer.password })
    };
    let options =
        GrantOptions { flavor, version: (major, minor), host: HOST, require_tls: true, password: &password };
    let mut given = BTreeSet::new();
    for reader in readers {
        for writer in writers {
            let environment = environment(plan, reader, writer)?;
            for account in needed(&plan.topology, &environment, &options) {
                if !given.insert(account.account.clone()) {
                    continue;
                }
                for statement in &account.statements {
                    session.execute(statement)?;
                }
            }
            if given.insert(format!("{writer}@{HOST}")) {
                session.execute(format!(
                    "CREATE USER IF NOT EXISTS {} IDENTIFIED BY {} REQUIRE SSL",
                    account(writer),
                    password(writer)
                ))?;
            }
        }
    }
    Ok(())
}

/// The environment with these users in the place of the topology's.
fn environment(plan: &Plan, reader: &str, writer: &str) -> Result<Environment> {
    let named = plan.topology.environment(&plan.environment)?;
    let login = |credentials: &Credentials, user: &str| -> Result<Login> {
        let endpoint = Endpoint { user: user.to_owned(), ..credentials.at(&plan.host, plan.port)? };
        Ok(Login { endpoint, password: None })
    };
    Ok(Environment {
        name: plan.environment.clone(),
        reader: login(&plan.reader, reader)?,
        writer: login(&plan.writer, writer)?,
        loader: None,
        definer: named.definer.clone(),
    })
}

/// Logs in as the secret says, after setting the password where that fails; returns what the user may read
/// beyond reference tables.
fn check(session: &mut Session, plan: &Plan, credentials: &Credentials) -> Result<Vec<String>> {
    let endpoint = credentials.at(&plan.host, plan.port)?;
    let mut login = match Session::connect(&endpoint) {
        Ok(login) => login,
        Err(_) => {
            let (account, password) = (account(&credentials.username), literal(&credentials.password));
            session.execute(format!("ALTER USER {account} IDENTIFIED BY {password}"))?;
            Session::connect(&endpoint)?
        }
    };
    Ok(privileges::excess_reads(&mut login, &plan.topology)?)
}
