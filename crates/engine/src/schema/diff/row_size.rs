//! Whether every row of a table has room in a page of InnoDB.
//!
//! In the row format DYNAMIC a long value leaves 20 bytes in the page, and one of up to 40 bytes stays there; values of a
//! fixed length always stay. The smallest page, of 4 KiB, holds rows of just under half of it.
//! (Source: MySQL Reference Manual, "InnoDB Row Formats" and "Limits on Table Column Count and Row Size".)

use crate::schema::column::Column;
use crate::schema::lexer::significant;
use crate::schema::table::Clauses;

/// What a row may take in the smallest page, in bytes, with its header and hidden columns left out.
const ROOM_BYTES: u64 = 1900;

/// What a value of variable length takes in the page at most, with its length.
const VARIABLE_BYTES: u64 = 42;

/// The most bytes of a character.
const CHARACTER_BYTES: u64 = 4;

/// What any number, date, ENUM or SET takes at most: a DECIMAL(65).
const NUMBER_BYTES: u64 = 30;

/// True when no row that the table can hold is too long for InnoDB. False where that is not sure.
pub(super) fn always_fits_innodb(table: &Clauses) -> bool {
    let is_dynamic = table.option("ROW_FORMAT").is_none_or(|format| format.eq_ignore_ascii_case("DYNAMIC"));
    is_dynamic && table.columns.iter().map(bytes_in_page).sum::<u64>() <= ROOM_BYTES
}

fn bytes_in_page(column: &Column) -> u64 {
    let length = || {
        let tokens = significant(&column.data_type);
        tokens.iter().find_map(|t| t.text.parse::<u64>().ok()).unwrap_or(1)
    };
    match column.type_name().as_str() {
        "char" => length() * CHARACTER_BYTES,
        "binary" => length(),
        "varchar" | "varbinary" | "tinytext" | "text" | "mediumtext" | "longtext" | "tinyblob" | "blob"
        | "mediumblob" | "longblob" | "json" => VARIABLE_BYTES,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double" | "bit"
        | "year" | "date" | "time" | "datetime" | "timestamp" | "enum" | "set" => NUMBER_BYTES,
        // Geometries, and types that are not known here.
        _ => ROOM_BYTES,
    }
}
