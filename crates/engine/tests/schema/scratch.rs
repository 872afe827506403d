//! Scratch databases never stay, and stay out of the binary log where they can.

use lockstep_engine::schema::{
    ObjectKind, ObjectRef, Options, Patience, Schema, diff, execute, read, rehearse,
};
use lockstep_engine::{Endpoint, ErrorKind, Session};
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Kind};
use mysql::Row;

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

/// The statements in a server's binary logs, those of rows left out.
fn logged(session: &mut Session) -> Vec<String> {
    let logs: Vec<Row> = session.query("SHOW BINARY LOGS").unwrap();
    let names: Vec<String> = logs.iter().map(|row| row.get(0).unwrap()).collect();
    let events = names
        .iter()
        .flat_map(|name| session.query::<Row>(format!("SHOW BINLOG EVENTS IN '{name}'")).unwrap());
    let of_statements = events.filter(|event| event.get::<String, _>(2).unwrap() == "Query");
    of_statements
        .map(|event| String::from_utf8_lossy(&event.get::<Vec<u8>, _>(5).unwrap()).into_owned())
        .collect()
}

/// Replicas never see a scratch database where the login may keep it out of the binary log, and see all of it where it
/// may not; what is done for real is logged in any case.
#[test]
fn a_rehearsal_stays_out_of_the_binary_log_where_the_login_may() {
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let (server, mut session) = own(kind);
        reset(&mut session, &["want", "have"]);
        run(&session, "want", "CREATE TABLE t (a INT, b INT);").unwrap();
        run(&session, "have", "CREATE TABLE t (a INT);").unwrap();
        session.execute("CREATE USER plain@'%'").unwrap();
        session.execute("GRANT ALL ON have.* TO plain@'%'").unwrap();
        session.execute("GRANT ALL ON `lockstep\\_scratch\\_%`.* TO plain@'%'").unwrap();
        let mut wanted = schema(&mut session, "want");
        let content = wanted.databases.remove("want").unwrap();
        wanted.databases.insert("have".into(), content);
        let current = schema(&mut session, "have");
        let plan = diff(&wanted, &current, &Options::default());

        let before = logged(&mut session);
        rehearse(&mut session, &wanted, &current, &plan, &Options::default()).unwrap();
        assert_eq!(logged(&mut session), before, "{kind}: an administrator's rehearsal is logged");

        let mut plain = Session::connect(&Endpoint::from_url(&server.url_for("plain")).unwrap()).unwrap();
        rehearse(&mut plain, &wanted, &current, &plan, &Options::default()).unwrap();
        let after = logged(&mut session);
        let count =
            |word: &str| after.iter().filter(|s| s.contains(word) && s.contains("lockstep_scratch_")).count();
        assert_eq!((count("CREATE DATABASE"), count("DROP DATABASE")), (1, 1), "{kind}: {after:#?}");

        execute(&mut session, &plan.statements[0], Patience::default()).unwrap();
        assert!(logged(&mut session).last().unwrap().contains("ALTER TABLE `t` ADD COLUMN `b`"), "{kind}");
    }
}
