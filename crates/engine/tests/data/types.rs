//! Values of every type arrive exactly, on both flavours.

use crate::support::Two;
use lockstep_sandbox::testing::Kind;

/// Column types, each with values of that type as SQL.
#[derive(Default)]
struct Types {
    columns: Vec<(String, Vec<String>)>,
}

impl Types {
    fn add(&mut self, kind: &str, values: &[&str]) {
        self.columns.push((kind.to_owned(), values.iter().map(|v| (*v).to_owned()).collect()));
    }

    /// A table for each type, with `copies` rows for each value. `shift` gives each row another one of the values.
    fn script(&self, shift: usize, copies: usize) -> String {
        let mut script =
            "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00';".to_owned();
        for (number, (kind, values)) in self.columns.iter().enumerate() {
            script += &format!("\nCREATE TABLE t{number} (id INT PRIMARY KEY, v {kind});");
            let row = |i: usize| format!("({i}, {})", values[(i + shift) % values.len()]);
            if copies > 0 {
                let rows: Vec<_> = (0..values.len()).map(row).collect();
                script += &format!("\nINSERT INTO t{number} VALUES {};", rows.join(", "));
            }
            let mut copied = 1;
            while copied < copies {
                let rows = copied * values.len();
                script += &format!("\nINSERT INTO t{number} SELECT id + {rows}, v FROM t{number};");
                copied *= 2;
            }
        }
        script
    }

    /// Every value arrives in the place of every other value, in an empty table, and in one that is filled by a file.
    fn arrive(&self, flavours: &[Kind]) {
        let fewest = self.columns.iter().map(|(_, values)| values.len()).min().unwrap();
        for &flavour in flavours {
            for (copies, target) in [
                (1, self.script(1, 1)),
                (1, self.script(0, 0)),
                (1000_usize.div_ceil(fewest), self.script(0, 0)),
            ] {
                let two = Two::with(flavour, "types", &self.script(0, copies), &target);
                two.sync().unwrap_or_else(|e| panic!("{flavour}: {e} ({:?})", e.hint()));
                two.assert_in_step(&format!("{flavour}, {copies} of each"));
                assert_eq!(
                    two.inserts_sent.get() == 0,
                    copies > 1 || target.contains("INSERT"),
                    "{flavour}: how {copies} of each came"
                );
            }
        }
    }
}

const BOTH: &[Kind] = &[Kind::MySql97, Kind::MariaDb1011];
const MYSQL: &[Kind] = &[Kind::MySql97];

#[test]
fn numbers() {
    let mut types = Types::default();
    types.add("TINYINT", &["-128", "127", "0", "NULL"]);
    types.add("SMALLINT UNSIGNED ZEROFILL", &["0", "65535", "NULL"]);
    types.add("BIGINT", &["-9223372036854775808", "9223372036854775807", "0"]);
    types.add("BIGINT UNSIGNED", &["18446744073709551615", "9223372036854775808", "0"]);
    types.add(
        "DECIMAL(65,30)",
        &["-99999999999999999999999999999999999.999999999999999999999999999999", "0", "1e-30"],
    );
    types.add("DECIMAL(5,2) UNSIGNED ZEROFILL", &["1.5", "0", "999.99"]);
    types.add(
        "FLOAT",
        &["3.4028234e38", "-3.4028234e38", "1.17549435e-38", "1e-45", "0.1", "-0e0", "0", "16777217", "NULL"],
    );
    types.add("FLOAT(10,3)", &["1234567.891", "0.001"]);
    types.add(
        "DOUBLE",
        &[
            "1.7976931348623157e308",
            "2.2250738585072014e-308",
            "5e-324",
            "0.1",
            "-0e0",
            "0",
            "0.30000000000000004",
        ],
    );
    types.add("BIT(64)", &["b'0'", "b'1'", "~0", "NULL"]);
    types.add("BIT(1)", &["b'0'", "b'1'"]);
    types.add("BIT(9)", &["b'100000001'", "b'0'"]);
    types.add("YEAR", &["0", "1901", "2155", "NULL"]);
    types.arrive(BOTH);
}

#[test]
fn dates_and_times() {
    let mut types = Types::default();
    types.add(
        "DATE",
        &["'0000-00-00'", "'2020-00-00'", "'2020-02-31'", "'9999-12-31'", "'1000-01-01'", "NULL"],
    );
    types.add(
        "DATETIME(6)",
        &["'0000-00-00 00:00:00'", "'9999-12-31 23:59:59.999999'", "'2020-01-01 00:00:00.000001'"],
    );
    types.add("DATETIME", &["'2020-03-29 02:30:00'", "NULL"]);
    types.add(
        "TIMESTAMP(3) NULL DEFAULT NULL",
        &["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.499'", "'0000-00-00 00:00:00'", "NULL"],
    );
    types.add(
        "TIME(6)",
        &["'-838:59:59'", "'838:59:59'", "'00:00:00.000001'", "'-00:00:00.5'", "'100:00:00'", "NULL"],
    );
    types.arrive(BOTH);
}

#[test]
fn strings() {
    let mut types = Types::default();
    let texts = [
        "''",
        "' '",
        "'a '",
        "'A'",
        "'it''s \\\\ \\0\\n\\r\\Z\\t \\\" %_'",
        "'😀 𝔘'",
        "'Ünï'",
        "NULL",
        "'NULL'",
        "0x01027F",
    ];
    types.add("VARCHAR(50) CHARACTER SET utf8mb4", &texts);
    types.add("LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", &texts);
    types.add("VARCHAR(50) CHARACTER SET utf8mb3", &["'Ünï€'", "''", "'\\\\'"]);
    for charset in [
        "latin1", "cp1250", "koi8r", "ucs2", "utf16", "utf16le", "utf32", "sjis", "gbk", "big5", "ujis",
        "euckr", "swe7", "ascii", "greek", "binary",
    ] {
        types.add(
            &format!("VARCHAR(50) CHARACTER SET {charset}"),
            &["'a\\\\~{|}[]'", "'plain'", "''", "'x y'"],
        );
    }
    types.add("VARCHAR(50) CHARACTER SET latin1", &["x'E9FF80'", "x'00'", "x'C3A9'"]);
    types.add("VARCHAR(50) CHARACTER SET sjis", &["'日本\\\\表'", "_sjis x'955C'"]);
    types.add("CHAR(5) CHARACTER SET latin1", &["'a'", "' a'", "''"]);
    types.add("BINARY(4)", &["x'00'", "x'61000000'", "x'FFFFFFFF'", "''"]);
    types.add("VARBINARY(10)", &["x'00'", "x'6100'", "''", "NULL", "'text'"]);
    types.add("LONGBLOB", &["x'00FF27225C'", "''", "REPEAT('a', 30000)", "NULL"]);
    types.arrive(BOTH);
}

#[test]
fn enums_and_sets() {
    let mut types = Types::default();
    types.add("ENUM('a','b','0','1','it''s')", &["'a'", "'0'", "'1'", "2", "''", "NULL", "'it''s'"]);
    types.add("ENUM('a','')", &["'a'", "2", "0", "NULL"]);
    types.add("SET('a','b c','é')", &["''", "'a'", "'a,é'", "7", "NULL"]);
    types.add("SET('','a')", &["0", "1", "2", "3"]);
    types.add("ENUM('é','ü') CHARACTER SET latin1", &["'é'", "'ü'", "0"]);
    types.arrive(BOTH);
}

#[test]
fn geometries() {
    let mut types = Types::default();
    let mut types_mysql = Types::default();
    let values = [
        "ST_GeomFromText('POINT(1 2)')",
        "ST_GeomFromText('LINESTRING(0 0,1 1,2 0.1)')",
        "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(0 0),POLYGON((0 0,0 1,1 1,0 0)))')",
        "NULL",
    ];
    types.add("GEOMETRY", &values);
    types_mysql.add("GEOMETRY SRID 4326", &["ST_GeomFromText('POINT(10 20)', 4326)", "NULL"]);
    types.arrive(BOTH);
    types_mysql.arrive(MYSQL);
}

#[test]
fn types_of_one_flavour() {
    let mut types_mariadb = Types::default();
    let mut types_mysql = Types::default();
    types_mariadb.add("UUID", &["'123e4567-e89b-12d3-a456-426655440000'", "NULL"]);
    types_mariadb.add("INET6", &["'::1'", "'fe80::1'", "NULL"]);
    types_mariadb.add("JSON", &["'{\"b\":1, \"a\":  1.0}'", "'[]'", "NULL"]);
    types_mysql.add("VECTOR(2)", &["TO_VECTOR('[1,2]')", "TO_VECTOR('[-0.5,1e30]')", "NULL"]);
    types_mariadb.arrive(&[Kind::MariaDb1011]);
    types_mysql.arrive(MYSQL);
}

#[test]
fn json() {
    let mut types_mysql = Types::default();
    let values = [
        "'{\"b\": 1, \"a\": 1.0, \"c\": [true, null, \"😀\\\\n\"]}'",
        "'1e100'",
        "'18446744073709551615'",
        "'-0.0'",
        "'null'",
        "'\"\"'",
        "'[]'",
        "NULL",
        "'123456789.123456789'",
    ];
    types_mysql.add("JSON", &values);
    types_mysql.arrive(MYSQL);
}
