//! The changes of a set as they were made, for a script that is to make them again.

use super::Observer;
use super::apply::{Applier, Work, explain, prepare, roll_back};
use crate::{Result, Session, TableName};

/// What [`super::apply_set`] did to a set, for a script that is to do the same.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The statements that succeeded, in order, without the transaction around them.
    pub statements: Vec<String>,
    /// Queries that find a row which refers to nothing, each with the table and the foreign key.
    pub orphans: Vec<(TableName, String, String)>,
}

/// As [`super::apply_set`] without notes, and keeps what was done.
///
/// # Errors
/// As [`super::apply_set`]; here a deadlock is not tried again.
pub fn record_set(session: &mut Session, set: &[Work<'_>], observer: &dyn Observer) -> Result<Recorded> {
    prepare(session)?;
    let result = Applier::new(session, set, observer).record();
    if !session.is_poisoned() {
        if result.is_err() {
            roll_back(session)?;
        }
        session.execute("SET character_set_results = utf8mb4")?;
    }
    result.map_err(explain)
}

impl Applier<'_, '_> {
    fn record(mut self) -> Result<Recorded> {
        self.session.execute("START TRANSACTION")?;
        self.session.record();
        let changed = self.change();
        let statements = self.session.recorded();
        changed?;
        self.check_orphans()?;
        self.verify()?;
        let orphans =
            self.orphan_queries().into_iter().map(|(key, sql)| (key.child.clone(), key.name.clone(), sql));
        let orphans = orphans.collect();
        self.session.execute("COMMIT")?;
        Ok(Recorded { statements, orphans })
    }
}
