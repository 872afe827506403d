//! What a trigger may write, by the text of its definition and of everything that it calls.
//!
//! The answer may be too large, never too small: a name in the text that could be a table's, a routine's or a
//! view's is taken for one.

use std::collections::{BTreeSet, VecDeque};

use super::keys::{Keys, Rule};
use crate::TableName;
use crate::schema::lexer::{Token, TokenKind, significant};
use crate::schema::references::references;
use crate::schema::{Database, ObjectKind, Schema, Stored};

/// The definitions that triggers work in.
pub struct Definitions<'a> {
    /// The databases in scope, as the plan leaves them.
    pub schema: &'a Schema,
    /// Every foreign key of the server, as the plan leaves them.
    pub keys: &'a Keys,
    /// The names of all databases of the server.
    pub databases: &'a [String],
}

/// What may be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Tables. Those of databases out of scope may be views there.
    pub tables: BTreeSet<TableName>,
    /// Why more may be written than is known.
    pub unknown: BTreeSet<String>,
    /// Whether a database out of scope is written, whose triggers may write on.
    pub leaves_scope: bool,
}

impl Reach {
    /// True when nothing but the trigger's own row is written.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.unknown.is_empty()
    }
}

/// What is still to be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Text {
    Object(String, ObjectKind, String),
    Written(TableName),
}

impl Definitions<'_> {
    /// What the trigger of that name may write when it fires.
    pub fn reach_of_trigger(&self, database: &str, name: &str) -> Reach {
        let start = Text::Object(database.to_owned(), ObjectKind::Trigger, name.to_owned());
        let (mut reach, mut seen, mut queue) = (Reach::default(), BTreeSet::new(), VecDeque::from([start]));
        while let Some(next) = queue.pop_front() {
            if !seen.insert(next.clone()) {
                continue;
            }
            match next {
                Text::Object(database, kind, name) => {
                    self.read(&database, kind, &name, &mut reach, &mut queue)
                }
                Text::Written(table) => self.written(&table, &mut reach, &mut queue),
            }
        }
        reach
    }

    /// Reads one routine, trigger or view.
    fn read(
        &self,
        database: &str,
        kind: ObjectKind,
        name: &str,
        reach: &mut Reach,
        queue: &mut VecDeque<Text>,
    ) {
        let Some(stored) = self.object(database, kind, name) else { return };
        let body = Body::of(stored, database);
        if let Some(why) = body.cannot_be_read() {
            reach.unknown.insert(format!("{kind} {database}.{name} {why}"));
        }
        for (qualifier, called, is_call) in body.names() {
            let home = qualifier.as_deref().unwrap_or(database);
            match self.database(home) {
                Some((home, content)) => {
                    let of_name = content.objects.keys().filter(|(k, n)| is_read(*k) && same(n, &called));
                    queue.extend(of_name.map(|(k, n)| Text::Object(home.to_owned(), *k, n.clone())));
                }
                None if is_call && qualifier.is_some() && self.is_database(home) => {
                    reach.unknown.insert(format!("routine {home}.{called} is out of scope"));
                }
                None => {}
            }
        }
        let targets = body.targets(|name| self.is_database(name));
        queue.extend(targets.into_iter().map(|(d, table)| Text::Written(TableName::new(d, table))));
    }

    /// Follows a write: to the tables under a view, to the triggers of a table, and by foreign keys.
    fn written(&self, table: &TableName, reach: &mut Reach, queue: &mut VecDeque<Text>) {
        let Some((database, content)) = self.database(&table.database) else {
            if self.is_database(&table.database) {
                reach.tables.insert(table.clone());
                reach.leaves_scope = true;
            }
            return;
        };
        let view = content.objects.iter().find(|((k, n), _)| *k == ObjectKind::View && same(n, &table.name));
        if let Some(((_, name), stored)) = view {
            queue.push_back(Text::Object(database.to_owned(), ObjectKind::View, name.clone()));
            let under = references(&stored.create, database);
            queue.extend(under.into_iter().map(|(d, t)| Text::Written(TableName::new(d, t))));
            return;
        }
        // A name that no table has is an alias, or a temporary table of the routine's own.
        let Some(name) = content.tables.keys().find(|n| same(n, &table.name)) else { return };
        let table = TableName::new(database, name);
        for ((kind, trigger), stored) in &content.objects {
            if *kind == ObjectKind::Trigger && stored.trigger.as_ref().is_some_and(|p| same(&p.table, name)) {
                queue.push_back(Text::Object(database.to_owned(), *kind, trigger.clone()));
            }
        }
        let acts = |rule: Rule| rule != Rule::Refuse;
        let reached = self.keys.into_table(&table).filter(|k| acts(k.on_delete) || acts(k.on_update));
        queue.extend(reached.map(|key| Text::Written(key.child.clone())));
        reach.tables.insert(table);
    }

    fn object(&self, database: &str, kind: ObjectKind, name: &str) -> Option<&Stored> {
        self.schema.databases.get(database)?.objects.get(&(kind, name.to_owned()))
    }

    /// The database in scope of that name.
    fn database(&self, name: &str) -> Option<(&str, &Database)> {
        self.schema.databases.iter().find(|(d, _)| same(d, name)).map(|(d, content)| (d.as_str(), content))
    }

    fn is_database(&self, name: &str) -> bool {
        self.databases.iter().any(|d| same(d, name)) || self.database(name).is_some()
    }
}

/// Names are compared without case: where it matters, the answer is too large.
fn same(one: &str, two: &str) -> bool {
    one == two || one.to_lowercase() == two.to_lowercase()
}

/// Whether an object's text can write, or call what writes.
fn is_read(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Function
            | ObjectKind::Procedure
            | ObjectKind::Package
            | ObjectKind::PackageBody
            | ObjectKind::View
    )
}

/// The text of a trigger, a routine or a view.
struct Body<'a> {
    tokens: Vec<Token<'a>>,
    database: &'a str,
    sql_mode: &'a str,
    create: &'a str,
}

impl<'a> Body<'a> {
    fn of(stored: &'a Stored, database: &'a str) -> Self {
        let mut tokens = significant(&stored.create);
        if stored.trigger.is_some() {
            // The head names the trigger's own event and table.
            let row = tokens.windows(3).position(|t| t[0].is("FOR") && t[1].is("EACH") && t[2].is("ROW"));
            tokens.drain(..row.map_or(0, |at| at + 3));
        }
        let sql_mode = stored.sql_mode.as_deref().unwrap_or_default();
        Self { tokens, database, sql_mode, create: &stored.create }
    }

    /// Why the text does not say all of what it does.
    fn cannot_be_read(&self) -> Option<&'static str> {
        if self.sql_mode.contains("NO_BACKSLASH_ESCAPES") && self.create.contains('\\') {
            return Some("was made under NO_BACKSLASH_ESCAPES");
        }
        let prepares = |t: &[Token<'_>]| t[0].is("PREPARE") || (t[0].is("EXECUTE") && t[1].is("IMMEDIATE"));
        if self.tokens.windows(2).any(prepares) {
            return Some("makes SQL text and executes it");
        }
        if self.tokens.windows(2).any(|t| t[0].is("LANGUAGE") && !t[1].is("SQL")) {
            return Some("is not written in SQL");
        }
        self.tokens
            .windows(2)
            .any(|t| t[0].is("LOAD") && (t[1].is("DATA") || t[1].is("XML")))
            .then_some("loads a file")
    }

    /// The name in a token that can be one.
    fn name(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        match token.kind {
            TokenKind::Name | TokenKind::Word => Some(token.name()),
            TokenKind::Text if token.text.starts_with('"') && self.sql_mode.contains("ANSI_QUOTES") => {
                let inner = &token.text[1..token.text.len().saturating_sub(1).max(1)];
                Some(inner.replace("\"\"", "\""))
            }
            _ => None,
        }
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is(word))
    }

    /// Every name with its qualifier, and whether it is called: parentheses follow, or CALL stands before it.
    fn names(&self) -> Vec<(Option<String>, String, bool)> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let Some(name) = self.name(at) else { continue };
            let qualifier =
                at.checked_sub(2).filter(|_| self.is(at - 1, ".")).and_then(|before| self.name(before));
            let start = if qualifier.is_some() { at - 2 } else { at };
            let is_call = self.is(at + 1, "(") || start.checked_sub(1).is_some_and(|b| self.is(b, "CALL"));
            if qualifier.is_some() {
                // The qualifier may be a package of the same database.
                found.push((None, name.clone(), false));
            }
            found.push((qualifier, name, is_call));
        }
        found
    }

    /// What statements of the text may write: database and name. `is_database` says which names are databases.
    fn targets(&self, is_database: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        const MODIFIERS: [&str; 6] = ["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "TABLE"];
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let before = |word: &str| at.checked_sub(1).is_some_and(|b| self.is(b, word));
            let is_word = |word: &str| self.is(at, word);
            if (is_word("INSERT") || is_word("REPLACE")) && !self.is(at + 1, "(") || is_word("TRUNCATE") {
                let mut first = at + 1;
                while MODIFIERS.iter().any(|word| self.is(first, word)) {
                    first += 1;
                }
                self.add_table(first, &is_database, &mut found);
            } else if is_word("UPDATE") && !before("FOR") && !before("KEY") {
                self.add_tables_until(at + 1, &["SET"], &is_database, &mut found);
            } else if is_word("DELETE") {
                let ends = ["WHERE", "ORDER", "LIMIT", "RETURNING", ";"];
                self.add_tables_until(at + 1, &ends, &is_database, &mut found);
            }
        }
        found
    }

    /// Adds each name from `first` to the first of `ends` that could be a table's.
    fn add_tables_until(
        &self,
        first: usize,
        ends: &[&str],
        is_database: &impl Fn(&str) -> bool,
        found: &mut Vec<(String, String)>,
    ) {
        let end = (first..self.tokens.len()).find(|at| ends.iter().any(|word| self.is(*at, word)));
        for at in first..end.unwrap_or(self.tokens.len()) {
            if !at.checked_sub(1).is_some_and(|before| self.is(before, ".")) {
                self.add_table(at, is_database, found);
            }
        }
    }

    /// Adds the table that is named at `at`, where there is a name.
    fn add_table(&self, at: usize, is_database: &impl Fn(&str) -> bool, found: &mut Vec<(String, String)>) {
        let at = if self.is(at, ".") { at + 1 } else { at };
        let Some(name) = self.name(at) else { return };
        if self.is(at + 1, ".")
            && is_database(&name)
            && let Some(table) = self.name(at + 2)
        {
            found.push((name.clone(), table));
        }
        // A table of that name may be meant, with a column after it.
        found.push((self.database.to_owned(), name));
    }
}

#[cfg(test)]
mod tests;
