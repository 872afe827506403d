//! What is proven inside the transaction before its commit: no row refers to nothing, and the target's rows
//! are the source's.

use super::apply::{Applier, Work};
use super::digest::{Digest, Method};
use super::groups;
use super::layout::{Action, ForeignKey, Layout};
use super::snapshot::encode;
use crate::names::quote;
use crate::{Error, ErrorKind, Result};

fn orphan_query(key: &ForeignKey) -> String {
    let on = |c: &str, p: &str| format!("p.{} = c.{}", quote(p), quote(c));
    let pairs = key.columns.iter().zip(&key.parent_columns);
    let joined: Vec<_> = pairs.map(|(c, p)| on(c, p)).collect();
    let set: Vec<_> = key.columns.iter().map(|c| format!("c.{} IS NOT NULL", quote(c))).collect();
    format!(
        "SELECT 1 FROM {} c LEFT JOIN {} p ON {} WHERE {} AND p.{} IS NULL LIMIT 1",
        key.child.quoted(),
        key.parent.quoted(),
        joined.join(" AND "),
        set.join(" AND "),
        quote(&key.parent_columns[0]),
    )
}

impl Applier<'_, '_> {
    /// Makes sure that no row written without checks refers to nothing.
    pub fn check_orphans(&mut self) -> Result<()> {
        for (key, sql) in self.orphan_queries() {
            if self.session.query_first::<u8>(sql)?.is_some() {
                return Err(self.orphan(&key));
            }
        }
        Ok(())
    }

    /// The error of a row that would refer to nothing. The source has such a row exactly when the target's rows are the
    /// source's by now; if they are not, that is the error.
    fn orphan(&mut self, key: &ForeignKey) -> Error {
        let tables: Vec<&Work<'_>> =
            self.set.iter().filter(|w| [&key.child, &key.parent].contains(&w.layout.table())).collect();
        for table in &tables {
            if let Err(error) = self.verify_table(table) {
                return error;
            }
        }
        let error = Error::new(
            ErrorKind::Refused,
            format!(
                "{}: with these changes a row would refer, by {}, to a row of {} that is not there",
                key.child, key.name, key.parent
            ),
        );
        let is_part = |w: &&Work<'_>| w.layout.conditions(None) != String::new();
        error.with_hint(if tables.iter().any(is_part) {
            "only some rows of these tables are in scope: the row, or the one that it refers to, is outside of it at the \
             source or here"
        } else {
            "the source has such a row (foreign keys can be switched off there): correct it there"
        })
    }

    /// For each foreign key that was not checked: the query that finds a row which refers to nothing.
    pub fn orphan_queries(&self) -> Vec<(ForeignKey, String)> {
        let keys = self.set.iter().flat_map(|work| &work.layout.foreign_keys);
        let concerned = keys.filter(|key| {
            let both = self.set.iter().any(|w| *w.layout.table() == key.parent);
            both && (self.unchecked.contains(&key.child) || self.unchecked.contains(&key.parent))
        });
        concerned.map(|key| (key.clone(), orphan_query(key))).collect()
    }

    /// Reads back, inside the transaction, each table that the changes can have reached.
    pub fn verify(&mut self) -> Result<()> {
        let changed = |w: &&Work<'_>| !w.difference.changes.is_empty();
        let fires = self.set.iter().filter(changed).any(|w| !w.layout.triggers.is_empty());
        for work in self.set {
            let reached = work.layout.foreign_keys.iter().any(|key| {
                (key.on_delete == Action::Change || key.on_update == Action::Change)
                    && self.set.iter().filter(changed).any(|w| *w.layout.table() == key.parent)
            });
            if fires || reached || changed(&work) {
                self.verify_table(work)?;
                self.observer.verified(work.layout.table());
            }
        }
        Ok(())
    }

    fn streamed_digest(&mut self, layout: &Layout) -> Result<Digest> {
        let mut digest = Digest::default();
        let mut bytes = Vec::new();
        self.session.stream(&layout.select(None), |row| {
            bytes.clear();
            let ends = encode(layout, &row, &mut bytes)?;
            digest.add(&bytes[..ends.compared]);
            if digest.rows.is_multiple_of(8192) { self.observer.check() } else { Ok(()) }
        })?;
        Ok(digest)
    }

    fn verify_table(&mut self, work: &Work<'_>) -> Result<()> {
        let layout = work.layout;
        let digest = match work.difference.source.method {
            Method::Streamed => self.streamed_digest(layout)?,
            Method::InServer => groups::whole(self.session, layout)?,
        };
        if digest == work.difference.source {
            return Ok(());
        }
        let error = Error::new(
            ErrorKind::Stale,
            format!(
                "{}: after the changes its rows ({}) would not equal the source's ({})",
                layout.table(),
                digest.rows,
                work.difference.source.rows
            ),
        );
        // A trigger of another table of the set may have written this one.
        let triggers: Vec<String> =
            self.set.iter().flat_map(|w| &w.layout.triggers).map(ToString::to_string).collect();
        Err(match triggers.as_slice() {
            [] => error.with_hint("as a rule the target's rows changed after they were compared: run again"),
            _ => error.with_hint(format!(
                "the target's rows changed after they were compared, or a trigger changed rows: {}",
                triggers.join(", ")
            )),
        })
    }
}
