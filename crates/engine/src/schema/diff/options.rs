//! Table options: set what the source says, and set back what it does not say.

use super::alter::Item;
use super::row_size::always_fits_innodb;
use super::text_defaults::TextDefaults;
use crate::schema::statement::Risk;
use crate::schema::table::Clauses;

/// Options whose silence is written in a way of its own; any other goes back with `= DEFAULT`.
const SILENT_VALUES: &[(&str, &str)] = &[
    ("COMMENT", "''"),
    ("CONNECTION", "''"),
    ("COMPRESSION", "''"),
    ("ENCRYPTION", "'N'"),
    ("KEY_BLOCK_SIZE", "0"),
    ("MIN_ROWS", "0"),
    ("MAX_ROWS", "0"),
    ("AVG_ROW_LENGTH", "0"),
    ("CHECKSUM", "0"),
    ("DELAY_KEY_WRITE", "0"),
    ("INSERT_METHOD", "NO"),
    ("UNION", "()"),
    ("AUTOEXTEND_SIZE", "0"),
    ("ENGINE_ATTRIBUTE", "''"),
    ("SECONDARY_ENGINE_ATTRIBUTE", "''"),
    ("SECONDARY_ENGINE", "NULL"),
];

/// Options that touch nothing but the definition.
const DEFINITION_ONLY: &[&str] = &[
    "COMMENT",
    "STATS_PERSISTENT",
    "STATS_AUTO_RECALC",
    "STATS_SAMPLE_PAGES",
    "MIN_ROWS",
    "MAX_ROWS",
    "AVG_ROW_LENGTH",
    "DELAY_KEY_WRITE",
    "INSERT_METHOD",
    "UNION",
    "AUTOEXTEND_SIZE",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE_ATTRIBUTE",
    "PACK_KEYS",
];

/// Options that only Aria has. Another engine keeps them when the table moves to it, and lets go of them in a
/// statement of their own.
pub(super) const OF_ARIA: &[&str] = &["PAGE_CHECKSUM", "TRANSACTIONAL"];

/// The parts of `ALTER TABLE` that lead from the target's options to the source's, each with its option, or why
/// there are none.
pub(super) fn option_changes(
    s: &Clauses,
    t: &Clauses,
    source: &TextDefaults<'_>,
    target: &TextDefaults<'_>,
) -> Result<Vec<(String, Item)>, String> {
    let mut items = Vec::new();
    let is_text = |name: &str| name == "DEFAULT CHARSET" || name == "COLLATE";
    for (name, value) in s.options.iter().filter(|(name, _)| !is_text(name)) {
        if t.option(name) != Some(value) {
            items.push((name.clone(), set(name, value, s)?));
        }
    }
    for (name, _) in t.options.iter().filter(|(name, _)| !is_text(name) && s.option(name).is_none()) {
        items.push((name.clone(), unset(name)?));
    }
    let (charset, collation) = source.of_table(s);
    if (charset, collation) != target.of_table(t) && !charset.is_empty() {
        let collate = if collation.is_empty() { String::new() } else { format!(" COLLATE={collation}") };
        let item = Item::new(
            format!("DEFAULT CHARSET={charset}{collate}"),
            Risk::Safe,
            "changes the default for new columns",
        );
        items.push(("DEFAULT CHARSET".to_owned(), item));
    }
    Ok(items)
}

fn set(name: &str, value: &str, table: &Clauses) -> Result<Item, String> {
    let sql = match name {
        "SYSTEM VERSIONING" => {
            return Ok(Item::new(
                "ADD SYSTEM VERSIONING",
                Risk::Slow,
                "keeps every row's history from now on",
            ));
        }
        "DATA DIRECTORY" | "INDEX DIRECTORY" => {
            return Err(format!("{name} cannot be changed once a table exists"));
        }
        "TABLESPACE" => format!("TABLESPACE {value}"),
        name => format!("{name}={value}"),
    };
    let losing_engine =
        name == "ENGINE" && ["BLACKHOLE", "MEMORY", "NULL"].iter().any(|e| value.eq_ignore_ascii_case(e));
    let (risk, why) = match name {
        _ if losing_engine => (Risk::Destructive, format!("the engine {value} does not keep rows")),
        _ if DEFINITION_ONLY.contains(&name) => (Risk::Safe, format!("sets {name}")),
        "ENGINE" if value.eq_ignore_ascii_case("InnoDB") && always_fits_innodb(table) => {
            (Risk::Slow, format!("stores the table in {value}; copies it"))
        }
        "ENGINE" => {
            (Risk::MayFail, format!("stores the table in {value}: fails where a row does not fit there"))
        }
        "ROW_FORMAT" if !value.eq_ignore_ascii_case("DYNAMIC") => {
            (Risk::MayFail, format!("stores rows as {value}: fails where one is too long for that"))
        }
        _ => (Risk::Slow, format!("sets {name}; rebuilds the table")),
    };
    Ok(Item::new(sql, risk, why))
}

fn unset(name: &str) -> Result<Item, String> {
    let sql = match name {
        "SYSTEM VERSIONING" => {
            let why = "forgets the history of every row";
            return Ok(Item::new("DROP SYSTEM VERSIONING", Risk::Destructive, why));
        }
        "DATA DIRECTORY" | "INDEX DIRECTORY" => {
            return Err(format!("{name} cannot be changed once a table exists"));
        }
        "TABLESPACE" => "TABLESPACE `innodb_file_per_table`".to_owned(),
        _ => match SILENT_VALUES.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => format!("{name}={value}"),
            None => format!("{name}=DEFAULT"),
        },
    };
    let (risk, why) = match DEFINITION_ONLY.contains(&name) {
        true => (Risk::Safe, format!("sets {name} back")),
        false => (Risk::Slow, format!("sets {name} back; rebuilds the table")),
    };
    Ok(Item::new(sql, risk, why))
}
