//! A statement that is called safe or slow never fails because of rows: random tables, filled with the rows that servers
//! like least, are changed at random.
//!
//! `LOCKSTEP_RANDOM_PAIRS` tries more changes, `LOCKSTEP_SEED` begins at another one; a failure names its seed.

use std::fmt::Write as _;

use lockstep_engine::schema::{Options, Patience, Risk, diff, execute, read};
use lockstep_engine::{Flavor, Session};
use lockstep_sandbox::testing::{self, Kind};

use crate::support::{connect, reset, run};

/// Changes tried on each flavour.
const CHANGES: u64 = 60;

#[test]
fn what_is_called_safe_does_not_fail_on_hostile_rows_on_mysql() {
    try_changes(Kind::MySql97);
}

#[test]
fn what_is_called_safe_does_not_fail_on_hostile_rows_on_mariadb() {
    try_changes(Kind::MariaDb1011);
}

/// Column types, and values that some server, mode or conversion does not like.
const TYPES: &[(&str, &[&str])] = &[
    ("tinyint", &["-128", "127", "0", "NULL"]),
    ("smallint unsigned", &["65535", "0", "NULL"]),
    ("int", &["-2147483648", "2147483647", "70000", "0", "NULL"]),
    ("int unsigned", &["4294967295", "0"]),
    ("bigint", &["-9223372036854775808", "9223372036854775807", "NULL"]),
    ("bigint unsigned", &["18446744073709551615", "0"]),
    ("decimal(10,4)", &["999999.9999", "-0.0001", "NULL"]),
    ("decimal(5,0)", &["99999", "-99999"]),
    ("float", &["3.4e38", "-0.0", "1.1", "NULL"]),
    ("double", &["1.7e308", "-0.0", "4.9e-324", "NULL"]),
    ("char(5)", &["'abcde'", "'a  '", "''", "NULL"]),
    ("varchar(10)", &["'abc   '", "'ABC'", "'abc'", "'0123456789'", "'1.5'", "'\u{e9}\u{df}'", "NULL"]),
    ("varchar(300)", &["REPEAT('x', 300)", "REPEAT('\u{20ac}', 300)", "'12abc'"]),
    ("text", &["REPEAT('x', 65535)", "'not a number'", "NULL"]),
    ("tinytext", &["REPEAT('\u{e9}', 120)", "''"]),
    ("varbinary(9)", &["x'00FF00'", "x'20'", "''", "NULL"]),
    ("binary(4)", &["x'01'", "x'20202020'"]),
    ("blob", &["x'FFFE'", "NULL"]),
    ("date", &["'0000-00-00'", "'2020-00-00'", "'9999-12-31'", "'2020-02-30'", "NULL"]),
    ("datetime", &["'0000-00-00'", "'1000-01-01'", "'9999-12-31 23:59:59'", "'2020-03-29 02:30:00'", "NULL"]),
    ("datetime(6)", &["'2020-12-31 23:59:59.999999'", "'0000-00-00'"]),
    ("timestamp NULL", &["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", "'0000-00-00'", "NULL"]),
    ("time", &["'-838:59:59'", "'838:59:59'", "NULL"]),
    ("time(3)", &["'12:00:00.999'"]),
    ("year", &["1901", "2155", "0", "NULL"]),
    ("enum('a','b','c')", &["'a'", "'no such member'", "NULL"]),
    ("enum('c','b','a')", &["'b'", "''"]),
    ("enum('a','b','c','d')", &["'d'", "'x'"]),
    ("set('x','y')", &["'x,y'", "''", "NULL"]),
    ("set('y','x','z')", &["'z'", "'x,z'"]),
    ("bit(9)", &["b'111111111'", "b'0'", "NULL"]),
    ("json", &["'{\"a\": [1, 2.0]}'", "'\"\"'", "NULL"]),
];

const TEXTS: [&str; 4] = ["", " COLLATE utf8mb4_bin", " CHARACTER SET latin1", " COLLATE utf8mb4_general_ci"];

/// A small generator of numbers: the same seed gives the same table everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap_or(0)
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

#[derive(Clone)]
struct Column {
    data_type: usize,
    text: usize,
    not_null: bool,
    /// An expression over the others, and whether it is stored.
    generated: Option<(usize, bool)>,
    default: bool,
}

#[derive(Clone)]
struct Table {
    columns: Vec<Option<Column>>,
    keys: Vec<(bool, Vec<usize>)>,
    functional: bool,
    options: usize,
    partitions: usize,
}

const EXPRESSIONS: [&str; 6] =
    ["(id + 1)", "(id * 2)", "(c0 + 1)", "(length(c0))", "(concat(c0, c1))", "(c0 * 1000)"];
const COMPUTED_TYPES: [&str; 4] = ["tinyint", "bigint", "varchar(3)", "varchar(400)"];

impl Column {
    fn any(random: &mut Random) -> Self {
        let generated = random.one_in(4).then(|| (random.below(EXPRESSIONS.len()), random.one_in(2)));
        Self {
            data_type: random.below(TYPES.len()),
            text: random.below(TEXTS.len()),
            not_null: random.one_in(3),
            generated,
            default: random.one_in(4),
        }
    }

    fn data_type(&self) -> &'static str {
        TYPES[self.data_type].0
    }

    fn sql(&self) -> String {
        if let Some((expression, stored)) = self.generated {
            let storage = if stored { "STORED" } else { "VIRTUAL" };
            let kind = COMPUTED_TYPES[self.data_type % COMPUTED_TYPES.len()];
            return format!("{kind} AS {} {storage}", EXPRESSIONS[expression]);
        }
        let has_charset = ["char", "text", "enum", "set"].iter().any(|t| self.data_type().contains(t));
        let text = if has_charset && !self.data_type().contains("NULL") { TEXTS[self.text] } else { "" };
        let null = match self.data_type().contains("NULL") {
            false if self.not_null => " NOT NULL",
            _ => "",
        };
        let whole = ["int", "bigint", "double"].contains(&self.data_type());
        let default = if whole && self.default { " DEFAULT (1 + 2)" } else { "" };
        format!("{}{text}{null}{default}", self.data_type())
    }

    fn needs_prefix(&self) -> bool {
        self.generated.is_none() && ["text", "tinytext", "blob"].contains(&self.data_type())
    }
}

impl Table {
    fn any(random: &mut Random) -> Self {
        let keys = (0..random.below(3)).map(|_| key(random)).collect();
        Self {
            columns: (0..5).map(|_| (!random.one_in(4)).then(|| Column::any(random))).collect(),
            keys,
            functional: random.one_in(6),
            options: random.below(4),
            partitions: if random.one_in(4) { 1 + random.below(4) } else { 0 },
        }
    }

    /// The same table with one thing taken from another.
    fn changed(&self, random: &mut Random) -> Self {
        let (mut changed, other) = (self.clone(), Self::any(random));
        for _ in 0..=random.below(2) {
            match random.below(9) {
                0..=3 => {
                    let at = random.below(changed.columns.len());
                    changed.columns[at].clone_from(&other.columns[at]);
                }
                4 => {
                    let at = random.below(changed.columns.len());
                    if let Some(column) = &mut changed.columns[at] {
                        column.not_null = !column.not_null;
                        column.text = random.below(TEXTS.len());
                    }
                }
                5 => changed.keys.clone_from(&other.keys),
                6 => changed.functional = !changed.functional,
                7 => changed.options = other.options,
                _ => changed.partitions = other.partitions,
            }
        }
        changed
    }

    fn sql(&self, flavor: Flavor) -> String {
        let mut clauses = vec!["id int NOT NULL PRIMARY KEY".to_owned()];
        for (i, column) in self.columns.iter().enumerate() {
            clauses.extend(column.as_ref().map(|c| format!("c{i} {}", c.sql())));
        }
        for (i, (unique, columns)) in self.keys.iter().enumerate() {
            let part = |at: &usize| {
                let column = self.columns[*at].as_ref()?;
                Some(format!("c{at}{}", if column.needs_prefix() { "(7)" } else { "" }))
            };
            let parts: Vec<String> = columns.iter().filter_map(part).collect();
            if !parts.is_empty() && (!*unique || self.partitions == 0) {
                let kind = if *unique { "UNIQUE KEY" } else { "KEY" };
                clauses.push(format!("{kind} k{i} ({})", parts.join(", ")));
            }
        }
        if self.functional && flavor == Flavor::MySql {
            clauses.push("KEY f ((c0 + 1))".to_owned());
        }
        let options = ["", " ROW_FORMAT=COMPACT", " COMMENT='other'", " STATS_PERSISTENT=1"][self.options];
        let partitions = [
            "",
            " PARTITION BY HASH (id) PARTITIONS 3",
            " PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (3), PARTITION p1 VALUES LESS THAN (1000))",
            " PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
            " PARTITION BY LIST (id MOD 2) (PARTITION p0 VALUES IN (0), PARTITION p1 VALUES IN (1))",
        ][self.partitions];
        format!("CREATE TABLE t ({}) DEFAULT CHARSET=utf8mb4{options}{partitions}", clauses.join(", "))
    }

    /// Rows of hostile values, each as a statement that a lenient server takes or refuses.
    fn rows(&self) -> Vec<String> {
        let columns: Vec<(usize, &Column)> =
            self.columns.iter().enumerate().filter_map(|(i, c)| Some((i, c.as_ref()?))).collect();
        let written: Vec<_> = columns.iter().filter(|(_, c)| c.generated.is_none()).collect();
        (0..9_usize)
            .map(|row| {
                let (mut names, mut values) = ("id".to_owned(), (row * 7).to_string());
                for (i, column) in &written {
                    let hostile = TYPES[column.data_type].1;
                    write!(names, ", c{i}").unwrap();
                    write!(values, ", {}", hostile[(row + i) % hostile.len()]).unwrap();
                }
                format!("INSERT IGNORE INTO t ({names}) VALUES ({values})")
            })
            .collect()
    }
}

fn key(random: &mut Random) -> (bool, Vec<usize>) {
    (
        random.one_in(3),
        (0..=random.below(2))
            .map(|_| random.below(5))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect(),
    )
}

fn try_changes(kind: Kind) {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let (first, many) =
        (number("LOCKSTEP_SEED").unwrap_or(1), number("LOCKSTEP_RANDOM_PAIRS").unwrap_or(CHANGES));
    let pair = testing::pair(kind);
    let (mut source, mut target) = (connect(&pair.source), connect(&pair.target));
    let database = testing::unique_database("hostile");
    let (mut failures, mut tried, mut seed) = (String::new(), 0, first);
    while tried < many {
        match try_change(&mut source, &mut target, &database, seed) {
            Some(Ok(())) => tried += 1,
            Some(Err(failure)) => {
                tried += 1;
                writeln!(failures, "seed {seed} on {kind}: {failure}\n").unwrap();
            }
            // The server does not take such a table.
            None => {}
        }
        seed += 1;
    }
    for session in [&mut source, &mut target] {
        session.execute(format!("DROP DATABASE IF EXISTS `{database}`")).unwrap();
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// Makes one change. `None` where one of the tables cannot exist, or they do not differ.
fn try_change(
    source: &mut Session,
    target: &mut Session,
    database: &str,
    seed: u64,
) -> Option<Result<(), String>> {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        random.below(2);
    }
    let flavor = source.server().flavor;
    let before = Table::any(&mut random);
    let after = before.changed(&mut random);
    let (before_sql, after_sql) = (before.sql(flavor), after.sql(flavor));
    if before_sql == after_sql {
        return None;
    }
    reset(source, &[database]);
    reset(target, &[database]);
    run(source, database, &format!("{after_sql};")).ok()?;
    run(target, database, &format!("{before_sql};")).ok()?;
    fill(target, database, &before.rows());
    let names = [database.to_owned()];
    let plan = diff(&read(source, &names).unwrap(), &read(target, &names).unwrap(), &Options::default());
    for statement in &plan.statements {
        let Err(error) = execute(target, statement, Patience::default()) else { continue };
        if statement.risk <= Risk::Slow {
            return Some(Err(format!(
                "{} ({}) fails: {error}\nfrom {before_sql}\nto   {after_sql}",
                statement.sql, statement.why
            )));
        }
        // What comes after a statement that failed, as it may, is never run.
        break;
    }
    Some(Ok(()))
}

/// Puts the rows into the table in the most lenient session; those that it refuses all the same are left out.
fn fill(target: &Session, database: &str, rows: &[String]) {
    let mut own = target.another().unwrap();
    own.use_database(database).unwrap();
    own.execute("SET sql_mode = 'ALLOW_INVALID_DATES', foreign_key_checks = 0").unwrap();
    for row in rows {
        let _ = own.execute(row);
    }
}
