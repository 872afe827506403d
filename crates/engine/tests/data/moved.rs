//! The signs by which an untouched table is known, and what they must not overlook.

use std::time::Duration;

use lockstep_engine::data::mark;
use lockstep_sandbox::testing::Kind;

use crate::support::Two;

#[test]
fn every_way_of_writing_is_noticed() {
    std::thread::scope(|scope| {
        for kind in [Kind::MySql97, Kind::MariaDb1011] {
            scope.spawn(move || notices(kind));
        }
    });
}

fn notices(kind: Kind) {
    let schema = "CREATE TABLE p (id INT PRIMARY KEY); \
        CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE); \
        INSERT INTO p VALUES (1), (2), (3); INSERT INTO c VALUES (1, 1), (2, 2), (3, 3)";
    let two = Two::with(kind, "moved", schema, schema);
    let topology = two.plain_topology();
    let table = |name: &str| two.tables().into_iter().find(|t| t.name == name).unwrap();
    let [mut session, _] = two.sessions();
    let mut writes = |statement: &str, expected: &[&str]| {
        // A mark becomes trustworthy once the last write is more than the clock's resolution ago.
        std::thread::sleep(Duration::from_millis(3100));
        let before = mark(&mut session, topology.references()).unwrap();
        two.servers.source.execute(&statement.replace("DB.", &format!("`{}`.", two.database)));
        let after = mark(&mut session, topology.references()).unwrap();
        let moved: Vec<_> = ["c", "p"].into_iter().filter(|t| before.moved(&after, &table(t))).collect();
        assert_eq!(moved, expected, "{kind}: {statement}");
        let kept = serde_json::to_string(&before).unwrap();
        assert_eq!(serde_json::from_str::<lockstep_engine::data::Mark>(&kept).unwrap(), before);
    };
    // Another table moves the position, so from here on the tables must speak for themselves.
    writes("CREATE TABLE DB.elsewhere (id INT PRIMARY KEY)", &[]);
    writes("UPDATE DB.c SET p = 2 WHERE id = 3", &["c"]);
    writes("DELETE FROM DB.p WHERE id = 1", &["c", "p"]);
    writes("ALTER TABLE DB.p ADD COLUMN v INT DEFAULT 1, FORCE", &["p"]);
}
