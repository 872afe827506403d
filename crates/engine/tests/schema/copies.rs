//! A rehearsal's copies with a login that may set less than root.

use lockstep_engine::schema::{Options, diff, read, rehearse};
use lockstep_engine::{Endpoint, Session};
use lockstep_sandbox::testing::{self, Kind};

use crate::support::{connect, reset, run};

const BEFORE: &str = "SET restrict_fk_on_non_standard_key = OFF;
    CREATE TABLE p (id INT, v INT, KEY (id));
    CREATE TABLE k (id INT PRIMARY KEY, pid INT, KEY kp (pid), CONSTRAINT f FOREIGN KEY (pid) REFERENCES p (id));";

/// MySQL 8.4 and later take such a foreign key only where `restrict_fk_on_non_standard_key` is off. Any login may
/// set that for itself.
#[test]
fn a_key_to_a_parent_that_is_not_unique_is_copied_and_put_back() {
    let pair = testing::pair(Kind::MySql97);
    let database = testing::unique_database("loose");
    let (mut source, mut root) = (connect(&pair.source), connect(&pair.target));
    root.execute(format!("CREATE USER {database}")).unwrap();
    root.execute(format!(
        "GRANT SELECT, INSERT, CREATE, ALTER, DROP, INDEX, REFERENCES, LOCK TABLES ON *.* TO {database}"
    ))
    .unwrap();
    let mut target = Session::connect(&Endpoint::from_url(&pair.target.url_for(&database)).unwrap()).unwrap();
    let names = [database.clone()];
    let mut plan_of = |change: &str| {
        for session in [&mut source, &mut root] {
            reset(session, &[&database]);
            run(session, &database, BEFORE).unwrap();
        }
        run(&source, &database, &format!("SET restrict_fk_on_non_standard_key = OFF; {change}")).unwrap();
        let (wanted, current) = (read(&mut source, &names).unwrap(), read(&mut target, &names).unwrap());
        let plan = diff(&wanted, &current, &Options::default());
        rehearse(&mut target, &wanted, &current, &plan, &Options::default())
    };
    assert_eq!(plan_of("ALTER TABLE k ADD COLUMN n INT").unwrap().statements, 1);
    plan_of("ALTER TABLE k DROP FOREIGN KEY f, MODIFY pid BIGINT; ALTER TABLE p MODIFY id BIGINT; ALTER TABLE k ADD CONSTRAINT f FOREIGN KEY (pid) REFERENCES p (id)")
        .unwrap();
    for session in [&mut source, &mut root] {
        session.execute(format!("DROP DATABASE {database}")).unwrap();
    }
    root.execute(format!("DROP USER {database}")).unwrap();
}
