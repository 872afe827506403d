//! As whom views and stored objects act in the target: a run never changes their owners by the way.
//!
//! They run with their owner's rights (`DEFINER`). An object that is replaced keeps its owner; a new one gets the
//! account that the topology names, else the one that owns most of its database. Where that cannot be, the plan is
//! refused until a person permits another owner. The rehearsal runs without owners: in scratch databases these
//! accounts have no rights.

use std::collections::BTreeMap;

use super::Context;
use crate::plan::{Plan, Problem};
use crate::privileges::{self, Held};
use crate::schema::{self, ObjectKind, ObjectRef, with_definer};
use crate::surroundings::{Objection, Owners, probe};
use crate::topology::Account;
use crate::{Result, Session};

/// Names the owner in every statement that creates a view or a stored object. Refuses the plan where an owner would change,
/// does not exist, or is beyond the login's rights.
pub(super) fn settle(context: &Context, session: &mut Session, plan: &mut Plan) -> Result<()> {
    if !plan.statements.iter().any(|s| has_owner(s.object.kind)) {
        return Ok(());
    }
    let environment = context.topology.environment(&context.flow.to)?;
    let login: Option<String> = session.query_first("SELECT CURRENT_USER()")?;
    let mut settler = Settler {
        context,
        owners: Owners::read(session, &context.topology.databases)?,
        configured: environment.definer.clone(),
        login: login.unwrap_or_default(),
        may_name_others: privileges::may_set_definer(session)?,
        objections: BTreeMap::new(),
    };
    settler.ask(session, plan)?;
    let mut without_owner = false;
    for i in 0..plan.statements.len() {
        let statement = &plan.statements[i];
        if !has_owner(statement.object.kind) {
            continue;
        }
        let object = statement.object.clone();
        if !statement.action.defines_stored() {
            settler.drop(&object, plan);
            continue;
        }
        match settler.owner_of(&object, plan) {
            Some(owner) => {
                plan.statements[i].sql = with_definer(&plan.statements[i].sql, &owner.quoted());
            }
            None => without_owner = true,
        }
    }
    if without_owner && !context.topology.ad_hoc {
        plan.warnings.push(format!(
            "stored objects and views are created with the writer as DEFINER, who may not read tables; name another \
             account: definer = \"user@host\" in [environments.{}]",
            environment.name
        ));
    }
    Ok(())
}

fn has_owner(kind: ObjectKind) -> bool {
    !matches!(kind, ObjectKind::Table | ObjectKind::Database | ObjectKind::Sequence)
}

/// What is known of owners and of the login.
struct Settler<'a> {
    context: &'a Context<'a>,
    owners: Owners,
    /// The account that the topology names.
    configured: Option<Account>,
    /// The login, `user@host`.
    login: String,
    may_name_others: bool,
    /// Accounts that were asked about, and what is in their way.
    objections: BTreeMap<String, Option<Objection>>,
}

impl Settler<'_> {
    /// The owner that an object should have; `None` for the login.
    fn wanted(&self, object: &ObjectRef) -> Option<&Account> {
        self.owners
            .of(object)
            .or(self.configured.as_ref())
            .or_else(|| self.owners.prevailing(&object.database, object.kind))
    }

    /// Asks the server about each account that a statement needs.
    fn ask(&mut self, session: &mut Session, plan: &Plan) -> Result<()> {
        let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
        for statement in plan.statements.iter().filter(|s| has_owner(s.object.kind)) {
            let object = &statement.object;
            let creates = statement.sql.starts_with("CREATE ");
            let concerned = if creates { self.wanted(object) } else { self.owners.of(object) };
            accounts.extend(concerned.map(|a| (a.to_string(), a.clone())));
            accounts.extend(self.configured.iter().map(|a| (a.to_string(), a.clone())));
        }
        accounts.retain(|name, _| *name != self.login);
        if !self.may_name_others {
            let denied = || Some(Objection::Denied("the login may not name another account".into()));
            self.objections = accounts.into_keys().map(|name| (name, denied())).collect();
            return Ok(());
        }
        let accounts: Vec<Account> = accounts.into_values().collect();
        self.objections = schema::in_scratch(session, |session, scratch| {
            let ask = |a: &Account| Ok((a.to_string(), probe(session, scratch, a)?));
            accounts.iter().map(ask).collect()
        })?;
        Ok(())
    }

    fn objection(&self, account: &Account) -> Option<&Objection> {
        self.objections.get(&account.to_string()).and_then(Option::as_ref)
    }

    /// The account to create an object as; `None` for the login. Refuses the plan where that is not the right one.
    fn owner_of(&self, object: &ObjectRef, plan: &mut Plan) -> Option<Account> {
        let wanted = self.wanted(object)?.clone();
        let Some(objection) = self.objection(&wanted) else {
            return (wanted.to_string() != self.login).then_some(wanted);
        };
        let kept = self.owners.of(object).is_some();
        let why = self.explain(&wanted, objection);
        if !kept && self.configured.as_ref() == Some(&wanted) {
            plan.refused.push(Problem { object: object.to_string(), reason: why });
            return None;
        }
        let instead = self.configured.clone().filter(|c| self.objection(c).is_none());
        let name =
            instead.as_ref().map_or_else(|| format!("the login ({})", self.login), ToString::to_string);
        let what = match kept {
            true => format!("its owner would change from {wanted} to {name}"),
            false => format!("it would belong to {name}, and not to {wanted} as others of its database do"),
        };
        if self.context.permits.owner {
            plan.warnings.push(format!("{object}: {what}: {why}"));
        } else {
            let reason = format!("{what}: {why}; --allow owner permits it");
            plan.refused.push(Problem { object: object.to_string(), reason });
        }
        instead
    }

    /// Refuses to drop what belongs to an account that the login may not touch. Views are dropped and replaced by anyone
    /// with the right to drop them, and so are triggers.
    fn drop(&self, object: &ObjectRef, plan: &mut Plan) {
        if matches!(object.kind, ObjectKind::Trigger) {
            return;
        }
        let Some(owner) = self.owners.of(object) else { return };
        if let Some(Objection::Denied(said)) = self.objection(owner)
            && privileges::wants_system_user(said)
        {
            let reason = format!("it belongs to {owner}: {}", self.system_user());
            plan.refused.push(Problem { object: object.to_string(), reason });
        }
    }

    fn system_user(&self) -> String {
        format!(
            "that account has SYSTEM_USER, and only a login with SYSTEM_USER may drop, replace or create its objects; \
             give them to another owner as an administrator (DROP, then CREATE DEFINER = …), or GRANT SYSTEM_USER ON \
             *.* TO {}",
            self.login
        )
    }

    fn explain(&self, account: &Account, objection: &Objection) -> String {
        match objection {
            Objection::Missing => {
                format!("account {account} does not exist: CREATE USER {} ACCOUNT LOCK", account.quoted())
            }
            Objection::Denied(said) if privileges::wants_system_user(said) => self.system_user(),
            Objection::Denied(said) if privileges::wants_nonexistent(said) => {
                format!("account {account} does not exist: CREATE USER {} ACCOUNT LOCK", account.quoted())
            }
            Objection::Denied(said) => format!(
                "the login may not create objects with DEFINER {account} ({said}): give it what `lockstep grants {}` \
                 prints",
                self.context.flow.to
            ),
        }
    }
}

/// The objects in scope that the session's login could not drop or replace, since they belong to an account with
/// SYSTEM_USER, and the accounts that do not exist; for `lockstep doctor`.
///
/// # Errors
/// As [`Session::query`].
pub(crate) fn unreachable(
    session: &mut Session,
    databases: &[String],
    definer: Option<&Account>,
) -> Result<Vec<String>> {
    let held = Held::read(session)?;
    if !privileges::may_set_definer(session)? || held.holds_server_right("SYSTEM_USER") && definer.is_none() {
        return Ok(Vec::new());
    }
    let owners = Owners::read(session, databases)?;
    let login: Option<String> = session.query_first("SELECT CURRENT_USER()")?;
    let mut accounts: BTreeMap<String, (Account, Vec<String>)> = BTreeMap::new();
    for (object, owner) in owners.iter() {
        let of = accounts.entry(owner.to_string()).or_insert_with(|| (owner.clone(), Vec::new()));
        of.1.push(object.to_string());
    }
    if let Some(definer) = definer {
        accounts.entry(definer.to_string()).or_insert_with(|| (definer.clone(), Vec::new()));
    }
    accounts.retain(|name, _| Some(name) != login.as_ref());
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    schema::in_scratch(session, |session, scratch| {
        let mut found = Vec::new();
        for (account, objects) in accounts.values() {
            let owns = match objects.as_slice() {
                [] => "the topology's definer".to_owned(),
                [only] => format!("owner of {only}"),
                [first, rest @ ..] => format!("owner of {first} and {} more", rest.len()),
            };
            match probe(session, scratch, account)? {
                Some(Objection::Denied(said)) if privileges::wants_system_user(&said) => {
                    found.push(format!("{account} ({owns}) has SYSTEM_USER, and the login has not"));
                }
                Some(_) => found.push(format!("{account} ({owns}) does not exist")),
                None => {}
            }
        }
        Ok(found)
    })
}
