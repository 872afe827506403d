//! Every foreign key of a server.

use std::collections::HashMap;

use crate::data::{self, Action};
use crate::privileges::Held;
use crate::schema::Schema;
use crate::schema::lexer::significant;
use crate::schema::table::{self, Clauses};
use crate::{Result, Session, TableName};

/// What a foreign key does with the rows that refer, when the row they refer to goes or its key changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The statement fails: RESTRICT and NO ACTION.
    Refuse,
    /// They go, or change, with it: CASCADE.
    Cascade,
    /// Their columns are set: SET NULL, SET DEFAULT.
    Set,
}

impl Rule {
    /// The rule by its SQL words. One that is not known is taken for the worst.
    pub(crate) fn of_words(words: &str) -> Self {
        match words {
            "RESTRICT" | "NO ACTION" => Self::Refuse,
            "SET NULL" | "SET DEFAULT" => Self::Set,
            _ => Self::Cascade,
        }
    }

    fn action(self) -> Action {
        if self == Self::Refuse { Action::Refuse } else { Action::Change }
    }
}

/// One foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// The table that refers.
    pub child: TableName,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table referred to; it need not exist.
    pub parent: TableName,
    /// The columns referred to, in the order of `columns`.
    pub parent_columns: Vec<String>,
    /// What a delete does.
    pub on_delete: Rule,
    /// What an update of the columns referred to does.
    pub on_update: Rule,
}

impl Key {
    /// `db.child.constraint`, by which a topology permits it.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.child, self.name)
    }

    fn for_rows(&self) -> data::ForeignKey {
        data::ForeignKey {
            name: self.name.clone(),
            child: self.child.clone(),
            columns: self.columns.clone(),
            parent: self.parent.clone(),
            parent_columns: self.parent_columns.clone(),
            on_delete: self.on_delete.action(),
            on_update: self.on_update.action(),
        }
    }
}

/// Every foreign key of a server, as it is or as a plan would leave it.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    keys: Vec<Key>,
    /// Whether names of databases and tables that differ in case only mean the same.
    folds_case: bool,
}

impl Keys {
    /// Reads the keys of every database that the session's account may see. [`Held::sees_foreign_keys`] says
    /// whether these are all.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn read(session: &mut Session) -> Result<Self> {
        // Two plain queries: joined in the server, these views are a hundred times slower.
        type Line = (String, String, String, String, String, String, String);
        let columns: Vec<Line> = session.query(
            "SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, \
             REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE \
             WHERE REFERENCED_TABLE_NAME IS NOT NULL \
             ORDER BY CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
        )?;
        let rules: Vec<(String, String, String, String, String)> = session.query(
            "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE \
             FROM information_schema.REFERENTIAL_CONSTRAINTS",
        )?;
        let rules: HashMap<(TableName, String), (Rule, Rule)> = rules
            .into_iter()
            .map(|(database, table, name, delete, update)| {
                let rules = (Rule::of_words(&delete), Rule::of_words(&update));
                ((TableName::new(database, table), name), rules)
            })
            .collect();
        let mut keys: Vec<Key> = Vec::new();
        for (database, name, table, column, parent_database, parent, parent_column) in columns {
            let child = TableName::new(database, table);
            match keys.last_mut() {
                Some(last) if last.name == name && last.child == child => {
                    last.columns.push(column);
                    last.parent_columns.push(parent_column);
                }
                _ => {
                    // A key without rules is one that the account sees in part: the worst is assumed.
                    let unknown = (Rule::Cascade, Rule::Cascade);
                    let (on_delete, on_update) =
                        rules.get(&(child.clone(), name.clone())).copied().unwrap_or(unknown);
                    keys.push(Key {
                        name,
                        child,
                        columns: vec![column],
                        parent: TableName::new(parent_database, parent),
                        parent_columns: vec![parent_column],
                        on_delete,
                        on_update,
                    });
                }
            }
        }
        Ok(Self { keys, folds_case: session.server().lower_case_table_names != 0 })
    }

    /// The keys as they will be when the databases of `schema` have its definitions; elsewhere they stay.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Refused`] when a definition cannot be read.
    pub fn after(&self, schema: &Schema) -> Result<Self> {
        let stays = |key: &&Key| !schema.databases.keys().any(|d| self.same_database(d, &key.child.database));
        let mut keys: Vec<Key> = self.keys.iter().filter(stays).cloned().collect();
        keys.extend(defined_keys(schema)?);
        Ok(Self { keys, folds_case: self.folds_case })
    }

    /// Whether two names mean the same table on this server.
    pub fn same(&self, one: &TableName, two: &TableName) -> bool {
        self.same_database(&one.database, &two.database) && self.same_database(&one.name, &two.name)
    }

    fn same_database(&self, one: &str, two: &str) -> bool {
        one == two || self.folds_case && one.to_lowercase() == two.to_lowercase()
    }

    /// The keys that lead into a table.
    pub fn into_table<'a>(&'a self, parent: &'a TableName) -> impl Iterator<Item = &'a Key> {
        self.keys.iter().filter(move |key| self.same(&key.parent, parent))
    }

    /// The keys of a table.
    pub fn of_table<'a>(&'a self, child: &'a TableName) -> impl Iterator<Item = &'a Key> {
        self.keys.iter().filter(move |key| self.same(&key.child, child))
    }

    /// The keys that lead into tables of `schema` from databases that are not in it.
    pub fn from_outside<'a>(&'a self, schema: &'a Schema) -> impl Iterator<Item = &'a Key> {
        let holds = |name: &str| schema.databases.keys().any(|d| self.same_database(d, name));
        self.keys.iter().filter(move |k| holds(&k.parent.database) && !holds(&k.child.database))
    }

    /// Gives a table's shape the keys that it has here.
    pub fn give_to(&self, layout: &mut data::Layout) {
        let table = layout.table().clone();
        let from = |key: &&Key| self.same(&key.child, &table);
        layout.foreign_keys = self.keys.iter().filter(from).map(Key::for_rows).collect();
        layout.referenced_by = self.into_table(&table).map(Key::for_rows).collect();
    }
}

/// Why a login to which the server may hide foreign keys is refused; `None` for one that sees them all.
pub fn hidden(held: &Held, target: &str) -> Option<String> {
    (!held.sees_foreign_keys()).then(|| {
        format!(
            "the login may not see all foreign keys of the server, so rows and tables out of scope could be changed \
             through one: give it what `lockstep grants {target}` prints (GRANT REFERENCES ON *.*; it shows no row)"
        )
    })
}

/// The keys that the definitions of `schema` hold.
fn defined_keys(schema: &Schema) -> Result<Vec<Key>> {
    let mut found = Vec::new();
    for (database, content) in &schema.databases {
        for (name, table) in content.tables.iter().filter(|(_, t)| t.create.contains("FOREIGN KEY")) {
            let child = TableName::new(database, name);
            let clauses = Clauses::parse(&table.create).map_err(|e| e.context(&child))?;
            found.extend(clauses.foreign_keys.iter().map(|(name, key)| defined_key(&child, name, key)));
        }
    }
    Ok(found)
}

fn defined_key(child: &TableName, name: &str, key: &table::ForeignKey) -> Key {
    let database = key.parent_database.as_ref().unwrap_or(&child.database);
    Key {
        name: name.to_owned(),
        child: child.clone(),
        columns: key.columns.clone(),
        parent: TableName::new(database, &key.parent),
        parent_columns: key.parent_columns.clone(),
        on_delete: rule_of(&key.text, "DELETE"),
        on_update: rule_of(&key.text, "UPDATE"),
    }
}

/// The rule for an event in a foreign key's clause; without words for it, the default refuses.
fn rule_of(clause: &str, event: &str) -> Rule {
    let tokens = significant(clause);
    let at = tokens.windows(2).position(|t| t[0].is("ON") && t[1].is(event));
    let Some(at) = at else { return Rule::Refuse };
    let words: Vec<String> = tokens[at + 2..].iter().take(2).map(|t| t.text.to_ascii_uppercase()).collect();
    match words.first().map(String::as_str) {
        Some("CASCADE" | "RESTRICT") => Rule::of_words(&words[0]),
        _ => Rule::of_words(&words.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_from_a_clause() {
        let clause =
            |rest: &str| format!("CONSTRAINT `k` FOREIGN KEY (`on`) REFERENCES `d`.`p` (`id`){rest}");
        for (rest, delete, update) in [
            ("", Rule::Refuse, Rule::Refuse),
            (" ON DELETE CASCADE", Rule::Cascade, Rule::Refuse),
            (" ON DELETE SET NULL ON UPDATE CASCADE", Rule::Set, Rule::Cascade),
            (" ON DELETE RESTRICT ON UPDATE SET DEFAULT", Rule::Refuse, Rule::Set),
            (" ON DELETE NO ACTION ON UPDATE NO ACTION", Rule::Refuse, Rule::Refuse),
        ] {
            let found = (rule_of(&clause(rest), "DELETE"), rule_of(&clause(rest), "UPDATE"));
            assert_eq!(found, (delete, update), "{rest}");
        }
    }
}
