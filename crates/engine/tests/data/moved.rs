//! The signs by which an untouched table is known, and what they must not overlook.

use std::time::Duration;

use lockstep_engine::data::mark;
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Endpoint, Kind, Pair};

use crate::support::Two;

#[test]
fn every_way_of_writing_is_noticed() {
    std::thread::scope(|scope| {
        for kind in [Kind::MySql97, Kind::MariaDb1011] {
            scope.spawn(move || notices(kind));
        }
    });
}

const SCHEMA: &str = "CREATE TABLE p (id INT PRIMARY KEY); \
    CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE); \
    INSERT INTO p VALUES (1), (2), (3); INSERT INTO c VALUES (1, 1), (2, 2), (3, 3); \
    CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (100)); \
    CREATE TABLE whole (id INT PRIMARY KEY); INSERT INTO parts VALUES (1); INSERT INTO whole VALUES (2)";

fn notices(kind: Kind) {
    // A server of its own: the tests that share servers change tables all the time.
    let server = testing::own(kind, &ServerOptions::for_tests());
    let source = Endpoint::of(&server, kind);
    let two = Two::on(Pair { source, target: testing::pair(kind).target }, "moved");
    two.servers.source.run_script(&two.database, SCHEMA);
    let topology = two.plain_topology();
    let table = |name: &str| two.tables().into_iter().find(|t| t.name == name).unwrap();
    let [mut session, _] = two.sessions();
    // Another table moves the position, so the tables must speak for themselves.
    two.servers.source.execute(&format!("CREATE TABLE `{}`.elsewhere (id INT PRIMARY KEY)", two.database));
    let mut writes = |statement: &str, expected: &[&str]| {
        // A mark becomes trustworthy once the last write is more than the clock's resolution ago.
        std::thread::sleep(Duration::from_millis(4100));
        let before = mark(&mut session, topology.references()).unwrap();
        let both = format!("INSERT INTO DB.elsewhere VALUES (RAND() * 1000000); {statement}");
        for one in both.split("; ") {
            two.servers.source.execute(&one.replace("DB.", &format!("`{}`.", two.database)));
        }
        let after = mark(&mut session, topology.references()).unwrap();
        let names = ["c", "p", "whole"].into_iter();
        let moved: Vec<_> = names.filter(|t| before.moved(&after, &table(t))).collect();
        // MariaDB's times do not tell what stood still.
        let expected = if kind == Kind::MariaDb1011 { &["c", "p", "whole"] } else { expected };
        assert_eq!(moved, expected, "{kind}: {statement}");
        let kept = serde_json::to_string(&before).unwrap();
        assert_eq!(serde_json::from_str::<lockstep_engine::data::Mark>(&kept).unwrap(), before);
    };
    writes("DO 0", &[]);
    writes("UPDATE DB.c SET p = 2 WHERE id = 3", &["c"]);
    writes("DELETE FROM DB.p WHERE id = 1", &["c", "p"]);
    // A statement that may exchange rows, of whatever table, makes all times doubtful.
    writes("ALTER TABLE DB.p ADD COLUMN v INT DEFAULT 1, FORCE", &["c", "p", "whole"]);
    writes("ALTER TABLE DB.parts EXCHANGE PARTITION low WITH TABLE DB.whole", &["c", "p", "whole"]);
    writes("RENAME TABLE DB.elsewhere TO DB.x; RENAME TABLE DB.x TO DB.elsewhere", &["c", "p", "whole"]);
}
