//! One column of a table, cut into the parts that must be understood.

use super::lexer::{Token, TokenKind, group_end, span};

/// A column's clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name.
    pub name: String,
    /// The type with its arguments, `unsigned` and `zerofill`.
    pub data_type: String,
    /// What follows `CHARACTER SET`.
    pub charset: Option<String>,
    /// What follows `COLLATE`.
    pub collation: Option<String>,
    /// The expression and storage of a generated column.
    pub generated: Option<Generated>,
    /// `NOT NULL`, `NULL` or silence.
    pub null: Null,
    /// What follows `DEFAULT`.
    pub default: Option<String>,
    /// What follows `ON UPDATE`.
    pub on_update: Option<String>,
    /// `AUTO_INCREMENT`.
    pub auto_increment: bool,
    /// What follows `COMMENT`.
    pub comment: Option<String>,
    /// `INVISIBLE`.
    pub invisible: bool,
    /// What follows `CHECK` (MariaDB prints a column's own check in the column).
    pub check: Option<String>,
    /// Every other attribute, verbatim and in order.
    pub others: Vec<String>,
    /// Everything after the name, as the server printed it.
    pub text: String,
}

/// How a generated column gets its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Generated {
    /// The expression with its parentheses.
    pub expression: String,
    /// True for `STORED` (and MariaDB's `PERSISTENT`), false for `VIRTUAL`.
    pub stored: bool,
}

/// Whether a column says that it takes NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Null {
    /// Nothing is said: NULL is allowed.
    Silent,
    /// `NULL` (printed for TIMESTAMP).
    Yes,
    /// `NOT NULL`.
    No,
}

/// Words that begin an attribute; a value of unknown form ends before the next of them.
const ATTRIBUTES: &[&str] = &[
    "CHARACTER",
    "COLLATE",
    "GENERATED",
    "AS",
    "NOT",
    "NULL",
    "DEFAULT",
    "ON",
    "AUTO_INCREMENT",
    "COMMENT",
    "INVISIBLE",
    "VISIBLE",
    "CHECK",
    "COLUMN_FORMAT",
    "STORAGE",
    "SRID",
    "REF_SYSTEM_ID",
    "COMPRESSED",
    "WITHOUT",
    "WITH",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE_ATTRIBUTE",
    "VIRTUAL",
    "STORED",
    "PERSISTENT",
];

impl Column {
    /// Reads the tokens of one column clause of `sql`; `None` when its form is unknown.
    pub fn parse(sql: &str, part: &[Token<'_>]) -> Option<Self> {
        let mut reader = Reader { sql, tokens: part, at: 1 };
        let data_type = reader.data_type()?;
        let mut column = Self {
            name: part[0].name(),
            data_type,
            charset: None,
            collation: None,
            generated: None,
            null: Null::Silent,
            default: None,
            on_update: None,
            auto_increment: false,
            comment: None,
            invisible: false,
            check: None,
            others: Vec::new(),
            text: span(sql, &part[1..]).to_owned(),
        };
        while let Some(token) = reader.peek() {
            column.attribute(&mut reader, token)?;
        }
        Some(column)
    }

    fn attribute(&mut self, reader: &mut Reader<'_, '_>, token: Token<'_>) -> Option<()> {
        if reader.accept(&["CHARACTER", "SET"]) {
            self.charset = Some(reader.word()?);
        } else if reader.accept(&["COLLATE"]) {
            self.collation = Some(reader.word()?);
        } else if reader.accept(&["GENERATED", "ALWAYS", "AS", "ROW"]) {
            self.others.push(format!("GENERATED ALWAYS AS ROW {}", reader.word()?));
        } else if reader.accept(&["GENERATED", "ALWAYS", "AS"]) || reader.accept(&["AS"]) {
            let expression = reader.group()?;
            let stored = reader.accept(&["STORED"]) || reader.accept(&["PERSISTENT"]);
            let _ = stored || reader.accept(&["VIRTUAL"]);
            self.generated = Some(Generated { expression, stored });
        } else if reader.accept(&["NOT", "NULL"]) {
            self.null = Null::No;
        } else if reader.accept(&["NULL"]) {
            self.null = Null::Yes;
        } else if reader.accept(&["DEFAULT"]) {
            self.default = Some(reader.value()?);
        } else if reader.accept(&["ON", "UPDATE"]) {
            self.on_update = Some(reader.value()?);
        } else if reader.accept(&["AUTO_INCREMENT"]) {
            self.auto_increment = true;
        } else if reader.accept(&["COMMENT"]) {
            self.comment = Some(reader.word()?);
        } else if reader.accept(&["INVISIBLE"]) {
            self.invisible = true;
        } else if reader.accept(&["CHECK"]) {
            self.check = Some(reader.group()?);
        } else {
            let _ = token;
            self.others.push(reader.value()?);
        }
        Some(())
    }

    /// MySQL prints the collation of a column that inherits it, where it is not its character set's
    /// default; to repeat it in a statement would make it the column's own. Silence means the same.
    pub fn silence_inherited(&mut self, table_collation: Option<&str>) {
        if self.charset.is_none() && self.collation.is_some() && self.collation.as_deref() == table_collation
        {
            let said = format!(" COLLATE {}", self.collation.take().unwrap_or_default());
            let attributes = self.text[self.data_type.len()..].replacen(&said, "", 1);
            self.text = format!("{}{attributes}", self.data_type);
        }
    }

    /// True when the two clauses differ in more than comment, default, visibility and position.
    pub fn stores_otherwise(&self, other: &Self) -> bool {
        self.data_type != other.data_type
            || self.charset != other.charset
            || self.collation != other.collation
            || (self.null == Null::No) != (other.null == Null::No)
            || self.generated != other.generated
            || self.others != other.others
    }

    /// The type's name in lower case, without arguments.
    pub fn type_name(&self) -> String {
        self.data_type
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
            .to_lowercase()
    }
}

struct Reader<'t, 's> {
    sql: &'s str,
    tokens: &'t [Token<'s>],
    at: usize,
}

impl<'t, 's> Reader<'t, 's> {
    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.at).copied()
    }

    /// Steps over `words` when they come next.
    fn accept(&mut self, words: &[&str]) -> bool {
        let here = &self.tokens[self.at..];
        let found = here.len() >= words.len() && words.iter().zip(here).all(|(w, t)| t.is(w));
        self.at += if found { words.len() } else { 0 };
        found
    }

    fn word(&mut self) -> Option<String> {
        let token = self.peek()?;
        self.at += 1;
        Some(token.text.to_owned())
    }

    fn group(&mut self) -> Option<String> {
        let start = self.at;
        if !self.peek()?.is("(") {
            return None;
        }
        self.at = group_end(self.tokens, start);
        Some(span(self.sql, &self.tokens[start..self.at]).to_owned())
    }

    fn data_type(&mut self) -> Option<String> {
        let start = self.at;
        self.word()?;
        if self.peek().is_some_and(|t| t.is("(")) {
            self.group()?;
        }
        while self.peek().is_some_and(|t| t.is("unsigned") || t.is("zerofill") || t.is("signed")) {
            self.at += 1;
        }
        Some(span(self.sql, &self.tokens[start..self.at]).to_owned())
    }

    /// An expression of any form: everything up to the next word that begins an attribute.
    fn value(&mut self) -> Option<String> {
        let start = self.at;
        self.peek()?;
        self.at = if self.tokens[start].is("(") { group_end(self.tokens, start) } else { start + 1 };
        while let Some(token) = self.peek() {
            let begins = token.kind == TokenKind::Word && ATTRIBUTES.iter().any(|a| token.is(a));
            if begins {
                break;
            }
            self.at = if token.is("(") { group_end(self.tokens, self.at) } else { self.at + 1 };
        }
        Some(span(self.sql, &self.tokens[start..self.at]).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::lexer::significant;

    fn column(sql: &str) -> Column {
        Column::parse(sql, &significant(sql)).unwrap()
    }

    #[test]
    fn attributes_are_found_in_any_order() {
        let c = column(
            "`a` decimal(10,2) unsigned zerofill CHARACTER SET latin1 COLLATE latin1_bin NOT NULL \
             DEFAULT (concat('a',`b`)) ON UPDATE CURRENT_TIMESTAMP(3) COMMENT 'NOT NULL' INVISIBLE SRID 4326",
        );
        assert_eq!(c.data_type, "decimal(10,2) unsigned zerofill");
        assert_eq!(c.collation.as_deref(), Some("latin1_bin"));
        assert_eq!(c.null, Null::No);
        assert_eq!(c.default.as_deref(), Some("(concat('a',`b`))"));
        assert_eq!(c.on_update.as_deref(), Some("CURRENT_TIMESTAMP(3)"));
        assert_eq!(c.comment.as_deref(), Some("'NOT NULL'"));
        assert!(c.invisible);
        assert_eq!(c.others, ["SRID 4326"]);
    }

    #[test]
    fn generated_columns_and_plain_defaults() {
        let c = column("`a` int GENERATED ALWAYS AS (`b` + 1) STORED NOT NULL");
        assert_eq!(c.generated, Some(Generated { expression: "(`b` + 1)".into(), stored: true }));
        assert_eq!(column("`a` bit(1) DEFAULT b'0'").default.as_deref(), Some("b'0'"));
        assert_eq!(column("`a` int DEFAULT -1 COMMENT 'x'").default.as_deref(), Some("-1"));
        assert_eq!(column("`a` int DEFAULT NULL").default.as_deref(), Some("NULL"));
        assert_eq!(
            column("`a` int DEFAULT nextval(`d`.`s`) CHECK (`a` > 0)").check.as_deref(),
            Some("(`a` > 0)")
        );
    }
}
