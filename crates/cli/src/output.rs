//! What a person sees: messages and progress on stderr, colour only on a terminal.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use lockstep_engine::progress::{Event, Observer};
pub use lockstep_engine::words::count;

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
            // Locked for the whole line: threads may say theirs meanwhile. A closed stderr is no reason to fail.
            let _ = writeln!(anstream::stderr().lock(), "{line}");
        };
        self.suspended(write);
    }

    /// Takes the progress line off the screen.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Sets the progress line, where there is one.
    pub fn progress(&self, message: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(message);
            bar.tick();
        }
    }

    /// Whether there is a progress line: on a terminal.
    pub fn is_live(&self) -> bool {
        self.bar.is_some()
    }

    /// Does something with the progress line off the screen, such as asking.
    pub fn suspended<T>(&self, act: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(act),
            None => act(),
        }
    }
}

/// Says what happened and ends the process, from whatever thread: the work itself cannot be stopped.
pub fn end_with(error: lockstep_engine::Error) {
    let error = anyhow::Error::from(error);
    // The progress line, where there is one, stays above.
    let _ = writeln!(std::io::stderr());
    Output::new(true).error(&error);
    std::process::exit(crate::exit::code_of(&error) as i32);
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
            Event::RowsRead { table, rows } => {
                self.progress(format!("{table}: {} read", count(*rows, "row")))
            }
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

/// Stdout, for results. When its reader has gone away (`| head`), the rest goes nowhere, which is no error.
pub struct Stdout;

/// Stdout, for results.
pub fn stdout() -> Stdout {
    Stdout
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        reader_may_go(std::io::stdout().write_all(bytes)).map(|()| bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        reader_may_go(std::io::stdout().flush())
    }
}

fn reader_may_go(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes one line of a result. A result that cannot be written ends the command.
pub fn print_line(line: std::fmt::Arguments) {
    if let Err(error) = writeln!(stdout(), "{line}") {
        // Stdout is where the caller looks; there is nothing left but to say so and to fail.
        let _ = writeln!(std::io::stderr(), "error: cannot write the result: {error}");
        std::process::exit(crate::exit::Exit::Error as i32);
    }
}

/// As `println!`, for a stdout whose reader may go away.
macro_rules! outln {
    ($($arg:tt)*) => {
        $crate::output::print_line(format_args!($($arg)*))
    };
}
pub(crate) use outln;
