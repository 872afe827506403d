//! What a run that ended early left half done is finished by the next one.

use crate::common::{FLAVORS, run};
use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::{self, Endpoint};

fn tables(key: &str) -> String {
    format!(
        "CREATE DATABASE shop; USE shop;
         CREATE TABLE batch (id {key} NOT NULL PRIMARY KEY);
         CREATE TABLE payout (id INT PRIMARY KEY, batch_id {key} NOT NULL, KEY batch_id (batch_id),
             CONSTRAINT payout_batch FOREIGN KEY (batch_id) REFERENCES batch (id));
         INSERT INTO batch VALUES (1); INSERT INTO payout VALUES (1, 1);"
    )
}

#[test]
fn a_foreign_key_that_a_dead_run_dropped_is_put_back_without_asking() {
    for kind in FLAVORS {
        let servers = [(); 2].map(|()| testing::own(kind, &ServerOptions::for_tests()));
        let [source, target] = [0, 1].map(|i| Endpoint::of(&servers[i], kind));
        source.run_script("", &tables("BIGINT"));
        target.run_script("", &tables("INT"));
        let (from, to) = (source.url(), target.url());
        let lockstep =
            |words: &[&str]| run(&[&words[..1], &[&from, &to, "--database", "shop"], &words[1..]].concat());
        // A first run makes the journal.
        lockstep(&["sync", "--yes"]).expect(0);

        // As if a run had died between dropping the foreign key and putting it back.
        let drop = "ALTER TABLE `payout` DROP FOREIGN KEY `payout_batch`";
        target.run_script("shop", drop);
        let refused = lockstep(&["plan"]).expect(3);
        assert!(refused.out.contains("may fail"), "a foreign key that nobody dropped may fail on data");
        let restore = "ALTER TABLE `payout` ADD CONSTRAINT `payout_batch` FOREIGN KEY (`batch_id`) REFERENCES `batch` (`id`)";
        target.run_script(
            "lockstep",
            &format!(
                "INSERT INTO taken_key (key_hash, run, table_database, table_name, key_name, restore, taken)
                     VALUES (SHA2('shop/payout/payout_batch', 256), 1, 'shop', 'payout', 'payout_batch', '{restore}',
                         UTC_TIMESTAMP());"
            ),
        );
        let plan = lockstep(&["plan"]).expect(2);
        assert!(plan.out.contains("which an unfinished run dropped"), "{}", plan.out);
        let said = lockstep(&["sync", "--yes"]).expect(0).err;
        assert!(said.contains("put back foreign key `payout_batch`"), "{said}");
        lockstep(&["verify"]).expect(0);
    }
}
