//! A name for a state of a schema.

use sha2::{Digest, Sha256};

use super::model::Schema;
use super::spelling::neutral;
use super::table::Clauses;

/// SHA-256, in hexadecimal, over a canonical text of the schema.
///
/// The same for two states that differ only in what is no drift: key order, counters, definers, and
/// the spellings of different versions. A table that cannot be cut into clauses counts by its text.
///
/// It says whether a state has moved since a plan was made. Only [`super::diff`] says whether two servers are in
/// step: between servers of one family it counts finer differences, and it passes over names that a server made up.
pub fn fingerprint(schema: &Schema) -> String {
    let mut hash = Sha256::new();
    let mut add = |parts: &[&str]| {
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    };
    for (name, database) in &schema.databases {
        add(&["database", name, &database.charset, &database.collation, &database.options]);
        for (table, definition) in &database.tables {
            add(&["table", table]);
            let Ok(mut clauses) = Clauses::parse(&definition.create) else {
                add(&[&definition.create]);
                continue;
            };
            neutral(&mut clauses, &schema.default_collations);
            clauses.keys.sort_by(|a, b| a.name.cmp(&b.name));
            clauses.checks.sort();
            clauses.foreign_keys.sort();
            let keys: Vec<String> = clauses.foreign_keys.values().map(|k| k.text.clone()).collect();
            add(&[&clauses.to_create(table, &keys)]);
        }
        for ((kind, object), stored) in &database.objects {
            let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
            let place = stored.trigger.as_ref().map_or(String::new(), |p| p.order.to_string());
            add(&[
                kind.keyword(),
                object,
                &stored.create,
                &or_empty(&stored.sql_mode),
                &or_empty(&stored.character_set_client),
                &or_empty(&stored.collation_connection),
                &or_empty(&stored.time_zone),
                &place,
            ]);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
