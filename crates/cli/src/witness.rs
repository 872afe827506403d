//! How the demo checks lockstep from outside: an administrator's look at the tables of one server that are no
//! reference tables, and at the server's own log of what lockstep asked it.

use anyhow::Result;
use lockstep_engine::names::{literal, quote};
use lockstep_sandbox::Member;
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};

use crate::example;

/// One table that has rows and is no reference table.
struct Table {
    database: String,
    name: String,
    /// The expression that digests a row's values, in the columns that the table had when it was first seen.
    digest: String,
}

/// An administrator's connection to one server, and the tables it watches.
pub struct Witness {
    conn: Conn,
    tables: Vec<Table>,
}

impl Witness {
    /// Connects over the socket as `root` and finds the tables with rows.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn of(member: &Member, root_password: &str) -> Result<Self> {
        let options = OptsBuilder::new()
            .socket(Some(member.socket.to_string_lossy()))
            .user(Some("root"))
            .pass(Some(root_password));
        let mut conn = Conn::new(options)?;
        let topology = example::topology()?;
        let databases: Vec<String> = topology.databases.iter().map(|d| literal(d)).collect();
        let found: Vec<(String, String)> = conn.query(format!(
            "SELECT table_schema AS d, table_name AS t FROM information_schema.tables \
             WHERE table_type = 'BASE TABLE' AND table_schema IN ({}) ORDER BY 1, 2",
            databases.join(", ")
        ))?;
        let mut tables = Vec::new();
        for (database, name) in found {
            if topology.references().iter().any(|r| r.name().database == database && r.name().name == name) {
                continue;
            }
            let digest = digest(&mut conn, &database, &name)?;
            tables.push(Table { database, name, digest });
        }
        let mut witness = Self { conn, tables: Vec::new() };
        for table in tables {
            if witness.count(&table)? > 0 {
                witness.tables.push(table);
            }
        }
        Ok(witness)
    }

    /// How many tables are watched.
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    /// Their names, for a sentence.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.tables.iter().map(|t| t.name.as_str()).collect();
        match names.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            _ => names.concat(),
        }
    }

    /// How many rows they have together.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn rows(&mut self) -> Result<u64> {
        let tables = std::mem::take(&mut self.tables);
        let counted = tables.iter().map(|t| self.count(t)).sum();
        self.tables = tables;
        counted
    }

    fn count(&mut self, table: &Table) -> Result<u64> {
        let from = format!("SELECT COUNT(*) FROM {}.{}", quote(&table.database), quote(&table.name));
        Ok(self.conn.query_first(from)?.unwrap_or(0))
    }

    /// A checksum of each table over all values that it had when it was first seen.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn checksums(&mut self) -> Result<Vec<String>> {
        let mut out = Vec::new();
        for table in &self.tables {
            let sum: Option<String> = self.conn.query_first(format!(
                "SELECT CONCAT(COUNT(*), ':', SUM({})) FROM {}.{}",
                table.digest,
                quote(&table.database),
                quote(&table.name)
            ))?;
            out.push(format!("{} {}", table.name, sum.unwrap_or_default()));
        }
        Ok(out)
    }

    /// How many statements the general log has of lockstep's logins, and those of them that read rows of a
    /// watched table.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn reads_logged(&mut self) -> Result<(u64, Vec<String>)> {
        let statements: Vec<Vec<u8>> = self.conn.query(
            "SELECT argument FROM mysql.general_log WHERE user_host LIKE '%lockstep\\_%' \
             AND command_type IN ('Query', 'Prepare', 'Execute')",
        )?;
        let reads_any = |sql: &str| {
            let lower = sql.trim_start().to_lowercase();
            let reads = ["select", "with", "table", "handler", "do"].iter().any(|w| lower.starts_with(w));
            reads && self.tables.iter().any(|t| lower.contains(&quote(&t.name)))
        };
        let texts: Vec<String> = statements.iter().map(|s| String::from_utf8_lossy(s).into_owned()).collect();
        let reads = texts.iter().filter(|s| reads_any(s)).cloned().collect();
        Ok((texts.len() as u64, reads))
    }
}

/// An expression over every column's value as text, binary ones as they are.
fn digest(conn: &mut Conn, database: &str, table: &str) -> Result<String> {
    let columns: Vec<(String, String)> = conn.query(format!(
        "SELECT column_name AS c, data_type AS t FROM information_schema.columns \
         WHERE table_schema = {} AND table_name = {} ORDER BY ordinal_position",
        literal(database),
        literal(table)
    ))?;
    let value = |(name, kind): &(String, String)| {
        let column = quote(name);
        let is_binary =
            kind.contains("binary") || kind.contains("blob") || kind.contains("geometry") || kind == "bit";
        let text = if is_binary { format!("HEX({column})") } else { format!("HEX(CAST({column} AS CHAR))") };
        format!("COALESCE({text}, 'NULL')")
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    Ok(format!("CRC32(CONCAT_WS('.', {}))", values.join(", ")))
}
