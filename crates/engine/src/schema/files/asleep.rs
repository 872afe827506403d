//! Events from files: they must not run while they are in a scratch database.
//!
//! An enabled event begins to run as soon as it is created, and its body may name the real databases. So each is
//! created disabled, and what is read back says what its file said.

use std::collections::BTreeSet;

use super::edit::Edit;
use super::reach::KINDS;
use crate::schema::lexer::{Token, significant};
use crate::schema::rename::Renames;
use crate::{Error, Result};

/// The events whose files enable them: scratch database and name, in lower case.
#[derive(Default)]
pub(super) struct Asleep(BTreeSet<(String, String)>);

impl Asleep {
    /// What to write where in a statement about an event, so that the event does not run. `tokens` are the
    /// statement's significant ones; `current` is the database in use, and `scratch` gives the scratch database of
    /// one that the statement names.
    ///
    /// # Errors
    /// A recurring event without a start.
    pub fn lay(&mut self, tokens: &[Token<'_>], current: &str, scratch: &Renames) -> Result<Option<Edit>> {
        let Some(event) = disabled(tokens) else { return Ok(None) };
        if event.starts_when_created {
            return Err(Error::user("the event does not say STARTS, so it would differ at every reading")
                .with_hint("write ON SCHEDULE EVERY … STARTS 'YYYY-MM-DD HH:MM:SS'"));
        }
        let of = |named: &str| scratch.get(named).map_or(named, String::as_str).to_lowercase();
        let database = event.database.as_deref().map_or_else(|| current.to_lowercase(), of);
        let mut place = (database, event.name.to_lowercase());
        if let Some((to_database, to_name)) = event.renamed {
            let was_enabled = self.0.remove(&place);
            place = (to_database.as_deref().map_or(place.0, of), to_name.to_lowercase());
            if was_enabled {
                self.0.insert(place.clone());
            }
        }
        if event.enabled == Some(true) {
            self.0.insert(place);
        } else if event.enabled == Some(false) {
            self.0.remove(&place);
        }
        Ok(event.edit)
    }

    /// The database is emptied: what it held is gone.
    pub fn forget(&mut self, database: &str) {
        self.0.retain(|(of, _)| *of != database.to_lowercase());
    }

    /// The definition of an event as its file has it, from the one read back.
    pub fn wake(&self, database: &str, name: &str, create: &str) -> String {
        let tokens = significant(create);
        let mut head = tokens.iter().take_while(|t| !t.is("DO"));
        match head.find(|t| t.is("DISABLE")) {
            Some(word) if self.0.contains(&(database.to_lowercase(), name.to_lowercase())) => {
                Edit::in_place_of(word, "ENABLE").applied(create)
            }
            _ => create.to_owned(),
        }
    }
}

/// A statement about an event that leaves it disabled.
struct Disabled {
    /// What to write in the statement, where it would be enabled.
    edit: Option<Edit>,
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
fn disabled(tokens: &[Token<'_>]) -> Option<Disabled> {
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
    let (edit, enabled) = match says("ENABLE") {
        Some(word) => (Some(Edit::in_place_of(word, "DISABLE")), Some(true)),
        None if says("DISABLE").is_some() => (None, Some(false)),
        None if creates => {
            let behind = says("COMMENT").or_else(|| rest.get(end))?;
            (Some(Edit::before(behind, "DISABLE ")), Some(true))
        }
        None => (None, None),
    };
    Some(Disabled { edit, database, name, renamed, enabled, starts_when_created })
}

/// The name at the front of `tokens`, and the database before it where there is one.
fn qualified(tokens: &[Token<'_>]) -> Option<(Option<String>, String)> {
    let first = tokens.first()?.name();
    Some(match tokens.get(1).is_some_and(|t| t.is(".")) {
        true => (Some(first), tokens.get(2)?.name()),
        false => (None, first),
    })
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
            let event = disabled(&significant(sql)).unwrap();
            assert_eq!(event.name, "e");
            assert_eq!(event.enabled, enabled, "{sql}");
            let sent = event.edit.map_or(sql.to_owned(), |edit| edit.applied(sql));
            assert!(sent.contains(part), "{sent}");
        }
        assert!(disabled(&significant("CREATE TABLE event (a INT)")).is_none());
        assert!(disabled(&significant("DROP EVENT e")).is_none());
        assert!(disabled(&significant("CREATE EVENT e")).is_none(), "cut off");
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
