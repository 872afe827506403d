//! JSON with the position of every value. Only what templates need: one document, a depth limit,
//! and an error that says what stands where it should not.

use super::node::{Entry, Kind, Node};
use super::source::Span;
use super::{Limits, SyntaxError};

/// Parses `text` as one JSON document.
///
/// # Errors
/// The first thing that is not JSON, with its byte offset and what was expected there; or nesting deeper than
/// [`Limits::DEPTH`].
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0 };
    parser.at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let root = parser.value(0)?;
    parser.skip_space();
    if parser.at < parser.bytes.len() {
        return Err(parser.unexpected("the end of the file after the template's closing bracket"));
    }
    Ok(root)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, at: usize, cause: impl Into<String>) -> SyntaxError {
        SyntaxError { at: at.min(self.bytes.len()), cause: cause.into() }
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.text[self.at..].chars().next() {
            None => "the file ends".to_owned(),
            Some(other) => format!("found `{}`", other.escape_debug()),
        };
        self.error(self.at, format!("{found} where {expected} was expected"))
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        self.skip_space();
        if depth > Limits::DEPTH {
            return Err(
                self.error(self.at, format!("values are nested deeper than {} levels", Limits::DEPTH))
            );
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node::new(Span::new(start, self.at), kind))
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, SyntaxError> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            return Ok(kind);
        }
        Err(self.unexpected("a value (`true`, `false`, `null`, a number, a string, a list or a map)"))
    }

    fn map(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'}') if entries.is_empty() => break,
                Some(b'}') => return Err(self.unexpected("another key after the comma")),
                Some(b'"') => entries.push(self.entry(depth)?),
                _ => return Err(self.unexpected("a key in double quotes")),
            }
            if self.close_or_comma(b'}', open)? {
                return Ok(Kind::Map(entries));
            }
        }
        self.at += 1;
        Ok(Kind::Map(entries))
    }

    fn entry(&mut self, depth: usize) -> Result<Entry, SyntaxError> {
        let start = self.at;
        let key = self.string()?;
        let key_span = Span::new(start, self.at);
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected(&format!("`:` after the key \"{key}\"")));
        }
        self.at += 1;
        Ok(Entry { key, key_span, value: self.value(depth + 1)? })
    }

    fn list(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b']') if items.is_empty() => break,
                Some(b']') => return Err(self.unexpected("another value after the comma")),
                _ => items.push(self.value(depth + 1)?),
            }
            if self.close_or_comma(b']', open)? {
                return Ok(Kind::List(items));
            }
        }
        self.at += 1;
        Ok(Kind::List(items))
    }

    /// Reads the closing bracket (true) or a comma (false).
    fn close_or_comma(&mut self, close: u8, open: usize) -> Result<bool, SyntaxError> {
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            None => {
                let bracket = self.bytes[open] as char;
                Err(self.error(open, format!("`{bracket}` is opened here and never closed")))
            }
            _ => Err(self.unexpected(&format!("`,` or `{}`", close as char))),
        }
    }

    fn number(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if text.parse::<f64>().is_err() {
            return Err(self.error(start, format!("`{text}` is not a number")));
        }
        Ok(Kind::Number(text.to_owned()))
    }

    fn string(&mut self) -> Result<String, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(stop) = rest.find(['"', '\\', '\n', '\r']) else {
                return Err(self.error(open, "this string is never closed"));
            };
            text.push_str(&rest[..stop]);
            self.at += stop;
            match self.bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => text.push(self.escape()?),
                _ => return Err(self.error(open, "this string is not closed before the end of its line")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let start = self.at;
        let code = self.bytes.get(start + 1).copied();
        self.at += 2;
        Ok(match code {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode(start)?,
            _ => {
                return Err(self.error(
                    start,
                    "not an escape that JSON knows (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX)",
                ));
            }
        })
    }

    /// The character of `\uXXXX`, joining a surrogate pair; a lone surrogate becomes U+FFFD.
    fn unicode(&mut self, start: usize) -> Result<char, SyntaxError> {
        let first = self.hex4(start)?;
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let resume = self.at;
            self.at += 2;
            let second = self.hex4(resume)?;
            if (0xdc00..0xe000).contains(&second) {
                let joined = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(joined).unwrap_or('\u{fffd}'));
            }
            self.at = resume;
        }
        Ok(char::from_u32(first).unwrap_or('\u{fffd}'))
    }

    fn hex4(&mut self, start: usize) -> Result<u32, SyntaxError> {
        let digits = self.text.get(self.at..self.at + 4);
        let code = digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        code.ok_or_else(|| self.error(start, "`\\u` needs four hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_values_with_their_spans() {
        let text = r#"{"a": [1, "x\u00e9\n", true, null]}"#;
        let root = parse(text).unwrap();
        let items = root.get("a").unwrap().items();
        assert_eq!(items[0].scalar().as_deref(), Some("1"));
        assert_eq!(items[1].as_str(), Some("xé\n"));
        assert_eq!(&text[items[2].span.start..items[2].span.end], "true");
        assert_eq!(root.path_to(items[1].span), "a/1");
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let cause = |text: &str| {
            let error = parse(text).unwrap_err();
            (error.at, error.cause)
        };
        assert_eq!(cause("{\"a\": 1,}").0, 8);
        assert!(cause("{\"a\": 1,}").1.contains("another key after the comma"));
        assert!(cause("{\"a\" 1}").1.contains("`:` after the key \"a\""));
        assert_eq!(cause("{\"a\": [1, 2").1, "`[` is opened here and never closed");
        assert_eq!(cause("{\"a\": \"x\n\"}").1, "this string is not closed before the end of its line");
        assert!(cause("{} x").1.contains("the end of the file"));
        assert!(cause("").1.contains("the file ends"));
        assert!(cause(&"[".repeat(10_000)).1.contains("nested deeper"));
    }
}
