//! A plan's document, text and script: written one after the other to a temporary file, put into the bucket, and gone.
//!
//! The files have no names. Nothing of a call that is killed is left in `/tmp`, which outlives it, and no call meets
//! another one's leftovers.

use std::fs::File;
use std::io::{BufWriter, Write};

use lockstep_engine::Result as EngineResult;
use lockstep_engine::plan::{Plan, write_compact_document, write_listing, write_markdown};
use tokio::runtime::Handle;

use crate::failure::Result;
use crate::store::{Folder, Present, Store};

/// Writes one form of a plan.
type Form = fn(&Plan, &mut dyn Write) -> EngineResult<()>;

/// What is stored of each plan.
const DOCUMENTS: [(&str, Form); 2] = [("plan.json", write_compact_document), ("plan.md", write_markdown)];

/// What is stored of a plan that may be applied: every statement and row, to be read.
const SCRIPT: (&str, Form) = ("plan.sql", write_listing);

/// Stores documents from a thread of the engine's, where the plan is.
pub(super) struct Documents {
    store: Store,
    runtime: Handle,
}

impl Documents {
    /// Into this bucket.
    ///
    /// # Panics
    /// Outside of the asynchronous runtime.
    pub fn new(store: Store) -> Self {
        Self { store, runtime: Handle::current() }
    }

    /// Stores those that are not there, or would expire under a plan that waits. Returns what was there before.
    ///
    /// # Errors
    /// When a document cannot be written or put.
    ///
    /// # Panics
    /// On a thread that runs asynchronous work.
    pub fn store(&self, plan: &Plan, id: &str) -> Result<Folder> {
        let there = self.runtime.block_on(self.store.list(id))?;
        let script = (!plan.is_refused()).then_some(SCRIPT);
        for (name, form) in DOCUMENTS.into_iter().chain(script) {
            let present = match there.is_old(name) {
                true => Present::Replaced,
                false if there.has(name) => continue,
                false => Present::Stays,
            };
            let file = written(plan, form)?;
            self.runtime.block_on(self.store.put_file(id, name, &file, present))?;
        }
        Ok(there)
    }
}

fn written(plan: &Plan, form: Form) -> Result<File> {
    let mut out = BufWriter::new(tempfile::tempfile()?);
    form(plan, &mut out)?;
    Ok(out.into_inner().map_err(std::io::IntoInnerError::into_error)?)
}
