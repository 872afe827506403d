//! Identities that no key covers, and columns that each environment has for itself.

use lockstep_engine::data::Uniqueness;
use lockstep_engine::{Error, ErrorKind};
use lockstep_sandbox::testing::Kind;
use mysql::prelude::Queryable;

use crate::support::Two;

const KINDS: [Kind; 2] = [Kind::MySql97, Kind::MariaDb1011];

/// A table without a key, with these rows on either side.
fn keyless(kind: Kind, columns: &str, source: &str, target: &str) -> Two {
    let script = |rows: &str| format!("CREATE TABLE t ({columns}); INSERT INTO t VALUES {rows}");
    Two::with(kind, "identity", &script(source), &script(target))
}

fn refusal(two: &Two, settings: &str) -> Error {
    let topology = two.topology("t", settings);
    let error = two.compare(&topology).and_then(|compared| two.apply(&compared)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    error
}

#[test]
fn an_identity_without_an_index_works() {
    for kind in KINDS {
        let two = keyless(
            kind,
            "a INT, b VARCHAR(9) CHARACTER SET utf8mb4, v INT, where_ INT DEFAULT 1",
            "(1,'x',1,1), (1,'y',2,1), (2,'x',3,1), (3,'z',4,1)",
            "(1,'y',2,1), (1,'x',9,1), (4,'x',5,1), (2,'X',3,1), (7,'q',0,2), (7,'q',1,2)",
        );
        let topology = two.topology("t", "identity = [\"a\", \"b\"]\nwhere = \"where_ = 1\"");
        let compared = two.compare(&topology).unwrap();
        assert_eq!(compared.pairs[0].target.uniqueness, Uniqueness::Rows { indexed: false });
        two.apply(&compared).unwrap();
        let again = two.compare(&topology).unwrap();
        assert!(again.differences[0].is_empty(), "{kind}");
        let rows: Vec<(i32, String, i32)> = two
            .servers
            .target
            .connect()
            .query(format!("SELECT a, b, v FROM `{}`.t ORDER BY a, b, v", two.database))
            .unwrap();
        let row = |a: i32, b: &str, v: i32| (a, b.to_owned(), v);
        let expected =
            [row(1, "x", 1), row(1, "y", 2), row(2, "x", 3), row(3, "z", 4), row(7, "q", 0), row(7, "q", 1)];
        assert_eq!(rows, expected, "{kind}");
    }
}

#[test]
fn an_index_that_is_not_unique_is_known() {
    for kind in KINDS {
        let two = keyless(kind, "a INT, v INT, KEY (a)", "(1,1)", "(1,2)");
        let compared = two.compare(&two.topology("t", "identity = [\"a\"]")).unwrap();
        assert_eq!(compared.pairs[0].target.uniqueness, Uniqueness::Rows { indexed: true });
    }
}

#[test]
fn an_identity_that_does_not_tell_rows_apart_is_refused_and_names_them() {
    for kind in KINDS {
        let identity = "identity = [\"a\", \"b\"]";
        let columns = "a INT, b VARCHAR(9) CHARACTER SET utf8mb4, v INT";
        for (source, target) in [
            ("(1,'x',1), (2,'it''s',1), (2,'it''s',2)", "(1,'x',1)"),
            ("(1,'x',1)", "(2,'it''s',1), (1,'x',1), (2,'it''s',2)"),
        ] {
            let error = refusal(&keyless(kind, columns, source, target), identity);
            assert!(error.message().contains("not unique"), "{error}");
            assert!(error.message().contains(r"(2, 'it\'s')"), "{error}");
        }
        // Equal by the column's collation: one statement would find both rows.
        let error = refusal(&keyless(kind, columns, "(1,'x',1), (1,'X',2)", "(1,'x',1)"), identity);
        assert!(error.message().contains("not unique"), "{error}");
        let error = refusal(&keyless(kind, columns, "(1,'x',1)", "(1,'x',1), (2,NULL,1)"), identity);
        assert!(error.message().contains("NULL in (2, NULL)"), "{error}");
        // The row is named by its primary key, where it has one.
        let two = keyless(kind, "id INT PRIMARY KEY, a INT UNIQUE, v INT", "(41,NULL,1)", "(1,1,1)");
        let error = refusal(&two, "identity = [\"a\"]");
        assert!(error.message().contains("NULL in (41)"), "{error}");
    }
}

#[test]
fn an_ignored_column_that_new_rows_need_is_refused() {
    for kind in KINDS {
        let schema =
            "id INT PRIMARY KEY, v INT, secret VARCHAR(40) NOT NULL, host VARCHAR(20) DEFAULT 'dflt'";
        let two = keyless(kind, schema, "(1,1,'s-src','h1'), (2,2,'s-src2','h2')", "(1,9,'s-dst','hd')");
        let error = refusal(&two, "ignore_columns = [\"secret\", \"host\"]");
        assert!(error.message().contains("`secret`") && !error.message().contains("host"), "{error}");
        // Without new rows there is nothing to fill.
        two.servers.source.execute(&format!("DELETE FROM `{}`.t WHERE id = 2", two.database));
        let topology = two.topology("t", "ignore_columns = [\"secret\", \"host\"]");
        two.apply(&two.compare(&topology).unwrap()).unwrap();
        let row: Option<(i32, String, String)> = two
            .servers
            .target
            .connect()
            .query_first(format!("SELECT v, secret, host FROM `{}`.t", two.database))
            .unwrap();
        assert_eq!(row, Some((1, "s-dst".to_owned(), "hd".to_owned())));
    }
}

#[test]
fn an_ignored_column_that_reference_tables_refer_to_is_refused() {
    for kind in KINDS {
        let schema = "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(10) NOT NULL UNIQUE); \
             CREATE TABLE kid (kid INT PRIMARY KEY, t_id INT, FOREIGN KEY (t_id) REFERENCES t (id));";
        let two = Two::with(
            kind,
            "ignored",
            &format!("{schema} INSERT INTO t VALUES (1,'A'),(2,'B'); INSERT INTO kid VALUES (1,1),(2,2);"),
            &format!("{schema} INSERT INTO t VALUES (1,'B'),(2,'A'); INSERT INTO kid VALUES (1,2);"),
        );
        let ignoring = "identity = [\"code\"]\nignore_columns = [\"id\"]";
        let with = |more: &str| {
            format!("{ignoring}\n[[reference_tables]]\ntable = \"{}.kid\"\n{more}", two.database)
        };
        let error = refusal(&two, &with(""));
        assert!(error.message().contains("write identity = [\"id\"]"), "{error}");
        // Rows that are the target's own refer to the target's own numbers.
        let own = two.topology("t", ignoring);
        two.apply(&two.compare(&own).unwrap()).unwrap();
        let apart = two.topology("t", &with("ignore_columns = [\"t_id\"]"));
        two.apply(&two.compare(&apart).unwrap()).unwrap();
    }
}
