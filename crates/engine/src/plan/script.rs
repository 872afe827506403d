//! The row changes of a plan as statements that a command-line client can run, recorded from a rehearsal that made them.

use crate::names::literal;

/// Everything of a script but the schema statements.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The statements that set the session.
    pub pins: Vec<String>,
    /// What must hold before anything is done: the target is as it was when the plan was made.
    pub before: Vec<Guard>,
    /// The row changes, a transaction each.
    pub rows: Vec<RowScript>,
}

/// One transaction.
#[derive(Clone, Debug, Default)]
pub struct RowScript {
    /// Its statements, in the order in which they succeeded.
    pub statements: Vec<String>,
    /// What must hold before its commit.
    pub after: Vec<Guard>,
}

/// A condition that ends the script where it does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// A query that answers with one value.
    pub query: String,
    /// The right answer.
    pub answer: Option<String>,
    /// What the client says where another one comes.
    pub message: String,
}

impl Guard {
    /// The statements of the guard. Servers raise errors of one's own only in stored programs; but they all name a
    /// column that they do not know, and clients stop at the first error. The connection's end rolls back what
    /// was not committed.
    pub fn statements(&self) -> [String; 4] {
        let right = match &self.answer {
            Some(answer) => literal(answer),
            None => "NULL".to_owned(),
        };
        let column = format!("SELECT {}", crate::names::quote(&self.message));
        [
            format!("SET @lockstep = ({})", self.query),
            format!("SET @lockstep = IF(@lockstep <=> {right}, 'DO 0', {})", literal(&column)),
            "PREPARE lockstep FROM @lockstep".to_owned(),
            "EXECUTE lockstep".to_owned(),
        ]
    }
}
