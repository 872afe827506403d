//! What servers make up by themselves is no drift: names, the first moment of an event, words that say what
//! holds anyway. What a person said is.

use lockstep_engine::schema::{Options, Patience, Schema, SchemaDiff, diff, execute, read, rehearse};
use lockstep_engine::{Flavor, Session, names::quote};
use lockstep_sandbox::testing::{self, Kind};

use crate::support::{connect, reset, run};

const PARENT: &str = "CREATE TABLE p (id INT PRIMARY KEY, other INT UNIQUE);";

/// Pairs of scripts that make the same, whatever the server calls its parts.
const SAME: &[(&str, &str)] = &[
    // A foreign key under a person's name and under the server's, with the index that comes with each.
    (
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id));",
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (id));",
    ),
    // Numbers that differ by the order in which the keys came.
    (
        "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id));",
        "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, FOREIGN KEY (b) REFERENCES p (id), FOREIGN KEY (a) REFERENCES p (id));",
    ),
    // A key that is numbered after another one was dropped.
    (
        "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, FOREIGN KEY (b) REFERENCES p (id));",
        "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id));
         ALTER TABLE c DROP FOREIGN KEY c_ibfk_1, DROP KEY a;",
    ),
    // The name of a table that has another name now.
    (
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (id));",
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT old_ibfk_3 FOREIGN KEY (pid) REFERENCES p (id), KEY pid (pid));",
    ),
    // What InnoDB does anyway.
    (
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id) ON DELETE RESTRICT ON UPDATE CASCADE);",
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id) ON UPDATE CASCADE);",
    ),
    (
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id) ON DELETE NO ACTION ON UPDATE RESTRICT);",
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (id));",
    ),
    // Checks of other numbers, and under a person's name.
    (
        "CREATE TABLE c (a INT, b INT, CHECK (a > 0), CHECK (b > 0));",
        "CREATE TABLE c (a INT, b INT, CHECK (b > 0), CHECK (a > 0));",
    ),
    ("CREATE TABLE c (a INT, CONSTRAINT positive CHECK (a > 0));", "CREATE TABLE c (a INT, CHECK (a > 0));"),
    // Indexes that got the next free name.
    (
        "CREATE TABLE c (a INT, b INT, KEY (a), KEY (a, b), UNIQUE KEY (b));",
        "CREATE TABLE c (a INT, b INT, KEY (a, b), KEY (a), UNIQUE KEY (b));",
    ),
    // Partitions that are counted, and listed under the same names.
    (
        "CREATE TABLE c (a INT) PARTITION BY HASH (a) PARTITIONS 3;",
        "CREATE TABLE c (a INT) PARTITION BY HASH (a) (PARTITION p0, PARTITION p1, PARTITION p2);",
    ),
    (
        "CREATE TABLE c (a INT PRIMARY KEY) PARTITION BY LINEAR KEY (a) PARTITIONS 2;",
        "CREATE TABLE c (a INT PRIMARY KEY) PARTITION BY LINEAR KEY (a) (PARTITION p0, PARTITION p1);",
    ),
    // Each server notes when an event was made, in the event's own time zone; a change of its status later
    // leaves that note.
    (
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @a = 1;",
        "SET timestamp = 1700000000; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @a = 1;",
    ),
    (
        "SET time_zone = '+05:30'; CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS CURRENT_TIMESTAMP ENDS '2037-01-01 00:00:00' DISABLE DO SET @a = 'STARTS';",
        "SET time_zone = '+05:30', timestamp = 1700000000; CREATE EVENT e ON SCHEDULE EVERY 1 DAY ENDS '2037-01-01 00:00:00' DO SET @a = 'STARTS';
         SET timestamp = 1710000000; ALTER EVENT e DISABLE;",
    ),
    (
        "CREATE EVENT e ON SCHEDULE EVERY 2 DAY DO SET @a = 1;",
        "SET timestamp = 1700000000; CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2020-01-01 00:00:00' DO SET @a = 1;
         SET timestamp = 1710000000; ALTER EVENT e ON SCHEDULE EVERY 2 DAY;",
    ),
];

/// Pairs that do not make the same.
const OTHER: &[(&str, &str)] = &[
    (
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, KEY k (pid), CONSTRAINT one FOREIGN KEY (pid) REFERENCES p (id));",
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, KEY k (pid), CONSTRAINT two FOREIGN KEY (pid) REFERENCES p (id));",
    ),
    (
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE);",
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (id));",
    ),
    (
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (id));",
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (other));",
    ),
    ("CREATE TABLE c (a INT, CHECK (a > 0));", "CREATE TABLE c (a INT, CHECK (a > 1));"),
    ("CREATE TABLE c (a INT, KEY idx (a));", "CREATE TABLE c (a INT, KEY (a));"),
    (
        "CREATE TABLE c (a INT) PARTITION BY HASH (a) PARTITIONS 2;",
        "CREATE TABLE c (a INT) PARTITION BY HASH (a) (PARTITION north, PARTITION south);",
    ),
    (
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' DO SET @a = 1;",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @a = 1;",
    ),
];

/// Two servers of a kind, with a database of the same name.
struct Both {
    source: Session,
    target: Session,
    database: String,
}

impl Both {
    fn new(kind: Kind) -> Self {
        let pair = testing::pair(kind);
        let database = testing::unique_database("given");
        Self { source: connect(&pair.source), target: connect(&pair.target), database }
    }

    fn make(&mut self, source: &str, target: &str) -> (Schema, Schema) {
        let make = |session: &mut Session, script: &str| {
            reset(session, &[&self.database]);
            run(session, &self.database, &format!("{PARENT}\n{script}"))
                .unwrap_or_else(|e| panic!("{e}\n{script}"));
            read(session, std::slice::from_ref(&self.database)).unwrap()
        };
        (make(&mut self.source, source), make(&mut self.target, target))
    }

    /// Runs a plan on the target and expects nothing to be left.
    fn arrives(&mut self, wanted: &Schema, current: &Schema, plan: &SchemaDiff) {
        rehearse(&mut self.target, wanted, current, plan, &Options::default()).unwrap();
        for statement in &plan.statements {
            execute(&mut self.target, statement, Patience::default()).unwrap();
        }
        let now = read(&mut self.target, std::slice::from_ref(&self.database)).unwrap();
        let rest = diff(wanted, &now, &Options::default());
        assert!(rest.is_empty(), "{:#?}", rest.statements);
    }

    fn drop(mut self) {
        for session in [&mut self.source, &mut self.target] {
            session.execute(format!("DROP DATABASE {}", quote(&self.database))).unwrap();
        }
    }
}

fn each(kind: Kind) {
    let mut both = Both::new(kind);
    for (one, two) in SAME {
        let (a, b) = both.make(one, two);
        for (source, target) in [(&a, &b), (&b, &a)] {
            let plan = diff(source, target, &Options::default());
            assert!(plan.is_empty(), "{kind}: {one}\n{two}\n{:#?}\n{:?}", plan.statements, plan.unsupported);
        }
    }
    for (one, two) in OTHER {
        let (a, b) = both.make(one, two);
        let plan = diff(&a, &b, &Options::default());
        assert!(!plan.is_empty(), "{kind}: {one}\n{two}");
        both.arrives(&a, &b, &plan);
    }
    both.drop();
}

#[test]
fn what_servers_make_up_is_no_drift_on_mysql() {
    each(Kind::MySql97);
}

#[test]
fn what_servers_make_up_is_no_drift_on_mariadb() {
    each(Kind::MariaDb1011);
}

/// A table that changes otherwise keeps the names that it has, and a new part gets one that is free.
#[test]
fn names_stay_when_the_table_changes_otherwise() {
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let mut both = Both::new(kind);
        let (wanted, current) = both.make(
            "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, n INT, FOREIGN KEY (a) REFERENCES p (id), \
             CONSTRAINT mine FOREIGN KEY (b) REFERENCES p (id), CHECK (n > 0), CHECK (a < 10));",
            "CREATE TABLE c (id INT PRIMARY KEY, a INT, b INT, FOREIGN KEY (b) REFERENCES p (id), CHECK (a < 10));
             INSERT INTO p VALUES (1, 1); INSERT INTO c VALUES (1, 1, 1);",
        );
        let plan = diff(&wanted, &current, &Options::default());
        let sql: Vec<&str> = plan.statements.iter().map(|s| s.sql.as_str()).collect();
        let all = sql.join("\n");
        assert!(!all.contains("DROP FOREIGN KEY") && !all.contains("DROP CHECK"), "{all}");
        let check = match both.target.server().flavor {
            Flavor::MySql => "`c_chk_3` CHECK ((`n` > 0))",
            Flavor::MariaDb => "`CONSTRAINT_3` CHECK (`n` > 0)",
        };
        assert!(all.contains(check), "{all}");
        both.arrives(&wanted, &current, &plan);
        both.drop();
    }
}
