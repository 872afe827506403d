//! A first topology from a live server: databases in scope and likely reference tables, for a person to
//! confirm. Reads definitions and statistics only, never a row.

use crate::names::literal;
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

/// A table and what was found of it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The table.
    pub table: TableName,
    /// Rows, as the server estimates.
    pub rows: u64,
    /// Why it is not proposed; `None` when it is.
    pub doubt: Option<String>,
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
    let tables: Vec<(String, String, Option<u64>)> = session.query(format!(
        "SELECT table_schema AS d, table_name AS t, table_rows AS n FROM information_schema.tables \
         WHERE table_type = 'BASE TABLE' AND table_schema IN ({list}) ORDER BY 1, 2"
    ))?;
    let columns: Vec<(String, String, String, String)> = session.query(format!(
        "SELECT table_schema AS d, table_name AS t, column_name AS c, column_key AS k \
         FROM information_schema.columns WHERE table_schema IN ({list})"
    ))?;
    let tables = tables
        .into_iter()
        .map(|(database, name, rows)| {
            let of_table = columns.iter().filter(|c| c.0 == database && c.1 == name);
            let rows = rows.unwrap_or(0);
            let doubt = doubt(rows, of_table.map(|c| (c.2.as_str(), c.3.as_str())));
            Candidate { table: TableName { database, name }, rows, doubt }
        })
        .collect();
    Ok(Proposal { databases, tables })
}

/// Why a table with these rows and columns (name, kind of key) should not be proposed.
fn doubt<'a>(rows: u64, columns: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let mut keyed = false;
    for (column, key) in columns {
        keyed |= matches!(key, "PRI" | "UNI");
        let lower = column.to_lowercase();
        if let Some(word) = SENSITIVE.iter().find(|w| has_word(&lower, w)) {
            return Some(format!("column `{column}` looks sensitive ({word})"));
        }
    }
    if rows > MOST_ROWS {
        return Some(format!("about {}: more than {}", count(rows, "row"), grouped(MOST_ROWS)));
    }
    (!keyed).then(|| "it has no primary or unique key".to_owned())
}

/// True when `word` stands in `name` between its ends and underscores.
fn has_word(name: &str, word: &str) -> bool {
    format!("_{name}_").contains(&format!("_{word}_"))
}
