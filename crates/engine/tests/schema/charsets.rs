//! Routines and triggers that were made under another client's character set.

use std::io::Write;
use std::process::Stdio;

use lockstep_engine::Session;
use lockstep_engine::names::quote;
use lockstep_engine::schema::{Options, Patience, Schema, diff, execute, read, rehearse};
use lockstep_sandbox::testing::{self, Kind};

use crate::support::{connect, reset, run};

const TABLE: &str = "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(10));";

/// Bytes in latin1: é is `\xe9`.
const LATIN1: &[u8] = b"SET NAMES latin1;\n\
    CREATE PROCEDURE p() SELECT HEX(CONVERT('\xe9' USING utf8mb4)), HEX('\xe9'), COLLATION('\xe9');\n\
    CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 'e' = '\xe9';\n\
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.s = '\xe9';\n";

fn schema(session: &mut Session, database: &str) -> Schema {
    read(session, &[database.to_owned()]).unwrap()
}

/// What the routines answer and the trigger writes.
fn answers(session: &mut Session, database: &str) -> Vec<String> {
    session.use_database(database).unwrap();
    session.execute("REPLACE INTO t (id) VALUES (1)").unwrap();
    let mut all: Vec<String> = session.query::<String>("SELECT HEX(s) FROM t").unwrap();
    all.extend(session.query::<String>("SELECT CONCAT(f())").unwrap());
    let rows: Vec<(String, String, String)> = session.query("CALL p()").unwrap();
    all.extend(rows.into_iter().flat_map(|(a, b, c)| [a, b, c]));
    all
}

/// MySQL prepares no statement that creates one of these, and the driver sends UTF-8 only: they do the same, made
/// under utf8mb4, and are then no drift.
#[test]
fn routines_and_triggers_made_under_latin1_arrive_and_do_the_same() {
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let pair = testing::pair(kind);
        let (mut source, mut target) = (connect(&pair.source), connect(&pair.target));
        let database = testing::unique_database("latin1");
        for session in [&mut source, &mut target] {
            reset(session, &[&database]);
            run(session, &database, TABLE).unwrap();
        }
        let mut client = pair.source.client();
        let mut client = client.arg(&database).stdin(Stdio::piped()).spawn().unwrap();
        client.stdin.take().unwrap().write_all(LATIN1).unwrap();
        assert!(client.wait().unwrap().success());

        let wanted = schema(&mut source, &database);
        let current = schema(&mut target, &database);
        let plan = diff(&wanted, &current, &Options::default());
        assert_eq!(plan.statements.len(), 3, "{:#?}", plan.statements);
        rehearse(&mut target, &wanted, &current, &plan, &Options::default()).unwrap();
        for statement in &plan.statements {
            execute(&mut target, statement, Patience::default()).unwrap();
        }
        let rest = diff(&wanted, &schema(&mut target, &database), &Options::default());
        assert!(rest.is_empty(), "{:#?}", rest.statements);
        assert_eq!(answers(&mut source, &database), answers(&mut target, &database), "{kind}");
        for session in [&mut source, &mut target] {
            session.execute(format!("DROP DATABASE {}", quote(&database))).unwrap();
        }
    }
}
