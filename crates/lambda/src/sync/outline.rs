//! What a plan consists of, as digests: enough to see later whether what is left to do is a part of it.
//!
//! When a call ends at its budget, the rest is planned again in the next call, and that plan has another
//! fingerprint. It may be applied only if everything in it was in the plan that was approved.

use std::collections::BTreeMap;
use std::io;

use lockstep_engine::data::Slice;
use lockstep_engine::plan::{Plan, RowPlan};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Call;
use crate::failure::{Failure, Kind, Result};
use crate::store::Store;

/// What stands in the place of a digest for a table whose rows are compared after the schema step.
const AFTER_SCHEMA: &str = "after the schema step";

/// The object's name in the script bucket.
pub(super) const NAME: &str = "outline.json";

/// A plan's outline, stored beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outline {
    /// The plan's whole fingerprint.
    pub fingerprint: String,
    /// Whether destructive statements were allowed when it was made.
    pub destructive_allowed: bool,
    /// Whether statements that may fail were allowed.
    #[serde(default)]
    pub may_fail_allowed: bool,
    /// Whether rows were compared for it.
    pub data: bool,
    /// Destructive statements in it.
    pub destructive: u64,
    /// Statements in it that may fail.
    #[serde(default)]
    pub may_fail: u64,
    /// Tables of which only these slices were read.
    #[serde(default)]
    pub slices: BTreeMap<String, Vec<Slice>>,
    /// SHA-256 of each statement's text.
    statements: Vec<String>,
    /// SHA-256 of each table's differences, for those that differ.
    tables: BTreeMap<String, String>,
}

impl Outline {
    /// The outline of a plan.
    pub fn of(plan: &Plan) -> Result<Self> {
        let (statements, tables) = parts(plan)?;
        Ok(Self {
            fingerprint: plan.fingerprint()?,
            destructive_allowed: plan.recipe.destructive,
            may_fail_allowed: plan.recipe.may_fail,
            data: plan.recipe.data,
            destructive: plan.summary().destructive,
            may_fail: plan.summary().may_fail,
            slices: plan.recipe.slices.clone(),
            statements,
            tables,
        })
    }

    /// As it is stored.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn text(&self) -> Result<String> {
        serde_json::to_string(self)
            .map_err(|e| Failure::new(Kind::Internal, format!("the plan's outline: {e}")))
    }

    /// The outline of a stored plan.
    ///
    /// # Errors
    /// When there is none, or one that another version of the functions wrote.
    pub async fn load(call: &Call<'_>, id: &str) -> Result<Self> {
        let store = Store::open(call.aws)?;
        let text = store.get(id, NAME).await?.ok_or_else(|| {
            Failure::configuration(format!("there is no plan {id} in {}; plan again", store.url(id, "")))
        })?;
        serde_json::from_str(&text)
            .map_err(|e| Failure::configuration(format!("{}: {e}; plan again", store.url(id, NAME))))
    }

    /// Whether everything that `rest` would do was in this plan. Rows of tables that waited for the schema
    /// step could not be shown in it, so they pass.
    pub fn contains(&self, rest: &Plan) -> Result<bool> {
        self.covers(rest, |planned, digest| planned == digest || planned == AFTER_SCHEMA)
    }

    /// Whether all that `found` would do is known to have been in this plan.
    pub fn repeats(&self, found: &Plan) -> Result<bool> {
        self.covers(found, |planned, digest| planned == digest)
    }

    fn covers(&self, other: &Plan, is_same: impl Fn(&str, &str) -> bool) -> Result<bool> {
        let (statements, tables) = parts(other)?;
        let known = |(table, digest): (&String, &String)| {
            self.tables.get(table).is_some_and(|planned| is_same(planned, digest))
        };
        Ok(statements.iter().all(|s| self.statements.contains(s)) && tables.iter().all(known))
    }
}

fn parts(plan: &Plan) -> Result<(Vec<String>, BTreeMap<String, String>)> {
    let statements = plan.statements.iter().map(|s| hex(Sha256::digest(&s.sql))).collect();
    let mut tables = BTreeMap::new();
    for table in &plan.tables {
        let digest = match &table.rows {
            RowPlan::AfterSchema => AFTER_SCHEMA.to_owned(),
            RowPlan::StoodStill => continue,
            RowPlan::Compared { difference, .. } if difference.is_empty() => continue,
            RowPlan::Compared { difference, .. } => {
                let mut hash = Hash(Sha256::new());
                serde_json::to_writer(&mut hash, difference)
                    .map_err(|e| Failure::new(Kind::Internal, format!("{}: {e}", table.table)))?;
                hex(hash.0.finalize())
            }
        };
        tables.insert(table.table.to_string(), digest);
    }
    Ok((statements, tables))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// Hashes what is written, however long.
struct Hash(Sha256);

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
