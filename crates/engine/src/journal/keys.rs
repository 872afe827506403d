//! Foreign keys that a run has dropped for the moment. A key is noted before it is dropped and struck out when it is
//! back, so that whatever ends a run, the next one knows what is missing.

use super::Journal;
use crate::names::literal;
use crate::{Result, TableName};

/// A foreign key that is to be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenKey {
    /// The table that it was taken from.
    pub table: TableName,
    /// Its name.
    pub name: String,
    /// The statement that puts it back.
    pub restore: String,
}

impl Journal {
    /// Notes a foreign key that is about to be dropped for the moment.
    ///
    /// # Errors
    /// When the server refuses; the key must then not be dropped.
    pub fn key_taken(&mut self, run: u64, key: &TakenKey) -> Result<()> {
        self.session
            .execute(format!(
                "REPLACE INTO lockstep.taken_key (key_hash, run, table_database, table_name, key_name, restore, taken) \
                 VALUES ({}, {run}, {}, {}, {}, {}, UTC_TIMESTAMP(3))",
                hash(key),
                literal(&key.table.database),
                literal(&key.table.name),
                literal(&key.name),
                literal(&key.restore)
            ))
            .map(drop)
    }

    /// Strikes out a foreign key that is back.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn key_is_back(&mut self, key: &TakenKey) -> Result<()> {
        self.session
            .execute(format!("DELETE FROM lockstep.taken_key WHERE key_hash = {}", hash(key)))
            .map(drop)
    }

    /// The foreign keys that earlier runs took and did not put back, the oldest first.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn taken_keys(&mut self) -> Result<Vec<TakenKey>> {
        // A journal of an earlier version has no such table.
        let exists: Option<u8> = self.session.query_first(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = 'lockstep' AND table_name = 'taken_key'",
        )?;
        if exists.is_none() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, String, String)> = self.session.query(
            "SELECT table_database, table_name, key_name, restore FROM lockstep.taken_key ORDER BY taken, key_hash",
        )?;
        let key = |(database, table, name, restore): (String, String, String, String)| TakenKey {
            table: TableName::new(database, table),
            name,
            restore,
        };
        Ok(rows.into_iter().map(key).collect())
    }
}

/// What stands for the key's place in the journal, as SQL.
fn hash(key: &TakenKey) -> String {
    let parts = [&key.table.database, &key.table.name, &key.name].map(|part| literal(part));
    format!("SHA2(CONCAT_WS('/', {}), 256)", parts.join(", "))
}
