//! Classes what a change of one column can do to the rows that are there.
//!
//! The rule for types: a change is slow when every value of the old type exists in the new one, and
//! destructive otherwise, also where the server would refuse rather than cut.

use crate::schema::column::{Column, Null};
use crate::schema::lexer::{TokenKind, significant};
use crate::schema::statement::Risk;

/// A column with its effective character set and collation.
#[derive(Clone, Copy)]
pub(super) struct Effective<'a> {
    pub column: &'a Column,
    pub charset: &'a str,
    pub collation: &'a str,
}

/// The risk of changing a column from `old` to `new`, and the reason.
pub(super) fn column_change(old: Effective<'_>, new: Effective<'_>, in_unique_key: bool) -> (Risk, String) {
    let mut findings = vec![(Risk::Safe, "changes the definition only")];
    let (from, to) = (old.column, new.column);
    match (&from.generated, &to.generated) {
        (None, Some(_)) => findings.push((Risk::Destructive, "replaces stored values by computed ones")),
        (Some(a), Some(b)) if b.stored && (a != b || from.data_type != to.data_type) => {
            findings.push((Risk::Slow, "computes every row again"));
        }
        (Some(a), Some(b)) if a != b || from.data_type != to.data_type => findings.push(WIDENS),
        (Some(_), None) => findings.push((Risk::Slow, "rebuilds the table; the computed values stay")),
        _ => {}
    }
    if from.null != Null::No && to.null == Null::No && to.generated.is_none() {
        findings.push((Risk::Destructive, "fails where the column holds NULL"));
    } else if (from.null == Null::No) != (to.null == Null::No) {
        findings.push((Risk::Slow, "rebuilds the table"));
    }
    if from.data_type != to.data_type && to.generated.is_none() {
        findings.push(type_change(&from.data_type, &to.data_type, bytes_per_character(new.charset)));
    }
    if old.charset != new.charset && is_text(from) && is_text(to) {
        findings.push(charset_change(old.charset, new.charset));
    }
    if old.collation != new.collation && is_text(to) {
        let may_collide = (Risk::Destructive, "values that differ now may be equal under the new collation");
        findings.push(if in_unique_key { may_collide } else { (Risk::Slow, "rebuilds the table") });
    }
    if from.others != to.others {
        findings.push((Risk::Slow, "changes how the column is stored"));
    }
    if to.default != from.default && to.default.as_ref().is_some_and(|d| d.starts_with('(')) {
        findings.push((Risk::Slow, "gets a computed default; may copy the table"));
    }
    if !from.auto_increment && to.auto_increment {
        findings.push((Risk::Destructive, "numbers rows that hold 0 or NULL"));
    }
    if to.check.is_some() && from.check != to.check {
        findings.push((Risk::Destructive, "fails where rows violate the check"));
    }
    let worst = findings.iter().map(|f| f.0).max().unwrap_or(Risk::Safe);
    let reasons: Vec<_> = findings.iter().filter(|f| f.0 == worst).map(|f| f.1).collect();
    (worst, reasons.join(", "))
}

/// True for types that have a character set.
pub(super) fn is_text(column: &Column) -> bool {
    matches!(
        column.type_name().as_str(),
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set"
    )
}

/// The most bytes a character of `charset` takes.
fn bytes_per_character(charset: &str) -> u64 {
    match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8" | "utf8mb3" | "ujis" | "eucjpms" => 3,
        "big5" | "sjis" | "cp932" | "gbk" | "gb2312" | "euckr" | "ucs2" => 2,
        _ => 1,
    }
}

fn charset_change(old: &str, new: &str) -> (Risk, &'static str) {
    let same =
        |a: &str, b: &str| a == b || (matches!(a, "utf8" | "utf8mb3") && matches!(b, "utf8" | "utf8mb3"));
    let into_all = matches!(new, "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030");
    let into_bmp = matches!(new, "utf8" | "utf8mb3")
        && !matches!(old, "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030");
    if same(old, new) {
        (Risk::Safe, "renames the character set")
    } else if old != "binary" && (into_all || into_bmp || old == "ascii") {
        (Risk::Slow, "rewrites every value in the new character set")
    } else {
        (Risk::Destructive, "characters that the new character set lacks are lost or refused")
    }
}

/// A type cut into its name, numbers or members, and sign.
struct Parsed {
    name: String,
    numbers: Vec<u64>,
    members: Vec<String>,
    unsigned: bool,
}

fn parse(data_type: &str) -> Parsed {
    let tokens = significant(data_type);
    Parsed {
        name: tokens.first().map(|t| t.text.to_ascii_lowercase()).unwrap_or_default(),
        numbers: tokens.iter().skip(1).filter_map(|t| t.text.parse().ok()).collect(),
        members: tokens.iter().filter(|t| t.kind == TokenKind::Text).map(|t| t.text.to_owned()).collect(),
        unsigned: tokens.iter().any(|t| t.is("unsigned") || t.is("zerofill")),
    }
}

const NARROWS: (Risk, &str) = (Risk::Destructive, "values that do not fit the new type are lost or refused");
const WIDENS: (Risk, &str) = (Risk::Slow, "rebuilds the table");

fn widens_if(fits: bool) -> (Risk, &'static str) {
    if fits { WIDENS } else { NARROWS }
}

/// Bytes of an integer type.
fn integer_bytes(name: &str) -> Option<u64> {
    let names =
        [("tinyint", 1), ("smallint", 2), ("mediumint", 3), ("int", 4), ("integer", 4), ("bigint", 8)];
    names.iter().find(|(n, _)| *n == name).map(|(_, bytes)| *bytes)
}

/// Longest value, in the units of its family: (is binary, is fixed, length).
fn string_length(t: &Parsed) -> Option<(bool, bool, u64)> {
    let declared = t.numbers.first().copied().unwrap_or(1);
    Some(match t.name.as_str() {
        "char" => (false, true, declared),
        "varchar" => (false, false, declared),
        "tinytext" => (false, false, 255),
        "text" => (false, false, 65_535),
        "mediumtext" => (false, false, 16_777_215),
        "longtext" => (false, false, 4_294_967_295),
        "binary" => (true, true, declared),
        "varbinary" => (true, false, declared),
        "tinyblob" => (true, false, 255),
        "blob" => (true, false, 65_535),
        "mediumblob" => (true, false, 16_777_215),
        "longblob" => (true, false, 4_294_967_295),
        _ => return None,
    })
}

fn type_change(old: &str, new: &str, character_bytes: u64) -> (Risk, &'static str) {
    let (a, b) = (parse(old), parse(new));
    if let (Some(from), Some(to)) = (integer_bytes(&a.name), integer_bytes(&b.name)) {
        if from == to && a.unsigned == b.unsigned {
            return (Risk::Safe, "changes how the number is shown");
        }
        let fits = if a.unsigned == b.unsigned { to >= from } else { a.unsigned && to > from };
        return widens_if(fits);
    }
    if let (Some((a_binary, a_fixed, from)), Some((b_binary, b_fixed, to))) =
        (string_length(&a), string_length(&b))
    {
        let is_text_type = |name: &str| name.ends_with("text");
        // A TEXT holds bytes, a VARCHAR characters.
        let (from, to) = match (is_text_type(&a.name), is_text_type(&b.name)) {
            (false, true) => (from * character_bytes, to),
            (true, false) => return NARROWS,
            _ => (from, to),
        };
        if a_binary != b_binary || to < from || (b_fixed && (!a_fixed || (a_binary && to != from))) {
            return NARROWS;
        }
        let one_length_byte = |n: u64| n * character_bytes < 256;
        let online = a.name == b.name && !a_fixed && one_length_byte(from) == one_length_byte(to);
        return if online { (Risk::Safe, "widens the column in place") } else { WIDENS };
    }
    match (a.name.as_str(), b.name.as_str()) {
        ("enum", "enum") | ("set", "set") if b.members.starts_with(&a.members) => {
            let one_byte = if a.name == "enum" { 255 } else { 8 };
            if (a.members.len() <= one_byte) == (b.members.len() <= one_byte) {
                (Risk::Safe, "adds members at the end")
            } else {
                WIDENS
            }
        }
        ("enum", "enum") | ("set", "set") => widens_if(a.members.iter().all(|m| b.members.contains(m))),
        ("decimal", "decimal") => {
            let digits = |t: &Parsed| {
                let (total, scale) =
                    (t.numbers.first().copied().unwrap_or(10), t.numbers.get(1).copied().unwrap_or(0));
                (total.saturating_sub(scale), scale)
            };
            let ((ai, af), (bi, bf)) = (digits(&a), digits(&b));
            widens_if(bi >= ai && bf >= af && (a.unsigned || !b.unsigned))
        }
        ("float", "double") => widens_if(a.unsigned || !b.unsigned),
        ("datetime", "datetime") | ("timestamp", "timestamp") | ("time", "time") => {
            widens_if(b.numbers.first().unwrap_or(&0) >= a.numbers.first().unwrap_or(&0))
        }
        ("date", "datetime") | ("json", "longtext") => WIDENS,
        ("bit", "bit") => widens_if(b.numbers.first() >= a.numbers.first()),
        (_, "geometry") => widens_if(matches!(
            a.name.as_str(),
            "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geometrycollection"
                | "geomcollection"
        )),
        _ => NARROWS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_is_not_destructive_and_narrowing_is() {
        let risk = |old: &str, new: &str| type_change(old, new, 4).0;
        for (old, new, expected) in [
            ("int", "bigint", Risk::Slow),
            ("int unsigned", "int", Risk::Destructive),
            ("int unsigned", "bigint", Risk::Slow),
            ("int", "bigint unsigned", Risk::Destructive),
            ("int(11)", "int(10)", Risk::Safe),
            ("varchar(10)", "varchar(20)", Risk::Safe),
            ("varchar(10)", "varchar(200)", Risk::Slow),
            ("varchar(20)", "varchar(10)", Risk::Destructive),
            ("varchar(10)", "char(10)", Risk::Destructive),
            ("char(10)", "varchar(10)", Risk::Slow),
            ("varchar(255)", "text", Risk::Slow),
            ("varchar(20000)", "text", Risk::Destructive),
            ("text", "mediumtext", Risk::Slow),
            ("binary(4)", "binary(8)", Risk::Destructive),
            ("enum('a')", "enum('a','b')", Risk::Safe),
            ("enum('a','b')", "enum('b','a')", Risk::Slow),
            ("enum('a','b')", "enum('a')", Risk::Destructive),
            ("decimal(10,2)", "decimal(12,2)", Risk::Slow),
            ("decimal(10,2)", "decimal(10,4)", Risk::Destructive),
            ("datetime(3)", "datetime", Risk::Destructive),
            ("datetime", "timestamp", Risk::Destructive),
            ("varchar(3)", "int", Risk::Destructive),
        ] {
            assert_eq!(risk(old, new), expected, "{old} -> {new}");
        }
    }
}
