//! Reads a server's general log and judges each statement: does it read rows that it must not?

/// One statement as the server received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The connection's number.
    pub connection: u64,
    /// The statement, its lines joined as they were sent.
    pub statement: String,
}

/// The commands that carry a statement; others (`Connect`, `Quit`, …) only end the one before.
const STATEMENTS: [&str; 3] = ["Query", "Prepare", "Execute"];

/// The statements in a general log of MySQL or MariaDB.
pub fn statements(log: &str) -> Vec<Logged> {
    let mut out: Vec<Logged> = Vec::new();
    let mut open = false;
    for line in log.lines() {
        if let Some((connection, command, statement)) = head(line) {
            open = STATEMENTS.contains(&command);
            if open {
                out.push(Logged { connection, statement: statement.to_owned() });
            }
        } else if open && let Some(last) = out.last_mut() {
            last.statement.push('\n');
            last.statement.push_str(line);
        }
    }
    out
}

/// `TIME\t   12 Query\tSELECT …`; MariaDB leaves the time out where it did not change.
fn head(line: &str) -> Option<(u64, &str, &str)> {
    let mut rest = line;
    for _ in 0..3 {
        let (field, after) = rest.split_once('\t').unwrap_or((rest, ""));
        if let Some((number, command)) = field.trim_start().split_once(' ')
            && let Ok(connection) = number.parse()
            && command.starts_with(char::is_uppercase)
            && command.chars().all(|c| c.is_alphabetic() || c == ' ')
        {
            return Some((connection, command.trim(), after));
        }
        rest = after;
    }
    None
}

/// What a statement may read rows of.
pub struct Allowed<'a> {
    /// The reference tables, `database.table`.
    pub references: &'a [&'a str],
}

/// Databases whose rows are definitions, statistics, or lockstep's own.
const OWN: [&str; 2] = ["information_schema", "lockstep"];

/// Statements that name tables without reading their rows to anybody, by their first word.
const HARMLESS: [&str; 15] = [
    "SHOW", "SET", "USE", "START", "BEGIN", "COMMIT", "ROLLBACK", "KILL", "DO", "CREATE", "ALTER", "DROP",
    "GRANT", "REVOKE", "RENAME",
];

impl Allowed<'_> {
    /// Why a statement must not be: it reads rows of a table, or could, that is no reference table. `None`
    /// when it is fine. What is not understood is not fine.
    pub fn objection(&self, statement: &str) -> Option<String> {
        let words = words(statement);
        let first = words.first().map(|w| w.to_ascii_uppercase()).unwrap_or_default();
        let is = |i: usize, word: &str| words.get(i).is_some_and(|w| w.eq_ignore_ascii_case(word));
        if HARMLESS.contains(&first.as_str()) {
            let copies = first == "CREATE"
                && (is(1, "TABLE") || is(1, "TEMPORARY") || is(1, "OR") && is(3, "TABLE"))
                && words.iter().any(|w| w.eq_ignore_ascii_case("SELECT"));
            return copies.then(|| "creates a table from rows".to_owned());
        }
        if !matches!(first.as_str(), "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "LOAD") {
            return Some(format!("{first} is not among the statements that lockstep needs"));
        }
        self.tables(&words).into_iter().find(|t| !self.may_read(t)).map(|t| format!("names {t}"))
    }

    fn may_read(&self, table: &str) -> bool {
        let Some((database, _)) = table.split_once('.') else { return false };
        let database = database.to_ascii_lowercase();
        OWN.contains(&database.as_str())
            || database.starts_with("lockstep_scratch_")
            || self.references.contains(&table)
    }

    /// Every table that a statement names: behind FROM, JOIN, INTO, UPDATE, TABLE, and commas that follow them.
    fn tables(&self, words: &[String]) -> Vec<String> {
        let mut out = Vec::new();
        let mut depth = 0;
        let mut lists: Vec<usize> = Vec::new();
        let mut expected = false;
        let mut i = 0;
        while i < words.len() {
            let word = words[i].as_str();
            match word.to_ascii_uppercase().as_str() {
                "(" => {
                    depth += 1;
                    if expected && words.get(i + 1).is_some_and(|w| w.eq_ignore_ascii_case("SELECT")) {
                        expected = false;
                    } else if expected {
                        lists.push(depth);
                    }
                }
                ")" => {
                    lists.retain(|d| *d < depth);
                    depth -= 1;
                }
                // What follows names columns.
                "UPDATE" if i > 0 && words[i - 1].eq_ignore_ascii_case("KEY") => {}
                "FROM" | "UPDATE" | "INTO" => {
                    lists.push(depth);
                    expected = true;
                }
                "JOIN" | "TABLE" => expected = true,
                "," if lists.last() == Some(&depth) => expected = true,
                "WHERE" | "SET" | "ORDER" | "GROUP" | "HAVING" | "LIMIT" | "VALUES" | "SELECT" => {
                    lists.retain(|d| *d != depth);
                }
                "LOW_PRIORITY" | "IGNORE" | "LATERAL" | "DUAL" => {}
                _ if expected => {
                    expected = false;
                    let mut name = word.trim_matches('`').to_owned();
                    while words.get(i + 1).is_some_and(|w| w == ".") && i + 2 < words.len() {
                        name = format!("{name}.{}", words[i + 2].trim_matches('`'));
                        i += 2;
                    }
                    out.push(name);
                }
                _ => {}
            }
            i += 1;
        }
        out
    }
}

/// Splits a statement into words, quoted names and marks; the contents of string literals are left out.
fn words(statement: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut chars = statement.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => drop(chars.next()),
                        _ if inner == c && chars.peek() == Some(&c) => drop(chars.next()),
                        _ if inner == c => break,
                        _ => {}
                    }
                }
                out.push("''".to_owned());
            }
            '`' => {
                let mut name = String::from('`');
                for inner in chars.by_ref() {
                    name.push(inner);
                    if inner == '`' {
                        break;
                    }
                }
                out.push(name);
            }
            c if c.is_alphanumeric() || matches!(c, '_' | '@' | '$') => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|n| n.is_alphanumeric() || matches!(n, '_' | '@' | '$'))
                {
                    word.push(next);
                }
                out.push(word);
            }
            c if c.is_whitespace() => {}
            c => out.push(c.to_string()),
        }
    }
    out
}
