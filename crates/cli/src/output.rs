//! What a person sees: messages and progress on stderr, colour only on a terminal.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use lockstep_engine::progress::{Event, Observer};

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Writes for people: to stderr, so that results on stdout stay clean.
pub struct Output {
    quiet: bool,
    bar: Option<ProgressBar>,
    last_phase: Mutex<String>,
}

impl Output {
    /// With `quiet`, only errors and warnings are shown.
    pub fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(
                ProgressStyle::with_template("{spinner} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar
        });
        Self { quiet, bar, last_phase: Mutex::new(String::new()) }
    }

    /// One plain line.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.line(line);
        }
    }

    /// A warning.
    pub fn warn(&self, line: &str) {
        self.line(&format!("{YELLOW}warning:{YELLOW:#} {line}"));
    }

    /// An error with its hint and causes.
    pub fn error(&self, error: &anyhow::Error) {
        self.line(&format!("{RED}error:{RED:#} {error}"));
        if let Some(engine) = error.downcast_ref::<lockstep_engine::Error>() {
            if let Some(hint) = engine.hint() {
                self.line(&format!("  {DIM}hint:{DIM:#} {hint}"));
            }
        } else {
            for cause in error.chain().skip(1) {
                self.line(&format!("  {DIM}because:{DIM:#} {cause}"));
            }
        }
    }

    fn line(&self, line: &str) {
        let write = || {
            // A closed stderr is no reason to fail.
            let _ = writeln!(anstream::stderr(), "{line}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the progress line off the screen.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn progress(&self, message: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(message);
            bar.tick();
        }
    }
}

impl Observer for Output {
    fn event(&self, event: &Event) {
        match event {
            Event::Phase(name) => {
                self.progress(name.clone());
                if let Ok(mut last) = self.last_phase.lock()
                    && *last != *name
                {
                    last.clone_from(name);
                    if self.bar.is_none() {
                        self.say(name);
                    }
                }
            }
            Event::RowsRead { table, rows } => self.progress(format!("{table}: {rows} rows read")),
            Event::Statement { number, of, what } => self.say(&format!("  [{number}/{of}] {what}")),
            Event::Committed { tables, rows } => {
                self.say(&format!(
                    "  {} committed in {}",
                    count(*rows, "row change"),
                    count(*tables as u64, "table")
                ));
            }
            Event::Warning(text) => self.warn(text),
            _ => {}
        }
    }
}

/// `1 row`, `2 rows`.
pub fn count(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
