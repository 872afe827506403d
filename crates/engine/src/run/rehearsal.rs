//! Rows in a rehearsal: what the changed tables will hold after the schema step, so that the plan's row
//! changes are complete before anything is done.
//!
//! The rows of reference tables that the plan changes are copied, inside the target, into the rehearsal's
//! scratch tables before the statements run there, and compared with the source's after those that come before the
//! rows. Where constraints come after the rows, the copies get the rows as they will be, and the constraints are tried
//! on them. Where rows cannot be copied (the table refers to one whose rows must not be read, or is large) they are
//! compared after the opening statements.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::rows::{Compared, compare_pairs};
use super::script::{Recording, record};
use crate::data::{self, ForeignKey, Layout, Pair, Silent, TableDifference, Work};
use crate::names::quote_list;
use crate::schema::Companion;
use crate::{ErrorKind, ReferenceTable, Result, Session, TableName};

/// Tables with more rows than this are not copied.
const MOST_ROWS: u64 = 100_000;

/// Goes along with a rehearsal and compares rows in it.
pub(super) struct RowRehearsal<'a> {
    context: &'a Context<'a>,
    /// Reference tables that the plan touches.
    waiting: Vec<&'a ReferenceTable>,
    /// Constraints come after the rows, and are to be tried on them: the copies get the rows as they will be.
    closes: bool,
    /// Their shapes at the target now, of those that exist.
    current: BTreeMap<TableName, Layout>,
    /// Those whose scratch copies hold what the target will hold.
    seeded: BTreeSet<TableName>,
    /// How their rows differ from the source's after the opening statements.
    pub compared: Vec<Compared>,
    /// Those whose copies hold the rows as they will be.
    proven: BTreeSet<TableName>,
    /// The changes are to be recorded for a script.
    scripts: bool,
    /// What was recorded.
    pub recorded: Recording,
}

impl<'a> RowRehearsal<'a> {
    /// For the reference tables named in `waiting`; `closes` where the plan has statements that come after the rows,
    /// `scripts` where the changes are to be recorded for a script.
    pub fn new(context: &'a Context<'a>, waiting: &BTreeSet<TableName>, closes: bool, scripts: bool) -> Self {
        let waiting = context.references().iter().filter(|r| waiting.contains(r.name())).collect();
        Self {
            context,
            waiting,
            closes,
            current: BTreeMap::new(),
            seeded: BTreeSet::new(),
            compared: Vec::new(),
            proven: BTreeSet::new(),
            scripts,
            recorded: Recording::default(),
        }
    }

    /// Whether the rehearsal gave the copy of `table` the rows as they will be.
    pub fn is_proven(&self, table: &TableName) -> bool {
        self.proven.contains(table)
    }

    /// Gives the copies the rows as they will be, so that what comes after the rows can be tried on them. Where that
    /// does not work, a copy becomes empty, and its table is not proven.
    fn bring_rows(&mut self, pairs: &[(Layout, TableName)], differences: &[TableDifference]) -> Result<()> {
        let session = &mut self.context.open_target()?;
        for ((layout, table), difference) in pairs.iter().zip(differences) {
            // One table at a time: whether rows fit together is not looked at here.
            session.execute("SET foreign_key_checks = 0")?;
            let work = [Work { layout, difference }];
            let brought = match difference.is_empty() {
                true => Ok(()),
                false => data::apply_set(session, &work, &[], &Silent).map(drop),
            };
            match brought {
                Ok(()) => drop(self.proven.insert(table.clone())),
                Err(error) if session.is_poisoned() => return Err(error),
                Err(_) => {
                    self.context.control.check()?;
                    session.execute("SET foreign_key_checks = 0")?;
                    session.execute(format!("TRUNCATE TABLE {}", layout.table().quoted()))?;
                }
            }
        }
        Ok(())
    }

    /// Copies a table's rows, and those of the tables that it refers to or will refer to, into the scratch
    /// tables. Where one of those may not be read, a row would refer to nothing: then none is copied.
    fn seed(
        &mut self,
        session: &mut Session,
        wanted: &Layout,
        scratch: &BTreeMap<String, String>,
    ) -> Result<()> {
        let table = wanted.table();
        let Some(current) = self.current.get(table) else { return Ok(()) };
        let keys = current.foreign_keys.iter().chain(&wanted.foreign_keys);
        let mut tables: BTreeSet<TableName> = keys.map(|k| k.parent.clone()).collect();
        tables.insert(table.clone());
        for needed in &tables {
            if !self.is_small(session, needed)? {
                return Ok(());
            }
        }
        for needed in &tables {
            self.copy(session, needed, scratch)?;
        }
        self.seeded.insert(table.clone());
        Ok(())
    }

    /// Whether the table is a reference table of the target with few enough rows.
    fn is_small(&self, session: &mut Session, table: &TableName) -> Result<bool> {
        if !self.current.contains_key(table) {
            return Ok(false);
        }
        let counted: Option<u64> = session.query_first(format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {} LIMIT {}) few",
            table.quoted(),
            MOST_ROWS + 1
        ))?;
        Ok(counted.is_some_and(|n| n <= MOST_ROWS))
    }

    /// Copies one table's rows inside the target, unless they are there already or the rehearsal does without.
    fn copy(
        &self,
        session: &mut Session,
        table: &TableName,
        scratch: &BTreeMap<String, String>,
    ) -> Result<()> {
        let (Some(layout), Some(database)) = (self.current.get(table), scratch.get(&table.database)) else {
            return Ok(());
        };
        let Some(copy) = layout.reference.copy_in(database) else { return Ok(()) };
        if !data::existing(session, std::slice::from_ref(&copy))?.contains(&true) {
            return Ok(());
        }
        let already: Option<u8> =
            session.query_first(format!("SELECT 1 FROM {} LIMIT 1", copy.name().quoted()))?;
        if already.is_some() {
            return Ok(());
        }
        let columns = quote_list(layout.columns.iter().filter(|c| !c.generated).map(|c| &c.name));
        let (to, from) = (copy.name().quoted(), table.quoted());
        session.execute(format!("INSERT INTO {to} ({columns}) SELECT {columns} FROM {from}")).map(drop)
    }

    /// The shapes of a table at the source and in the rehearsal, the latter under its real name.
    fn pair(
        &self,
        source: &mut Session,
        target: &mut Session,
        reference: &ReferenceTable,
        scratch: &BTreeMap<String, String>,
    ) -> Result<Option<Pair>> {
        let copy = scratch.get(&reference.name().database).and_then(|d| reference.copy_in(d));
        let Some(copy) = copy else { return Ok(None) };
        let one = data::layouts(source, std::slice::from_ref(reference))?;
        let two = data::layouts(target, std::slice::from_ref(&copy))?;
        match (one.into_iter().next(), two.into_iter().next()) {
            (Some(source), Some(target)) => Ok(Some(Pair::new(source, target)?)),
            _ => Ok(None),
        }
    }

    /// Gives a layout read from the rehearsal the names that hold in the target.
    fn real_names(
        &self,
        mut layout: Layout,
        reference: &ReferenceTable,
        back: &BTreeMap<String, String>,
    ) -> Layout {
        let rename = |name: &mut TableName| {
            if let Some(real) = back.get(&name.database) {
                name.database.clone_from(real);
            }
        };
        let key = |key: &mut ForeignKey| {
            rename(&mut key.child);
            rename(&mut key.parent);
        };
        layout.foreign_keys.iter_mut().for_each(key);
        layout.referenced_by.iter_mut().for_each(key);
        layout.reference = reference.clone();
        if let Some(current) = self.current.get(reference.name()) {
            for trigger in &current.triggers {
                if !layout.triggers.contains(trigger) {
                    layout.triggers.push(trigger.clone());
                }
            }
        }
        layout
    }
}

impl Companion for RowRehearsal<'_> {
    fn wants(&self) -> Vec<TableName> {
        match self.scripts {
            true => self.waiting.iter().map(|r| r.name().clone()).collect(),
            false => Vec::new(),
        }
    }

    fn copied(&mut self, _: &mut Session, scratch: &BTreeMap<String, String>) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        // A session of its own: the rehearsal's may hold a role that reads more.
        let session = &mut self.context.open_target()?;
        let references = self.context.references();
        let there = data::existing(session, references)?;
        for (reference, exists) in references.iter().zip(there) {
            if !exists {
                continue;
            }
            match data::layouts(session, std::slice::from_ref(reference)) {
                Ok(layouts) => {
                    self.current.extend(layouts.into_iter().map(|l| (reference.name().clone(), l)))
                }
                // What cannot be compared now may be comparable after the schema step.
                Err(error) if error.kind() == ErrorKind::Refused => {}
                Err(error) => return Err(error),
            }
        }
        let mut source = self.context.open_source()?;
        session.execute("SET foreign_key_checks = 0")?;
        for reference in self.waiting.clone() {
            if !self.current.contains_key(reference.name()) {
                // The plan creates it, and it will be empty.
                self.seeded.insert(reference.name().clone());
                continue;
            }
            match data::layouts(&mut source, std::slice::from_ref(reference)) {
                Ok(wanted) => wanted.iter().try_for_each(|w| self.seed(session, w, scratch))?,
                Err(error) if error.kind() == ErrorKind::Refused => {}
                Err(error) => return Err(error),
            }
        }
        session.execute("SET foreign_key_checks = 1").map(drop)
    }

    fn opened(&mut self, session: &mut Session, scratch: &BTreeMap<String, String>) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut source = self.context.open_source()?;
        let mut pairs = Vec::new();
        for reference in self.waiting.iter().filter(|r| self.seeded.contains(r.name())) {
            match self.pair(&mut source, session, reference, scratch) {
                Ok(pair) => pairs.extend(pair),
                // It is compared, and refused with the reason, like any other table.
                Err(error) if error.kind() == ErrorKind::Refused => {}
                Err(error) => return Err(error),
            }
        }
        let back: BTreeMap<String, String> =
            scratch.iter().map(|(real, scratch)| (scratch.clone(), real.clone())).collect();
        let copies: Vec<(Layout, TableName)> =
            pairs.iter().map(|p| (alone(p.target.clone()), p.source.table().clone())).collect();
        let compared = compare_pairs(self.context, source, self.context.open_target()?, pairs)?;
        let (pairs, differences): (Vec<Pair>, Vec<TableDifference>) = compared.into_iter().unzip();
        if self.scripts {
            let layouts: Vec<&Layout> = pairs.iter().map(|p| &p.target).collect();
            let tables: Vec<TableName> = copies.iter().map(|(_, table)| table.clone()).collect();
            self.recorded = record(self.context, &layouts, &differences, &tables, &self.current, &back)?;
            if self.recorded.problem.is_none() {
                self.proven.extend(tables);
            } else {
                self.bring_rows(&copies, &differences)?;
            }
        } else if self.closes {
            self.bring_rows(&copies, &differences)?;
        }
        for (pair, mut difference) in pairs.into_iter().zip(differences) {
            let reference = &pair.source.reference;
            difference.table = reference.name().clone();
            let target = self.real_names(pair.target, reference, &back);
            self.compared.push((Pair { target, ..pair }, difference));
        }
        Ok(())
    }

    fn is_proven(&self, table: &TableName) -> bool {
        self.proven.contains(table)
    }
}

/// The layout without what ties it to other tables.
fn alone(mut layout: Layout) -> Layout {
    layout.foreign_keys.clear();
    layout.referenced_by.clear();
    layout
}
