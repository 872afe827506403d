//! A first topology from a live server: databases in scope and likely reference tables, for a person to
//! confirm. Reads definitions and statistics only, never a row.

use std::collections::HashMap;

use crate::names::literal;
use crate::surroundings::Keys;
use crate::topology::RESERVED_DATABASES;
use crate::words::{count, grouped};
use crate::{Result, Session, TableName};

/// Above this many rows (by the server's estimate) a table is not proposed.
const MOST_ROWS: u64 = 20_000;

/// Parts of column names that speak of people, money in motion or secrets.
const SENSITIVE: [&str; 31] = [
    "email",
    "e_mail",
    "phone",
    "mobile",
    "first_name",
    "last_name",
    "surname",
    "full_name",
    "birth",
    "gender",
    "ssn",
    "passport",
    "national_id",
    "tax_id",
    "iban",
    "card",
    "pan",
    "cvv",
    "cvc",
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "salt",
    "balance",
    "ip_address",
    "customer",
    "holder",
    "account_id",
    "user_id",
];

/// Words in the names of tables that grow with use: what happened, what is to be done, what is kept for a while.
const GROWING: [&str; 26] = [
    "log",
    "audit",
    "history",
    "hist",
    "event",
    "session",
    "job",
    "task",
    "queue",
    "outbox",
    "inbox",
    "token",
    "archive",
    "message",
    "notification",
    "transaction",
    "payment",
    "order",
    "invoice",
    "booking",
    "entry",
    "backup",
    "cache",
    "tmp",
    "temp",
    "migration",
];

/// Names of columns that say when a row came about: such rows come about all the time.
const MOMENTS: [&str; 14] = [
    "created_at",
    "created_on",
    "created",
    "inserted_at",
    "occurred_at",
    "logged_at",
    "sent_at",
    "received_at",
    "processed_at",
    "expires_at",
    "expired_at",
    "booked_at",
    "paid_at",
    "ts",
];

/// A counter this far above the number of rows says that rows come and go.
const COUNTER_PER_ROW: u64 = 10;

/// Counters up to here say nothing.
const SMALL_COUNTER: u64 = 1_000;

/// A table and what was found of it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The table.
    pub table: TableName,
    /// Rows, as the server estimates.
    pub rows: u64,
    /// What speaks for lookup data.
    pub reasons: Vec<String>,
    /// What speaks against it; a table is proposed when nothing does.
    pub doubts: Vec<String>,
}

impl Candidate {
    /// Whether it looks like lookup data.
    pub fn is_proposed(&self) -> bool {
        self.doubts.is_empty()
    }
}

/// What a server holds, as a proposal.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Every database that is not the server's or lockstep's own.
    pub databases: Vec<String>,
    /// Every base table in them.
    pub tables: Vec<Candidate>,
}

/// Looks at every database of the server, or only at `scope` where it is not empty.
///
/// # Errors
/// When the server cannot be asked.
pub fn propose(session: &mut Session, scope: &[String]) -> Result<Proposal> {
    let reserved = RESERVED_DATABASES.map(literal).join(", ");
    let mut databases: Vec<String> = session.query(format!(
        "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name NOT IN ({reserved}) \
         AND schema_name NOT LIKE 'lockstep\\_%' ORDER BY 1"
    ))?;
    if !scope.is_empty() {
        databases.retain(|d| scope.contains(d));
    }
    let list = databases.iter().map(|d| literal(d)).collect::<Vec<_>>().join(", ");
    if databases.is_empty() {
        return Ok(Proposal { databases, tables: Vec::new() });
    }
    let tables = tables(session, &list)?;
    let columns = columns(session, &list)?;
    let keys = Keys::read(session)?;
    let mut candidates: Vec<Candidate> = tables
        .into_iter()
        .map(|facts| {
            let columns = columns.get(&facts.table).map_or(&[][..], Vec::as_slice);
            let referring = keys.into_table(&facts.table).filter(|k| k.child != facts.table).count();
            Candidate {
                reasons: reasons(&facts, columns, referring),
                doubts: doubts(&facts, columns),
                rows: facts.rows,
                table: facts.table,
            }
        })
        .collect();
    doubt_children(&keys, &mut candidates);
    Ok(Proposal { databases, tables: candidates })
}

/// What the server says of a table.
struct Facts {
    table: TableName,
    rows: u64,
    counter: Option<u64>,
    options: String,
}

/// A column's name and its kind of key.
struct ColumnFacts {
    name: String,
    key: String,
}

fn tables(session: &mut Session, list: &str) -> Result<Vec<Facts>> {
    type Line = (String, String, Option<u64>, Option<u64>, Option<String>);
    let rows: Vec<Line> = session.query(format!(
        "SELECT table_schema AS d, table_name AS t, table_rows AS n, auto_increment AS c, create_options AS o \
         FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema IN ({list}) ORDER BY 1, 2"
    ))?;
    let facts = |(database, name, rows, counter, options): Line| Facts {
        table: TableName::new(database, name),
        rows: rows.unwrap_or(0),
        counter,
        options: options.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(facts).collect())
}

fn columns(session: &mut Session, list: &str) -> Result<HashMap<TableName, Vec<ColumnFacts>>> {
    let rows: Vec<(String, String, String, String)> = session.query(format!(
        "SELECT table_schema AS d, table_name AS t, column_name AS c, column_key AS k \
         FROM information_schema.columns WHERE table_schema IN ({list})"
    ))?;
    let mut found: HashMap<TableName, Vec<ColumnFacts>> = HashMap::new();
    for (database, table, name, key) in rows {
        found.entry(TableName::new(database, table)).or_default().push(ColumnFacts { name, key });
    }
    Ok(found)
}

/// What speaks for lookup data.
fn reasons(facts: &Facts, columns: &[ColumnFacts], referring: usize) -> Vec<String> {
    let mut found = vec![format!("about {} rows", facts.rows)];
    if referring > 0 {
        found.push(format!("foreign keys that refer to it: {referring}"));
    }
    let telling = ["code", "name", "label", "description", "title"];
    if let Some(c) = columns.iter().find(|c| telling.iter().any(|w| has_word(&c.name.to_lowercase(), w))) {
        found.push(format!("column `{}`", c.name));
    }
    if facts.counter.is_none() {
        found.push("no AUTO_INCREMENT".to_owned());
    }
    found
}

/// What speaks against it.
fn doubts(facts: &Facts, columns: &[ColumnFacts]) -> Vec<String> {
    let mut found = Vec::new();
    let head = head_word(&facts.table.name);
    if GROWING.contains(&head.as_str()) {
        found.push(format!("its name speaks of rows that come with use ({head})"));
    }
    for column in columns {
        let lower = column.name.to_lowercase();
        if let Some(word) = SENSITIVE.iter().find(|w| has_word(&lower, w)) {
            found.push(format!("column `{}` looks sensitive ({word})", column.name));
        }
        if MOMENTS.contains(&lower.as_str()) {
            found.push(format!("column `{}`: rows come about with time", column.name));
        }
    }
    if facts.rows > MOST_ROWS {
        found.push(format!("about {}: more than {}", count(facts.rows, "row"), grouped(MOST_ROWS)));
    }
    if let Some(counter) = facts.counter.filter(|c| *c > SMALL_COUNTER + facts.rows * COUNTER_PER_ROW) {
        found.push(format!("AUTO_INCREMENT is at {counter}: rows come and go"));
    }
    if facts.options.contains("partitioned") {
        found.push("it is partitioned, as tables that grow are".to_owned());
    }
    if !columns.iter().any(|c| matches!(c.key.as_str(), "PRI" | "UNI")) {
        found.push("it has no primary or unique key".to_owned());
    }
    found
}

/// What a table's name calls its rows, in the singular: `log` for `audit_logs_2024`, `status` for `order_status`.
fn head_word(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.rsplit(|c: char| !c.is_alphabetic());
    let last = words.into_iter().find(|word| !word.is_empty()).unwrap_or_default();
    match (last.strip_suffix("ies"), last.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) if !stem.ends_with('s') && last != "status" => stem.to_owned(),
        _ => last.to_owned(),
    }
}

/// Rows that belong to rows of a table which is not lookup data are not lookup data either.
fn doubt_children(keys: &Keys, candidates: &mut [Candidate]) {
    loop {
        let doubted: Vec<TableName> =
            candidates.iter().filter(|c| !c.is_proposed()).map(|c| c.table.clone()).collect();
        let mut found = false;
        for candidate in candidates.iter_mut().filter(|c| c.is_proposed()) {
            let parent = keys.of_table(&candidate.table).find(|key| doubted.contains(&key.parent));
            if let Some(key) = parent {
                candidate.doubts.push(format!("its rows belong to rows of {}", key.parent));
                found = true;
            }
        }
        if !found {
            return;
        }
    }
}

/// True when `word` stands in `name` between its ends and underscores.
fn has_word(name: &str, word: &str) -> bool {
    format!("_{name}_").contains(&format!("_{word}_"))
}

#[cfg(test)]
mod tests {
    use super::head_word;

    #[test]
    fn the_last_word_of_a_name_says_what_its_rows_are() {
        for (name, head) in [
            ("audit_log", "log"),
            ("audit_logs_2024", "log"),
            ("Price_Histories", "history"),
            ("order_status", "status"),
            ("sessions", "session"),
            ("job_title", "title"),
            ("42", ""),
        ] {
            assert_eq!(head_word(name), head, "{name}");
        }
    }
}
