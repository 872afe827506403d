//! What a server takes at most: `max_allowed_packet` of either side.

use lockstep_sandbox::ServerOptions;
use lockstep_sandbox::testing::Kind;

use crate::common::{FLAVORS, rows};
use crate::private_pair::PrivatePair;

/// A thousand rows of ten thousand bytes each.
const WIDE: &str = "CREATE TABLE t (id INT PRIMARY KEY, c0 VARCHAR(1000), c1 VARCHAR(9000)) CHARSET latin1;";

const DIGITS: &str = "(SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 \
                      UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";

fn wide() -> String {
    format!(
        "{WIDE} INSERT INTO t SELECT a.n * 100 + b.n * 10 + c.n, REPEAT(CHAR(65 + a.n), 1000), REPEAT(CHAR(97 + b.n), 9000) \
         FROM {DIGITS} a, {DIGITS} b, {DIGITS} c;"
    )
}

fn small() -> ServerOptions {
    ServerOptions::for_tests().with("--max-allowed-packet=1M").with("--local-infile=OFF")
}

/// Inserts, updates and deletes stay below a small limit of the target.
#[test]
fn statements_stay_below_a_small_max_allowed_packet() {
    for kind in FLAVORS {
        let target = format!(
            "{WIDE} INSERT INTO t (id, c0) VALUES (5, 'x'), (6, 'y'), (7777, 'z');
             INSERT INTO t SELECT a.n * 100 + b.n * 10 + 1, REPEAT('-', 1000), REPEAT('+', 9000) FROM {DIGITS} a, {DIGITS} b;"
        );
        let pair = PrivatePair::with(kind, &["t"], [&wide(), &target], &small());
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
        assert_eq!(
            rows(&pair.to(), "SELECT COUNT(*), SUM(LENGTH(c1)) FROM shop.t"),
            [["1000", "9000000"]],
            "{kind}"
        );
    }
}

/// The same into an empty table, as files.
#[test]
fn files_pass_a_small_max_allowed_packet() {
    for kind in FLAVORS {
        let options = ServerOptions::for_tests().with("--max-allowed-packet=1M");
        let pair = PrivatePair::with(kind, &["t"], [&wide(), WIDE], &options);
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

/// A row that no statement can carry is refused by its key and the limit, before anything is changed.
#[test]
fn a_row_beyond_max_allowed_packet_is_refused_by_name() {
    for kind in FLAVORS {
        let table = "CREATE TABLE t (id INT PRIMARY KEY, doc LONGTEXT) CHARSET latin1;";
        let source = format!("{table} INSERT INTO t VALUES (1, 'small'), (42, REPEAT('x', 2000000));");
        let target = format!("{table} INSERT INTO t VALUES (9, 'only here');");
        let pair = PrivatePair::with(kind, &["t"], [&source, &target], &small());
        let ran = pair.sync(&[]).expect(3);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("`id` = 42"), "{kind}: {said}");
        assert!(said.contains("max_allowed_packet is 1048576"), "{kind}: {said}");
        assert_eq!(rows(&pair.to(), "SELECT id FROM shop.t"), [["9"]], "{kind}");
        pair.to().execute("SET GLOBAL max_allowed_packet = 16777216");
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
    }
}

/// A limit of the source that is smaller than its rows keeps nothing from being read.
#[test]
fn rows_beyond_the_sources_own_limit_travel() {
    for kind in FLAVORS {
        let table = "CREATE TABLE t (id INT PRIMARY KEY, doc LONGTEXT, bytes LONGBLOB) CHARSET utf8mb4;";
        let source = format!(
            "{table} INSERT INTO t VALUES (1, REPEAT('ä', 2000000), REPEAT('x', 3000000)), (2, '', NULL);"
        );
        let pair = PrivatePair::start(kind, &["t"], &source, table);
        pair.from().execute("SET GLOBAL max_allowed_packet = 1048576");
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
        let lengths = rows(&pair.to(), "SELECT LENGTH(doc), LENGTH(bytes) FROM shop.t WHERE id = 1");
        assert_eq!(lengths, [["4000000", "3000000"]], "{kind}");
    }
}

/// A statement on a definition that the journal cannot hold twice is noted in short, and done.
#[test]
fn a_definition_near_the_limit_is_journalled_in_short() {
    for kind in [Kind::MySql97, Kind::MariaDb1011] {
        let comment = "x".repeat(700_000);
        let source = format!(
            "DELIMITER //\nCREATE FUNCTION f() RETURNS INT DETERMINISTIC BEGIN SET @text = '{comment}'; RETURN 1; END//\nDELIMITER ;"
        );
        let pair = PrivatePair::with(kind, &[], [&source, ""], &small());
        pair.to().execute("SET GLOBAL log_bin_trust_function_creators = 1");
        pair.sync(&[]).expect(0);
        pair.expect_in_step();
        let noted = rows(&pair.to(), "SELECT statement LIKE '% bytes in all, %' FROM lockstep.statement");
        assert_eq!(noted, [["1"]], "{kind}");
    }
}
