//! What a server shows of a definition, as texts that can be compared: without what says nothing, in one spelling.

use super::lexer::{TokenKind, significant};
use super::model::TriggerPlace;
use crate::names::quote;
use crate::{Error, Result};

/// Decodes a definition. MariaDB prints the default of a binary column as raw bytes in quotes; a
/// literal that is not UTF-8 is written as `x'…'` instead, which says the same.
pub(super) fn with_hexadecimal_literals(bytes: Vec<u8>) -> Result<String> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    let mut out = Vec::with_capacity(bytes.len() + 32);
    let mut at = 0;
    while at < bytes.len() {
        let quote = bytes[at];
        let end = match quote {
            b'\'' | b'`' => literal_end(&bytes, at),
            _ => at + 1,
        };
        let piece = &bytes[at..end];
        if quote == b'\'' && std::str::from_utf8(piece).is_err() {
            let value = unescaped(&piece[1..piece.len() - 1]);
            let digits: String = value.iter().map(|b| format!("{b:02x}")).collect();
            out.extend_from_slice(format!("x'{digits}'").as_bytes());
        } else {
            out.extend_from_slice(piece);
        }
        at = end;
    }
    String::from_utf8(out).map_err(|_| {
        Error::refused("the definition is not valid UTF-8")
            .with_hint("create the object again from a utf8mb4 connection")
    })
}

/// The index after the quoted text that begins at `start`.
fn literal_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut i = start + 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if quote == b'\'' => i += 2,
            b if b == quote && bytes.get(i + 1) == Some(&quote) => i += 2,
            b if b == quote => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}

/// The value of a string literal's inside, by the server's escapes.
fn unescaped(inside: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => value.extend(bytes.next().map(|escaped| match escaped {
                b'0' => 0,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'Z' => 0x1a,
                other => other,
            })),
            b'\'' => {
                bytes.next();
                value.push(b'\'');
            }
            other => value.push(other),
        }
    }
    value
}

/// Takes the table option `AUTO_INCREMENT=n` out: the counter is data.
pub(super) fn without_counter(create: &str) -> String {
    if !create.contains(" AUTO_INCREMENT=") {
        return create.to_owned();
    }
    let tokens = significant(create);
    let body = tokens.iter().position(|t| t.is("(")).unwrap_or(tokens.len());
    let end = super::lexer::group_end(&tokens, body);
    for three in tokens[end.min(tokens.len())..].windows(3) {
        if three[0].is("AUTO_INCREMENT") && three[1].is("=") {
            let before = create[..three[0].start].trim_end_matches(' ');
            return format!("{before}{}", &create[three[2].end()..]);
        }
    }
    create.to_owned()
}

/// Takes `DEFINER=user@host` out of a `CREATE` statement.
pub(super) fn without_definer(create: &str) -> String {
    let tokens = significant(create);
    let head = &tokens[..tokens.len().min(12)];
    let Some(at) = head.windows(2).position(|t| t[0].is("DEFINER") && t[1].is("=")) else {
        return create.to_owned();
    };
    // DEFINER = user @ host, or DEFINER = role.
    let end = if tokens.get(at + 3).is_some_and(|t| t.is("@")) { at + 5 } else { at + 3 };
    match tokens.get(end) {
        Some(next) => format!("{}{}", &create[..tokens[at].start], &create[next.start..]),
        None => create.to_owned(),
    }
}

/// Takes the database off columns that a view names by database, table and column, where it is the view's own.
///
/// MariaDB writes it there when the view's definer may not read the table, and leaves it out otherwise. `SHOW CREATE` is
/// asked with that database as the default one, so it says nothing.
pub(super) fn without_own_database(create: &str, database: &str) -> String {
    let tokens = significant(create);
    let is_name = |i: usize| tokens.get(i).is_some_and(|t| t.kind == TokenKind::Name);
    let is_dot = |i: usize| tokens.get(i).is_some_and(|t| t.is("."));
    let mut out = String::with_capacity(create.len());
    let mut from = 0;
    for i in 0..tokens.len() {
        let three = is_name(i) && is_dot(i + 1) && is_name(i + 2) && is_dot(i + 3) && is_name(i + 4);
        let is_first = i == 0 || !is_dot(i - 1);
        if three && is_first && tokens[i].name() == database {
            out.push_str(&create[from..tokens[i].start]);
            from = tokens[i + 2].start;
        }
    }
    out.push_str(&create[from..]);
    out
}

/// Takes a semicolon off the end of a body. A client that sends several statements at once leaves it there, and
/// the server takes it off when the statement comes alone.
pub(super) fn without_last_semicolon(create: &str) -> &str {
    match significant(create).last() {
        Some(last) if last.is(";") => create[..last.start].trim_end(),
        _ => create,
    }
}

/// Takes `STARTS '…'` out of a `CREATE EVENT`: each server notes there when the event was made if nobody said
/// when it is to start.
pub(super) fn without_start(create: &str) -> String {
    let tokens = significant(create);
    let head = tokens.iter().position(|t| t.is("DO")).unwrap_or(tokens.len());
    let start = tokens[..head].windows(2).find(|t| t[0].is("STARTS") && t[1].kind == TokenKind::Text);
    match start {
        Some(start) => format!("{}{}", create[..start[0].start].trim_end(), &create[start[1].end()..]),
        None => create.to_owned(),
    }
}

/// Rebuilds a trigger's statement in one spelling: its creator may have written the head in any way.
pub(super) fn trigger_text(create: &str, name: &str, place: &TriggerPlace) -> Result<String> {
    let tokens = significant(create);
    let row = tokens
        .windows(3)
        .position(|t| t[0].is("FOR") && t[1].is("EACH") && t[2].is("ROW"))
        .ok_or_else(|| Error::internal(format!("trigger {} has no FOR EACH ROW", quote(name))))?;
    let mut body = row + 3;
    let follows = tokens.get(body).is_some_and(|t| t.is("FOLLOWS") || t.is("PRECEDES"));
    if follows && tokens.get(body + 1).is_some_and(|t| matches!(t.kind, TokenKind::Name | TokenKind::Word)) {
        body += 2;
    }
    // Comments at the start of the body belong to it; only blanks are dropped.
    let start = tokens[body - 1].end();
    Ok(format!(
        "CREATE TRIGGER {} {} ON {} FOR EACH ROW {}",
        quote(name),
        place.moment,
        quote(&place.table),
        create[start..].trim_start()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_is_taken_out_of_the_options_only() {
        let create = "CREATE TABLE `t` (\n  `a` int COMMENT 'x AUTO_INCREMENT=4'\n) ENGINE=InnoDB AUTO_INCREMENT=7 CHARSET=x";
        assert!(without_counter(create).ends_with(") ENGINE=InnoDB CHARSET=x"));
        assert!(without_counter(create).contains("AUTO_INCREMENT=4"));
    }

    #[test]
    fn raw_bytes_become_a_hexadecimal_literal() {
        let shown = b"DEFAULT 'a\\0\xff''\\n' COMMENT '\xc3\xa9'".to_vec();
        assert_eq!(with_hexadecimal_literals(shown).unwrap(), "DEFAULT x'6100ff270a' COMMENT 'é'");
        assert!(with_hexadecimal_literals(b"`\xff`".to_vec()).is_err());
    }

    #[test]
    fn only_a_views_own_database_is_taken_off_its_columns() {
        assert_eq!(
            without_own_database(
                "VIEW `v` AS select `d`.`a`.`id` AS `d`,`e`.`a`.`id`,`d`.`id` from (`a` join `d`.`b`)",
                "d"
            ),
            "VIEW `v` AS select `a`.`id` AS `d`,`e`.`a`.`id`,`d`.`id` from (`a` join `d`.`b`)"
        );
    }

    #[test]
    fn only_a_semicolon_at_the_very_end_is_taken_off() {
        for (create, expected) in [
            ("CREATE PROCEDURE `p`() SELECT 1;", "CREATE PROCEDURE `p`() SELECT 1"),
            ("CREATE PROCEDURE `p`() BEGIN SELECT 1; END ; ", "CREATE PROCEDURE `p`() BEGIN SELECT 1; END"),
            ("CREATE PROCEDURE `p`() SELECT ';' -- ;", "CREATE PROCEDURE `p`() SELECT ';' -- ;"),
        ] {
            assert_eq!(without_last_semicolon(create), expected);
        }
    }

    #[test]
    fn the_definer_is_taken_out() {
        assert_eq!(without_definer("CREATE DEFINER=`a`@`%` PROCEDURE `p`()"), "CREATE PROCEDURE `p`()");
        assert_eq!(without_definer("CREATE DEFINER=`r` VIEW `v`"), "CREATE VIEW `v`");
        assert_eq!(
            without_definer(
                "CREATE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW `v` AS select 1"
            ),
            "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW `v` AS select 1"
        );
    }

    #[test]
    fn the_start_that_nobody_gave_is_taken_out_of_the_schedule_only() {
        assert_eq!(
            without_start(
                "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 00:00:00' ENABLE DO select 'STARTS', STARTS '1'"
            ),
            "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY ENABLE DO select 'STARTS', STARTS '1'"
        );
        assert_eq!(
            without_start("CREATE EVENT `e` ON SCHEDULE AT '2026-01-01' DO x"),
            "CREATE EVENT `e` ON SCHEDULE AT '2026-01-01' DO x"
        );
    }

    #[test]
    fn a_trigger_has_one_spelling() {
        let place = TriggerPlace { table: "t".into(), moment: "BEFORE INSERT".into(), order: 1 };
        let text =
            "CREATE DEFINER=`a`@`b` trigger x.tr before insert on x.t for each row follows `b`\n set new.a=1";
        assert_eq!(
            trigger_text(text, "tr", &place).unwrap(),
            "CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW set new.a=1"
        );
    }
}
