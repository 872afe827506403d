//! What a file cannot say, or says by accident of where it was written: there the target's spelling is taken over, so that it is
//! no difference.

use std::collections::BTreeMap;

use crate::schema::lexer::{TokenKind, significant};
use crate::schema::model::{ObjectKind, Schema};

/// Takes over the target's spelling where nothing else differs: the ends of lines in stored objects, which depend on the
/// machine that a file was written on, and the character sets of columns that a dump spells out by the way.
pub(super) fn adopt_spelling(loaded: &mut Schema, target: &Schema) {
    for (name, database) in &mut loaded.databases {
        let Some(there) = target.databases.get(name) else { continue };
        for (key, stored) in &mut database.objects {
            let Some(other) = there.objects.get(key).filter(|_| key.0 != ObjectKind::Sequence) else {
                continue;
            };
            if stored.create != other.create && plain_lines(&stored.create) == plain_lines(&other.create) {
                stored.create.clone_from(&other.create);
            }
        }
        for (key, table) in &mut database.tables {
            if let Some(other) = there.tables.get(key).filter(|other| other.create != table.create) {
                table.create = with_columns_of(&table.create, &other.create);
            }
        }
    }
}

fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// `create` with the lines of those columns taken from `other` that mean the same there.
///
/// MySQL prints `COLLATE x` for a column that has its table's collation because it said none. The same text, loaded from
/// a dump, says it, and is printed as `CHARACTER SET y COLLATE x`.
fn with_columns_of(create: &str, other: &str) -> String {
    let theirs: BTreeMap<String, &str> = other
        .split('\n')
        .filter(|line| line.starts_with("  `"))
        .map(|line| line.trim_end_matches(','))
        .map(|line| (without_implied_charset(line), line))
        .collect();
    let adopted = create.split('\n').map(|line| {
        let (text, comma) = line.strip_suffix(',').map_or((line, ""), |text| (text, ","));
        match theirs.get(&without_implied_charset(text)).filter(|_| line.starts_with("  `")) {
            Some(their) => format!("{their}{comma}"),
            None => line.to_owned(),
        }
    });
    adopted.collect::<Vec<_>>().join("\n")
}

/// A column without the `CHARACTER SET` that its `COLLATE` implies.
fn without_implied_charset(column: &str) -> String {
    let tokens = significant(column);
    let implied = tokens.windows(5).find(|t| {
        t[0].is("CHARACTER")
            && t[1].is("SET")
            && t[3].is("COLLATE")
            && t[4].kind == TokenKind::Word
            && t[4].text.strip_prefix(t[2].text).is_some_and(|rest| rest.starts_with('_'))
    });
    match implied {
        Some(t) => format!("{}{}", &column[..t[0].start], &column[t[3].start..]),
        None => column.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_implied_character_set_is_no_difference() {
        let dump = "CREATE TABLE `t` (\n  `a` varchar(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'x',\n  `b` varchar(4) CHARACTER SET latin1 COLLATE latin1_bin,\n  `c` int\n)";
        let live = "CREATE TABLE `t` (\n  `a` varchar(4) COLLATE utf8mb4_bin DEFAULT 'x',\n  `b` varchar(4) COLLATE utf8mb4_bin\n)";
        assert_eq!(
            with_columns_of(dump, live),
            "CREATE TABLE `t` (\n  `a` varchar(4) COLLATE utf8mb4_bin DEFAULT 'x',\n  `b` varchar(4) CHARACTER SET latin1 COLLATE latin1_bin,\n  `c` int\n)"
        );
        let comment = "  `a` int COMMENT 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'";
        assert_eq!(without_implied_charset(comment), comment);
    }
}
