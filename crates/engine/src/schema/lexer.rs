//! Cuts SQL text into tokens: names, strings, words, comments, punctuation. Nothing more is
//! understood here; the server is the only parser of SQL.
//!
//! The rules are MySQL's with `NO_BACKSLASH_ESCAPES` and `ANSI_QUOTES` off, which every session pins
//! and in which `SHOW CREATE` answers.

/// What a [`Token`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Blanks and line ends.
    Space,
    /// `-- …`, `# …` or `/* … */`.
    Comment,
    /// `/*!50100`, `/*M!100100`: the text up to [`TokenKind::VersionClose`] is SQL.
    VersionOpen,
    /// The `*/` that ends a [`TokenKind::VersionOpen`].
    VersionClose,
    /// `` `name` ``.
    Name,
    /// `'…'` or `"…"`.
    Text,
    /// A keyword, a bare name or a number.
    Word,
    /// Any other single character.
    Mark,
}

/// A piece of SQL text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Its text, quotes included.
    pub text: &'a str,
    /// Where it starts, in bytes.
    pub start: usize,
}

impl Token<'_> {
    /// True for the given keyword or mark, in any case of letters.
    pub fn is(&self, word: &str) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Mark) && self.text.eq_ignore_ascii_case(word)
    }

    /// Where the token ends, in bytes.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// False for blanks and comments.
    pub fn is_significant(&self) -> bool {
        !matches!(self.kind, TokenKind::Space | TokenKind::Comment)
    }

    /// The name in a [`TokenKind::Name`] or bare word.
    pub fn name(&self) -> String {
        match self.kind {
            TokenKind::Name => unquote(self.text, '`'),
            _ => self.text.to_owned(),
        }
    }
}

/// Takes the quotes off a quoted name and halves the doubled ones inside.
fn unquote(text: &str, quote: char) -> String {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    inner.replace(&format!("{quote}{quote}"), &quote.to_string())
}

/// Reads tokens off the front of a text.
pub(crate) struct Lexer<'a> {
    sql: &'a str,
    at: usize,
    open_versions: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `sql`.
    pub fn new(sql: &'a str) -> Self {
        Self { sql, at: 0, open_versions: 0 }
    }

    /// Goes on at `end`, behind the version comment that the last token opened.
    pub fn leave_version(&mut self, end: usize) {
        self.at = end;
        self.open_versions = self.open_versions.saturating_sub(1);
    }

    fn take(&mut self, kind: TokenKind, len: usize) -> Token<'a> {
        let token = Token { kind, text: &self.sql[self.at..self.at + len], start: self.at };
        self.at += len;
        token
    }

    /// The length of a comment at the front of `rest`, if there is one.
    fn comment(&self, rest: &str) -> Option<(TokenKind, usize)> {
        if let Some(body) = rest.strip_prefix("/*!").or_else(|| rest.strip_prefix("/*M!")) {
            let digits = body.bytes().take_while(u8::is_ascii_digit).count();
            return Some((TokenKind::VersionOpen, rest.len() - body.len() + digits));
        }
        if let Some(body) = rest.strip_prefix("/*") {
            let len = body.find("*/").map_or(rest.len(), |i| i + 4);
            return Some((TokenKind::Comment, len));
        }
        if self.open_versions > 0 && rest.starts_with("*/") {
            return Some((TokenKind::VersionClose, 2));
        }
        let dashes = rest.strip_prefix("--").is_some_and(|after| {
            after.is_empty() || after.starts_with(|c: char| c.is_ascii_whitespace() || c.is_ascii_control())
        });
        (dashes || rest.starts_with('#')).then(|| (TokenKind::Comment, rest.find('\n').unwrap_or(rest.len())))
    }
}

/// The length of the quoted text at the front of `rest`, its quotes included.
fn quoted_len(rest: &str, quote: u8, backslash: bool) -> usize {
    let bytes = rest.as_bytes();
    let mut i = 1;
    while i < bytes.len() {
        if backslash && bytes[i] == b'\\' {
            i += 2;
        } else if bytes[i] == quote {
            if bytes.get(i + 1) != Some(&quote) {
                return i + 1;
            }
            i += 2;
        } else {
            i += 1;
        }
    }
    bytes.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.sql[self.at..];
        let first = rest.chars().next()?;
        if let Some((kind, len)) = self.comment(rest) {
            match kind {
                TokenKind::VersionOpen => self.open_versions += 1,
                TokenKind::VersionClose => self.open_versions -= 1,
                _ => {}
            }
            return Some(self.take(kind, len));
        }
        let run = |f: fn(char) -> bool| rest.find(|c| !f(c)).unwrap_or(rest.len());
        let (kind, len) = match first {
            '`' => (TokenKind::Name, quoted_len(rest, b'`', false)),
            '\'' | '"' => (TokenKind::Text, quoted_len(rest, first as u8, true)),
            c if c.is_ascii_whitespace() => (TokenKind::Space, run(|c| c.is_ascii_whitespace())),
            c if is_word(c) => (TokenKind::Word, run(is_word)),
            c => (TokenKind::Mark, c.len_utf8()),
        };
        Some(self.take(kind, len))
    }
}

/// The tokens of `sql` without blanks and comments.
pub(crate) fn significant(sql: &str) -> Vec<Token<'_>> {
    Lexer::new(sql).filter(Token::is_significant).collect()
}

/// Takes the wrappers of version comments off, keeping what is inside: `/*!80023 INVISIBLE */` becomes
/// `INVISIBLE`. A server that prints a clause understands it, and inside `ALTER TABLE` a wrapped
/// clause would be skipped by the other flavour without a word.
pub(crate) fn unwrap_versions(sql: &str) -> String {
    if !sql.contains("/*") {
        return sql.to_owned();
    }
    let mut out = String::with_capacity(sql.len());
    let mut after_mark = false;
    for token in Lexer::new(sql) {
        match token.kind {
            TokenKind::VersionOpen => after_mark = true,
            TokenKind::VersionClose => {
                out.truncate(out.trim_end_matches(' ').len());
                after_mark = false;
            }
            TokenKind::Space if after_mark && out.ends_with([' ', '\n']) => after_mark = false,
            _ => {
                after_mark = false;
                out.push_str(token.text);
            }
        }
    }
    out
}

/// The index after the group that opens at `tokens[open]` with `(`; the end when it never closes.
pub(crate) fn group_end(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return i + 1;
            }
        }
    }
    tokens.len()
}

/// Cuts tokens at the commas that are in no parentheses.
pub(crate) fn split_commas<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0usize);
    for (i, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is(",") {
            parts.push(&tokens[start..i]);
            start = i + 1;
        }
    }
    parts.push(&tokens[start..]);
    parts
}

/// The text of `sql` that `tokens` (some of its tokens, in order) span.
pub(crate) fn span<'a>(sql: &'a str, tokens: &[Token<'_>]) -> &'a str {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => &sql[first.start..last.end()],
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_names_and_comments_hide_their_insides() {
        let sql = "a'b\\'c''d' `x``y` -- z\n/* ' */ 1-1 # end";
        let texts: Vec<_> = significant(sql).iter().map(|t| t.text).collect();
        assert_eq!(texts, ["a", "'b\\'c''d'", "`x``y`", "1", "-", "1"]);
        assert_eq!(significant("`x``y`")[0].name(), "x`y");
    }

    #[test]
    fn version_comments_are_unwrapped_outside_strings_only() {
        assert_eq!(
            unwrap_versions("`a` int /*!80023 INVISIBLE */ COMMENT '/*!1 x */',"),
            "`a` int INVISIBLE COMMENT '/*!1 x */',"
        );
        assert_eq!(unwrap_versions(")\n/*!50100 PARTITION BY x */"), ")\nPARTITION BY x");
    }

    #[test]
    fn every_byte_belongs_to_one_token() {
        for sql in ["'open", "`open", "/* open", "é'ü\\", "--", "a;b", "/*!5 x", "*/"] {
            assert_eq!(Lexer::new(sql).map(|t| t.text).collect::<String>(), sql);
        }
    }
}
