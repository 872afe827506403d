//! The main job by bare URLs: plan, sync, verify, on both flavours.

use crate::common::{FLAVORS, Shop, rows};

const DEV: &str = "
    CREATE TABLE currency (
        code CHAR(3) NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, digits TINYINT NOT NULL DEFAULT 2);
    CREATE TABLE customer (id BIGINT PRIMARY KEY, email VARCHAR(200), country CHAR(2));
    INSERT INTO currency VALUES ('EUR', 'Euro', 2), ('JPY', 'Yen', 0), ('CHF', 'Schweizer Franken', 2);
    CREATE VIEW currencies AS SELECT code, name FROM currency;";

const STAGING: &str = "
    CREATE TABLE currency (code CHAR(3) NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL, digits TINYINT NOT NULL DEFAULT 2);
    CREATE TABLE customer (id BIGINT PRIMARY KEY, email VARCHAR(200));
    INSERT INTO customer VALUES (1, 'a@example.com');
    INSERT INTO currency VALUES ('EUR', 'Euro!', 2), ('DEM', 'Deutsche Mark', 2);";

#[test]
fn a_drifted_pair_is_planned_synced_and_verified() {
    for kind in FLAVORS {
        let shop = Shop::new(kind, DEV, STAGING);
        let plan = shop.lockstep("plan", &["currency"], &[]).expect(2);
        assert!(plan.out.contains("country"), "{}", plan.out);
        shop.lockstep("verify", &["currency"], &[]).expect(2);
        shop.lockstep("sync", &["currency"], &["--yes"]).expect(0);
        shop.lockstep("verify", &["currency"], &[]).expect(0);
        shop.lockstep("plan", &["currency"], &[]).expect(0);
        let currencies = rows(
            &shop.pair.target,
            &format!("SELECT code, name FROM {}.currency ORDER BY code", shop.database),
        );
        assert_eq!(currencies, [["CHF", "Schweizer Franken"], ["EUR", "Euro"], ["JPY", "Yen"]]);
        let customers = rows(&shop.pair.target, &format!("SELECT id, email FROM {}.customer", shop.database));
        assert_eq!(customers, [["1", "a@example.com"]], "rows that are no reference data stay as they are");
    }
}

#[test]
fn without_yes_and_without_a_terminal_nothing_is_changed() {
    let shop = Shop::new(FLAVORS[0], DEV, STAGING);
    let ran = shop.lockstep("sync", &["currency"], &[]).expect(1);
    assert!(ran.err.contains("--yes"), "{}", ran.err);
    shop.lockstep("verify", &["currency"], &[]).expect(2);
}
