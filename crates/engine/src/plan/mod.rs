//! The plan: the complete, fingerprinted list of what would change in a target, as a value.

mod document;
mod markdown;
mod script;
mod sql;
mod text;

use serde::{Deserialize, Serialize};

pub use document::{FORMAT, Header, Recipe, read_header, write_compact_document, write_document};
pub use markdown::write_markdown;
pub use script::{Guard, RowScript, Script};
pub use sql::{write_listing, write_sql};
pub use text::{Detail, write_text};

use crate::TableName;
use crate::data::{Pair, TableDifference};
use crate::schema::{Risk, Statement};
use crate::surroundings::Surroundings;

/// One side of a plan, as it was when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The environment's name, or the URL without its password.
    pub name: String,
    /// The server's version.
    pub version: String,
    /// The fingerprint of the schema in scope.
    pub schema: String,
}

/// Something that cannot or may not be done, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The object it is about.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// What is planned for one reference table's rows.
#[derive(Debug)]
pub enum RowPlan {
    /// Both sides were compared; these are the changes.
    Compared {
        /// The table's shape on both sides.
        pair: Box<Pair>,
        /// How the rows differ.
        difference: Box<TableDifference>,
    },
    /// The table's definition changes first; its rows are compared after that.
    AfterSchema,
    /// Nothing was written to it on either side since both were last found equal.
    StoodStill,
}

/// One reference table in a plan.
#[derive(Debug)]
pub struct TablePlan {
    /// The table.
    pub table: TableName,
    /// What happens to its rows.
    pub rows: RowPlan,
}

/// The complete list of what would change in a target.
#[derive(Debug)]
pub struct Plan {
    /// What is read.
    pub source: Side,
    /// What would change.
    pub target: Side,
    /// How the plan came about.
    pub recipe: Recipe,
    /// Schema statements, in order.
    pub statements: Vec<Statement>,
    /// Reference tables, in the topology's order.
    pub tables: Vec<TablePlan>,
    /// What lockstep cannot do. A plan with any is refused.
    pub unsupported: Vec<Problem>,
    /// What policy forbids. A plan with any is refused.
    pub refused: Vec<Problem>,
    /// What a person should know before applying.
    pub warnings: Vec<String>,
    /// Differences that are none, for the curious.
    pub notes: Vec<String>,
    /// The foreign keys and triggers among which the rows change; no part of the document.
    pub surroundings: Surroundings,
    /// The row changes as a script, or why there is none; only where one was asked for. No part of the fingerprint: it
    /// does what the plan says.
    pub script: Option<std::result::Result<Script, String>>,
}

/// A plan's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Schema statements.
    pub statements: u64,
    /// Of them, those that copy a table or hold a long lock.
    pub slow: u64,
    /// Of them, those that may fail on rows.
    pub may_fail: u64,
    /// Of them, those that lose data.
    pub destructive: u64,
    /// Rows to insert.
    pub inserts: u64,
    /// Rows to update.
    pub updates: u64,
    /// Rows to delete.
    pub deletes: u64,
    /// Tables whose rows are compared after the schema step.
    pub after_schema: u64,
    /// Things lockstep cannot do.
    pub unsupported: u64,
    /// Things policy forbids.
    pub refused: u64,
    /// The plan must not be applied, for any of these reasons.
    #[serde(default)]
    pub is_refused: bool,
}

impl Summary {
    /// Row changes of all kinds.
    pub fn rows(&self) -> u64 {
        self.inserts + self.updates + self.deletes
    }
}

impl Plan {
    /// True when source and target are in step and nothing stands in the way of saying so.
    pub fn is_empty(&self) -> bool {
        let summary = self.summary();
        summary.statements == 0 && summary.rows() == 0 && summary.after_schema == 0 && !self.is_refused()
    }

    /// True when the plan must not be applied.
    pub fn is_refused(&self) -> bool {
        !self.unsupported.is_empty() || !self.refused.is_empty()
    }

    /// The flow's name, `dev → staging`.
    pub fn flow(&self) -> String {
        format!("{} → {}", self.source.name, self.target.name)
    }

    /// The plan's figures.
    pub fn summary(&self) -> Summary {
        let of_risk = |risk| self.statements.iter().filter(|s| s.risk == risk).count() as u64;
        let mut summary = Summary {
            statements: self.statements.len() as u64,
            slow: of_risk(Risk::Slow),
            may_fail: of_risk(Risk::MayFail),
            destructive: of_risk(Risk::Destructive),
            unsupported: self.unsupported.len() as u64,
            refused: self.refused.len() as u64,
            is_refused: self.is_refused(),
            ..Summary::default()
        };
        for table in &self.tables {
            match &table.rows {
                RowPlan::Compared { difference, .. } => {
                    summary.inserts += difference.changes.inserts();
                    summary.updates += difference.changes.updates();
                    summary.deletes += difference.changes.deletes();
                }
                RowPlan::AfterSchema => summary.after_schema += 1,
                RowPlan::StoodStill => {}
            }
        }
        summary
    }

    /// The compared differences, table by table.
    pub fn differences(&self) -> impl Iterator<Item = (&Pair, &TableDifference)> {
        self.tables.iter().filter_map(|t| match &t.rows {
            RowPlan::Compared { pair, difference } => Some((&**pair, &**difference)),
            RowPlan::AfterSchema | RowPlan::StoodStill => None,
        })
    }

    /// SHA-256 over everything the plan would do and everything it rests on, in hexadecimal.
    ///
    /// # Errors
    /// When spooled row changes cannot be read back.
    pub fn fingerprint(&self) -> crate::Result<String> {
        document::fingerprint(self)
    }
}
