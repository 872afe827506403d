//! What two servers spell differently though it means the same.
//!
//! Between servers of one flavour and age the text itself is compared, nothing is normalised. Between
//! others (MySQL before 8.0.19 and after, MySQL and MariaDB) both sides are first brought into one
//! spelling, which both understand: integer widths, `utf8`, implied collations, `current_timestamp()`,
//! quoted numbers, MariaDB's JSON.

use std::collections::{BTreeMap, BTreeSet};

use super::column::{Column, Null};
use super::grouping::grouped;
use super::lexer::{Lexer, TokenKind, significant};
use super::model::{Database, ObjectKind, Schema, Stored};
use super::table::Clauses;
use crate::Result;
use crate::server::{Flavor, ServerInfo};

/// How the definitions of one pair of servers are compared.
pub(crate) struct Dialect<'a> {
    exact: bool,
    target: &'a ServerInfo,
    source_collations: &'a BTreeMap<String, String>,
    target_collations: &'a BTreeMap<String, String>,
}

/// Servers of one family spell alike.
fn family(server: &ServerInfo) -> (Flavor, u16, u16) {
    match server.flavor {
        Flavor::MySql if server.version >= (8, 0, 19) => (Flavor::MySql, 8, 0),
        flavor => (flavor, server.version.0, server.version.1),
    }
}

impl<'a> Dialect<'a> {
    /// The dialect for `source` and `target`.
    pub fn between(source: &'a Schema, target: &'a Schema) -> Self {
        Self {
            exact: family(&source.server) == family(&target.server),
            target: &target.server,
            source_collations: &source.default_collations,
            target_collations: &target.default_collations,
        }
    }

    /// True when texts are compared as they are.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// Whether a foreign key forbids its columns to gain or lose AUTO_INCREMENT: MySQL's error 1833.
    pub fn ties_numbering(&self) -> bool {
        self.target.flavor == Flavor::MySql
    }

    /// Default collations under which the source's clauses are to be read.
    pub fn source_collations(&self) -> &'a BTreeMap<String, String> {
        self.source_collations
    }

    /// The source's table in clauses that can be compared with, and run on, the target.
    ///
    /// # Errors
    /// As [`Clauses::parse`].
    pub fn source_table(&self, create: &str) -> Result<Clauses> {
        let mut clauses = Clauses::parse(create)?;
        if !self.exact {
            neutral(&mut clauses, self.source_collations);
        }
        Ok(clauses)
    }

    /// The target's table in clauses that can be compared with the source's.
    ///
    /// # Errors
    /// As [`Clauses::parse`].
    pub fn target_table(&self, create: &str) -> Result<Clauses> {
        let mut clauses = Clauses::parse(create)?;
        if !self.exact {
            neutral(&mut clauses, self.target_collations);
        }
        Ok(clauses)
    }

    /// Gives those clauses of the source's table the target's text that differ from it only in parentheses.
    pub fn align(&self, source: &mut Clauses, target: &Clauses) {
        if self.exact {
            return;
        }
        let same = |one: &str, two: &str| one != two && grouped(one) == grouped(two);
        for column in &mut source.columns {
            let there = target.columns.iter().find(|c| c.name == column.name);
            if let Some(there) = there.filter(|there| same(&column.text, &there.text)) {
                column.clone_from(there);
            }
        }
        for check in source.checks.values_mut() {
            // The text holds the name.
            if let Some(there) = target.checks.values().find(|there| same(&check.text, &there.text)) {
                check.text.clone_from(&there.text);
            }
        }
    }

    /// A database's default character set and collation.
    pub fn text_of_database(&self, database: &Database) -> (String, String) {
        match self.exact {
            true => (database.charset.clone(), database.collation.clone()),
            false => (modern_charset(&database.charset), modern_collation(&database.collation)),
        }
    }

    /// A database's other options, as far as the target knows them.
    pub fn database_options(&self, options: &str) -> String {
        if self.exact { options.to_owned() } else { String::new() }
    }

    /// A stored object's `sql_mode` without modes that the target does not know.
    pub fn sql_mode(&self, mode: &str) -> String {
        if self.exact {
            return mode.to_owned();
        }
        let lacking: &[&str] = match self.target.flavor {
            Flavor::MySql => &[
                "NO_AUTO_CREATE_USER",
                "NO_FIELD_OPTIONS",
                "NO_KEY_OPTIONS",
                "NO_TABLE_OPTIONS",
                "MYSQL323",
                "MYSQL40",
                "POSTGRESQL",
                "ORACLE",
                "MSSQL",
                "DB2",
                "MAXDB",
                "SIMULTANEOUS_ASSIGNMENT",
                "EMPTY_STRING_IS_NULL",
                "TIME_ROUND_FRACTIONAL",
            ],
            Flavor::MariaDb => &["TIME_TRUNCATE_FRACTIONAL"],
        };
        let kept: Vec<_> = mode.split(',').filter(|m| !lacking.contains(m)).collect();
        kept.join(",")
    }

    /// The `collation_connection` to create an object under; `None` where the target lacks it.
    pub fn collation_connection(&self, stored: &Stored) -> Option<String> {
        let collation = stored.collation_connection.clone()?;
        let known = self.exact || !collation.contains("_0900_") || self.target.flavor == Flavor::MySql;
        known.then_some(collation)
    }

    /// True when two stored objects are the same.
    pub fn same_stored(&self, kind: ObjectKind, source: &Stored, target: &Stored) -> bool {
        let place = |s: &Stored| s.trigger.as_ref().map(|p| (p.table.clone(), p.moment.clone()));
        if place(source) != place(target) {
            return false;
        }
        if !self.exact {
            let modes = |s: &Stored| {
                let modes = s.sql_mode.as_deref().map(|m| self.sql_mode(m)).unwrap_or_default();
                modes.split(',').map(str::to_owned).collect::<BTreeSet<_>>()
            };
            let words = |s: &Stored| folded(&s.create, kind == ObjectKind::View);
            return modes(source) == modes(target)
                && words(source) == words(target)
                && source.time_zone == target.time_zone;
        }
        // A view without any string does not depend on the character set of its creator.
        let texts_matter =
            kind != ObjectKind::View || significant(&source.create).iter().any(|t| t.kind == TokenKind::Text);
        // MySQL takes the text of a routine or trigger from its client as it is, and the driver sends UTF-8 only:
        // one that was made under another character set is made under utf8mb4, with strings of the same kind.
        let made_in_utf8 = self.target.flavor == Flavor::MySql
            && matches!(kind, ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Trigger)
            && !source.create.is_ascii()
            && target.character_set_client.as_deref() == Some("utf8mb4");
        source.create == target.create
            && source.sql_mode == target.sql_mode
            && source.time_zone == target.time_zone
            && (!texts_matter
                || (source.collation_connection == target.collation_connection
                    && (made_in_utf8 || source.character_set_client == target.character_set_client)))
    }
}

/// `utf8` is `utf8mb3` since 8.0.28 and MariaDB 10.6.
fn modern_charset(charset: &str) -> String {
    if charset == "utf8" { "utf8mb3".to_owned() } else { charset.to_owned() }
}

fn modern_collation(collation: &str) -> String {
    collation.strip_prefix("utf8_").map_or_else(|| collation.to_owned(), |rest| format!("utf8mb3_{rest}"))
}

/// Brings a table into the common spelling.
pub(crate) fn neutral(clauses: &mut Clauses, defaults: &BTreeMap<String, String>) {
    let table_charset = modern_charset(clauses.option("DEFAULT CHARSET").unwrap_or_default());
    let default_of = |charset: &str| {
        let old_name = if charset == "utf8mb3" { "utf8" } else { charset };
        modern_collation(defaults.get(charset).or_else(|| defaults.get(old_name)).map_or("", String::as_str))
    };
    let table_collation =
        clauses.option("COLLATE").map_or_else(|| default_of(&table_charset), modern_collation);
    clauses.options.retain(|(name, _)| name != "DEFAULT CHARSET" && name != "COLLATE");
    if !table_charset.is_empty() {
        clauses.options.push(("DEFAULT CHARSET".into(), table_charset.clone()));
        clauses.options.push(("COLLATE".into(), table_collation.clone()));
    }
    for column in &mut clauses.columns {
        neutral_column(column, (&table_charset, &table_collation), &default_of);
    }
    for check in clauses.checks.values_mut() {
        check.text = neutral_words(&check.text);
    }
    clauses.options.sort();
}

fn neutral_column(column: &mut Column, table: (&str, &str), default_of: &dyn Fn(&str) -> String) {
    column.data_type = neutral_type(&column.data_type);
    let said = column.charset.as_deref().map(modern_charset);
    let collation = column.collation.as_deref().map(modern_collation);
    let charset =
        said.clone().or_else(|| collation.as_deref().and_then(|c| c.split('_').next()).map(str::to_owned));
    let collation = collation.or_else(|| said.as_deref().map(default_of));
    let differs = collation.as_deref().is_some_and(|c| c != table.1)
        || charset.as_deref().is_some_and(|c| c != table.0);
    (column.charset, column.collation) = if differs { (charset, collation) } else { (None, None) };
    let json_check = format!("(json_valid(`{}`))", column.name.replace('`', "``"));
    if column.type_name() == "longtext" && column.check.as_deref() == Some(json_check.as_str()) {
        (column.data_type, column.check) = ("json".to_owned(), None);
        (column.charset, column.collation) = (None, None);
    }
    let takes_no_default =
        ["text", "blob", "json", "geometry"].iter().any(|t| column.type_name().ends_with(t));
    column.default =
        column.default.take().map(|d| neutral_default(&d)).filter(|d| !(takes_no_default && d == "NULL"));
    column.on_update = column.on_update.take().map(|d| neutral_default(&d));
    if let Some(generated) = &mut column.generated {
        generated.expression = format!("({})", neutral_words(without_parentheses(&generated.expression)));
    }
    column.text = column.to_text();
}

/// Drops display widths, which mean nothing, where newer servers drop them.
fn neutral_type(data_type: &str) -> String {
    let tokens = significant(data_type);
    let name = tokens.first().map(|t| t.text.to_ascii_lowercase()).unwrap_or_default();
    let width = tokens.get(2).map(|t| t.text).unwrap_or_default();
    let zerofill = tokens.iter().any(|t| t.is("zerofill"));
    let integer = matches!(name.as_str(), "tinyint" | "smallint" | "mediumint" | "int" | "bigint");
    let drops = (integer && !zerofill && !(name == "tinyint" && width == "1")) || name == "year";
    if drops && tokens.get(1).is_some_and(|t| t.is("(")) {
        let rest: String = tokens[4.min(tokens.len())..].iter().map(|t| format!(" {}", t.text)).collect();
        return format!("{name}{rest}");
    }
    data_type.to_owned()
}

fn neutral_default(default: &str) -> String {
    let tokens = significant(default);
    let Some(first) = tokens.first() else { return default.to_owned() };
    if first.is("CURRENT_TIMESTAMP") {
        let fraction = tokens.get(2).map(|t| t.text).filter(|t| *t != ")");
        return fraction.map_or("CURRENT_TIMESTAMP".to_owned(), |f| format!("CURRENT_TIMESTAMP({f})"));
    }
    let number = first.text.starts_with(|c: char| c.is_ascii_digit()) || first.text == "-";
    if number && tokens.iter().all(|t| t.kind != TokenKind::Text) {
        return format!("'{default}'");
    }
    let is_call = first.kind == TokenKind::Word && tokens.get(1).is_some_and(|t| t.is("("));
    if is_call { format!("({})", neutral_words(default)) } else { default.to_owned() }
}

/// Takes off parentheses that enclose the whole expression.
fn without_parentheses(expression: &str) -> &str {
    let tokens = significant(expression);
    let encloses =
        tokens.first().is_some_and(|t| t.is("(")) && super::lexer::group_end(&tokens, 0) == tokens.len();
    if encloses && expression.len() >= 2 {
        return without_parentheses(expression[1..expression.len() - 1].trim());
    }
    expression
}

/// A stored object's words for comparison between flavours: without display widths, introducers and
/// blanks; a view's by how they are grouped.
fn folded(create: &str, is_view: bool) -> Vec<String> {
    let words = neutral_words(create);
    if is_view {
        return grouped(&words);
    }
    let tokens = significant(&words);
    let mut out: Vec<String> = Vec::with_capacity(tokens.len());
    let mut skip_to = 0;
    for (i, token) in tokens.iter().enumerate() {
        let integer =
            ["tinyint", "smallint", "mediumint", "int", "bigint", "year"].iter().any(|t| token.is(t));
        if i >= skip_to {
            out.push(if token.kind == TokenKind::Word {
                token.text.to_lowercase()
            } else {
                token.text.to_owned()
            });
        }
        if integer
            && tokens.get(i + 1).is_some_and(|t| t.is("("))
            && tokens.get(i + 2).is_some_and(|t| t.text.bytes().all(|b| b.is_ascii_digit()))
            && tokens.get(i + 3).is_some_and(|t| t.is(")"))
        {
            skip_to = i + 4;
        }
    }
    out
}

/// Text with one blank where there are blanks, and without character-set introducers before strings.
fn neutral_words(sql: &str) -> String {
    let tokens: Vec<_> = Lexer::new(sql).collect();
    let mut out = String::with_capacity(sql.len());
    for (i, token) in tokens.iter().enumerate() {
        let introduces =
            token.text.starts_with('_') && tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::Text);
        match token.kind {
            _ if introduces => {}
            TokenKind::Space => out.push(' '),
            _ => out.push_str(token.text),
        }
    }
    out
}

impl Column {
    /// Writes the clause from its parts, in the order in which servers print them.
    fn to_text(&self) -> String {
        let mut text = self.data_type.clone();
        let mut add = |word: &str, value: Option<&str>| {
            if let Some(value) = value {
                text.push(' ');
                text.push_str(word);
                text.push_str(if word.is_empty() || value.is_empty() { "" } else { " " });
                text.push_str(value);
            }
        };
        add("CHARACTER SET", self.charset.as_deref());
        add("COLLATE", self.collation.as_deref());
        if let Some(generated) = &self.generated {
            add("GENERATED ALWAYS AS", Some(&generated.expression));
            add(if generated.stored { "STORED" } else { "VIRTUAL" }, Some(""));
        }
        match self.null {
            Null::No => add("NOT NULL", Some("")),
            Null::Yes => add("NULL", Some("")),
            Null::Silent => {}
        }
        for other in &self.others {
            add(other, Some(""));
        }
        add("DEFAULT", self.default.as_deref());
        add("ON UPDATE", self.on_update.as_deref());
        add("AUTO_INCREMENT", self.auto_increment.then_some(""));
        add("INVISIBLE", self.invisible.then_some(""));
        add("COMMENT", self.comment.as_deref());
        add("CHECK", self.check.as_deref());
        text
    }
}
