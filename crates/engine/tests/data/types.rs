//! Values of every type arrive exactly, on both flavours.

use crate::support::Two;
use lockstep_sandbox::testing::Kind;

/// One column of type `kind` and a key; every value is inserted at the source, and changed into each
/// other at the target.
fn arrives(flavours: &[Kind], kind: &str, values: &[&str]) {
    for &flavour in flavours {
        let modes = "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00';";
        let table = format!("{modes} CREATE TABLE t (id INT PRIMARY KEY, v {kind})");
        let rows = |shift: usize| {
            let row = |i: usize| format!("({i}, {})", values[(i + shift) % values.len()]);
            (0..values.len()).map(row).collect::<Vec<_>>().join(", ")
        };
        let source = format!("{table}; INSERT INTO t VALUES {}", rows(0));
        for target in [table.clone(), format!("{table}; INSERT INTO t VALUES {}", rows(1))] {
            let two = Two::with(flavour, "types", &source, &target);
            two.sync().unwrap_or_else(|e| panic!("{kind} on {flavour}: {e} ({:?})", e.hint()));
            two.assert_in_step(&format!("{kind} on {flavour}"));
        }
    }
}

const BOTH: &[Kind] = &[Kind::MySql97, Kind::MariaDb1011];
const MYSQL: &[Kind] = &[Kind::MySql97];

#[test]
fn numbers() {
    arrives(BOTH, "TINYINT", &["-128", "127", "0", "NULL"]);
    arrives(BOTH, "SMALLINT UNSIGNED ZEROFILL", &["0", "65535", "NULL"]);
    arrives(BOTH, "BIGINT", &["-9223372036854775808", "9223372036854775807", "0"]);
    arrives(BOTH, "BIGINT UNSIGNED", &["18446744073709551615", "9223372036854775808", "0"]);
    arrives(
        BOTH,
        "DECIMAL(65,30)",
        &["-99999999999999999999999999999999999.999999999999999999999999999999", "0", "1e-30"],
    );
    arrives(BOTH, "DECIMAL(5,2) UNSIGNED ZEROFILL", &["1.5", "0", "999.99"]);
    arrives(
        BOTH,
        "FLOAT",
        &["3.4028234e38", "-3.4028234e38", "1.17549435e-38", "1e-45", "0.1", "-0e0", "0", "16777217", "NULL"],
    );
    arrives(BOTH, "FLOAT(10,3)", &["1234567.891", "0.001"]);
    arrives(
        BOTH,
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
    arrives(BOTH, "BIT(64)", &["b'0'", "b'1'", "~0", "NULL"]);
    arrives(BOTH, "BIT(1)", &["b'0'", "b'1'"]);
    arrives(BOTH, "BIT(9)", &["b'100000001'", "b'0'"]);
    arrives(BOTH, "YEAR", &["0", "1901", "2155", "NULL"]);
}

#[test]
fn dates_and_times() {
    arrives(
        BOTH,
        "DATE",
        &["'0000-00-00'", "'2020-00-00'", "'2020-02-31'", "'9999-12-31'", "'1000-01-01'", "NULL"],
    );
    arrives(
        BOTH,
        "DATETIME(6)",
        &["'0000-00-00 00:00:00'", "'9999-12-31 23:59:59.999999'", "'2020-01-01 00:00:00.000001'"],
    );
    arrives(BOTH, "DATETIME", &["'2020-03-29 02:30:00'", "NULL"]);
    arrives(
        BOTH,
        "TIMESTAMP(3) NULL DEFAULT NULL",
        &["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.499'", "'0000-00-00 00:00:00'", "NULL"],
    );
    arrives(
        BOTH,
        "TIME(6)",
        &["'-838:59:59'", "'838:59:59'", "'00:00:00.000001'", "'-00:00:00.5'", "'100:00:00'", "NULL"],
    );
}

#[test]
fn strings() {
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
    arrives(BOTH, "VARCHAR(50) CHARACTER SET utf8mb4", &texts);
    arrives(BOTH, "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", &texts);
    arrives(BOTH, "VARCHAR(50) CHARACTER SET utf8mb3", &["'Ünï€'", "''", "'\\\\'"]);
    for charset in [
        "latin1", "cp1250", "koi8r", "ucs2", "utf16", "utf16le", "utf32", "sjis", "gbk", "big5", "ujis",
        "euckr", "swe7", "ascii", "greek", "binary",
    ] {
        arrives(
            BOTH,
            &format!("VARCHAR(50) CHARACTER SET {charset}"),
            &["'a\\\\~{|}[]'", "'plain'", "''", "'x y'"],
        );
    }
    arrives(BOTH, "VARCHAR(50) CHARACTER SET latin1", &["x'E9FF80'", "x'00'", "x'C3A9'"]);
    arrives(BOTH, "VARCHAR(50) CHARACTER SET sjis", &["'日本\\\\表'", "_sjis x'955C'"]);
    arrives(BOTH, "CHAR(5) CHARACTER SET latin1", &["'a'", "' a'", "''"]);
    arrives(BOTH, "BINARY(4)", &["x'00'", "x'61000000'", "x'FFFFFFFF'", "''"]);
    arrives(BOTH, "VARBINARY(10)", &["x'00'", "x'6100'", "''", "NULL", "'text'"]);
    arrives(BOTH, "LONGBLOB", &["x'00FF27225C'", "''", "REPEAT('a', 300000)", "NULL"]);
}

#[test]
fn enums_and_sets() {
    arrives(BOTH, "ENUM('a','b','0','1','it''s')", &["'a'", "'0'", "'1'", "2", "''", "NULL", "'it''s'"]);
    arrives(BOTH, "ENUM('a','')", &["'a'", "2", "0", "NULL"]);
    arrives(BOTH, "SET('a','b c','é')", &["''", "'a'", "'a,é'", "7", "NULL"]);
    arrives(BOTH, "SET('','a')", &["0", "1", "2", "3"]);
    arrives(BOTH, "ENUM('é','ü') CHARACTER SET latin1", &["'é'", "'ü'", "0"]);
}

#[test]
fn geometries() {
    let values = [
        "ST_GeomFromText('POINT(1 2)')",
        "ST_GeomFromText('LINESTRING(0 0,1 1,2 0.1)')",
        "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(0 0),POLYGON((0 0,0 1,1 1,0 0)))')",
        "NULL",
    ];
    arrives(BOTH, "GEOMETRY", &values);
    arrives(MYSQL, "GEOMETRY SRID 4326", &["ST_GeomFromText('POINT(10 20)', 4326)", "NULL"]);
}

#[test]
fn types_of_one_flavour() {
    arrives(&[Kind::MariaDb1011], "UUID", &["'123e4567-e89b-12d3-a456-426655440000'", "NULL"]);
    arrives(&[Kind::MariaDb1011], "INET6", &["'::1'", "'fe80::1'", "NULL"]);
    arrives(&[Kind::MariaDb1011], "JSON", &["'{\"b\":1, \"a\":  1.0}'", "'[]'", "NULL"]);
    arrives(MYSQL, "VECTOR(2)", &["TO_VECTOR('[1,2]')", "TO_VECTOR('[-0.5,1e30]')", "NULL"]);
}

#[test]
fn json() {
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
    arrives(MYSQL, "JSON", &values);
}
