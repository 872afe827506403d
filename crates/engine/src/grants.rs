//! The least-privilege accounts of an environment: what its reader and its writer may do, as statements
//! for an administrator.
//!
//! Neither account can read a row of a table that is not a reference table. What they need instead of
//! `SELECT` to see definitions differs by flavour: MySQL has `SHOW_ROUTINE` (8.0.20 and later), MariaDB
//! reads bodies of routines from `mysql.proc`.
//! (Sources: MySQL Reference Manual, "Privileges Provided by MySQL"; MariaDB Knowledge Base, "GRANT".)

use crate::names::{literal, quote};
use crate::topology::Environment;
use crate::{Flavor, Topology, journal};

/// The role that may read any table in scope and is active only while a view is being created:
/// `CREATE VIEW` asks its creator for `SELECT` on every column the view uses.
pub const VIEW_ROLE: &str = "lockstep_views";

/// What the statements are to be made for.
pub struct GrantOptions<'a> {
    /// The server's family.
    pub flavor: Flavor,
    /// The host part of the accounts, `%` or a network such as `10.2.10.%`.
    pub host: &'a str,
    /// Whether the accounts must use TLS.
    pub require_tls: bool,
    /// Writes the password's place: given an account's name, returns a SQL string literal.
    pub password: &'a dyn Fn(&str) -> String,
}

/// A place for a person to put a password into.
pub fn password_placeholder(user: &str) -> String {
    literal(&format!("<password of {user}>"))
}

/// One account's statements.
pub struct AccountGrants {
    /// The account, `user@host`.
    pub account: String,
    /// What it is for.
    pub purpose: &'static str,
    /// The statements, in order.
    pub statements: Vec<String>,
}

/// The statements for an environment's reader and writer. When the topology gives one login for both,
/// it gets the writer's rights.
pub fn grants(topology: &Topology, environment: &Environment, options: &GrantOptions) -> Vec<AccountGrants> {
    let (reader, writer) = (&environment.reader.endpoint.user, &environment.writer.endpoint.user);
    let is_target = topology.flows.iter().any(|f| f.to == environment.name);
    let mut out = Vec::new();
    if reader != writer || !is_target {
        out.push(account(reader, "reads definitions and reference rows", options, |name| {
            reader_grants(topology, name, options.flavor)
        }));
    }
    if is_target {
        out.push(account(
            writer,
            "changes definitions and reference rows, keeps the journal",
            options,
            |name| writer_grants(topology, name, options.flavor),
        ));
    }
    out
}

fn account(
    user: &str,
    purpose: &'static str,
    options: &GrantOptions,
    statements: impl Fn(&str) -> Vec<String>,
) -> AccountGrants {
    let name = format!("{}@{}", literal(user), literal(options.host));
    let tls = if options.require_tls { " REQUIRE SSL" } else { "" };
    let create = format!(
        "CREATE USER IF NOT EXISTS {name} IDENTIFIED BY {}{tls} WITH MAX_USER_CONNECTIONS 16",
        (options.password)(user)
    );
    let statements = std::iter::once(create).chain(statements(&name)).collect();
    AccountGrants { account: format!("{user}@{}", options.host), purpose, statements }
}

fn reader_grants(topology: &Topology, name: &str, flavor: Flavor) -> Vec<String> {
    let mut out: Vec<String> = topology
        .databases
        .iter()
        .map(|d| format!("GRANT REFERENCES, SHOW VIEW, TRIGGER, EVENT ON {}.* TO {name}", pattern(d)))
        .collect();
    out.push(routines(name, flavor));
    for reference in topology.references() {
        // A table that has not travelled here yet can be granted only together with CREATE, which then goes again.
        let table = reference.name().quoted();
        out.push(format!("GRANT SELECT, CREATE ON {table} TO {name}"));
        out.push(format!("REVOKE CREATE ON {table} FROM {name}"));
    }
    out
}

fn writer_grants(topology: &Topology, name: &str, flavor: Flavor) -> Vec<String> {
    let mut out: Vec<String> = topology
        .databases
        .iter()
        .map(|d| {
            format!(
                "GRANT CREATE, ALTER, DROP, INDEX, INSERT, REFERENCES, CREATE VIEW, SHOW VIEW, TRIGGER, EVENT, \
                 CREATE ROUTINE, ALTER ROUTINE, EXECUTE ON {}.* TO {name}",
                pattern(d)
            )
        })
        .collect();
    out.push(routines(name, flavor));
    // CREATE, which the account has on the whole database, lets a table be granted before it exists.
    out.extend(
        topology.references().iter().map(|r| {
            format!("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON {} TO {name}", r.name().quoted())
        }),
    );
    out.push(format!("GRANT ALL PRIVILEGES ON {}.* TO {name}", pattern(journal::DATABASE)));
    out.push(format!("GRANT ALL PRIVILEGES ON `lockstep\\_scratch%`.* TO {name}"));
    out.push(format!("CREATE ROLE IF NOT EXISTS {}", literal(VIEW_ROLE)));
    out.extend(
        topology.databases.iter().map(|d| {
            format!("GRANT SELECT, CREATE VIEW, DROP ON {}.* TO {}", pattern(d), literal(VIEW_ROLE))
        }),
    );
    out.push(format!("GRANT {} TO {name}", literal(VIEW_ROLE)));
    out
}

/// The right to read the bodies of routines.
fn routines(name: &str, flavor: Flavor) -> String {
    match flavor {
        Flavor::MySql => format!("GRANT SHOW_ROUTINE ON *.* TO {name}"),
        Flavor::MariaDb => format!("GRANT SELECT ON `mysql`.`proc` TO {name}"),
    }
}

/// A database's name in a grant, where `_` and `%` are wildcards unless escaped.
fn pattern(database: &str) -> String {
    quote(&database.replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%"))
}
