//! Structured logs: one JSON object a line on standard output, which Lambda hands to CloudWatch as it is.
//! Lines carry counts, names and digests, never a row's values or a secret.

use std::sync::atomic::{AtomicU64, Ordering};

use lockstep_engine::progress::{Event, Observer};
use serde_json::{Value, json};

use crate::clock::now_millis;
use crate::failure::Failure;

/// Writes one line. `fields` is an object whose members are added to the line.
pub(crate) fn line(level: &str, message: &str, fields: &Value) {
    let mut out = json!({ "timestamp": now_millis(), "level": level, "message": message });
    if let (Some(out), Some(fields)) = (out.as_object_mut(), fields.as_object()) {
        out.extend(fields.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    println!("{out}");
}

/// An ordinary line.
pub(crate) fn info(message: &str, fields: &Value) {
    line("INFO", message, fields);
}

/// A failure that ends a call of the workflow's `run`.
pub(crate) fn failure(failure: &Failure, run: &Value) {
    line(
        "ERROR",
        "failed",
        &json!({ "run": run, "errorType": failure.word(), "error": failure.to_string() }),
    );
}

/// Logs what the engine does, and counts it.
pub(crate) struct LogObserver {
    run: String,
    statements: AtomicU64,
    rows: AtomicU64,
}

impl LogObserver {
    /// An observer whose lines name the workflow's run.
    pub fn new(run: &str) -> Self {
        Self { run: run.to_owned(), statements: AtomicU64::new(0), rows: AtomicU64::new(0) }
    }

    /// Schema statements that were started.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Rows that were committed.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }
}

impl Observer for LogObserver {
    fn event(&self, event: &Event) {
        let run = &self.run;
        match event {
            Event::Phase(phase) => info("phase", &json!({ "run": run, "phase": phase })),
            Event::Statement { number, of, what } => {
                self.statements.fetch_add(1, Ordering::Relaxed);
                info("statement", &json!({ "run": run, "number": number, "of": of, "what": what }));
            }
            Event::Committed { tables, rows } => {
                self.rows.fetch_add(*rows, Ordering::Relaxed);
                info("committed", &json!({ "run": run, "tables": tables, "rows": rows }));
            }
            Event::Warning(text) => line("WARN", "warning", &json!({ "run": run, "warning": text })),
            // Told every few thousand rows: for a person at a terminal, not for a log that costs by the line.
            _ => {}
        }
    }
}
