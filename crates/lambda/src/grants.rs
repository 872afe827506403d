//! Accounts and their rights: what bootstrap and rotation share.

use lockstep_engine::names::literal;
use lockstep_engine::{ErrorKind, Session};

use crate::failure::Result;

/// The host part of the accounts: security groups and network ACLs say from where, and subnets may change.
pub(crate) const HOST: &str = "%";

/// What a clone's name has behind its original's.
const CLONE: &str = "_clone";

/// `'user'@'%'`, as it is written in statements.
pub(crate) fn account(user: &str) -> String {
    format!("{}@{}", literal(user), literal(HOST))
}

/// The original of a pair of alternating users, whichever of the two `user` is.
pub(crate) fn original(user: &str) -> &str {
    user.strip_suffix(CLONE).unwrap_or(user)
}

/// The other one of the pair.
pub(crate) fn alternate(user: &str) -> String {
    user.strip_suffix(CLONE).map_or_else(|| format!("{user}{CLONE}"), str::to_owned)
}

/// True when the server has this account.
///
/// # Errors
/// When the session may not ask.
pub(crate) fn exists(session: &mut Session, user: &str) -> Result<bool> {
    let query = format!(
        "SELECT COUNT(*) FROM mysql.user WHERE user = {} AND host = {}",
        literal(user),
        literal(HOST)
    );
    let count: Option<u64> = session.query_first(query)?;
    Ok(count.is_some_and(|count| count > 0))
}

/// Runs a `GRANT`, also for a table that is not there any more, or not yet: a server takes that only together with `CREATE`,
/// which is given for the moment and taken away again. What remains is exactly the grant.
/// (Source: MySQL Reference Manual, "GRANT Statement", on tables that do not exist.)
///
/// # Errors
/// When the server refuses.
pub(crate) fn grant(session: &mut Session, statement: &str) -> Result<()> {
    /// The table does not exist.
    const NO_TABLE: u16 = 1146;
    match session.execute(statement) {
        Err(error) if error.kind() == ErrorKind::Server(NO_TABLE) => {}
        other => return Ok(other.map(drop)?),
    }
    let Some((table, account)) = parts(statement) else {
        return Ok(session.execute(statement).map(drop)?);
    };
    session.execute(statement.replacen("GRANT ", "GRANT CREATE, ", 1))?;
    Ok(session.execute(format!("REVOKE CREATE ON {table} FROM {account}")).map(drop)?)
}

/// Object and account of a `GRANT … ON object TO account`.
fn parts(statement: &str) -> Option<(&str, &str)> {
    let (_, rest) = statement.strip_prefix("GRANT ")?.split_once(" ON ")?;
    rest.rsplit_once(" TO ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_alternate() {
        assert_eq!(alternate("lockstep_writer"), "lockstep_writer_clone");
        assert_eq!(alternate("lockstep_writer_clone"), "lockstep_writer");
        assert_eq!((original("a_clone"), original("a")), ("a", "a"));
    }

    #[test]
    fn a_grant_is_taken_apart() {
        assert_eq!(parts("GRANT SELECT ON `a`.`b TO c` TO 'u'@'%'"), Some(("`a`.`b TO c`", "'u'@'%'")));
    }
}
