//! A plan as a JSON document: what `--format json` prints, `--out` saves and `lockstep apply` takes.
//!
//! The fingerprint is the SHA-256 of the document's compact form without the members that say nothing of
//! the work (`lockstep`, `format`, `fingerprint`, `created`). Keys keep the order in which they are
//! written, so that a reader can compute it again.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Plan, Problem, RowPlan, Side, Summary, TablePlan};
use crate::data::{Slice, TableDifference};
use crate::run::Permits;
use crate::schema::Statement;
use crate::{Error, ErrorKind, Result};

/// The version of the document's shape; docs/json.md describes it.
pub const FORMAT: u32 = 1;

/// The members that are no part of the fingerprint.
const APART: [&str; 4] = ["lockstep", "format", "fingerprint", "created"];

/// How a plan came about: enough to make it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// True for sides named by URL, false for environments of a topology.
    pub by_url: bool,
    /// Databases in scope.
    pub databases: Vec<String>,
    /// Reference tables.
    pub references: Vec<crate::TableName>,
    /// Whether definitions are compared.
    pub schema: bool,
    /// Whether rows are compared.
    pub data: bool,
    /// Whether destructive statements are allowed.
    pub destructive: bool,
    /// Whether statements that may fail on rows are allowed.
    #[serde(default)]
    pub may_fail: bool,
    /// Whether the order of keys counts.
    pub strict_key_order: bool,
    /// What a person permits.
    #[serde(default, skip_serializing_if = "Permits::is_empty")]
    pub permits: Permits,
    /// Tables of which only these slices were read: the rest was found equal before, in parts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slices: BTreeMap<String, Vec<Slice>>,
}

/// What `lockstep apply` needs of a plan file.
#[derive(Clone, Debug)]
pub struct Header {
    /// The plan's fingerprint, checked against the document.
    pub fingerprint: String,
    /// The source's name.
    pub from: String,
    /// The target's name.
    pub to: String,
    /// How the plan came about.
    pub recipe: Recipe,
}

#[derive(Serialize)]
struct Document<'a> {
    lockstep: &'static str,
    format: u32,
    fingerprint: &'a str,
    created: Timestamp,
    #[serde(flatten)]
    body: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    source: &'a Side,
    target: &'a Side,
    recipe: &'a Recipe,
    summary: Summary,
    statements: &'a [Statement],
    tables: Vec<Table<'a>>,
    unsupported: &'a [Problem],
    refused: &'a [Problem],
    warnings: &'a [String],
    notes: &'a [String],
}

#[derive(Serialize)]
struct Table<'a> {
    table: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<&'a TableDifference>,
}

fn body(plan: &Plan) -> Body<'_> {
    Body {
        source: &plan.source,
        target: &plan.target,
        recipe: &plan.recipe,
        summary: plan.summary(),
        statements: &plan.statements,
        tables: plan.tables.iter().map(table).collect(),
        unsupported: &plan.unsupported,
        refused: &plan.refused,
        warnings: &plan.warnings,
        notes: &plan.notes,
    }
}

fn table(plan: &TablePlan) -> Table<'_> {
    let name = plan.table.to_string();
    match &plan.rows {
        RowPlan::StoodStill => Table { table: name, state: "equal", rows: None },
        RowPlan::AfterSchema => Table { table: name, state: "after_schema", rows: None },
        RowPlan::Compared { difference, .. } => Table {
            table: name,
            state: if difference.is_empty() { "equal" } else { "different" },
            rows: Some(difference),
        },
    }
}

/// Writes the document, indented for people.
///
/// # Errors
/// When `out` cannot be written, or spooled row changes cannot be read back.
pub fn write_document(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    let fingerprint = fingerprint(plan)?;
    serde_json::to_writer_pretty(&mut *out, &document(plan, &fingerprint)).map_err(write_error)?;
    writeln!(out)?;
    Ok(())
}

/// Writes the document on one line, which is a fraction of the indented one where there are many rows.
///
/// # Errors
/// As [`write_document`].
pub fn write_compact_document(plan: &Plan, out: &mut dyn Write) -> Result<()> {
    let fingerprint = fingerprint(plan)?;
    serde_json::to_writer(&mut *out, &document(plan, &fingerprint)).map_err(write_error)?;
    writeln!(out)?;
    Ok(())
}

fn document<'a>(plan: &'a Plan, fingerprint: &'a str) -> Document<'a> {
    Document { lockstep: "plan", format: FORMAT, fingerprint, created: Timestamp::now(), body: body(plan) }
}

/// The plan's fingerprint.
pub(super) fn fingerprint(plan: &Plan) -> Result<String> {
    let mut hash = Sha256Writer(Sha256::new());
    serde_json::to_writer(&mut hash, &body(plan)).map_err(write_error)?;
    Ok(hash.finish())
}

fn write_error(error: serde_json::Error) -> Error {
    Error::internal(format!("the plan cannot be written: {error}")).with_source(error)
}

/// Reads a plan file's header and checks the whole document against its fingerprint.
///
/// # Errors
/// A file that is no plan, is damaged, was edited, or has another format.
pub fn read_header(from: impl Read) -> Result<Header> {
    let again = "make a new plan with `lockstep plan … --out FILE`";
    let wrong = |why: String| Error::user(format!("the plan file {why}")).with_hint(again);
    let mut document: serde_json::Map<String, serde_json::Value> =
        serde_json::from_reader(from).map_err(|e| wrong(format!("is damaged or no plan: {e}")))?;
    if document.get("lockstep").and_then(|v| v.as_str()) != Some("plan") {
        return Err(wrong("is not a plan".into()));
    }
    let format = document.get("format").and_then(serde_json::Value::as_u64);
    if format != Some(u64::from(FORMAT)) {
        let found = format.map_or("none".to_owned(), |f| f.to_string());
        return Err(wrong(format!("has format {found}; this version of lockstep reads format {FORMAT}")));
    }
    let claimed = document.get("fingerprint").and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    document.retain(|key, _| !APART.contains(&key.as_str()));
    let mut hash = Sha256Writer(Sha256::new());
    serde_json::to_writer(&mut hash, &document).map_err(write_error)?;
    if hash.finish() != claimed {
        return Err(
            Error::new(ErrorKind::Stale, "the plan file was changed after it was made").with_hint(again)
        );
    }
    let side = |key: &str| {
        let name = document.get(key).and_then(|s| s.get("name")).and_then(|n| n.as_str());
        name.map(str::to_owned).ok_or_else(|| wrong(format!("has no {key}")))
    };
    let recipe = document.get("recipe").cloned().unwrap_or_default();
    Ok(Header {
        fingerprint: claimed,
        from: side("source")?,
        to: side("target")?,
        recipe: serde_json::from_value(recipe).map_err(|e| wrong(format!("has no recipe: {e}")))?,
    })
}

/// Hashes what is written.
struct Sha256Writer(Sha256);

impl Sha256Writer {
    fn finish(self) -> String {
        self.0.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

impl Write for Sha256Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
