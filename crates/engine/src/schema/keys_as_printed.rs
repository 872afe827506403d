//! Foreign keys as MariaDB's `SHOW CREATE TABLE` prints them: a backtick in the name of the constraint or of a column
//! is not doubled, though it is everywhere else. (Tried on 10.11.)

const HEAD: &str = "  CONSTRAINT `";
const COLUMNS: &str = "` FOREIGN KEY (`";
const PARENT: &str = "`) REFERENCES `";

/// Doubles the backticks in the names of foreign keys, so that the text can be read and run.
pub(super) fn doubled(create: &str) -> String {
    let lines: Vec<String> =
        create.split('\n').map(|line| key(line).unwrap_or_else(|| line.to_owned())).collect();
    lines.join("\n")
}

/// The line of a foreign key; `None` for any other.
fn key(line: &str) -> Option<String> {
    let (name, rest) = line.strip_prefix(HEAD)?.split_once(COLUMNS)?;
    let (columns, rest) = rest.split_once(PARENT)?;
    // The parent's name has doubled backticks, and ends at the first single one before ` (`.
    let mut at = 0;
    while !rest[at..].starts_with("` (`") {
        at += match rest[at..].strip_prefix("``") {
            Some(_) => 2,
            None => rest[at..].chars().next()?.len_utf8(),
        };
    }
    let (parent, rest) = (&rest[..at], &rest[at + "` (`".len()..]);
    let (parent_columns, end) = rest.rsplit_once("`)")?;
    let twice = |name: &str| name.replace('`', "``");
    let list = |names: &str| names.split("`, `").map(twice).collect::<Vec<_>>().join("`, `");
    Some(format!(
        "{HEAD}{}{COLUMNS}{}{PARENT}{parent}` (`{}`){end}",
        twice(name),
        list(columns),
        list(parent_columns)
    ))
}

#[cfg(test)]
mod tests {
    use super::doubled;

    #[test]
    fn only_the_names_of_foreign_keys_change() {
        let printed = "CREATE TABLE `c``1` (\n  `r``f` int,\n  KEY `r``f` (`r``f`),\n  \
             CONSTRAINT `x`y` FOREIGN KEY (`r`f`, `b`) REFERENCES `t``n`.`p``1` (`i`d`, `b`) ON DELETE CASCADE,\n  \
             CONSTRAINT `k``c` CHECK (`id` > 0)\n)";
        let right = "CREATE TABLE `c``1` (\n  `r``f` int,\n  KEY `r``f` (`r``f`),\n  \
             CONSTRAINT `x``y` FOREIGN KEY (`r``f`, `b`) REFERENCES `t``n`.`p``1` (`i``d`, `b`) ON DELETE CASCADE,\n  \
             CONSTRAINT `k``c` CHECK (`id` > 0)\n)";
        assert_eq!(doubled(printed), right);
    }
}
