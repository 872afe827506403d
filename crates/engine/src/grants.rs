//! The least-privilege accounts of an environment: what its reader and its writer may do, as statements
//! for an administrator.
//!
//! Neither account can read a row of a table that is not a reference table. What they need instead of
//! `SELECT` to see definitions differs by flavour: MySQL has `SHOW_ROUTINE` (8.0.20 and later), MariaDB
//! reads bodies of routines from `mysql.proc`.
//! (Sources: MySQL Reference Manual, "Privileges Provided by MySQL"; MariaDB Knowledge Base, "GRANT".)

use crate::names::{literal, quote};
use crate::schema::{FILES_PREFIX, LOADER_RIGHTS};
use crate::topology::{Account, Environment};
use crate::{Flavor, Topology, journal};

/// The role that may read any table in scope and is active only in sessions that deal with definitions:
/// `SHOW CREATE VIEW` asks for `SELECT` on the view, `CREATE VIEW` for `SELECT` on every column it uses. It is
/// never a default role, and never active in a session that reads rows.
pub const VIEW_ROLE: &str = "lockstep_views";

/// What the statements are to be made for.
pub struct GrantOptions<'a> {
    /// The server's family.
    pub flavor: Flavor,
    /// The server's version: what the same right is called depends on it.
    pub version: (u16, u16),
    /// The host part of the accounts, `%` or a network such as `10.2.10.%`.
    pub host: &'a str,
    /// Whether the accounts must use TLS.
    pub require_tls: bool,
    /// Writes the password's place: given an account's name, returns a SQL string literal, or
    /// [`password_placeholder`].
    pub password: &'a dyn Fn(&str) -> String,
}

/// A place for a person to put a password into, with its quotes. It is no SQL on purpose: a statement in which
/// it was forgotten fails, and makes no account with a password that anybody can guess.
pub fn password_placeholder(user: &str) -> String {
    match user.chars().all(|c| c.is_alphanumeric() || c == '_') {
        true => format!("<password of {user}>"),
        // What else a name holds must not end up in the statement as SQL.
        false => format!("<password of {}>", literal(user)),
    }
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

/// The statements for an environment's accounts: its reader, its writer, and its definer where the topology
/// names one. When the topology gives one login for reading and writing, it gets the writer's rights.
pub fn grants(topology: &Topology, environment: &Environment, options: &GrantOptions) -> Vec<AccountGrants> {
    let (reader, writer) = (&environment.reader.endpoint.user, &environment.writer.endpoint.user);
    let is_target = topology.is_target(&environment.name);
    let mut out = vec![view_role(topology, options)];
    if let Some(definer) = environment.definer.as_ref().filter(|d| is_target && d.user != *writer) {
        out.push(definer_grants(topology, definer));
    }
    if reader != writer || !is_target {
        out.push(account(reader, "reads definitions and reference rows", options, |name| {
            let mut statements = reader_grants(topology, name, options);
            // Without it `status` does not know the last run and the lag.
            statements.extend(
                is_target.then(|| format!("GRANT SELECT ON {}.* TO {name}", pattern(journal::DATABASE))),
            );
            statements
        }));
    }
    if is_target {
        let names_definer = environment.definer.is_some();
        out.push(account(
            writer,
            "changes definitions and reference rows, keeps the journal",
            options,
            |name| writer_grants(topology, name, names_definer, options),
        ));
    }
    let loads = topology.folder_flows.iter().any(|f| f.flow.to == environment.name);
    if let Some(loader) = environment.loader.as_ref().filter(|_| loads) {
        let purpose = "loads folders of definitions, in scratch databases of their own";
        let rights = |name: &str| {
            vec![format!(
                "GRANT {LOADER_RIGHTS} ON {}%`.* TO {name}",
                pattern(FILES_PREFIX).trim_end_matches('`')
            )]
        };
        out.push(account(&loader.endpoint.user, purpose, options, rights));
    }
    out.retain(|account| !account.statements.is_empty());
    out
}

/// The role for definitions of views. MySQL before 8.0 has no roles: there views cannot be compared by an
/// account that may not read them.
fn view_role(topology: &Topology, options: &GrantOptions) -> AccountGrants {
    let role = literal(VIEW_ROLE);
    let mut statements = Vec::new();
    if has_roles(options) {
        statements.push(format!("CREATE ROLE IF NOT EXISTS {role}"));
        statements
            .extend(topology.databases.iter().map(|d| format!("GRANT SELECT ON {}.* TO {role}", pattern(d))));
    }
    AccountGrants {
        account: VIEW_ROLE.to_owned(),
        purpose: "a role: active only in sessions that read and create the definitions of views",
        statements,
    }
}

fn has_roles(options: &GrantOptions) -> bool {
    options.flavor == Flavor::MariaDb || options.version >= (8, 0)
}

/// The account as which stored objects and views act: nobody can log in with it.
fn definer_grants(topology: &Topology, definer: &Account) -> AccountGrants {
    let name = definer.quoted();
    let create = format!("CREATE USER IF NOT EXISTS {name} ACCOUNT LOCK");
    let rights = topology.databases.iter().map(|d| {
        format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE, TRIGGER, EVENT, CREATE TEMPORARY TABLES ON {}.* TO {name}",
            pattern(d)
        )
    });
    AccountGrants {
        account: definer.to_string(),
        purpose: "stored objects and views act with its rights; nobody logs in with it; take away what they do not need",
        statements: std::iter::once(create).chain(rights).collect(),
    }
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

fn reader_grants(topology: &Topology, name: &str, options: &GrantOptions) -> Vec<String> {
    let mut out: Vec<String> = topology
        .databases
        .iter()
        .map(|d| format!("GRANT REFERENCES, SHOW VIEW, TRIGGER, EVENT ON {}.* TO {name}", pattern(d)))
        .collect();
    out.push(routines(name, options));
    out.push(binary_log(name));
    for reference in topology.references() {
        // A table that has not travelled here yet can be granted only together with CREATE, which then goes again.
        let table = reference.name().quoted();
        out.push(format!("GRANT SELECT, CREATE ON {table} TO {name}"));
        out.push(format!("REVOKE CREATE ON {table} FROM {name}"));
    }
    out.extend(has_roles(options).then(|| format!("GRANT {} TO {name}", literal(VIEW_ROLE))));
    out
}

fn writer_grants(
    topology: &Topology,
    name: &str,
    names_definer: bool,
    options: &GrantOptions,
) -> Vec<String> {
    let mut out: Vec<String> = topology
        .databases
        .iter()
        .map(|d| {
            format!(
                "GRANT CREATE, ALTER, DROP, INDEX, INSERT, REFERENCES, LOCK TABLES, CREATE VIEW, SHOW VIEW, TRIGGER, EVENT, \
                 CREATE ROUTINE, ALTER ROUTINE, EXECUTE ON {}.* TO {name}",
                pattern(d)
            )
        })
        .collect();
    out.push(foreign_keys(name));
    out.push(routines(name, options));
    out.push(binary_log(name));
    out.extend(names_definer.then(|| format!("GRANT {} ON *.* TO {name}", set_definer(options))));
    // CREATE, which the account has on the whole database, lets a table be granted before it exists.
    out.extend(
        topology.references().iter().map(|r| {
            format!("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON {} TO {name}", r.name().quoted())
        }),
    );
    out.push(format!("GRANT ALL PRIVILEGES ON {}.* TO {name}", pattern(journal::DATABASE)));
    out.push(format!("GRANT ALL PRIVILEGES ON `lockstep\\_scratch\\_%`.* TO {name}"));
    out.extend(has_roles(options).then(|| format!("GRANT {} TO {name}", literal(VIEW_ROLE))));
    out
}

/// The right to read the bodies of routines.
fn routines(name: &str, options: &GrantOptions) -> String {
    if options.flavor == Flavor::MySql && options.version >= (8, 0) {
        format!("GRANT SHOW_ROUTINE ON *.* TO {name}")
    } else {
        format!("GRANT SELECT ON `mysql`.`proc` TO {name}")
    }
}

/// The right to see every foreign key of the server, whatever database it is in: one that leads into a table in scope
/// could carry a change on to rows that lockstep knows nothing of. It shows definitions and no row.
fn foreign_keys(name: &str) -> String {
    format!("GRANT REFERENCES ON *.* TO {name}")
}

/// The right to see where the binary log stands and whether it leaves something out: only a log of everything
/// tells that nothing has moved. It shows no row.
fn binary_log(name: &str) -> String {
    format!("GRANT REPLICATION CLIENT ON *.* TO {name}")
}

/// What the right to create objects with another account as `DEFINER` is called.
fn set_definer(options: &GrantOptions) -> &'static str {
    match (options.flavor, options.version) {
        (Flavor::MySql, (8, 2..) | (9.., _)) => "SET_ANY_DEFINER",
        (Flavor::MySql, (8, _)) => "SET_USER_ID",
        (Flavor::MariaDb, (10, 5..) | (11.., _)) => "SET USER",
        _ => "SUPER",
    }
}

/// A database's name in a grant, where `_` and `%` are wildcards unless escaped.
fn pattern(database: &str) -> String {
    quote(&database.replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%"))
}
