//! The same statements on servers of different age and flavour: no difference, whatever they print.

use lockstep_engine::schema::{Options, Patience, Schema, diff, execute, read, rehearse};
use lockstep_engine::{Session, names::quote};
use lockstep_sandbox::testing::{self, Kind};

use crate::support::{connect, reset, run};

const DDL: &str = include_str!("ddl/spelling.sql");

/// Runs the statements on a server of each kind and returns both sessions with the database's name.
fn same_on(from: Kind, to: Kind) -> (Session, Session, String) {
    let mut sessions = [connect(&testing::server(from)), connect(&testing::server(to))];
    let database = testing::unique_database("spelling");
    for session in &mut sessions {
        reset(session, &[&database]);
        let script = format!("SET sql_mode = 'NO_ENGINE_SUBSTITUTION';\n{DDL}");
        run(session, &database, &script).unwrap();
    }
    let [from, to] = sessions;
    (from, to, database)
}

fn schema(session: &mut Session, database: &str) -> Schema {
    read(session, &[database.to_owned()]).unwrap()
}

fn no_difference(from: Kind, to: Kind) {
    let (mut source, mut target, database) = same_on(from, to);
    let (a, b) = (schema(&mut source, &database), schema(&mut target, &database));
    for (source, target) in [(&a, &b), (&b, &a)] {
        let plan = diff(source, target, &Options::default());
        let statements: Vec<_> = plan.statements.iter().map(|s| &s.sql).collect();
        assert!(plan.is_empty(), "{statements:#?}\n{:#?}", plan.unsupported);
    }
    for session in [&mut source, &mut target] {
        session.execute(format!("DROP DATABASE {}", quote(&database))).unwrap();
    }
}

/// Brings an empty database on `to` to what `from` holds, through the same path as any plan.
fn arrives(from: Kind, to: Kind) {
    let (mut source, mut target, database) = same_on(from, to);
    let wanted = schema(&mut source, &database);
    reset(&mut target, &[&database]);
    let current = schema(&mut target, &database);
    let plan = diff(&wanted, &current, &Options::default());
    assert!(plan.unsupported.is_empty(), "{:?}", plan.unsupported);
    rehearse(&mut target, &wanted, &current, &plan, &Options::default()).unwrap();
    for statement in &plan.statements {
        execute(&mut target, statement, Patience::default()).unwrap();
    }
    let rest = diff(&wanted, &schema(&mut target, &database), &Options::default());
    assert!(rest.is_empty(), "{:#?}", rest.statements);
    for session in [&mut source, &mut target] {
        session.execute(format!("DROP DATABASE {}", quote(&database))).unwrap();
    }
}

#[test]
fn old_and_new_mysql_spell_the_same_schema() {
    no_difference(Kind::MySql56, Kind::MySql97);
}

#[test]
fn mysql_and_mariadb_spell_the_same_schema() {
    no_difference(Kind::MySql97, Kind::MariaDb1011);
}

#[test]
fn an_old_schema_arrives_on_a_new_server() {
    arrives(Kind::MySql56, Kind::MySql97);
}

#[test]
fn a_mysql_schema_arrives_on_mariadb() {
    arrives(Kind::MySql97, Kind::MariaDb1011);
}

#[test]
fn a_mariadb_schema_arrives_on_mysql() {
    arrives(Kind::MariaDb1011, Kind::MySql97);
}
