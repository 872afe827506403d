//! Source and target of different flavour or age: spellings that mean the same are no drift.

use crate::common::run;
use lockstep_sandbox::testing::{Kind, pair, unique_database};

/// Types and options that 5.6 spells in its own way.
const OLD: &str = "
    CREATE TABLE code (
        id INT(10) UNSIGNED NOT NULL AUTO_INCREMENT, big BIGINT(20) DEFAULT NULL, flag TINYINT(1) NOT NULL DEFAULT '0',
        padded SMALLINT(5) UNSIGNED ZEROFILL DEFAULT NULL, y YEAR(4) DEFAULT NULL, ratio FLOAT(7,3) DEFAULT NULL,
        name VARCHAR(50) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL DEFAULT '', made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        kind ENUM('a','b') NOT NULL DEFAULT 'a', PRIMARY KEY (id), UNIQUE KEY name (name), KEY big (big, flag)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='codes';
    CREATE TABLE part (
        id INT NOT NULL, code_id INT(10) UNSIGNED NOT NULL, note TEXT, PRIMARY KEY (id), KEY code_id (code_id),
        CONSTRAINT part_code FOREIGN KEY (code_id) REFERENCES code (id) ON DELETE CASCADE
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8 ROW_FORMAT=COMPACT;
    CREATE VIEW named AS SELECT id, name FROM code WHERE flag = 1;
    INSERT INTO code (id, big, flag, padded, y, ratio, name, made, kind) VALUES
        (1, -5, 1, 42, 2026, 1.125, 'Žluť', '2026-01-02 03:04:05', 'b'), (2, NULL, 0, NULL, 1999, NULL, 'ä', '2026-01-02 03:04:06', 'a');
    INSERT INTO part VALUES (1, 1, 'x'), (2, 2, NULL);";

/// Brings an empty database of `to` into step with one of `from`, and expects that nothing differs afterwards.
fn travels(from: Kind, to: Kind) {
    let (source, target) = (pair(from).source, pair(to).target);
    let database = unique_database("across");
    for server in [&source, &target] {
        server.execute(&format!(
            "CREATE DATABASE {database} DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
        ));
    }
    source.run_script(&database, OLD);
    let (from, to) = (source.url(), target.url());
    let (code, part) = (format!("{database}.code"), format!("{database}.part"));
    let scope = [&from, &to, "--database", &database, "--reference", &code, "--reference", &part];
    let command = |name: &'static str, more: &[&'static str]| run(&[&[name], &scope[..], more].concat());
    command("plan", &[]).expect(2);
    command("sync", &["--yes", "--wait", "120s"]).expect(0);
    command("verify", &[]).expect(0);
    command("plan", &[]).expect(0);
}

#[test]
fn from_an_old_server_to_a_new_one() {
    travels(Kind::MySql56, Kind::MySql97);
}

#[test]
fn from_mysql_to_mariadb() {
    travels(Kind::MySql97, Kind::MariaDb1011);
}

#[test]
fn from_mariadb_to_mysql() {
    travels(Kind::MariaDb1011, Kind::MySql97);
}

#[test]
fn from_an_old_mysql_to_mariadb() {
    travels(Kind::MySql56, Kind::MariaDb1011);
}

/// What both flavours print with parentheses of their own, and what only looks alike without any.
#[test]
fn parentheses_count_where_they_mean_something() {
    for (from, to) in [(Kind::MySql97, Kind::MariaDb1011), (Kind::MariaDb1011, Kind::MySql97)] {
        let (source, target) = (pair(from).source, pair(to).target);
        let database = unique_database("parentheses");
        let script = "
            CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, c INT NOT NULL, PRIMARY KEY (a),
                g INT GENERATED ALWAYS AS (a * (b + c) - 1) STORED, CONSTRAINT large CHECK (a > 1 AND (b > 2 OR c > 3)))
                DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
            CREATE VIEW v AS SELECT (a + b) * c AS x FROM t WHERE a > 1 AND (b = 2 OR c = 3);";
        for server in [&source, &target] {
            server.execute(&format!(
                "CREATE DATABASE {database} DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
            ));
            server.run_script(&database, script);
        }
        let plan = |code| {
            run(&["plan", &source.url(), &target.url(), "--database", &database, "--allow", "destructive"])
                .expect(code)
        };
        plan(0);
        for other in [
            "CREATE OR REPLACE VIEW v AS SELECT a + b * c AS x FROM t WHERE a > 1 AND (b = 2 OR c = 3)",
            "CREATE OR REPLACE VIEW v AS SELECT (a + b) * c AS x FROM t WHERE (a > 1 AND b = 2) OR c = 3",
        ] {
            target.run_script(&database, other);
            let ran = plan(2);
            assert!(ran.out.contains("view"), "{from}: {other}\n{}", ran.out);
        }
        run(&["sync", &source.url(), &target.url(), "--database", &database, "--yes", "--wait", "120s"])
            .expect(0);
        plan(0);
        target.run_script(&database, "ALTER TABLE t MODIFY g INT GENERATED ALWAYS AS (a * b + c - 1) STORED");
        let ran = plan(2);
        assert!(ran.out.contains("`t`"), "{from}: {}", ran.out);
    }
}
