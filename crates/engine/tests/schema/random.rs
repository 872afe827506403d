//! Two random tables, one brought to the other on a real server: the result is exactly the wanted one.

use std::cell::RefCell;

use lockstep_engine::schema::{Options, Patience, diff, execute, read, rehearse};
use lockstep_engine::{Flavor, Session};
use lockstep_sandbox::testing::{self, Kind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::support::{connect, definitions, first_difference, keys_sorted, reset, run};

/// Pairs tried on each flavour; `LOCKSTEP_RANDOM_PAIRS` tries more.
const PAIRS: u32 = 60;

#[test]
fn random_tables_converge_on_mysql() {
    converge(Kind::MySql97, table);
}

#[test]
fn random_tables_converge_on_mariadb() {
    converge(Kind::MariaDb1011, table);
}

/// One column by its choices; what does not fit its type is left out when it is written.
#[derive(Clone, Debug)]
struct Column {
    name: usize,
    data_type: usize,
    not_null: bool,
    default: usize,
    text: usize,
    generated: usize,
    comment: usize,
    invisible: bool,
}

#[derive(Clone, Debug)]
struct Key {
    kind: usize,
    columns: Vec<usize>,
    descending: bool,
    comment: usize,
    hidden: bool,
}

#[derive(Clone, Debug)]
struct Table {
    columns: Vec<Column>,
    id_at: usize,
    id_type: usize,
    primary: usize,
    keys: Vec<Key>,
    checks: Vec<(usize, usize, bool)>,
    options: (usize, usize, usize, usize),
    partitions: usize,
}

fn column() -> impl Strategy<Value = Column> {
    (0..8usize, 0..TYPES.len(), any::<bool>(), 0..4usize, 0..5usize, 0..9usize, 0..3usize, 0..8usize)
        .prop_map(|(name, data_type, not_null, default, text, generated, comment, invisible)| Column {
            name,
            data_type,
            not_null,
            default,
            text,
            generated,
            comment,
            invisible: invisible == 0,
        })
}

fn key() -> impl Strategy<Value = Key> {
    (0..6usize, vec(0..8usize, 1..4), any::<bool>(), 0..3usize, any::<bool>()).prop_map(
        |(kind, columns, descending, comment, hidden)| Key { kind, columns, descending, comment, hidden },
    )
}

fn table() -> impl Strategy<Value = Table> {
    (
        vec(column(), 0..7),
        0..4usize,
        0..3usize,
        0..4usize,
        vec(key(), 0..5),
        vec((0..3usize, 0..4usize, any::<bool>()), 0..3),
        (0..3usize, 0..5usize, 0..4usize, 0..3usize),
        0..16usize,
    )
        .prop_map(|(columns, id_at, id_type, primary, keys, checks, options, partitions)| Table {
            columns,
            id_at,
            id_type,
            primary,
            keys,
            checks,
            options,
            partitions,
        })
}

/// Type, a default, another default, and whether it has a character set.
const TYPES: &[(&str, &str, &str, bool)] = &[
    ("int", "7", "-1", false),
    ("int unsigned", "7", "0", false),
    ("bigint", "7", "123456789012", false),
    ("tinyint(1)", "1", "0", false),
    ("decimal(10,2)", "1.5", "-0.25", false),
    ("double", "1.5", "1e10", false),
    ("varchar(20)", "'a'", "''", true),
    ("varchar(300)", "'it''s'", "'b\\\\c'", true),
    ("char(5)", "'x'", "'NULL'", true),
    ("text", "", "", true),
    ("longtext", "", "", true),
    ("enum('a','b','c,d')", "'a'", "'c,d'", true),
    ("set('x','y')", "'x'", "'x,y'", true),
    ("binary(4)", "'ab'", "'c'", false),
    ("varbinary(9)", "'ab'", "''", false),
    ("blob", "", "", false),
    ("date", "'2020-01-01'", "'1999-12-31'", false),
    ("datetime(3)", "CURRENT_TIMESTAMP(3)", "'2020-01-01 00:00:00'", false),
    ("timestamp", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", false),
    ("time", "'10:00:00'", "'-01:00:00'", false),
    ("year", "2020", "1999", false),
    ("bit(3)", "b'101'", "b'1'", false),
    ("json", "", "", false),
];

const TEXTS: [&str; 5] = [
    "",
    " CHARACTER SET latin1",
    " COLLATE utf8mb4_bin",
    " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    " CHARACTER SET ascii COLLATE ascii_bin",
];

const COMMENTS: [&str; 3] = ["", " COMMENT 'one'", " COMMENT 'it''s, (two)'"];

impl Table {
    /// The columns that are written: one of each name.
    fn distinct(&self) -> Vec<&Column> {
        let mut seen = std::collections::BTreeSet::new();
        self.columns.iter().filter(|c| seen.insert(c.name)).collect()
    }

    fn sql(&self, flavor: Flavor) -> String {
        let columns = self.distinct();
        let id_type = ["int", "bigint", "int unsigned"][self.id_type];
        let increments = if self.primary == 3 { " AUTO_INCREMENT" } else { "" };
        let mut clauses: Vec<String> = columns.iter().map(|c| c.sql(flavor)).collect();
        clauses.insert(self.id_at.min(clauses.len()), format!("id {id_type} NOT NULL{increments}"));
        let primary =
            ["", "PRIMARY KEY (id)", "PRIMARY KEY (id) COMMENT 'p'", "PRIMARY KEY (id)"][self.primary];
        clauses.extend((!primary.is_empty()).then(|| primary.to_owned()));
        for (i, key) in self.keys.iter().enumerate() {
            clauses.extend(key.sql(i, &columns, flavor, self.is_partitioned()));
        }
        let mut names = std::collections::BTreeSet::new();
        for (name, expression, enforced) in &self.checks {
            if names.insert(name) {
                let expression =
                    ["id > 0", "id < 1000000", "id <> 5 or id = 6", "id in (1,2,3)"][*expression];
                let enforced = if *enforced || flavor == Flavor::MariaDb { "" } else { " NOT ENFORCED" };
                clauses.push(format!("CONSTRAINT check{name} CHECK ({expression}){enforced}"));
            }
        }
        format!("CREATE TABLE t ({}) {}", clauses.join(", "), self.tail())
    }

    fn is_partitioned(&self) -> bool {
        self.partitions >= 8
    }

    fn tail(&self) -> String {
        let (comment, charset, row_format, stats) = self.options;
        let charset = [
            "DEFAULT CHARSET=utf8mb4",
            "DEFAULT CHARSET=latin1",
            "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
            "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
            "DEFAULT CHARSET=latin1 COLLATE=latin1_bin",
        ][charset];
        let row_format =
            ["", " ROW_FORMAT=DYNAMIC", " ROW_FORMAT=COMPACT", " ROW_FORMAT=REDUNDANT"][row_format];
        let stats = ["", " STATS_PERSISTENT=0", " STATS_PERSISTENT=1 STATS_SAMPLE_PAGES=9"][stats];
        let comment = ["", " COMMENT='t'", " COMMENT='u = ''v'''"][comment];
        let partitions = match self.partitions {
            8 => {
                " PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))"
            }
            9 => {
                " PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN (30))"
            }
            10 => {
                " PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20), PARTITION pm VALUES LESS THAN MAXVALUE)"
            }
            11 => " PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1,2), PARTITION p1 VALUES IN (3))",
            12 => " PARTITION BY LIST (id) (PARTITION p1 VALUES IN (3,2), PARTITION p2 VALUES IN (7))",
            13 => " PARTITION BY HASH (id) PARTITIONS 3",
            14 => " PARTITION BY KEY (id) PARTITIONS 2",
            15 => {
                " PARTITION BY RANGE (id) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)"
            }
            _ => "",
        };
        format!("ENGINE=InnoDB {charset}{row_format}{stats}{comment}{partitions}")
    }
}

impl Column {
    fn sql(&self, flavor: Flavor) -> String {
        let (data_type, default, other, has_charset) = TYPES[self.data_type];
        let text = if has_charset { TEXTS[self.text] } else { "" };
        let invisible = if self.invisible { " INVISIBLE" } else { "" };
        let comment = COMMENTS[self.comment];
        let head = format!("c{} {data_type}{text}", self.name);
        let is_number = ["int", "bigint", "decimal(10,2)", "double"].contains(&data_type);
        if is_number && self.generated >= 5 {
            let storage = if [6, 8].contains(&self.generated) { "STORED" } else { "VIRTUAL" };
            let expression = if self.generated < 7 { "base + 1" } else { "base * 2" };
            return format!("{head} AS ({expression}) {storage}{invisible}{comment}");
        }
        let null = if self.not_null { " NOT NULL" } else { " NULL" };
        let value = if self.default == 1 { default } else { other };
        let default = match self.default {
            1 | 2 if !value.is_empty() => format!(" DEFAULT {value}"),
            3 if is_number => " DEFAULT (1 + 2)".to_owned(),
            // MariaDB hides only columns that have a value without being named.
            _ if self.invisible && self.not_null && flavor == Flavor::MariaDb => {
                return format!("{head} NULL{comment}");
            }
            _ => String::new(),
        };
        format!("{head}{null}{default}{invisible}{comment}")
    }
}

impl Key {
    /// The clause over the columns that exist, or nothing.
    fn sql(&self, index: usize, columns: &[&Column], flavor: Flavor, partitioned: bool) -> Option<String> {
        let kind = ["KEY", "UNIQUE KEY", "KEY", "FULLTEXT KEY", "KEY", "KEY"][self.kind];
        let is_text = |c: &Column| matches!(TYPES[c.data_type].0, "text" | "longtext" | "blob");
        let mut parts: Vec<String> = Vec::new();
        for name in &self.columns {
            let Some(column) = columns.iter().find(|c| c.name == *name) else { continue };
            let data_type = TYPES[column.data_type].0;
            let fits = if kind == "FULLTEXT KEY" {
                TYPES[column.data_type].3
                    && !data_type.starts_with("enum")
                    && !data_type.starts_with("set")
                    && column.text == 0
            } else {
                data_type != "json"
            };
            let prefix = if is_text(column) && kind != "FULLTEXT KEY" { "(7)" } else { "" };
            let part = format!("c{name}{prefix}");
            if fits && !parts.iter().any(|p| p.starts_with(&part)) {
                let order =
                    if self.descending && kind != "FULLTEXT KEY" && prefix.is_empty() { " DESC" } else { "" };
                parts.push(format!("{part}{order}"));
            }
        }
        if self.kind == 5 && flavor == Flavor::MySql {
            parts.push("(id + 1)".to_owned());
        }
        if parts.is_empty() || (partitioned && kind != "KEY") {
            return None;
        }
        let hidden = match flavor {
            _ if !self.hidden => "",
            Flavor::MySql => " INVISIBLE",
            Flavor::MariaDb => " IGNORED",
        };
        Some(format!("{kind} k{index} ({}){}{hidden}", parts.join(", "), COMMENTS[self.comment]))
    }
}

/// Anything that can be written as statements for a database.
pub trait Wanted: std::fmt::Debug {
    /// The statements, run without foreign-key checks.
    fn statements(&self, flavor: Flavor) -> Vec<String>;
}

impl Wanted for Table {
    fn statements(&self, flavor: Flavor) -> Vec<String> {
        vec![self.sql(flavor)]
    }
}

/// Draws pairs from `strategy` and brings the first of each to the second.
pub fn converge<W: Wanted, S: Strategy<Value = W>>(kind: Kind, strategy: impl Fn() -> S) {
    let pair = testing::pair(kind);
    let sessions = RefCell::new((connect(&pair.source), connect(&pair.target)));
    let database = testing::unique_database("random");
    let cases = std::env::var("LOCKSTEP_RANDOM_PAIRS").ok().and_then(|n| n.parse().ok()).unwrap_or(PAIRS);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let result = TestRunner::new(config).run(&(strategy(), strategy()), |(a, b)| {
        let (source, target) = &mut *sessions.borrow_mut();
        attempt(source, target, &database, &a, &b)
    });
    let (mut source, mut target) = sessions.into_inner();
    for session in [&mut source, &mut target] {
        session.execute(format!("DROP DATABASE IF EXISTS `{database}`")).unwrap();
    }
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// Creates `b` on the source and `a` on the target, and brings the target to the source.
fn attempt<W: Wanted>(
    source: &mut Session,
    target: &mut Session,
    database: &str,
    a: &W,
    b: &W,
) -> Result<(), TestCaseError> {
    let flavor = source.server().flavor;
    for (session, wanted) in [(&mut *source, b), (&mut *target, a)] {
        reset(session, &[database]);
        let script = format!("{};", wanted.statements(flavor).join(";\n"));
        if let Err(error) = run(session, database, &script) {
            return Err(TestCaseError::reject(format!("{error}: {script}")));
        }
    }
    let fail = |what: String| {
        let text = |w: &W| w.statements(flavor).join(";\n");
        TestCaseError::fail(format!("{what}\nfrom {}\nto   {}", text(a), text(b)))
    };
    let names = [database.to_owned()];
    let (wanted, current) = (read(source, &names).unwrap(), read(target, &names).unwrap());
    let plan = diff(&wanted, &current, &Options::default());
    if let Some(unsupported) = plan.unsupported.first() {
        return Err(fail(unsupported.reason.clone()));
    }
    rehearse(target, &wanted, &current, &plan, &Options::default()).map_err(|e| fail(e.to_string()))?;
    for statement in &plan.statements {
        execute(target, statement, Patience::default()).map_err(|e| fail(e.to_string()))?;
    }
    let (expected, found) = (definitions(source, &[database]), definitions(target, &[database]));
    let (expected, found) = (keys_sorted(&expected), keys_sorted(&found));
    if expected == found { Ok(()) } else { Err(fail(first_difference(&expected, &found))) }
}
