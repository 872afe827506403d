//! A `CREATE TABLE` statement cut into its named clauses.

use super::column::Column;
use super::lexer::{Token, TokenKind, group_end, significant, span, split_commas};
use crate::names::quote;
use crate::{Error, Result};

/// A table's clauses, each in the server's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clauses {
    /// In order.
    pub columns: Vec<Column>,
    /// In order; the primary key is called `PRIMARY`.
    pub keys: Vec<Key>,
    /// By name: the whole clause.
    pub foreign_keys: Named<ForeignKey>,
    /// By name.
    pub checks: Named<Check>,
    /// Clauses of no known kind, whole (MariaDB's `PERIOD FOR …`).
    pub others: Vec<String>,
    /// Table options in order: upper-case name and value.
    pub options: Vec<(String, String)>,
    /// Everything from `PARTITION BY` on.
    pub partitions: Option<String>,
}

/// A key of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// `PRIMARY` for the primary key.
    pub name: String,
    /// The whole clause.
    pub text: String,
    /// `""`, `UNIQUE`, `PRIMARY`, `FULLTEXT`, `SPATIAL` and so on.
    pub kind: String,
    /// The clause between the outer parentheses.
    pub parts: String,
    /// Columns of plain parts, in order; a functional part is an empty name.
    pub columns: Vec<String>,
    /// What follows the parentheses, upper-case words where they are words.
    pub attributes: Vec<String>,
}

impl Key {
    /// True for a primary or unique key.
    pub fn is_unique(&self) -> bool {
        self.kind == "PRIMARY" || self.kind == "UNIQUE"
    }

    /// True when the key can serve a foreign key on `columns`: they are its first ones.
    pub fn serves(&self, columns: &[String]) -> bool {
        !matches!(self.kind.as_str(), "FULLTEXT" | "SPATIAL")
            && self.columns.len() >= columns.len()
            && self.columns.iter().zip(columns).all(|(a, b)| a.eq_ignore_ascii_case(b))
    }
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignKey {
    /// The whole clause, from `CONSTRAINT` on.
    pub text: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The database of the table it refers to, where the clause says so.
    pub parent_database: Option<String>,
    /// The table it refers to.
    pub parent: String,
    /// The columns it refers to.
    pub parent_columns: Vec<String>,
    /// What follows, in upper case, without `RESTRICT` and `NO ACTION`: both hold where nothing is said.
    pub rule: String,
}

impl ForeignKey {
    /// True when two foreign keys differ at most in their names and in what is said although it holds anyway.
    pub fn does_the_same(&self, other: &Self) -> bool {
        let same_columns = |one: &[String], two: &[String]| {
            one.len() == two.len() && one.iter().zip(two).all(|(a, b)| same_name(a, b))
        };
        same_columns(&self.columns, &other.columns)
            && same_columns(&self.parent_columns, &other.parent_columns)
            && (&self.parent_database, &self.parent) == (&other.parent_database, &other.parent)
            && self.rule == other.rule
    }
}

/// A `CHECK` constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// The whole clause, from `CONSTRAINT` on, without `NOT ENFORCED`.
    pub text: String,
    /// False when the clause says `NOT ENFORCED`.
    pub enforced: bool,
}

impl Check {
    /// The clause after its name.
    pub fn condition(&self) -> &str {
        significant(&self.text).get(2).map_or("", |word| &self.text[word.start..])
    }
}

/// Clauses by name, in the order in which the server prints them. Two are equal whatever the order.
#[derive(Clone, Debug)]
pub(crate) struct Named<T>(Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> PartialEq for Named<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|(name, clause)| other.get(name) == Some(clause))
    }
}

impl<T: Eq> Eq for Named<T> {}

impl<T> Named<T> {
    /// The clause of that name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, clause)| clause)
    }

    /// Names and clauses in order.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.0.iter().map(|(name, clause)| (name, clause))
    }

    /// Clauses in order.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, clause)| clause)
    }

    /// The name and clause at a place in that order.
    ///
    /// # Panics
    /// When there are fewer.
    pub fn nth(&self, index: usize) -> (&String, &T) {
        (&self.0[index].0, &self.0[index].1)
    }

    /// Lets `change` edit each clause and its name, by its place.
    pub fn edit(&mut self, mut change: impl FnMut(usize, &mut String, &mut T)) {
        self.0.iter_mut().enumerate().for_each(|(index, (name, clause))| change(index, name, clause));
    }

    /// Clauses in order, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, clause)| clause)
    }

    /// Keeps the clauses whose name `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// Sorts the clauses by name.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| a.0.cmp(&b.0));
    }

    fn push(&mut self, name: String, clause: T) {
        self.0.push((name, clause));
    }
}

impl Clauses {
    /// Cuts the answer to `SHOW CREATE TABLE` (version comments unwrapped) into clauses.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Refused`] when the text does not have the expected form.
    pub fn parse(create: &str) -> Result<Self> {
        let strange = || Error::refused("SHOW CREATE TABLE is written in a way lockstep does not know");
        let tokens = significant(create);
        let open = tokens.iter().position(|t| t.is("(")).ok_or_else(strange)?;
        let end = group_end(&tokens, open);
        if end < open + 2 || !tokens[end - 1].is(")") {
            return Err(strange());
        }
        let mut clauses = Self::default();
        for part in split_commas(&tokens[open + 1..end - 1]) {
            clauses.add(create, part).ok_or_else(strange)?;
        }
        clauses.add_options(create, &tokens[end..]);
        let inherited = clauses.option("COLLATE").map(str::to_owned);
        for column in &mut clauses.columns {
            column.silence_inherited(inherited.as_deref());
        }
        Ok(clauses)
    }

    /// Sorts one clause of the body into its place.
    fn add(&mut self, sql: &str, part: &[Token<'_>]) -> Option<()> {
        let first = part.first()?;
        if first.kind == TokenKind::Name {
            self.columns.push(Column::parse(sql, part)?);
        } else if first.is("CONSTRAINT") && part.get(2).is_some_and(|t| t.is("FOREIGN")) {
            self.foreign_keys.push(part[1].name(), foreign_key(sql, part)?);
        } else if first.is("CONSTRAINT") && part.get(2).is_some_and(|t| t.is("CHECK")) {
            self.checks.push(part[1].name(), check(sql, part));
        } else if let Some(key) = key(sql, part) {
            self.keys.push(key);
        } else {
            self.others.push(span(sql, part).to_owned());
        }
        Some(())
    }

    /// Reads what follows the body: options, then partitions.
    fn add_options(&mut self, sql: &str, tokens: &[Token<'_>]) {
        let by = tokens.windows(2).position(|t| t[0].is("PARTITION") && t[1].is("BY"));
        let (options, partitions) = tokens.split_at(by.unwrap_or(tokens.len()));
        if !partitions.is_empty() {
            self.partitions = Some(span(sql, partitions).to_owned());
        }
        let mut i = 0;
        while i < options.len() {
            let bare = options[i].is("TABLESPACE") || options[i].is("STORAGE");
            if let Some(value) = options.get(i + 1).filter(|t| bare && !t.is("=")) {
                self.options.push((option_word(&options[i]), value.text.to_owned()));
                i += 2;
                continue;
            }
            // A name is one or more words up to `=`; a value is one token or a group.
            let equals = options[i..].iter().position(|t| t.is("=")).map(|n| i + n);
            let versioning = options[i].is("WITH") && options.get(i + 1).is_some_and(|t| t.is("SYSTEM"));
            if versioning {
                self.options.push(("SYSTEM VERSIONING".into(), "WITH".into()));
                i += 3;
                continue;
            }
            let Some(equals) = equals else {
                self.options.push((span(sql, &options[i..]).to_ascii_uppercase(), String::new()));
                break;
            };
            let name = options[i..equals].iter().map(option_word).collect::<Vec<_>>().join(" ");
            let value_end = match options.get(equals + 1) {
                Some(t) if t.is("(") => group_end(options, equals + 1),
                _ => (equals + 2).min(options.len()),
            };
            self.options.push((name, span(sql, &options[equals + 1..value_end]).to_owned()));
            i = value_end;
            if options.get(i).is_some_and(|t| t.is(",")) {
                i += 1;
            }
        }
    }

    /// The statement that creates the table under `name`, with only the given foreign keys.
    pub fn to_create(&self, name: &str, foreign_keys: &[String]) -> String {
        let columns = self.columns.iter().map(|c| format!("{} {}", quote(&c.name), c.text));
        let keys = self.keys.iter().map(|k| k.text.clone());
        let checks = self
            .checks
            .values()
            .map(|c| if c.enforced { c.text.clone() } else { format!("{} NOT ENFORCED", c.text) });
        let body: Vec<String> = columns
            .chain(self.others.iter().cloned())
            .chain(keys)
            .chain(foreign_keys.iter().cloned())
            .chain(checks)
            .collect();
        let options: String = self
            .options
            .iter()
            .map(|(name, value)| match name.as_str() {
                "SYSTEM VERSIONING" => " WITH SYSTEM VERSIONING".to_owned(),
                "TABLESPACE" | "STORAGE" => format!(" {name} {value}"),
                _ => format!(" {name}={value}"),
            })
            .collect();
        let partitions = self.partitions.as_ref().map_or(String::new(), |p| format!("\n{p}"));
        format!("CREATE TABLE {} (\n  {}\n){options}{partitions}", quote(name), body.join(",\n  "))
    }

    /// The column of that name, by the server's rule: letters of any case are the same.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| same_name(&c.name, name))
    }

    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|k| same_name(&k.name, name))
    }

    /// The value of a table option.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Column and key names are compared without regard to case.
pub(crate) fn same_name(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

fn option_word(token: &Token<'_>) -> String {
    match token.kind {
        TokenKind::Word => token.text.to_ascii_uppercase(),
        _ => token.text.to_owned(),
    }
}

fn key(sql: &str, part: &[Token<'_>]) -> Option<Key> {
    let word = part.iter().position(|t| t.is("KEY") || t.is("INDEX"))?;
    let kind = part[..word].iter().map(|t| t.text.to_ascii_uppercase()).collect::<Vec<_>>().join(" ");
    let open = part.iter().position(|t| t.is("("))?;
    let name = if kind == "PRIMARY" { "PRIMARY".to_owned() } else { part.get(word + 1)?.name() };
    let end = group_end(part, open);
    let inner = &part[open + 1..end.checked_sub(1)?];
    let columns = split_commas(inner)
        .iter()
        .map(|p| p.first().filter(|t| t.kind == TokenKind::Name).map_or_else(String::new, Token::name))
        .collect();
    Some(Key {
        name,
        text: span(sql, part).to_owned(),
        kind,
        parts: span(sql, inner).to_owned(),
        columns,
        attributes: part[end..].iter().map(option_word).collect(),
    })
}

fn names_in_group(part: &[Token<'_>], open: usize) -> Vec<String> {
    let end = group_end(part, open);
    part[open..end].iter().filter(|t| t.kind == TokenKind::Name).map(Token::name).collect()
}

fn foreign_key(sql: &str, part: &[Token<'_>]) -> Option<ForeignKey> {
    let open = part.iter().position(|t| t.is("("))?;
    let references = part.iter().position(|t| t.is("REFERENCES"))?;
    let qualified = part.get(references + 2)?.is(".");
    let (parent_database, parent) = match qualified {
        true => (Some(part[references + 1].name()), part.get(references + 3)?.name()),
        false => (None, part.get(references + 1)?.name()),
    };
    let parent_open = references + part[references..].iter().position(|t| t.is("("))?;
    Some(ForeignKey {
        text: span(sql, part).to_owned(),
        columns: names_in_group(part, open),
        parent_database,
        parent,
        parent_columns: names_in_group(part, parent_open),
        rule: rule(&part[group_end(part, parent_open)..]),
    })
}

/// What a foreign key does beyond refusing, which it does where nothing is said.
fn rule(tokens: &[Token<'_>]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let action = tokens.get(at + 2).filter(|_| tokens[at].is("ON"));
        match action {
            Some(word) if word.is("RESTRICT") => at += 3,
            Some(word) if word.is("NO") => at += 4,
            _ => {
                words.push(tokens[at].text.to_ascii_uppercase());
                at += 1;
            }
        }
    }
    words.join(" ")
}

fn check(sql: &str, part: &[Token<'_>]) -> Check {
    let not_enforced =
        part.len() >= 2 && part[part.len() - 2].is("NOT") && part[part.len() - 1].is("ENFORCED");
    let kept = if not_enforced { &part[..part.len() - 2] } else { part };
    Check { text: span(sql, kept).to_owned(), enforced: !not_enforced }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_falls_into_its_clauses() {
        let clauses = Clauses::parse(
            "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b``x` varchar(3) DEFAULT ',(',\n  PRIMARY KEY (`a`),\n  \
             UNIQUE KEY `u` (`b``x`(2) DESC) USING BTREE INVISIBLE,\n  KEY `f` ((`a` + 1)),\n  \
             CONSTRAINT `k` FOREIGN KEY (`a`) REFERENCES `d`.`p` (`id`) ON DELETE CASCADE,\n  \
             CONSTRAINT `c` CHECK ((`a` > 0)) NOT ENFORCED\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 \
             UNION=(`x`,`y`) COMMENT='a = b'\nPARTITION BY HASH (`a`)\nPARTITIONS 4",
        )
        .unwrap();
        assert_eq!(clauses.columns.len(), 2);
        assert_eq!(clauses.columns[1].name, "b`x");
        assert_eq!(clauses.keys[1].columns, ["b`x"]);
        assert_eq!(clauses.keys[1].attributes, ["USING", "BTREE", "INVISIBLE"]);
        assert_eq!(clauses.keys[2].columns, [""]);
        assert_eq!(clauses.foreign_keys.get("k").unwrap().parent_database.as_deref(), Some("d"));
        assert!(!clauses.checks.get("c").unwrap().enforced);
        assert_eq!(clauses.option("DEFAULT CHARSET"), Some("utf8mb4"));
        assert_eq!(clauses.option("UNION"), Some("(`x`,`y`)"));
        assert_eq!(clauses.option("COMMENT"), Some("'a = b'"));
        assert!(clauses.partitions.unwrap().ends_with("PARTITIONS 4"));
    }
}
