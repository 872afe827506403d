//! Scratch databases never stay, and files become a schema.

use lockstep_engine::schema::{
    ObjectKind, ObjectRef, Options, Patience, Schema, diff, execute, load_directory, read, rehearse,
};
use lockstep_engine::{ErrorKind, Session};
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Kind};

use crate::support::{connect, reset, run, scratch_databases};

fn schema(session: &mut Session, database: &str) -> Schema {
    read(session, &[database.to_owned()]).unwrap()
}

/// Servers of its own: others may be rehearsing on the shared ones.
fn own(kind: Kind) -> (lockstep_sandbox::Server, Session) {
    let server = testing::own(kind, &ServerOptions::for_tests());
    let session = connect(&testing::Endpoint::of(&server, kind));
    (server, session)
}

fn leaves_nothing(kind: Kind) {
    let (_server, mut session) = own(kind);
    reset(&mut session, &["want", "have"]);
    run(&session, "want", "CREATE TABLE t (a INT, b INT); CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO have.t VALUES (1);").unwrap();
    // One server plays both: the source's database is called as the target's.
    let mut wanted = schema(&mut session, "want");
    // The event itself must not run: only its copy could.
    session.execute("DROP EVENT want.e").unwrap();
    let content = wanted.databases.remove("want").unwrap();
    wanted.databases.insert("have".into(), content);
    run(&session, "have", "CREATE TABLE t (a INT);").unwrap();
    let current = schema(&mut session, "have");
    let mut plan = diff(&wanted, &current, &Options::default());

    // What a killed run left: a database whose lock nobody holds.
    session.execute("CREATE DATABASE lockstep_scratch_1_2_0").unwrap();
    // A person's: no run of lockstep names its databases so.
    session.execute("CREATE DATABASE lockstep_scratch_reports_2025").unwrap();
    rehearse(&mut session, &wanted, &current, &plan, &Options::default()).unwrap();
    assert_eq!(scratch_databases(&mut session), ["lockstep_scratch_reports_2025"]);
    session.execute("DROP DATABASE lockstep_scratch_reports_2025").unwrap();

    // A plan that lacks a statement does not arrive, and one that fails is refused; neither leaves anything.
    let event = plan.statements.pop().unwrap();
    assert_eq!(event.object, ObjectRef::new(ObjectKind::Event, "have", "e"));
    plan.statements[0].sql = "ALTER TABLE `t` ADD COLUMN `c` int".into();
    let error = rehearse(&mut session, &wanted, &current, &plan, &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.message().contains("table `have`.`t`"), "{error}");
    plan.statements[0].sql = "ALTER TABLE `t` ADD COLUMN `a` int".into();
    let error = rehearse(&mut session, &wanted, &current, &plan, &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(scratch_databases(&mut session), Vec::<String>::new());
    // The event's copy was disabled, and it wrote nothing to the real table.
    let rows: Option<u64> = session.query_first("SELECT COUNT(*) FROM have.t").unwrap();
    assert_eq!(rows, Some(0));
}

#[test]
fn a_rehearsal_leaves_nothing_on_mysql() {
    leaves_nothing(Kind::MySql97);
}

#[test]
fn a_rehearsal_leaves_nothing_on_mariadb() {
    leaves_nothing(Kind::MariaDb1011);
}

#[test]
fn files_become_the_schema_they_describe() {
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let mut session = connect(&testing::server(kind));
        let database = testing::unique_database("files");
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("views")).unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("1.sql", "SET sql_mode = 'ANSI_QUOTES';\nCREATE TABLE \"t\" (a INT, g INT AS (a) VIRTUAL);\n");
        write(
            "2.sql",
            &format!(
                "CREATE DATABASE IF NOT EXISTS `{database}`;\nUSE `{database}`;\nCREATE TABLE `{database}`.`u` (a INT);\n"
            ),
        );
        write(
            "views/v.sql",
            "DELIMITER //\nCREATE VIEW v AS SELECT a FROM t//\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\n",
        );
        let names = [database.clone()];
        reset(&mut session, &[&database]);
        let wanted = load_directory(&mut session, folder.path(), &names).unwrap();
        let current = schema(&mut session, &database);
        let plan = diff(&wanted, &current, &Options::default());
        rehearse(&mut session, &wanted, &current, &plan, &Options::default()).unwrap();
        for statement in &plan.statements {
            execute(&mut session, statement, Patience::default()).unwrap();
        }
        assert_eq!(plan.statements.len(), 4, "{:#?}", plan.statements);
        assert!(diff(&wanted, &schema(&mut session, &database), &Options::default()).is_empty());

        write("3.sql", "CREATE TABLE x (a INT);\n\nINSERT INTO x VALUES (1);\n");
        let error = load_directory(&mut session, folder.path(), &names).unwrap_err();
        assert!(error.message().contains("3.sql, line 3: INSERT is no definition"), "{error}");
        write("3.sql", "CREATE TABLE x (a INT);\nCREATE TABLE y (b 'open");
        let error = load_directory(&mut session, folder.path(), &names).unwrap_err();
        assert!(error.message().contains("line 2"), "{error}");
        session.execute(format!("DROP DATABASE `{database}`")).unwrap();
    }
}
