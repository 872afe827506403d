//! Whether an account can do anything outside databases of one kind.

use super::identifier;
use crate::{Result, Session};

/// What the session's account was granted beyond databases whose names begin with `prefix`: each as the server shows
/// it, without passwords. Roles count: whoever is logged in may activate them.
///
/// # Errors
/// When the server does not show the account's grants.
pub(crate) fn beyond(session: &mut Session, prefix: &str) -> Result<Vec<String>> {
    let lines: Vec<String> = session.query("SHOW GRANTS")?;
    Ok(lines.iter().filter(|line| !is_within(line, prefix)).map(|line| shown(line)).collect())
}

/// Whether one line of `SHOW GRANTS` gives nothing beyond those databases.
fn is_within(line: &str, prefix: &str) -> bool {
    let Some((privileges, rest)) = line.strip_prefix("GRANT ").and_then(|rest| rest.split_once(" ON "))
    else {
        // A role, or a word that this program does not know. MariaDB shows a default role as SET DEFAULT ROLE.
        return false;
    };
    if line.contains(" WITH GRANT OPTION") || privileges.starts_with("PROXY") {
        return false;
    }
    if privileges == "USAGE" {
        return rest.starts_with("*.*");
    }
    let database = identifier(rest).map(|(database, _)| database);
    // A grant on a whole database has a pattern for a name.
    database.is_some_and(|database| database.replace("\\_", "_").starts_with(prefix))
}

/// The part of a line that says what was granted on what.
fn shown(line: &str) -> String {
    line.split(" TO ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_beyond_the_fence_are_seen() {
        let within = |line| is_within(line, "lockstep_scratch_files_");
        for line in [
            "GRANT USAGE ON *.* TO `l`@`%`",
            "GRANT USAGE ON *.* TO `l`@`%` IDENTIFIED BY PASSWORD '*A' WITH MAX_USER_CONNECTIONS 16",
            "GRANT SELECT, DROP ON `lockstep\\_scratch\\_files\\_%`.* TO `l`@`%`",
        ] {
            assert!(within(line), "{line}");
        }
        for line in [
            "GRANT FILE ON *.* TO `l`@`%`",
            "GRANT SELECT ON `lockstep\\_scratch\\_%`.* TO `l`@`%`",
            "GRANT SELECT ON `%`.* TO `l`@`%`",
            "GRANT SELECT ON `shop`.`t` TO `l`@`%`",
            "GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `l`@`%`",
            "GRANT SELECT ON `lockstep\\_scratch\\_files\\_%`.* TO `l`@`%` WITH GRANT OPTION",
            "GRANT `admin`@`%` TO `l`@`%`",
            "GRANT PROXY ON ''@'%' TO `l`@`%`",
            "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO `l`@`%`",
        ] {
            assert!(!within(line), "{line}");
        }
    }
}
