//! What has not moved since both sides were last found equal is not read again.

use crate::common::{FLAVORS, Ran, run};
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Endpoint, Kind};

const TABLES: &str = "
    CREATE DATABASE shop; CREATE DATABASE other;
    CREATE TABLE shop.fee (code VARCHAR(10) PRIMARY KEY, amount INT NOT NULL);
    CREATE TABLE other.noise (id INT PRIMARY KEY AUTO_INCREMENT, t TEXT);
    INSERT INTO shop.fee VALUES ('A', 1), ('B', 2);";

/// What a run read, told by its phases.
fn read(ran: &Ran) -> (bool, bool) {
    (ran.err.contains("reading schemas"), ran.err.contains("comparing rows"))
}

/// Servers of this test's own: other tests' writes would move the shared ones.
fn stands_still_until_moved(kind: Kind) {
    let servers = [(); 2].map(|()| testing::own(kind, &ServerOptions::for_tests()));
    let [source, target] = [0, 1].map(|i| Endpoint::of(&servers[i], kind));
    source.run_script("", TABLES);
    let sync = || {
        let (from, to) = (source.url(), target.url());
        run(&["sync", &from, &to, "--database", "shop", "--reference", "shop.fee", "--yes"]).expect(0)
    };
    assert_eq!(read(&sync()), (true, true), "the first run reads and applies");
    // The times of last writes count whole seconds: a table just written is not known to stand still.
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!(read(&sync()), (true, true), "the second finds all in step, and remembers");
    assert_eq!(read(&sync()), (false, false), "nothing moved: nothing is read");

    source.execute("INSERT INTO other.noise (t) VALUES ('busy')");
    assert_eq!(read(&sync()), (true, false), "the reference table stood still: its rows are not read");
    source.execute("ALTER TABLE shop.fee ADD COLUMN note TEXT");
    sync();
    source.execute("UPDATE shop.fee SET amount = 7 WHERE code = 'A'");
    assert_eq!(read(&sync()), (true, true), "it moved");
    assert_eq!(crate::common::rows(&target, "SELECT amount FROM shop.fee ORDER BY code"), [["7"], ["2"]]);
    target.execute("DELETE FROM shop.fee WHERE code = 'B'");
    sync();
    assert_eq!(
        crate::common::rows(&target, "SELECT COUNT(*) FROM shop.fee"),
        [["2"]],
        "a change in the target is seen too"
    );
}

#[test]
fn what_stood_still_is_not_read_again() {
    for kind in FLAVORS {
        stands_still_until_moved(kind);
    }
}
