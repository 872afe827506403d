//! Classes what a change of one column can do to the rows that are there.
//!
//! The rule for types: a change is slow when every value of the old type exists in the new one. Otherwise it may
//! fail where the server refuses each value that does not fit (in strict mode, tried on MySQL 9.7 and MariaDB
//! 10.11), and is destructive where it makes another value of it without a word: fractions are rounded, dates cut,
//! texts read as numbers.

use super::computed::always_fits;
use crate::schema::column::{Column, Null};
use crate::schema::lexer::{TokenKind, significant};
use crate::schema::statement::Risk;
use crate::schema::table::Clauses;

/// A column with its effective character set and collation.
#[derive(Clone, Copy)]
pub(super) struct Effective<'a> {
    pub column: &'a Column,
    pub charset: &'a str,
    pub collation: &'a str,
}

/// What beside its own clause decides about the change of a column.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The table as it will be.
    pub source: &'a Clauses,
    /// A unique key of the target has the column.
    pub in_unique_key: bool,
    /// An expression of either table names the column: a generated column, a check, a key, the partitions.
    pub in_expression: bool,
    /// Some key of either table has the column.
    pub in_key: bool,
}

/// The risk of changing a column from `old` to `new`, and the reason.
pub(super) fn column_change(
    old: Effective<'_>,
    new: Effective<'_>,
    around: &Surroundings<'_>,
) -> (Risk, String) {
    let mut findings = vec![(Risk::Safe, "changes the definition only")];
    let (from, to) = (old.column, new.column);
    findings.extend(generated_change(from, to, around));
    if from.null != Null::No && to.null == Null::No && !(from.generated.is_none() && to.generated.is_some()) {
        findings.push((Risk::MayFail, "fails where the column holds NULL"));
    } else if (from.null == Null::No) != (to.null == Null::No) {
        findings.push((Risk::Slow, "rebuilds the table"));
    }
    let mut stored_otherwise = false;
    if from.data_type != to.data_type && to.generated.is_none() {
        let change = type_change(&from.data_type, &to.data_type, bytes_per_character(new.charset));
        stored_otherwise |= change.0 > Risk::Safe;
        findings.push(change);
    }
    if old.charset != new.charset && is_text(from) && is_text(to) {
        let change = charset_change(from, old.charset, new.charset);
        stored_otherwise |= change.0 > Risk::Safe;
        findings.push(change);
    }
    if old.collation != new.collation && is_text(to) {
        let may_collide = (Risk::MayFail, "values that differ now may be equal under the new collation");
        findings.push(if around.in_unique_key { may_collide } else { (Risk::Slow, "rebuilds the table") });
        stored_otherwise = true;
    }
    if stored_otherwise && around.in_expression {
        findings.push((Risk::MayFail, "expressions over the column are computed again and may fail"));
    }
    if from.others != to.others {
        findings.push(attribute_change(&from.others, &to.others));
    }
    if to.default != from.default && to.default.as_ref().is_some_and(|d| d.starts_with('(')) {
        findings.push((Risk::Slow, "gets a computed default; may copy the table"));
    }
    if !from.auto_increment && to.auto_increment {
        findings.push((Risk::Destructive, "numbers rows that hold 0 or NULL"));
    }
    if to.check.is_some() && from.check != to.check {
        findings.push((Risk::MayFail, "fails where rows violate the check"));
    }
    let worst = findings.iter().map(|f| f.0).max().unwrap_or(Risk::Safe);
    let reasons: Vec<_> = findings.iter().filter(|f| f.0 == worst).map(|f| f.1).collect();
    (worst, reasons.join(", "))
}

/// What happens to the values of a column that is generated before or afterwards.
fn generated_change(from: &Column, to: &Column, around: &Surroundings<'_>) -> Option<(Risk, &'static str)> {
    let computed = |anyway: bool| match always_fits(to, around.source) || anyway {
        true => (Risk::Slow, "computes every row again"),
        false => (Risk::MayFail, "computes every row again: fails where a value does not fit"),
    };
    match (&from.generated, &to.generated) {
        (None, Some(_)) => Some((Risk::Destructive, "replaces stored values by computed ones")),
        (Some(_), None) => Some((Risk::Slow, "rebuilds the table; the computed values stay")),
        (Some(a), Some(b)) if a != b || from.data_type != to.data_type => {
            Some(if b.stored || around.in_key { computed(false) } else { WIDENS })
        }
        _ => None,
    }
}

/// What a change of attributes of no known kind does; `SRID` is the one that the server checks on every row.
fn attribute_change(from: &[String], to: &[String]) -> (Risk, &'static str) {
    let srid = |attributes: &[String]| {
        let words =
            attributes.iter().find(|a| a.to_uppercase().contains("SRID") || a.contains("REF_SYSTEM_ID"));
        words.cloned()
    };
    match srid(to) {
        Some(wanted) if srid(from) != Some(wanted.clone()) => {
            (Risk::MayFail, "fails where a value has another spatial reference system")
        }
        _ => (Risk::Slow, "changes how the column is stored"),
    }
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

fn charset_change(from: &Column, old: &str, new: &str) -> (Risk, &'static str) {
    let same =
        |a: &str, b: &str| a == b || (matches!(a, "utf8" | "utf8mb3") && matches!(b, "utf8" | "utf8mb3"));
    let into_all = matches!(new, "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030");
    let into_bmp = matches!(new, "utf8" | "utf8mb3")
        && !matches!(old, "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030");
    // A TEXT holds so many bytes, whatever the characters.
    let same_bytes = old == "ascii" || (matches!(old, "utf8" | "utf8mb3") && new == "utf8mb4");
    let may_outgrow = matches!(from.type_name().as_str(), "tinytext" | "text" | "mediumtext") && !same_bytes;
    if same(old, new) {
        (Risk::Safe, "renames the character set")
    } else if may_outgrow {
        (
            Risk::MayFail,
            "fails where a value takes too many bytes in the new character set, or has a character that it lacks",
        )
    } else if old != "binary" && (into_all || into_bmp || old == "ascii") {
        (Risk::Slow, "rewrites every value in the new character set")
    } else {
        (Risk::MayFail, "fails where a value has a character that the new character set lacks")
    }
}

/// A type cut into its name, numbers or members, and sign.
pub(super) struct Parsed {
    pub name: String,
    pub numbers: Vec<u64>,
    pub members: Vec<String>,
    pub unsigned: bool,
}

pub(super) fn parse(data_type: &str) -> Parsed {
    let tokens = significant(data_type);
    Parsed {
        name: tokens.first().map(|t| t.text.to_ascii_lowercase()).unwrap_or_default(),
        numbers: tokens.iter().skip(1).filter_map(|t| t.text.parse().ok()).collect(),
        members: tokens.iter().filter(|t| t.kind == TokenKind::Text).map(|t| t.text.to_owned()).collect(),
        unsigned: tokens.iter().any(|t| t.is("unsigned") || t.is("zerofill")),
    }
}

const LOSES: (Risk, &str) = (Risk::Destructive, "values that do not fit the new type become others");
const REFUSES: (Risk, &str) = (Risk::MayFail, "fails where a value does not fit the new type");
const WIDENS: (Risk, &str) = (Risk::Slow, "rebuilds the table");

fn widens_if(fits: bool) -> (Risk, &'static str) {
    if fits { WIDENS } else { REFUSES }
}

/// Bytes of an integer type.
pub(super) fn integer_bytes(name: &str) -> Option<u64> {
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
    if let (Some(from), Some(to)) = (string_length(&a), string_length(&b)) {
        return string_change((&a, from), (&b, to), character_bytes);
    }
    if is_temporal(&a.name) && is_temporal(&b.name) {
        return temporal_change(&a, &b);
    }
    if integer_bytes(&a.name).is_some() || matches!(a.name.as_str(), "decimal" | "float" | "double") {
        return number_change(&a, &b);
    }
    match (a.name.as_str(), b.name.as_str()) {
        ("enum", "enum") | ("set", "set") if b.members.starts_with(&a.members) => {
            let one_byte = if a.name == "enum" { 255 } else { 8 };
            if (a.members.len() <= one_byte) == (b.members.len() <= one_byte) {
                (Risk::Safe, "adds members at the end")
            } else {
                REFUSES
            }
        }
        ("set", "set") => widens_if(a.members.iter().all(|m| b.members.contains(m))),
        // The error value '' of an ENUM is refused as soon as the values are written again.
        ("enum", "enum") => REFUSES,
        ("json", "longtext") => WIDENS,
        ("bit", "bit") => widens_if(b.numbers.first() >= a.numbers.first()),
        // Exact as text; the server refuses one that is too long.
        ("enum" | "set" | "date" | "datetime" | "timestamp" | "time" | "year" | "json", to)
            if to.ends_with("char") || to.ends_with("text") =>
        {
            REFUSES
        }
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
        ("geometry", _) => REFUSES,
        _ => LOSES,
    }
}

type Length = (bool, bool, u64);

fn string_change(
    (a, (a_binary, a_fixed, from)): (&Parsed, Length),
    (b, (b_binary, b_fixed, to)): (&Parsed, Length),
    character_bytes: u64,
) -> (Risk, &'static str) {
    let is_text_type = |name: &str| name.ends_with("text");
    if b.name == "binary" && (a.name != "binary" || to > from) {
        return (Risk::Destructive, "fills every value up with zero bytes");
    }
    if !a_fixed && b_fixed && !b_binary {
        return (Risk::Destructive, "takes the blanks off the end of every value");
    }
    // A TEXT holds bytes, a VARCHAR characters.
    let (from, to) = match (is_text_type(&a.name), is_text_type(&b.name)) {
        (false, true) => (from * character_bytes, to),
        (true, false) => return REFUSES,
        _ => (from, to),
    };
    if a_binary != b_binary || to < from {
        return REFUSES;
    }
    let one_length_byte = |n: u64| n * character_bytes < 256;
    let online = a.name == b.name && !a_fixed && one_length_byte(from) == one_length_byte(to);
    if online { (Risk::Safe, "widens the column in place") } else { WIDENS }
}

fn is_temporal(name: &str) -> bool {
    matches!(name, "date" | "datetime" | "timestamp" | "time")
}

/// Fractions are rounded or cut without a word, and so is the time of day. A date that is none (`0000-00-00`,
/// `2020-02-30`) may be refused when it is written again.
fn temporal_change(a: &Parsed, b: &Parsed) -> (Risk, &'static str) {
    let keeps_fraction = b.numbers.first().unwrap_or(&0) >= a.numbers.first().unwrap_or(&0);
    match (a.name.as_str(), b.name.as_str()) {
        ("time", "time") if keeps_fraction => WIDENS,
        ("timestamp", "timestamp")
        | ("datetime", "datetime" | "timestamp")
        | ("date", "datetime" | "timestamp")
            if keeps_fraction =>
        {
            REFUSES
        }
        _ => LOSES,
    }
}

/// From a number to another kind of it, or to text.
fn number_change(a: &Parsed, b: &Parsed) -> (Risk, &'static str) {
    let digits = |t: &Parsed| {
        let (total, scale) =
            (t.numbers.first().copied().unwrap_or(10), t.numbers.get(1).copied().unwrap_or(0));
        (total.saturating_sub(scale), scale)
    };
    match (a.name.as_str(), b.name.as_str()) {
        ("decimal", "decimal") => {
            let ((ai, af), (bi, bf)) = (digits(a), digits(b));
            if bf < af {
                return (Risk::Destructive, "rounds every value");
            }
            widens_if(bi >= ai && (a.unsigned || !b.unsigned))
        }
        ("float", "double") => widens_if(a.unsigned || !b.unsigned),
        ("float" | "double", _) => LOSES,
        ("tinyint" | "smallint", "float") | ("tinyint" | "smallint" | "mediumint" | "int", "double") => {
            widens_if(a.unsigned || !b.unsigned)
        }
        (from, "decimal") if integer_bytes(from).is_some() => {
            let needed = match integer_bytes(from) {
                Some(1) => 3,
                Some(2) => 5,
                Some(3) => 8,
                Some(4) => 10,
                _ => 20,
            };
            widens_if(digits(b).0 >= needed && (a.unsigned || !b.unsigned))
        }
        (_, to) if to.ends_with("char") || to.ends_with("text") => REFUSES,
        _ => LOSES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_change_widens_or_is_refused_or_loses() {
        let risk = |old: &str, new: &str| type_change(old, new, 4).0;
        for (old, new, expected) in [
            ("int", "bigint", Risk::Slow),
            ("int unsigned", "int", Risk::MayFail),
            ("int unsigned", "bigint", Risk::Slow),
            ("int", "bigint unsigned", Risk::MayFail),
            ("int(11)", "int(10)", Risk::Safe),
            ("int", "decimal(10,0)", Risk::Slow),
            ("int", "decimal(10,2)", Risk::MayFail),
            ("int", "double", Risk::Slow),
            ("bigint", "double", Risk::Destructive),
            ("int", "varchar(5)", Risk::MayFail),
            ("varchar(10)", "varchar(20)", Risk::Safe),
            ("varchar(10)", "varchar(200)", Risk::Slow),
            ("varchar(20)", "varchar(10)", Risk::MayFail),
            ("varchar(10)", "char(10)", Risk::Destructive),
            ("char(10)", "varchar(10)", Risk::Slow),
            ("varchar(255)", "text", Risk::Slow),
            ("varchar(20000)", "text", Risk::MayFail),
            ("text", "mediumtext", Risk::Slow),
            ("varchar(9)", "varbinary(9)", Risk::MayFail),
            ("binary(4)", "binary(8)", Risk::Destructive),
            ("binary(8)", "binary(4)", Risk::MayFail),
            ("enum('a')", "enum('a','b')", Risk::Safe),
            ("enum('a','b')", "enum('b','a')", Risk::MayFail),
            ("enum('a','b')", "enum('a')", Risk::MayFail),
            ("set('a','b')", "set('b','a')", Risk::Slow),
            ("set('a','b')", "set('a')", Risk::MayFail),
            ("decimal(10,2)", "decimal(12,2)", Risk::Slow),
            ("decimal(10,2)", "decimal(10,4)", Risk::MayFail),
            ("decimal(10,4)", "decimal(12,2)", Risk::Destructive),
            ("double", "float", Risk::Destructive),
            ("double", "decimal(20,2)", Risk::Destructive),
            ("datetime(3)", "datetime", Risk::Destructive),
            ("datetime", "datetime(3)", Risk::MayFail),
            ("datetime", "timestamp", Risk::MayFail),
            ("timestamp", "datetime", Risk::Destructive),
            ("datetime", "date", Risk::Destructive),
            ("varchar(3)", "int", Risk::Destructive),
        ] {
            assert_eq!(risk(old, new), expected, "{old} -> {new}");
        }
    }
}
