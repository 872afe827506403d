//! What the surface does for this crate: it shows, and it asks.

use crate::stack::Event;

/// Shows and asks. The command line implements it; tests may. Environments that are worked on at the same time say their
/// lines from threads of their own, each line beginning with its environment; questions come from one thread, while no
/// other is at work.
pub trait Console: Sync {
    /// One plain line.
    fn say(&self, line: &str);

    /// Something to look at before going on.
    fn warn(&self, line: &str);

    /// An event of the operation that this run waits for; `place` is the environment.
    fn progress(&self, place: &str, event: &Event);

    /// A question that is answered with yes or no. `None` when there is nobody to ask.
    fn confirm(&self, question: &str) -> Option<bool>;

    /// A question that is answered with a line of text. `None` when there is nobody to ask.
    fn line(&self, question: &str) -> Option<String>;
}
