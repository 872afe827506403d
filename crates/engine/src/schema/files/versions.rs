//! Version comments as a server reads them: which of them are code to it.

use crate::ServerInfo;
use crate::schema::lexer::{Lexer, TokenKind};

/// `sql` as `server` reads it, byte for byte in the same place: blanks stand where a version comment does not apply,
/// and where the marks of one stand that does.
pub(super) fn visible(sql: &str, server: &ServerInfo) -> String {
    if !sql.contains("/*") {
        return sql.to_owned();
    }
    let mut out = String::with_capacity(sql.len());
    let mut lexer = Lexer::new(sql);
    while let Some(token) = lexer.next() {
        match token.kind {
            TokenKind::VersionOpen if applies(token.text, server) => blank(token.text, &mut out),
            TokenKind::VersionOpen => {
                let end = comment_end(sql, token.start);
                lexer.leave_version(end);
                blank(&sql[token.start..end], &mut out);
            }
            TokenKind::VersionClose => blank(token.text, &mut out),
            _ => out.push_str(token.text),
        }
    }
    out
}

/// Writes blanks in place of `text`; its line ends stay.
fn blank(text: &str, out: &mut String) {
    out.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

/// Whether the comment that `open` begins (`/*!50100`, `/*M!100100`) is code.
/// (Source: MySQL Reference Manual, "Comments"; MariaDB Knowledge Base, "Comment Syntax".)
fn applies(open: &str, server: &ServerInfo) -> bool {
    let of_mariadb = open.starts_with("/*M");
    if of_mariadb && !server.is_mariadb() {
        return false;
    }
    let digits = open.trim_start_matches(|c: char| !c.is_ascii_digit());
    let Ok(wanted) = digits.parse::<u64>() else { return digits.is_empty() };
    let (major, minor, patch) = server.version;
    let version = u64::from(major) * 10_000 + u64::from(minor) * 100 + u64::from(patch);
    // MariaDB takes these numbers for versions of MySQL that it does not know.
    let of_mysql_only = server.is_mariadb() && !of_mariadb && (50_700..=99_999).contains(&wanted);
    wanted <= version && !of_mysql_only
}

/// The end of the comment that begins at `start`; comments inside it count.
fn comment_end(sql: &str, start: usize) -> usize {
    let mut depth = 0usize;
    let bytes = sql.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Flavor;

    fn seen(sql: &str, flavor: Flavor, version: (u16, u16, u16)) -> String {
        let server = ServerInfo {
            flavor,
            version,
            version_text: String::new(),
            lower_case_table_names: 0,
            server_uuid: String::new(),
            zone: crate::server::Zone { name: "SYSTEM".to_owned(), is_utc: true },
        };
        let text = visible(sql, &server);
        assert_eq!(text.len(), sql.len());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_server_sees_its_own() {
        let sql = "/*M!999999\\- it's the mode */ a /*!50001 b */ /*!80016 c */ /*M!100100 d */ /*! e */ /*!99999 'f /* g */ h */ '*/' /*i*/";
        assert_eq!(seen(sql, Flavor::MySql, (9, 7, 4)), "a b c e '*/' /*i*/");
        assert_eq!(seen(sql, Flavor::MySql, (5, 6, 24)), "a b e '*/' /*i*/");
        assert_eq!(seen(sql, Flavor::MariaDb, (10, 11, 18)), "a b d e '*/' /*i*/");
        assert_eq!(seen("é /*!99999 é */ b", Flavor::MySql, (8, 0, 0)), "é b");
    }
}
