//! Events from files: they must not run while they are in a scratch database.
//!
//! An enabled event begins to run as soon as it is created, and its body may name the real databases. So each is
//! created disabled, and what is read back says what its file said.

use std::collections::BTreeSet;

use super::lexer::{Token, significant, unwrap_versions};
use super::reach::KINDS;
use crate::{Error, Result, Session};

/// The events whose files enable them: scratch database and name, in lower case.
#[derive(Default)]
pub(super) struct Asleep(BTreeSet<(String, String)>);

impl Asleep {
    /// The statement to send in place of `sql`, which is meant for the scratch databases.
    ///
    /// # Errors
    /// A recurring event without a start; as [`Session::query_first`].
    pub fn lay(&mut self, session: &mut Session, sql: String) -> Result<String> {
        let plain = unwrap_versions(&sql);
        let Some(event) = disabled(&plain) else { return Ok(sql) };
        if event.starts_when_created {
            return Err(Error::user("the event does not say STARTS, so it would differ at every reading")
                .with_hint("write ON SCHEDULE EVERY … STARTS 'YYYY-MM-DD HH:MM:SS'"));
        }
        let database = match event.database {
            Some(database) => database,
            None => session.query_first::<String>("SELECT DATABASE()")?.unwrap_or_default(),
        };
        let mut place = (database.to_lowercase(), event.name.to_lowercase());
        if let Some((to_database, to_name)) = event.renamed {
            let was_enabled = self.0.remove(&place);
            place = (to_database.map_or(place.0, |d| d.to_lowercase()), to_name.to_lowercase());
            if was_enabled {
                self.0.insert(place.clone());
            }
        }
        if event.enabled == Some(true) {
            self.0.insert(place);
        } else if event.enabled == Some(false) {
            self.0.remove(&place);
        }
        Ok(event.sql)
    }

    /// The definition of an event as its file has it, from the one read back.
    pub fn wake(&self, database: &str, name: &str, create: &str) -> String {
        let tokens = significant(create);
        let mut head = tokens.iter().take_while(|t| !t.is("DO"));
        match head.find(|t| t.is("DISABLE")) {
            Some(word) if self.0.contains(&(database.to_lowercase(), name.to_lowercase())) => {
                in_place(create, word, "ENABLE")
            }
            _ => create.to_owned(),
        }
    }
}

/// A statement about an event that leaves it disabled.
struct Disabled {
    sql: String,
    database: Option<String>,
    name: String,
    /// The database, where one is named, and the name that the statement gives it.
    renamed: Option<(Option<String>, String)>,
    /// Whether the statement was to enable or disable the event; `None` when it says nothing of it.
    enabled: Option<bool>,
    /// It recurs and does not say since when: its start would be the moment at which it is created.
    starts_when_created: bool,
}

/// `CREATE EVENT` or `ALTER EVENT` without enabling; `None` for any other statement.
fn disabled(sql: &str) -> Option<Disabled> {
    let tokens = significant(sql);
    let creates = tokens.first()?.is("CREATE");
    if !creates && !tokens.first()?.is("ALTER") {
        return None;
    }
    let kind = tokens.iter().take(16).position(|t| KINDS.iter().any(|k| t.is(k)))?;
    if !tokens[kind].is("EVENT") {
        return None;
    }
    let filler = |t: &Token<'_>| ["IF", "NOT", "EXISTS"].iter().any(|word| t.is(word));
    let at = kind + 1 + tokens[kind + 1..].iter().take_while(|t| filler(t)).count();
    let (database, name) = qualified(&tokens[at..])?;
    let rest = &tokens[at + 1..];
    let end = rest.iter().position(|t| t.is("DO")).unwrap_or(rest.len());
    let says = |word: &str| rest[..end].iter().find(|t| t.is(word));
    let to = rest[..end].windows(2).position(|words| words[0].is("RENAME") && words[1].is("TO"));
    let renamed = to.filter(|_| !creates).and_then(|to| qualified(&rest[to + 2..]));
    let starts_when_created = creates && says("EVERY").is_some() && says("STARTS").is_none();
    let (sql, enabled) = match says("ENABLE") {
        Some(word) => (in_place(sql, word, "DISABLE"), Some(true)),
        None if says("DISABLE").is_some() => (sql.to_owned(), Some(false)),
        None if creates => {
            let behind = says("COMMENT").or_else(|| rest.get(end))?.start;
            (format!("{}DISABLE {}", &sql[..behind], &sql[behind..]), Some(true))
        }
        None => (sql.to_owned(), None),
    };
    Some(Disabled { sql, database, name, renamed, enabled, starts_when_created })
}

/// The name at the front of `tokens`, and the database before it where there is one.
fn qualified(tokens: &[Token<'_>]) -> Option<(Option<String>, String)> {
    let first = tokens.first()?.name();
    Some(match tokens.get(1).is_some_and(|t| t.is(".")) {
        true => (Some(first), tokens.get(2)?.name()),
        false => (None, first),
    })
}

fn in_place(sql: &str, token: &Token<'_>, word: &str) -> String {
    format!("{}{word}{}", &sql[..token.start], &sql[token.end()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_created_disabled() {
        let cases = [
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t", Some(true), "DAY DISABLE DO DELETE"),
            (
                "CREATE DEFINER=`a`@`%` EVENT IF NOT EXISTS shop.e ON SCHEDULE EVERY 1 DAY ENABLE COMMENT 'c' DO SET @a = 1",
                Some(true),
                "DAY DISABLE COMMENT 'c' DO",
            ),
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY ON COMPLETION PRESERVE COMMENT 'enable' DO SET @a = 1",
                Some(true),
                "PRESERVE DISABLE COMMENT 'enable' DO",
            ),
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a = 1", Some(false), "DAY DISABLE DO"),
            ("ALTER EVENT e ENABLE", Some(true), "ALTER EVENT e DISABLE"),
            ("ALTER EVENT e COMMENT 'x'", None, "ALTER EVENT e COMMENT 'x'"),
        ];
        for (sql, enabled, part) in cases {
            let event = disabled(sql).unwrap();
            assert_eq!(event.name, "e");
            assert_eq!(event.enabled, enabled, "{sql}");
            assert!(event.sql.contains(part), "{}", event.sql);
        }
        assert!(disabled("CREATE TABLE event (a INT)").is_none());
        assert!(disabled("DROP EVENT e").is_none());
        assert!(disabled("CREATE EVENT e").is_none(), "cut off");
    }

    #[test]
    fn they_wake_as_their_files_say() {
        let asleep = Asleep(BTreeSet::from([("scratch_0".to_owned(), "e".to_owned())]));
        let shown =
            "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE DISABLE DO SELECT 'DISABLE'";
        assert!(asleep.wake("scratch_0", "E", shown).contains("PRESERVE ENABLE DO SELECT 'DISABLE'"));
        assert_eq!(asleep.wake("scratch_0", "f", shown), shown);
    }
}
